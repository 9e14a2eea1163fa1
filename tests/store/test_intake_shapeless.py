"""Lines that can be no rows: however many, they cost little memory, and good rows are kept."""

import subprocess
import sys
from collections.abc import Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.store.duck import connect
from legation.store.intake import Intake, attach
from legation.store.reading.mapping import Mapping, field
from legation.store.reading.probe import probe
from legation.store.reading.shapeless import (
    _Count,
    _is_suspect,
    _misfits,
    is_doubtful,
    without_shapeless,
)

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
# The longest line that is told apart is 16 MiB; nothing of it is held more than a few times.
LONG = 300 << 20
MEMORY = 1 << 30

# Reads a file in a process of its own and tells its peak of memory, in bytes.
CHILD = """
import sys
from pathlib import Path
from legation.errors import BadInputError
from test_intake_shapeless import read
try:
    intake, lines = read(Path(sys.argv[1]))
    print(intake.rows, intake.rejected, *lines[:3])
except BadInputError as refused:
    print(refused)
status = Path("/proc/self/status").read_text().split()
print(int(status[status.index("VmHWM:") + 1]) * 1024)
"""


def read(file: Path) -> tuple[Intake, list[int]]:
    connection = connect("1GB", 2)
    intake = attach(connection, [file], MAPPING)
    rows = connection.execute("SELECT line FROM rejected ORDER BY line").fetchall()
    connection.close()
    return intake, [line for (line,) in rows]


def read_apart(file: Path) -> tuple[str, int]:
    """Read in a process of its own; return what it says and its peak of memory."""
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(file)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join([str(Path(__file__).parent), *filter(None, sys.path)])},
    )
    said, peak = ended.stdout.strip().splitlines()
    return said, int(peak)


