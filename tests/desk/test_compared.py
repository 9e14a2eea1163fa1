"""Two texts side by side lose no word, and their varied words are marked."""

from hypothesis import given
from hypothesis import strategies as st

from legation.desk.compared import Shown, compared
from legation.desk.plain import excerpt


def _text(shown: Shown | None) -> str:
    assert shown is not None
    return "".join(piece.text for piece in shown.pieces)


def _varied(shown: Shown | None) -> list[str]:
    assert shown is not None
    return [piece.text for piece in shown.pieces if piece.varied]


@given(st.text(max_size=200), st.text(max_size=200))
def test_marking_changes_no_letter(a: str, b: str) -> None:
    left, right = compared(a, b)
    assert _text(left) == excerpt(a).text
    assert _text(right) == excerpt(b).text


@given(st.text(max_size=200))
def test_equal_texts_have_no_mark(text: str) -> None:
    left, right = compared(text, text)
    assert _varied(left) == _varied(right) == []


def test_varied_words_are_marked_on_both_sides() -> None:
    left, right = compared("read page 14 before Tuesday", "read page 14 before they sign")
    assert _varied(left) == ["Tuesday"]
    assert _varied(right) == ["they sign"]


def test_texts_with_little_in_common_have_no_mark() -> None:
    left, right = compared("one two three four", "five six seven eight nine")
    assert _varied(left) == _varied(right) == []


def test_very_long_texts_are_not_compared() -> None:
    left, right = compared("a b " * 290, "a c " * 290)
    assert _varied(left) == _varied(right) == []


def test_a_missing_text_stays_missing() -> None:
    assert compared(None, "x")[0] is None
    assert _text(compared(None, "x")[1]) == "x"
