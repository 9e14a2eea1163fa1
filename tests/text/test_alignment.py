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
    # A first word is the same with and without the blank before it.
    same = [mine in ("", his) for mine, his in zip(made, pasted, strict=True)]
    bare = [mine.strip() in ("", his.strip()) for mine, his in zip(made, pasted, strict=True)]
    assert all(bare)
    assert same.count(False) <= 2
    told = [d.pasted.replace(" ", "") for d in alignment.differences if d.kind != "missing"]
    assert "".join(told) == "".join(
        his.strip() for mine, his in zip(made, pasted, strict=True) if not mine
    ).replace(" ", "")


@given(SPOKEN, SPOKEN)
def test_words_in_common_are_never_more_than_there_are(one: list[str], other: list[str]) -> None:
    left, right = words(" ".join(one)), words(" ".join(other))
    same = align(" ".join(one), " ".join(other)).same
    assert same <= lcs([one.strip() for one in left], [one.strip() for one in right])
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


JAPANESE = (
    "日本国政府は、本日、東京において首脳会談を行った。両国は協力を続けることで一致した。"
    "次回のNATO会合は、来年五月に開かれる。"
)
CHINESE = "外交部发言人今天表示，中方对此事严重关切。双方同意继续对话。下一次会议将于五月举行。"  # noqa: RUF001 -- Chinese


@pytest.mark.parametrize("text", [JAPANESE, CHINESE])
def test_an_excerpt_of_a_script_without_blanks_leaves_out_and_changes_nothing(text: str) -> None:
    parts = words(text)
    for begin in range(len(parts)):
        for end in range(begin + 1, len(parts) + 1):
            excerpt = "".join(parts[begin:end])
            kinds = {one.kind for one in differences(text, excerpt)}
            assert kinds == ({"missing"} if end - begin < len(parts) else set()), excerpt


@pytest.mark.parametrize("text", [JAPANESE, CHINESE])
def test_a_text_without_blanks_quoted_in_another_is_quoted_whole(text: str) -> None:
    for around in (text, f"He wrote: {text} Then he went.", f"彼は述べた。{text}以上である。"):
        assert {one.kind for one in differences(text, around)} <= {"added"}


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
