"""Early warning of escalation between two parties: by stated rules, the same for every pair.

Three signs warn: incidents come more often than in this pair's own past, the tone falls, or
answers climb in turn. The first two are judgements about chance and are corrected for all pairs
that are looked at. The third is no estimate: when each side has gone higher than the other before
it, and both did so twice, they are climbing. What is open and what lies ahead is told beside them
and warns of nothing by itself. Where there is too little to go by, that is said, and it is no
all-clear.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal, TypeVar

import msgspec

from legation.safeguards.cases.escalation.chances import Fall, Rate, adjusted, fall, rate
from legation.safeguards.cases.escalation.signals import (
    WEEK,
    Signal,
    Span,
    incidents,
    series,
    tones,
    weekly,
)

Test = TypeVar("Test", Rate, Fall)
Verdict = Literal["warns", "no warning", "cannot tell"]
Sign = Literal["incidents", "tone", "climb", "open", "talks"]
WORDS: Final[dict[Sign, str]] = {
    "incidents": "more incidents in the last weeks than in the past of this very pair",
    "tone": "the tone falls",
    "climb": "answers climb in turn: each stands higher than the other side's before it",
    "open": "something asked is open, and no move to calm has been made since",
    "talks": "talks are ahead",
}
_STEPS: Final = ("answer", "move")
# Their gaps are filled here; `sentences` names all of them for the catalogues of the desk.
SHORT_PAST: Final = "incidents cannot be compared: fewer than %s weeks are on record before"
FEW_INCIDENTS: Final = "incidents cannot be compared: with fewer than %s, one report would decide"
FEW_TONES: Final = "the tone cannot be followed: fewer than %s means of it could fall by chance"
_NUMBER: Final = "%(num1)s"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a watch, one set for every pair.

    Attributes:
        recent_weeks: What is new. Four: what goes by the days of a week falls out, and an
            answer of a government takes days to weeks.
        past_weeks: What it is compared with. A year: each season is in it once.
        least_past_weeks: With less there is no past. Three times what is new, so that the past
            is known better than what is compared with it.
        least_incidents: Of both together. Three: with two, a single report taken for an
            incident would make the warning.
        tone_weeks: How far back the tone is followed. A year, as with incidents.
        tone_each: How many weeks make one mean. Four: tone lingers from week to week, and what
            lingers is taken for a fall; means of four weeks hardly hang together.
        least_tones: How many such means there must be. Eight in falling order come by chance
            once in 40,320 times, which still counts among hundreds of pairs; five come once in
            120.
        climb: How many answers in turn. Four: each side has answered twice. If the order of
            four answers were by chance, one in 24 would climb.
        climb_weeks: How far back answers count.
        talks_days: How far ahead talks are told.
        level: Of warnings by incidents or tone, the share that may be chance; where nothing has
            changed anywhere, the share of looks that give one at all. Five in a hundred is the
            custom. It holds for one look, not for all looks of a year together, and not wholly
            where tone lingers for weeks; a climb is no estimate and comes on top.
            `benchmarks/escalation_watch.py` measures all of it.
    """

    recent_weeks: int = 4
    past_weeks: int = 52
    least_past_weeks: int = 12
    least_incidents: int = 3
    tone_weeks: int = 52
    tone_each: int = 4
    least_tones: int = 8
    climb: int = 4
    climb_weeks: int = 26
    talks_days: int = 60
    level: float = 0.05


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a pair is told.

    Attributes:
        warns: Whether it warns by itself.
        of: References of the signals that it rests on.
    """

    sign: Sign
    words: str
    warns: bool
    of: tuple[str, ...]


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What a pair gives to watch for.

    Attributes:
        missing: What could not be judged, and why.
        rate: Of incidents; None where it cannot be told.
        tone: Its course; None where it cannot be told.
        climbing: How many of the last answers climb in turn; below 2, none does.
        weeks: What came from each side, week by week.
    """

    a: str
    b: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    rate: Rate | None
    tone: Fall | None
    climbing: int
    weeks: tuple[Span, ...]


def watch(
    signals: Iterable[Signal],
    day: date,
    *,
    since: date | None = None,
    terms: Terms | None = None,
) -> tuple[Watch, ...]:
    """Return what there is to watch for between each two parties, in order of their codes.

    Args:
        signals: Of all pairs; those after the day count for nothing, but for talks.
        day: The day on which is looked.
        since: First day of the record; None: that of the earliest signal.
        terms: The rules.
    """
    by = terms or Terms()
    some = [one for one in signals if one.on <= day or one.kind == "talks"]
    begun = since or min((one.on for one in some), default=day)
    pairs: dict[tuple[str, str], list[Signal]] = {}
    for one in some:
        pairs.setdefault(one.pair, []).append(one)
    known = ((day - begun).days + 1) // WEEK
    order = sorted(pairs)
    rates = [_rate(pairs[pair], known, day, by) for pair in order]
    falls = [_fall(pairs[pair], day, by) for pair in order]
    # A test is corrected for all tests of the look, of whichever pair or sign they are.
    told = iter(adjusted([one.p for one in (*rates, *falls) if not isinstance(one, str)]))
    rates = [_corrected(one, told) for one in rates]
    falls = [_corrected(one, told) for one in falls]
    first = max(begun, day - timedelta(days=(by.recent_weeks + by.past_weeks) * WEEK - 1))
    return tuple(
        _watch(pairs[pair], (one, other), (first, day), by)
        for pair, one, other in zip(order, rates, falls, strict=True)
    )


