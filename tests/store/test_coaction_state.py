"""Batches, late and shuffled ones included, end where one run ends."""

from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import ConflictError, VerificationError
from legation.store import coaction
from legation.store.coaction_count import Counted, DensePolicy
from legation.store.coaction_lone import lone
from legation.store.coaction_state import Added, CoActionState
from legation.store.duck import connect
from worlds.coactions import RULE, START, Post, load, posts

LAYERS = ("repost", "link", "image", "text", "near-text")


def in_batches(
    batches: Sequence[list[Post]],
    layers: Sequence[str],
    policy: DensePolicy,
    kept_pairs: int = 20_000,
) -> coaction.Columns:
    """Add the batches one by one, then read without any post at hand."""
    given: dict[str, Any] = {"window_s": 300, "rule": RULE, "kept_pairs": kept_pairs}
    with TemporaryDirectory() as folder, closing(connect(threads=1)) as connection:
        for number, batch in enumerate(batches):
            load(connection, batch)
            # Opened anew each time: nothing but the folder carries the state.
            state = CoActionState(Path(folder), layers, policy=policy, **given)
            state.add(connection, {f"batch {number}": ""})
        connection.execute("DROP TABLE post")
        state = CoActionState(Path(folder), layers, policy=policy, **given)
        prepared, counted, met = state.read(connection)
        return told(prepared, counted) | met


def at_once(rows: list[Post], layers: Sequence[str], policy: DensePolicy) -> coaction.Columns:
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, layers, clock_resolution_s=1, window_s=300, rule=RULE
        )
        counted = coaction.count_pairs(prepared, policy)
        met = coaction.join(prepared, counted)
        return told(prepared, counted) | met


def told(prepared: coaction.Prepared, counted: Counted) -> coaction.Columns:
    """Return what a detector reads beside the co-actions."""
    alone = {f"lone {name}": column for name, column in lone(prepared).items()}
    done = {f"action {name}": column for name, column in coaction.actions(prepared).items()}
    return alone | done | {"pairs": counted.object_pairs, "dense": counted.dense}


@settings(deadline=None, max_examples=12)
@given(
    posts(least=5),
    st.randoms(use_true_random=False),
    st.lists(st.integers(0, 40), max_size=3).map(sorted),
    st.tuples(
        st.sampled_from([DensePolicy(), DensePolicy(object_pairs=4, all_pairs=25)]),
        st.sampled_from([20_000, 2]),
    ),
)
def test_shuffled_batches_end_where_one_run_ends(
    rows: list[Post],
    random: Random,
    cuts: list[int],
    bounds: tuple[DensePolicy, int],
) -> None:
    policy, kept_pairs = bounds
    shuffled = list(rows)
    random.shuffle(shuffled)
    edges = [0, *cuts, len(rows)]
    batches = [shuffled[a:b] for a, b in pairwise(edges)]
    found = in_batches(batches, LAYERS, policy, kept_pairs)
    expected = at_once(rows, LAYERS, policy)
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


def things(*named: tuple[str, str]) -> list[Post]:
    """Return posts of (account, link), all at one time."""
    return [
        Post(post_id=f"{account}-{url}", account_id=account, time=START, urls=(url,))
        for account, url in named
    ]


def test_a_batch_touches_its_own_objects_alone_and_counts_once(tmp_path: Path) -> None:
    first = things(("a", "x"), ("b", "x"), ("a", "y"), ("b", "y"))
    state = CoActionState(tmp_path, ("link",), window_s=60)
    with closing(connect()) as connection:
        load(connection, first)
        assert state.add(connection, {"one": ""}) == Added(posts=4, objects=2, actions=4)
        assert state.add(connection, {"one": ""}) == Added()
        load(connection, things(("c", "x")))
        assert state.add(connection, {"two": ""}) == Added(posts=1, objects=1, actions=3)
        assert state.add(connection, {"the same rows again": ""}) == Added()


def test_a_small_batch_joins_what_it_touches_however_large_the_rest(tmp_path: Path) -> None:
    joined = []
    for size in (10, 1000):
        state = CoActionState(tmp_path / str(size), ("link",), window_s=60)
        with closing(connect()) as connection:
            load(connection, things(*((who, f"l{n}") for n in range(size) for who in "abc")))
            assert state.add(connection, {"large": ""}).actions == 3 * size
            load(connection, things(("d", "l1"), ("d", "l2"), ("d", "new")))
            joined.append(state.add(connection, {"small": ""}))
    assert joined == [Added(posts=3, objects=3, actions=9)] * 2


def test_generations_stay_few_and_lose_nothing(tmp_path: Path) -> None:
    rows = things(*((who, f"l{n % 7}-{n}") for n in range(20) for who in "ab"))
    state = CoActionState(tmp_path, ("link",), window_s=60)
    with closing(connect()) as connection:
        for number in range(0, len(rows), 2):
            load(connection, rows[number : number + 2])
            state.add(connection, {f"{number}": ""})
        assert len(list(tmp_path.glob("met-*"))) <= 6
        _, _, met = state.read(connection)
    assert len(met["layer"]) == 20


def test_a_state_of_another_rule_is_refused(tmp_path: Path) -> None:
    with closing(connect()) as connection:
        load(connection, [])
        CoActionState(tmp_path, ("link",), window_s=60).add(connection, {"one": ""})
    with pytest.raises(ConflictError):
        CoActionState(tmp_path, ("link",), window_s=61).batches()


@pytest.mark.parametrize("name", ["posts-000000.parquet", "met-000000.parquet", "head.json"])
def test_a_file_that_changed_is_noticed(tmp_path: Path, name: str) -> None:
    state = CoActionState(tmp_path, ("link",), window_s=60)
    with closing(connect()) as connection:
        load(connection, things(("a", "x"), ("b", "x")))
        state.add(connection, {"one": ""})
    assert state.batches() == {"one": ""}
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(VerificationError):
        state.batches()


def test_a_batch_cut_off_before_its_end_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    rows = things(("a", "x"), ("b", "x"), ("c", "x"))
    state = CoActionState(tmp_path, ("link",), window_s=60)
    with closing(connect()) as connection:
        load(connection, rows[:2])
        state.add(connection, {"one": ""})
        kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        load(connection, rows[2:])
        state.add(connection, {"two": ""})
        # What a kill before the last step leaves: new files, the old head.
        for name, content in kept.items():
            (tmp_path / name).write_bytes(content)
        assert state.batches() == {"one": ""}
        assert state.add(connection, {"two": ""}).posts == 1
        _, _, met = state.read(connection)
    assert len(met["layer"]) == 3
