"""Logarithms in whole numbers, the same on every machine and in every language.

How rare words are is told by logarithms, and those of a processor or a library differ in their
last digit. Here they are made by squaring: each step gives one digit of the fraction, by products
below 2^53, which a browser computes exactly too.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

FRACTION: Final = 12
"""Binary digits behind the point."""

_MANTISSA: Final = 24


def log2(number: int) -> int:
    """Return the logarithm of a number of at least 1, times 2^`FRACTION`.

    >>> log2(1), log2(2), log2(10)
    (0, 4096, 13606)
    """
    return int(_logs(np.array([number], np.int64))[0])


@lru_cache(maxsize=8)
def table(bits: int) -> NDArray[np.int64]:
    """Return the logarithms of all numbers below 2^bits; that of 0 is 0."""
    logs = _logs(np.maximum(np.arange(1 << bits, dtype=np.int64), 1))
    logs.flags.writeable = False
    return logs


def _logs(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    whole = np.frexp(numbers.astype(np.float64))[1].astype(np.int64) - 1
    mantissa = (numbers << _MANTISSA) >> whole
    logs = whole
    for _ in range(FRACTION):
        mantissa = (mantissa * mantissa) >> _MANTISSA
        over = mantissa >> (_MANTISSA + 1)
        mantissa >>= over
        logs = (logs << 1) + over
    return logs
