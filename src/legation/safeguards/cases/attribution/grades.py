"""What a graded item weighs: the Admiralty code turned into a share, from low to high.

The code gives an order and no numbers, so the numbers are ours, and stated. Steps are even, since
nothing says that one is longer than another. The least is not 0: what an unreliable source says may
be true. An item weighs no more than the weaker of its two grades: a good source does not make
an improbable tale probable, nor does a tale that sounds true make its source good. What cannot be
judged (F, 6) may be anything from the least to the whole, so it has an interval and a middle; it
is never taken for bad, nor for good. What hangs on these numbers is shown beside each ranking,
which is made a second time with every item weighing the same.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from legation.safeguards.cases.bodies import Credibility, Reliability

# Hundredths: whole numbers add up to the same sum in any order.
WHOLE: Final = 100
_LEAST: Final = 20
_MIDDLE: Final = 60


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """A weight in hundredths, with the interval within which it may lie."""

    low: int
    mid: int
    high: int


_UNJUDGED: Final = Weight(low=_LEAST, mid=_MIDDLE, high=WHOLE)


def _exactly(weight: int) -> Weight:
    return Weight(low=weight, mid=weight, high=weight)


OF_SOURCE: Final[Mapping[Reliability, Weight]] = {
    "A": _exactly(100),
    "B": _exactly(80),
    "C": _exactly(60),
    "D": _exactly(40),
    "E": _exactly(20),
    "F": _UNJUDGED,
}
OF_CONTENT: Final[Mapping[Credibility, Weight]] = {
    "1": _exactly(100),
    "2": _exactly(80),
    "3": _exactly(60),
    "4": _exactly(40),
    "5": _exactly(20),
    "6": _UNJUDGED,
}


def weight_of(reliability: Reliability, credibility: Credibility) -> Weight:
    """Return what an item of two grades weighs.

    >>> weight_of("A", "3")
    Weight(low=60, mid=60, high=60)
    >>> weight_of("F", "2")
    Weight(low=20, mid=60, high=80)
    """
    source, content = OF_SOURCE[reliability], OF_CONTENT[credibility]
    return Weight(
        low=min(source.low, content.low),
        mid=min(source.mid, content.mid),
        high=min(source.high, content.high),
    )
