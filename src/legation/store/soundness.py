"""What a store cannot hold when only legation has written to it.

SQLite keeps whatever type a statement gives a cell, and anybody with the file can give
one. So bytes are read through a type that refuses all else, and a check walks the cells
of every table.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, MetaData, Table, func, or_, select, text

from legation.errors import VerificationError

_KINDS = {
    "TEXT": ("text",),
    "BIGINT": ("integer",),
    "INTEGER": ("integer",),
    "SMALLINT": ("integer",),
    "BOOLEAN": ("integer",),
    "BLOB": ("blob",),
    "DATE": ("text",),
}


class Octets(LargeBinary):
    """Bytes, and never text that stands where bytes should."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], bytes | None]:
        """Return what reads a cell."""
        del dialect, coltype

        def read(value: Any) -> bytes | None:
            if value is None or isinstance(value, bytes | bytearray | memoryview):
                return None if value is None else bytes(value)
            raise damaged(f"a cell of bytes holds {type(value).__name__}")

        return read


def damaged(what: str) -> VerificationError:
    """Return the error of a store that was changed by other means than legation."""
    return VerificationError(
        f"the store is damaged: {what}",
        hint="keep it as evidence, restore the last backup, and compare the two",
    )


def verify_cells(connection: Connection, metadata: MetaData) -> int:
    """Check that every cell has the type of its column.

    PostgreSQL sees to that by itself; there the rows are only counted.

    Returns:
        The number of rows.

    Raises:
        VerificationError: A cell has another type; its table and column are named.
    """
    if connection.dialect.name == "sqlite":
        for (said,) in connection.execute(text("PRAGMA quick_check(1)")):
            if said != "ok":
                raise damaged(str(said).replace("\n", " "))
        for table in metadata.sorted_tables:
            _verify_table(connection, table)
    counts = [select(func.count()).select_from(table) for table in metadata.sorted_tables]
    return sum(int(connection.execute(count).scalar_one()) for count in counts)


def _verify_table(connection: Connection, table: Table) -> None:
    for column in table.columns:
        kinds = _KINDS[str(column.type.compile(connection.dialect)).partition(" ")[0]]
        kind = func.typeof(column)
        wrong = kind.not_in((*kinds, "null") if column.nullable else kinds)
        found = connection.execute(
            select(kind, func.count()).select_from(table).where(or_(wrong)).group_by(kind)
        ).first()
        if found is not None:
            raise damaged(
                f"{found[1]} cells of {table.name}.{column.name} hold {found[0]}, "
                f"not {' or '.join(kinds)}"
            )
