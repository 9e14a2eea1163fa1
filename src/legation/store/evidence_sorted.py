"""What captures are asked for and put in order by, and where a page of them goes on.

Captures that are equal in what is asked for follow by their number, so that a page skips none.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, func, select

from legation.errors import UsageError
from legation.store.evidence_tables import evidence as table

# With whether the greatest comes first.
ORDERS: Final[Mapping[str, tuple[ColumnElement[Any], bool]]] = {
    "when": (table.c.seq, True),
    "title": (func.lower(table.c.title), False),
    "kind": (table.c.kind, False),
    "method": (table.c.method, False),
    "until": (table.c.until, False),
    "size": (table.c.size, True),
}


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which captures to list; empty fields ask nothing.

    Attributes:
        words: Letters of the title or source; case does not matter for ASCII.
        belongs_to: Id of an object.
    """

    kind: str = ""
    method: str = ""
    words: str = ""
    belongs_to: str = ""


def asked_for(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions that hold of what is wanted."""
    names = ("kind", "method", "belongs_to")
    where = [table.c[name] == value for name in names if (value := getattr(wanted, name))]
    if wanted.words:
        words = wanted.words.lower()
        title = func.lower(table.c.title).contains(words, autoescape=True)
        where.append(title | func.lower(table.c.source).contains(words, autoescape=True))
    return where


def sorted_by(order: str) -> list[ColumnElement[Any]]:
    """Return what rows are put in order by.

    Raises:
        UsageError: There is no such order.
    """
    by, falls = _of(order)
    return [one.desc() if falls else one.asc() for one in (by, table.c.seq)]


def behind(order: str, seq: int) -> ColumnElement[bool]:
    """Return the condition that a row follows, in an order, the row of a number.

    Raises:
        UsageError: There is no such order.
    """
    by, falls = _of(order)
    there = select(by).where(table.c.seq == seq).correlate(None).scalar_subquery()
    follows = by < there if falls else by > there
    later = table.c.seq < seq if falls else table.c.seq > seq
    return follows | ((by == there) & later)


def _of(order: str) -> tuple[ColumnElement[Any], bool]:
    name = order.removeprefix("-")
    if name not in ORDERS:
        raise UsageError(f"no order {order!r:.40}", hint=f"choose from: {', '.join(ORDERS)}")
    by, falls = ORDERS[name]
    return by, falls != order.startswith("-")
