"""The nodes of the balance's tree, and by what they are worked out.

Each threshold has its reason beside it; `docs/explanation/balance` says them in full.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from legation.balance.bounds import Bounds
from legation.balance.evidence import Threat

Verdict = Literal["exposed", "balanced", "covered", "cannot tell"]
# A mission's whole is told by the same words as each of its threats.
Answer = Verdict
Rung = Literal["unknown", "none", "declared", "in force", "tested", "drill", "case"]
NodeKind = Literal[
    "credit", "chance", "surface", "value", "safeguards", "exposure", "balance", "mission"
]

# A proof is taken for half as good after half a year: staff, software and attackers change.
HALF_LIFE_DAYS: Final = 180
# The weakest first: a mission is told by the weakest of its threats.
WEAKEST_FIRST: Final[tuple[Verdict, ...]] = ("exposed", "cannot tell", "balanced", "covered")
# Above this share of unknown weight no verdict is given (issue of principle: see the docs).
MOST_UNKNOWN: Final = 0.30
# Balanced means that safeguards and exposure differ by no more than one step of the ladder: what
# is in force by a word is worth up to a quarter of a bar more than what is declared. So the whole
# interval of the balance must lie within a quarter of a bar around zero.
BAND: Final = 0.25
YEAR_DAYS: Final = 365
# What a word alone may count for: nobody has tried it.
BY_WORD: Final[Mapping[str, Bounds]] = {
    "none": Bounds.exactly(0.0),
    "declared": Bounds(low=0.0, mid=0.125, high=0.25),
    "in force": Bounds(low=0.0, mid=0.25, high=0.5),
}
TRIED: Final[Mapping[str, Rung]] = {
    "test": "tested",
    "drill": "drill",
    "case": "case",
    "breach": "case",
}
LADDER: Final[tuple[Rung, ...]] = (
    "unknown",
    "none",
    "declared",
    "in force",
    "tested",
    "drill",
    "case",
)
EVENTS: Final = frozenset({"attempt", "breach", "case"})
# Of what exposure is made: the chance decides, the other two only scale it.
WEIGHT_OF_CHANCE, WEIGHT_OF_SURFACE, WEIGHT_OF_VALUE = 0.5, 0.25, 0.25
MOST_VALUE: Final = 5
DIGITS: Final = 6
# What is missing after a breach, with the id of the breach behind it.
OPEN_BREACH: Final = "no try has held since the breach"
UNPLACED_BREACH: Final = "nobody said which channel it broke"
# What would narrow a bar that decides nothing.
TOO_WIDE: Final[Mapping[str, str]] = {
    "exposure": "days of looking, for the interval of the exposure is too wide",
    "safeguards": "tries of the safeguards, for their interval is too wide",
}


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One number, or one verdict, with what it rests on.

    Attributes:
        id: Names it: object, threat and kind.
        weight: What it counts for among its siblings.
        unknown: Share of the weight beneath it of which nothing is known.
        rung: Of a credit: the highest rung of the ladder that is proved or said.
        verdict: Of a balance or a mission.
        missing: What is not known, as words with the id of an object or a number of days.
        children: Ids of the nodes that it is worked out from.
        evidence: Ids of the objects that a leaf rests on.
        digest: Over all of it and the digests of its children: it changes when anything does.
    """

    id: str
    kind: NodeKind
    threat: Threat | None = None
    bounds: Bounds
    weight: float = 1.0
    unknown: float = 0.0
    rung: Rung | None = None
    verdict: str = ""
    missing: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    digest: str = ""
