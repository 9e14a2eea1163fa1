"""The signed bytes: one way to write them, none to hide something in them."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.safeguards.statements import limits
from legation.safeguards.statements.statement import (
    Attachment,
    Change,
    Statement,
    Version,
    read_statement,
    write_statement,
)
from legation.text.wording import digest, tidy
from worlds.statements import NOON, TEXT, statement, whole

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ASSIGNED = st.characters(exclude_categories=("Cs", "Cn", "Co", "Cc", "Cf"))


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    lines = st.text(ASSIGNED, min_size=1, max_size=30).map(
        lambda text: tidy(text).replace("\n", " ")
    )
    lines = lines.filter(lambda line: bool(line) and tidy(line) == line)
    numbers = st.from_regex(limits.NUMBER, fullmatch=True)
    many = draw(st.lists(numbers, min_size=1, max_size=4, unique=True))
    texts = st.text(st.one_of(ASSIGNED, st.just("\n")), min_size=1, max_size=80).map(tidy)
    languages = st.lists(st.sampled_from(["en", "fr", "zh-Hant", "ar"]), min_size=1, unique=True)
    return Statement(
        issuer=draw(lines),
        office=draw(lines),
        number=many[0],
        key=EMPTY,
        issued=draw(st.datetimes()).replace(microsecond=0, tzinfo=UTC),
        changes=tuple(
            Change(
                relation=draw(st.sampled_from(["corrects", "retracts"])),
                number=n,
                reason=draw(lines),
            )
            for n in many[1:]
        ),
        versions=tuple(
            Version(language=one, text=draw(texts.filter(bool))) for one in draw(languages)
        ),
    )


@given(statements())
@settings(max_examples=200)
def test_what_was_written_is_read(said: Statement) -> None:
    assert read_statement(write_statement(said)) == said


def test_a_statement_with_every_part_is_read_as_written() -> None:
    assert read_statement(write_statement(whole())) == whole()


def test_times_are_written_in_utc() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=5)))
    assert write_statement(statement(issued=east)) == write_statement(statement())


def test_the_hash_of_a_version_is_that_of_its_wording() -> None:
    version = Version(language="en", text="One  two.")
    assert version.wording == digest("One\ntwo.")
    assert version.sha256 != version.wording


@given(st.integers(0, 10**6), st.integers(0, 255))
@settings(max_examples=1000)
def test_a_changed_byte_reads_as_another_statement_or_none(place: int, byte: int) -> None:
    signed = write_statement(whole())
    changed = bytearray(signed)
    changed[place % len(signed)] = byte
    said = None
    with contextlib.suppress(BadInputError):
        said = read_statement(bytes(changed))
    assert (said == whole()) == (bytes(changed) == signed)
    assert said is None or write_statement(said) == bytes(changed)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_statement_or_the_declared_error(data: bytes) -> None:
    for signed in (data, b"legation statement 1\n" + data):
        with pytest.raises(BadInputError):
            read_statement(signed)


@pytest.mark.parametrize(
    "name",
    ["../keys", "a/b", "a\\b", "C:x", ".hidden", "-rf", "con", "NUL.txt", "x.", "a\u202efdp.exe",
     "a\nb", "a\x00b", "", "a\u200bb", "x" * 200, " a"],
)  # fmt: skip
def test_a_hostile_file_name_is_refused_and_quoted(name: str) -> None:
    said = statement(attachments=(Attachment(name=name, size=1, sha256=EMPTY),))
    with pytest.raises(BadInputError, match="attachment") as refused:
        write_statement(said)
    assert not {"\n", "\x00", "\u202e", "\u200b"} & set(str(refused.value))


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u2067", "\u200b", "\ufeff", "\x07", "\u0378", "\ue000"]
)
def test_a_text_that_hides_a_sign_is_refused(sign: str) -> None:
    with pytest.raises(BadInputError) as refused:
        write_statement(statement(text=f"We did{sign} not."))
    assert sign not in str(refused.value)


@pytest.mark.parametrize("text", ["", "two  blanks", "an end \n", "e\u0301", "a\r\nb", "a\n\n\nb"])
def test_a_text_that_is_not_tidy_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match=r"tidy|hidden"):
        write_statement(statement(text=text))


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "2026 117"},
        {"number": ""},
        {"number": "a" * 65},
        {"key": "A" * 64},
        {"key": EMPTY[:-1]},
        {"issuer": "two\nlines"},
        {"office": "x" * 501},
        {"issued": datetime(2026, 1, 1)},  # noqa: DTZ001 -- what is refused
        {"issued": datetime(2026, 1, 1, microsecond=5, tzinfo=UTC)},
        {"versions": ()},
        {"versions": (Version(language="EN", text="a"),)},
        {"versions": (Version(language="en", text="a"), Version(language="en", text="b"))},
        {"versions": (Version(language="en", text="a" * 400_001),)},
        {"versions": tuple(Version(language=f"en-a{n:03}", text="a") for n in range(41))},
        {"changes": (Change(relation="corrects", number="2026/117", reason="itself"),)},
        {"changes": tuple(Change(relation="corrects", number="1", reason=r) for r in "ab")},
        {"attachments": (Attachment(name="a", size=-1, sha256=EMPTY),)},
        {"attachments": tuple(Attachment(name=n, size=1, sha256=EMPTY) for n in ("A", "a"))},
    ],
)
def test_what_breaks_a_limit_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        write_statement(statement(**changed))


def test_a_header_or_a_whole_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadInputError, match="at most"):
        read_statement(b"x" * (limits.MAX_HEADER + 1))
    with pytest.raises(BadInputError, match="at most"):
        read_statement(b"x\n\n" + b"y" * limits.MAX_SIGNED)


def test_a_header_in_another_spelling_is_refused() -> None:
    signed = write_statement(statement())
    size = str(len(TEXT.encode())).encode()
    for old, new in (
        (b" " + size + b"\n", b" 0" + size + b"\n"),
        (b" " + size + b"\n", b" +" + size + b"\n"),
        (b"T12:00:00Z", b"T12:0:00Z"),
        (b"T12:00:00Z", b"T12:00:00+00:00"),
        (b"\n\n", b"\n\n\n"),
        (b"\noffice", b"\r\noffice"),
        (b"legation statement 1", b"legation statement 2"),
    ):
        assert old in signed
        with pytest.raises(BadInputError):
            read_statement(signed.replace(old, new, 1))
