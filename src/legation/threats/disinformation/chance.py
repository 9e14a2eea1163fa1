"""Tails of the distributions that the nulls use, and the control of false discoveries.

Counts are negative binomial: a Poisson count whose rate itself varies (over-dispersion), because
people's co-action comes in spells. With dispersion 0 it is Poisson.
Benjamini and Hochberg (1995) is applied with the number of ALL tests, those without any
co-action included: their p-value is 1.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from legation.threats.disinformation.batches import Numbers

Reals = NDArray[np.float64]


def tail(count: Numbers | Reals, mean: Reals, dispersion: float | Reals) -> Reals:
    """Return P(X >= count) for mean `mean` and variance `mean + dispersion * mean**2`.

    Args:
        count: Observed counts; a tail from 0 is 1.
        mean: Expected counts, above 0.
        dispersion: Over-dispersion, 0 for Poisson; a number, or one for each count.
    """
    count = np.floor(np.asarray(count, dtype=np.float64))
    spread = np.broadcast_to(np.asarray(dispersion, dtype=np.float64), count.shape)
    size = 1 / np.maximum(spread, 1e-12)
    reached = np.maximum(count, 1)
    wide = special.betainc(reached, size, mean / (mean + size))
    narrow = special.gammainc(reached, mean)
    result: Reals = np.where(count <= 0, 1.0, np.where(spread > 0, wide, narrow))
    return result


def least_count(
    mean: Reals, dispersion: float, level: float, *, least: int, most: Numbers
) -> Numbers:
    """Return the least count from `least` on whose tail is within `level`; `most + 1` if none is.

    Args:
        mean: Expected counts.
        dispersion: Over-dispersion.
        level: Highest tail allowed.
        least: Where the search begins.
        most: Where it ends, for each mean.
    """
    low = np.full(len(mean), least, dtype=np.int64)
    high = np.maximum(most + 1, least)
    while np.any(low < high):
        middle = (low + high) // 2
        within = tail(middle, mean, dispersion) <= level
        high = np.where(within & (low < high), middle, high)
        low = np.where(~within & (low < high), middle + 1, low)
    return low


def false_discovery_rates(p_values: Reals, tests: float) -> Reals:
    """Return for each p-value the false-discovery rate at which it is accepted.

    Args:
        p_values: Of the tests that found anything.
        tests: Number of all tests; those not listed have p = 1.
    """
    order = np.argsort(p_values, kind="stable")
    rank = np.arange(1, len(order) + 1)
    raised = np.minimum(p_values[order] * tests / rank, 1.0)
    rates = np.empty(len(order))
    rates[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return rates
