"""What passes between two parties: incidents, answers, tone, moves to calm, and talks ahead.

A signal has a direction, who does something to whom; a pair has none. All that is worked out of
a pair treats its two sides alike, and every pair by the same rules.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.bodies import Party

Kind = Literal["incident", "answer", "tone", "move", "talks"]
Rung = Annotated[int, msgspec.Meta(ge=0, le=11)]
Tone = Annotated[int, msgspec.Meta(ge=-3, le=3)]
Every = Literal["week", "month"]
WEEK: Final = 7
_DECEMBER: Final = 12


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that passed from one party to another.

    Attributes:
        on: Its day; of talks, the day that is set.
        a: Whose act or words it is; of talks, one of the two.
        b: Towards whom.
        rung: Of an answer: where it stands on the ladder, from 0 to 11.
        tone: Of words: from -3, hostile, to 3, friendly.
        open: Of an incident or an answer: whether something asked in it has had no reply.
        reference: The case and entry that says so.
        source: Who says so.
    """

    on: date
    a: Party
    b: Party
    kind: Kind
    rung: Rung | None = None
    tone: Tone | None = None
    open: bool = False
    reference: str
    source: str

    def __post_init__(self) -> None:
        """Refuse a signal to oneself, and a measure that its kind does not have."""
        if self.a == self.b:
            raise RecordError(
                "a signal goes from one party to another",
                place=self.reference,
                hint="name two parties",
            )
        for kind, name, value in (("answer", "rung", self.rung), ("tone", "tone", self.tone)):
            if (self.kind == kind) != (value is not None):
                raise RecordError(
                    f"only of kind {kind} is there a {name}, and there it must be",
                    place=self.reference,
                    hint=f"give a {name} with kind {kind}, and with no other",
                )

    @property
    def pair(self) -> tuple[str, str]:
        """The two parties, whoever of them acts."""
        return (self.a, self.b) if self.a < self.b else (self.b, self.a)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What came from one party in a span of time.

    Attributes:
        rung: The highest of its answers; None: it gave none.
        tone: The mean of its tones; None: there were none.
    """

    party: str
    incidents: int
    rung: int | None
    tone: float | None


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A week or month of a pair."""

    begins: date
    ends: date
    sides: tuple[Side, Side]


def incidents(signals: Iterable[Signal]) -> list[Signal]:
    """Return the incidents, in order; what has one reference is told twice and happened once."""
    first: dict[tuple[str, str], Signal] = {}
    for one in signals:
        if one.kind == "incident":
            at = (one.a, one.reference)
            if at not in first or one.on < first[at].on:
                first[at] = one
    return sorted(first.values(), key=lambda one: one.on)


def weekly(signals: Iterable[Signal], day: date, weeks: int) -> list[int]:
    """Return how many incidents fell into each of the weeks that end with a day, latest first."""
    counts = [0] * weeks
    for one in incidents(signals):
        ago = (day - one.on).days
        if 0 <= ago < weeks * WEEK:
            counts[ago // WEEK] += 1
    return counts


def tones(
    signals: Iterable[Signal], day: date, weeks: int, each: int
) -> list[tuple[int, Fraction]]:
    """Return the mean tone of each part of so many weeks, earliest first, with its place in weeks.

    A part counts once, however much is said in it. Means are exact, so equal ones are equal.

    Args:
        signals: Of one pair.
        day: The last day.
        weeks: How far back.
        each: How many weeks make a part.
    """
    said: dict[int, list[int]] = {}
    for one in signals:
        ago = (day - one.on).days
        if one.tone is not None and 0 <= ago < weeks * WEEK:
            said.setdefault(ago // WEEK // each, []).append(one.tone)
    return [
        (-part * each, Fraction(sum(said[part]), len(said[part])))
        for part in sorted(said, reverse=True)
    ]


def series(
    signals: Iterable[Signal], since: date, day: date, every: Every = "week"
) -> tuple[Span, ...]:
    """Return what came from each side of a pair, by spans that end with a day.

    Args:
        signals: All of one pair.
        since: From this day on.
        day: Up to this day.
        every: By weeks that end on the day's weekday, or by months of the calendar.
    """
    some = [one for one in signals if since <= one.on <= day and one.kind != "talks"]
    if not some:
        return ()
    by = sorted({some[0].a, some[0].b})
    found = []
    for begins, ends in _spans(since, day, every):
        within = [one for one in some if begins <= one.on <= ends]
        one, other = (_side(party, within) for party in by)
        found.append(Span(begins=begins, ends=ends, sides=(one, other)))
    return tuple(found)


def _side(party: str, within: list[Signal]) -> Side:
    mine = [one for one in within if one.a == party]
    said = [one.tone for one in mine if one.tone is not None]
    return Side(
        party=party,
        incidents=len(incidents(mine)),
        rung=max((one.rung for one in mine if one.rung is not None), default=None),
        tone=sum(said) / len(said) if said else None,
    )


def _spans(since: date, day: date, every: Every) -> Iterator[tuple[date, date]]:
    if every == "week":
        number = ((day - since).days + 1) // WEEK
        for back in range(number - 1, -1, -1):
            ends = day - timedelta(days=back * WEEK)
            yield ends - timedelta(days=WEEK - 1), ends
        return
    starts = [since, *_firsts(since, day), day + timedelta(days=1)]
    for begins, following in pairwise(starts):
        yield begins, following - timedelta(days=1)


def _firsts(since: date, day: date) -> Iterator[date]:
    year, month = since.year, since.month
    while True:
        year, month = (year + 1, 1) if month == _DECEMBER else (year, month + 1)
        if date(year, month, 1) > day:
            return
        yield date(year, month, 1)
