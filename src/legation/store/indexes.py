"""Whether what is looked things up by agrees with what it was drawn from.

Versions, labels and their entries are kept from change by triggers; the tables that say which of
them holds, and what they name, are moved with each write and could be edited. Each is compared
here with what it follows from: a label put in force by other means would tell the wrong people.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, or_, select

from legation.errors import VerificationError
from legation.store.cards import read_card
from legation.store.labels import label_id, read_labels
from legation.store.numbering import batches
from legation.store.selection import believed
from legation.store.tables import (
    label_kinds,
    object_heads,
    object_label_heads,
    object_labels,
    object_needs,
    object_properties,
    object_references,
    object_versions,
)

_AT_ONCE = 1000
# Later than anything was recorded: what is believed then is what holds.
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_NAMED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (object_references, ("property", "target_id")),
    (object_needs, ("target_id",)),
    (object_properties, ("property", "value")),
)
_HINT = "keep this store as evidence, and compare it with the last backup"


def verify_indexes(connection: Connection) -> int:
    """Check the tables of what holds, and of what is named, against versions and labels.

    Returns:
        The number of versions that were read.

    Raises:
        VerificationError: One was edited, emptied or filled by other means; it is named.
    """
    _verify_heads(connection)
    _verify_labels(connection)
    return _verify_named(connection)


def _verify_heads(connection: Connection) -> None:
    """Check that the version of each object that holds is the one that should."""
    wanted = believed(_LATEST)
    joined = wanted.outerjoin(object_heads, object_heads.c.object_id == wanted.c.object_id)
    differs = or_(
        object_heads.c.seq.is_(None),
        object_heads.c.seq != wanted.c.seq,
        object_heads.c.revoked != wanted.c.revoked,
    )
    _refuse(connection, select(wanted.c.object_id).select_from(joined).where(differs), "head")


def _verify_labels(connection: Connection) -> None:
    """Check that the label in force of each object is that of its last entry, and of its parts."""
    last = (
        select(object_labels.c.object_id, func.max(object_labels.c.seq).label("seq"))
        .group_by(object_labels.c.object_id)
        .subquery()
    )
    heads = object_label_heads
    joined = last.join(object_labels, object_labels.c.seq == last.c.seq).outerjoin(
        heads, heads.c.object_id == last.c.object_id
    )
    differs = or_(
        heads.c.seq.is_(None),
        heads.c.seq != last.c.seq,
        heads.c.label_id != object_labels.c.label_id,
    )
    _refuse(connection, select(last.c.object_id).select_from(joined).where(differs), "label")
    without = ~select(last.c.object_id).where(last.c.object_id == object_heads.c.object_id).exists()
    _refuse(connection, select(object_heads.c.object_id).where(without), "label")
    kinds = list(connection.execute(select(label_kinds.c.label_id)).scalars())
    for name, label in read_labels(connection, kinds).items():
        if label_id(label) != name:
            raise _edited(f"the parts of a label ({label.text()}) are not those it was made of")


def _verify_named(connection: Connection) -> int:
    """Check what each version points to, needs and is found by."""
    versions, checked, after = object_versions, 0, 0
    while rows := connection.execute(
        select(versions.c.seq, versions.c.raw, versions.c.object_id)
        .where(versions.c.seq > after)
        .order_by(versions.c.seq)
        .limit(_AT_ONCE)
    ).all():
        seqs = [row.seq for row in rows]
        found: dict[int, tuple[set[Any], set[Any], set[Any]]] = {
            seq: (set(), set(), set()) for seq in seqs
        }
        for some in batches(seqs):
            for place, (table, names) in enumerate(_NAMED):
                columns = [table.c[name] for name in names]
                chosen = select(table.c.seq, *columns).where(table.c.seq.in_(some))
                for seq, *values in connection.execute(chosen):
                    found[seq][place].add(tuple(values))
        for row in rows:
            card = read_card(row.raw)
            wanted = (
                set(card.references),
                {(target,) for target in card.needs},
                set(card.properties),
            )
            if found[row.seq] != wanted:
                raise _edited(f"what {row.object_id} is found by was changed (version {row.seq})")
        checked, after = checked + len(rows), seqs[-1]
    return checked


def _refuse(connection: Connection, wrong: Select[tuple[str]], what: str) -> None:
    bad = connection.execute(wrong.limit(1)).scalars().first()
    if bad is not None:
        raise _edited(f"the {what} of {bad} is not the one that its history gives")


def _edited(what: str) -> VerificationError:
    return VerificationError(f"the store was changed by other means: {what}", hint=_HINT)
