"""Batches, late and shuffled ones included, end where one run ends."""

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import ConflictError
from legation.store import coaction
from legation.store.coaction_count import DensePolicy
from legation.store.coaction_state import CoActionState
from legation.store.duck import connect
from worlds.coactions import RULE, START, Post, load, posts

LAYERS = ("repost", "link", "image", "text", "near-text")


def in_batches(
    batches: Sequence[list[Post]], layers: Sequence[str], policy: DensePolicy
) -> coaction.Columns:
    """Add the batches one by one, then read with all posts at hand."""
    with TemporaryDirectory() as folder, closing(connect(threads=1)) as connection:
        for number, batch in enumerate(batches):
            load(connection, batch)
            # Opened anew each time: nothing but the folder carries the state.
            state = CoActionState(Path(folder), layers, window_s=300, policy=policy)
            state.add(connection, f"batch {number}", RULE)
        load(connection, [post for batch in batches for post in batch])
        state = CoActionState(Path(folder), layers, window_s=300, policy=policy)
        prepared, counted, met = state.read(connection, RULE)
        return met | {"pairs": counted.object_pairs} | coaction.actions(prepared)


def at_once(rows: list[Post], layers: Sequence[str], policy: DensePolicy) -> coaction.Columns:
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, layers, clock_resolution_s=1, window_s=300, rule=RULE
        )
        counted = coaction.count_pairs(prepared, policy)
        met = coaction.join(prepared, counted)
        return met | {"pairs": counted.object_pairs} | coaction.actions(prepared)


@settings(deadline=None, max_examples=12)
@given(
    posts(least=5),
    st.randoms(use_true_random=False),
    st.lists(st.integers(0, 40), max_size=3).map(sorted),
    st.sampled_from([DensePolicy(), DensePolicy(object_pairs=4, all_pairs=25)]),
)
def test_shuffled_batches_end_where_one_run_ends(
    rows: list[Post], random: Random, cuts: list[int], policy: DensePolicy
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    edges = [0, *cuts, len(rows)]
    batches = [shuffled[a:b] for a, b in pairwise(edges)]
    found, expected = in_batches(batches, LAYERS, policy), at_once(rows, LAYERS, policy)
    assert found.keys() == expected.keys()
    for name, column in expected.items():
        np.testing.assert_array_equal(found[name], column, err_msg=name)


def test_a_late_post_replaces_the_representative_pair() -> None:
    early = [
        Post(post_id="p1", account_id="a", time=START, urls=("x",)),
        Post(post_id="p2", account_id="b", time=START + 200, urls=("x",)),
    ]
    late = [Post(post_id="p3", account_id="b", time=START + 10, urls=("x",))]
    found = in_batches([early, late], ("link",), DensePolicy())
    assert found["time_b"].tolist() == [START + 10]


def test_a_batch_touches_its_own_objects_alone_and_counts_once(tmp_path: Path) -> None:
    first = [
        Post(post_id=f"p{n}", account_id=account, time=START, urls=(url,))
        for n, (account, url) in enumerate([("a", "x"), ("b", "x"), ("a", "y"), ("b", "y")])
    ]
    state = CoActionState(tmp_path, ("link",), window_s=60)
    with closing(connect()) as connection:
        load(connection, first)
        assert state.add(connection, "one") == 2
        assert state.add(connection, "one") == 0
        load(connection, [Post(post_id="p9", account_id="c", time=START, urls=("x",))])
        assert state.add(connection, "two") == 1
        assert state.add(connection, "the same rows again") == 0


def test_a_state_of_another_rule_is_refused(tmp_path: Path) -> None:
    with closing(connect()) as connection:
        load(connection, [])
        CoActionState(tmp_path, ("link",), window_s=60).add(connection, "one")
    with pytest.raises(ConflictError):
        CoActionState(tmp_path, ("link",), window_s=61)


def test_a_batch_cut_off_before_its_end_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    rows = [
        Post(post_id=f"p{n}", account_id=account, time=START, urls=("x",))
        for n, account in enumerate("abc")
    ]
    state = CoActionState(tmp_path, ("link",), window_s=60)
    with closing(connect()) as connection:
        load(connection, rows[:2])
        state.add(connection, "one")
        before = (tmp_path / "head.json").read_bytes()
        kept = {path.name: path.read_bytes() for path in tmp_path.glob("*.parquet")}
        load(connection, rows[2:])
        state.add(connection, "two")
        # What a kill before the last step leaves: new files, the old head.
        (tmp_path / "head.json").write_bytes(before)
        for name, content in kept.items():
            (tmp_path / name).write_bytes(content)
        assert state.add(connection, "two") == 1
        load(connection, rows)
        _, _, met = state.read(connection)
    assert len(met["layer"]) == 3
