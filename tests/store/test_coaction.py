"""The join of co-actions against a plain one; boundaries, order, dense objects."""

from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import UsageError
from legation.store import coaction
from legation.store.coaction_count import DensePolicy
from legation.store.coaction_keys import LAYERS, columns_of
from legation.store.duck import connect
from legation.threats.disinformation import batches
from worlds.coactions import RULE, START, TEXTS, Met, Post, load, plain_join, plain_ties, posts

DATA = Path(__file__).parents[3] / "shared" / "data" / "posts" / "posts.parquet"
WINDOWS = (60, 300, 3600)


def named(prepared: coaction.Prepared, columns: coaction.Columns) -> list[Met]:
    """Turn the numbers of co-actions back into names."""
    fetch = prepared.connection.execute
    accounts = coaction.account_ids(prepared)
    keys = [k for (k,) in fetch("SELECT key FROM coaction_object ORDER BY object").fetchall()]
    ids = [p for (p,) in fetch("SELECT post_id FROM coaction_post ORDER BY post").fetchall()]
    rows = zip(*(columns[name].tolist() for name in ("layer", "object")), strict=True)
    sides = zip(
        *(columns[f"{what}_{side}"].tolist() for what in ("account", "post") for side in "ab"),
        strict=True,
    )
    return [
        Met(
            layer=LAYERS[layer],
            key=keys[thing],
            account_a=accounts[a],
            account_b=accounts[b],
            post_a=ids[post_a],
            post_b=ids[post_b],
        )
        for (layer, thing), (a, b, post_a, post_b) in zip(rows, sides, strict=True)
    ]


def joined(
    rows: list[Post], layers: tuple[str, ...], window_s: int, at_once: int = 1_000
) -> list[Met]:
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, layers, clock_resolution_s=1, window_s=window_s, rule=RULE
        )
        counted = coaction.count_pairs(prepared)
        return named(prepared, coaction.join(prepared, counted, at_once=at_once))


def test_the_store_and_the_detector_number_layers_alike() -> None:
    assert LAYERS == batches.LAYERS


@settings(deadline=None, max_examples=15)
@given(posts(), st.sampled_from(WINDOWS))
def test_co_actions_of_every_layer_equal_those_of_a_plain_join(
    rows: list[Post], window_s: int
) -> None:
    found = joined(rows, LAYERS, window_s)
    expected = set[Met]().union(*(plain_join(rows, layer, window_s) for layer in LAYERS))
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("window_s", WINDOWS)
@pytest.mark.parametrize("before", [0, START % 3600])
def test_a_lag_of_the_window_counts_and_one_second_more_does_not(
    window_s: int, before: int
) -> None:
    def at(lag: int) -> list[Post]:
        start = START - before
        return [
            Post(post_id="p", account_id="a", time=start, repost_key="x"),
            Post(post_id="q", account_id="b", time=start + lag, repost_key="x"),
        ]

    assert len(joined(at(window_s), ("repost",), window_s)) == 1
    assert joined(at(window_s + 1), ("repost",), window_s) == []


def test_times_before_1970_meet_like_all_others() -> None:
    rows = [
        Post(post_id="p", account_id="a", time=-30, urls=("x",)),
        Post(post_id="q", account_id="b", time=30, urls=("x",)),
        Post(post_id="r", account_id="c", time=-91, urls=("x",)),
    ]
    assert [(met.account_a, met.account_b) for met in joined(rows, ("link",), 60)] == [("a", "b")]


def test_alike_texts_meet_in_the_layer_of_near_duplicates_alone() -> None:
    rows = [
        Post(post_id="p", account_id="a", time=START, text=TEXTS[0]),
        Post(post_id="q", account_id="b", time=START, text=TEXTS[2]),
        Post(post_id="r", account_id="c", time=START, text=TEXTS[0], is_repost=True),
        Post(post_id="s", account_id="d", time=START, text=TEXTS[5]),
        Post(post_id="t", account_id="e", time=START, text=TEXTS[5]),
    ]
    met = joined(rows, ("text", "near-text"), 60)
    assert [(one.layer, one.post_a, one.post_b) for one in met] == [("near-text", "p", "q")]


def test_hashtags_meet_as_a_row_of_three_in_one_order() -> None:
    rows = [
        Post(post_id="p", account_id="a", time=START, hashtags=("x", "y", "z")),
        Post(post_id="q", account_id="b", time=START, hashtags=("x", "y", "z")),
        Post(post_id="r", account_id="c", time=START, hashtags=("z", "y", "x")),
        Post(post_id="s", account_id="d", time=START, hashtags=("x", "y")),
        Post(post_id="t", account_id="e", time=START, hashtags=("x", "y")),
    ]
    assert [(one.post_a, one.post_b) for one in joined(rows, ("hashtags",), 60)] == [("p", "q")]


def test_many_pairs_are_joined_in_parts_with_one_result() -> None:
    rows = [
        Post(post_id=f"{key}{n}", account_id=f"a{n}", time=START + n, repost_key=key)
        for key in "xyz"
        for n in range(5)
    ]
    whole = joined(rows, ("repost",), 60)
    assert joined(rows, ("repost",), 60, at_once=10) == whole
    assert len(whole) == 30


