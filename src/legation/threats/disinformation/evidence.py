"""The posts behind a campaign: which co-actions tie its members, and with what.

A tie between two validated members opens to every one of its co-actions. An account that joined
as a single account opens to its co-actions with the members. Nothing else is evidence.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import LAYERS, Batches, Numbers
from legation.threats.disinformation.coordination import Cluster, Found
from legation.threats.disinformation.copied import mostly_copied, order_of
from legation.threats.disinformation.packing import distinct, paired


def evidence_rows(found: Found, cluster: Cluster, batches: Batches) -> Numbers:
    """Return the rows of `batches.co_actions` that prove the campaign, ascending."""
    co = batches.co_actions
    tie = np.zeros(len(found.ties.a), dtype=np.bool_)
    tie[cluster.ties] = True
    member, joined = _marks(cluster, batches.accounts)
    both = member[co.account_a] & member[co.account_b]
    by_joining = both & (joined[co.account_a] | joined[co.account_b])
    return np.flatnonzero(tie[found.ties.tie_of] | by_joining)


def validated(found: Found, cluster: Cluster, rows: Numbers) -> NDArray[np.bool_]:
    """Tell of rows of evidence whether their two accounts are a validated tie.

    The others are meetings of an account that joined as a single one: they prove that it met the
    campaign as a whole, and nothing about the two accounts alone.
    """
    held: NDArray[np.bool_] = np.isin(found.ties.tie_of[rows], cluster.ties)
    return held


@dataclass(frozen=True, slots=True)
class Shares:
    """What each member did with the others; one entry a member, in the cluster's order.

    Attributes:
        partners: Distinct members met.
        layers: Layers in which it met them.
        firsts: Share of its objects on which it was the first member to act, and alone so: where
            the clock does not tell two apart, neither led.
        shared: Distinct objects on which it met them.
        outside: Share of its co-actions with members of another part.
        copied: Whether it follows none of them, or more rarely than turns explain: it is copied
            only or mostly, and whether it takes part cannot be told.
    """

    partners: Numbers
    layers: tuple[tuple[str, ...], ...]
    firsts: NDArray[np.float64]
    shared: Numbers
    outside: NDArray[np.float64]
    copied: NDArray[np.bool_]


def shares(
    cluster: Cluster, batches: Batches, rows: Numbers, clock_s: int = 1, *, fdr: float = 0.01
) -> Shares:
    """Return what each member did with the others.

    Args:
        cluster: The members.
        batches: What was searched.
        rows: Their co-actions.
        clock_s: How finely their posts are timed: who is first is not told below it.
        fdr: False-discovery rate over its members, of being copied more than turns explain.
    """
    co = batches.co_actions
    count = len(cluster.accounts)
    place = np.full(batches.accounts, -1, dtype=np.int64)
    place[cluster.accounts] = np.arange(count)
    a, b = place[co.account_a[rows]], place[co.account_b[rows]]
    me, other = np.concatenate([a, b]), np.concatenate([b, a])
    layer = np.concatenate([co.layer[rows], co.layer[rows]])
    behind = co.time_a[rows] // clock_s - co.time_b[rows] // clock_s
    acted = np.concatenate([a[behind >= 0], b[behind <= 0]])
    order = order_of(co, rows, behind)
    mostly = mostly_copied(order, accounts=batches.accounts, fdr=fdr)
    firsts, shared = _firsts(cluster, batches, rows, place, clock_s)
    seen = distinct(me * 64 + layer)
    own = np.split(seen % 64, np.searchsorted(seen // 64, np.arange(1, count)))
    return Shares(
        partners=np.bincount(distinct(paired(me, other, below=count)) // count, minlength=count),
        layers=tuple(tuple(LAYERS[number] for number in each.tolist()) for each in own),
        firsts=firsts,
        shared=shared,
        outside=_outside(cluster, me, other),
        copied=(np.bincount(acted, minlength=count) == 0) | mostly[cluster.accounts],
    )


def _marks(cluster: Cluster, accounts: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    member, joined = np.zeros(accounts, np.bool_), np.zeros(accounts, np.bool_)
    member[cluster.accounts] = True
    joined[cluster.accounts[cluster.joined]] = True
    return member, joined


def _firsts(
    cluster: Cluster, batches: Batches, rows: Numbers, place: Numbers, clock_s: int
) -> tuple[NDArray[np.float64], Numbers]:
    """Return the share of objects on which each member alone was first, and its objects."""
    co = batches.co_actions
    count = len(cluster.accounts)
    item = np.concatenate([co.object[rows], co.object[rows]])
    who = np.concatenate([place[co.account_a[rows]], place[co.account_b[rows]]])
    when = np.concatenate([co.time_a[rows], co.time_b[rows]]) // clock_s
    order = np.lexsort((when, who, item))
    key = paired(item[order], who[order], below=count)
    once = np.ones(len(key), dtype=np.bool_)
    once[1:] = key[1:] != key[:-1]
    item, who, when = item[order][once], who[order][once], when[order][once]
    earliest = np.full(int(item.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(earliest, item, when)
    shared = np.bincount(who, minlength=count)
    began = when == earliest[item]
    alone = np.bincount(item[began], minlength=len(earliest)) == 1
    first = np.bincount(who, began & alone[item], minlength=count)
    return first / np.maximum(shared, 1), shared


def _outside(cluster: Cluster, me: Numbers, other: Numbers) -> NDArray[np.float64]:
    part = cluster.part
    count = len(part)
    known = (part[me] >= 0) & (part[other] >= 0)
    met = np.bincount(me[known], minlength=count)
    across = np.bincount(me[known], part[me[known]] != part[other[known]], minlength=count)
    share: NDArray[np.float64] = across / np.maximum(met, 1)
    return share
