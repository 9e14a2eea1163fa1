"""How likely it is that nothing has changed: rates, order, and many pairs at once.

Incidents come in bunches, so a count alone is not enough: a rise must stand out by two tests, and
the weaker of the two counts. By the first, incidents come one by one at a steady rate, and the
recent ones are a binomial share of all (Przyborowski and Wilenski, Biometrika 31, 1940). By the
second, weeks are drawn at random, bunches and all, and the recent ones are as full by chance.
Tone is tested by order alone (Mann, Econometrica 13, 1945), exactly, ties included. Of many pairs
some stand out by chance, so all tests of a look are corrected together (Benjamini and Hochberg,
Journal of the Royal Statistical Society B 57, 1995).
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Final

import msgspec

_TAIL: Final = 0.025


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents of the last weeks beside those of the weeks before.

    Attributes:
        recent: How many in the last weeks.
        past: How many in the weeks before.
        ratio: Recent rate by past rate; None: the past has none, so it has no upper bound.
        low: Lower end of its exact 95 % interval.
        high: Upper end; None: it has none.
        p: Chance of as many, had nothing changed; the larger of both tests.
        adjusted: The same, corrected for all tests of the look.
    """

    recent: int
    past: int
    recent_weeks: int
    past_weeks: int
    ratio: float | None
    low: float
    high: float | None
    p: float
    adjusted: float = 1.0


class Fall(msgspec.Struct, frozen=True, kw_only=True):
    """The course of the tone.

    Attributes:
        points: How many means it was told from.
        slope: Steps of the scale in a week (Theil and Sen).
        low: Lower end of its 95 % interval.
        high: Upper end.
        p: Chance of such a fall, were their order by chance.
        adjusted: The same, corrected for all tests of the look.
    """

    points: int
    slope: float
    low: float
    high: float
    p: float
    adjusted: float = 1.0


def rate(counts: Sequence[int], recent_weeks: int) -> Rate:
    """Compare the first weeks of a list with the rest.

    >>> told = rate([3, 2, 4, 3] + [1, 0] * 13, 4)
    >>> told.recent, told.past, round(told.ratio, 1), told.p < 0.001
    (12, 13, 6.0, True)
    """
    recent, past = sum(counts[:recent_weeks]), sum(counts[recent_weeks:])
    past_weeks = len(counts) - recent_weeks
    low, high = _share_interval(recent, recent + past)
    odds = past_weeks / recent_weeks
    return Rate(
        recent=recent,
        past=past,
        recent_weeks=recent_weeks,
        past_weeks=past_weeks,
        ratio=recent / past * odds if past else None,
        low=low / (1 - low) * odds,
        high=high / (1 - high) * odds if high < 1 else None,
        p=max(steady(recent, past, recent_weeks / len(counts)), drawn(counts, recent_weeks)),
    )


def steady(recent: int, past: int, share: float) -> float:
    """Return the chance of so many recent ones, if each is recent with a given chance."""
    from scipy.stats import binom

    return float(binom.sf(recent - 1, recent + past, share))


def drawn(counts: Sequence[int], recent_weeks: int) -> float:
    """Return the chance that weeks drawn at random hold as many as the first ones do.

    >>> drawn([1, 0, 0, 0], 1)
    0.25
    """
    aim = sum(counts[:recent_weeks])
    # ways[k][s]: how many choices of k weeks hold s, where the last s is "as many or more".
    ways = [[0] * (aim + 1) for _ in range(recent_weeks + 1)]
    ways[0][0] = 1
    for count in counts:
        for taken in range(recent_weeks, 0, -1):
            for held, number in enumerate(ways[taken - 1]):
                if number:
                    ways[taken][min(aim, held + count)] += number
    return ways[recent_weeks][aim] / math.comb(len(counts), recent_weeks)


def fall(course: Sequence[tuple[int, Fraction]]) -> Fall:
    """Tell how the tone goes, and how likely such a fall is by chance.

    Args:
        course: Place in weeks and tone, earliest first.
    """
    from scipy.stats import theilslopes

    values = [tone for _, tone in course]
    told = theilslopes([float(tone) for tone in values], [week for week, _ in course], 0.95)
    return Fall(
        points=len(values),
        slope=float(told[0]),
        low=float(told[2]),
        high=float(told[3]),
        p=falling(values),
    )


def falling(values: Sequence[Fraction | int]) -> float:
    """Return the chance of as many pairs in falling order, were the order by chance.

    >>> falling([3, 2, 1]) == 1 / 6, falling([1, 1, 1])
    (True, 1.0)
    """
    falls = sum(one > other for at, one in enumerate(values) for other in values[at + 1 :])
    alike = tuple(sorted(values.count(one) for one in {*values}))
    ways = _orders(alike)
    return sum(ways[falls:]) / sum(ways)


def adjusted(chances: Sequence[float]) -> list[float]:
    """Return each chance corrected for all of them, by Benjamini and Hochberg.

    >>> adjusted([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    number = len(chances)
    told = [1.0] * number
    least = 1.0
    for place, at in reversed([*enumerate(sorted(range(number), key=chances.__getitem__), 1)]):
        least = min(least, chances[at] * (number / place))
        told[at] = least
    return told


def _share_interval(part: int, whole: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper and Pearson, Biometrika 26, 1934)."""
    from scipy.special import betaincinv

    low = float(betaincinv(part, whole - part + 1, _TAIL)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 1 - _TAIL)) if part < whole else 1.0
    return low, high


@cache
def _orders(alike: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many orders of values, of which some are alike, have each number of falls.

    These are the coefficients of the Gaussian multinomial (MacMahon, 1916).
    """
    ways: tuple[int, ...] = (1,)
    whole = 0
    for number in alike:
        whole += number
        ways = _times(ways, _gaussian(whole, number))
    return ways


@cache
def _gaussian(whole: int, part: int) -> tuple[int, ...]:
    if part in (0, whole):
        return (1,)
    one, other = _gaussian(whole - 1, part - 1), _gaussian(whole - 1, part)
    told = [0] * (part * (whole - part) + 1)
    for at, number in enumerate(one):
        told[at] += number
    for at, number in enumerate(other):
        told[at + part] += number
    return tuple(told)


def _times(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    told = [0] * (len(one) + len(other) - 1)
    for at, mine in enumerate(one):
        for by, theirs in enumerate(other):
            told[at + by] += mine * theirs
    return tuple(told)
