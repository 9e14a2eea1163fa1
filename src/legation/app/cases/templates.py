"""What a case begins with for the occasion that it is opened for: its first tasks.

An election, an accession, a referendum or a visit has a day after which some answers come too
late. The tasks are what the occasion asks of a ministry whoever is behind the case; each can be
dropped with a word. An occasion that is long over brings none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from legation.safeguards.cases.bodies import Body, first_day
from legation.safeguards.cases.facts import Opened, Task, Template

# What, by whom, and in how many days.
_TASKS: Final[Mapping[Template, tuple[tuple[str, str, int], ...]]] = {
    "": (),
    "election": (
        ("tell the electoral authority what was seen, and ask what it saw", "contact point", 1),
        ("keep what may vanish: capture posts, pages and letters", "analyst", 1),
        ("tell apart what citizens say from what was made to look like it", "analyst", 2),
        ("prepare words that repeat no rumour, and decide whether to say them", "press", 2),
        ("look whether the case goes on after the vote", "analyst", 30),
    ),
    "accession": (
        ("tell the organisation's secretariat and its members what was seen", "contact point", 2),
        (
            "compare each paper that is passed round with the register of what was issued",
            "press",
            2,
        ),
        ("list which votes and ratifications are ahead, and who is aimed at", "policy", 5),
        ("look at the case again before each of these votes", "policy", 30),
    ),
    "referendum": (
        ("tell the authority that holds the vote what was seen", "contact point", 1),
        ("keep what may vanish: capture posts, pages and letters", "analyst", 1),
        ("tell apart what citizens say from what was made to look like it", "analyst", 2),
        ("prepare words that repeat no rumour, and decide whether to say them", "press", 2),
        ("look whether the case goes on after the vote", "analyst", 30),
    ),
    "visit": (
        (
            "tell the host's contact point what was seen, and agree on a call-back",
            "contact point",
            1,
        ),
        ("look at the devices and rooms that the visit uses", "security officer", 1),
        ("agree on who may speak for the visit, and by which account", "press", 1),
        ("look at the case again when the visit is over", "security officer", 14),
    ),
}


def opening(bodies: Sequence[Body], now: datetime) -> tuple[Body, ...]:
    """Return what a case begins with, its occasion's tasks after what was given.

    Args:
        bodies: What is stated; where tasks are among it, or the occasion is over, none is added.
        now: The clock.
    """
    first = bodies[0] if bodies else None
    if not isinstance(first, Opened) or any(isinstance(one, Task) for one in bodies):
        return tuple(bodies)
    if is_over(first, now):
        return tuple(bodies)
    tasks = (
        Task(what=what, owner=owner, due=(now + timedelta(days=days)).date().isoformat())
        for what, owner, days in _TASKS[first.template]
    )
    return (*bodies, *tasks)


def without_tasks(bodies: Sequence[Body], now: datetime) -> bool:
    """Tell whether a case begins without the tasks of its occasion, since that is over."""
    first = bodies[0] if bodies else None
    if not isinstance(first, Opened) or not first.template:
        return False
    return is_over(first, now) and not any(isinstance(one, Task) for one in bodies)


def is_over(first: Opened, now: datetime) -> bool:
    """Tell whether an occasion ended more than a month ago, or began more than a year ago.

    Its tasks have days to come: for what is looked at years later they would be overdue at once. Of
    a month or a year its last day counts.
    """
    today = now.date()
    ended = first.ended is not None and _last(first.ended) + _MONTH < today
    return ended or _last(first.began) + _YEAR < today


def _last(on: str) -> date:
    """Return the last day, or nearly so, that a day, a month or a year names."""
    return first_day(on) + _MORE.get(len(on), timedelta(0))


_MONTH: Final = timedelta(days=31)
_YEAR: Final = timedelta(days=366)
_MORE: Final = {len("2026"): timedelta(days=365), len("2026-02"): timedelta(days=30)}
