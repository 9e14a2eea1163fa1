"""Exposure and rates against the sums they must add up to."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.threats.disinformation.batches import Batches
from legation.threats.disinformation.exposure import DAY, HOUR, expose, object_languages, rates
from legation.threats.disinformation.ties import gather
from worlds.crowds import batches_of, crowd

rows = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 4),
        st.integers(0, 6),
        st.integers(0, 40),
        st.integers(0, 7 * HOUR),
    ),
    max_size=60,
)


def expected_of_all_pairs(batches: Batches, length_s: int) -> tuple[float, float]:
    found = batches.co_actions
    languages = object_languages(batches.actions, batches.languages)
    exposure, ties = expose(batches, languages), gather(found)
    cells = exposure.cell_of(found, languages[found.object])
    rate = rates(exposure, cells, ties.share(), length_s=length_s)
    pairs = np.array(list(itertools.combinations(range(batches.accounts), 2)), dtype=np.int64)
    return float(exposure.expected(rate, pairs[:, 0], pairs[:, 1]).sum()), float(ties.weight.sum())


def test_expectations_of_all_pairs_add_up_to_what_was_seen() -> None:
    base = crowd(3, accounts=60, days=4, posts=900)
    batches = batches_of(base.rows, accounts=base.accounts, languages=2)
    for length in (HOUR, DAY):
        expected, seen = expected_of_all_pairs(batches, length)
        assert np.isclose(expected, seen)


@settings(max_examples=60)
@given(rows)
def test_expectations_never_exceed_what_was_seen(
    drawn: list[tuple[int, int, int, int, int]],
) -> None:
    batches = batches_of(drawn, accounts=7, window_s=HOUR)
    if len(batches.co_actions.layer):
        expected, seen = expected_of_all_pairs(batches, HOUR)
        assert expected <= seen * (1 + 1e-9)


@settings(max_examples=60)
@given(rows)
def test_exposures_of_a_bin_and_the_next_are_counted_by_hand(
    drawn: list[tuple[int, int, int, int, int]],
) -> None:
    batches = batches_of(drawn, accounts=7, window_s=HOUR)
    actions = batches.actions
    if not len(actions.layer):
        return
    exposure = expose(batches, np.zeros(int(actions.object.max()) + 1, dtype=np.int64))
    seen = {
        (layer, item, account, time // HOUR)
        for layer, item, account, time in zip(
            actions.layer, actions.object, actions.account, actions.time, strict=True
        )
    }
    total = 0.0
    for one, other in itertools.combinations(seen, 2):
        if one[0] == other[0] and one[2] != other[2] and abs(one[3] - other[3]) <= 1:
            total += 1.0 if one[3] == other[3] else 0.5
    assert np.isclose(exposure.pairs.sum(), total)


def test_an_object_speaks_the_language_of_most_who_act_on_it() -> None:
    batches = batches_of(
        [(0, 5, account, account, 0) for account in (1, 3, 2)], accounts=4, languages=2
    )
    assert object_languages(batches.actions, batches.languages)[5] == 1


def test_an_object_of_unknown_speakers_has_no_language() -> None:
    batches = batches_of([(0, 0, account, account, 0) for account in (0, 1)], accounts=2)
    assert object_languages(batches.actions, np.array([-1, -1]))[0] == -1
