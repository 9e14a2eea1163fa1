"""Near-duplicates: one message in slightly changed words, found among a million texts.

Candidates come from MinHash; every pair is then compared exactly, and every group
has a representative that each member resembles at Jaccard 0.8 or more. So no group
can drift from message to message along a chain: by the triangle inequality of
Jaccard's distance two members of one group are alike at 0.6 at least. The answer
follows from the texts alone, not from their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from legation.text.minhash import find_candidates
from legation.text.shingles import Index, jaccard

THRESHOLD: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicates:
    """What was found among texts, by their positions.

    Attributes:
        left: First text of each pair found, smaller than `right`.
        right: Second text of each pair.
        jaccard: How alike the two are, 0.8 to 1. Not all pairs of a group are listed.
        representative: For each text its group's representative; itself when alone.
        candidates: Pairs that were compared.
        largest_bucket: Texts in MinHash's largest bucket; none was cut.
    """

    left: Index
    right: Index
    jaccard: NDArray[np.float64]
    representative: Index
    candidates: int
    largest_bucket: int


def find_near_duplicates(texts: Sequence[str]) -> NearDuplicates:
    """Find the near-duplicates among texts, which are best normal forms, each once.

    >>> found = find_near_duplicates(["the treaty was signed in the old town hall today",
    ...     "the treaty was signed in the old town hall today!", "rain is expected tomorrow"])
    >>> [int(i) for i in found.left], [int(i) for i in found.right]
    ([0], [1])
    """
    met = find_candidates(texts)
    alike = jaccard(texts, met.left, met.right)
    enough = alike >= THRESHOLD
    left, right = met.left[enough], met.right[enough]
    smaller, larger = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((larger, smaller))
    return NearDuplicates(
        left=smaller[order],
        right=larger[order],
        jaccard=alike[enough][order],
        representative=_group(texts, left, right, met.order),
        candidates=len(met.left),
        largest_bucket=met.largest_bucket,
    )


def _group(texts: Sequence[str], left: Index, right: Index, order: Index) -> Index:
    """Give each text a representative that it resembles.

    In each round the texts with most ties among their neighbours take these; whoever
    is left, with the ties between those left, goes to the next round. The first in
    each component is compared with all of it, because star and next ties are not all.
    """
    representative = np.arange(len(texts))
    place = np.empty(len(texts), np.int64)
    place[order] = np.arange(len(texts))
    while len(left):
        tied, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
        start, end = ends[: len(left)].astype(np.int64), ends[len(left) :].astype(np.int64)
        start, end = _complete([texts[i] for i in tied.tolist()], start, end, place[tied])
        taker = _take(start, end, _rank(start, end, place[tied]))
        settled = taker >= 0
        representative[tied[settled]] = tied[taker[settled]]
        open_ties = ~(settled[start] | settled[end])
        left, right = tied[start[open_ties]], tied[end[open_ties]]
    return representative


def _rank(left: Index, right: Index, place: Index) -> Index:
    """Rank the texts by ties, most last; equals by the order of content."""
    ties = np.bincount(left, minlength=len(place)) + np.bincount(right, minlength=len(place))
    rank = np.empty(len(place), np.int64)
    rank[np.lexsort((-place, ties))] = np.arange(len(place))
    return rank


def _complete(texts: Sequence[str], left: Index, right: Index, place: Index) -> tuple[Index, Index]:
    """Add the ties between the first of each component and its other members."""
    rank = _rank(left, right, place)
    component = _components(left, right, len(texts))
    first = np.full(component.max() + 1, -1, np.int64)
    np.maximum.at(first, component, rank)
    members = np.arange(len(texts))
    chosen = np.argsort(rank)[first[component]]
    known = np.concatenate([_code(left, right), _code(members, members)])
    new = ~np.isin(_code(members, chosen), known)
    members, chosen = members[new], chosen[new]
    enough = jaccard(texts, members, chosen) >= THRESHOLD
    return np.concatenate([left, members[enough]]), np.concatenate([right, chosen[enough]])


def _components(left: Index, right: Index, count: int) -> Index:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    numbers: Index = component.astype(np.int64)
    return numbers


def _code(one: Index, other: Index) -> Index:
    return (np.minimum(one, other) << 32) | np.maximum(one, other)


def _take(left: Index, right: Index, rank: Index) -> Index:
    """Let each local first take itself and its neighbours; return the taker or -1."""
    here, there = np.concatenate([left, right]), np.concatenate([right, left])
    best = np.full(len(rank), -1, np.int64)
    np.maximum.at(best, here, rank[there])
    is_first = rank > best
    to_first = is_first[there]
    best[:] = np.where(is_first, rank, -1)
    np.maximum.at(best, here[to_first], rank[there[to_first]])
    return np.where(best >= 0, np.argsort(rank)[best], -1)
