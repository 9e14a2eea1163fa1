"""The register of labels: who may know each object, and how that came to be.

A label in force is the last entry of its object. Each version that arrives is joined to it,
so that a version can make it stricter and never wider; only a person's own entry widens it.
One label holds for all versions of an object: what is closed today is closed in its history.
Entries are never changed or deleted. An object without an entry is known to nobody.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from legation.errors import NotFoundError
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.database import Database
from legation.store.numbering import MANY, batches, next_number
from legation.store.tables import (
    label_kinds,
    label_names,
    object_heads,
    object_label_heads,
    object_labels,
)
from legation.store.values import microseconds, moment

# Who made an entry that no person made.
ARRIVED = "the object itself"
LEVEL, COMPARTMENT, PARTY = "level", "compartment", "party"


class LabelEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        actor: Who made it; `ARRIVED` when a version brought it.
        reason: Why; empty when a version brought it.
    """

    object_id: str
    label: Label
    actor: str
    reason: str
    recorded: datetime


class Labels:
    """The labels of all objects, for the house's own use: nothing is filtered here."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database
        # A label's id follows from the label, so what was read once holds.
        self._read: dict[str, Label] = {}

    def in_force(self, ids: Iterable[str]) -> dict[str, Label]:
        """Return the label of each object; unknown ids are left out."""
        with self._database.read() as connection:
            return labels_in_force(connection, set(ids), self._read)

    def named(self, label_ids: Collection[str]) -> dict[str, Label]:
        """Return labels by their ids."""
        lacking = set(label_ids) - self._read.keys()
        if lacking:
            with self._database.read() as connection:
                self._read |= _labels(connection, lacking)
        return {each: self._read[each] for each in label_ids}

    def history(self, object_id: str) -> list[LabelEntry]:
        """Return all entries of an object, the oldest first."""
        chosen = select(object_labels).where(object_labels.c.object_id == object_id)
        with self._database.read() as connection:
            rows = connection.execute(chosen.order_by(object_labels.c.seq)).all()
            labels = _labels(connection, {row.label_id for row in rows})
        return [
            LabelEntry(
                object_id=object_id,
                label=labels[row.label_id],
                actor=row.actor,
                reason=row.reason,
                recorded=moment(row.recorded_us),
            )
            for row in rows
        ]

    def set(self, object_id: str, label: Label, *, actor: str, reason: str) -> None:
        """Put a label in force by a person's hand; whether they may is asked before.

        Raises:
            NotFoundError: The store has no such object.
        """
        with self._database.write() as connection:
            known = select(object_heads.c.seq).where(object_heads.c.object_id == object_id)
            if connection.execute(known).one_or_none() is None:
                raise NotFoundError(f"no object {object_id:.90}", hint="check the id")
            entry = {object_id: label}
            add_labels(connection, entry, now=self._database.now(), actor=actor, reason=reason)


def labels_in_force(
    connection: Connection, ids: Collection[str], read: dict[str, Label] | None = None
) -> dict[str, Label]:
    """Return the label of each of these objects that has one.

    Args:
        connection: To the store.
        ids: Of the objects.
        read: Labels by their ids that need not be read again; it grows.
    """
    heads = object_label_heads
    found: dict[str, str] = {}
    for some in batches(sorted(ids), MANY):
        chosen = select(heads.c.object_id, heads.c.label_id).where(heads.c.object_id.in_(some))
        found |= {row.object_id: row.label_id for row in connection.execute(chosen)}
    labels = {} if read is None else read
    lacking = set(found.values()) - labels.keys()
    labels |= _labels(connection, lacking) if lacking else {}
    return {object_id: labels[label_id] for object_id, label_id in found.items()}


def add_labels(
    connection: Connection,
    labels: Mapping[str, Label],
    *,
    now: datetime,
    actor: str = ARRIVED,
    reason: str = "",
) -> None:
    """Add an entry for each object and put it in force."""
    if not labels:
        return
    _add_kinds(connection, set(labels.values()))
    first = next_number(connection, object_labels)
    shared = {"actor": actor, "reason": reason, "recorded_us": microseconds(now)}
    rows = [
        {"seq": first + n, "object_id": object_id, "label_id": label_id(label)}
        for n, (object_id, label) in enumerate(labels.items())
    ]
    connection.execute(insert(object_labels), [row | shared for row in rows])
    _put_in_force(connection, {str(row["object_id"]): row for row in rows})


def keep_kinds(connection: Connection, labels: Collection[Label]) -> None:
    """Keep labels by their parts, so that what has one can name it."""
    _add_kinds(connection, set(labels))


def read_labels(connection: Connection, ids: Collection[str]) -> dict[str, Label]:
    """Return labels by their ids."""
    return _labels(connection, ids)


def label_id(label: Label) -> str:
    """Return the id of a label: the same parts always have the same."""
    return hashlib.sha256(msgspec.json.encode(label)).hexdigest()[:32]


def rows_of(label: Label) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the row of a label, and those of its names."""
    name = {"label_id": label_id(label)}
    kinds = {
        LEVEL: label.levels,
        COMPARTMENT: label.compartments,
        PARTY: label.releasable_to if label.restricted else (),
    }
    names = [
        {**name, "kind": kind, "name": each} for kind, some in kinds.items() for each in set(some)
    ]
    parts = {"tlp": int(label.tlp), "pap": int(label.pap), "restricted": label.restricted}
    return name | parts, names


def _add_kinds(connection: Connection, labels: Collection[Label]) -> None:
    there = _labels(connection, {label_id(label) for label in labels})
    rows = [rows_of(label) for label in labels if label_id(label) not in there]
    if rows:
        connection.execute(insert(label_kinds), [row for row, _ in rows])
    if names := [name for _, some in rows for name in some]:
        connection.execute(insert(label_names), names)


def _put_in_force(connection: Connection, entries: Mapping[str, Mapping[str, Any]]) -> None:
    heads = object_label_heads
    there: set[str] = set()
    for some in batches(sorted(entries)):
        chosen = select(heads.c.object_id).where(heads.c.object_id.in_(some))
        there |= set(connection.execute(chosen).scalars())
    rows = [dict(row) for each, row in entries.items() if each not in there]
    if rows:
        connection.execute(insert(heads), rows)
    for object_id in there:
        moved = update(heads).where(heads.c.object_id == object_id)
        connection.execute(moved.values(**entries[object_id]))


def _labels(connection: Connection, ids: Collection[str]) -> dict[str, Label]:
    rows: dict[str, Row[Any]] = {}
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    joined = label_kinds.outerjoin(label_names, label_names.c.label_id == label_kinds.c.label_id)
    every = select(label_kinds, label_names.c.kind, label_names.c.name).select_from(joined)
    for some in batches(sorted(ids)):
        for row in connection.execute(every.where(label_kinds.c.label_id.in_(some))):
            rows[row.label_id] = row
            if row.kind is not None:
                names[row.label_id].append((row.kind, row.name))
    return {label_id: label_of(row, names[label_id]) for label_id, row in rows.items()}


def label_of(row: Row[Any], names: Collection[tuple[str, str]]) -> Label:
    """Return the label of a row of `label_kinds` with its names, each with its kind."""

    def of(kind: str) -> tuple[str, ...]:
        return tuple(sorted(name for each, name in names if each == kind))

    return Label(
        tlp=Tlp(row.tlp),
        pap=Pap(row.pap),
        levels=of(LEVEL),
        compartments=of(COMPARTMENT),
        restricted=row.restricted,
        releasable_to=of(PARTY),
    )
