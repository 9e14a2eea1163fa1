"""Retorsion: unfriendly, and within the law. No breach need be shown for it.

The desk asks for an attribution nonetheless, since it is aimed at a state.
"""

from typing import Final

from legation.safeguards.cases.responses.effects import LEGAL
from legation.safeguards.cases.responses.law import HOUSE, VCDR_9
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="retorsion",
    title="Expulsion or other retorsion",
    what="An unfriendly step that breaks no duty: a member of a mission is declared not "
    "acceptable, a visit is put off, a cooperation is suspended.",
    roles=("policy", "legal"),
    legal=(
        Need(by=VCDR_9, words="a receiving state may declare a member of a mission unacceptable"),
        Need(by=HOUSE, words="it breaks no duty; where it would, it is a countermeasure"),
    ),
    cost="high",
    effect=LEGAL,
    rung=6,
    # It is aimed at a state: whom it expels is no source, or its rights test has to say so.
    touches="may",
    two_persons=True,
    addressed=True,
    kinds=("state",),
    # Below it, it would be aimed at a state thought no more likely than not to have done it.
    least="likely",
    confidence="moderate",
    status="attributed",
    exits=("phased-lifting", "good-offices", "hotline-call", "standstill"),
)
