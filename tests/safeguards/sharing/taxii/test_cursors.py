"""Cursors: only the one that was given, to whom it was given, for what it was given."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RefusedError
from legation.safeguards.sharing.taxii.cursors import KEY_BYTES, cursor, place_of

KEY = bytes(range(KEY_BYTES))
INSTANTS = st.integers(0, (1 << 63) - 1)


@given(INSTANTS, st.binary(max_size=60))
def test_a_cursor_leads_back_to_where_it_was_given(after: int, asked: bytes) -> None:
    assert place_of(cursor(KEY, asked, after), KEY, asked) == after


@given(INSTANTS, st.integers(0, 24 * 8 - 1))
def test_a_cursor_with_any_flipped_bit_is_refused(after: int, bit: int) -> None:
    sealed = bytearray(base64.urlsafe_b64decode(cursor(KEY, b"asked", after)))
    sealed[bit // 8] ^= 1 << bit % 8
    _refused(base64.urlsafe_b64encode(sealed).decode().rstrip("="))


@given(INSTANTS, st.integers(0, 31), st.characters())
def test_a_cursor_with_any_other_letter_is_refused(after: int, place: int, letter: str) -> None:
    text = cursor(KEY, b"asked", after)
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        _refused(changed)
    _refused(text + letter)
    _refused(text[:-1])


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_nothing_worse(text: str) -> None:
    _refused(text)


def test_a_cursor_is_of_one_question_and_one_key() -> None:
    text = cursor(KEY, b"asked", 5)
    for key, asked in ((KEY, b"asked "), (KEY, b""), (KEY[::-1], b"asked")):
        with pytest.raises(RefusedError, match="begin again without it"):
            place_of(text, key, asked)


def _refused(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        place_of(text, KEY, b"asked")
    assert refused.value.status == 400
