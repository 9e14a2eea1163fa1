"""The orders of captures, each with what of a row it goes by, and where a page goes on.

Captures that are equal in what is asked for follow by their number, so that a page skips none.
"""

from collections.abc import Mapping
from typing import Any, Final

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
