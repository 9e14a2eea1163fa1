"""Numbers for rows, in the order of commits.

There is one writer at a time on every engine, so the next number is the greatest plus
one: no gaps, and no number that appears after a greater one has been read.
"""

from sqlalchemy import Connection, Table, func, select


def next_number(connection: Connection, table: Table) -> int:
    """Return the next value of a table's `seq`, inside a write transaction."""
    greatest = connection.execute(select(func.max(table.c.seq))).scalar_one()
    return 1 if greatest is None else int(greatest) + 1
