"""Pairs are counted exactly, whatever their number, before any is made."""

import resource
from contextlib import closing

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from legation.store import coaction
from legation.store.coaction_count import DensePolicy, count, object_pairs
from legation.store.duck import connect

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-100, 400)), max_size=40
)


@given(ROWS, st.sampled_from([1, 60, 300]))
def test_the_count_is_that_of_all_pairs_compared(
    rows: list[tuple[int, int, int]], window_s: int
) -> None:
    expected = [0] * (max((thing for thing, *_ in rows), default=-1) + 1)
    for i, (thing, account, time) in enumerate(rows):
        for other, another, later in rows[i + 1 :]:
            if thing == other and account != another and abs(time - later) <= window_s:
                expected[thing] += 1
    columns = np.array(rows, np.int64).reshape(-1, 3)
    found = object_pairs(columns[:, 0], columns[:, 1], columns[:, 2], window_s)
    assert found.tolist() == expected


def test_beyond_the_bound_on_all_pairs_the_densest_objects_are_dense() -> None:
    thing = np.repeat([0, 1, 2], [3, 5, 4])
    columns = {
        "layer": np.where(thing == 2, 1, 0),
        "object": thing,
        "account": np.concatenate([np.arange(3), np.arange(5), np.arange(4)]),
        "time": np.zeros(12, np.int64),
    }
    counted = count(columns, 60, DensePolicy(object_pairs=100, all_pairs=9))
    assert counted.object_pairs.tolist() == [3, 10, 6]
    assert counted.dense.tolist() == [1]
    assert (counted.pairs, counted.dense_pairs, counted.dense_actions) == (19, 10, 5)
    assert counted.by_layer == {0: 13, 1: 6}
    one = count(columns, 60, DensePolicy(object_pairs=5, all_pairs=9))
    assert one.dense.tolist() == [1, 2]
    assert "5 pairs" in one.policy


def test_one_object_of_100_000_accounts_in_an_hour_is_counted_and_ends() -> None:
    before = _peak_bytes()
    with closing(connect()) as connection:
        connection.execute(
            "CREATE TEMP TABLE post AS SELECT 'p' || n AS post_id, 'a' || n AS account_id, "
            "1600000000 + n % 3600 AS time, 'viral' AS repost_key, "
            "CASE WHEN n < 2 THEN ['both'] ELSE [] END AS urls FROM range(100000) AS t (n)"
        )
        prepared = coaction.prepare(
            connection, ("repost", "link"), clock_resolution_s=1, window_s=3600
        )
        counted = coaction.count_pairs(prepared)
        met = coaction.join(prepared, counted)
    assert counted.by_layer == {0: 100_000 * 99_999 // 2, 1: 1}
    assert counted.dense_actions == 100_000
    # The two that share a link are tied by the viral object too; nobody else is.
    assert sorted(met["layer"].tolist()) == [0, 1]
    assert _peak_bytes() - before < 2**30


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
