"""Tails and false-discovery rates against an independent library and by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from legation.threats.disinformation.chance import false_discovery_rates, least_count, tail

means = st.floats(1e-3, 500)
counts = st.integers(0, 800)


@given(count=counts, mean=means)
def test_without_dispersion_the_tail_is_poisson(count: int, mean: float) -> None:
    ours = tail(np.array([count]), np.array([mean]), 0.0)[0]
    assert np.isclose(ours, stats.poisson.sf(count - 1, mean), rtol=1e-6, atol=1e-280)


@given(count=counts, mean=means, dispersion=st.floats(1e-3, 2))
def test_with_dispersion_the_tail_is_negative_binomial(
    count: int, mean: float, dispersion: float
) -> None:
    size = 1 / dispersion
    theirs = stats.nbinom.sf(count - 1, size, size / (size + mean))
    ours = tail(np.array([count]), np.array([mean]), dispersion)[0]
    assert np.isclose(ours, theirs, rtol=1e-5, atol=1e-250)


@given(mean=means, most=st.integers(3, 900))
def test_the_least_count_is_the_first_within_the_level(mean: float, most: int) -> None:
    found = int(least_count(np.array([mean]), 0.1, 0.05, least=3, most=np.array([most]))[0])
    every = tail(np.arange(3, most + 1), np.full(most - 2, mean), 0.1) <= 0.05
    assert found == (3 + int(every.argmax()) if every.any() else most + 1)


def test_rates_are_those_of_benjamini_and_hochberg() -> None:
    p = np.array([0.02, 0.001, 0.04, 0.03])
    assert np.allclose(false_discovery_rates(p, 4), [0.04, 0.004, 0.04, 0.04])


def test_tests_that_found_nothing_count() -> None:
    p = np.array([0.001])
    assert false_discovery_rates(p, 1)[0] < false_discovery_rates(p, 50)[0] == 0.05


@given(st.lists(st.floats(1e-12, 1), min_size=1, max_size=40))
def test_rates_keep_the_order_of_p_values(p: list[float]) -> None:
    rates = false_discovery_rates(np.array(p), 1000)
    order = np.argsort(p, kind="stable")
    assert (np.diff(rates[order]) >= 0).all()