def sentences() -> tuple[str, ...]:
    """Return all that a watch may say, with names for the gaps."""
    gaps = (SHORT_PAST % _NUMBER, FEW_INCIDENTS % _NUMBER, FEW_TONES % _NUMBER)
    return (*WORDS.values(), *gaps)


def _rate(signals: list[Signal], known: int, day: date, by: Terms) -> Rate | str:
    past = min(by.past_weeks, known - by.recent_weeks)
    if past < by.least_past_weeks:
        return SHORT_PAST % by.least_past_weeks
    counts = weekly(signals, day, by.recent_weeks + past)
    if sum(counts) < by.least_incidents:
        return FEW_INCIDENTS % by.least_incidents
    return rate(counts, by.recent_weeks)


def _fall(signals: list[Signal], day: date, by: Terms) -> Fall | str:
    course = tones(signals, day, by.tone_weeks, by.tone_each)
    return fall(course) if len(course) >= by.least_tones else FEW_TONES % by.least_tones


def _corrected(one: Test | str, told: Iterator[float]) -> Test | str:
    return one if isinstance(one, str) else msgspec.structs.replace(one, adjusted=next(told))


def _watch(
    signals: list[Signal], tests: tuple[Rate | str, Fall | str], days: tuple[date, date], by: Terms
) -> Watch:
    first, day = days
    a, b = signals[0].pair
    rates, falls = tests
    climbing = climb([one for one in signals if (day - one.on).days < by.climb_weeks * WEEK])
    recent = day - timedelta(days=by.recent_weeks * WEEK)
    reasons: list[Reason] = []
    if isinstance(rates, Rate) and rates.adjusted <= by.level:
        new = [one for one in incidents(signals) if recent < one.on]
        reasons.append(_reason("incidents", new))
    if isinstance(falls, Fall) and falls.adjusted <= by.level:
        span = timedelta(days=by.tone_weeks * WEEK)
        said = [one for one in signals if one.tone is not None and day - span < one.on <= day]
        reasons.append(_reason("tone", said))
    if len(climbing) >= by.climb:
        reasons.append(_reason("climb", climbing))
    warns = bool(reasons)
    reasons += _beside(signals, day, by)
    missing = tuple(one for one in tests if isinstance(one, str))
    untold: Verdict = "cannot tell" if len(missing) == len(tests) else "no warning"
    return Watch(
        a=a,
        b=b,
        verdict="warns" if warns else untold,
        reasons=tuple(reasons),
        missing=missing,
        rate=None if isinstance(rates, str) else rates,
        tone=None if isinstance(falls, str) else falls,
        climbing=len(climbing),
        weeks=series(signals, first, day),
    )


def climb(signals: Iterable[Signal]) -> list[Signal]:
    """Return the last answers of a pair that climb in turn, earliest first.

    Each is of the other side than the one before it, on a later day, and on a higher rung.
    Several answers of one side on a day are one, the highest; where both sides answered on a day
    nobody knows who was first, and the climb begins after it. A move to calm ends it.
    """
    some = (one for one in signals if one.kind in _STEPS)
    steps = sorted(some, key=lambda one: (one.on, one.reference))
    found: list[Signal] = []
    for _, group in groupby(steps, key=lambda one: one.on):
        day = [*group]
        top = max(day, key=_rung)
        if len({one.a for one in day}) > 1 or any(one.kind == "move" for one in day):
            found = []
        elif found and found[-1].a != top.a and _rung(found[-1]) < _rung(top):
            found.append(top)
        else:
            found = [top]
    return found


def _rung(one: Signal) -> int:
    return -1 if one.rung is None else one.rung


def _beside(signals: list[Signal], day: date, by: Terms) -> Iterator[Reason]:
    calmed = max((one.on for one in signals if one.kind == "move"), default=date.min)
    asked = [one for one in signals if one.open and calmed < one.on <= day]
    if asked:
        yield _reason("open", asked, warns=False)
    soon = day + timedelta(days=by.talks_days)
    ahead = [one for one in signals if one.kind == "talks" and day < one.on <= soon]
    if ahead:
        yield _reason("talks", ahead, warns=False)


def _reason(sign: Sign, signals: Iterable[Signal], *, warns: bool = True) -> Reason:
    told = sorted(signals, key=lambda one: (one.on, one.reference))
    of = tuple(dict.fromkeys(one.reference for one in told))
    return Reason(sign=sign, words=WORDS[sign], warns=warns, of=of)