def file_of(folder: Path, lines: Sequence[bytes]) -> Path:
    file = folder / "posts.csv"
    file.write_bytes(HEADER + b"".join(lines))
    return file


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1,2,3,4,5,6,7,8,\n", "too many columns"),
        (b"aaaaaaaaaaaaaaaa\n", "too few columns"),
        (b'"a,b",2,"c"\n', "too few columns"),
        (b"9,bob,2024-05-01T10:00:00Z,caf\xe9\n", "not UTF-8"),
        (b'9,bob,2024-05-01T10:00:00Z,"never" closed\n', "a quote is not closed"),
    ],
)
def test_each_of_many_lines_that_are_no_rows_is_listed_and_good_rows_are_kept(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    good = [GOOD % n for n in range(40_000)]
    file = file_of(tmp_path, [*good, *[line] * 12_000, GOOD % 40_000])
    connection = connect("1GB", 2)
    intake = attach(connection, [file], MAPPING)
    assert (intake.rows, intake.rejected) == (40_001, 12_000)
    rows = connection.execute("SELECT line, reason FROM rejected ORDER BY line").fetchall()
    assert rows == [(n, reason) for n in range(40_002, 52_002)]
    assert len(without_shapeless(probe(file), tmp_path).rows) == 12_000, "the walk was not asked"


def test_texts_of_many_lines_are_no_misfits(tmp_path: Path) -> None:
    text = b'%d,ann,2024-05-01T10:00:00Z,"one, two,\nthree\n\nfour, ""five"""\n'
    intake, lines = read(file_of(tmp_path, [text % n for n in range(15_000)]))
    assert (intake.rows, lines) == (15_000, [])


def test_a_line_beyond_the_last_that_are_listed_ends_the_reading_with_its_place(
    tmp_path: Path,
) -> None:
    file = file_of(tmp_path, [GOOD % 1, b"1,2,3,4,5,6,7,8,\n" * 1_000_001])
    with pytest.raises(BadInputError, match=r"csv:1000003: more than 1,000,000 rows"):
        read(file)


def test_millions_of_lines_that_are_no_rows_cost_little_memory(tmp_path: Path) -> None:
    """DuckDB alone takes 5 GB for a million of them, and 15 GB for nine."""
    bad = b"1,2,3,4,5,6,7,8,\n" * 100_000
    said, peak = read_apart(file_of(tmp_path, [GOOD % 1, *[bad] * 20]))
    assert "more than 1,000,000 rows" in said
    assert peak < MEMORY


def test_a_million_such_lines_are_listed_within_the_same_memory(tmp_path: Path) -> None:
    bad = b"1,2,3,4,5,6,7,8,\n" * 100_000
    said, peak = read_apart(file_of(tmp_path, [GOOD % 1, *[bad] * 9, GOOD % 2]))
    assert said == "2 900000 3 4 5"
    assert peak < MEMORY


def test_lines_with_thousands_of_cells_too_many_cost_little_memory(tmp_path: Path) -> None:
    """DuckDB keeps such a line once for each of its cells."""
    file = file_of(tmp_path, [GOOD % 1, b"," * 1_000_000 + b"\n", GOOD % 2])
    said, peak = read_apart(file)
    assert said == "2 1 3"
    assert peak < MEMORY


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_one_line_of_300_megabytes_is_rejected_and_never_held_whole(
    tmp_path: Path, quote: bytes
) -> None:
    file = tmp_path / "posts.csv"
    with file.open("wb") as stream:
        stream.write(HEADER + GOOD % 1 + b"2,ann,2024-05-01T10:00:00Z," + quote)
        for _ in range(LONG >> 20):
            stream.write(b"x" * (1 << 20))
        stream.write(quote + b"\n" + GOOD % 3)
    said, peak = read_apart(file)
    assert said == "2 1 3"
    assert peak < LONG


lines_of_all_kinds = st.lists(
    st.sampled_from([
        GOOD % 1, b"a,b,c\n", b"a,b,c,d,e\n", b'"a,b",c,d,e\n', b"\n", b'a,"b\nb",c,d\n',
        b'a,b,c,"d, ""e"""\n', b"a,b,c,caf\xe9\n", b"a,b,c,\xd0\xb4\n", b",,,\n", b"a\n",
    ]),
    max_size=30,
)  # fmt: skip


@given(lines_of_all_kinds)
@settings(deadline=None, max_examples=60)
def test_the_walk_finds_the_lines_that_duckdb_rejects(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    file = file_of(tmp_path_factory.mktemp("walk"), [GOOD % 7, *lines])
    connection = connect("200MB", 1)
    told = connection.execute(
        f"SELECT * FROM read_csv('{file}', columns = {{'a': 'VARCHAR', 'b': 'VARCHAR', "
        "'c': 'VARCHAR', 'd': 'VARCHAR'}, header = true, auto_detect = false, delim = ',', "
        "quote = '\"', escape = '\"', store_rejects = true)"
    )
    told.fetchall()
    theirs = connection.execute(
        "SELECT count(DISTINCT line_byte_position) FROM reject_errors"
    ).fetchall()[0][0]
    connection.close()
    try:
        looked = probe(file)
    except BadInputError:  # no encoding fits the whole file, which is refused before
        reject()
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        ours = list(_misfits(content, looked))
    assert len(ours) == theirs


def test_a_cell_longer_than_what_is_read_at_once_is_part_of_its_row(tmp_path: Path) -> None:
    cell = b'"line one\n' + b"x" * (3 << 19) + b'"'
    file = file_of(tmp_path, [GOOD % 1, b"2,ann,2024-05-01T10:00:00Z,%s\n" % cell, GOOD % 3])
    intake, lines = read(file)
    assert (intake.rows, lines) == (3, [])


NINE_MEGABYTES = 9 << 20
TALL = b'%d,ann,2024-05-01T10:00:00Z,"First, a line\n\nSecond: ""all, of it"", he said\n,,,\n"\n'


def many(line: bytes, size: int = NINE_MEGABYTES) -> bytes:
    return line * (size // len(line))


@pytest.mark.parametrize("line", [GOOD, TALL, "7,ann,2024-05-01,Hafenübergabe\n".encode(), b"\n"])
def test_what_is_well_formed_is_not_counted_line_by_line(line: bytes, tmp_path: Path) -> None:
    file = file_of(tmp_path, [many(line)])
    assert not _is_suspect(probe(file), lambda: False)


@pytest.mark.parametrize("place", [0, 3_456_789, NINE_MEGABYTES])
@pytest.mark.parametrize(
    "line",
    [b"a\n", b'"\n', b'"a\n', b'a"\n', b'",\n', b"1,2,3,4,5\n", b"1,2,3,\xc3\xa9\n1,2,3,\xff\n"],
)
def test_two_megabytes_that_are_no_rows_are_seen_wherever_they_stand(
    line: bytes, place: int, tmp_path: Path
) -> None:
    good = many(GOOD)
    place = good.rfind(b"\n", 0, place + 1) + 1
    file = file_of(tmp_path, [good[:place], many(line, 2 << 20), good[place:]])
    assert _is_suspect(probe(file), lambda: False)
    assert is_doubtful(probe(file))


@pytest.mark.parametrize("good", [GOOD, TALL])
def test_one_line_in_twenty_that_is_no_row_is_seen(good: bytes, tmp_path: Path) -> None:
    file = file_of(tmp_path, [many(good * 19 + b"a,b\n")])
    assert _is_suspect(probe(file), lambda: False)


ROWS = st.lists(
    st.sampled_from(
        [b"1,2,3,4", b'1,"2, 3",4,5', b'1,"a\n""b""\n",3,4', b"", b"\r", b"1,2", b"1,2,3,4,5"]
    )
)


@given(rows=ROWS, size=st.integers(1, 5))
def test_the_count_is_the_same_however_the_lines_are_dealt_out(
    rows: list[bytes], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = probe(file_of(tmp_path_factory.mktemp("dealt"), [GOOD]))
    lines = [line + b"\n" for row in rows for line in row.split(b"\n")]
    count = _Count(file)
    for at in range(0, len(lines), size):
        count.add(b"".join(lines[at : at + size]))
    assert count.faults == sum({b"1,2": 1, b"1,2,3,4,5": 2}.get(row, 0) for row in rows)
