"""Exact likeness of texts by their shingles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from legation.text.shingles import WIDTH, blocks, jaccard, lengths

TEXT = st.text(st.sampled_from("abcдш和\U0001f54a \ud800"), max_size=40)


def by_sets(one: str, other: str) -> float:
    def shingles(text: str) -> set[str]:
        text = text.ljust(WIDTH, "\0")
        return {text[i : i + WIDTH] for i in range(len(text) - WIDTH + 1)}

    return len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=30))
def test_likeness_equals_that_of_sets_of_shingles(pairs: list[tuple[str, str]]) -> None:
    texts = [text for pair in pairs for text in pair]
    left = np.arange(0, len(texts), 2)
    alike = jaccard(texts, left, left + 1)
    assert alike.tolist() == [by_sets(*pair) for pair in pairs]


@given(TEXT, TEXT)
def test_likeness_has_no_direction(one: str, other: str) -> None:
    zero, first = np.array([0]), np.array([1])
    assert jaccard([one, other], zero, first) == jaccard([one, other], first, zero)


def test_very_long_texts_are_compared_exactly() -> None:
    one = "".join(chr(0x4E00 + i % 20000) for i in range(150_000))
    other = one[: len(one) // 2]
    assert jaccard([one, other], np.array([0, 0]), np.array([0, 1]))[0] == 1.0


@given(st.lists(st.integers(WIDTH, 300_000), max_size=300))
def test_blocks_hold_each_text_once(sizes: list[int]) -> None:
    seen = [int(i) for block in blocks(np.array(sizes, np.int64)) for i in block]
    assert sorted(seen) == list(range(len(sizes)))


def test_a_text_has_at_least_one_shingle() -> None:
    assert lengths(["", "abcdef"]).tolist() == [WIDTH, 6]
