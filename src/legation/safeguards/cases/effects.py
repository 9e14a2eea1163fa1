"""What a case did to relations and to trust: a score on a stated scale, and polls before and after.

A score is somebody's judgement: each step has its words, and it is never without its interval and
its source. Polls are counts: the change between two is a difference of two independent
proportions. Its interval is made of the interval of each (Newcombe, "Interval estimation for the
difference between independent proportions", Statistics in Medicine 17, 1998, method 10, with the
limits of Wilson; Zou and Donner, same journal 27, 2008, for limits that a poll states itself).
It takes a poll for a simple random sample; where a poll states a wider interval, that one counts.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.bodies import Body, Line, On, Party, Short

Step = Annotated[int, msgspec.Meta(ge=-3, le=3)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Of = Literal["relations", "trust"]
RELATIONS: Final[Mapping[int, str]] = {
    -3: "relations broken off, or an agreement ended",
    -2: "envoys recalled or expelled, or talks suspended",
    -1: "a protest, or cooler words",
    0: "no change that a source states",
    1: "warmer words, or a courtesy",
    2: "talks begun or resumed, or envoys sent back",
    3: "a new agreement, or relations restored",
}
TRUST: Final[Mapping[int, str]] = {
    -3: "those who turned to it turn to it no more",
    -2: "trust clearly lower, by more than one source",
    -1: "trust lower, by one source",
    0: "no change that a source states",
    1: "trust higher, by one source",
    2: "trust clearly higher, by more than one source",
    3: "those who had turned away turn to it again",
}
# The normal deviate of a 95 % interval.
_Z: Final = 1.959963984540054
NO_SIZE: Final = "cannot tell: a poll states neither how many were asked nor an interval"
WITHIN: Final = "cannot tell: the interval of the change includes 0"
ROSE: Final = "rose"
FELL: Final = "fell"


class Poll(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One poll.

    Attributes:
        share: Of those asked who said yes, from 0 to 1.
        asked: How many were asked; None where the source does not say.
        low: Lower end of its 95 % interval, where the source states one.
        high: Upper end.
        on: Its day, or the last of its days.
    """

    share: Share
    asked: Annotated[int, msgspec.Meta(ge=1)] | None = None
    low: Share | None = None
    high: Share | None = None
    on: On
    source: Line

    def __post_init__(self) -> None:
        """Refuse an interval with one end, or one that does not hold the share."""
        if (self.low is None) != (self.high is None):
            raise RecordError(
                "an interval has two ends", place="low", hint="state both ends, or none"
            )
        if self.low is not None and self.high is not None:
            _require_within(self.low, self.share, self.high, "share")


class Effect(Body, frozen=True, kw_only=True, tag="effect"):
    """What a case did to the relations of two parties, or to the trust in an institution.

    Attributes:
        of: Relations or trust.
        a: Of relations: one party.
        b: The other.
        institution: Of trust: in what.
        score: A step of the scale, with the interval within which it may lie.
        on: When it showed.
        known: When that became known.
        before: A poll before the case.
        after: One of the same question after it.
    """

    of: Of
    a: Party | None = None
    b: Party | None = None
    institution: Short = ""
    score: Step
    low: Step
    high: Step
    source: Line
    on: On
    known: On
    before: Poll | None = None
    after: Poll | None = None

    def __post_init__(self) -> None:
        """Refuse an effect on nobody, a score outside its interval, polls out of order."""
        pair = self.a is not None and self.b is not None and self.a != self.b
        if self.of == "relations" and (not pair or self.institution):
            raise RecordError(
                "relations are those of two parties", place="a", hint="name two parties, a and b"
            )
        if self.of == "trust" and (not self.institution.strip() or self.a or self.b):
            raise RecordError(
                "trust is trust in an institution",
                place="institution",
                hint="name the institution, and no parties",
            )
        _require_within(self.low, self.score, self.high, "score")
        if _is_before(self.known, self.on):
            raise RecordError(
                "it was known before it happened", place="known", hint="check the two days"
            )
        polls = (self.before, self.after)
        if polls[0] and polls[1] and not _is_before(polls[0].on, polls[1].on):
            raise RecordError(
                "the poll after does not follow the poll before",
                place="after.on",
                hint="check the days of the polls",
            )


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The change of a share, with its 95 % interval.

    Attributes:
        low: Lower end; None where it cannot be worked out.
        high: Upper end.
        says: Whether it rose, fell, or cannot be told, and why.
    """

    difference: float
    low: float | None
    high: float | None
    says: str


def meaning(effect: Effect) -> str:
    """Return the words of an effect's step."""
    return (RELATIONS if effect.of == "relations" else TRUST)[effect.score]


def change(before: Poll, after: Poll) -> Change:
    """Return the change from one poll to another.

    >>> told = change(
    ...     Poll(share=0.6, asked=80, on="2024", source="a"),
    ...     Poll(share=0.8, asked=70, on="2025", source="b"),
    ... )
    >>> round(told.low, 4), round(told.high, 4), told.says
    (0.0524, 0.3339, 'rose')
    """
    difference = after.share - before.share
    one, other = interval(before), interval(after)
    if one is None or other is None:
        return Change(difference=difference, low=None, high=None, says=NO_SIZE)
    below = math.hypot(after.share - other[0], one[1] - before.share)
    above = math.hypot(other[1] - after.share, before.share - one[0])
    low, high = difference - below, difference + above
    says = ROSE if low > 0 else FELL if high < 0 else WITHIN
    return Change(difference=difference, low=low, high=high, says=says)


def interval(poll: Poll) -> tuple[float, float] | None:
    """Return the 95 % interval of a poll: stated, or Wilson's, at each end the wider."""
    stated = None if poll.low is None or poll.high is None else (poll.low, poll.high)
    if poll.asked is None:
        return stated
    low, high = wilson(poll.share, poll.asked)
    return (low, high) if stated is None else (min(low, stated[0]), max(high, stated[1]))


def wilson(share: float, asked: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by the score method of Wilson (1927).

    >>> [round(end, 4) for end in wilson(0, 10)]
    [0.0, 0.2775]
    """
    square = _Z * _Z
    middle = 2 * asked * share + square
    spread = _Z * math.sqrt(square + 4 * asked * share * (1 - share))
    whole = 2 * (asked + square)
    low, high = (middle - spread) / whole, (middle + spread) / whole
    # Rounding must not put a share outside of its interval, or an end outside of 0 to 1.
    return float(min(share, max(0.0, low))), float(max(share, min(1.0, high)))


def _is_before(one: str, other: str) -> bool:
    """Tell whether a day, month or year lies before another, as far as both say."""
    said = min(len(one), len(other))
    return one[:said] < other[:said]


def _require_within(low: float, value: float, high: float, place: str) -> None:
    if not low <= value <= high:
        raise RecordError(
            f"{value:g} does not lie from {low:g} to {high:g}",
            place=place,
            hint="state the lower end, the value and the upper end in this order",
        )
