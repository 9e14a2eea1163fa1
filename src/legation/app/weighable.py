"""What is weighed of the registers: each mission with its channels, papers and proofs.

Of a breach whose row says less than it did, what it said counts on until a version names
another source; each such change is told, with its day and who made it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.balance.evidence import Fact, Paper, Protected, Way, has_broken
from legation.missions.register import Channel, Jewel, Proof
from legation.missions.weakening import is_breach, what_counts

if TYPE_CHECKING:
    from legation.app.registers import Kept
    from legation.app.scope import Scope
    from legation.store.readable import Version

WEAKENED: Final = "mission.weaken"
# Of a breach that was taken back whole.
_WITHDRAWN: Final = ("row",)
_COUNTS: Final = "it counts as it was until its row names another source"
_GIVEN: Final = "another source was named, or it was put right"


class Altered(msgspec.Struct, frozen=True, kw_only=True):
    """A breach whose row was changed so that it says less.

    Attributes:
        object_id: Of its object.
        key: Of its row.
        day: When it was changed.
        by: Who changed it; empty where the trail does not say.
        columns: In what it says less.
        counts: Whether what it said before counts on: no other source was named.
        said: All of it as a sentence, the same at every door.
    """

    object_id: str
    key: str
    day: date
    by: str
    columns: tuple[str, ...]
    counts: bool
    said: str


def weighable(
    scope: "Scope", rows: "dict[str, list[Kept]]", as_of: datetime | None
) -> "tuple[dict[str, list[Kept]], dict[str, tuple[Altered, ...]]]":
    """Return rows with what counts of each proof, and by mission the breaches that say less.

    Args:
        scope: Who asks, of which store.
        rows: By register, those that may be known.
        as_of: What was believed at this time; None: now.
    """
    from legation.missions.tables import pointed

    past: dict[str, list[Version]] = defaultdict(list)
    for version in scope.objects.registered(("proofs",), as_of=as_of, past=True):
        past[version.object_id].append(version)
    if not past:
        return rows, {}
    holds = scope.objects.get_many(past, as_of=as_of)
    keys = {name: {one.row.key for one in some} for name, some in rows.items()}
    proofs = {one.object_id: one for one in rows["proofs"]}
    altered: dict[str, list[Altered]] = defaultdict(list)
    for object_id, before in past.items():
        counted = _counted(scope, (*before, holds[object_id])) if object_id in holds else None
        if counted is None:
            continue
        one, changes = counted
        if all(key in keys[target] for _, target, key in pointed("proofs", one.row)):
            proofs[object_id] = one
            altered[one.row.mission] += changes  # type: ignore[union-attr]  # a proof has one
        else:
            proofs.pop(object_id, None)
    ordered = sorted(proofs.values(), key=lambda one: one.row.key)
    return rows | {"proofs": ordered}, {key: tuple(some) for key, some in altered.items()}


def breached_channels(scope: "Scope", rows: "dict[str, list[Kept]]") -> frozenset[str]:
    """Return the keys of the channels that a breach names, of those that may be known."""
    counting, _ = weighable(scope, rows, None)
    return frozenset(
        one.row.channel
        for one in counting["proofs"]
        if isinstance(one.row, Proof) and is_breach(one.row)
    )


def protected(rows: "dict[str, list[Kept]]", day: date) -> Iterable[Protected]:
    """Yield the missions that stand on a day, with what is known of each."""
    ids = {one.row.key: one.object_id for one in rows["channels"]}
    standing: dict[str, str] = {}
    known: dict[str, Way] = {}
    ways: dict[str, list[Way]] = defaultdict(list)
    papers: dict[str, list[Paper]] = defaultdict(list)
    facts: dict[str, list[Fact]] = defaultdict(list)
    gone: dict[str, dict[str, Way]] = defaultdict(dict)
    for one in rows["channels"]:
        if isinstance(one.row, Channel):
            known[one.object_id] = _way(one.row, one.object_id)
            if stands(one, day):
                ways[one.row.mission].append(known[one.object_id])
                standing[one.object_id] = one.row.mission
    for mission, paper in _papers(rows["jewels"], ids):
        papers[mission].append(paper)
    for mission, fact in _facts(rows["proofs"], ids):
        facts[mission].append(fact)
        there = standing.get(fact.channel)
        if fact.channel and there != mission and has_broken(fact, day):
            # What broke a channel is of who has it now, and stays with who had it.
            gone[mission][fact.channel] = known[fact.channel]
            if there is not None:
                facts[there].append(fact)
    for one in rows["missions"]:
        if stands(one, day):
            key = one.row.key
            yield Protected(
                id=one.object_id,
                ways=tuple(ways[key]),
                papers=tuple(papers[key]),
                facts=tuple(facts[key]),
                gone=tuple(gone[key].values()),
            )


def stands(one: "Kept", day: date) -> bool:
    """Tell whether a row holds on a day."""
    since, until = getattr(one.row, "since", None), getattr(one.row, "until", None)
    return (since is None or since <= day) and (until is None or day <= until)


def _counted(scope: "Scope", versions: "Sequence[Version]") -> "tuple[Kept, list[Altered]] | None":
    """Return what counts of a row, and the changes that made it say less."""
    from legation.app.home import author_of
    from legation.app.registers import kept_of

    author = author_of(scope.store)
    read = [
        (version, one)
        for version in versions
        if not version.revoked and (one := kept_of(version, author)) is not None
    ]
    rows = [one.row for _, one in read if isinstance(one.row, Proof)]
    if not rows:
        return None
    row, weakened = what_counts(rows)
    told = [(*read[one.number], one.columns, one.counts) for one in weakened]
    if versions[-1].revoked:
        if not is_breach(row):
            return None
        told.append((versions[-1], read[-1][1], _WITHDRAWN, True))
    changes = [_altered(scope, *one) for one in told]
    return msgspec.structs.replace(read[-1][1], row=row), changes


def _altered(
    scope: "Scope",
    version: "Version",
    one: "Kept",
    columns: tuple[str, ...],
    counts: bool,
) -> Altered:
    entries = scope.store.audit.entries(verb=WEAKENED, subject=one.object_id)
    by = next(
        (
            each.event.actor
            for each in entries
            if each.event.detail.get("modified") == one.modified and columns != _WITHDRAWN
        ),
        "",
    )
    day = version.recorded.astimezone(UTC).date()
    said = f"a breach was changed on {day}" + (f" by {by}" if by else "")
    return Altered(
        object_id=one.object_id,
        key=one.row.key,
        day=day,
        by=by,
        columns=columns,
        counts=counts,
        said=f"{said}: {_COUNTS if counts else _GIVEN}",
    )


def _way(row: Channel, object_id: str) -> Way:
    return Way(
        id=object_id,
        kind=row.kind,
        carries=row.carries or "",
        state=row.state or "",
        address=row.address,
    )


def _papers(jewels: "Sequence[Kept]", ids: Mapping[str, str]) -> Iterable[tuple[str, Paper]]:
    for one in jewels:
        if isinstance(one.row, Jewel):
            held = frozenset(ids[key] for key in one.row.channels)
            yield (
                one.row.mission,
                Paper(id=one.object_id, value=one.row.value, channels=held),
            )


def _facts(proofs: "Sequence[Kept]", ids: Mapping[str, str]) -> Iterable[tuple[str, Fact]]:
    return (
        (one.row.mission, _fact(one.row, one.object_id, ids))
        for one in proofs
        if isinstance(one.row, Proof)
    )


def _fact(row: Proof, object_id: str, channels: Mapping[str, str]) -> Fact:
    return Fact(
        id=object_id,
        channel=channels[row.channel] if row.channel else "",
        kind=row.kind,
        threats=frozenset(row.threats),
        on=row.on,
        until=row.known if row.kind == "watched" else None,
        known=row.known,
        outcome=row.outcome,
    )
