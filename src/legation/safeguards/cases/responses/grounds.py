"""By which law a step is asked for: a state's own, not one between states, and known or not.

A platform takes a text down, and a court judges a person, by the law of a land. A treaty or a norm
among states gives neither of them a ground: it binds states, which make laws by it. A law that no
pack has may be named all the same, for packs have gaps; then everybody who reads of it is told so.
"""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.bodies import UNVERIFIED
from legation.safeguards.cases.responses.law import HOUSE, ICCPR_19_3
from legation.safeguards.cases.responses.response import Reason, note, refused
from legation.safeguards.cases.responses.situation import Situation

# What is asked for by a law of the land.
ASKED_BY_LAW: Final = ("takedown-request", "criminal-charge")
NO_PACK: Final = f"{UNVERIFIED}: no pack has this law"
BETWEEN_STATES: Final = (
    "a treaty or a norm between states is no ground: name the law of the land that carries it out"
)


def ground_is_a_law(situation: Situation, key: str) -> Iterator[Reason]:
    """Refuse what binds states alone, and tell which named laws no pack has.

    Args:
        situation: What is on record.
        key: Of the answer.
    """
    ground = situation.legal_ground.strip()
    if situation.grounds.get(ground) == "between states":
        yield refused(BETWEEN_STATES, ICCPR_19_3, named=ground)
    named = dict.fromkeys([ground, *situation.grounds_named.get(key, ())])
    for one in named:
        if one and one not in situation.grounds:
            yield note(NO_PACK, HOUSE, named=one)
