"""What is weighed of the registers: each mission with its channels, papers and proofs.

Of a breach whose row says less than it did, what it said counts on until a version names
another source; each such change is told, with its day and who made it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from legation.balance.evidence import Fact, Paper, Protected, Way, has_broken
from legation.balance.placing import is_same_place
from legation.missions.register import Channel, Jewel, Mission, Proof
from legation.missions.weakening import Weakened, is_breach, what_counts

if TYPE_CHECKING:
    from legation.app.registers import Kept
    from legation.app.scope import Scope
    from legation.store.versions import Version

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
        modified: Of the version that says less.
        day: When it was changed.
        of: What it was: a breach, a failed test, an attempt.
        by: Who changed it, see `with_names`; empty where the trail does not say.
        columns: In what it says less.
        counts: Whether what it said before counts on: no other source was named.
        said: All of it as a sentence, the same at every door.
    """

    object_id: str
    key: str
    modified: str
    day: date
    columns: tuple[str, ...]
    counts: bool
    of: str
    by: str = ""
    said: str = ""


def weighable(
    scope: "Scope", as_of: datetime | None
) -> "tuple[dict[str, list[Kept]], dict[str, tuple[Altered, ...]]]":
    """Return the rows that may be known, and by mission the breaches that say less.

    Of each proof the row is what counts of it.

    Args:
        scope: Who asks, of which store.
        as_of: What was believed at this time; None: now.
    """
    from legation.app.registers import Registers
    from legation.missions.tables import pointed

    rows, past = Registers(scope).with_past("proofs", as_of=as_of)
    keys = {name: {one.row.key for one in some} for name, some in rows.items()}
    proofs = {one.object_id: one for one in rows["proofs"]}
    altered: dict[str, list[Altered]] = defaultdict(list)
    for object_id, versions in past.items():
        counted = _counted(scope, versions) if len(versions) > 1 else None
        if counted is None:
            continue
        one, changes, missions = counted
        if all(key in keys[target] for _, target, key in pointed("proofs", one.row)):
            proofs[object_id] = one
            for mission in missions:  # those that it has left, too
                altered[mission] += changes
        else:
            proofs.pop(object_id, None)
    ordered = sorted(proofs.values(), key=lambda one: one.row.key)
    return rows | {"proofs": ordered}, {key: tuple(some) for key, some in altered.items()}


def with_names(
    scope: "Scope", altered: Mapping[str, Sequence[Altered]]
) -> dict[str, tuple[Altered, ...]]:
    """Return changes by their mission with who made each, as the trail says."""
    entries = scope.store.audit.every(WEAKENED) if any(altered.values()) else ()
    told = {(one.event.subject, one.event.detail.get("modified")): one.event for one in entries}

    def named(one: Altered) -> Altered:
        event = told.get((one.object_id, one.modified))
        if event is None:
            return one
        return msgspec.structs.replace(one, by=event.actor, said=_said(one, event.actor))

    return {key: tuple(map(named, some)) for key, some in altered.items()}


def breached_channels(scope: "Scope") -> frozenset[str]:
    """Return the keys of the channels that a breach names, of those that may be known."""
    counting, _ = weighable(scope, None)
    return frozenset(
        one.row.channel
        for one in counting["proofs"]
        if isinstance(one.row, Proof) and is_breach(one.row)
    )


def protected(rows: "dict[str, list[Kept]]", day: date) -> Iterable[Protected]:
    """Yield the missions that stand on a day, with what is known of each."""
    ids = {one.row.key: one.object_id for one in rows["channels"]}
    known: dict[str, Way] = {}
    ways: dict[str, dict[str, Way]] = defaultdict(dict)
    for one in rows["channels"]:
        if isinstance(one.row, Channel):
            known[one.object_id] = _way(one.row, one.object_id)
            if stands(one, day):
                ways[one.row.mission][one.object_id] = known[one.object_id]
    papers = _papers(rows["jewels"], ids)
    facts: dict[str, list[Fact]] = defaultdict(list)
    gone: dict[str, dict[str, Way]] = defaultdict(dict)
    heirs = _heirs(rows["missions"], ways, day)
    for mission, fact in _facts(rows["proofs"], ids):
        facts[mission].append(fact)
        if fact.channel and fact.channel not in ways[mission] and has_broken(fact, day):
            # What broke a channel is of who has it now, and stays with who had it.
            gone[mission][fact.channel] = known[fact.channel]
            for heir in heirs(mission, known[fact.channel]):
                facts[heir].append(fact)
                if fact.channel not in ways[heir]:
                    gone[heir][fact.channel] = known[fact.channel]
    for one in rows["missions"]:
        if stands(one, day):
            key = one.row.key
            yield Protected(
                id=one.object_id,
                ways=tuple(ways[key].values()),
                papers=tuple(papers[key]),
                facts=tuple(facts[key]),
                gone=tuple(gone[key].values()),
            )


