"""Two texts side by side: what differs is told, and only that."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.text.alignment import MAX_EDITS, Alignment, align, differences, words
from legation.text.wording import wording

SPOKEN = st.lists(
    st.sampled_from(["we", "do", "not", "agree", "on", "3", "中", "ไม", "x,"]), max_size=14
)
TEN = "Talks on the border begin on 3 May in Velmar."


def lcs(left: Sequence[str], right: Sequence[str]) -> int:
    row = [0] * (len(right) + 1)
    for one in left:
        before = row
        row = [0]
        for place, other in enumerate(right):
            row.append(before[place] + 1 if one == other else max(row[place], before[place + 1]))
    return row[-1]


def rebuilt(alignment: Alignment, registered: str) -> list[str]:
    """Turn the registered words into the pasted ones by what was told."""
    left, made, at = words(registered), list[str](), 0
    for one in alignment.differences:
        made += left[at : one.at]
        assert len(made) == one.pasted_at
        made += [""] * one.pasted_words
        at = one.at + one.words
    return made + left[at:]


@given(SPOKEN, SPOKEN)
@settings(max_examples=400)
def test_no_difference_means_the_same_wording(one: list[str], other: list[str]) -> None:
    left, right = " ".join(one), " ".join(other)
    assert (differences(left, right) == ()) == (wording(left) == wording(right))


@given(SPOKEN, SPOKEN)
@settings(max_examples=400)
def test_what_is_told_turns_one_text_into_the_other(one: list[str], other: list[str]) -> None:
    left, right = " ".join(one), " ".join(other)
    alignment = align(left, right)
    pasted = words(right)
    made = rebuilt(alignment, left)
    assert len(made) == len(pasted)
    assert all(mine in ("", his) for mine, his in zip(made, pasted, strict=True))
    told = [d.pasted.replace(" ", "") for d in alignment.differences if d.kind != "missing"]
    assert "".join(told) == "".join(
        his.strip() for mine, his in zip(made, pasted, strict=True) if not mine
    ).replace(" ", "")


@given(SPOKEN, SPOKEN)
def test_words_in_common_are_never_more_than_there_are(one: list[str], other: list[str]) -> None:
    left, right = words(" ".join(one)), words(" ".join(other))
    same = align(" ".join(one), " ".join(other)).same
    assert same <= lcs(left, right)
    assert same or not lcs(left, right)


@pytest.mark.parametrize("at", range(11))
@pytest.mark.parametrize("word", ["not", "4", "Tarvia", "June"])
def test_one_word_put_into_ten_is_told(at: int, word: str) -> None:
    spoken = TEN.split(" ")
    pasted = " ".join([*spoken[:at], word, *spoken[at:]])
    (one,) = differences(TEN, pasted)
    assert (one.kind, one.registered, one.pasted, one.at) == ("added", "", word, at)


@pytest.mark.parametrize("at", range(10))
def test_one_word_of_ten_that_is_another_or_gone_is_told(at: int) -> None:
    spoken = TEN.split(" ")
    (changed,) = differences(TEN, " ".join([*spoken[:at], "other", *spoken[at + 1 :]]))
    assert (changed.kind, changed.registered, changed.pasted) == ("changed", spoken[at], "other")
    gone = differences(TEN, " ".join(spoken[:at] + spoken[at + 1 :]))
    assert [(one.kind, one.words) for one in gone] == [("missing", 1)]


def test_scripts_without_blanks_are_laid_by_characters() -> None:
    (one,) = differences("双方同意举行会谈。", "双方不同意举行会谈。")
    assert (one.kind, one.pasted, one.at) == ("added", "不", 2)
    assert words("ไม่ได้") == [" ไ", "ม่", "ไ", "ด้"]


def test_a_blank_alone_is_told() -> None:
    (one,) = differences("in 東京", "in東京")
    assert (one.kind, one.registered, one.pasted) == ("changed", " 東", "東")


def test_an_excerpt_is_tied_to_its_place() -> None:
    random = Random(4)  # noqa: S311 -- the same each time
    text = [f"w{random.randrange(60)}" for _ in range(400)]
    told = differences(" ".join(text), " ".join(text[150:250]))
    assert [(one.kind, one.at, one.words) for one in told] == [
        ("missing", 0, 150),
        ("missing", 250, 150),
    ]


def test_texts_that_repeat_one_word_take_little_time() -> None:
    left, right = "a b " * 20_000, "b a a " * 13_000
    alignment = align(left, right)
    assert alignment.differences
    assert align("a " * 40_000, "b " * 40_000).same == 0


def test_more_edits_than_are_looked_for_are_told_as_one_change() -> None:
    left = " ".join("ab"[place % 2] for place in range(4 * MAX_EDITS))
    right = " ".join("acac"[place % 4] for place in range(4 * MAX_EDITS))
    told = differences(left, right)
    assert told[0].kind == "changed"
    assert max(one.words for one in told) > MAX_EDITS
