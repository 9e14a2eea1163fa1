"""What a case begins with for the occasion that it is opened for: its first tasks.

An election, an accession, a referendum or a visit has a day after which some answers come too
late. The tasks are what the occasion asks of a ministry whoever is behind the case; each can be
dropped with a word.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from legation.safeguards.cases.bodies import Body
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
        bodies: What is stated; where tasks are among it, none is added.
        now: The clock.
    """
    first = bodies[0] if bodies else None
    if not isinstance(first, Opened) or any(isinstance(one, Task) for one in bodies):
        return tuple(bodies)
    tasks = (
        Task(what=what, owner=owner, due=(now + timedelta(days=days)).date().isoformat())
        for what, owner, days in _TASKS[first.template]
    )
    return (*bodies, *tasks)
