"""Whether the labels in force are those that were given: history, heads and trail compared.

A label decides who is shown an object and what may leave. So the one in force must be the last
of the object's history, the history must follow from what its versions say of themselves and
from what people did, and each thing that people did stands in the audit trail.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, select

from legation.errors import VerificationError
from legation.stix.labels import Label, all_joined, label_of
from legation.store.audit import Entry
from legation.store.labels import ARRIVED, label_id, read_labels
from legation.store.objects_verify import ids_of_objects
from legation.store.tables import (
    label_kinds,
    object_label_heads,
    object_labels,
    object_versions,
)
from legation.store.values import plain

_HINT: Final = "keep this store as evidence, let nothing leave it, and restore the last backup"
_OPEN: Final = "TLP:CLEAR"
_Rows = Mapping[str, list[Row[Any]]]


def verify_labels(connection: Connection, made: Iterable[Entry], changed: Iterable[Entry]) -> int:
    """Check the label of every object.

    Args:
        connection: To the store.
        made: Entries of the trail by which the desk itself was made: it is known to all.
        changed: Entries by which people gave labels, in order.

    Returns:
        The number of objects.

    Raises:
        VerificationError: A label in force is not the one that was given, or how it came to be
            was changed; the first object is named.
    """
    kinds = _verified_kinds(connection)
    told: dict[str, list[tuple[str | None, Entry]]] = defaultdict(list)
    for entry in made:
        told[entry.event.subject].append((_OPEN, entry))
    for entry in changed:
        told[entry.event.subject].append((None, entry))
    objects = entries = 0
    for ids in ids_of_objects(connection):
        said = _said(connection, ids)
        history = _history(connection, ids)
        heads = {
            row.object_id: row
            for row in connection.execute(
                select(object_label_heads).where(object_label_heads.c.object_id.in_(ids))
            )
        }
        for object_id in ids:
            rows = history.get(object_id, [])
            _verify_head(object_id, rows, heads.get(object_id))
            _verify_history(object_id, rows, kinds, said[object_id], told.pop(object_id, []))
            entries += len(rows)
        objects += len(ids)
    if told:
        raise _broken(f"the audit trail names a label of {min(told)}, which is not in the store")
    _verify_totals(connection, objects, entries)
    return objects


def _verified_kinds(connection: Connection) -> dict[str, Label]:
    """Return all labels by their ids, which follow from their parts."""
    ids = connection.execute(select(label_kinds.c.label_id)).scalars().all()
    kinds = read_labels(connection, ids)
    for named, label in kinds.items():
        if label_id(label) != named:
            raise _broken(
                f"the parts of the label {named:.32} were changed: it is now {label.text()}"
            )
    return kinds


def _said(connection: Connection, ids: list[str]) -> dict[str, list[Label]]:
    """Return what the versions of objects say of themselves, in the order of their arrival."""
    versions = object_versions.c
    chosen = select(versions.object_id, versions.raw).where(versions.object_id.in_(ids))
    said: dict[str, list[Label]] = defaultdict(list)
    for row in connection.execute(chosen.order_by(versions.seq)):
        try:
            said[row.object_id].append(label_of(msgspec.json.decode(row.raw, type=dict[str, Any])))
        except (msgspec.DecodeError, UnicodeDecodeError) as bad:
            raise _broken(f"a version of {row.object_id} cannot be read") from bad
    return said


def _history(connection: Connection, ids: list[str]) -> _Rows:
    chosen = select(object_labels).where(object_labels.c.object_id.in_(ids))
    ordered = chosen.order_by(object_labels.c.object_id, object_labels.c.seq)
    rows = connection.execute(ordered).all()
    return {name: list(some) for name, some in groupby(rows, key=lambda row: str(row.object_id))}


def _verify_head(object_id: str, rows: list[Row[Any]], head: Row[Any] | None) -> None:
    if not rows:
        raise _broken(f"{object_id} has no label")
    if head is None:
        raise _broken(f"no label of {object_id} is in force")
    if (head.seq, head.label_id) != (rows[-1].seq, rows[-1].label_id):
        raise _broken(
            f"the label of {object_id} that is in force is not the last that it was given"
        )


def _verify_history(
    object_id: str,
    rows: list[Row[Any]],
    kinds: Mapping[str, Label],
    said: list[Label],
    told: list[tuple[str | None, Entry]],
) -> None:
    """Check that each label follows from the one before, by a version or by a person."""
    every, before = all_joined(said), None
    by_people = False
    for row in rows:
        label = kinds.get(row.label_id)
        if label is None:
            raise _broken(f"a label of {object_id} is in no list of labels")
        if row.actor != ARRIVED:
            by_people = True
            if before is None or not told or not _agree(row, before, label, *told.pop(0)):
                raise _broken(
                    f"the audit trail does not tell of the label {label.text()} of {object_id}"
                )
        elif not _follows(label, before, said[0], every):
            raise _broken(
                f"the label {label.text()} of {object_id} follows from none of its versions"
            )
        before = label
    if any(made is None for made, _ in told):
        raise _broken(f"the audit trail names a label of {object_id} that its history lacks")
    if not by_people and before != every:
        raise _broken(f"the label of {object_id} is not what its versions say of themselves")


def _follows(label: Label, before: Label | None, first: Label, every: Label) -> bool:
    """Tell whether a version can have brought a label: it closes, and by no more than it says."""
    least = before or first
    return least.joined(label) == label and label.joined(every.joined(least)) == every.joined(least)


def _agree(row: Row[Any], before: Label, label: Label, made: str | None, entry: Entry) -> bool:
    """Tell whether an entry of the trail is that of a person's label."""
    event, detail = entry.event, entry.event.detail
    if plain(row.actor) != event.actor:
        return False
    if made is not None:
        return label.text() == made
    return (
        _reads(str(detail.get("from", "")), before)
        and _reads(str(detail.get("to", "")), label)
        and plain(row.reason) == plain(str(detail.get("reason", "")))
    )


def _reads(text: str, label: Label) -> bool:
    """Tell whether a text is that of a label, whatever the ladder was when it was written."""
    rest = msgspec.structs.replace(label, levels=()).text()
    return text in ({f"{level.upper()} · {rest}" for level in label.levels} or {rest})


def _verify_totals(connection: Connection, objects: int, entries: int) -> None:
    heads = select(func.count()).select_from(object_label_heads)
    if more := connection.execute(heads).scalar_one() - objects:
        raise _broken(f"{more} labels are in force for objects that are not there")
    last = connection.execute(select(func.max(object_labels.c.seq))).scalar_one() or 0
    if missing := int(last) - entries:
        raise _broken(
            f"{missing} entries of labels are gone: they are numbered without gaps, "
            f"and the last is {last}"
        )


def _broken(what: str) -> VerificationError:
    return VerificationError(f"the labels were changed: {what}", hint=_HINT)