@settings(deadline=None, max_examples=15)
@given(posts(), st.integers(1, 4))
def test_ties_count_distinct_pairs_of_posts_over_all_layers(rows: list[Post], least: int) -> None:
    layers = ("repost", "link", "image", "text")
    met = set[Met]().union(*(plain_join(rows, layer, 300) for layer in layers))
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, layers, clock_resolution_s=1, window_s=300, rule=RULE
        )
        coaction.join(prepared, coaction.count_pairs(prepared))
        found = coaction.ties(prepared, least)
        ids = coaction.account_ids(prepared)
    weighed = {
        (ids[a], ids[b]): weight
        for a, b, weight in zip(*(column.tolist() for column in found.values()), strict=True)
    }
    assert weighed == plain_ties(met, least)


@settings(deadline=None, max_examples=8)
@given(posts(least=2), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_number(rows: list[Post], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (_columns(given) for given in (rows, shuffled))
    for name, column in first.items():
        np.testing.assert_array_equal(column, second[name], err_msg=name)


def _columns(rows: list[Post]) -> coaction.Columns:
    with closing(connect()) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, LAYERS, clock_resolution_s=1, window_s=300, rule=RULE
        )
        met = coaction.join(prepared, coaction.count_pairs(prepared))
        acted = coaction.actions(prepared)
    return met | {f"action_{name}": column for name, column in acted.items()}


@settings(deadline=None, max_examples=15)
@given(posts(least=10), st.integers(0, 12), st.integers(0, 40))
def test_dense_objects_add_exactly_their_co_actions_between_pairs_met_elsewhere(
    rows: list[Post], one: int, every: int
) -> None:
    policy = DensePolicy(object_pairs=one, all_pairs=every)
    layers = ("repost", "link", "image")
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(connection, layers, clock_resolution_s=1, window_s=300)
        counted = coaction.count_pairs(prepared, policy)
        found = named(prepared, coaction.join(prepared, counted))
        objects = connection.execute(
            "SELECT layer, key FROM coaction_object ORDER BY object"
        ).fetchall()
    dense = {(LAYERS[objects[n][0]], objects[n][1]) for n in counted.dense.tolist()}
    every_met = set[Met]().union(*(plain_join(rows, layer, 300) for layer in layers))
    light = {met for met in every_met if (met.layer, met.key) not in dense}
    pairs = {(met.account_a, met.account_b) for met in light}
    known = {met for met in every_met - light if (met.account_a, met.account_b) in pairs}
    assert sorted(found) == sorted(light | known)


def test_actions_are_those_on_objects_of_two_accounts_or_more() -> None:
    rows = [
        Post(post_id="p1", account_id="a", time=START, urls=("shared", "alone")),
        Post(post_id="p2", account_id="b", time=START + 90_000, urls=("shared",)),
        Post(post_id="p3", account_id="a", time=START, image_hashes=("twice",)),
        Post(post_id="p4", account_id="a", time=START, image_hashes=("twice",)),
    ]
    with closing(connect()) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, ("link", "image"), clock_resolution_s=1, window_s=60
        )
        found = coaction.actions(prepared)
    assert {name: column.tolist() for name, column in found.items()} == {
        "layer": [1, 1],
        "object": [0, 0],
        "account": [0, 1],
        "post": [0, 3],
        "time": [START, START + 90_000],
        "objects": [2, 1],
    }


@pytest.mark.parametrize("resolution", [60, 86400])
def test_a_window_below_the_clocks_resolution_is_refused(resolution: int) -> None:
    with closing(connect()) as connection:
        load(connection, [])
        with pytest.raises(UsageError, match="below the clock") as refused:
            coaction.prepare(
                connection, ("repost",), clock_resolution_s=resolution, window_s=resolution - 1
            )
    assert str(resolution) in refused.value.hint


def test_an_unknown_layer_no_layer_and_texts_without_rules_are_refused() -> None:
    with closing(connect()) as connection:
        load(connection, [])
        for layers in (("rumour",), (), ("text",)):
            with pytest.raises(UsageError):
                coaction.prepare(connection, layers, clock_resolution_s=1, window_s=60)


def test_no_posts_give_empty_columns() -> None:
    with closing(connect()) as connection:
        load(connection, [])
        prepared = coaction.prepare(
            connection, LAYERS, clock_resolution_s=1, window_s=60, rule=RULE
        )
        counted = coaction.count_pairs(prepared)
        found = coaction.join(prepared, counted)
    assert counted.pairs == 0
    assert {column.size for column in found.values()} == {0}


def test_a_layer_reads_only_its_columns() -> None:
    assert columns_of(("repost", "link")) == {"repost_key", "urls"}


@pytest.fixture(scope="module")
def sample() -> list[Post]:
    if not DATA.exists():
        pytest.skip("the shared data folder is absent")
    with closing(connect()) as connection:
        found = connection.execute(
            "SELECT post_id, account_id, epoch(created_at)::BIGINT, text, NULL, urls, hashtags, "
            "image_hashes, is_repost, repost_key, NULL, 1 FROM read_parquet(?) "
            "WHERE created_at BETWEEN TIMESTAMP '2016-10-06 18:00' AND '2016-10-06 20:00' "
            "ORDER BY created_at, post_id LIMIT 700",
            [str(DATA)],
        ).fetchall()
    return [
        Post(**dict(zip(Post.__struct_fields__, map(_listed, row), strict=True))) for row in found
    ]


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.data
@pytest.mark.parametrize("window_s", WINDOWS)
def test_co_actions_of_real_posts_equal_those_of_a_plain_join(
    sample: list[Post], window_s: int
) -> None:
    layers = ("repost", "link", "text", "hashtags")
    expected = set[Met]().union(*(plain_join(sample, layer, window_s) for layer in layers))
    assert expected
    assert sorted(joined(sample, layers, window_s)) == sorted(expected)
