"""What came from partners, over all their collections: the newest first, or the oldest.

A collection is read by its partner in the order of arrival (`reading`); people of the house read
what all partners sent, from its end. Each question is answered off an index by a few ranges that
are merged, so its cost grows with the page and not with what is kept.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Select, case, literal, select, union_all

from legation.store.database import Database
from legation.store.exchange.keys import key_of
from legation.store.exchange.tables import LAST, ONLY, taxii_objects
from legation.store.numbering import batches

_HOLDS: Final = (ONLY, LAST)
# Ranges of one question, of which the engines merge some hundreds.
_MOST_RANGES: Final = 120
_TOLD: Final = ("added_us", "number", "object_id", "object_type", "version_text", "raw")


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One version of an object that came.

    Attributes:
        added_us: When, in microseconds since 1970; no two have the same.
        number: Of the collection in which it stands.
        version_text: Its version as it writes it; empty when it has none.
        raw: Its bytes as they came.
    """

    added_us: int
    number: int
    object_id: str
    object_type: str
    version_text: str
    raw: bytes


class Arrivals:
    """All that came."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def page(
        self,
        numbers: Sequence[int],
        *,
        kind: str = "",
        after_us: int | None = None,
        newest: bool = True,
        limit: int,
    ) -> list[Arrival]:
        """Return objects in the versions that hold, in the order of their arrival.

        Args:
            numbers: Of the collections.
            kind: Only of this type; empty: of any.
            after_us: On from the one that was added then; None: from the end.
            newest: Whether the newest come first.
            limit: How many at most.
        """
        found: list[Arrival] = []
        with self._database.read() as connection:
            for some in batches(sorted(set(numbers)), _MOST_RANGES // len(_HOLDS)):
                statement = _page(some, kind, after_us, newest=newest, limit=limit)
                found += [_arrival(row) for row in connection.execute(statement)]
        found.sort(key=lambda one: one.added_us, reverse=newest)
        return found[:limit]

    def named(self, asked: Iterable[tuple[int, str]], *, every: bool = False) -> list[Arrival]:
        """Return objects by collection and id, in the order of their arrival.

        Args:
            asked: Numbers of collections, and ids.
            every: Whether all versions are returned; else the one that holds.
        """
        table, wanted = taxii_objects, set(asked)
        columns = [table.c[name] for name in _TOLD]
        found: list[Arrival] = []
        with self._database.read() as connection:
            for ids in batches(sorted({object_id for _, object_id in wanted})):
                statement = select(*columns).where(
                    table.c.number.in_(sorted({number for number, _ in wanted})),
                    table.c.id_key.in_([key_of(one) for one in ids]),
                    table.c.object_id.in_(ids),
                )
                if not every:
                    statement = statement.where(table.c.place.in_(_HOLDS))
                found += [_arrival(row) for row in connection.execute(statement)]
        here = [one for one in found if (one.number, one.object_id) in wanted]
        return sorted(here, key=lambda one: one.added_us)

    def versions(self, number: int, object_id: str, *, limit: int) -> list[Arrival]:
        """Return versions of an object: the one that holds first, then the last that came.

        Only the one that holds comes with its bytes.

        Args:
            number: Of the collection.
            object_id: Of the object.
            limit: How many at most.
        """
        table = taxii_objects
        holds = table.c.place.in_(_HOLDS)
        raw = case((holds, table.c.raw), else_=literal(b"")).label("raw")
        columns = [table.c[name] for name in _TOLD if name != "raw"]
        statement = (
            select(*columns, raw)
            .where(
                table.c.number == number,
                table.c.id_key == key_of(object_id),
                table.c.object_id == object_id,
            )
            .order_by(case((holds, 0), else_=1), table.c.added_us.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_arrival(row) for row in connection.execute(statement)]


def _page(
    numbers: Collection[int], kind: str, after_us: int | None, *, newest: bool, limit: int
) -> Select[Any]:
    table = taxii_objects
    order = table.c.added_us.desc() if newest else table.c.added_us
    ranges = []
    for number in numbers:
        for place in _HOLDS:
            part = select(table.c.added_us).where(table.c.number == number, table.c.place == place)
            if kind:
                part = part.where(table.c.object_type == kind)
            if after_us is not None:
                on = table.c.added_us < after_us if newest else table.c.added_us > after_us
                part = part.where(on)
            ranges.append(select(part.order_by(order).limit(limit).subquery()))
    merged = union_all(*ranges).subquery()
    way = merged.c.added_us.desc() if newest else merged.c.added_us
    first = select(merged.c.added_us).order_by(way).limit(limit)
    columns = [table.c[name] for name in _TOLD]
    return select(*columns).where(table.c.added_us.in_(first)).order_by(order)


def _arrival(row: Any) -> Arrival:
    return Arrival(*(getattr(row, name) for name in _TOLD))
