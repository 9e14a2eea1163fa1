"""Input that breaks readers: each fault is listed with its line, and good rows are kept."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.store.duck import connect
from legation.store.intake import Intake, attach
from legation.store.reading.mapping import Mapping, field
from legation.store.reading.names import names_of
from legation.store.reading.probe import probe
from legation.store.reading.stray import mended

MAPPING = Mapping(
    name="simple",
    fields={
        "post_id": field("id"),
        "account_id": field("who"),
        "time": field("when"),
        "text": field("text"),
    },
    zone="UTC",
)
HEADER = b"id,who,when,text\n"
GOOD = b"%d,ann,2024-05-01T10:00:00Z,fine\n"


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def read(file: Path) -> tuple[Intake, list[tuple[int, str, str]], list[str]]:
    connection = connect("1GB", 2)
    intake = attach(connection, [file], MAPPING, now=now)
    listed = connection.execute("SELECT line, col, reason FROM rejected ORDER BY line").fetchall()
    ids = connection.execute("SELECT post_id FROM post ORDER BY post_id").fetchall()
    return intake, listed, [each for (each,) in ids]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(content: bytes) -> Path:
        path = tmp_path / "posts.csv"
        path.write_bytes(content)
        return path

    return written


Write = Callable[[bytes], Path]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (b"9,bob,2024-05-01T10:00:00Z,caf\xe9\n", "text", "not UTF-8"),
        (b"9,bob,2024-05-01T10:00:00Z,a\x00b\n", "text", "a NUL character"),
        (b"9,bob,1970-01-01T00:00:00Z,x\n", "when", "the time lies before 1990"),
        (b"9,bob,2031-01-01T00:00:00Z,x\n", "when", "the time lies in the future"),
        (b"9,bob,yesterday,x\n", "when", "the time cannot be read"),
        (b"9,bob,,x\n", "when", "no time"),
        (b"9,,2024-05-01T10:00:00Z,x\n", "who", "no account"),
        (b",bob,2024-05-01T10:00:00Z,x\n", "id", "no post id"),
        (b"9,bob,2024-05-01T10:00:00Z\n", "text", "too few columns"),
        (b"9,bob,2024-05-01T10:00:00Z,x,y\n", "5", "too many columns"),
    ],
)
def test_a_bad_row_is_listed_with_its_place_and_good_rows_are_kept(
    write: Write, row: bytes, column: str, reason: str
) -> None:
    before = b'1,ann,2024-05-01T10:00:00Z,"two\nlines"\n\n'
    intake, listed, ids = read(write(HEADER + before + row + GOOD % 2 + GOOD % 3))
    assert ids == ["1", "2", "3"]
    assert intake.rejected == 1
    line, told_column, told = listed[0]
    assert (line, told_column) == (5, column)
    assert told.startswith(reason)


def test_every_bad_row_of_many_is_listed(write: Write) -> None:
    rows = [GOOD % n if n % 7 else b"%d,ann,never,x\n" % n for n in range(5000)]
    intake, listed, ids = read(write(HEADER + b"".join(rows)))
    bad = [n + 2 for n in range(5000) if n % 7 == 0]
    assert [line for line, _, _ in listed] == bad
    assert intake.rejected == len(bad)
    assert len(ids) == intake.rows == 5000 - len(bad)


def test_a_post_of_a_million_characters_is_kept(write: Write) -> None:
    text = "é😀" * 500_000
    row = f'7,ann,2024-05-01T10:00:00Z,"{text}"\n'.encode()
    file = write(HEADER + GOOD % 1 + row + GOOD % 8)
    connection = connect("1GB", 2)
    attach(connection, [file], MAPPING, now=now)
    length = connection.execute("SELECT length(text) FROM post WHERE post_id = '7'").fetchall()
    assert length == [(1_000_000,)]


def test_a_stray_quote_costs_its_own_row_only(write: Write) -> None:
    stray = b'5,ann,2024-05-01T10:00:00Z,"never closed\n'
    rows = [GOOD % n for n in range(10, 400)]
    intake, listed, ids = read(write(HEADER + b"".join(rows[:200]) + stray + b"".join(rows[200:])))
    assert [line for line, _, _ in listed] == [202]
    assert len(ids) == intake.rows == 390


class Counting:
    """A connection that counts how often a file is scanned."""

    def __init__(self) -> None:
        self._inner = connect("1GB", 2)
        self.scans = 0

    def execute(self, sql: str, *given: Any) -> Any:
        self.scans += "read_csv(" in sql
        return self._inner.execute(sql, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


@pytest.mark.parametrize("opened", [b'"never closed', b'"never ""closed""'])
def test_any_number_of_stray_quotes_costs_a_few_scans(write: Write, opened: bytes) -> None:
    stray = b"%d,ann,2024-05-01T10:00:00Z," + opened + b"\n"
    rows = [(stray if n % 3 else GOOD) % n for n in range(1, 3000)]
    quoted = b'%d,ann,2024-05-01T10:00:00Z,"two ""good""\nlines"\n'
    scans = []
    for kept in (300, 2999):
        file = write(HEADER + b"".join(rows[:kept]) + quoted % 3000 + quoted % 3001)
        counting: Any = Counting()
        intake = attach(counting, [file], MAPPING, now=now)
        bad = [n for n in range(1, kept + 1) if n % 3]
        listed = counting.execute("SELECT line FROM rejected ORDER BY line").fetchall()
        assert [line for (line,) in listed] == [n + 1 for n in bad]
        assert intake.rows == kept - len(bad) + 2
        scans.append(counting.scans)
        names = names_of(counting, MAPPING, probe(file), file.parent)
        assert names.of("") == ["ann"]
    assert scans[0] == scans[1] <= 4


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(write: Write) -> None:
    content = b"\xef\xbb\xbf" + (HEADER + GOOD % 1).replace(b"\n", b"\r\n")
    intake, listed, ids = read(write(content))
    assert (ids, listed, intake.rejected) == (["1"], [], 0)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told_as_such(write: Write, encoding: str) -> None:
    with pytest.raises(BadInputError, match="UTF-16") as refusal:
        read(write((HEADER + GOOD % 1).decode().encode(encoding)))
    assert "iconv" in refusal.value.hint


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("latin-1", "café"),
        ("windows-1251", "привет, посольство"),
        ("koi8-r", "привет, посольство"),
        ("windows-1256", "مرحبا"),
    ],
)
def test_another_encoding_is_told_and_not_guessed(write: Write, encoding: str, word: str) -> None:
    rows = "".join(f'{n},ann,2024-05-01T10:00:00Z,"{word}"\n' for n in range(20))
    with pytest.raises(BadInputError, match="cannot be told") as refusal:
        read(write(HEADER + rows.encode(encoding)))
    # A command that could be copied and would spoil the text in silence is no help.
    assert "iconv -f ENCODING" in refusal.value.hint
    assert "read some of it after converting" in refusal.value.hint


def test_ten_thousand_columns_are_read(write: Write) -> None:
    more = b"".join(b",c%d" % n for n in range(10_000))
    cells = b"," * 10_000
    content = HEADER[:-1] + more + b"\n" + (GOOD % 1)[:-1] + cells + b"\n"
    assert read(write(content))[2] == ["1"]


def test_a_header_with_a_column_twice_is_refused(write: Write) -> None:
    with pytest.raises(BadInputError, match="twice"):
        read(write(b"id,who,when,text,ID\n"))


def test_broken_lines_of_json_are_listed(tmp_path: Path) -> None:
    def line(n: int) -> bytes:
        row = {"id": n, "who": "ann", "when": "2024-05-01T10:00:00Z", "text": "x\u2028y"}
        return json.dumps(row).encode() + b"\n"

    file = tmp_path / "p.jsonl"
    bad = (
        b'{"id": 9, "who": "a\n',
        b'{"id":"\xff"}\n',
        b"[]\n",
        b'{"id":8,"who":"a","text":"\\u0000"}\n',
    )
    file.write_bytes(line(1) + bad[0] + b"\n" + line(2) + bad[1] + bad[2] + bad[3] + line(3))
    intake, listed, ids = read(file)
    assert ids == ["1", "2", "3"]
    assert [place for place, _, _ in listed] == [2, 5, 6, 7]
    assert intake.rejected == 4


def test_a_document_that_is_cut_off_is_told(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_bytes(b'[{"id": 1, "who": "a"')
    with pytest.raises(BadInputError, match="not JSON"):
        read(file)


def test_a_damaged_parquet_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "p.parquet"
    file.write_bytes(b"PAR1 and then nonsense PAR1")
    with pytest.raises(BadInputError, match=r"p\.parquet"):
        read(file)


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(_CELL, min_size=1, max_size=12))
def test_any_text_comes_back_as_it_was_written(texts: list[str]) -> None:
    import csv
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "p.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow(["id", "who", "when", "text"])
            for number, text in enumerate(texts):
                writer.writerow([number, "ann", "2024-05-01T10:00:00Z", text])
        connection: Any = connect("200MB", 1)
        intake = attach(connection, [file], MAPPING, now=now)
        found = connection.execute("SELECT text FROM post ORDER BY post_id::INT").fetchall()
        assert intake.rejected == 0
        assert [text or "" for (text,) in found] == texts
        connection.close()


@pytest.mark.parametrize("line", [b"\n", b'"\n', b"x\n"])
def test_a_small_packed_file_of_millions_of_short_lines_is_refused(
    tmp_path: Path, line: bytes
) -> None:
    file = tmp_path / "posts.csv.gz"
    with gzip.open(file, "wb", compresslevel=1) as packed:
        packed.write(HEADER + GOOD % 1)
        for _ in range(11):
            packed.write(line * 1_000_000)
    with pytest.raises(BadInputError, match="more than 10,000,000 lines are empty or too short"):
        read(file)


def test_more_rows_than_anybody_looks_at_end_the_reading(write: Write) -> None:
    file = write(HEADER + GOOD % 1 + b'12,"never closed\n' * 1_000_001)
    with pytest.raises(BadInputError, match="more than 1,000,000 rows cannot be read"):
        mended(probe(file), 0, file.parent)


def test_empty_lines_between_rows_cost_nothing(write: Write) -> None:
    intake, listed, ids = read(write(HEADER + GOOD % 1 + b"\n" * 100_000 + GOOD % 2))
    assert (intake.rejected, listed, ids) == (0, [], ["1", "2"])


@pytest.mark.parametrize(
    "account", ["NaN", "None", "null", "\u200b", "\u00a0", "\ufeff\u200d", " "]
)
def test_a_sign_for_nothing_is_no_account(write: Write, account: str) -> None:
    row = f"9,{account},2024-05-01T10:00:00Z,x\n".encode()
    _, listed, ids = read(write(HEADER + GOOD % 1 + row + GOOD % 2))
    assert ids == ["1", "2"]
    (line, column, reason) = listed[0]
    assert (line, column) == (3, "who")
    assert reason.startswith("no account")


@pytest.mark.parametrize("account", ["Nan", "NONE", "nullable", "none_of_us", "\u200bann"])
def test_a_name_that_only_looks_like_a_sign_for_nothing_is_an_account(
    write: Write, account: str
) -> None:
    row = f"9,{account},2024-05-01T10:00:00Z,x\n".encode()
    assert read(write(HEADER + row))[2] == ["9"]
