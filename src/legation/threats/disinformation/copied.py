"""Members that others copy: to be copied is no act, and proves nothing of who is copied.

A meeting of two posts shows what the later one did; of the earlier one it shows nothing. Anybody
can be copied, and on purpose too: thirty accounts that repeat each post of a neighbour soon after
make a member of the neighbour. So the order is asked. Accounts that act together take turns: of
those who share a thing, each is as likely as the other to be the first. A member that follows
others so rarely that turns do not explain it, at the false-discovery rate over all members, was
only or mostly copied. It may lead the campaign or know nothing of it, and the two cannot be told
apart: so it stays, is marked, and counts for no grade. It is not taken out: an operation whose
leaders go first would then hide them, and all that only they hold together.

Posts that the clock cannot tell apart have no order, and pass for posts that follow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import CoActions, Numbers
from legation.threats.disinformation.chance import false_discovery_rates
from legation.threats.disinformation.packing import numbered, paired, starts

Reals = NDArray[np.float64]

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
    # Who acts with another in one tick of the clock was not copied by that one.
    follows = np.bincount(place[order.lag >= 0], minlength=len(owner)) > 0
    asked, who = numbered(owner)
    rate = false_discovery_rates(_rarely(who, follows, met / (1 + met)), len(asked))
    result[asked[rate <= fdr]] = True
    return result


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
