"""A note or démarche: what a ministry has to say, said to the other ministry and to nobody else."""

from typing import Final

from legation.safeguards.cases.responses.effects import POLITICAL
from legation.safeguards.cases.responses.law import ARSIWA_43, VCDR_3
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="note-verbale",
    title="Note or démarche",
    what="A note to another state or an organisation, or a call on it in person. It states facts, "
    "asks a question, or calls on the state to fulfil its duties.",
    roles=("policy", "legal", "contact point"),
    legal=(
        Need(by=VCDR_3, words="official business goes by way of the ministry or the mission"),
        Need(by=ARSIWA_43, words="a claim is given notice of; the note can be that notice"),
    ),
    cost="low",
    effect=POLITICAL,
    rung=3,
    touches="never",
    addressed=True,
    exits=("clarification-request", "hotline-call", "joint-technical-finding", "good-offices"),
)
