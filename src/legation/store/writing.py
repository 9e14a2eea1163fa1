"""Filing cards: the statements that add versions and keep the indexes beside them.

All cards of a call are checked against what is stored (and against each other) in memory,
then written in a few statements, so that a large import costs no query for each object.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, select, update

from legation.stix.labels import Label
from legation.store.admission import Known, admit, latest
from legation.store.cards import Card
from legation.store.labels import add_labels, labels_in_force
from legation.store.numbering import batches
from legation.store.search import Text, index_notes
from legation.store.tables import (
    object_heads,
    object_needs,
    object_properties,
    object_references,
    object_versions,
)
from legation.store.values import microseconds


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one object that was put.

    Attributes:
        seq: Number of the version; grows with each new one.
        state: New, or known already: then nothing was written.
        latest: Whether this version is the one that holds.
    """

    object_id: str
    seq: int
    state: Literal["new", "known"]
    latest: bool


class Filing:
    """One call's work on the register, inside one transaction."""

    def __init__(self, connection: Connection, ids: set[str], now: datetime) -> None:
        """Fetch what is stored of these objects."""
        self._connection = connection
        self._now = now
        self._shelf = _shelf(connection, ids)
        self._stored = {object_id for object_id, known in self._shelf.items() if known}
        self._seq, self._recorded = _end(connection)
        self._added: dict[int, tuple[Card, int]] = {}

    def file(self, cards: Sequence[Card]) -> list[Receipt]:
        """File cards in their order, all or none.

        Raises:
            ConflictError: A card contradicts what is stored.
        """
        filed = [(card, self._admitted(card)) for card in cards]
        heads = {card.object_id: latest(self._shelf[card.object_id]) for card, _ in filed}
        self._add_versions()
        self._set_heads(heads)
        self._label()
        self._index_notes(heads)
        receipts = []
        for card, known in filed:
            new = self._added.get(known.seq, (None,))[0] is card
            receipts.append(
                Receipt(
                    object_id=card.object_id,
                    seq=known.seq,
                    state="new" if new else "known",
                    latest=heads[card.object_id].seq == known.seq,
                )
            )
        return receipts

    def _admitted(self, card: Card) -> Known:
        shelf = self._shelf[card.object_id]
        same = admit(card, shelf, self._now)
        if same is not None:
            return same
        self._seq += 1
        # Each version has a time of its own, also when the clock stands or steps back.
        self._recorded = max(microseconds(self._now), self._recorded + 1)
        self._added[self._seq] = (card, self._recorded)
        shelf.append(_known(card, self._seq))
        return shelf[-1]

    def _add_versions(self) -> None:
        added = self._added.items()
        self._insert(object_versions, [_row(card, seq, at) for seq, (card, at) in added])
        self._insert(
            object_references,
            [
                {"seq": seq, "property": name, "target_id": target}
                for seq, (card, _) in added
                for name, target in card.references
            ],
        )
        self._insert(
            object_needs,
            [
                {"seq": seq, "target_id": target}
                for seq, (card, _) in added
                for target in card.needs
            ],
        )
        self._insert(
            object_properties,
            [
                {"seq": seq, "property": name, "value": value}
                for seq, (card, _) in added
                for name, value in card.properties
            ],
        )

    def _label(self) -> None:
        """Join what each new version says of itself to the label in force."""
        said: dict[str, Label] = {}
        for card, _ in self._added.values():
            before = said.get(card.object_id)
            said[card.object_id] = before.joined(card.label) if before else card.label
        stored = labels_in_force(self._connection, said.keys() & self._stored)
        joined = {
            object_id: stored[object_id].joined(label) if object_id in stored else label
            for object_id, label in said.items()
        }
        changed = {
            object_id: label
            for object_id, label in joined.items()
            if stored.get(object_id) != label
        }
        add_labels(self._connection, changed, now=self._now)

    def _index_notes(self, heads: dict[str, Known]) -> None:
        """Let what a note says now be found by those who search."""
        notes = {card.object_id for card, _ in self._added.values() if card.object_type == "note"}
        said = [
            _text(card)
            for seq, (card, _) in self._added.items()
            if card.said and heads[card.object_id].seq == seq and not card.revoked
        ]
        moved = {each for each in notes if heads[each].seq in self._added}
        if moved:
            index_notes(self._connection, moved, said)

    def _set_heads(self, heads: dict[str, Known]) -> None:
        first: list[dict[str, Any]] = []
        moved: list[dict[str, Any]] = []
        for object_id, head in heads.items():
            if head.seq in self._added:
                (moved if object_id in self._stored else first).append(_head(object_id, head))
        self._insert(object_heads, first)
        if moved:
            statement = update(object_heads).where(object_heads.c.object_id == bindparam("key"))
            rows = [{"key": row["object_id"], **row} for row in moved]
            statement = statement.values(seq=bindparam("seq"), revoked=bindparam("revoked"))
            self._connection.execute(statement, rows)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)


def _shelf(connection: Connection, ids: set[str]) -> dict[str, list[Known]]:
    columns = [object_versions.c[name] for name in Known.__struct_fields__]
    shelf: dict[str, list[Known]] = {object_id: [] for object_id in ids}
    for some in batches(sorted(ids)):
        statement = select(object_versions.c.object_id, *columns).where(
            object_versions.c.object_id.in_(some)
        )
        for object_id, *values in connection.execute(statement):
            shelf[object_id].append(
                Known(**dict(zip(Known.__struct_fields__, values, strict=True)))
            )
    return shelf


def _end(connection: Connection) -> tuple[int, int]:
    last = connection.execute(
        select(object_versions.c.seq, object_versions.c.recorded_us)
        .order_by(object_versions.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return (0, 0) if last is None else (last.seq, last.recorded_us)


def _known(card: Card, seq: int) -> Known:
    shared = {name: getattr(card, name) for name in Known.__struct_fields__ if name != "seq"}
    return Known(seq=seq, **shared)


def _text(card: Card) -> Text:
    kind, place = card.text_kind()
    return Text(object_id=card.object_id, kind=kind, text=card.said, place=place)


def _row(card: Card, seq: int, recorded: int) -> dict[str, Any]:
    listed = ("references", "properties", "label", "needs", "said")
    kept = {name: getattr(card, name) for name in Card.__struct_fields__ if name not in listed}
    return {"seq": seq, "recorded_us": recorded, **kept}


def _head(object_id: str, head: Known) -> dict[str, Any]:
    object_type = object_id.partition("--")[0]
    return {
        "object_id": object_id,
        "seq": head.seq,
        "object_type": object_type,
        "revoked": head.revoked,
    }
