"""Registers as tables: what is written is read again, and each fault has its place."""

from datetime import UTC, date, datetime
from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import BadInputError, UsageError
from legation.formats.rows import read_rows, write_rows


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    kind: Literal["one", "two"] = "one"
    count: int | None = None
    fit: bool = False
    parts: tuple[str, ...] = ()
    day: date | None = None
    at: datetime | None = None


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="|"))
PARTS = WORDS.map(str.strip).filter(bool)
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


def test_what_a_row_says_of_itself_is_checked_too() -> None:
    def check(thing: Thing) -> None:
        if thing.key == "bad":
            raise UsageError("a bad key", hint="choose another")

    rows = read_rows(b"key\ngood\nbad\n", Thing, place="t.csv", check=check)
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
