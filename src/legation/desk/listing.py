"""Lists, the same everywhere: filter and order stand in the address, pages go by key.

A list says once what it can be narrowed by and put in order by; its page, its files and the
links of its columns follow from that. A column's link asks for its own order, most telling
first; asked again, for the other way round. A file holds what the filter finds, in that order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeVar, final

import msgspec

from legation.desk.answers import LIMIT, Ask, only
from legation.errors import NotFoundError, UsageError
from legation.store.folding import folded, holds, words_of

_Row = TypeVar("_Row")
Keys = Mapping[str, Callable[[_Row], Any]]
Fits = Mapping[str, Callable[[_Row, str], bool]]
Way = Literal["ascending", "descending", "none"]
# Which way a column runs when it is first asked for.
_FALLING: Final = frozenset(
    {
        *("grade", "newest", "accounts", "ties", "score", "objects", "partners"),
        *("when", "done", "rows", "posts", "met", "validated", "size"),
        *("signed", "ratified", "implemented", "tried", "suspended"),
    }
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
        return "descending" if falls(self.order) else "ascending"


@final
class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a list, as its template needs it.

    Attributes:
        after: Key of the page before's last row; empty on the first page.
        follows: Key of the next page; None on the last.
        total: Rows that the filter finds.
        given: What the address asks, without the key of the page.
        start: Rows of the pages before.
    """

    rows: tuple[Any, ...]
    after: str
    follows: str | None
    total: int
    given: dict[str, str]
    heads: Heads
    start: int = 0

    @property
    def narrowed(self) -> bool:
        """Tell whether a filter is at work, and not an order alone."""
        return bool(self.given.keys() - {"order"})


@final
@dataclass(frozen=True, kw_only=True)
class Listing(Generic[_Row]):
    """What a list can be narrowed by and put in order by.

    Attributes:
        path: Where it is.
        order: Its order where the address asks for none.
        keys: Its orders, each by what of a row.
        key: What a row is known by, on from which a page goes.
        fits: Its filters: whether a row fits what the address asks.
    """

    path: str
    order: str
    keys: Keys[_Row]
    key: Callable[[_Row], str]
    fits: Fits[_Row] = field(default_factory=dict)

    def page(self, request: Ask, rows: Sequence[_Row]) -> Turn:
        """Return the page of rows that an address asks for.

        Raises:
            UsageError: It asks for something that the list does not know.
            NotFoundError: There is no such page.
        """
        asked = only(request, "after", "order", *self.fits)
        after = asked.pop("after", "")
        found = self._found(asked, rows)
        some, follows = turned(found, after, LIMIT, self.key)
        return Turn(
            rows=tuple(some),
            after=after,
            follows=follows,
            total=len(found),
            given=asked,
            heads=Heads(path=self.path, given=asked, order=asked.get("order", self.order)),
            start=found.index(some[0]) if some else 0,
        )

    def whole(self, request: Ask, rows: Sequence[_Row]) -> list[_Row]:
        """Return all rows that an address asks for, for a file.

        Raises:
            UsageError: It asks for something that the list does not know.
        """
        return self._found(only(request, "order", *self.fits), rows)

    def _found(self, asked: dict[str, str], rows: Sequence[_Row]) -> list[_Row]:
        found = [
            row
            for row in rows
            if all(fit(row, asked[name]) for name, fit in self.fits.items() if name in asked)
        ]
        return in_order(found, asked.get("order", self.order), self.keys)


def in_order(rows: Sequence[_Row], order: str, keys: Keys[_Row]) -> list[_Row]:
    """Return rows in an order that an address asks for.

    Raises:
        UsageError: There is no such order.
    """
    name = order.removeprefix("-")
    if name not in keys:
        raise UsageError(f"no order {order!r:.40}", hint=f"choose from: {', '.join(keys)}")
    return sorted(rows, key=keys[name], reverse=falls(order))


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


def said(*parts: str) -> Callable[[str], bool]:
    """Return what tells whether words stand in some texts, folded as in a search."""
    form = folded(" ".join(parts))
    return lambda words: holds(form, words_of(words))


def falls(order: str) -> bool:
    """Tell whether an order begins with the largest."""
    return (order.removeprefix("-") in _FALLING) != order.startswith("-")
