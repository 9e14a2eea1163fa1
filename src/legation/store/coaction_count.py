"""How many pairs a join would make, counted exactly before any is made.

One viral object can hold more pairs than a machine has memory: 100,000 accounts within an
hour make billions. Sorted by object and time, the pairs of each object are counted by
binary search, in milliseconds. A stated policy then decides which objects are too dense to
be joined pair by pair; they stay hyperedges, and what is left out is reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DensePolicy:
    """When an object is too dense to be joined.

    A pair costs some hundred bytes on its way. The real sample of 1.27 million posts has 1.7
    million pairs in four layers at an hour's window, so neither bound is near in usual data;
    together they keep a join below 2 GiB.

    Attributes:
        object_pairs: Windowed pairs of one object beyond which it is dense.
        all_pairs: Windowed pairs of all other objects together; beyond it the densest join
            them, until the rest fits.
    """

    object_pairs: int = 2_000_000
    all_pairs: int = 10_000_000

    def words(self) -> str:
        """Say the policy in one sentence."""
        return (
            f"an object with more than {self.object_pairs:,} pairs of posts in the window, and "
            f"the densest beyond {self.all_pairs:,} pairs in all, ties no two accounts by "
            "itself; between accounts that share another object it counts in full"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the join will make.

    Attributes:
        pairs: Windowed pairs of posts of different accounts, dense objects included.
        by_layer: The same by the layer's number.
        dense: Numbers of the objects kept as hyperedges, in order.
        dense_pairs: Pairs on them.
        dense_actions: Actions on them.
        object_pairs: Pairs of each object, by its number.
        policy: The rule, in words.
    """

    pairs: int
    by_layer: Mapping[int, int]
    dense: Numbers
    dense_pairs: int
    dense_actions: int
    object_pairs: Numbers
    policy: str


def count(columns: Mapping[str, Numbers], window_s: int, policy: DensePolicy) -> Counted:
    """Count the pairs of actions and tell which objects are dense.

    Args:
        columns: `layer`, `object`, `account` and `time` of distinct actions.
        window_s: Seconds within which two posts make a pair.
        policy: When an object is dense.
    """
    layer, thing = columns["layer"], columns["object"]
    pairs = object_pairs(thing, columns["account"], columns["time"], window_s)
    layers = np.zeros(len(pairs), np.int64)
    layers[thing] = layer
    present = np.bincount(layer)
    dense = _dense(pairs, policy)
    return Counted(
        pairs=int(pairs.sum()),
        by_layer={n: int(pairs[layers == n].sum()) for n in np.flatnonzero(present).tolist()},
        dense=dense,
        dense_pairs=int(pairs[dense].sum()),
        dense_actions=int(np.isin(thing, dense).sum()),
        object_pairs=pairs,
        policy=policy.words(),
    )


def object_pairs(thing: Numbers, account: Numbers, time: Numbers, window_s: int) -> Numbers:
    """Count each object's pairs of actions by different accounts within the window.

    >>> one = np.zeros(3, np.int64)
    >>> object_pairs(one, np.array([0, 1, 0]), np.array([0, 60, 61]), 60).tolist()
    [2]
    """
    if not len(thing):
        return np.zeros(0, np.int64)
    objects, accounts = int(thing.max()) + 1, int(account.max()) + 1
    counted = _windowed(thing, time, window_s, objects)
    group = thing * accounts + account
    own = _repeated(np.sort(group))
    if len(own):
        number = np.minimum(np.searchsorted(own, group), len(own) - 1)
        again = own[number] == group
        same = _windowed(number[again], time[again], window_s, len(own))
        np.subtract.at(counted, own // accounts, same)
    return counted


def _repeated(ordered: Numbers) -> Numbers:
    """Return once each value that an ordered array has more than once."""
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    once: Numbers = again[np.concatenate([again[:1] >= 0, again[1:] != again[:-1]])]
    return once


def _windowed(group: Numbers, time: Numbers, window_s: int, groups: int) -> Numbers:
    """Count the pairs of each group whose times lie within the window."""
    earliest = int(time.min())
    span = int(time.max()) - earliest + window_s + 1
    place = np.sort(group * span + (time - earliest))
    later = np.searchsorted(place, place + window_s, side="right") - np.arange(1, len(place) + 1)
    bounds = np.searchsorted(place, np.arange(groups + 1) * span)
    before: Numbers = np.concatenate([[0], np.cumsum(later)])
    return before[bounds[1:]] - before[bounds[:-1]]


def _dense(pairs: Numbers, policy: DensePolicy) -> Numbers:
    """Return the objects beyond the bound, then the densest until the rest fits."""
    order = np.argsort(-pairs, kind="stable")
    ordered = pairs[order]
    rest = int(pairs.sum()) - np.concatenate([[0], np.cumsum(ordered)])
    beyond = int(np.count_nonzero(ordered > policy.object_pairs))
    fits = int(np.argmax(rest <= policy.all_pairs))
    return np.sort(order[: max(beyond, fits)])
