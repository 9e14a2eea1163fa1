"""Exposure and rates against the sums they must add up to."""

import itertools
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.threats.disinformation.batches import Batches
from legation.threats.disinformation.exposure import DAY, GROUPS, HOUR, expose
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
    ties, exposure = gather(batches.co_actions), expose(batches)
    pairs = np.array(list(itertools.combinations(range(batches.accounts), 2)), dtype=np.int64)
    expected = exposure.expected(
        batches.co_actions, ties.share(), pairs[:, 0], pairs[:, 1], length_s=length_s
    )
    return float(expected.sum()), float(ties.weight.sum())


def test_expectations_of_all_pairs_add_up_to_what_was_seen() -> None:
    base = crowd(3, accounts=60, days=4, posts=900)
    for languages in (1, 2, 9):
        batches = batches_of(base.rows, accounts=base.accounts, languages=languages)
        for length in (HOUR, DAY):
            expected, seen = expected_of_all_pairs(batches, length)
            assert np.isclose(expected, seen)


@settings(max_examples=60)
@given(rows)
def test_expectations_never_exceed_what_was_seen(
    drawn: list[tuple[int, int, int, int, int]],
) -> None:
    batches = batches_of(drawn, accounts=7, window_s=HOUR, languages=2)
    if len(batches.co_actions.layer):
        expected, seen = expected_of_all_pairs(batches, HOUR)
        assert expected <= seen * (1 + 1e-9)


@settings(max_examples=60)
@given(rows)
def test_exposures_of_a_bin_and_the_next_are_counted_by_hand(
    drawn: list[tuple[int, int, int, int, int]],
) -> None:
    batches = batches_of(drawn, accounts=7, window_s=HOUR, languages=2)
    if not drawn:
        return
    exposure = expose(batches)
    held = Counter((layer, post) for layer, _, _, post, _ in set(drawn))
    acts: dict[tuple[int, int, int, int], float] = {}
    for layer, item, account, post, time in drawn:
        act = (layer, item, account, time // HOUR)
        acts[act] = max(acts.get(act, 0), 1 / held[layer, post])
    total = 0.0
    for (one, part), (other, share) in itertools.combinations(acts.items(), 2):
        if one[0] == other[0] and one[2] != other[2] and abs(one[3] - other[3]) <= 1:
            total += part * share * (1.0 if one[3] == other[3] else 0.5)
    tongues = itertools.combinations_with_replacement(range(GROUPS), 2)
    assert np.isclose(sum(exposure.exposures(*pair).sum() for pair in tongues), total)


def test_a_post_with_four_links_is_one_chance_to_meet() -> None:
    """Everybody posts the same thing each hour; two accounts split it into four links."""
    whole = [
        (1, 100 * hour, account, 100 * hour + account, hour * HOUR + account)
        for hour in range(6)
        for account in range(8)
    ]
    parted = [
        (layer, item + part, account, post, time)
        for layer, item, account, post, time in whole
        for part in (range(4) if account < 2 else range(1))
    ]
    for rows_ in (whole, parted):
        batches = batches_of(rows_, accounts=8)
        met = batches.co_actions
        found = expose(batches).expected(
            met, gather(met).share(), np.array([0]), np.array([1]), length_s=HOUR
        )
        assert np.isclose(found[0], 6.0)


def test_what_nobody_else_acts_on_makes_meeting_rarer() -> None:
    meeting = [(0, 1, account, account, 60 * account) for account in range(4)]
    busy = [
        (0, 100 + 10 * account + n, account, 1000 + 10 * account + n, 60 * n)
        for account in range(4)
        for n in range(5)
    ]
    pair = np.array([0]), np.array([1])
    expected = []
    for rows_ in (meeting, meeting + busy):
        batches = batches_of(rows_, accounts=4)
        ties = gather(batches.co_actions)
        of_pair = expose(batches).expected(batches.co_actions, ties.share(), *pair, length_s=HOUR)
        expected.append(float(of_pair[0]))
    # Both are equally busy, so the pair's share of what was seen stays; a quieter pair's falls.
    assert np.allclose(expected, 1.0)
    quiet = batches_of(meeting + [row for row in busy if row[2] > 1], accounts=4)
    ties = gather(quiet.co_actions)
    fewer = expose(quiet).expected(quiet.co_actions, ties.share(), *pair, length_s=HOUR)
    assert fewer[0] < 0.2
