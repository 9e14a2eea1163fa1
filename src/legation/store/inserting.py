"""Many rows of one table at once, by the driver itself.

SQLAlchemy looks at each cell of each row; where thousands of rows come in with a request, that
costs as much as writing them. The statement is its own still, compiled once for a database.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose cells are as the driver takes them.

    Args:
        connection: Within the transaction that keeps them.
        table: A table whose columns need no conversion: numbers, texts, truth values and bytes.
        rows: Each has a cell for every column, in the table's order.
    """
    if not rows:
        return
    text, names = _statement(connection.dialect, table)
    if names:
        connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
    else:
        connection.exec_driver_sql(text, list(rows))


@cache
def _statement(dialect: Dialect, table: Table) -> tuple[str, tuple[str, ...]]:
    """Return the statement, and the names of its cells where the driver knows them by name."""
    columns = tuple(table.columns.keys())
    made = insert(table).compile(dialect=dialect, column_keys=columns)
    if made.positional:
        return str(made), ()
    return str(made), columns
