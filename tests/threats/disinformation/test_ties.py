"""What makes a tie heavy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from legation.threats.disinformation.ties import gather
from worlds.crowds import actions_of, batches_of, plain_join


def test_one_pair_of_posts_counts_once_however_many_layers_it_matches_in() -> None:
    rows = [
        (layer, 7, account, account, 100 + account) for layer in (0, 1, 2) for account in (0, 1)
    ]
    ties = gather(plain_join(actions_of(rows), 60))
    assert (ties.weight.tolist(), ties.rows.tolist()) == ([1], [3])


def test_two_objects_in_posts_of_their_own_count_twice() -> None:
    rows = [(0, item, account, 2 * item + account, item) for item in (0, 1) for account in (0, 1)]
    assert gather(plain_join(actions_of(rows), 60)).weight.tolist() == [2]


def test_no_co_action_gives_no_tie() -> None:
    assert len(gather(plain_join(actions_of([]), 60)).a) == 0


row = st.tuples(
    st.integers(0, 2), st.integers(0, 3), st.integers(0, 5), st.integers(0, 30), st.integers(0, 200)
)


@given(st.lists(row, max_size=40))
def test_shares_of_a_tie_add_up_to_its_weight(rows: list[tuple[int, int, int, int, int]]) -> None:
    found = batches_of(rows, accounts=6, window_s=60).co_actions
    ties = gather(found)
    total = np.bincount(ties.tie_of, ties.share(), minlength=len(ties.a))
    assert np.allclose(total, ties.weight)
    for tie, (a, b) in enumerate(zip(ties.a, ties.b, strict=True)):
        inside = (found.account_a == a) & (found.account_b == b)
        posts = set(zip(found.post_a[inside], found.post_b[inside], strict=True))
        assert (ties.tie_of[inside] == tie).all()
        assert ties.weight[tie] == len(posts)
