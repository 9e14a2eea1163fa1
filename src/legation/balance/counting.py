"""Where each proof counts, and why one does not.

A proof may speak for or against a safeguard, and of how often something happens. Leaves are
worked out from what is said here, and doors tell it, so that nothing is taken in silently.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from legation.balance.evidence import (
    SURFACE,
    THREATS,
    Fact,
    Protected,
    Threat,
    has_broken,
    has_held,
    last_day,
)
from legation.balance.nodes import EVENTS, HALF_LIFE_DAYS, TRIED, YEAR_DAYS
from legation.balance.placing import is_unplaced, tried_on

if TYPE_CHECKING:
    from legation.balance.weighing import Scale

Part = Literal["safeguards", "chance"]
NO_CHANNEL: Final = "it names no channel, and a safeguard is tried on a channel"
UNPLACED: Final = (
    "nobody said which channel it broke, so until then no more than cannot tell is said"
)
NOT_THERE: Final = "its channel is none of the mission's that day"
NO_OUTCOME: Final = "nobody said whether the safeguard held"
OVERTAKEN: Final = "a later breach shows that it does not hold"
NO_TRY: Final = "an attempt tries no safeguard: what was met is a case, what got through a breach"
OUTSIDE_YEAR: Final = "it lies more than a year back"
AHEAD: Final = "it lies ahead of that day"
NO_MISSION: Final = "its mission does not stand that day"
# Their gaps are filled here; `reasons` names all of them for the catalogues of the desk.
_OTHER_KIND: Final = "%s does not come through a channel of its kind"
_TOO_OLD: Final = "it is older than the %s days in which a try counts"


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof counts for in one part of a threat's balance.

    Attributes:
        fact: Id of its object.
        weight: From 0 to 1; 0: it does not count.
        why: Why it does not; empty where it does.
    """

    fact: str
    threat: Threat
    part: Part
    weight: float
    why: str = ""


def tries(facts: Collection[Fact], threat: Threat, scale: "Scale") -> list[tuple[Fact, Use]]:
    """Return what each try of one channel's safeguard counts for.

    It fades by its age, and tries of one kind on one day share the weight of one, so that many
    entries of a day prove no more than that it was tried that day. What held on a day up to
    which a breach was not yet known proves nothing any more: the breach came later, or was there
    unseen. It is by the last day of a breach that its age is told, since nobody knows that it
    had ended before it was known.
    """
    broken = max((last_day(fact) for fact in facts if has_broken(fact, scale.day)), default=None)
    each = [(fact, _tried(fact, threat, broken, scale)) for fact in facts]
    days = Counter((fact.kind, fact.on) for fact, use in each if use.weight)
    return [
        (fact, msgspec.structs.replace(use, weight=use.weight / days[fact.kind, fact.on]))
        if use.weight
        else (fact, use)
        for fact, use in each
    ]


def is_event(fact: Fact, day: date) -> bool:
    """Tell whether a proof tells of an event that happened, or became known, in the year."""
    start = day - timedelta(days=YEAR_DAYS)
    return fact.kind in EVENTS and fact.on <= day and last_day(fact) > start


def looked(facts: Iterable[Fact], day: date) -> list[tuple[date, date]]:
    """Return the spans of the year before a day in which somebody looked, apart, in order."""
    start = day - timedelta(days=YEAR_DAYS - 1)
    spans: list[tuple[date, date]] = []
    for fact in sorted((one for one in facts if one.kind == "watched"), key=lambda one: one.on):
        begins, ends = max(fact.on, start), min(fact.until or fact.on, day)
        if ends < begins:
            continue
        if spans and begins <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], max(spans[-1][1], ends))
        else:
            spans.append((begins, ends))
    return spans


def is_within(fact: Fact, spans: Iterable[tuple[date, date]]) -> bool:
    """Tell whether an event happened, or became known, while somebody looked."""
    return any(fact.on <= ends and last_day(fact) >= begins for begins, ends in spans)


def uses(mission: Protected, scale: "Scale") -> Iterator[Use]:
    """Yield what each proof of a mission counts for, by threat and part of its balance."""
    kinds = {way.id: way.kind for way in (*mission.ways, *mission.gone)}
    for threat in THREATS:
        facts = [fact for fact in mission.facts if threat in fact.threats]
        counts: dict[str, Use] = {}
        for one in tried_on(mission, threat, scale):
            for fact, use in tries(one.facts, threat, scale) if one.is_weighed else ():
                if fact.id not in counts or counts[fact.id].weight < use.weight:
                    counts[fact.id] = use
        for fact in facts:
            if fact.kind in TRIED:
                yield counts.get(fact.id) or _nowhere(fact, threat, kinds, scale)
        yield from (
            _none(fact, threat, "safeguards", NO_TRY)
            for fact in facts
            if fact.kind == "attempt" and fact.outcome != "unknown"
        )
        yield from (_seen(fact, threat, scale.day) for fact in facts if _speaks(fact))


def reasons() -> tuple[str, ...]:
    """Return all reasons why a proof does not count, with names for their gaps."""
    return (
        NO_CHANNEL,
        UNPLACED,
        NOT_THERE,
        NO_OUTCOME,
        OVERTAKEN,
        NO_TRY,
        OUTSIDE_YEAR,
        AHEAD,
        NO_MISSION,
        _OTHER_KIND % "%(v1)s",
        _TOO_OLD % "%(num1)s",
    )


def _tried(fact: Fact, threat: Threat, broken: date | None, scale: "Scale") -> Use:
    held = has_held(fact)
    last = fact.on if held else min(last_day(fact), scale.day)
    age = (scale.day - last).days
    why = ""
    if fact.on > scale.day:
        why = AHEAD
    elif held is None:
        why = NO_OUTCOME
    elif held and broken is not None and fact.on <= broken:
        why = OVERTAKEN
    elif age > scale.tested_days:
        why = _TOO_OLD % scale.tested_days
    if why:
        return _none(fact, threat, "safeguards", why)
    fades = 0.5 ** (age / HALF_LIFE_DAYS)
    return Use(fact=fact.id, threat=threat, part="safeguards", weight=fades)


def _nowhere(fact: Fact, threat: Threat, kinds: Mapping[str, str], scale: "Scale") -> Use:
    why, kind = NO_CHANNEL, kinds.get(fact.channel)
    if is_unplaced(fact, threat, kind, scale):
        why = UNPLACED
    elif fact.channel:
        why = _OTHER_KIND % threat if kind and kind not in SURFACE[threat] else NOT_THERE
    return _none(fact, threat, "safeguards", why)


def _speaks(fact: Fact) -> bool:
    return fact.kind in EVENTS or fact.kind == "watched"


def _seen(fact: Fact, threat: Threat, day: date) -> Use:
    counts = is_event(fact, day) if fact.kind in EVENTS else bool(looked([fact], day))
    if counts:
        return Use(fact=fact.id, threat=threat, part="chance", weight=1.0)
    return _none(fact, threat, "chance", AHEAD if fact.on > day else OUTSIDE_YEAR)


def _none(fact: Fact, threat: Threat, part: Part, why: str) -> Use:
    return Use(fact=fact.id, threat=threat, part=part, weight=0.0, why=why)
