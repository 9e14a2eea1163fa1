"""Ties: what a pair of accounts has done together.

A tie's weight is the number of distinct pairs of posts behind its co-actions, so that one pair of
posts counts once however many layers or objects it matches in (a repost that also carries the
same link and image is one act, not three).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import CoActions, Numbers
from legation.threats.disinformation.packing import paired, starts


@dataclass(frozen=True, slots=True)
class Ties:
    """One row a pair of accounts, sorted by (a, b).

    Attributes:
        a: Lower account number.
        b: Higher account number.
        weight: Distinct pairs of posts.
        rows: Co-actions, counted once a layer and object.
        tie_of: For each co-action its tie.
    """

    a: Numbers
    b: Numbers
    weight: Numbers
    rows: Numbers
    tie_of: Numbers

    def share(self) -> NDArray[np.float64]:
        """Return, for each co-action, the part of a pair of posts that it stands for."""
        return (self.weight / self.rows)[self.tie_of]


def gather(found: CoActions) -> Ties:
    """Gather co-actions into ties."""
    if not len(found.account_a):
        none = np.zeros(0, dtype=np.int64)
        return Ties(none, none, none, none, none)
    accounts = int(found.account_b.max()) + 1
    posts = int(max(found.post_a.max(), found.post_b.max())) + 1
    pair = paired(found.account_a, found.account_b, below=accounts)
    order = np.lexsort((found.post_b, found.post_a, pair))
    ordered = pair[order]
    first = starts(ordered)
    both = paired(found.post_a[order], found.post_b[order], below=posts)
    fresh = first | starts(both)
    tie_of = np.empty(len(pair), dtype=np.int64)
    tie_of[order] = np.cumsum(first) - 1
    keys = ordered[first]
    return Ties(
        a=keys // accounts,
        b=keys % accounts,
        weight=np.bincount(tie_of[order], weights=fresh).astype(np.int64),
        rows=np.bincount(tie_of),
        tie_of=tie_of,
    )
