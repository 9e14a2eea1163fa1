"""A block of text is found again whole, whatever stands in it and around it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.safeguards.statements.carriers.plain import (
    MAX_PASTED,
    files_in,
    text_in,
    write_armoured,
    write_text,
)
from legation.safeguards.statements.carriers.short_form import verify_short
from legation.safeguards.statements.holding import HeldStatements
from legation.safeguards.statements.statement import Version
from legation.safeguards.statements.statement_file import MAX_FILE
from legation.safeguards.statements.verdict import verdict_on_text
from legation.safeguards.statements.verifying import verify_file
from worlds.carried import ENGLISH, FILE, REGISTER, SAID, form
from worlds.statements import ISSUER, NOON, TEXT, log, verified

BLOCK = write_text(SAID, ENGLISH, form())
PASTED = f"Dear colleague,\n\n{BLOCK}\nyours\n{write_armoured(FILE)}-- \nan office\n"


def test_a_block_says_all_that_a_person_needs() -> None:
    for told in (SAID.issuer, SAID.number, "2026-11-25T12:00:00Z", ENGLISH.wording, REGISTER):
        assert told in BLOCK
    assert "proves nothing by itself" in BLOCK
    assert TEXT in BLOCK


def test_a_pasted_block_is_found_with_its_text_form_and_file() -> None:
    found = text_in(PASTED)
    assert found is not None
    assert found.text == TEXT
    assert found.short == form()
    verify_short(found.short, ISSUER)
    (data,) = files_in(PASTED)
    assert data is not None
    assert verify_file(data, ISSUER, log).statement == SAID


def test_the_text_of_a_block_is_current_and_the_whole_block_is_found_too() -> None:
    register = HeldStatements(REGISTER, NOON)
    register.add(verified(SAID))
    block = text_in(PASTED)
    assert block is not None
    assert verdict_on_text(block.text, register).verdict == "current"
    around = verdict_on_text(BLOCK, register)
    assert (around.verdict, around.number, around.part) == ("altered", SAID.number, "quoted")


def test_a_copy_with_other_line_ends_and_blanks_at_them_is_the_same() -> None:
    for copied in (PASTED.replace("\n", "\r\n"), PASTED.replace("\n", "  \r\n\t")[:-1]):
        plain = copied.replace("\t", "")
        assert text_in(plain) == text_in(PASTED)
        assert files_in(plain) == [FILE]


def test_where_there_is_no_block_none_is_found() -> None:
    for pasted in ("", TEXT, "-----BEGIN LEGATION-----", BLOCK.replace("-----", "----")):
        assert text_in(pasted) is None
        assert files_in(pasted) == []


LINES = st.lists(
    st.sampled_from(
        [
            "-----END LEGATION STATEMENT TEXT-----",
            "- -----END LEGATION STATEMENT TEXT-----",
            "- - -----BEGIN LEGATION STATEMENT-----",
            "-----",
            "- we say",
            "Number: 1",
            "<b>",
        ]
    ),
    min_size=1,
    max_size=6,
)


@given(LINES)
def test_no_line_of_a_text_ends_its_block_or_begins_another(lines: list[str]) -> None:
    text = "\n".join(lines)
    block = write_text(SAID, Version(language="en", text=text), form())
    found = text_in(block)
    assert found is not None
    assert found.text == text
    assert files_in(block) == []


@pytest.mark.parametrize(
    "pasted",
    [
        PASTED + PASTED,
        PASTED.replace("-----END LEGATION STATEMENT", "-----END"),
        PASTED.replace("\n\nThe talks", "\nThe talks"),
        BLOCK.replace("Number:", "Number"),
        BLOCK.replace("Office:", "Issuer:"),
        "-----END LEGATION STATEMENT TEXT-----\n-----BEGIN LEGATION STATEMENT TEXT-----\nA",
        "-----BEGIN LEGATION STATEMENT TEXT-----\n\n-----END LEGATION STATEMENT TEXT-----",
        "a" * (MAX_PASTED + 1),
    ],
)
def test_a_broken_block_is_refused_with_its_place(pasted: str) -> None:
    with pytest.raises(BadInputError) as told:
        text_in(pasted)
    assert told.value.place == "block"


def test_armour_in_another_spelling_is_refused() -> None:
    armour = write_armoured(FILE)
    lines = armour.split("\n")
    for other in (
        "\n".join([lines[0], "".join(lines[1:-2]), *lines[-2:]]),
        armour.replace(lines[1], lines[1][:-1] + "*"),
        armour.replace(lines[1], lines[1][:-4]),
        armour.replace(lines[1], f"{lines[1]}\n"),
        f"{lines[0]}\n{lines[-2]}",
        f"{lines[0]}\né\n{lines[-2]}",
    ):
        with pytest.raises(BadInputError):
            files_in(other)
    with pytest.raises(BadInputError):
        write_armoured(bytes(MAX_FILE + 1))


@given(st.text(max_size=200), st.integers(0, len(PASTED)))
def test_any_text_gives_a_block_none_or_the_declared_error(text: str, cut: int) -> None:
    for pasted in (text, PASTED[:cut] + text, PASTED[:cut] + text + PASTED[cut:]):
        for read in (text_in, files_in):
            with suppress(BadInputError):
                read(pasted)
