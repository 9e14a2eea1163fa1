"""A technical measure on one's own systems: what is reached from there is closed, reset, moved."""

from collections.abc import Iterator
from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import HOUSE, ICCPR_17, ICCPR_19, NORM_G
from legation.safeguards.cases.responses.response import Need, Reason, Response, needs
from legation.safeguards.cases.responses.situation import Situation

KEY: Final = "technical-measure"
SAY_WHETHER: Final = "say whether it touches persons: the source of this case is guarded by law"


def guards_the_source(situation: Situation) -> Iterator[Reason]:
    """Ask whom it touches before it could touch a source that the law guards."""
    if situation.guarded and KEY not in situation.touching:
        yield needs(SAY_WHETHER, ICCPR_19)


RESPONSE: Final = Response(
    key=KEY,
    title="Technical measure",
    what="A step on systems of one's own: an account is locked, a server is cut off, a rule is "
    "set. Nothing is done on a system of others.",
    roles=("security officer",),
    legal=(
        Need(by=NORM_G, words="states protect what is critical of their own"),
        Need(by=ICCPR_17, words="where it reads or locks what is somebody's, the rights test"),
        Need(by=HOUSE, words="a step on a system of others is no technical measure"),
    ),
    cost="low",
    effect=NOBODY,
    rung=0,
    touches="may",
    # Logs that are read and accounts that are locked lead to whoever let something out.
    finds_source=True,
    exits=("joint-technical-finding",),
    rules=(guards_the_source,),
)
