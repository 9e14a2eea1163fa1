"""A request to another state's contact point: to keep data, to stop what goes on, to tell."""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import BUDAPEST_35, CBM_8, NORM_H, UNCC_40
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="contact-point-request",
    title="Request to a contact point",
    what="A request to the contact point of another state or organisation to keep data, to stop "
    "what goes out from its networks, or to say what it sees.",
    roles=("contact point", "security officer", "legal"),
    legal=(
        Need(by=NORM_H, words="states respond to appropriate requests for assistance"),
        Need(by=CBM_8, words="contact points are named for this"),
        Need(by=BUDAPEST_35, words="between parties: a point that answers day and night"),
        Need(by=UNCC_40, words="between parties, once it is in force: mutual legal assistance"),
    ),
    cost="low",
    effect=NOBODY,
    rung=2,
    touches="may",
    # Data that are kept or told show who wrote to whom: it looks for the source.
    finds_source=True,
    addressed=True,
    exits=("hotline-call", "joint-technical-finding", "clarification-request"),
)
