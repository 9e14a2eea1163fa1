"""What a store cannot hold when only legation has written to it.

SQLite keeps whatever type a statement gives a cell, and anybody with the file can give
one. So bytes are read through a type that refuses all else, and a check walks the cells
of every table.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, MetaData, Table, func, select, text

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
    if connection.dialect.name != "sqlite":
        counts = [select(func.count()).select_from(table) for table in metadata.sorted_tables]
        return sum(int(connection.execute(count).scalar_one()) for count in counts)
    for (said,) in connection.execute(text("PRAGMA quick_check(1)")):
        if said != "ok":
            raise damaged(str(said).replace("\n", " "))
    return sum(_verified_rows(connection, table) for table in metadata.sorted_tables)


def _verified_rows(connection: Connection, table: Table) -> int:
    """Return how many rows a table has, all of whose cells are of their columns' types."""
    counting, columns = _of_table(table, connection.dialect)
    rows, *wrong = connection.exec_driver_sql(counting).one()
    for count, (name, kinds, finding) in zip(wrong, columns, strict=True):
        if count:
            found = connection.exec_driver_sql(finding).one()
            raise damaged(
                f"{found[1]} cells of {table.name}.{name} hold {found[0]}, not {' or '.join(kinds)}"
            )
    return int(rows)


@cache
def _of_table(
    table: Table, dialect: Dialect
) -> tuple[str, tuple[tuple[str, tuple[str, ...], str], ...]]:
    """Return what counts a table's rows and odd cells in one walk.

    Returns:
        The statement; of each column its name, its types, and what shows an odd type of it.
    """
    quoted = dialect.identifier_preparer.quote
    place, counted, columns = quoted(table.name), ["count(*)"], []
    for column in table.columns:
        kinds = _KINDS[str(column.type.compile(dialect)).partition(" ")[0]]
        kind = f"typeof({quoted(column.name)})"
        known = ", ".join(f"'{one}'" for one in (*kinds, *(["null"] if column.nullable else [])))
        wrong = f"{kind} NOT IN ({known})"
        counted.append(f"coalesce(sum({wrong}), 0)")
        finding = f"SELECT {kind}, count(*) FROM {place} WHERE {wrong} GROUP BY 1 LIMIT 1"
        columns.append((column.name, kinds, finding))
    return f"SELECT {', '.join(counted)} FROM {place}", tuple(columns)
