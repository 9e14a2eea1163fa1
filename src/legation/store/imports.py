"""The log of imports: which files came in, under which reading, and what became of them.

A file is known by the hash of its bytes together with the kind and rule it was read by, so
the same file is taken in once, and again only when it is read another way. Of its path
only the name is kept: folders tell more about a desk than the record needs.
"""

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Row, func, insert, select, update

from legation.errors import NotFoundError, UsageError
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.tables import imports
from legation.store.values import microseconds, moment, plain

State = Literal["started", "done", "failed", "undone"]


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One file's way in.

    Attributes:
        import_id: From kind, hash and rule; it can name the batch in the lake.
        seq: Order of arrival.
        kind: What its rows are: posts, mail, logs.
        name: Name of the file, without its folder.
        sha256: Of its bytes.
        rule: How it was read: preset or mapping, as text.
        good: Rows taken in.
        rejected: Rows listed as rejected.
    """

    import_id: str
    seq: int
    kind: str
    name: str
    sha256: str
    rule: str
    state: State
    good: int
    rejected: int
    started: datetime
    ended: datetime | None

    @property
    def said(self) -> str:
        """Return the state as pages, lists and files all say it.

        One that started and has not ended runs, or was broken off: nobody can tell which.
        """
        return "not finished" if self.state == "started" else self.state

    @property
    def rows(self) -> tuple[int, int] | tuple[None, None]:
        """Return the rows taken in and rejected; nobody has counted those of one not finished."""
        return (None, None) if self.state == "started" else (self.good, self.rejected)

    def fingerprint(self) -> str:
        """Return a SHA-256 over what stays of an import, however often it is undone and done."""
        kept = (self.import_id, self.seq, self.name)
        return hashlib.sha256(msgspec.json.encode(kept)).hexdigest()


def id_of(kind: str, sha256: str, rule: str) -> str:
    """Return the id of an import."""
    return hashlib.sha256(msgspec.json.encode((kind, sha256, rule))).hexdigest()


class Imports:
    """The log of imported files."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def begin(
        self,
        kind: str,
        file: PurePath,
        sha256: str,
        *,
        rule: str = "",
        started: datetime | None = None,
    ) -> Import:
        """Note that a file is being read; look at `state` before reading it.

        An import that is done stays done, one that was broken off goes on, and one that
        failed or was undone starts again.

        Args:
            kind: What its rows are.
            file: Its name; the folder is not kept.
            sha256: Of its bytes.
            rule: How it is read.
            started: When its reading began; None: now.
        """
        fresh = self._fresh(started)
        import_id = id_of(kind, sha256, rule)
        with self._database.write() as connection:
            known = connection.execute(
                select(imports).where(imports.c.import_id == import_id)
            ).one_or_none()
            if known is None:
                row = {
                    "import_id": import_id,
                    "seq": next_number(connection, imports),
                    "kind": kind,
                    "name": plain(file.name),
                    "sha256": sha256,
                    "rule": plain(rule),
                }
                connection.execute(insert(imports), row | fresh)
            elif known.state not in ("done", "started"):
                same = imports.c.import_id == import_id
                connection.execute(update(imports).where(same).values(fresh))
            return self.get(import_id)

    def finish(
        self, import_id: str, *, good: int, rejected: int, state: Literal["done", "failed"] = "done"
    ) -> Import:
        """Say how an import ended; one that is done stays as it is.

        Raises:
            NotFoundError: It was never begun.
        """
        open_one = (imports.c.import_id == import_id) & (imports.c.state != "done")
        ended = {
            "state": state,
            "good": good,
            "rejected": rejected,
            "ended_us": microseconds(self._database.now()),
        }
        with self._database.write() as connection:
            connection.execute(update(imports).where(open_one).values(ended))
            return self.get(import_id)

    def undo(self, import_id: str) -> Import:
        """Say that what an import brought has left the lake, ended or not; it may come in again.

        Raises:
            NotFoundError: It was never begun.
        """
        there = (imports.c.import_id == import_id) & (imports.c.state != "undone")
        ended = func.coalesce(imports.c.ended_us, microseconds(self._database.now()))
        with self._database.write() as connection:
            values = {"state": "undone", "ended_us": ended}
            connection.execute(update(imports).where(there).values(values))
            return self.get(import_id)

    def begun_with(self, start: str) -> Import:
        """Return the import whose id starts so, if it is the only one.

        Raises:
            NotFoundError: There is none.
            UsageError: There are several.
        """
        same = imports.c.import_id.startswith(start, autoescape=True)
        with self._database.read() as connection:
            rows = connection.execute(select(imports).where(same).limit(2)).all()
        if not start or not rows:
            raise NotFoundError(f"no import {start:.70}", hint="run: legation import list")
        if len(rows) > 1:
            raise UsageError(f"several imports start with {start}", hint="give more of the id")
        return _import(rows[0])

    def newest(self, kind: str, *, limit: int = 50) -> list[Import]:
        """Return imports of a kind, the newest first."""
        statement = select(imports).where(imports.c.kind == kind)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(imports.c.seq.desc()).limit(limit))
            return [_import(row) for row in rows]

    def get(self, import_id: str) -> Import:
        """Return one import.

        Raises:
            NotFoundError: There is none of that id.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(imports).where(imports.c.import_id == import_id)
            ).one_or_none()
        if row is None:
            raise NotFoundError(f"no import {import_id:.70}", hint="list the imports")
        return _import(row)

    def find(
        self,
        *,
        kind: str | None = None,
        sha256: str | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Import]:
        """Return imports in the order of their arrival."""
        statement = select(imports).where(imports.c.seq > after)
        if kind is not None:
            statement = statement.where(imports.c.kind == kind)
        if sha256 is not None:
            statement = statement.where(imports.c.sha256 == sha256)
        with self._database.read() as connection:
            rows = connection.execute(statement.order_by(imports.c.seq).limit(limit))
            return [_import(row) for row in rows]

    def done(self, kind: str) -> set[tuple[str, str]]:
        """Return hash and rule of every import of a kind that is done."""
        ended = (imports.c.kind == kind) & (imports.c.state == "done")
        with self._database.read() as connection:
            rows = connection.execute(select(imports.c.sha256, imports.c.rule).where(ended))
            return {(row.sha256, row.rule) for row in rows}

    def rejected(self, kind: str) -> int:
        """Count the rows of a kind that were listed as rejected, over all imports that are done."""
        total = select(func.coalesce(func.sum(imports.c.rejected), 0))
        done = (imports.c.kind == kind) & (imports.c.state == "done")
        with self._database.read() as connection:
            return int(connection.execute(total.where(done)).scalar_one())

    def unfinished(self, kind: str) -> list[Import]:
        """Return the imports of a kind that began and have not ended, the oldest first.

        Each runs now, or was broken off; the same file goes on where it stopped.
        """
        return self._where(kind, imports.c.state == "started")

    def refused_in_part(self, kind: str) -> list[Import]:
        """Return the imports of a kind that failed when some rows had come in, the oldest first.

        They have ended: the rows stand in the lake until somebody takes them back.
        """
        return self._where(kind, (imports.c.state == "failed") & (imports.c.good > 0))

    def _where(self, kind: str, condition: ColumnElement[bool]) -> list[Import]:
        fitting = (imports.c.kind == kind) & condition
        with self._database.read() as connection:
            rows = connection.execute(select(imports).where(fitting).order_by(imports.c.seq))
            return [_import(row) for row in rows]

    def _fresh(self, started: datetime | None) -> dict[str, Any]:
        return {
            "state": "started",
            "good": 0,
            "rejected": 0,
            "started_us": microseconds(started or self._database.now()),
            "ended_us": None,
        }


def _import(row: Row[Any]) -> Import:
    return Import(
        import_id=row.import_id,
        seq=row.seq,
        kind=row.kind,
        name=row.name,
        sha256=row.sha256,
        rule=row.rule,
        state=row.state,
        good=row.good,
        rejected=row.rejected,
        started=moment(row.started_us),
        ended=None if row.ended_us is None else moment(row.ended_us),
    )
