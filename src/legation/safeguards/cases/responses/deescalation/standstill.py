"""A standstill: both sides do and say nothing further for a stated time."""

from typing import Final

from legation.safeguards.cases.responses.effects import RESTRAINT
from legation.safeguards.cases.responses.law import CBM_3, CHARTER_33
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="standstill",
    title="Standstill",
    what="Both sides take no further step and make no further statement until a stated day.",
    roles=("policy", "contact point"),
    legal=(
        Need(by=CHARTER_33, words="disputes are settled by peaceful means"),
        Need(by=CBM_3, words="consultations reduce tension"),
    ),
    cost="low",
    effect=RESTRAINT,
    rung=None,
    touches="never",
    addressed=True,
    deadline=True,
)
