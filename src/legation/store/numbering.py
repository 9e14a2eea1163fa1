"""Numbers for rows, in the order of commits; and lists of a size that every engine takes.

There is one writer at a time on every engine, so the next number is the greatest plus
one: no gaps, and no number that appears after a greater one has been read.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, func, select

_Item = TypeVar("_Item")
_AT_ONCE = 500  # ids in one statement, below every engine's limit of parameters
# More for one question about a whole campaign; both engines take some 32,000.
MANY = 20_000


def next_number(connection: Connection, table: Table) -> int:
    """Return the next value of a table's `seq`, inside a write transaction."""
    greatest = connection.execute(select(func.max(table.c.seq))).scalar_one()
    return 1 if greatest is None else int(greatest) + 1


def batches(items: Iterable[_Item], size: int = _AT_ONCE) -> Iterator[list[_Item]]:
    """Yield the items in lists of a size that every engine takes."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
