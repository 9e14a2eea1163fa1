"""Rows that come in and say less of a breach on record: told in the answer, noted in the trail."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from legation.app.weighable import WEAKENED
from legation.missions.objects import Row, object_id
from legation.missions.register import Proof
from legation.missions.weakening import what_counts

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.opening import Store
    from legation.store.versions import Version


class Weakening(msgspec.Struct, frozen=True, kw_only=True):
    """A row that says less of a breach than is on record.

    Attributes:
        columns: In what it says less.
        counts: Whether what was said before counts on: it names no other source.
        said: All of it as a sentence, the same at every door.
        before: Hash of the version before.
    """

    key: str
    object_id: str
    columns: tuple[str, ...]
    counts: bool
    said: str
    before: str


def weakenings(store: "Store", author: str, rows: Sequence[Row]) -> tuple[Weakening, ...]:
    """Return the rows that say less of a breach than is on record, before they are put there."""
    from legation.app.registers import kept_of

    changed = {object_id(author, "proofs", row.key): row for row in rows if isinstance(row, Proof)}
    if not changed:
        return ()
    versions: dict[str, list[Version]] = defaultdict(list)
    for version in store.objects.registered_ever((), ("proofs",))[1]:
        versions[version.object_id].append(version)
    found = []
    for name, row in changed.items():
        kept = [one.row for each in versions[name] if (one := kept_of(each, author))]
        before = [one for one in kept if isinstance(one, Proof)]
        _, weakened = what_counts([*before, row])
        last = next((one for one in weakened if one.number == len(before)), None)
        if last is not None:
            found.append(
                Weakening(
                    key=row.key,
                    object_id=name,
                    columns=last.columns,
                    counts=last.counts,
                    said=_said(last.columns, counts=last.counts),
                    before=versions[name][-1].content_sha256,
                )
            )
    return tuple(found)


def note_weakened(scope: "Scope", weakened: Sequence[Weakening]) -> None:
    """Note each of them in the trail, once its new version is kept."""
    from legation.store.audit import Event

    now = scope.store.objects.get_many(one.object_id for one in weakened)
    for one in weakened:
        version = now[one.object_id]
        scope.store.audit.append(
            Event(
                at=scope.now(),
                actor=scope.reader.actor,
                verb=WEAKENED,
                subject=one.object_id,
                detail={
                    "before": one.before,
                    "after": version.content_sha256,
                    "modified": str(version.value()["modified"]),
                    "columns": list(one.columns),
                    "counts": one.counts,
                },
            )
        )


def _said(columns: Sequence[str], *, counts: bool) -> str:
    of = "a breach, a failed try or an attempt"
    said = f"this row says less than is on record of {of}: {', '.join(columns)}"
    if counts:
        return f"{said}; it counts as it was until the row names another source"
    return f"{said}; it names another source, so it counts, and the change is told"
