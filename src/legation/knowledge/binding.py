"""Who is bound by a norm on a day, and what states said of it: from rows of packs alone.

Whether a state is bound is answered as it is on the state's own page, so the two never say
different things. A treaty that is not in force binds nobody yet. Of a norm that binds nobody,
who takes part is not asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from legation.knowledge.answering import Answer as Standing
from legation.knowledge.answering import Question as Asked
from legation.knowledge.facts import Agreement, Law, Party, Position
from legation.knowledge.holding import earliest, latest
from legation.knowledge.marks import Shown
from legation.knowledge.pack_file import Pack
from legation.knowledge.telling import Told

Binds = Literal["bound", "signed only", "not a party", "suspended", "unknown"]
Stance = Literal["adopted", "rejected", "silent"]
NOT_IN_FORCE: Final = "the agreement was not in force on that day"
NOT_KNOWN_IN_FORCE: Final = "whether the agreement was in force on that day is not on record"
NOT_FOR_STATE: Final = "ratified, and not yet in force for this state on that day"
CONTRADICTED: Final = "packs contradict each other"
NO_LIST: Final = "no list of parties is on record, or it has gaps"
OWN_LAW: Final = "its own law"
OTHERS_LAW: Final = "the law of another state"
NOT_YET: Final = "made after that day"


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """How a state stood to a norm on a day.

    Attributes:
        note: Why, where the word alone is not enough.
        as_of: Oldest day that its facts speak for.
        source: Where those are from.
        mark: What must stand beside them.
    """

    state: str
    said: Binds
    note: str = ""
    as_of: date
    source: str
    mark: str = ""


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What a state said of a norm, or that somebody looked and found it silent."""

    state: str
    stance: Stance
    on: str
    note: str
    source: str
    as_of: date
    mark: str


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """Where states stand on a norm; who is absent is not known, and not silent.

    Attributes:
        concerned: What the states of the case said last.
        others: How many other states adopted it, rejected it, or are silent.
    """

    concerned: tuple[Stated, ...] = ()
    others: dict[Stance, int] = {}


def bound_by_agreement(
    agreement: Agreement, standings: Iterable[tuple[str, Sequence[Standing]]], told: Told, on: date
) -> tuple[Bound, ...]:
    """Return how states stood to an agreement.

    Args:
        agreement: The agreement.
        standings: Each state with all answers about it.
        told: For the marks.
        on: The day asked about.
    """
    found = []
    for state, several in standings:
        answers = {one.question: one for one in several if one.agreement.key == agreement.key}
        found.append(_bound(agreement, state, answers, told, on))
    return tuple(found)


def bound_by_law(law: Law, seen: Shown, states: Iterable[str], on: date) -> tuple[Bound, ...]:
    """Return whose own law it is, among some states."""
    found = []
    for state in states:
        own = state == law.state
        made = law.year <= on.year
        found.append(
            Bound(
                state=state,
                said="bound" if own and made else "not a party",
                note=(OWN_LAW if made else NOT_YET) if own else OTHERS_LAW,
                as_of=seen.as_of,
                source=seen.source,
                mark=seen.mark,
            )
        )
    return tuple(found)


def views_of(
    positions: Iterable[tuple[Position, Pack]], states: Iterable[str], told: Told, on: date
) -> Views:
    """Return what states had said of a norm by a day."""
    last: dict[str, tuple[Position, Pack]] = {}
    for row, pack in positions:
        if row.on and earliest(row.on) > on.isoformat():
            continue
        before = last.get(row.state)
        if before is None or _when(row) > _when(before[0]):
            last[row.state] = (row, pack)
    concerned = []
    for state in dict.fromkeys(states):
        if state in last:
            row, pack = last.pop(state)
            seen = told.shown(row, pack)
            concerned.append(
                Stated(
                    state=state,
                    stance=row.stance,
                    on=row.on,
                    note=row.note,
                    source=row.source,
                    as_of=row.as_of,
                    mark=seen.mark,
                )
            )
    others: dict[Stance, int] = {}
    for row, _ in last.values():
        others[row.stance] = others.get(row.stance, 0) + 1
    return Views(concerned=tuple(concerned), others=dict(sorted(others.items())))


def _when(row: Position) -> tuple[str, str]:
    return (latest(row.on) if row.on else "", row.key)


def _bound(
    agreement: Agreement, state: str, answers: Mapping[Asked, Standing], told: Told, on: date
) -> Bound:
    ratified, signed = answers.get("ratified"), answers.get("signed")
    said, note = _said(ratified, signed)
    joined: Binds = "signed only" if signed and signed.said == "yes" else "not a party"
    in_force = _in_force(agreement, on)
    if in_force == "no":
        # Then it binds nobody, whatever gaps the list of its parties has.
        said, note = joined, NOT_IN_FORCE
    elif said == "bound" and ratified:
        rows = [row for row, _ in ratified.evidence if isinstance(row, Party)]
        days = [row.in_force for row in rows if row.in_force[:1].isdigit()]
        if days and min(map(earliest, days)) > on.isoformat():
            said, note = "signed only", NOT_FOR_STATE
        elif not days and in_force == "not known":
            said, note = "unknown", NOT_KNOWN_IN_FORCE
    rests = signed if said == "signed only" and signed else ratified or signed
    seen = [told.shown(*row) for row in rests.evidence] if rests else []
    return Bound(
        state=state,
        said=said,
        note=note,
        as_of=min((one.as_of for one in seen), default=agreement.as_of),
        source="; ".join(dict.fromkeys(one.source for one in seen)) or agreement.source,
        mark="; ".join(dict.fromkeys(one.mark for one in seen if one.mark)),
    )


def _said(ratified: Standing | None, signed: Standing | None) -> tuple[Binds, str]:
    if ratified is None:
        return "unknown", NO_LIST
    if "contradicted" in (ratified.said, signed.said if signed else ""):
        return "unknown", CONTRADICTED
    if ratified.said == "suspended":
        return "suspended", ratified.status
    if ratified.said == "no" or ratified.status.startswith("ended"):
        left = bool(ratified.status) or not (signed and signed.said == "yes")
        return "not a party" if left else "signed only", ratified.status
    if ratified.said == "yes":
        return "unknown" if ratified.status else "bound", ratified.status
    return "unknown", NO_LIST


def _in_force(agreement: Agreement, on: date) -> Literal["yes", "no", "not known"]:
    """Tell whether an agreement was in force; one that was not open yet was not."""
    day = on.isoformat()
    begun = agreement.in_force or agreement.opened
    if begun and earliest(begun) > day:
        return "no"
    return "yes" if agreement.in_force and latest(agreement.in_force) <= day else "not known"
