"""A public statement that tells what happened and names nobody."""

from typing import Final

from legation.safeguards.cases.responses.effects import POLITICAL
from legation.safeguards.cases.responses.law import ICCPR_19, NORM_B
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="public-statement",
    title="Public statement",
    what="A statement to the public that tells what is known and what is done, without saying "
    "who did it.",
    roles=("press", "policy"),
    legal=(
        Need(by=ICCPR_19, words="people may receive information; the statement bars nobody's"),
        Need(by=NORM_B, words="all relevant information is weighed before anything is said"),
    ),
    cost="low",
    effect=POLITICAL,
    rung=4,
    touches="may",
    # What tells the public of persons can tell who the source is.
    finds_source=True,
    two_persons=True,
    exits=("standstill", "joint-technical-finding", "hotline-call"),
)
