"""Reading a collection page by page, in the order in which objects were added.

Each question is answered off an index, by a few ranges that are merged: its cost grows with
the page and not with the collection. A page ends at a number of objects or of bytes.
"""

from functools import lru_cache
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

from legation.store.exchange.filing import cut, key_of
from legation.store.exchange.tables import BETWEEN, FIRST, LAST, ONLY, taxii_objects

_PLACES: Final = {
    "first": (ONLY, FIRST),
    "last": (ONLY, LAST),
    "all": (ONLY, FIRST, LAST, BETWEEN),
}
# Types that have a range each; more are sifted out of the ranges of all types. The engines merge
# some hundreds of ranges.
_MOST_TYPES: Final = 40
_ALL: Final = 1 << 40
# An instant that is written to the microsecond, as those of the server are.
_MICROSECONDS: Final = len("2026-01-02T03:04:05.678901")
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
        statement, given = self._statement(wanted, after_us, limit + 1, raws=raws)
        found: list[Entry] = []
        size = 0
        rows = self._connection.execute(statement, given, execution_options={"yield_per": 100})
        with rows:
            for row in rows:
                raw = row[3] if raws else b""
                if len(found) == limit or (found and size + len(raw) > most_bytes):
                    return found, True
                size += len(raw)
                found.append(Entry(row[0], row[1], row[2], raw))
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
        asked = Wanted(ids=(object_id,), which=("all",))
        statement, given = self._statement(asked, 0, _ALL, raws=False)
        return [row[2] for row in self._connection.execute(statement, given)]

    def versions(self, object_id: str, wanted: Wanted) -> list[int]:
        """Return when the versions of an object that are asked for were added."""
        asked = msgspec.structs.replace(wanted, ids=(object_id,))
        statement, given = self._statement(asked, 0, _ALL, raws=False)
        return [row[0] for row in self._connection.execute(statement, given)]

    def _statement(
        self, wanted: Wanted, after_us: int, limit: int, *, raws: bool
    ) -> tuple[Select[Any], dict[str, Any]]:
        places = tuple(sorted({place for word in wanted.which for place in _PLACES[word]}))
        given: dict[str, Any] = {
            "number": self._number,
            "after": after_us,
            "limit": limit,
            "types": wanted.types or (),
            "instants": sorted({cut(version) for version in wanted.versions}),
            "versions": wanted.versions,
            "added": [cut(one) for one in wanted.versions if len(one) <= _MICROSECONDS],
            "keys": sorted({key_of(one) for one in wanted.ids or ()}),
            "ids": sorted(set(wanted.ids or ())),
            "places": places,
        }
        types = None if wanted.types is None else min(len(wanted.types), _MOST_TYPES + 1)
        statement, used = _asked(
            types, places, bool(wanted.versions), wanted.ids is not None, raws=raws
        )
        for at in range(types if types is not None and types <= _MOST_TYPES else 0):
            given[f"type{at}"] = given["types"][at]
        return statement, {name: given[name] for name in used}


@lru_cache(512)
def _asked(
    types: int | None, places: tuple[int, ...], versions: bool, named: bool, *, raws: bool
) -> tuple[Select[Any], tuple[str, ...]]:
    """Return a question by its shape, and the names of what it is given.

    Questions are made once: to make one costs more than to answer it.
    """
    table = taxii_objects
    always = (table.c.number == bindparam("number"), table.c.added_us > bindparam("after"))
    limit: Any = bindparam("limit", type_=BigInteger)
    ranges = [_by_name(types, versions=versions)] if named else _ranges(types, places, versions)
    parts = [
        select(*_columns(raws=raws)).where(*always, *one).order_by(table.c.added_us).limit(limit)
        for one in ranges
    ]
    statement = parts[0] if len(parts) == 1 else _merged(parts, limit, distinct=versions)
    return statement, tuple(statement.compile().params)


def _by_name(types: int | None, *, versions: bool) -> list[Condition]:
    table = taxii_objects
    which = table.c.place.in_(bindparam("places", expanding=True))
    return [
        table.c.id_key.in_(bindparam("keys", expanding=True)),
        table.c.object_id.in_(bindparam("ids", expanding=True)),
        (which | _of_versions()) if versions else which,
        *([] if types is None else [_of_types()]),
    ]


def _ranges(types: int | None, places: tuple[int, ...], versions: bool) -> list[list[Condition]]:
    """Return the conditions of ranges that together hold what is asked, each off an index."""
    table = taxii_objects
    of_types: list[list[Condition]] = [[]]
    if types is not None and types <= _MOST_TYPES:
        of_types = [[table.c.object_type == bindparam(f"type{at}")] for at in range(types)]
    elif types is not None:
        of_types = [[_of_types()]]
    which: list[list[Condition]] = [
        [table.c.place == literal_column(str(place))] for place in places
    ]
    if versions:
        instants = table.c.version_us.in_(bindparam("instants", expanding=True))
        which.append([instants, _of_versions()])
    return [[*one, *of] for of in of_types for one in which]


def _of_types() -> Condition:
    return taxii_objects.c.object_type.in_(bindparam("types", expanding=True))


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


def _columns(*, raws: bool) -> list[ColumnElement[Any]]:
    table = taxii_objects
    told: list[ColumnElement[Any]] = [table.c.added_us, table.c.object_id, table.c.version_text]
    return [*told, table.c.raw] if raws else told
