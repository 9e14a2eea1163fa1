"""Clusters in a network of ties: connected parts, and communities inside them.

Communities are networkit's parallel Leiden with one thread and a fixed seed, so that the same
ties always give the same communities (two runs and any order of rows).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from legation.threats.disinformation.batches import Numbers
from legation.threats.disinformation.packing import numbered

_SEED = 1
_ITERATIONS = 5


def components(a: Numbers, b: Numbers, *, accounts: int) -> Numbers:
    """Return for each account its connected part, -1 for accounts without a tie."""
    graph = sparse.csr_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(accounts, accounts))
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    tied = np.zeros(accounts, dtype=np.bool_)
    tied[a], tied[b] = True, True
    result = np.full(accounts, -1, dtype=np.int64)
    _, result[tied] = numbered(label[tied].astype(np.int64))
    return result


def communities(a: Numbers, b: Numbers, weight: NDArray[np.float64], *, accounts: int) -> Numbers:
    """Return for each account its community, -1 for accounts without a tie.

    Args:
        a: One account of each tie; ties are distinct and sorted.
        b: The other.
        weight: Above 0.
        accounts: Number of accounts.
    """
    result = np.full(accounts, -1, dtype=np.int64)
    if not len(a):
        return result
    import networkit as nk

    nodes, place = numbered(np.concatenate([a, b]))
    ends = place.astype(np.uint64)
    nk.setNumberOfThreads(1)
    nk.setSeed(_SEED, useThreadId=False)
    graph = nk.GraphFromCoo(
        (weight, (ends[: len(a)], ends[len(a) :])), n=len(nodes), weighted=True, directed=False
    )
    leiden = nk.community.ParallelLeiden(graph, iterations=_ITERATIONS)
    leiden.run()
    part = np.asarray(leiden.getPartition().getVector(), dtype=np.int64)
    _, result[nodes] = numbered(part)
    return result


def ranked(group: Sequence[int], ids: Sequence[str]) -> list[int | None]:
    """Number the communities of a campaign by size, then by their first account's id.

    So the numbers are the campaign's own and follow from who is in it, not from the order of
    what was read. Those who are in none (-1) have None.

    >>> ranked([7, 3, 7, -1], ["a", "b", "c", "d"])
    [1, 2, 1, None]
    """
    members: dict[int, list[str]] = {}
    for number, name in zip(group, ids, strict=True):
        if number >= 0:
            members.setdefault(number, []).append(name)
    order = sorted(members, key=lambda number: (-len(members[number]), min(members[number])))
    place = {number: at for at, number in enumerate(order, start=1)}
    return [place.get(number) for number in group]
