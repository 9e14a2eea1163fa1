"""Exposure: how often two accounts had the chance to act together.

Two accounts are exposed when both act in the same layer and language within the window of each
other. Time is cut into bins of the window's length: two actions in one bin lie within the window,
two in neighbouring bins do so half of the time. So the exposure knows the hours, and with a short
window the minutes, at which an account is active: newsrooms that post at the full hour are more
exposed to each other, and what they share by that alone is expected, not surprising.

A *rate* is the share of exposures that became co-actions in a stratum (a span of time, a layer, a
language). Popularity enters through it: a viral hour has a high rate for everybody in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from legation.threats.disinformation.batches import Actions, Batches, CoActions, Numbers
from legation.threats.disinformation.packing import distinct, numbered, paired

HOUR = 3600
DAY = 86_400

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who acted how often where.

    Attributes:
        bins: For each cell its bin of time.
        strata: For each cell its layer and language as one number.
        width_s: Length of a bin: the window.
        acts: Accounts by cells: distinct objects acted on.
        after: The same, of the next bin.
        pairs: For each cell the exposures of all pairs of accounts, counted at the earlier bin.
    """

    bins: Numbers
    strata: Numbers
    width_s: int
    acts: sparse.csr_array
    after: sparse.csr_array
    pairs: Reals

    def span(self, length_s: int) -> Numbers:
        """Return, for each cell, its span of that length and its stratum as one key."""
        step = max(length_s // self.width_s, 1)
        return paired(self.bins // step, self.strata, below=self._strata())

    def cell_of(self, found: CoActions, languages: Numbers) -> Numbers:
        """Return, for each co-action, the cell of its earlier post."""
        time = np.minimum(found.time_a, found.time_b)
        below = self._strata()
        keys = paired(self.bins, self.strata, below=below)
        wanted = paired(time // self.width_s, _stratum(found.layer, languages), below=below)
        return np.searchsorted(keys, wanted)

    def expected(self, rate: Reals, a: Numbers, b: Numbers) -> Reals:
        """Return the co-actions expected of each pair (a, b) at the given rate in each cell."""
        rated = self.acts.multiply(rate).tocsr()
        rated_after = self.after.multiply(rate).tocsr()
        return (
            _products(rated, self.acts, a, b)
            + 0.5 * _products(rated, self.after, a, b)
            + 0.5 * _products(rated_after, self.acts, a, b)
        )

    def _strata(self) -> int:
        return int(self.strata.max(initial=0)) + 1


def expose(batches: Batches, object_language: Numbers) -> Exposure:
    """Count who acted how often in which bin, layer and language."""
    actions = batches.actions
    stratum = _stratum(actions.layer, object_language[actions.object])
    below = int(stratum.max(initial=0)) + 1
    cells, cell = numbered(paired(actions.time // batches.window_s, stratum, below=below))
    seen = _once_an_object(actions, cell)
    acts = sparse.csr_array(
        (np.ones(len(seen[0])), seen), shape=(batches.accounts, len(cells)), dtype=np.float64
    )
    acts.sum_duplicates()
    after = _shifted(acts, cells, below)
    total, square = _sums(acts), _sums(acts.multiply(acts).tocsr())
    crossing = total * _sums(after) - _sums(acts.multiply(after).tocsr())
    return Exposure(
        bins=cells // below,
        strata=cells % below,
        width_s=batches.window_s,
        acts=acts,
        after=after,
        pairs=(total * total - square) / 2 + crossing / 2,
    )


def rates(exposure: Exposure, cells: Numbers, weight: Reals, *, length_s: int) -> Reals:
    """Return, for each cell, the share of exposures that became co-actions in its span.

    Args:
        exposure: Who was exposed to whom.
        cells: For each co-action its cell.
        weight: For each co-action how much it counts.
        length_s: Length of a span of time, seconds.
    """
    _, span = numbered(exposure.span(length_s))
    met = np.bincount(span, weights=np.bincount(cells, weight, minlength=len(span)))
    exposed = np.bincount(span, weights=exposure.pairs)
    rate: Reals = np.divide(met, exposed, out=np.zeros_like(met), where=exposed > 0)[span]
    return rate


def object_languages(actions: Actions, languages: Numbers) -> Numbers:
    """Return, for each object, the commonest language of those who act on it; -1 when unknown."""
    objects = int(actions.object.max(initial=-1)) + 1
    spoken = languages[actions.account]
    known = spoken >= 0
    kinds = int(spoken.max(initial=0)) + 1
    keys, place = numbered(paired(actions.object[known], spoken[known], below=kinds))
    counts = np.bincount(place, minlength=len(keys))
    order = np.lexsort((keys % kinds, -counts, keys // kinds))
    owner = (keys // kinds)[order]
    best = np.ones(len(order), dtype=np.bool_)
    best[1:] = owner[1:] != owner[:-1]
    result = np.full(objects, -1, dtype=np.int64)
    result[owner[best]] = (keys % kinds)[order][best]
    return result


def _stratum(layer: Numbers, language: Numbers) -> Numbers:
    return layer * 64 + np.minimum(language + 1, 63)


def _once_an_object(actions: Actions, cell: Numbers) -> tuple[Numbers, Numbers]:
    """Return (account, cell) once for each object that the account acted on in the cell."""
    objects = int(actions.object.max(initial=0)) + 1
    accounts = int(actions.account.max(initial=0)) + 1
    keys = distinct(
        paired(paired(cell, actions.account, below=accounts), actions.object, below=objects)
    )
    where = keys // objects
    return where % accounts, where // accounts


def _shifted(acts: sparse.csr_array, cells: Numbers, below: int) -> sparse.csr_array:
    """Return for each cell the column of the next bin of the same stratum, or nothing."""
    place = np.searchsorted(cells, cells + below)
    follows = np.flatnonzero(place < len(cells))
    follows = follows[cells[place[follows]] == cells[follows] + below]
    move = sparse.csr_array(
        (np.ones(len(follows)), (place[follows], follows)), shape=(len(cells), len(cells))
    )
    return sparse.csr_array(acts @ move)


def _sums(matrix: sparse.csr_array) -> Reals:
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def _products(left: sparse.csr_array, right: sparse.csr_array, a: Numbers, b: Numbers) -> Reals:
    """Return the dot product of row a of `left` and row b of `right` for each pair."""
    out = np.zeros(len(a))
    rows, row = numbered(a)
    columns, column = numbered(b)
    turned = right[columns].T.tocsc()
    order = np.argsort(row, kind="stable")
    step = max(4_000_000 // max(len(columns), 1), 1)
    for low in range(0, len(rows), step):
        begin, end = np.searchsorted(row, [low, low + step], sorter=order)
        mine = order[begin:end]
        dense = (left[rows[low : low + step]] @ turned).toarray()
        out[mine] = dense[row[mine] - low, column[mine]]
    return out
