"""Exposure: how often two accounts had the chance to act together.

Two accounts are exposed when both act in the same layer and language within the window of each
other. Time is cut into bins of the window's length: two actions in one bin lie within the window,
two in neighbouring bins do so half of the time. So the exposure knows the hours, and with a short
window the minutes, at which an account is active: newsrooms that post at the full hour are more
exposed to each other, and what they share by that alone is expected, not surprising. Objects that
nobody else acted on count as well: an hour in which people say many different things is an hour
in which meeting is a surprise. A post is one act in its layer, however many links it holds: two
posts count once as a meeting, so they count once as a chance to meet.

A *rate* is the share of exposures that became co-actions in a stratum (a span of time, a layer,
the languages of the two accounts). Popularity enters through it: a viral hour has a high rate for
everybody in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from legation.threats.disinformation.batches import Actions, Batches, CoActions, Numbers
from legation.threats.disinformation.packing import distinct, numbered, paired, starts

HOUR = 3600
DAY = 86_400
# Groups of speakers: the seven commonest languages and all others.
GROUPS = 8
_LAYERS = 16

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who acted how often where; a cell is a bin of time and a layer.

    Attributes:
        bins: For each cell its bin of time.
        layers: For each cell its layer.
        width_s: Length of a bin: the window.
        acts: Accounts by cells: distinct objects acted on, each as its share of its post.
        after: The same, of the next bin.
        group: For each account its group of speakers.
        sums: For each group and cell the acts of its accounts: `acts` summed, `after` summed,
            squares of `acts`, products of `acts` and `after`.
    """

    bins: Numbers
    layers: Numbers
    width_s: int
    acts: sparse.csr_array
    after: sparse.csr_array
    group: Numbers
    sums: tuple[Reals, Reals, Reals, Reals]

    def cell_of(self, found: CoActions) -> Numbers:
        """Return, for each co-action, the cell of its earlier post."""
        time = np.minimum(found.time_a, found.time_b)
        keys = _cell(self.bins, self.layers)
        return np.searchsorted(keys, _cell(time // self.width_s, found.layer))

    def expected(
        self, found: CoActions, weight: Reals, a: Numbers, b: Numbers, *, length_s: int
    ) -> Reals:
        """Return the co-actions expected of each pair (a, b).

        The rate is the share of exposures that became co-actions in the pair's span of time,
        layer and languages.

        Args:
            found: The co-actions that the rate is taken from.
            weight: For each of them how much it counts.
            a: One account of each pair.
            b: The other.
            length_s: Length of a span of time, seconds.
        """
        cell = self.cell_of(found)
        met_in = self._tongues(found.account_a, found.account_b)
        asked = self._tongues(a, b)
        _, span = numbered(_cell(self.bins // max(length_s // self.width_s, 1), self.layers))
        result = np.zeros(len(a))
        for tongues in distinct(asked):
            rows, mine = met_in == tongues, asked == tongues
            rate = self._rate(int(tongues), cell[rows], weight[rows], span)
            result[mine] = self._expected_at(rate, a[mine], b[mine])
        return result

    def exposures(self, one: int, other: int) -> Reals:
        """Return, for each cell, the exposures of all pairs of the two groups' accounts."""
        acts, after, squares, crossings = self.sums
        if one == other:
            within: Reals = (acts[one] * acts[one] - squares[one]) / 2
            within += (acts[one] * after[one] - crossings[one]) / 2
            return within
        across: Reals = acts[one] * acts[other]
        across += (acts[one] * after[other] + after[one] * acts[other]) / 2
        return across

    def _tongues(self, a: Numbers, b: Numbers) -> Numbers:
        one, other = self.group[a], self.group[b]
        return np.minimum(one, other) * GROUPS + np.maximum(one, other)

    def _rate(self, tongues: int, cell: Numbers, weight: Reals, span: Numbers) -> Reals:
        pairs = self.exposures(tongues // GROUPS, tongues % GROUPS)
        met = np.bincount(span, np.bincount(cell, weight, minlength=len(span)))
        exposed = np.bincount(span, pairs)
        rate: Reals = np.divide(met, exposed, out=np.zeros_like(met), where=exposed > 0)[span]
        return rate

    def _expected_at(self, rate: Reals, a: Numbers, b: Numbers) -> Reals:
        rows, row = numbered(a)
        columns, column = numbered(b)
        acts, after = self.acts[columns], self.after[columns]
        pair = row, column
        return _products(_rated(self.acts[rows], rate), acts + 0.5 * after, pair) + _products(
            _rated(self.after[rows], 0.5 * rate), acts, pair
        )


def expose(batches: Batches) -> Exposure:
    """Count who acted how often in which bin and layer, on objects shared or not."""
    actions, lone = batches.actions, batches.lone
    width = batches.window_s
    cells, cell = numbered(
        np.concatenate([_cell(actions.time // width, actions.layer), _cell(lone.bin, lone.layer)])
    )
    account, where, share = _once_an_object(actions, cell[: len(actions.time)])
    entries = np.concatenate([share, lone.count / lone.objects])
    place = (
        np.concatenate([account, lone.account]),
        np.concatenate([where, cell[len(actions.time) :]]),
    )
    acts = sparse.csr_array(
        (entries, place), shape=(batches.accounts, len(cells)), dtype=np.float64
    )
    acts.sum_duplicates()
    after = _shifted(acts, cells)
    group = _groups(batches)
    gather = sparse.csr_array(
        (np.ones(len(group)), (group, np.arange(len(group)))), shape=(GROUPS, len(group))
    )
    return Exposure(
        bins=cells // _LAYERS,
        layers=cells % _LAYERS,
        width_s=width,
        acts=acts,
        after=after,
        group=group,
        sums=(
            _summed(gather, acts),
            _summed(gather, after),
            _summed(gather, acts.multiply(acts)),
            _summed(gather, acts.multiply(after)),
        ),
    )


def _cell(bins: Numbers, layer: Numbers) -> Numbers:
    return bins * _LAYERS + layer


def _groups(batches: Batches) -> Numbers:
    """Return for each account its group: the commonest languages, and all others.

    Whose language is unknown is counted among the commonest one's speakers: not to be able to
    tell is no language, and accounts that write too little to tell are compared with the crowd.
    """
    spoken = batches.languages
    heard = spoken[distinct(np.concatenate([batches.actions.account, batches.lone.account]))]
    counts = np.bincount(heard[heard >= 0], minlength=1)
    common = np.argsort(-counts, kind="stable")[: GROUPS - 1]
    group_of = np.full(max(int(spoken.max(initial=0)) + 1, len(counts)), GROUPS - 1, dtype=np.int64)
    group_of[common] = np.arange(len(common))
    return np.where(spoken >= 0, group_of[np.maximum(spoken, 0)], 0)


def _summed(gather: sparse.csr_array, matrix: sparse.csr_array) -> Reals:
    return np.asarray((gather @ matrix).toarray(), dtype=np.float64)


def _once_an_object(actions: Actions, cell: Numbers) -> tuple[Numbers, Numbers, Reals]:
    """Return (account, cell, share) once for each object that the account acted on in the cell.

    The share is the object's part of the post, the largest one where several posts have it.
    """
    objects = int(actions.object.max(initial=0)) + 1
    accounts = int(actions.account.max(initial=0)) + 1
    keys = paired(paired(cell, actions.account, below=accounts), actions.object, below=objects)
    order = np.lexsort((actions.objects, keys))
    keys = keys[order]
    first = starts(keys)
    where = keys[first] // objects
    return where % accounts, where // accounts, 1 / actions.objects[order][first]


def _shifted(acts: sparse.csr_array, cells: Numbers) -> sparse.csr_array:
    """Return for each cell the column of the next bin of the same layer, or nothing."""
    place = np.searchsorted(cells, cells + _LAYERS)
    follows = np.flatnonzero(place < len(cells))
    follows = follows[cells[place[follows]] == cells[follows] + _LAYERS]
    move = sparse.csr_array(
        (np.ones(len(follows)), (place[follows], follows)), shape=(len(cells), len(cells))
    )
    return sparse.csr_array(acts @ move)


def _rated(acts: sparse.csr_array, rate: Reals) -> sparse.csr_array:
    """Return the acts of each account, each cell times its rate."""
    rated = acts.data * rate[acts.indices]
    return sparse.csr_array((rated, acts.indices, acts.indptr), shape=acts.shape)


def _products(
    left: sparse.csr_array, right: sparse.csr_array, pair: tuple[Numbers, Numbers]
) -> Reals:
    """Return the dot products of rows of `left` with rows of `right`, for each pair of rows."""
    row, column = pair
    out = np.zeros(len(row))
    turned = right.T.tocsc()
    order = np.argsort(row, kind="stable")
    step = max(4_000_000 // max(right.shape[0], 1), 1)
    for low in range(0, left.shape[0], step):
        begin, end = np.searchsorted(row, [low, low + step], sorter=order)
        mine = order[begin:end]
        dense = (left[low : low + step] @ turned).toarray()
        out[mine] = dense[row[mine] - low, column[mine]]
    return out
