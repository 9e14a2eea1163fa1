"""Which ties are more than chance, and which clusters of ties are a campaign.

Two nulls, for two questions.

*The background* asks of one pair: do these two meet more often than two accounts with their hours
of activity would among the people of that day, layer and language? Its rate counts each pair once,
however often it met: ordinary people meet once over something popular, an operation meets again
and again, and would otherwise raise the very rate it is measured by.

*The redraw* asks of a cluster: would it still stand out if the posts kept their hour, layer and
language and only their accounts were dealt out again? Its rate counts everything. The co-actions
that made a pair a candidate are not counted again: given that a Poisson count reached k, what it
has beyond k is no larger than a fresh count (its hazard rises), so `weight - k` against the full
expectation is an honest test after the selection. Heat of a day (an event lifts all that a
community does together) enters as over-dispersion shared by the day's co-actions, and co-actions
of many members on one object are counted as the object's extra members, not as their pairs.

What the redraw cannot show: a campaign that is alone in its hours, layer and language looks like
everybody there, because there is nobody to compare it with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from legation.threats.disinformation.batches import CoActions, Numbers
from legation.threats.disinformation.chance import least_count, tail
from legation.threats.disinformation.exposure import DAY, HOUR, Exposure, rates
from legation.threats.disinformation.packing import distinct, numbered, paired, starts
from legation.threats.disinformation.ties import Ties

Reals = NDArray[np.float64]

NULL = (
    "co-action rate by hour x layer x language, accounts redrawn (clusters); by day x layer x "
    "language with each pair counted once (ties); negative binomial"
)
# A pair is a candidate when its background tail is within this level. It only forms clusters,
# whose own test follows; 5 % keeps nineteen of twenty pairs that meet by the day's heat out.
CANDIDATE_LEVEL = 0.05
# Over-dispersion of one pair's count: two people's rate of meeting varies by about a third
# (0.1 is the square of 0.32), since tastes differ inside a language and a day.
PAIR_DISPERSION = 0.1
# Over-dispersion of one day's co-actions inside a community: a factor of 1 +- 0.5 on a hot day.
DAY_DISPERSION = 0.25
# Misfit of the rate itself: a factor of 1 +- 0.05 however many days there are.
MISFIT = 0.0025
_FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Candidates:
    """Ties that reach the least number of objects and the candidate level.

    Attributes:
        tie: Rows of `Ties`.
        a: Lower account number.
        b: Higher account number.
        weight: Distinct pairs of posts.
        p: Tail under the background.
        expected: Co-actions expected under the background.
        needed: Weight at which the pair became a candidate.
        redrawn: Co-actions expected under the redraw.
    """

    tie: Numbers
    a: Numbers
    b: Numbers
    weight: Numbers
    p: Reals
    expected: Reals
    needed: Numbers
    redrawn: Reals

    def take(self, rows: NDArray[np.bool_]) -> "Candidates":
        """Return the rows marked."""
        return Candidates(*(getattr(self, name)[rows] for name in self.__slots__))


def candidates(
    exposure: Exposure, found: CoActions, ties: Ties, languages: Numbers, *, min_objects: int
) -> tuple[Candidates, Reals]:
    """Return the candidate ties, and the redraw's rate for each cell."""
    cells = exposure.cell_of(found, languages[found.object])
    heavy = np.flatnonzero(ties.weight >= min_objects)
    a, b, weight = ties.a[heavy], ties.b[heavy], ties.weight[heavy]
    once = (1 / ties.rows)[ties.tie_of]
    background = rates(exposure, cells, once, length_s=DAY)
    redraw = rates(exposure, cells, ties.share(), length_s=HOUR)
    expected = np.maximum(exposure.expected(background, a, b), _FLOOR)
    needed = least_count(expected, PAIR_DISPERSION, CANDIDATE_LEVEL, least=min_objects, most=weight)
    every = Candidates(
        tie=heavy,
        a=a,
        b=b,
        weight=weight,
        p=tail(weight, expected, PAIR_DISPERSION),
        expected=expected,
        needed=needed,
        redrawn=np.maximum(exposure.expected(redraw, a, b), _FLOOR),
    )
    return every.take(weight >= needed), redraw


