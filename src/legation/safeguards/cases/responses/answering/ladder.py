"""The ladder of answers, rung by rung, with the ways off it beside each.

It shows where each answer stands, not how far to climb. The last rung has no answer here: it is
for armed attack alone, and no desk takes it.
"""

from typing import Final

import msgspec

from legation.safeguards.cases.policy.pack import Policy
from legation.safeguards.cases.responses.answering.options import Option, options
from legation.safeguards.cases.responses.situation import Situation

RUNGS: Final = (
    "observe and preserve evidence",
    "private contact: a query, talks of experts",
    "request for assistance or mitigation",
    "démarche or note",
    "public statement without attribution",
    "public statement with attribution",
    "retorsion: summon, expel, suspend cooperation",
    "criminal charges and judicial cooperation",
    "targeted restrictive measures",
    "countermeasures",
    "referral to a body of states",
    "collective assistance or self-defence, on armed attack alone",
)
NO_ANSWER: Final = "no answer of this desk stands here"


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One rung.

    Attributes:
        number: From 0.
        words: What stands here.
        options: The answers on it.
        exits: The moves beside it.
        note: What is said where no answer stands.
    """

    number: int
    words: str
    options: tuple[Option, ...]
    exits: tuple[Option, ...]
    note: str = ""


def ladder(situation: Situation, policy: Policy) -> tuple[Rung, ...]:
    """Return the rungs from the lowest, each with what stands on it and beside it."""
    every = options(situation, policy)
    beside = {one.key: one for one in every if one.rung is None}
    found = []
    for number, words in enumerate(RUNGS):
        here = tuple(one for one in every if one.rung == number)
        named = dict.fromkeys(key for one in here for key in one.exits)
        exits = tuple(beside[key] for key in (named or beside))
        found.append(
            Rung(
                number=number,
                words=words,
                options=here,
                exits=exits,
                note="" if here else NO_ANSWER,
            )
        )
    return tuple(found)
