"""No action: observe, keep the evidence, and say why nothing more is done.

It is an answer like another. Of genuine speech of citizens it is the only one, and its outcome
is "no threat".
"""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import ICCPR_19, NORM_E
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="no-action",
    title="No action",
    what="Nothing is done towards anybody. What is known is kept, and the reason is written down.",
    roles=("analyst", "security officer", "contact point", "press", "policy", "legal"),
    legal=(
        Need(by=ICCPR_19, words="everyone may hold and voice opinions"),
        Need(by=NORM_E, words="human rights are respected in what is done against threats"),
    ),
    cost="low",
    effect=NOBODY,
    rung=0,
    touches="never",
    exits=("clarification-request", "hotline-call"),
)
