"""A stamp of what a database holds: while it is the same, nothing was written by anybody.

It lets an answer be kept that was drawn from the store, and be thrown away by the first
write of any program. SQLite counts the commits that a connection did not make itself, so the
question is asked on a connection that makes none; PostgreSQL tells which transactions have
ended. When it cannot be told, each stamp differs from every other.
"""

import sqlite3
import threading
from collections.abc import Callable, Hashable
from typing import Any, final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

_SQLITE = "PRAGMA data_version"
_POSTGRESQL = "SELECT pg_current_snapshot()::text"


@final
class Stamp:
    """Tells the stamp of one database.

    Args:
        engine: Its engine; a connection of it is kept for this alone.
    """

    def __init__(self, engine: Engine) -> None:
        """Ask nothing yet."""
        self._engine = engine
        self._faults: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._lock = threading.Lock()
        self._kept: Any = None
        self._ask: Callable[[], Hashable] | None = None

    def __call__(self) -> Hashable:
        """Return the stamp."""
        with self._lock:
            try:
                if self._ask is None:
                    self._ask = self._opened()
                return self._ask()
            except (SQLAlchemyError, self._faults, OSError):
                self._drop()
                return object()

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    def _opened(self) -> Callable[[], Hashable]:
        if self._engine.dialect.name == "sqlite":
            # Of no pool: those belong to the thread that opened them, and this one is asked by any.
            file = str(self._engine.url.database)
            self._kept, asked = sqlite3.connect(file, check_same_thread=False), _SQLITE
        else:
            pooled = self._engine.raw_connection()
            self._kept, asked = pooled.driver_connection, _POSTGRESQL
            pooled.detach()
            self._kept.autocommit = True
        cursor = self._kept.cursor()

        def ask() -> Hashable:
            cursor.execute(asked)
            row: tuple[Hashable, ...] | None = cursor.fetchone()
            return row or object()

        return ask

    def _drop(self) -> None:
        kept, self._kept, self._ask = self._kept, None, None
        if kept is not None:
            kept.close()
