"""How long it took from an incident to each answer, as surely as the days are known.

Two clocks run: since it happened, and since it became known. A day of which only the year or the
month is known gives a stretch of days, not a day: the least and the most that it can have been.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.bodies import first_day, last_day
from legation.safeguards.cases.responses.answering.steps import Step

# What goes out; a document that lies ready answers nobody.
_OUT: Final = ("called", "notified", "offered", "taken", "sent")


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """A number of days: the least and the most that it can be."""

    least: int
    most: int


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """The time to one answer.

    Attributes:
        of: Number of the choice.
        on: Day of its first step that went out, as it is known.
        since_happened: Days since the incident; None: nobody knows when it happened.
        since_known: Days since it became known; None: that is not known.
    """

    of: int
    on: str
    since_happened: Days | None
    since_known: Days | None


def clocks(happened: str, known: str, steps: Iterable[Step]) -> tuple[Clock, ...]:
    """Return the time from the incident to each answer, the earliest answer first.

    Args:
        happened: When it happened; empty: not known.
        known: When it became known; empty: not known.
        steps: Of all answers.

    Raises:
        RecordError: An answer went out before the incident, or a day is none.
    """
    first: dict[int, Step] = {}
    for step in steps:
        if step.what in _OUT:
            held = first.setdefault(step.of, step)
            if (first_day(step.on), last_day(step.on)) < (first_day(held.on), last_day(held.on)):
                first[step.of] = step
    found = [
        Clock(
            of=of,
            on=step.on,
            since_happened=_between(happened, step.on) if happened else None,
            since_known=_between(known, step.on, may_precede=True) if known else None,
        )
        for of, step in first.items()
    ]
    return tuple(sorted(found, key=lambda one: (first_day(one.on), last_day(one.on), one.of)))


def _between(since: str, until: str, *, may_precede: bool = False) -> Days | None:
    """Return the days between two; an answer never precedes what it answers.

    That an incident became known to this desk after somebody answered it is no contradiction:
    then no time ran.
    """
    least = (first_day(until) - last_day(since)).days
    most = (last_day(until) - first_day(since)).days
    if most < 0 and not may_precede:
        raise RecordError(
            f"an answer of {until} precedes what happened on {since}",
            place="on",
            hint="compare the two days",
        )
    return Days(least=max(least, 0), most=max(most, 0))
