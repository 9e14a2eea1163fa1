"""Accounts that act with a campaign as a whole, though with no single member often.

A campaign with hundreds of accounts spreads its work: two of them may never meet three times. So
each other account is asked: how many of its posts meet the campaign, and how many would meet it
if the account were one of the people around it? The rate of the people around is taken by day,
layer and language from accounts outside; each of them counts as one hit in all, however many it
has, so that the campaign's own helpers do not raise the rate they are measured by, and an account
is never part of its own comparison. A day with few people around leans on the usual rate of its
layer and language. The false-discovery rate is controlled over all accounts. Joined accounts
leave the people around, and the question is asked again until nobody joins.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Actions, CoActions, Numbers
from legation.threats.disinformation.chance import false_discovery_rates, tail
from legation.threats.disinformation.exposure import DAY
from legation.threats.disinformation.packing import distinct, numbered, paired, starts

Reals = NDArray[np.float64]

# Over-dispersion of an account's hits: people differ in taste more than a pair's meetings do.
ACCOUNT_DISPERSION = 0.2
# Posts of people around that weigh as much as the usual rate: below some 300 a day's own rate
# is mostly noise (its standard error is over a quarter at a rate of 5 %).
USUAL_WEIGHT = 300.0
# One post that meets a campaign is a coincidence that no rate can exclude.
LEAST_HITS = 2
_ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Joined:
    """Accounts that joined campaigns.

    Attributes:
        account: Account numbers.
        q: False-discovery rate at which each joined.
        p: Tail of its hits.
        hits: Posts that meet the campaign.
        expected: Hits expected of it.
    """

    account: Numbers
    q: Reals
    p: Reals
    hits: Numbers
    expected: Reals


@dataclass(frozen=True, slots=True)
class _Posts:
    """Posts on shared objects, once each."""

    key: Numbers
    account: Numbers
    stratum: Numbers
    kind: Numbers
    below: int


def grow(
    actions: Actions,
    found: CoActions,
    languages: Numbers,
    core: NDArray[np.bool_],
    *,
    fdr: float,
) -> Joined:
    """Return the accounts that join the members marked in `core`.

    Args:
        actions: All actions.
        found: All co-actions.
        languages: For each account its language, -1 when unknown.
        core: For each account whether it is a member already.
        fdr: False-discovery rate over all accounts.
    """
    posts = _posts(actions, languages)
    member, new = core.copy(), core
    hit = np.zeros(len(posts.key), dtype=np.bool_)
    steps: list[Joined] = []
    for _ in range(_ROUNDS if core.any() else 0):
        # What met a member before goes on to; only the meetings with new ones are looked up.
        hit[np.searchsorted(posts.key, hits_of(found, new, below=posts.below))] = True
        step = _round(posts, member, hit, fdr)
        if not len(step.account):
            break
        new = np.zeros(len(core), dtype=np.bool_)
        new[step.account] = True
        member |= new
        steps.append(step)
    if not steps:
        none, real = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Joined(none, real, real, none, real)
    return Joined(
        *(np.concatenate([getattr(step, name) for step in steps]) for name in Joined.__slots__)
    )


def hits_of(found: CoActions, member: NDArray[np.bool_], *, below: int) -> Numbers:
    """Return the sorted distinct (account, post) keys of posts that meet a member."""
    by_a, by_b = member[found.account_b], member[found.account_a]
    return distinct(
        np.concatenate(
            [
                paired(found.account_a[by_a], found.post_a[by_a], below=below),
                paired(found.account_b[by_b], found.post_b[by_b], below=below),
            ]
        )
    )


def _posts(actions: Actions, languages: Numbers) -> _Posts:
    below = int(actions.post.max(initial=0)) + 1
    order = np.lexsort((actions.layer, actions.post, actions.account))
    key = paired(actions.account[order], actions.post[order], below=below)
    first = starts(key)
    rows = order[first]
    spoken = languages[actions.account[rows]] + 1
    kind = actions.layer[rows] * 4096 + spoken
    kinds, kind = numbered(kind)
    _, stratum = numbered(paired(actions.time[rows] // DAY, kind, below=len(kinds)))
    return _Posts(key[first], actions.account[rows], stratum, kind, below)


def _round(posts: _Posts, member: NDArray[np.bool_], hit: NDArray[np.bool_], fdr: float) -> Joined:
    outside = ~member[posts.account]
    account, stratum = posts.account[outside], posts.stratum[outside]
    kind, hit = posts.kind[outside], hit[outside]
    count = np.bincount(account[hit], minlength=len(member))
    weight = np.where(hit, 1 / np.maximum(count[account], 1), 0.0)
    usual = _usual(kind, weight)
    strata = int(posts.stratum.max(initial=0)) + 1
    all_posts = np.bincount(stratum, minlength=strata)
    all_hits = np.bincount(stratum, weight, minlength=strata)
    own, place = numbered(paired(account, stratum, below=strata))
    own_posts, own_hits = np.bincount(place), np.bincount(place, weight)
    lean = np.zeros(len(own))
    lean[place] = usual[kind]
    where = own % strata
    others = all_hits[where] - own_hits + USUAL_WEIGHT * lean
    rate = others / (all_posts[where] - own_posts + USUAL_WEIGHT)
    expected = np.bincount(own // strata, own_posts * rate, minlength=len(member))
    asked = np.flatnonzero(count >= LEAST_HITS)
    p = tail(count[asked], np.maximum(expected[asked], 1e-4), ACCOUNT_DISPERSION)
    q = false_discovery_rates(p, len(member))
    joins = q <= fdr
    return Joined(
        account=asked[joins],
        q=q[joins],
        p=p[joins],
        hits=count[asked][joins],
        expected=np.asarray(expected[asked][joins], dtype=np.float64),
    )


def _usual(kind: Numbers, weight: Reals) -> Reals:
    """Return the hit rate of each layer and language, leaning on that of all by half a hit."""
    posts = np.bincount(kind)
    hits = np.bincount(kind, weight)
    overall = max(hits.sum() / max(posts.sum(), 1), 1e-9)
    usual: Reals = (hits + 0.5) / (posts + 0.5 / overall)
    return usual
