"""The texts in which readers search, folded, and the one question to them.

A text belongs to an object; whoever may not know the object finds nothing of it, counts
nothing of it, and is shown no snippet of it. The rows are written in the transaction of
what they are drawn from, and can be made again from it. There is no index of parts of
words: see the decision record for the measurement.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
)

from legation.errors import VerificationError
from legation.store.database import Database
from legation.store.folding import Word, folded
from legation.store.knowing import Cleared, NeedToKnow
from legation.store.list_tables import search_state, search_texts
from legation.store.numbering import batches
from legation.store.tables import object_heads as heads
from legation.store.tables import object_versions as versions
from legation.store.values import moment, plain

OBJECTS: Final = "objects"


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text to be found.

    Attributes:
        object_id: The object that it belongs to.
        kind: What it is: `campaign`, `post`, `link`, `hashtag`, `note`, `case`.
        text: As it is shown.
        place: Where in the object it stands, for whoever opens it.
    """

    object_id: str
    kind: str
    text: str
    place: str = ""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A text that was found; `number` is its place in the order of all texts."""

    number: int
    object_id: str
    kind: str
    text: str
    place: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a text that was found stands: its number, and when its object was stated last."""

    number: int
    kind: str
    object_id: str
    recorded: datetime


class SearchTexts:
    """All texts that can be found."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def first(
        self, reader: Cleared, words: Sequence[Word], limit: int
    ) -> tuple[dict[str, int], dict[str, list[Hit]]]:
        """Return how many texts of each kind hold all words, and the first of each kind.

        Only those are counted that the reader may know.
        """
        texts = search_texts.c
        place = func.row_number().over(partition_by=texts.kind, order_by=texts.number)
        number = func.count().over(partition_by=texts.kind)
        counts: dict[str, int] = {}
        hits: dict[str, list[Hit]] = {}
        with self._database.read() as connection:
            chosen = select(search_texts, place.label("nth"), number.label("of_kind"))
            known = _known(chosen, connection, reader, words).subquery()
            asked = select(known).where(known.c.nth <= limit).order_by(known.c.number)
            for row in connection.execute(asked):
                counts[row.kind] = row.of_kind
                hits.setdefault(row.kind, []).append(_hit(row))
        return counts, hits

    def places(self, reader: Cleared, words: Sequence[Word]) -> list[Place]:
        """Return where all texts stand that hold all words, in their order, without the texts."""
        texts = search_texts.c
        asked = select(texts.number, texts.kind, texts.object_id, versions.c.recorded_us)
        with self._database.read() as connection:
            known = _known(asked, connection, reader, words)
            found = known.join(versions, versions.c.seq == heads.c.seq).order_by(texts.number)
            return [
                Place(
                    number=row.number,
                    kind=row.kind,
                    object_id=row.object_id,
                    recorded=moment(row.recorded_us),
                )
                for row in connection.execute(found)
            ]

    def some(
        self, reader: Cleared, words: Sequence[Word], numbers: Collection[int]
    ) -> dict[int, Hit]:
        """Return texts by their numbers; what the reader may know no more is left out."""
        with self._database.read() as connection:
            asked = _known(select(search_texts), connection, reader, words)
            hits: dict[int, Hit] = {}
            for few in batches(numbers):
                rows = connection.execute(asked.where(search_texts.c.number.in_(few)))
                hits |= {row.number: _hit(row) for row in rows}
            return hits

    def keep(self, source: str, built_for: str, texts: Iterable[Text]) -> None:
        """Put texts in the place of all that a source had, in the transaction that is open.

        Args:
            source: What they are drawn from: a detector, by its name.
            built_for: Which state of it: the id of a run.
            texts: In the order in which they are to be found.
        """
        with self._database.write() as connection:
            connection.execute(delete(search_texts).where(search_texts.c.source == source))
            rows = _rows(connection, source, texts)
            for some in batches(rows):
                connection.execute(insert(search_texts), some)
            _state(connection, source, built_for, _sum(rows))

    def built_for(self, source: str) -> str | None:
        """Return for which state of a source its texts were made; None when they never were."""
        state = search_state.c
        with self._database.read() as connection:
            found = select(state.built_for).where(state.source == source)
            return connection.execute(found).scalar_one_or_none()

    def verify(self) -> int:
        """Check that the texts of each source are those that were kept.

        Returns:
            The number of texts.

        Raises:
            VerificationError: A text was changed, lost or added.
        """
        number = 0
        with self._database.read() as connection:
            for state in connection.execute(select(search_state)).all():
                statement = select(search_texts).where(search_texts.c.source == state.source)
                rows = connection.execute(statement).all()
                number += len(rows)
                if _written(_sum(row._asdict() for row in rows)) != state.digest:
                    raise VerificationError(
                        f"the texts to search, drawn from {state.source}, are not those kept",
                        hint="run: legation search --rebuild",
                    )
        return number


def index_notes(connection: Connection, gone: Collection[str], texts: Sequence[Text]) -> None:
    """Put the texts of objects in the place of those that earlier versions had."""
    left: list[dict[str, Any]] = []
    for some in batches(gone):
        fits = (search_texts.c.source == OBJECTS) & search_texts.c.object_id.in_(some)
        left += [row._asdict() for row in connection.execute(select(search_texts).where(fits))]
    for some in batches([row["number"] for row in left]):
        connection.execute(delete(search_texts).where(search_texts.c.number.in_(some)))
    rows = _rows(connection, OBJECTS, texts)
    if rows:
        connection.execute(insert(search_texts), rows)
    if left or rows:
        before = select(search_state.c.digest).where(search_state.c.source == OBJECTS)
        kept = connection.execute(before).scalar_one_or_none()
        total = int(kept or "0", 16) - _sum(left) + _sum(rows)
        _state(connection, OBJECTS, "", total)


def index_all_notes(connection: Connection, texts: Sequence[Text]) -> None:
    """Put the texts of all notes in the place of those that are there."""
    connection.execute(delete(search_texts).where(search_texts.c.source == OBJECTS))
    rows = _rows(connection, OBJECTS, texts)
    for some in batches(rows):
        connection.execute(insert(search_texts), some)
    _state(connection, OBJECTS, "", _sum(rows))


def _known(
    statement: Select[Any], connection: Connection, reader: Cleared, words: Sequence[Word]
) -> Select[Any]:
    """Return a question narrowed to what holds the words and what the reader may know."""
    column = search_texts.c.folded
    finds = func.instr if connection.dialect.name == "sqlite" else func.strpos
    held: list[ColumnElement[bool]] = [
        or_(*(finds(column, way) > 0 for way in word)) for word in words
    ]
    return (
        statement.join_from(search_texts, heads, heads.c.object_id == search_texts.c.object_id)
        .where(heads.c.revoked.is_(False), NeedToKnow(reader).known(heads))
        .where(and_(*held))
    )


def _rows(connection: Connection, source: str, texts: Iterable[Text]) -> list[dict[str, Any]]:
    last = connection.execute(select(func.max(search_texts.c.number))).scalar_one() or 0
    return [
        {
            "number": last + place,
            "source": source,
            "object_id": one.object_id,
            "kind": one.kind,
            "place": plain(one.place),
            "shown": plain(one.text),
            "folded": folded(plain(one.text)),
        }
        for place, one in enumerate(texts, 1)
    ]


def _state(connection: Connection, source: str, built_for: str, total: int) -> None:
    connection.execute(delete(search_state).where(search_state.c.source == source))
    row = {"source": source, "built_for": built_for, "digest": _written(total)}
    connection.execute(insert(search_state), row)


def _sum(rows: Iterable[dict[str, Any]]) -> int:
    """Return the sum of the rows' hashes: the same in any order, kept as rows come and go."""
    return sum(int.from_bytes(hashlib.sha256(_told(row)).digest()) for row in rows)


def _told(row: dict[str, Any]) -> bytes:
    names = ("object_id", "kind", "place", "shown", "folded")
    return msgspec.json.encode([row[name] for name in names])


def _written(total: int) -> str:
    return f"{total % 2**256:064x}"


def _hit(row: Row[Any]) -> Hit:
    return Hit(
        number=row.number,
        object_id=row.object_id,
        kind=row.kind,
        text=row.shown,
        place=row.place,
    )
