"""A public statement that says to whom the act is attributed, by whom, since when and how surely.

It stands one rung higher than a statement that names nobody: what was said of a state in public
is not taken back by silence.
"""

from typing import Final

from legation.safeguards.cases.responses.effects import POLITICAL
from legation.safeguards.cases.responses.law import ARSIWA_8, NORM_B
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="public-attribution",
    title="Public statement with attribution",
    what="A statement to the public, best given jointly with partners, that says to whom the act "
    "is attributed, by whom, on which day, and how sure that is.",
    roles=("press", "policy"),
    legal=(
        Need(by=NORM_B, words="all relevant information is weighed, its context included"),
        Need(by=ARSIWA_8, words="a link to a state is said to be met only by a legal test"),
    ),
    cost="moderate",
    effect=POLITICAL,
    rung=5,
    touches="may",
    # What tells the public of persons can tell who the source is.
    finds_source=True,
    two_persons=True,
    exits=("standstill", "clarification-request", "joint-technical-finding", "good-offices"),
    kinds=("state", "group"),
    # What technicians or services find names nobody in the name of a state.
    layers=("legal", "political"),
    # Below it, the statement would name whom it thinks no more likely than not.
    least="likely",
    confidence="moderate",
    status="attributed",
)
