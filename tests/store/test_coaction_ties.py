"""The short way to the ties gives those of a plain join."""

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import UsageError
from legation.store.coaction_count import DensePolicy
from legation.store.coaction_ties import Ties, ties_only
from legation.store.duck import connect
from worlds.coactions import RULE, Met, Post, load, plain_join, plain_ties, posts


def found_ties(
    rows: list[Post], layers: tuple[str, ...], least: int, policy: DensePolicy | None = None
) -> Ties:
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        return ties_only(
            connection,
            clock_resolution_s=1,
            window_s=300,
            least=least,
            layers=layers,
            rule=RULE,
            policy=policy,
        )


@settings(deadline=None, max_examples=15)
@given(
    posts(),
    st.sampled_from([("repost",), ("text",), ("reply",), ("link",), ("repost", "image")]),
    st.integers(1, 3),
)
def test_ties_equal_those_of_a_plain_join(
    rows: list[Post], layers: tuple[str, ...], least: int
) -> None:
    met = set[Met]().union(*(plain_join(rows, layer, 300) for layer in layers))
    ties = found_ties(rows, layers, least)
    pairs = zip(ties.account_a, ties.account_b, strict=True)
    assert dict(zip(pairs, ties.weight.tolist(), strict=True)) == plain_ties(met, least)


@settings(deadline=None, max_examples=8)
@given(posts(least=10))
def test_with_dense_objects_the_short_way_still_counts_objects(rows: list[Post]) -> None:
    policy = DensePolicy(object_pairs=2)
    ties = found_ties(rows, ("repost",), 1, policy)
    met = plain_join(rows, "repost", 300)
    known = plain_ties(met, 1)
    assert ties.counted.policy == policy.words()
    for a, b, weight in zip(ties.account_a, ties.account_b, ties.weight, strict=True):
        assert known[a, b] == weight


def test_a_window_below_the_clock_is_refused() -> None:
    with closing(connect()) as connection:
        load(connection, [])
        with pytest.raises(UsageError, match="below the clock"):
            ties_only(connection, clock_resolution_s=60, window_s=30, least=2)
