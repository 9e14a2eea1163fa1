"""Which ties are more than chance, and which clusters of ties are a campaign.

Two nulls, for two questions.

*The background* asks of one pair: do these two meet more often than two accounts with their hours
of activity would among the people of that day, layer and language? Its rate counts each pair once,
however often it met: ordinary people meet once over something popular, an operation meets again
and again, and would otherwise raise the very rate it is measured by.

*The redraw* asks of a whole part of the network: would its pairs still meet as often if the posts
kept their hour, layer and language and only their accounts were dealt out again? Its rate counts
everything, the part's own co-actions included. A pair is judged given that it became a candidate:
P(X >= weight) / P(X >= needed) is the chance of going that far once it is that far, so choosing
the pairs by their weight is paid for. In a part without coordination at most one pair in a
thousand goes beyond its 1-in-1,000 mark, and one in twenty beyond its 1-in-20 mark. A part is a
campaign when more go beyond the far mark than a binomial count allows; or beyond the near one,
counting no more pairs than hold the part together, since ten accounts that share one object are
45 pairs but nine coincidences; or when one pair goes beyond what the number of pairs explains
(Bonferroni). The p-value is corrected for the three looks and for all parts.

What the redraw cannot show: a campaign that is alone in its hours, layer and language looks like
everybody there, because there is nobody to compare it with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from legation.threats.disinformation.batches import CoActions, Numbers
from legation.threats.disinformation.chance import least_count, tail
from legation.threats.disinformation.exposure import DAY, HOUR, Exposure
from legation.threats.disinformation.findings import Look
from legation.threats.disinformation.ties import Ties

Reals = NDArray[np.float64]

NULL = (
    "accounts redrawn within hour x layer x language (campaigns); rate of day x layer x language "
    "with each pair counted once (ties); negative binomial"
)
# A pair is a candidate when its background tail is within this level. It only forms clusters,
# whose own test follows; 5 % keeps nineteen of twenty pairs that meet by the day's heat out.
CANDIDATE_LEVEL = 0.05
# Over-dispersion of one pair's count: two people's rate of meeting varies by about a third
# (0.1 is the square of 0.32), since tastes differ inside a language and a day.
PAIR_DISPERSION = 0.1
# Over-dispersion under the redraw: the rate of an hour, layer and language is off by 14 %
# (0.02 is the square of 0.14) for a pair of its people.
REDRAW_DISPERSION = 0.02
# The far mark is rare enough for parts with thousands of pairs, the near one is within reach of
# ten accounts on ten objects in busy hours.
FAR_MARK, NEAR_MARK = 0.001, 0.05
# What a part is looked at for: pairs beyond the far mark, the pair that goes furthest, pairs
# beyond the near mark. The least likely of the three gives the p-value.
LOOKS: tuple[Look, ...] = ("far", "farthest", "near")
_FLOOR = 1e-4
_TINY = 1e-290


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


def candidates(exposure: Exposure, found: CoActions, ties: Ties, *, min_objects: int) -> Candidates:
    """Return the candidate ties."""
    heavy = np.flatnonzero(ties.weight >= min_objects)
    a, b, weight = ties.a[heavy], ties.b[heavy], ties.weight[heavy]
    once = (1 / ties.rows)[ties.tie_of]
    expected = np.maximum(exposure.expected(found, once, a, b, length_s=DAY), _FLOOR)
    needed = least_count(expected, PAIR_DISPERSION, CANDIDATE_LEVEL, least=min_objects, most=weight)
    near = np.flatnonzero(weight >= needed)
    heavy, a, b, weight = heavy[near], a[near], b[near], weight[near]
    redrawn = exposure.expected(found, ties.share(), a, b, length_s=HOUR)
    return Candidates(
        tie=heavy,
        a=a,
        b=b,
        weight=weight,
        p=tail(weight, expected[near], PAIR_DISPERSION),
        expected=expected[near],
        needed=needed[near],
        redrawn=np.maximum(redrawn, _FLOOR),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """Parts of the network under the redraw.

    Attributes:
        p: Chance of a part's pairs going so far, corrected for the looks, not for all parts.
        beyond: Pairs beyond their 1-in-1,000 mark.
        pairs: Candidate pairs.
        observed: Co-actions beyond what made the pairs candidates.
        expected: The same under the redraw.
        look: Which of `LOOKS` gave the p, by its place.
        reached: Pairs that count in that look.
        trials: Of how many.
        rate: Chance of each, so that chance explains `trials * rate` of them.
    """

    p: Reals
    beyond: Numbers
    pairs: Numbers
    observed: Numbers
    expected: Reals
    look: Numbers
    reached: Numbers
    trials: Numbers
    rate: Reals


def judge(chosen: Candidates, part: Numbers) -> Judged:
    """Judge each part of the network under the redraw.

    Args:
        chosen: Candidate ties; both accounts of a tie lie in one part.
        part: For each account its part, -1 for none.
    """
    own = part[chosen.a]
    count = int(part.max(initial=-1)) + 1
    pairs = np.bincount(own, minlength=count)
    given = tail(chosen.needed, chosen.redrawn, REDRAW_DISPERSION)
    reached = tail(chosen.weight, chosen.redrawn, REDRAW_DISPERSION)
    # Below the smallest numbers the ratio cannot be told: such a pair counts for nothing.
    p = np.divide(reached, given, out=np.ones_like(given), where=given > _TINY)
    beyond = np.bincount(own[p <= FAR_MARK], minlength=count)
    near = np.bincount(own[p <= NEAR_MARK], minlength=count)
    links = np.maximum(np.bincount(part[part >= 0], minlength=count) - 1, 1)
    independent = np.floor(near * np.minimum(links / np.maximum(pairs, 1), 1.0))
    farthest = np.ones(count)
    np.minimum.at(farthest, own, p)
    held = np.minimum(links, pairs)
    chances = np.stack(
        [
            _more_than(beyond, pairs, FAR_MARK),
            farthest * pairs,
            _more_than(independent, held, NEAR_MARK),
        ]
    )
    look = chances.argmin(axis=0)
    return Judged(
        p=np.clip(len(LOOKS) * chances.min(axis=0), _TINY, 1.0),
        beyond=beyond,
        pairs=pairs,
        observed=np.bincount(own, chosen.weight - chosen.needed, minlength=count).astype(np.int64),
        expected=np.bincount(own, _expected_beyond(chosen), minlength=count).astype(np.float64),
        look=look,
        reached=np.choose(look, [beyond, np.ones_like(pairs), independent.astype(np.int64)]),
        trials=np.choose(look, [pairs, pairs, held]),
        rate=np.choose(look, [np.full(count, FAR_MARK), farthest, np.full(count, NEAR_MARK)]),
    )


def _more_than(count: Numbers | Reals, trials: Numbers, chance: float) -> Reals:
    """Return P(X >= count) for a binomial count."""
    reached: Reals = special.betainc(np.maximum(count, 1), trials - count + 1, chance)
    return np.where(count > 0, reached, 1.0)


def _expected_beyond(chosen: Candidates) -> Reals:
    """Return E[X - needed | X >= needed] of each pair under the redraw.

    For a negative binomial, x f(x; size) = mean f(x - 1; size + 1) with the same success
    probability, so the conditional mean is a ratio of tails.
    """
    mean, size = chosen.redrawn, 1 / REDRAW_DISPERSION
    share = mean / (mean + size)
    given = special.betainc(chosen.needed, size, share)
    one_less = special.betainc(np.maximum(chosen.needed - 1, 1), size + 1, share)
    one_less = np.where(chosen.needed <= 1, 1.0, one_less)
    ratio = np.divide(one_less, given, out=np.ones_like(given), where=given > _TINY)
    excess: Reals = np.maximum(mean * ratio - chosen.needed, 0.0)
    return excess
