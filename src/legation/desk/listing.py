"""Lists, the same everywhere: an order that stands in the address, and pages by key.

A column's link asks for its own order, most telling first; asked again, for the other way
round.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeVar, final

import msgspec

from legation.errors import NotFoundError, UsageError

_Row = TypeVar("_Row")
Keys = Mapping[str, Callable[[_Row], Any]]
Way = Literal["ascending", "descending", "none"]
# Which way a column runs when it is first asked for.
_FALLING: Final = frozenset(
    {"grade", "newest", "accounts", "ties", "score", "objects", "partners", "when", "done", "rows"}
)


@final
class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """The heads of a list's columns, as links.

    Attributes:
        path: Where the list is.
        given: What its address asks, without the key of a page.
        order: Its order now.
    """

    path: str
    given: dict[str, str]
    order: str

    def asked(self, column: str) -> dict[str, str]:
        """Return what the column's link asks: its order, or the other way round."""
        return self.given | {"order": f"-{column}" if self.order == column else column}

    def way(self, column: str) -> Way:
        """Tell which way the list runs by a column."""
        if self.order.removeprefix("-") != column:
            return "none"
        falling = column in _FALLING
        return "descending" if falling != self.order.startswith("-") else "ascending"


def in_order(rows: Sequence[_Row], order: str, keys: Keys[_Row]) -> list[_Row]:
    """Return rows in an order that an address asks for.

    Raises:
        UsageError: There is no such order.
    """
    name = order.removeprefix("-")
    if name not in keys:
        raise UsageError(f"no order {order!r:.40}", hint=f"choose from: {', '.join(keys)}")
    falling = (name in _FALLING) != order.startswith("-")
    return sorted(rows, key=keys[name], reverse=falling)


def turned(
    rows: Sequence[_Row], after: str | None, limit: int, key: Callable[[_Row], str]
) -> tuple[list[_Row], str | None]:
    """Return one page of rows behind a key, and the key of the next page.

    Raises:
        NotFoundError: No row has that key.
    """
    keys = [key(row) for row in rows]
    if after and after not in keys:
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    start = keys.index(after) + 1 if after else 0
    some = list(rows[start : start + limit])
    return some, keys[start + limit - 1] if start + limit < len(rows) else None
