"""A hotline call: one voice asks another, before anybody reads an accident as an attack."""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import CBM_3, CBM_13
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="hotline-call",
    title="Hotline call",
    what="A call by the line that was agreed on, to tell what is seen and ask what the other side "
    "sees. Nothing is demanded.",
    roles=("contact point", "policy", "security officer"),
    legal=(
        Need(by=CBM_3, words="consultations reduce the risk of misperception"),
        Need(by=CBM_13, words="protected channels are there for it"),
    ),
    cost="low",
    effect=NOBODY,
    rung=None,
    touches="never",
    addressed=True,
)
