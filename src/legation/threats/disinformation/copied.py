"""Accounts that others copy: to be copied is no act, and proves nothing of who is copied.

A meeting of two posts shows what the later one did; of the earlier one it shows nothing. Anybody
can be copied, and on purpose too: thirty accounts that repeat each post of a neighbour soon after
would make a member of the neighbour, and raise the grade by it. So the order is asked. Accounts
that act together take turns: of those who share a thing, each is as likely as the other to be the
first. An account *only is copied* when it follows others so rarely that turns do not explain it,
at the false-discovery rate over all accounts that are asked, and shows no act. What ties it to
others is their act, and counts for no campaign, p-value or grade; it stands beside the campaign.

Posts that the clock cannot tell apart have no order: who acts with others in the same second, or
in the same minute where the clock is no finer, is not taken for copied.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import CoActions, Numbers
from legation.threats.disinformation.chance import false_discovery_rates
from legation.threats.disinformation.packing import distinct, numbered, paired, starts

Reals = NDArray[np.float64]

# One post that follows another is a coincidence that no rate can exclude, and so are a few of many:
# whoever is copied all day comes after a copier now and then, on what everybody shares. In the
# sample 3 % to 10 % part the same accounts, and 20 % costs six of them more.
LEAST_ACTS = 2
RARELY = 0.1
# Where the bound on the chance is tried; each is one valid bound, the least is kept.
_TRIED = tuple(2.0**power for power in range(-4, 6))


@dataclass(frozen=True, slots=True)
class Order:
    """Who was first: one row for each post and account that it met.

    Attributes:
        me: Account of the post.
        post: The post.
        other: Account that it met.
        lag: Ticks of the clock between the other's post and this one: above 0 it came later.
    """

    me: Numbers
    post: Numbers
    other: Numbers
    lag: Numbers


def order_of(found: CoActions, rows: Numbers, behind: Numbers) -> Order:
    """Return the order in some co-actions.

    A post that meets an account on several things came later where it did on any of them.

    Args:
        found: All co-actions.
        rows: Those that are asked for.
        behind: For each of these by how many ticks of the clock the post of `a` is the later.
    """
    a, b = found.account_a[rows], found.account_b[rows]
    me, other = np.concatenate([a, b]), np.concatenate([b, a])
    post = np.concatenate([found.post_a[rows], found.post_b[rows]])
    lag = np.concatenate([behind, -behind])
    order = np.lexsort((-lag, other, post))
    kept = order[starts(paired(post[order], other[order], below=int(other.max(initial=0)) + 1))]
    return Order(me[kept], post[kept], other[kept], lag[kept])


def acts(follows: Numbers, posts: Numbers) -> NDArray[np.bool_]:
    """Tell whether an account shows an act of its own.

    >>> acts(np.array([1, 2, 2]), np.array([3, 20, 21])).tolist()
    [False, True, False]

    Args:
        follows: How many of its posts follow another's.
        posts: How many of its posts meet others at all.
    """
    shown: NDArray[np.bool_] = (follows >= LEAST_ACTS) & (follows >= RARELY * posts)
    return shown


def copied(order: Order, *, accounts: int, fdr: float) -> NDArray[np.bool_]:
    """Tell of each account whether it only is copied: it follows too rarely and shows no act."""
    return mostly_copied(order, accounts=accounts, fdr=fdr) & ~_shown(order, accounts)


def mostly_copied(order: Order, *, accounts: int, fdr: float) -> NDArray[np.bool_]:
    """Tell of each account whether it follows others more rarely than turns explain.

    Args:
        order: Who was first, in what ties the accounts.
        accounts: Number of accounts.
        fdr: False-discovery rate over all accounts that are in `order`.
    """
    result = np.zeros(accounts, dtype=np.bool_)
    if not len(order.me):
        return result
    owner, place = _posts(order)
    met = np.bincount(place)
    level = np.bincount(place[order.lag == 0], minlength=len(owner))
    follows = np.bincount(place[order.lag > 0], minlength=len(owner)) > 0
    asked, who = numbered(owner)
    rate = false_discovery_rates(_rarely(who, follows, (met - level) / (1 + met)), len(asked))
    result[asked[rate <= fdr]] = True
    return result


def _shown(order: Order, accounts: int) -> NDArray[np.bool_]:
    owner, place = _posts(order)
    follows = np.bincount(place[order.lag > 0], minlength=len(owner)) > 0
    many = np.bincount(owner[follows], minlength=accounts)
    return acts(many, np.bincount(owner, minlength=accounts))


def _posts(order: Order) -> tuple[Numbers, Numbers]:
    """Return the account of each post, and for each row the place of its post."""
    posts, place = numbered(order.post)
    owner = np.zeros(len(posts), dtype=np.int64)
    owner[place] = order.me
    return owner, place


def _rarely(who: Numbers, follows: NDArray[np.bool_], chance: Reals) -> Reals:
    """Return for each account an upper bound of the chance to follow so rarely.

    The number of posts that follow is a sum of independent trials; Chernoff's bound (1952) is
    taken where it is least. Of an account that never follows it is the chance itself.

    Args:
        who: Account of each post.
        follows: Whether the post came after another.
        chance: That it does when accounts take turns.
    """
    many = np.bincount(who, follows)
    never: Reals = np.asarray(np.bincount(who, np.log1p(-chance)), dtype=np.float64)
    least: Reals = np.where(many == 0, never, 0.0)
    for tilt in _TRIED:
        bound = np.bincount(who, np.log1p(chance * np.expm1(-tilt))) + tilt * many
        least = np.minimum(least, bound)
    rarely: Reals = np.exp(least)
    return rarely


@dataclass(frozen=True, slots=True)
class Sources:
    """Accounts that a campaign copies; one entry an account, ascending.

    Attributes:
        account: Account numbers; none is a member.
        posts: Its posts that members repeat.
        copiers: Members who do.
        post: The one of its posts that most of them repeat.
    """

    account: Numbers
    posts: Numbers
    copiers: Numbers
    post: Numbers


def none_copied() -> Sources:
    """Return that nobody is copied."""
    none = np.zeros(0, dtype=np.int64)
    return Sources(none, none, none, none)


def sources(order: Order, who: NDArray[np.bool_], campaign: Numbers, count: int) -> list[Sources]:
    """Return for each campaign the accounts that it copies; each stands beside one campaign.

    Args:
        order: Who was first, in all co-actions.
        who: The accounts that are copied.
        campaign: For each account the number of its campaign, -1 for none.
        count: How many campaigns there are.
    """
    rows = np.flatnonzero(who[order.me] & (campaign[order.other] >= 0) & (order.lag < 0))
    me, post, other = order.me[rows], order.post[rows], order.other[rows]
    accounts, place = numbered(me)
    meets = np.zeros((len(accounts), max(count, 1)), dtype=np.int64)
    np.add.at(meets, (place, campaign[other]), 1)
    home = meets.argmax(axis=1)
    theirs = campaign[other] == home[place]
    place, post, other = place[theirs], post[theirs], other[theirs]
    posts, first, repeated = np.unique(post, return_index=True, return_counts=True)
    owner = place[first]
    best = np.lexsort((posts, -repeated, owner))
    best = best[starts(owner[best])]
    copiers = distinct(paired(place, other, below=len(campaign))) // len(campaign)
    every = Sources(
        account=accounts,
        posts=np.bincount(owner, minlength=len(accounts)),
        copiers=np.bincount(copiers, minlength=len(accounts)),
        post=posts[best],
    )
    return [
        Sources(*(getattr(every, part)[home == number] for part in Sources.__slots__))
        for number in range(count)
    ]
