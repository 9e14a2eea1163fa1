"""Files of parts: one spelling for lengths, base64 and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.parts import LONGEST_LINE, Cursor, line, part
from legation.errors import BadInputError


def _at(data: bytes) -> Cursor:
    return Cursor(data, 0, hint="ask again")


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_parts_are_read_back_in_order(values: list[bytes]) -> None:
    cursor = _at(b"".join(part("signed", value) for value in values if value) + b"end\n")
    for value in values:
        if value:
            assert cursor.has("signed")
            assert cursor.part("signed", 60) == value
    cursor.end()


@given(st.binary(min_size=1, max_size=80))
def test_values_in_base64_are_read_back(value: bytes) -> None:
    cursor = _at(line("root", "by", value))
    by, encoded = cursor.line("root").split(b" ")
    assert by == b"by"
    assert cursor.octets("root", encoded, len(value)) == value


@pytest.mark.parametrize("length", [b"", b"0", b"03", b"+3", b"3 ", b"4", b"2", b"61", b"9" * 30])
def test_a_length_has_one_spelling_and_a_bound(length: bytes) -> None:
    with pytest.raises(BadInputError, match="byte 0"):
        _at(b"signed " + length + b"\nabc\n").part("signed", 60)


@pytest.mark.parametrize(
    "value", [b"YWI", b"YWI==", b"YWJ=", b"YW I=", b"YWI=\t", b"-_-_", "é".encode(), b"YWJj"]
)
def test_base64_has_one_spelling_and_its_size(value: bytes) -> None:
    assert _at(b"").octets("root", b"YWI=", 2) == b"ab"
    with pytest.raises(BadInputError):
        _at(b"").octets("root", value, 2)


@pytest.mark.parametrize("data", [b"", b"root", b"root a", b"roots a\n", b"end\n"])
def test_a_line_that_is_not_there_is_told(data: bytes) -> None:
    with pytest.raises(BadInputError, match="missing"):
        _at(data).line("root")


def test_a_line_is_not_looked_for_without_bound() -> None:
    with pytest.raises(BadInputError, match="missing"):
        _at(b"root " + b"a" * LONGEST_LINE + b"\n").line("root")


@pytest.mark.parametrize("data", [b"", b"end", b"end\n\n", b"end\r\n", b" end\n"])
def test_nothing_follows_the_end(data: bytes) -> None:
    with pytest.raises(BadInputError, match="end is missing") as refused:
        _at(data).end()
    assert refused.value.hint == "ask again"
