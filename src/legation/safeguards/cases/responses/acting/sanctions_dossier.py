"""A sanctions dossier: persons and entities are proposed for a list, with reasons of their own.

The dossier itself, its gaps and its files are another part of the case; here stands only when it
may be begun. A listing is no finding about a state.
"""

from typing import Final

from legation.safeguards.cases.responses.effects import LEGAL
from legation.safeguards.cases.responses.law import HOUSE, REGIME
from legation.safeguards.cases.responses.response import Need, Response

KEY: Final = "sanctions-dossier"
RESPONSE: Final = Response(
    key=KEY,
    title="Sanctions dossier",
    what="Persons or entities are proposed for a list of restrictive measures, each with a "
    "statement of reasons that rests on evidence, and with a review within twelve months.",
    roles=("legal", "policy"),
    legal=(
        Need(by=REGIME, words="a regime in force: its threshold, its grounds, its procedure"),
        Need(by=HOUSE, words="reasons are individual, and each sentence has an open source"),
    ),
    cost="high",
    effect=LEGAL,
    rung=8,
    touches="always",
    two_persons=True,
    status="assessed",
    # It can be aimed at whoever let something out.
    finds_source=True,
    exits=("phased-lifting", "good-offices"),
)
