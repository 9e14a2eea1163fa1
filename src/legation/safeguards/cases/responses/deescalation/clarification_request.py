"""A clarification request: a question, and the day by which an answer is hoped for."""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import CBM_3, NORM_B
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="clarification-request",
    title="Clarification request",
    what="The other side is asked what it knows of an event, and by which day an answer is hoped "
    "for. It is not said to have done anything.",
    roles=("contact point", "policy", "legal"),
    legal=(
        Need(by=NORM_B, words="all relevant information is weighed"),
        Need(by=CBM_3, words="consultations reduce the risk of misperception"),
    ),
    cost="low",
    effect=NOBODY,
    rung=None,
    touches="never",
    addressed=True,
    deadline=True,
)
