"""Values between bounds: what is known of a share, and of a rate.

Both intervals are those of Jeffreys' prior, which keep their level for small counts (Brown, Cai
and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16, 2001).
"""

import math
from typing import Final, Self

import msgspec
from scipy.special import betaincinv, gammaincinv

_LEVEL: Final = 0.95
_PRIOR: Final = 0.5


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its interval, from 0 to 1.

    Attributes:
        low: Lower end of the 95 % interval.
        mid: Middle estimate.
        high: Upper end.
    """

    low: float
    mid: float
    high: float

    def __mul__(self, other: "Bounds | float") -> "Bounds":
        """Multiply by another value; ends meet ends."""
        by = other if isinstance(other, Bounds) else Bounds(low=other, mid=other, high=other)
        return Bounds(low=self.low * by.low, mid=self.mid * by.mid, high=self.high * by.high)

    def at_least(self, other: "Bounds") -> Self:
        """Return the value with no end of it below that of another."""
        return type(self)(
            low=max(self.low, other.low),
            mid=max(self.mid, other.mid),
            high=max(self.high, other.high),
        )

    @classmethod
    def exactly(cls, value: float) -> Self:
        """Return a value that is known."""
        return cls(low=value, mid=value, high=value)


UNKNOWN: Final = Bounds(low=0.0, mid=0.5, high=1.0)


def share_of(held: float, tried: float) -> Bounds:
    """Return the share that holds, of trials that may count in part.

    >>> share_of(0, 0)
    Bounds(low=0.0015413..., mid=0.5, high=0.9984586...)
    """
    a, b = held + _PRIOR, tried - held + _PRIOR
    tail = (1 - _LEVEL) / 2
    return Bounds(
        low=float(betaincinv(a, b, tail)),
        mid=a / (a + b),
        high=float(betaincinv(a, b, 1 - tail)),
    )


def chance_of(events: float, years: float) -> Bounds:
    """Return the chance of one or more events within a year, by how many there were in years.

    >>> round(chance_of(0, 10).mid, 3)
    0.049
    """
    tail = (1 - _LEVEL) / 2
    ends = (gammaincinv(events + _PRIOR, tail), gammaincinv(events + _PRIOR, 1 - tail))
    low, high = (1 - math.exp(-float(end) / years) for end in ends)
    return Bounds(low=low, mid=1 - math.exp(-(events + _PRIOR) / years), high=high)
