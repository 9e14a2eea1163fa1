"""Days on which a campaign's members post far more than is usual for them at that time.

Usual is the median of the days with posts around: up to 14 before and 14 after. Days without a
post are left out, so that who posts on few days is not said to burst on each of them; and a
campaign that grows over years is measured by its own weeks, not by its first year.
"""

from typing import Final

import numpy as np

from legation.threats.disinformation.batches import Numbers
from legation.threats.disinformation.chance import tail
from legation.threats.disinformation.findings import Burst

_DAY: Final = 86_400
_AROUND: Final = 14
_SHOWN: Final = 10
# A day that a varying rate (sd 0.7 of its median) reaches once in a thousand campaigns.
_LEVEL, _DISPERSION = 0.001, 0.5
_LEAST_DAYS: Final = 3  # a median of two days says nothing


def bursts(days: Numbers, counts: Numbers) -> tuple[tuple[Burst, ...], int]:
    """Return the bursts with most posts, in order of time, and how many there are in all.

    Args:
        days: Days with posts, ascending, in epoch seconds.
        counts: Posts of each.
    """
    if len(days) < _LEAST_DAYS:
        return (), 0
    usual = _usual(counts)
    p = tail(counts, np.maximum(usual, 1.0), _DISPERSION)
    hot = np.flatnonzero((p * len(days) <= _LEVEL) & (counts > usual))
    hottest = hot[np.argsort(-counts[hot], kind="stable")[:_SHOWN]]
    shown = tuple(
        Burst(
            start=int(days[at]),
            end=int(days[at]) + _DAY,
            posts=int(counts[at]),
            usual=float(usual[at]),
        )
        for at in sorted(hottest.tolist())
    )
    return shown, len(hot)


def _usual(counts: Numbers) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return for each day the median of those around it, itself left out."""
    edge = np.full(_AROUND, np.nan)
    padded = np.concatenate([edge, counts.astype(np.float64), edge])
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1).copy()
    around[:, _AROUND] = np.nan
    median: np.ndarray[tuple[int], np.dtype[np.float64]] = np.nanmedian(around, axis=1)
    return median
