"""Phased lifting: what was done is taken back step by step, each step tied to conduct."""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import ARSIWA_53, HOUSE
from legation.safeguards.cases.responses.response import Need, Reason, Response, needs
from legation.safeguards.cases.responses.situation import Situation

NOTHING: Final = "no measure is on foot that could be lifted"


def has_something_to_lift(situation: Situation) -> Iterator[Reason]:
    """Ask for a measure that has not ended."""
    if not situation.on_foot:
        yield needs(NOTHING, HOUSE)


RESPONSE: Final = Response(
    key="phased-lifting",
    title="Phased lifting tied to conduct",
    what="Measures that were taken are lifted in steps, and it is said beforehand which conduct "
    "lifts which.",
    roles=("policy", "legal"),
    legal=(
        Need(by=ARSIWA_53, words="on full compliance a countermeasure ends at once"),
        Need(by=HOUSE, words="other measures are lifted as their own law says"),
    ),
    cost="moderate",
    effect=NOBODY,
    rung=None,
    touches="never",
    addressed=True,
    rules=(has_something_to_lift,),
)
