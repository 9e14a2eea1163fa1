"""Coordinated campaigns: accounts that act together more than chance explains.

Pairs that meet more than the background allows form a network; a connected part of it that the
redraw does not explain (corrected for the search over all parts) is a campaign. Inside it ties
are kept at the false-discovery rate over all pairs of the part, and single accounts that meet the
campaign as a whole join at that rate over all accounts. Leiden communities tell the groups inside
a campaign apart. There is no floor on an account's posts, days or span.

"Coordinated" is measured here. Whether it is inauthentic is for a person to decide.
"""

from dataclasses import dataclass
from typing import ClassVar, final

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import DEFAULT_LAYERS, Batches, Named, Numbers
from legation.threats.disinformation.chance import false_discovery_rates
from legation.threats.disinformation.communities import communities, components
from legation.threats.disinformation.exposure import expose
from legation.threats.disinformation.findings import Look
from legation.threats.disinformation.growth import Joined, grow
from legation.threats.disinformation.significance import (
    LOOKS,
    Candidates,
    Judged,
    candidates,
    judge,
)
from legation.threats.disinformation.ties import Ties, gather

Reals = NDArray[np.float64]

# Fewer than three accounts are a pair, not a campaign.
LEAST_ACCOUNTS = 3


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as acting together.

    Attributes:
        layers: Kinds of objects; `similarity` adds those who write like a campaign.
        window_s: Two posts on one object within this many seconds are a co-action. An hour: the
            measured compromise between fast bursts and people who take turns.
        min_objects: Least weight of a tie that can form a cluster.
        fdr: False-discovery rate, and level of a campaign's corrected p-value.
    """

    layers: tuple[Named, ...] = DEFAULT_LAYERS
    window_s: int = 3600
    min_objects: int = 3
    fdr: float = 0.01


@dataclass(frozen=True, slots=True)
class Cluster:
    """One campaign, by numbers.

    Attributes:
        accounts: Its members, ascending.
        part: For each member its community inside the campaign; -1 for those who joined.
        q: For each member the false-discovery rate of its membership.
        joined: For each member whether it joined as a single account.
        ties: Rows of `Found.ties` that are validated between members.
        tie_q: For each of these ties its false-discovery rate over all pairs of the part.
        tie_expected: For each the co-actions expected under the background.
        pairs: Candidate pairs.
        beyond: Those beyond their 1-in-1,000 mark under the redraw.
        observed: Co-actions beyond what made the pairs candidates.
        expected: The same under the redraw.
        p_value: Corrected for the search over all parts of the network.
        look: Which of three looks gave the p-value.
        reached: Pairs that count in that look.
        trials: Of how many.
        rate: Chance of each of them.
        searched: Parts of the network that were judged.
    """

    accounts: Numbers
    part: Numbers
    q: Reals
    joined: NDArray[np.bool_]
    ties: Numbers
    tie_q: Reals
    tie_expected: Reals
    pairs: int
    beyond: int
    observed: int
    expected: float
    p_value: float
    look: Look
    reached: int
    trials: int
    rate: float
    searched: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the detector found.

    Attributes:
        clusters: Strongest first: lowest p-value, then most members, then first account.
        ties: All ties.
        tests: Pairs over which false discoveries are controlled: all pairs of accounts.
        searched: Parts of the network that were judged.
        candidates: Ties that form the network.
        least_p: Smallest corrected p-value of all parts, campaign or not; 1 without any.
    """

    clusters: tuple[Cluster, ...]
    ties: Ties
    tests: int
    searched: int
    candidates: int
    least_p: float = 1.0


@final
class Coordination(msgspec.Struct, frozen=True, kw_only=True):
    """Finds accounts that act together more than chance explains."""

    name: ClassVar[str] = "disinformation.coordination"

    rule: Rule = msgspec.field(default_factory=Rule)

    def detect(self, batches: Batches) -> Found:
        """Return the campaigns in the batches; the same batches give the same campaigns."""
        ties = gather(batches.co_actions)
        tests = batches.accounts * (batches.accounts - 1) // 2
        if not len(ties.a):
            return Found((), ties, tests, 0, 0)
        exposure = expose(batches)
        chosen = candidates(exposure, batches.co_actions, ties, min_objects=self.rule.min_objects)
        whole = components(chosen.a, chosen.b, accounts=batches.accounts)
        judged = judge(chosen, whole)
        size = np.bincount(whole[whole >= 0], minlength=len(judged.p))
        large = size >= LEAST_ACCOUNTS
        searched = int(large.sum())
        least_p = min(float(judged.p[large].min(initial=1.0)) * searched, 1.0)
        carried = np.isin(whole, np.flatnonzero(large & (judged.p * searched <= self.rule.fdr)))
        core = _core(chosen, whole, carried, self.rule.fdr)
        member = np.zeros(batches.accounts, dtype=np.bool_)
        member[core.accounts] = True
        joined = grow(
            batches.actions, batches.co_actions, batches.languages, member, fdr=self.rule.fdr
        )
        held = np.sort(core.tie)
        group = communities(
            ties.a[held], ties.b[held], np.log1p(ties.weight[held]), accounts=batches.accounts
        )
        clusters = _clusters(batches, core, joined, _Parts(group, judged, searched))
        return Found(clusters, ties, tests, searched, len(chosen.a), least_p)


