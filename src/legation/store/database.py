"""One database under all parts of the store, and the transaction they share.

Inside `write` everything joins one transaction: it is kept as a whole or not at all. A
`write` within it is a step of its own that can fail and be caught without harm to the
rest. Readers never wait. What the libraries raise comes out as errors of ours.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from legation.errors import (
    BadInputError,
    BusyError,
    DeniedError,
    LegationError,
    UnreachableError,
    UsageError,
)
from legation.store.soundness import damaged
from legation.store.stamp import Stamp

_WAITED = ("55P03", "40001", "40P01")  # lock not available, serialization, deadlock


class Database:
    """Connections to one database, on whichever engine."""

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        """Choose the engine; nothing is connected yet.

        Raises:
            UsageError: The address is not understood, or its engine is not known.
        """
        self.now = now
        self.engine = _engine(url)
        self._open = threading.local()
        self.stamp = Stamp(self.engine)
        self.only_reads = self.engine.dialect.name == "sqlite" and _only_reads(self.engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the connection of the one writer; commit at the end, or nothing.

        Raises:
            BusyError: Another writer did not end in time.
            UnreachableError: The database does not answer.
        """
        joined: Connection | None = getattr(self._open, "connection", None)
        if joined is not None:
            with joined.begin_nested():
                yield joined
            return
        if self.only_reads:
            raise DeniedError(
                f"the store at {self._place} can only be read here, and this would write",
                hint="check who may write to the file and its folder; a copy that shall not change "
                "can be checked and listed: audit verify, doctor, import list, campaign list",
            )
        with self._translated(), self.engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                self._open.connection = writer
                try:
                    yield writer
                finally:
                    del self._open.connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state throughout; the writer's own if it is open."""
        joined: Connection | None = getattr(self._open, "connection", None)
        if joined is not None:
            yield joined
            return
        with self._translated(), self.engine.connect() as connection, connection.begin():
            yield connection

    def forget(self, *, wait: bool = True) -> bool:
        """Rid the write-ahead log of what was deleted or emptied.

        SQLite overwrites such bytes in its file (`secure_delete`), and its log is cut to nothing
        here. PostgreSQL has no such act: old rows go with VACUUM, its log with its own archive.

        Args:
            wait: Wait a few seconds for who reads.

        Returns:
            Whether nothing is left in the log; False while another program reads.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        from legation.store.sqlite import cut_log

        return cut_log(self.engine, wait=wait)

    def close(self) -> None:
        """Close all connections."""
        self.stamp.close()
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as failed:
            raise self._named(_first(failed)) from failed
        except PoolTimeoutError as failed:
            raise BusyError("all connections are in use", hint="try again shortly") from failed
        except DatabaseError as failed:
            if "malformed" in str(failed.orig):
                raise damaged(str(failed.orig)) from failed
            if "not a database" not in str(failed.orig):
                raise
            raise BadInputError(
                "this file is not a store", place=self._place, hint="check the setting `database`"
            ) from failed

    def _named(self, failed: OperationalError) -> LegationError:
        if getattr(failed.orig, "sqlstate", None) in _WAITED or "locked" in str(failed.orig):
            return BusyError("another process is writing to the store", hint="try again shortly")
        if self.only_reads and "unable to open" in str(failed.orig):
            return DeniedError(
                f"the store at {self._place} can only be read here, and a part of what was "
                "written is still in its log beside it",
                hint="copy the home into a folder that can be written, and look at it there",
            )
        return UnreachableError(
            f"the store at {self._place} does not answer: {failed.orig}",
            hint="check that the disk has room and the database runs",
        )

    @property
    def _place(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)


def _first(failed: OperationalError) -> OperationalError:
    """Return what failed first: SQLite undoes all on a full disk, and then has no step to undo."""
    before = failed.__context__
    while before is not None:
        failed = before if isinstance(before, OperationalError) else failed
        before = before.__context__
    return failed


def _only_reads(engine: Engine) -> bool:
    from legation.store.sqlite import only_reads

    return only_reads(Path(str(engine.url.database)))


def _engine(url: str) -> Engine:
    try:
        address = make_url(url)
    except ArgumentError as bad:
        raise UsageError(
            "the address of the store is not understood", hint="write sqlite:///PATH"
        ) from bad
    match address.get_backend_name():
        case "sqlite":
            from legation.store import sqlite

            return sqlite.create(address)
        case "postgresql" | "postgres":
            from legation.store import postgresql

            return postgresql.create(address)
        case other:
            raise UsageError(f"no store on {other!r}", hint="use sqlite or postgresql")
