"""A criminal charge, and the mutual legal assistance that it takes.

A prosecutor judges it by the law of the land and proves it before a court. The desk hands over
what it holds; to whom an act is attributed politically proves nothing there.
"""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.responses.effects import LEGAL
from legation.safeguards.cases.responses.grounds import ground_is_a_law
from legation.safeguards.cases.responses.law import BUDAPEST_25, ICCPR_15, UNCC_40
from legation.safeguards.cases.responses.response import Need, Reason, Response, needs, note
from legation.safeguards.cases.responses.situation import Situation

KEY: Final = "criminal-charge"
NO_OFFENCE: Final = "no offence has all its elements met"
ARGUED: Final = "whether the elements of an offence are met is disputed"


def has_an_offence(situation: Situation) -> Iterator[Reason]:
    """Ask for an offence whose elements are met."""
    said = {one.met for one in situation.norms if one.kind in ("offence", "domestic law")}
    if "yes" in said:
        return
    if "disputed" in said:
        yield note(ARGUED, ICCPR_15)
    yield needs(NO_OFFENCE, ICCPR_15)


def rests_on_a_law(situation: Situation) -> Iterator[Reason]:
    """Refuse a ground that is no law of the land."""
    yield from ground_is_a_law(situation, KEY)


RESPONSE: Final = Response(
    key=KEY,
    title="Criminal charge and mutual legal assistance",
    what="The matter is handed to the prosecutor, who may charge persons and ask other states for "
    "evidence.",
    roles=("legal",),
    legal=(
        Need(by=ICCPR_15, words="an offence in law when it was done, and a fair trial"),
        Need(by=BUDAPEST_25, words="between parties: mutual assistance"),
        Need(by=UNCC_40, words="between parties, once it is in force: mutual legal assistance"),
    ),
    cost="high",
    effect=LEGAL,
    rung=7,
    touches="always",
    two_persons=True,
    status="assessed",
    needs_law=True,
    # It can be aimed at whoever let something out.
    finds_source=True,
    exits=("clarification-request", "phased-lifting"),
    rules=(has_an_offence, rests_on_a_law),
)
