"""The redraw's judgement: exact expectations, blind to selection, honest about many pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from legation.threats.disinformation.significance import (
    LOOKS,
    REDRAW_DISPERSION,
    Candidates,
    judge,
)


def chosen(weights: list[int], needed: list[int], redrawn: list[float]) -> Candidates:
    count = len(weights)
    return Candidates(
        tie=np.arange(count),
        a=np.arange(count),
        b=np.arange(count) + 1,
        weight=np.array(weights),
        p=np.ones(count),
        expected=np.ones(count),
        needed=np.array(needed),
        redrawn=np.array(redrawn, dtype=np.float64),
    )


def one_part(candidates: Candidates) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.zeros(len(candidates.a) + 1, dtype=np.int64)


@given(mean=st.floats(0.01, 60), needed=st.integers(1, 40))
def test_what_is_expected_beyond_the_selection_is_the_conditional_mean(
    mean: float, needed: int
) -> None:
    size = 1 / REDRAW_DISPERSION
    law = stats.nbinom(size, size / (size + mean))
    counts = np.arange(needed, needed + 3000)
    mass = law.pmf(counts)
    if mass.sum() < 1e-12:
        return
    plain = float(((counts - needed) * mass).sum() / mass.sum())
    one = chosen([needed], [needed], [mean])
    assert np.isclose(judge(one, one_part(one)).expected[0], plain, rtol=1e-4, atol=1e-6)


def test_pairs_chosen_by_their_weight_are_no_evidence_of_themselves() -> None:
    """Many pairs that just reached what made them candidates are no campaign."""
    many = chosen([3] * 400, [3] * 400, [0.05] * 400)
    assert judge(many, one_part(many)).p[0] == 1.0


def test_pairs_far_beyond_the_redraw_are_a_campaign() -> None:
    some = chosen([12] * 20, [3] * 20, [0.5] * 20)
    judged = judge(some, one_part(some))
    assert judged.p[0] < 1e-30
    assert judged.beyond[0] == judged.pairs[0] == 20


def test_one_far_pair_among_many_pays_for_their_number() -> None:
    far = chosen([9], [3], [0.8])
    lone = judge(far, one_part(far)).p[0]
    crowd = chosen([9] + [3] * 5000, [3] * 5001, [0.8] * 5001)
    assert lone < 0.05 < judge(crowd, one_part(crowd)).p[0]


@pytest.mark.parametrize("seed", range(5))
def test_drawn_from_the_redraw_the_marks_are_rarely_reached(seed: int) -> None:
    draw = np.random.default_rng(seed)
    mean = draw.gamma(0.5, 4.0, 200_000) + 1e-3
    size = 1 / REDRAW_DISPERSION
    weight = draw.negative_binomial(size, size / (size + mean))
    kept = weight >= 3
    many = chosen(weight[kept].tolist(), [3] * int(kept.sum()), mean[kept].tolist())
    judged = judge(many, one_part(many))
    assert judged.beyond[0] <= 1.5 * 0.001 * judged.pairs[0]
    assert np.isclose(judged.observed[0], judged.expected[0], rtol=0.02)
    assert judged.p[0] > 1e-3


@given(st.integers(1, 30), st.integers(3, 60))
def test_more_co_actions_never_make_a_part_less_surprising(pairs: int, weight: int) -> None:
    less, more = (chosen([w] * pairs, [3] * pairs, [2.0] * pairs) for w in (weight, weight + 1))
    assert judge(more, one_part(more)).p[0] <= judge(less, one_part(less)).p[0] * (1 + 1e-9)


@pytest.mark.parametrize(
    ("look", "weights", "redrawn", "corners"),
    [
        ("far", [12] * 20, 0.5, 21),
        ("near", [5] * 12, 0.9, 40),
        ("farthest", [30] + [3] * 400, 0.8, 402),
    ],
)
def test_the_probability_follows_from_the_figures_that_stand_beside_it(
    look: str, weights: list[int], redrawn: float, corners: int
) -> None:
    some = chosen(weights, [3] * len(weights), [redrawn] * len(weights))
    judged = judge(some, np.zeros(corners, dtype=np.int64))
    reached, trials, rate = judged.reached[0], judged.trials[0], judged.rate[0]
    assert LOOKS[judged.look[0]] == look
    if look == "farthest":
        assert reached == 1
        assert np.isclose(judged.p[0], 3 * trials * rate)
    else:
        assert np.isclose(judged.p[0], 3 * stats.binom.sf(reached - 1, trials, rate))
        assert rate == {"far": 0.001, "near": 0.05}[look]
    assert reached > trials * rate