@dataclass(frozen=True, slots=True)
class _Core:
    """Members by validated ties: accounts with q and campaign, and the ties."""

    accounts: Numbers
    campaign: Numbers
    q: Reals
    tie: Numbers
    tie_campaign: Numbers
    tie_q: Reals
    tie_expected: Reals


@dataclass(frozen=True, slots=True)
class _Parts:
    group: Numbers
    judged: Judged
    searched: int


def _core(chosen: Candidates, whole: Numbers, carried: NDArray[np.bool_], fdr: float) -> _Core:
    """Keep, in each connected part that is carried, the ties within the rate over its pairs."""
    accounts = len(whole)
    best, owner = np.full(accounts, np.inf), np.full(accounts, -1, dtype=np.int64)
    rows: list[Numbers] = []
    rates: list[Reals] = []
    for part in np.unique(whole[carried & (whole >= 0)]):
        inside = np.flatnonzero(whole[chosen.a] == part)
        size = int((whole == part).sum())
        q = false_discovery_rates(chosen.p[inside], size * (size - 1) / 2)
        kept = q <= fdr
        rows.append(inside[kept])
        rates.append(q[kept])
        for end in (chosen.a, chosen.b):
            np.minimum.at(best, end[inside[kept]], q[kept])
            owner[end[inside[kept]]] = part
    kept_rows = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    members = np.flatnonzero(owner >= 0)
    return _Core(
        accounts=members,
        campaign=owner[members],
        q=best[members],
        tie=chosen.tie[kept_rows],
        tie_campaign=whole[chosen.a[kept_rows]],
        tie_q=np.concatenate([np.zeros(0), *rates]),
        tie_expected=chosen.expected[kept_rows],
    )


def _clusters(batches: Batches, core: _Core, joined: Joined, parts: _Parts) -> tuple[Cluster, ...]:
    home = _homes(batches, core, joined)
    clusters = []
    for part in np.unique(core.campaign):
        own, came = core.campaign == part, home == part
        tied = core.tie_campaign == part
        accounts = np.concatenate([core.accounts[own], joined.account[came]])
        order = np.argsort(accounts)
        accounts = accounts[order]
        clusters.append(
            Cluster(
                accounts=accounts,
                part=parts.group[accounts],
                q=np.concatenate([core.q[own], joined.q[came]])[order],
                joined=np.concatenate([np.zeros(own.sum(), bool), np.ones(came.sum(), bool)])[
                    order
                ],
                ties=core.tie[tied],
                tie_q=core.tie_q[tied],
                tie_expected=core.tie_expected[tied],
                pairs=int(parts.judged.pairs[part]),
                beyond=int(parts.judged.beyond[part]),
                observed=int(parts.judged.observed[part]),
                expected=float(parts.judged.expected[part]),
                p_value=min(float(parts.judged.p[part]) * parts.searched, 1.0),
                look=LOOKS[int(parts.judged.look[part])],
                reached=int(parts.judged.reached[part]),
                trials=int(parts.judged.trials[part]),
                rate=float(parts.judged.rate[part]),
                searched=parts.searched,
            )
        )
    clusters.sort(key=lambda c: (c.p_value, -len(c.accounts), int(c.accounts[0])))
    return tuple(clusters)


def _homes(batches: Batches, core: _Core, joined: Joined) -> Numbers:
    """Return for each joined account the campaign that it meets most."""
    if not len(joined.account):
        return np.zeros(0, dtype=np.int64)
    found = batches.co_actions
    names, index = np.unique(core.campaign, return_inverse=True)
    of = np.full(batches.accounts, -1, dtype=np.int64)
    of[core.accounts] = index
    row = np.full(batches.accounts, -1, dtype=np.int64)
    row[joined.account] = np.arange(len(joined.account))
    meets = np.zeros((len(joined.account), len(names)), dtype=np.int64)
    for _ in range(len(joined.account)):
        meets[:] = 0
        for one, other in (
            (found.account_a, found.account_b),
            (found.account_b, found.account_a),
        ):
            rows = np.flatnonzero((row[one] >= 0) & (of[other] >= 0))
            np.add.at(meets, (row[one[rows]], of[other[rows]]), 1)
        lost = (meets.max(axis=1) > 0) & (of[joined.account] < 0)
        if not lost.any():
            break
        of[joined.account[lost]] = meets.argmax(axis=1)[lost]
    home: Numbers = names[of[joined.account]]
    return home
