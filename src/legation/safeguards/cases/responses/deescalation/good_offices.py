"""Good offices: a third party that both trust brings them to one table."""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import CHARTER_33
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="good-offices",
    title="Good offices of a third party",
    what="A state or an organisation that both sides accept is asked to bring them together, to "
    "carry messages, or to propose a way out.",
    roles=("policy",),
    legal=(Need(by=CHARTER_33, words="disputes are settled by peaceful means of one's choice"),),
    cost="moderate",
    effect=NOBODY,
    rung=None,
    touches="never",
    addressed=True,
)
