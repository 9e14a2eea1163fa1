"""A referral: the matter is put before a body that others sit in too."""

from typing import Final

from legation.safeguards.cases.responses.effects import POLITICAL
from legation.safeguards.cases.responses.law import CBM_3, CHARTER_35, TOOLBOX
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="referral",
    title="Referral to a mechanism",
    what="The matter is put before the United Nations, the OSCE, the European Union or another "
    "body, by the procedure of that body.",
    roles=("policy", "legal"),
    legal=(
        Need(by=CHARTER_35, words="a dispute may be brought before the Council or the Assembly"),
        Need(by=CBM_3, words="among participating states: consultations to reduce tension"),
        Need(by=TOOLBOX, words="among its members: a joint response may be asked for"),
    ),
    cost="high",
    effect=POLITICAL,
    rung=10,
    touches="never",
    two_persons=True,
    addressed=True,
    status="assessed",
    exits=("good-offices", "joint-technical-finding", "standstill"),
)
