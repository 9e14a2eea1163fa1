"""A file read in slices gives what it gives as a whole, and no row is lost without a word."""

import csv
import gzip
import io
import random
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.rights.pseudonyms import Pseudonymiser
from legation.sources.importing import DeskPrivacy
from legation.store.duck import connect
from legation.store.intake import attach
from legation.store.intake_import import Importer
from legation.store.intake_told import Imported
from legation.store.lake import Lake
from legation.store.reading.cells import MAX_LINE
from legation.store.reading.mapping import CANONICAL
from legation.store.reading.slices import SLICE_BYTES

MIB = 1 << 20
HEADER = b"post_id,account_id,created_at,text\n"
Counts = tuple[int, list[int]]


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def imported(file: Path, folder: Path, slice_bytes: int = SLICE_BYTES) -> Imported:
    privacy = DeskPrivacy(Pseudonymiser(b"k" * 32), lambda _: None)
    place = folder / "scratch" / "in"
    importer = Importer(Lake(folder / "lake"), privacy, place, now=now, slice_bytes=slice_bytes)
    return importer.add(file, CANONICAL)


def taken(done: Imported) -> Counts:
    assert done.good == done.rows + done.edits + done.repeated
    return done.good, [bad.line for bad in done.rejected]


def looked(file: Path) -> Counts:
    connection: Any = connect("1GB", 2)
    with connection:
        intake = attach(connection, [file], CANONICAL, now=now)
        lines = connection.execute("SELECT line FROM rejected ORDER BY line").fetchall()
        assert intake.rejected == len(lines)
        return intake.rows, [line for (line,) in lines]


def post(number: int, text: bytes = b"fine") -> bytes:
    return b"p%d,ann,2024-05-01T10:00:00Z,%s\n" % (number, text)


def record(number: int, text: bytes = b"fine") -> bytes:
    head = b'{"post_id":"p%d","account_id":"ann","created_at":"2024-05-01T10:00:00Z","text":"'
    return head % number + text + b'"}\n'


BAD = b"p9,ann,never,x\n"


def test_a_row_too_long_and_a_bad_one_in_a_later_slice_cost_only_themselves(
    tmp_path: Path,
) -> None:
    rows = [post(n) for n in range(10)]
    rows[7:7] = [post(70, b'"' + b"x" * (17 * MIB) + b'"'), BAD]
    file = tmp_path / "p.csv"
    file.write_bytes(HEADER + b"".join(rows))
    assert looked(file) == (10, [9, 10])
    assert taken(imported(file, tmp_path / "one")) == (10, [9, 10])
    assert taken(imported(file, tmp_path / "many", 150)) == (10, [9, 10])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("size", [17, 33, 40, 70])
@pytest.mark.parametrize("form", ["csv", "quoted", "lines", "jsonl"])
def test_a_row_beyond_every_buffer_is_rejected_with_its_line(
    tmp_path: Path, form: str, size: int, packed: bool
) -> None:
    long = b"x" * (size * MIB)
    if form == "jsonl":
        content = record(1) + record(2, long) + b"no json\n" + record(3)
        expected = (2, [2, 3])
    else:
        if form != "csv":
            long = b'"' + long + b'"'
        if form == "lines":
            long = long.replace(b"x" * 1000, b'""' + b"x" * 997 + b"\n")
        content = HEADER + post(1, b'"a, b"') + post(2, long) + BAD + post(3)
        second = 4 + long.count(b"\n")
        expected = (2, [3, second])
    file = tmp_path / f"p.{form}"
    file.write_bytes(gzip.compress(content, 1) if packed else content)
    assert looked(file) == expected
    assert taken(imported(file, tmp_path / "home")) == expected


@pytest.mark.parametrize("tail", [b"", b"\n"])
def test_the_last_row_may_be_the_one_that_is_too_long(tmp_path: Path, tail: bytes) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(HEADER + post(1) + post(2, b"x" * (40 * MIB)).rstrip() + tail)
    assert looked(file) == taken(imported(file, tmp_path / "home")) == (1, [3])


def test_a_quote_that_is_closed_nowhere_costs_one_row_of_a_large_file(tmp_path: Path) -> None:
    rows = [post(n, b"x" * 1000) for n in range(60_000)]
    rows[100] = post(100, b'"never closed')
    rows[101] = post(101, b'"two\nlines"')
    file = tmp_path / "p.csv"
    file.write_bytes(HEADER + b"".join(rows))
    assert file.stat().st_size > 3 * MAX_LINE
    assert looked(file) == (59_999, [102])
    assert taken(imported(file, tmp_path / "home", 8 * MIB)) == (59_999, [102])


@pytest.mark.parametrize("cells", [b'"open', b'"open,x,y', b'x,y,"open', b'x,y,"open,z'])
@pytest.mark.parametrize("beside", [b"fine", b'"a, b"', b'"two\nlines"'])
def test_an_open_quote_among_too_many_cells_leaves_the_next_row_alone(
    tmp_path: Path, cells: bytes, beside: bytes
) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(HEADER + post(1) + post(2, cells) + post(3, beside) + post(4))
    assert looked(file) == taken(imported(file, tmp_path / "home", 100)) == (3, [3])


def table(seed: int, size: int) -> bytes:
    """Write rows, some of several lines, and put one quote anywhere behind the header."""
    chance = random.Random(seed)  # noqa: S311 - rows, no secret
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=chance.choice((0, 1)))
    writer.writerow(["post_id", "account_id", "created_at", "text", "lang"])
    for number in range(size):
        words = chance.choices(["one", "two", 'a "word"', "three,", "4\n5", "\n", '5" disk'], k=3)
        writer.writerow([f"p{number}", "ann", "2024-05-01T10:00:00Z", " ".join(words), "en"])
    content = text.getvalue().encode()
    start = content.index(b"\n") + 1
    place = chance.randrange(start, len(content))
    return content[:place] + b'"' + content[place:]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000_000), st.integers(5, 60), st.integers(60, 900))
def test_slices_give_what_the_whole_file_gives_whatever_quote_is_left_open(
    seed: int, size: int, slice_bytes: int
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "p.csv"
        file.write_bytes(table(seed, size))
        whole = looked(file)
        assert taken(imported(file, Path(folder) / "one")) == whole
        assert taken(imported(file, Path(folder) / "many", slice_bytes)) == whole
