"""Columns of numbers as keys: packed, made distinct, grouped.

numpy's `unique` hashes 64-bit keys and is slow on packed pairs, so keys are sorted and masked.
Everything here is exact and order-free.
"""

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Numbers


def distinct(keys: Numbers) -> Numbers:
    """Return the sorted distinct keys."""
    ordered = np.sort(keys)
    return ordered[starts(ordered)]


def starts(ordered: Numbers) -> NDArray[np.bool_]:
    """Mark the first row of each run of equal keys in a sorted column."""
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def numbered(keys: Numbers) -> tuple[Numbers, Numbers]:
    """Return the sorted distinct keys and, for each row, the place of its key among them."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = starts(ordered)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    return ordered[first], place


def paired(high: Numbers, low: Numbers, *, below: int) -> Numbers:
    """Pack two columns into one key, `low` being under `below`; the packed order is theirs.

    Raises:
        OverflowError: The two columns do not fit into 63 bits together.
    """
    top = int(high.max(initial=0)) - min(int(high.min(initial=0)), 0)
    if (top + 1) * max(below, 1) >= 2**63:
        message = "two columns do not fit into one 64-bit key"
        raise OverflowError(message)
    return high * np.int64(max(below, 1)) + low
