"""Registers as tables: what is written is read again, and each fault has its place."""

import csv
from datetime import UTC, date, datetime
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, UsageError
from legation.formats.rows import read_rows, write_rows

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    kind: Literal["one", "two"] = "one"
    count: int | None = None
    fit: bool = False
    parts: tuple[str, ...] = ()
    day: date | None = None
    at: datetime | None = None


# Words as they are kept: whatever a cell may hold, on one line. Joiners and marks are among them.
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="|")
WORDS = st.text(SIGNS | st.sampled_from("'=+-@\u200b\uff1d\u200f"), min_size=1)
PARTS = WORDS.filter(lambda text: not any(sign in TURNING for sign in text)).map(
    lambda text: " ".join(text.split()) or "x"
)
THINGS = st.builds(
    Thing,
    key=PARTS,
    kind=st.sampled_from(["one", "two"]),
    count=st.none() | st.integers(-(10**6), 10**6),
    fit=st.booleans(),
    parts=st.lists(PARTS, max_size=3).map(tuple),
    day=st.none() | st.dates(),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


def read(text: str) -> tuple[list[Thing], list[tuple[int, str, str]]]:
    rows = read_rows(text.encode(), Thing, place="t.csv")
    return (
        [row for _, row in rows.good],
        [(one.line, one.column, one.reason) for one in rows.refused],
    )


@given(st.lists(THINGS, max_size=4))
def test_what_is_written_is_read_again(things: list[Thing]) -> None:
    assert read(write_rows(things, Thing).decode())[0] == things


def test_good_rows_of_a_bad_table_are_kept_and_each_fault_has_its_line_and_column() -> None:
    good, refused = read(
        "key,kind,count,day,at\n"
        "a,one,1,2026-03-02,2026-03-02T10:00:00Z\n"
        ",one,1,,\n"
        '"b\nb",three,1,,\n'
        "c,one,many,,\n"
        "d,one,1,2026-13-02,\n"
        "e,one,1,,2026-03-02T10:00:00\n"
        "f,one,1\n"
        "g,two,,,2026-03-02T10:00:00+01:00\n"
    )
    assert [one.key for one in good] == ["a", "g"]
    assert [(line, column) for line, column, _ in refused] == [
        (3, "key"),
        (4, "kind"),
        (6, "count"),
        (7, "day"),
        (8, "at"),
        (9, ""),
    ]
    assert "has no zone" in refused[4][2]


def test_a_cell_that_a_spreadsheet_would_run_comes_back_as_it_was() -> None:
    thing = Thing(key="=1+1", parts=("@a", "-b"))
    text = write_rows([thing], Thing).decode()
    assert "'=1+1" in text
    assert read(text)[0] == [thing]


def test_a_row_is_put_under_its_one_spelling_or_refused() -> None:
    def settle(thing: Thing) -> Thing:
        if thing.key == "bad":
            raise UsageError("a bad key", hint="choose another")
        return msgspec.structs.replace(thing, key=thing.key.upper())

    rows = read_rows(b"key\ngood\nbad\n", Thing, place="t.csv", settle=settle)
    assert [row.key for _, row in rows.good] == ["GOOD"]
    assert [(one.line, one.reason, one.hint) for one in rows.refused] == [
        (3, "a bad key", "choose another")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no header"),
        (b"key,colour\na,b\n", "unknown column 'colour'"),
        (b"key,knd\na,b\n", "unknown column 'knd'"),
        (b"kind\none\n", "column 'key' is missing"),
        (b"key,key\na,b\n", "column 'key' comes twice"),
        (b"key\n\xff\n", "not UTF-8"),
        (b"key\na\x00b\n", "NUL"),
        (b'key\n"a\nb\n', "unexpected end of data"),
    ],
)
def test_what_is_no_table_of_that_kind_is_refused_as_a_whole(content: bytes, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as refused:
        read_rows(content, Thing, place="t.csv")
    assert str(refused.value).startswith("t.csv")
    assert refused.value.hint


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("first", ["", "\ufeff"])
def test_a_table_of_any_spreadsheet_is_read(mark: str, end: str, first: str) -> None:
    heads = mark.join(("KEY", " Kind", "At "))
    rows = (
        f"a{mark}one{mark}2026-03-02T10:00Z",
        f'"b{end}c"{mark}two{mark}',
        f"d{mark}three{mark}",
    )
    good, refused = read(first + end.join((heads, *rows, "")))
    assert [(one.key, one.kind) for one in good] == [("a", "one"), ("b c", "two")]
    # The cell of two lines counts as two.
    assert [(line, column) for line, column, _ in refused] == [(5, "kind")]


def test_ends_of_lines_may_be_mixed() -> None:
    good, refused = read("key,count\r\na,1\nb,x\rc,3\r\n\nd,y\n")
    assert [one.key for one in good] == ["a", "c"]
    assert [line for line, _, _ in refused] == [3, 6]


def test_seconds_may_be_left_out_and_a_zone_may_not() -> None:
    good, refused = read(
        "key,at\n"
        "a,2026-03-02T10:00+01:00\n"
        "b,2026-03-02 09:00:00z\n"
        "c,2026-03-02T10:00\n"
        "d,2026-03-02T24:00Z\n"
        "e,2016-12-31T23:59:60Z\n"
        "f,2026-03-02\n"
        "g,2026-02-30T10:00Z\n"
    )
    assert [one.at for one in good] == [datetime(2026, 3, 2, 9, tzinfo=UTC)] * 2
    assert [(line, column) for line, column, _ in refused] == [(n, "at") for n in range(4, 9)]
    for (_, _, reason), said in zip(
        refused,
        ("no zone", "no such hour", "no such second", "not allowed", "not allowed"),
        strict=True,
    ):
        assert said in reason


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x07", "\x1b"])
def test_a_cell_with_a_sign_that_hides_is_refused_with_its_column(sign: str) -> None:
    good, refused = read(f"key,kind\na{sign}b,one\nc,one\n")
    assert [one.key for one in good] == ["c"]
    ((line, column, reason),) = refused
    assert (line, column) == (2, "key")
    assert f"U+{ord(sign):04X}" in reason


def test_a_huge_row_and_a_huge_cell_are_refused_and_the_others_kept() -> None:
    good, refused = read(f"key,kind\na,one\n{'x,' * 1_000_000}\n{'y' * 100_000},one\nb,two\n")
    assert [one.key for one in good] == ["a", "b"]
    assert [(line, column) for line, column, _ in refused] == [(3, ""), (4, "key")]
    assert refused[0][2] == "1,000,001 cells where the header has 2"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"key,kind\na,one\n" + b"x" * 200_000 + b",one\n", "t.csv:3: a cell is longer than"),
        (b"key" + b",key" * 1_000_000 + b"\n", "t.csv:1: "),
        (b"k" * 5_000_000, "t.csv:1: "),
        (b"x" * 64_000_001, "larger than any register"),
        ("key\na\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + bytes(20), "workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(20), "workbook"),
        ("key\na\n".encode("utf-16-be"), "NUL"),
        (b"key\na\n\xff\n", "t.csv:3: not UTF-8"),
        (b"key\na\nb\x00\n", "t.csv:3: holds a NUL"),
    ],
)
@pytest.mark.parametrize("limit", [131_072, 10_000_000])
def test_what_is_hostile_as_a_whole_is_refused_with_its_place(
    content: bytes, said: str, limit: int
) -> None:
    before = csv.field_size_limit(limit)  # it is one for the whole program
    try:
        refuse_whole(content, said)
    finally:
        csv.field_size_limit(before)


def refuse_whole(content: bytes, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as refused:
        read_rows(content, Thing, place="t.csv")
    assert len(str(refused.value)) < 300
    assert refused.value.hint


class Keyed(msgspec.Struct, frozen=True, kw_only=True):
    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]


@pytest.mark.parametrize(
    ("key", "sign", "such"),
    [
        ("Paris", "LATIN CAPITAL LETTER P", "paris"),
        ("p\u0430ris", "CYRILLIC SMALL LETTER A", "p-ris"),
    ],
)
def test_a_key_with_another_letter_is_refused_by_the_name_of_the_letter(
    key: str, sign: str, such: str
) -> None:
    ((_, row),) = [
        (one.column, one) for one in read_rows(f"key\n{key}\n".encode(), Keyed, place="t").refused
    ]
    assert sign in row.reason
    assert such in row.hint
