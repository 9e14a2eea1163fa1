"""The entries of a case as attribution reads them: number, author, when it was written, body.

What counts is the number, not the place in a list: entries may come in any order. Whoever reads a
case as it stood on a day gives the entries of that day alone.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from legation.safeguards.cases.bodies import Body

Row = tuple[int, str, datetime, Body]
Kind = TypeVar("Kind", bound=Body)
AT: Final = "entry %s"


def of_kind(rows: Iterable[Row], kind: type[Kind]) -> list[tuple[int, Kind]]:
    """Return the entries of one kind with their numbers, the first at the front."""
    found = [(number, body) for number, _, _, body in rows if isinstance(body, kind)]
    return sorted(found, key=lambda one: one[0])


def before(rows: Iterable[Row], number: int) -> list[Row]:
    """Return the entries that stood when one was written."""
    return [row for row in rows if row[0] < number]


def then(rows: Iterable[Row], number: int, gone: Mapping[int, int]) -> list[Row]:
    """Return the entries that held when one was written, also those taken back since.

    Args:
        rows: All entries.
        number: Of the one.
        gone: What was taken back, each with the number of the entry that did it.
    """
    return [row for row in before(rows, number) if gone.get(row[0], number) >= number]


def folded(name: str) -> str:
    """Return a name as it is compared: case and blanks make no other one of it.

    >>> folded(" A  Report ")
    'a report'
    """
    return " ".join(name.casefold().split())