@dataclass(frozen=True, slots=True)
class Tested:
    """Clusters under the redraw.

    Attributes:
        observed: Co-actions of its ties beyond what made them candidates.
        expected: Co-actions that the redraw expects of the same ties.
        p: Tail of the one under the other, not corrected.
        days: Number of days that carry the expectation, as an effective number.
    """

    observed: Numbers
    expected: Reals
    p: Reals
    days: Reals


def judge_clusters(
    exposure: Exposure,
    redraw: Reals,
    found: CoActions,
    chosen: Candidates,
    cluster: Numbers,
) -> Tested:
    """Test each cluster against the redraw.

    Args:
        exposure: Who was exposed to whom.
        redraw: The redraw's rate for each cell.
        found: All co-actions.
        chosen: Candidate ties.
        cluster: For each account its cluster, -1 for none.
    """
    count = int(cluster.max(initial=-1)) + 1
    inside = (cluster[chosen.a] == cluster[chosen.b]) & (cluster[chosen.a] >= 0)
    own = cluster[chosen.a][inside]
    beyond = (chosen.weight - chosen.needed)[inside]
    observed = np.bincount(own, beyond, minlength=count)
    expected = np.maximum(np.bincount(own, chosen.redrawn[inside], minlength=count), _FLOOR)
    days = _effective_days(exposure, redraw, cluster, count)
    part = _independent_part(found, cluster, count)
    spread = MISFIT + DAY_DISPERSION / days
    return Tested(
        observed=observed.astype(np.int64),
        expected=expected,
        p=np.maximum(tail(observed * part, expected * part, spread), 1e-300),
        days=days,
    )


def _effective_days(exposure: Exposure, rate: Reals, cluster: Numbers, count: int) -> Reals:
    """Return (sum of daily expectations) squared over the sum of their squares."""
    accounts = np.flatnonzero(cluster >= 0)
    gather = sparse.csr_array(
        (np.ones(len(accounts)), (cluster[accounts], accounts)), shape=(count, len(cluster))
    )
    acts, after = exposure.acts, exposure.after
    own, next_ = gather @ acts, gather @ after
    pairs = (own.multiply(own) - gather @ acts.multiply(acts)) / 2
    pairs = pairs + (own.multiply(next_) - gather @ acts.multiply(after)) / 2
    days, day = numbered(exposure.bins * exposure.width_s // DAY)
    to_days = sparse.csr_array(
        (np.asarray(rate), (np.arange(len(day)), day)), shape=(len(day), len(days))
    )
    daily = pairs.tocsr() @ to_days
    total = np.asarray(daily.sum(axis=1)).ravel()
    squares = np.asarray(daily.multiply(daily).sum(axis=1)).ravel()
    effective: Reals = np.ones(count)
    np.divide(total * total, squares, out=effective, where=squares > 0)
    return np.maximum(effective, 1.0)


def _independent_part(found: CoActions, cluster: Numbers, count: int) -> Reals:
    """Return the share of a cluster's co-actions left when an object counts its extra members."""
    inside = (cluster[found.account_a] == cluster[found.account_b]) & (
        cluster[found.account_a] >= 0
    )
    part: Reals = np.ones(count)
    if not inside.any():
        return part
    own = cluster[found.account_a[inside]]
    objects = int(found.object.max()) + 1
    accounts = int(found.account_b.max()) + 1
    where = paired(own, found.object[inside], below=objects)
    seen = distinct(
        np.concatenate(
            [
                paired(where, found.account_a[inside], below=accounts),
                paired(where, found.account_b[inside], below=accounts),
            ]
        )
    )
    places = seen // accounts
    members = np.bincount(places // objects, minlength=count)
    shared = np.bincount(places[starts(places)] // objects, minlength=count)
    met = np.bincount(own, minlength=count)
    np.divide(members - shared, met, out=part, where=met > 0)
    return np.minimum(part, 1.0)