def _heirs(
    missions: "Sequence[Kept]", ways: Mapping[str, Mapping[str, Way]], day: date
) -> "Callable[[str, Way], list[str]]":
    """Return what tells which missions answer for a breach of a channel, beside its own one.

    That is who has the channel now. A mission that was ended leaves its breaches to those of its
    state that are of its kind at its place, or have a channel of the kind and address: it may be
    entered anew under another key.
    """
    known = {one.row.key: one.row for one in missions if isinstance(one.row, Mission)}
    standing = sorted(one.row.key for one in missions if stands(one, day))
    has = {channel: mission for mission, some in ways.items() for channel in some}

    def heirs(mission: str, was: Way) -> list[str]:
        if there := has.get(was.id):
            return [there]
        if mission in standing:
            return []
        return [
            other
            for other in standing
            if known[other].state == known[mission].state
            and (
                _place(known[other]) == _place(known[mission])
                or any(
                    is_same_place(way, was) and way.kind == was.kind for way in ways[other].values()
                )
            )
        ]

    return heirs


def _place(row: Mission) -> tuple[str, str, str]:
    return row.kind, row.host, " ".join(row.seat.casefold().split())


def stands(one: "Kept", day: date) -> bool:
    """Tell whether a row holds on a day."""
    since, until = getattr(one.row, "since", None), getattr(one.row, "until", None)
    return (since is None or since <= day) and (until is None or day <= until)


def _counted(
    scope: "Scope", versions: "Sequence[Version]"
) -> "tuple[Kept, list[Altered], list[str]] | None":
    """Return what counts of a row, what made it say less, and the missions that it was of."""
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
    told = [(*read[one.number], one, rows[one.number - 1]) for one in weakened]
    if versions[-1].revoked:
        if not is_breach(row):
            return None
        gone = Weakened(number=len(rows), columns=_WITHDRAWN, counts=True)
        told.append((versions[-1], read[-1][1], gone, row))
    changes = [_altered(*one) for one in told]
    missions = list(dict.fromkeys(one.mission for one in rows))
    return msgspec.structs.replace(read[-1][1], row=row), changes, missions


def _altered(version: "Version", one: "Kept", weakened: Weakened, before: Proof) -> Altered:
    columns = weakened.columns
    change = Altered(
        object_id=one.object_id,
        key=one.row.key,
        # Nobody is named with a row that was taken back: it has no entry of its own.
        modified="" if columns == _WITHDRAWN else one.modified,
        day=version.recorded.astimezone(UTC).date(),
        columns=columns,
        counts=weakened.counts,
        of=_was(before),
    )
    return msgspec.structs.replace(change, said=_said(change))


def _was(row: Proof) -> str:
    if is_breach(row):
        return "a breach"
    return "an attempt" if row.kind == "attempt" else f"a failed {row.kind}"


def _said(change: Altered, by: str = "") -> str:
    """Return a change as a sentence, the same at every door."""
    told = f"{change.of} was changed on {change.day}" + (f" by {by}" if by else "")
    return f"{told}: {_COUNTS if change.counts else _GIVEN}"


def _way(row: Channel, object_id: str) -> Way:
    return Way(
        id=object_id,
        kind=row.kind,
        carries=row.carries or "",
        state=row.state or "",
        address=row.address,
    )


def _papers(jewels: "Sequence[Kept]", ids: Mapping[str, str]) -> dict[str, list[Paper]]:
    """Return the papers of each mission."""
    papers: dict[str, list[Paper]] = defaultdict(list)
    for one in jewels:
        if isinstance(one.row, Jewel):
            held = frozenset(ids[key] for key in one.row.channels)
            paper = Paper(id=one.object_id, value=one.row.value, channels=held)
            papers[one.row.mission].append(paper)
    return papers


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
