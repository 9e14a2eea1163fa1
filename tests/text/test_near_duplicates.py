"""Near-duplicates: what must be found, and what a group may hold."""

import string
from pathlib import Path
from random import Random

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from legation.text.near_duplicates import THRESHOLD, NearDuplicates, find_near_duplicates
from legation.text.normalise import is_substantial, normalise
from legation.text.shingles import WIDTH, Index, fingerprints, jaccard, lengths

POSTS = Path(__file__).parents[2].parent / "shared" / "data" / "posts" / "posts.parquet"
WORDS = st.sampled_from(["the", "treaty", "is", "signed", "мир", "now", "today", "和平", "we", "a"])
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=1, max_size=40)


def pairs_and_groups(
    found: NearDuplicates, texts: list[str]
) -> tuple[set[frozenset[str]], set[tuple[str, str]]]:
    pairs = zip(found.left.tolist(), found.right.tolist(), strict=True)
    grouped = enumerate(found.representative.tolist())
    return (
        {frozenset((texts[i], texts[j])) for i, j in pairs},
        {(texts[i], texts[representative]) for i, representative in grouped},
    )


def edited(text: str, random: np.random.Generator) -> str:
    words = text.split(" ")
    place = int(random.integers(len(words)))
    kind = int(random.integers(4))
    if kind == 0:
        return f"{text} #{words[place]}"
    if kind == 1:
        return " ".join(words[:place] + words[place + 1 :])
    if kind == 2:
        return text.replace("e", "\u0435", 1)
    return " ".join([*words[:place], "something", *words[place + 1 :]])


def true_pairs(texts: list[str]) -> tuple[Index, Index]:
    """Find all pairs by counting, for all texts at once, the shingles they share."""
    sizes = lengths(texts)
    begin, own = np.cumsum(sizes) - sizes, sizes - WIDTH + 1
    holder = np.repeat(np.arange(len(texts)), own)
    within = np.arange(len(holder)) - np.repeat(np.cumsum(own) - own, own)
    _, column = np.unique(fingerprints(texts)[begin[holder] + within], return_inverse=True)
    has = csr_array((np.ones(len(holder), np.int32), (holder, column)))
    has.sum_duplicates()
    has.data[:] = 1
    shared = (has @ has.T).tocoo()
    upper = shared.row < shared.col
    left, right = shared.row[upper].astype(np.int64), shared.col[upper].astype(np.int64)
    enough = jaccard(texts, left, right) >= THRESHOLD
    return left[enough], right[enough]


@settings(deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_texts_changes_nothing(texts: list[str], random: Random) -> None:
    texts = list(dict.fromkeys(texts))
    shuffled = sorted(texts, key=lambda _: random.random())
    expected = pairs_and_groups(find_near_duplicates(texts), texts)
    assert pairs_and_groups(find_near_duplicates(shuffled), shuffled) == expected


@settings(deadline=None)
@given(TEXTS)
def test_identical_texts_are_always_in_one_group(texts: list[str]) -> None:
    texts = texts * 2
    group = find_near_duplicates(texts).representative
    assert {(text, int(group[i])) for i, text in enumerate(texts)} == {
        (text, int(group[texts.index(text)])) for text in texts
    }


@settings(deadline=None)
@given(TEXTS)
def test_each_pair_and_each_member_is_alike_enough(texts: list[str]) -> None:
    found = find_near_duplicates(texts)
    everyone = np.arange(len(texts))
    assert (found.left < found.right).all()
    assert (found.jaccard >= THRESHOLD).all()
    assert found.jaccard.tolist() == jaccard(texts, found.left, found.right).tolist()
    assert (jaccard(texts, everyone, found.representative) >= THRESHOLD).all()
    assert (found.representative[found.representative] == found.representative).all()


def test_a_chain_of_small_changes_does_not_become_one_group() -> None:
    letters = string.ascii_letters + string.digits
    texts = [letters[i : i + 30] for i in range(30)]
    found = find_near_duplicates(texts)
    linked = jaccard(texts, np.arange(29), np.arange(1, 30))
    assert (linked >= THRESHOLD).all()
    assert len(set(found.representative.tolist())) > 5
    for group in set(found.representative.tolist()):
        members = np.flatnonzero(found.representative == group)
        assert (jaccard(texts, members, members[::-1].copy()) >= 2 * THRESHOLD - 1).all()


def test_no_text_gives_no_group() -> None:
    found = find_near_duplicates([])
    assert (len(found.left), len(found.representative), found.candidates) == (0, 0, 0)


def test_a_bucket_of_thousands_costs_two_ties_a_text() -> None:
    texts = [f"the same long sentence is pasted by many accounts today {i}" for i in range(5000)]
    found = find_near_duplicates(texts)
    assert found.largest_bucket > 4000
    assert found.candidates < 2 * 20 * len(texts)
    assert len(set(found.representative.tolist())) == 1


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_planted_changes_are_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    letters = np.array(list(string.ascii_lowercase + " "))
    texts = ["".join(random.choice(letters, 90)) for _ in range(300)]
    changed = [text[:40] + "Q" + text[41:] for text in texts]
    found = find_near_duplicates(texts + changed)
    alike = jaccard(texts + changed, np.arange(300), np.arange(300, 600))
    assert (alike >= THRESHOLD).all()
    assert (found.representative[:300] == found.representative[300:]).all()


@pytest.mark.data
def test_real_posts_and_their_changed_copies_are_found_as_by_comparing_all() -> None:
    if not POSTS.exists():
        pytest.skip("the shared posts are not on this machine")
    with duckdb.connect() as lake:
        rows = lake.execute(
            "select distinct text from read_parquet(?) where hash(post_id) % 400 = 0", [str(POSTS)]
        ).fetchall()
    forms = sorted({normalise(str(row[0])) for row in rows if row[0]})
    forms = [form for form in forms if is_substantial(form)]
    random = np.random.default_rng(7)
    texts = list(dict.fromkeys([*forms, *(edited(form, random) for form in forms)]))
    left, right = true_pairs(texts)
    found = find_near_duplicates(texts)
    together = found.representative[left] == found.representative[right]
    assert len(left) > 1000
    assert together.mean() >= 0.99
