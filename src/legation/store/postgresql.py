"""PostgreSQL, the engine of many desks.

Writers queue on one advisory lock for each schema, as they do on SQLite's file. So the
audit chain has one order, and the numbers of rows follow the order of commits: a reader
who pages by number misses nothing. Readers see one snapshot for a whole answer.
"""

from functools import cache
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from legation.errors import UsageError
from legation.store.values import plain

WAIT_SECONDS = 5
OLDEST = 15
_SESSION = (
    f"SET lock_timeout = '{WAIT_SECONDS}s'",
    "SET synchronous_commit = on",  # acknowledged means on disk
    "SET timezone = 'UTC'",
    "SET jit = off",  # our questions are short: compiling one takes longer than its answer
)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('legation ' || current_schema(), 0))"


def create(url: URL) -> Engine:
    """Return an engine for a PostgreSQL database."""
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@cache
def _dumper() -> Any:
    """Return what hands texts over, in the form in which they are kept.

    What a stranger asks for may hold a NUL, which this server refuses with an error of its own:
    it is looked for as it would have been kept, and is not found.
    """
    from psycopg.types.string import StrDumperUnknown

    class Plain(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(plain(obj))

    return Plain


def _prepare(connection: Any, _record: Any) -> None:
    version = connection.info.server_version // 10_000
    connection.adapters.register_dumper(str, _dumper())
    if version < OLDEST:
        raise UsageError(
            f"PostgreSQL {version} is too old", hint=f"legation needs PostgreSQL {OLDEST} or later"
        )
    with connection.cursor() as cursor:
        for statement in _SESSION:
            cursor.execute(statement)
    connection.commit()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(_LOCK)
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
