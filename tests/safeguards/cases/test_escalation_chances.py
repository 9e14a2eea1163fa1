"""Chances are exact: they are those that one gets by trying out every order and every choice."""

from fractions import Fraction
from itertools import combinations, pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.safeguards.cases.escalation.chances import (
    adjusted,
    drawn,
    fall,
    falling,
    rate,
    steady,
)

COUNTS = st.lists(st.integers(0, 5), min_size=4, max_size=10)


@given(COUNTS, st.integers(1, 3))
def test_the_chance_of_weeks_so_full_is_that_of_all_choices(counts: list[int], recent: int) -> None:
    tried = [sum(one) for one in combinations(counts, recent)]
    expected = sum(one >= sum(counts[:recent]) for one in tried) / len(tried)
    assert drawn(counts, recent) == pytest.approx(expected)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6))
def test_the_chance_of_such_a_fall_is_that_of_all_orders(values: list[int]) -> None:
    def falls(order: tuple[int, ...]) -> int:
        return sum(one > other for one, other in combinations(order, 2))

    tried = [falls(one) for one in permutations(values)]
    expected = sum(one >= falls(tuple(values)) for one in tried) / len(tried)
    assert falling(values) == pytest.approx(expected)


def test_a_steady_rate_makes_a_binomial_share() -> None:
    # Three of three within a fourth of the time.
    assert steady(3, 0, 0.25) == pytest.approx(0.25**3)
    assert steady(0, 9, 0.25) == 1.0
    assert steady(1, 1, 0.5) == pytest.approx(0.75)


def test_a_rate_has_the_published_exact_interval() -> None:
    # Clopper and Pearson for 10 of 20: 0.272 to 0.728; as a ratio of equal times, 0.374 to 2.676.
    told = rate([10, 10], 1)
    assert told.ratio == 1.0
    assert told.high is not None
    assert (round(told.low, 3), round(told.high, 3)) == (0.374, 2.677)


def test_a_past_without_incidents_gives_no_upper_end() -> None:
    told = rate([2, 2, 0, 0, 0, 0], 2)
    assert (told.ratio, told.high) == (None, None)
    assert told.low > 1


@given(COUNTS)
def test_the_weaker_of_two_tests_counts(counts: list[int]) -> None:
    told = rate(counts, 2)
    assert told.p == max(steady(told.recent, told.past, 2 / len(counts)), drawn(counts, 2))


def test_one_bunch_is_no_rise() -> None:
    # Ten in one week, as in three weeks of the year before: a steady rate would be amazed.
    counts = [10, 0, 0, 0] + ([10] + [0] * 15) * 3
    told = rate(counts, 4)
    assert steady(told.recent, told.past, 4 / 52) < 0.001
    assert told.p > 0.05


def test_a_fall_has_its_slope_with_an_interval() -> None:
    course = [(week, Fraction(3) - Fraction(week, 4)) for week in range(12)]
    told = fall(course)
    assert (told.slope, told.low, told.high) == (-0.25, -0.25, -0.25)
    assert told.p == pytest.approx(1 / 479001600)
    wild = fall([(at, Fraction(tone)) for at, tone in enumerate((1, -2, 3, 0, -1, 2, 1, -3))])
    assert wild.low < wild.slope < wild.high
    assert wild.p > 0.05


@given(st.lists(st.floats(0.0001, 1), max_size=12))
def test_correction_never_lowers_a_chance_and_keeps_their_order(chances: list[float]) -> None:
    told = adjusted(chances)
    assert all(one <= other <= 1 for one, other in zip(chances, told, strict=True))
    ranked = sorted(zip(chances, told, strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(ranked))


def test_the_correction_is_that_of_benjamini_and_hochbergs_own_example() -> None:
    # Table of their paper, section 3: at a level of 5 % four of fifteen are rejected.
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
        0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    assert [one <= 0.05 for one in adjusted(chances)] == [True] * 4 + [False] * 11
