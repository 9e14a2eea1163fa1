"""A joint technical finding: both sides look at the same evidence and sign what they see."""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import CBM_3, ICCPR_17, NORM_B
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="joint-technical-finding",
    title="Joint technical finding",
    what="Experts of both sides, or of a third one, look at the same technical evidence under a "
    "marking, and sign together what it shows and what it does not.",
    roles=("analyst", "security officer", "contact point"),
    legal=(
        Need(by=NORM_B, words="all relevant information is weighed"),
        Need(by=CBM_3, words="consultations reduce the risk of misperception"),
        Need(by=ICCPR_17, words="data of persons are left out where both can do without"),
    ),
    cost="moderate",
    effect=NOBODY,
    rung=None,
    touches="may",
    # The other side looks at the same evidence: it can tell from it who the source is.
    finds_source=True,
    addressed=True,
)
