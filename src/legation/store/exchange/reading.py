"""Reading a collection page by page, in the order in which objects were added.

Each question is answered off an index, by a few ranges that are merged: its cost grows with
the page and not with the collection. What is merged are instants; the objects of a page are then
read by these, until it ends at a number of objects or of bytes.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    literal,
    literal_column,
    select,
    union_all,
)

from legation.store.exchange.filing import cut
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import BETWEEN, FIRST, LAST, ONLY, taxii_objects

_PLACES: Final = {
    "first": (ONLY, FIRST),
    "last": (ONLY, LAST),
    "all": (ONLY, FIRST, LAST, BETWEEN),
}
# Types of one question: each has its ranges, of which the engines merge some hundreds.
_MOST_TYPES: Final = 40
_ALL: Final = 1 << 40
# An instant that is written to the microsecond, as those of the server are.
_MICROSECONDS: Final = len("2026-01-02T03:04:05.678901")
# Objects whose bytes are read at once, of a page that may be full before its number is.
_AT_ONCE: Final = 100
Condition = ColumnElement[bool]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which objects of a collection are asked for.

    Attributes:
        ids: Only these objects; None for any.
        types: Only of these types; None for any.
        which: Words for versions: first, last, all.
        versions: Besides, the versions of these instants, in sortable form.
    """

    ids: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    which: tuple[str, ...] = ("last",)
    versions: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A version in a collection, as a manifest tells it.

    Attributes:
        added_us: When it was added, in microseconds since 1970.
        version_text: Its version as it writes it; empty when it has none.
        raw: Its bytes; empty when they were not asked for.
    """

    added_us: int
    object_id: str
    version_text: str
    raw: bytes = b""


class Shelf:
    """One collection, as it stands in one state of the store."""

    def __init__(self, connection: Connection, number: int) -> None:
        """Read by this connection."""
        self._connection, self._number = connection, number

    def page(
        self,
        wanted: Wanted,
        *,
        after_us: int,
        limit: int,
        most_bytes: int,
        raws: bool = True,
    ) -> tuple[list[Entry], bool]:
        """Return a page, and whether more follows it.

        Args:
            wanted: Which objects.
            after_us: Only what was added after this.
            limit: How many at most.
            most_bytes: How many bytes at most; one object is given in any case.
            raws: Whether their bytes are asked for.
        """
        added = self._added(wanted, after_us, limit + 1)
        found: list[Entry] = []
        size = 0
        for entry in self._told(added, raws=raws):
            if len(found) == limit or (found and size + len(entry.raw) > most_bytes):
                return found, True
            size += len(entry.raw)
            found.append(entry)
        return found, False

    def has(self, object_id: str) -> bool:
        """Tell whether any version of an object is here."""
        table = taxii_objects
        statement = select(literal(1)).where(
            table.c.number == self._number,
            table.c.id_key == key_of(object_id),
            table.c.object_id == object_id,
        )
        return self._connection.execute(statement.limit(1)).first() is not None

    def every_version(self, object_id: str) -> list[str]:
        """Return all versions of an object that are here, as it writes them."""
        added = self._added(Wanted(ids=(object_id,), which=("all",)), 0, _ALL)
        return [entry.version_text for entry in self._told(added, raws=False)]

    def versions(self, object_id: str, wanted: Wanted) -> list[int]:
        """Return when the versions of an object that are asked for were added."""
        return self._added(msgspec.structs.replace(wanted, ids=(object_id,)), 0, _ALL)

    def _told(self, added: Sequence[int], *, raws: bool) -> Iterator[Entry]:
        """Read entries by their instants, in order; no more of them at once than a few."""
        for begin in range(0, len(added), _AT_ONCE):
            some = {"added": added[begin : begin + _AT_ONCE]}
            for row in self._connection.execute(_TOLD[raws], some).all():
                yield Entry(*row)

    def _added(self, wanted: Wanted, after_us: int, limit: int) -> list[int]:
        """Return the instants of what is asked, the first so many.

        Only these are merged and sorted: the bytes of objects are read afterwards.
        """
        places = tuple(sorted({place for word in wanted.which for place in _PLACES[word]}))
        given: dict[str, Any] = {
            "number": self._number,
            "after": after_us,
            "limit": limit,
            "instants": sorted({cut(version) for version in wanted.versions}),
            "versions": wanted.versions,
            "added": [cut(one) for one in wanted.versions if len(one) <= _MICROSECONDS],
            "keys": sorted({key_of(one) for one in wanted.ids or ()}),
            "ids": sorted(set(wanted.ids or ())),
            "places": places,
        }
        found: list[list[int]] = []
        for types in _apart(wanted):
            count = None if types is None else len(types)
            statement, used = _asked(
                count, places, versions=bool(wanted.versions), named=wanted.ids is not None
            )
            given["types"] = types
            given |= {f"type{at}": one for at, one in enumerate(types or ())}
            told = self._connection.execute(statement, {name: given[name] for name in used})
            found.append([row[0] for row in told])
        return found[0] if len(found) == 1 else list(islice(merge(*found), limit))


def _reading(*columns: ColumnElement[Any]) -> Select[Any]:
    table = taxii_objects
    return (
        select(table.c.added_us, table.c.object_id, table.c.version_text, *columns)
        .where(table.c.added_us.in_(bindparam("added", expanding=True)))
        .order_by(table.c.added_us)
    )


_TOLD: Final = {True: _reading(taxii_objects.c.raw), False: _reading()}


def _apart(wanted: Wanted) -> list[tuple[str, ...] | None]:
    """Return the types in as many parts as they need questions."""
    types = wanted.types
    if types is None or wanted.ids is not None or len(types) <= _MOST_TYPES:
        return [types]
    return [types[at : at + _MOST_TYPES] for at in range(0, len(types), _MOST_TYPES)]


@lru_cache(512)
def _asked(
    types: int | None, places: tuple[int, ...], *, versions: bool, named: bool
) -> tuple[Select[Any], tuple[str, ...]]:
    """Return a question by its shape, and the names of what it is given.

    Questions are made once: to make one costs more than to answer it.
    """
    table = taxii_objects
    always = (table.c.number == bindparam("number"), table.c.added_us > bindparam("after"))
    limit: Any = bindparam("limit", type_=BigInteger)
    ranges = [_by_name(types, versions=versions)] if named else _ranges(types, places, versions)
    parts = [
        select(table.c.added_us).where(*always, *one).order_by(table.c.added_us).limit(limit)
        for one in ranges
    ]
    statement = parts[0] if len(parts) == 1 else _merged(parts, limit, distinct=versions)
    return statement, tuple(statement.compile().params)


def _by_name(types: int | None, *, versions: bool) -> list[Condition]:
    table = taxii_objects
    # As an expression it has no index: only the one of ids is left.
    which = (table.c.place + literal_column("0")).in_(bindparam("places", expanding=True))
    return [
        table.c.id_key.in_(bindparam("keys", expanding=True)),
        table.c.object_id.in_(bindparam("ids", expanding=True)),
        (which | _of_versions()) if versions else which,
        *([] if types is None else [table.c.object_type.in_(bindparam("types", expanding=True))]),
    ]


def _ranges(types: int | None, places: tuple[int, ...], versions: bool) -> list[list[Condition]]:
    """Return the conditions of ranges that together hold what is asked, each off an index."""
    table = taxii_objects
    of_types: list[list[Condition]] = [[]]
    if types is not None:
        of_types = [[table.c.object_type == bindparam(f"type{at}")] for at in range(types)]
    which: list[list[Condition]] = [
        [table.c.place == literal_column(str(place))] for place in places
    ]
    if versions:
        instants = table.c.version_us.in_(bindparam("instants", expanding=True))
        which.append([instants, _of_versions()])
    return [[*one, *of] for of in of_types for one in which]


def _of_versions() -> Condition:
    table = taxii_objects
    # The version of what has none is when it was added (TAXII 2.1, section 3.4.1).
    unversioned = (table.c.version == literal_column("''")) & table.c.version_us.in_(
        bindparam("added", expanding=True)
    )
    return table.c.version.in_(bindparam("versions", expanding=True)) | unversioned


def _merged(parts: list[Select[Any]], limit: Any, *, distinct: bool) -> Select[Any]:
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery()
    statement = select(merged).order_by(merged.c.added_us).limit(limit)
    return statement.distinct() if distinct else statement
