"""What is handed in is answered by one rule, and what surrounds a statement borrows nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.statements.handed import MAX_SOURCE, handed_in, text_handed_in
from legation.errors import BadInputError, ConflictError, LegationError, VerificationError
from legation.safeguards.statements.carriers.pdf import files_in_pdf
from worlds.carried import FILE
from worlds.handed_in import BLOCK, CASES, WHOLE
from worlds.statements import TEXT

TAKEN_OUT = (
    "block and file", "block and file with blanks", "block and file in a mail", "armour",
    "armour twice", "page", "fragment", "script in large letters", "script with entities",
    "paper", "paper with one twice", "paper with a loose one", "paper with a packed one",
    "paper with a loose one twice",
)  # fmt: skip


@pytest.mark.parametrize("name", TAKEN_OUT)
def test_a_file_that_was_taken_out_says_that_it_alone_is_answered(name: str) -> None:
    found = handed_in(CASES[name])
    assert (found.data, found.text, found.alone) == (FILE, "", "file")


def test_a_statement_s_own_file_is_answered_whole() -> None:
    found = handed_in(FILE)
    assert (found.data, found.alone) == (FILE, "")
    assert text_handed_in(FILE.decode()) == found


def test_a_block_without_a_file_is_answered_by_its_text_alone() -> None:
    for name in ("block", "block with other line ends"):
        found = handed_in(CASES[name])
        assert (found.data, found.text, found.alone) == (b"", TEXT, "text")


def test_a_text_is_answered_as_it_is() -> None:
    for data in (TEXT.encode(), b"\xef\xbb\xbf" + TEXT.encode()):
        assert (handed_in(data).text, handed_in(data).alone) == (TEXT, "")


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("lying ")])
def test_a_block_that_says_something_else_than_the_file_beside_it_is_refused(name: str) -> None:
    with pytest.raises(VerificationError, match="something else than the statement"):
        handed_in(CASES[name])


@pytest.mark.parametrize(
    "name",
    [
        "two files",
        "page of two",
        "page and armour of two",
        "paper of two",
        "paper of two names",
        "paper of two loose ones",
        "paper of two packed ones",
    ],
)
def test_two_statements_are_refused_and_both_are_named(name: str) -> None:
    with pytest.raises(ConflictError) as told:
        handed_in(CASES[name])
    assert "2026/117" in str(told.value)
    assert "2026/118" in str(told.value)


def test_a_file_beside_another_block_is_refused() -> None:
    with pytest.raises(VerificationError):
        handed_in(CASES["another file beside the block"])


@pytest.mark.parametrize(
    "name",
    [
        "page without",
        "paper without",
        "script without end",
        "text with NUL",
        "no text",
        "block twice",
    ],
)
def test_what_holds_no_statement_and_is_no_text_is_refused(name: str) -> None:
    with pytest.raises(BadInputError):
        handed_in(CASES[name])


def test_a_file_with_other_line_ends_is_no_text() -> None:
    found = handed_in(CASES["file with other line ends"])
    assert found.data
    assert not found.text


def test_a_short_form_says_which_statement_it_names() -> None:
    short = next(line for line in BLOCK.split("\n") if line.startswith("Short: "))
    with pytest.raises(BadInputError, match="names statement 2026/117"):
        text_handed_in(f" {short.removeprefix('Short: ')}\n")


def test_a_paper_of_many_streams_is_refused() -> None:
    with pytest.raises(BadInputError, match="streams"):
        files_in_pdf(CASES["paper of many streams"])


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(BadInputError, match="at most"):
        handed_in(bytes(MAX_SOURCE + 1))


@given(st.integers(0, len(WHOLE)), st.text(max_size=40), st.integers(0, 200))
def test_a_changed_mail_has_the_same_file_or_a_declared_error(
    place: int, put: str, gone: int
) -> None:
    changed = WHOLE[:place] + put + WHOLE[place + gone :]
    try:
        found = text_handed_in(changed)
    except LegationError:
        return
    assert found.data in (b"", FILE)
