"""Line ends of all systems in one file, quotes left open in many rows, packed files cut off."""

import gzip
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError
from legation.rights.pseudonyms import Pseudonymiser
from legation.sources.importing import DeskPrivacy
from legation.sources.posts import mapping_for
from legation.store.duck import connect
from legation.store.intake import attach
from legation.store.intake_import import Importer
from legation.store.intake_told import Imported
from legation.store.lake import Lake
from legation.store.reading.mapping import CANONICAL

HEADER = b"post_id,account_id,created_at,text"
OPEN = b'x,eve,2024-05-01T10:00:00Z,"never closed'
ENDS = (b"\n", b"\r\n")


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def row(number: int, text: bytes = b"fine") -> bytes:
    return b"%d,ann,2024-05-01T10:00:00Z,%s" % (number, text)


def written(file: Path, content: bytes) -> Path:
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return file


def read(file: Path) -> tuple[list[str], list[int]]:
    """Return the ids that were kept, in their order, and the lines that were rejected."""
    connection: Any = connect("1GB", 1)
    with connection:
        attach(connection, [file], CANONICAL, now=now)
        ids = connection.execute(
            "SELECT post_id FROM post ORDER BY length(post_id), post_id"
        ).fetchall()
        lines = connection.execute("SELECT line FROM rejected ORDER BY line").fetchall()
        return [each for (each,) in ids], [each for (each,) in lines]


def imported(file: Path, folder: Path) -> Imported:
    privacy = DeskPrivacy(Pseudonymiser(b"k" * 32), lambda _: None)
    return Importer(Lake(folder / "lake"), privacy, folder / "scratch" / "in", now=now).add(
        file, CANONICAL
    )


@settings(max_examples=20)  # each takes DuckDB's buffer of a quarter of a gigabyte
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(ENDS)), min_size=1, max_size=30),
    st.sampled_from(ENDS),
    st.booleans(),
)
def test_every_mixture_of_line_ends_reads_as_line_feeds_do(
    lines: list[tuple[bool, bytes]], first: bytes, last_is_ended: bool
) -> None:
    rows = [OPEN if left_open else row(n) for n, (left_open, _) in enumerate(lines)]
    ends = [end for _, end in lines]
    content = HEADER + first + b"".join(r + e for r, e in zip(rows, ends, strict=True))
    if not last_is_ended:
        content = content.rstrip(b"\r\n")
    plain = content.replace(b"\r\n", b"\n")
    with tempfile.TemporaryDirectory() as folder:
        mixed = read(written(Path(folder) / "mixed.csv", content))
        assert mixed == read(written(Path(folder) / "plain.csv", plain))
        if not any(left_open for left_open, _ in lines):
            assert mixed == ([str(n) for n in range(len(lines))], [])


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz"])
def test_a_tail_from_another_system_costs_nothing(tmp_path: Path, name: str) -> None:
    head = b"".join(line + b"\r\n" for line in (HEADER, *map(row, range(20))))
    tail = b"".join(line + b"\n" for line in (OPEN, *map(row, range(20, 40))))
    file = written(tmp_path / name, head + tail)
    assert read(file) == ([str(n) for n in range(40)], [22])
    done = imported(file, tmp_path)
    assert (done.rows, [rejected.line for rejected in done.rejected]) == (40, [22])


def test_a_return_within_a_line_of_such_a_file_ends_no_row(tmp_path: Path) -> None:
    content = HEADER + b"\n" + row(1, b"one\rtwo") + b"\n" + row(2) + b"\n"
    assert read(written(tmp_path / "p.csv", content)) == (["1", "2"], [])


def test_lines_that_end_in_returns_alone_are_read(tmp_path: Path) -> None:
    lines = [HEADER, row(1, b'"in\nquotes"'), OPEN, row(3), b"4,ann,never,x", row(5)]
    file = written(tmp_path / "p.csv", b"\r".join(lines) + b"\r")
    assert mapping_for([file]) == CANONICAL
    assert read(file) == (["1", "3", "5"], [4, 6])
    done = imported(file, tmp_path)
    assert (done.rows, [rejected.line for rejected in done.rejected]) == (3, [4, 6])
    assert {rejected.file for rejected in done.rejected} == {"p.csv"}


def test_json_lines_that_end_in_returns_alone_are_read(tmp_path: Path) -> None:
    record = b'{"post_id": "%d", "account_id": "ann", "created_at": "2024-05-01T10:00:00Z"}'
    content = b"\r".join([record % 1, b"{no json", record % 3])
    file = written(tmp_path / "p.jsonl", content)
    assert mapping_for([file]) == CANONICAL
    assert read(file) == (["1", "3"], [2])
    assert imported(file, tmp_path).rows == 2


def test_a_file_of_returns_is_told_by_its_own_name(tmp_path: Path) -> None:
    file = written(tmp_path / "p.csv", b"post_id,who,created_at\r1,ann,2024-05-01T10:00:00Z\r")
    with pytest.raises(BadInputError) as refusal:
        read(file)
    assert refusal.value.place == f"{file}:1"


def test_ninety_quotes_left_open_cost_their_own_rows_only(tmp_path: Path) -> None:
    # Fifty rows between two of them: so no quote is closed by the next within a row's length.
    lines = [line for n in range(90) for line in (*map(row, range(50 * n, 50 * n + 50)), OPEN)]
    file = written(tmp_path / "posts.csv", b"\n".join([HEADER, *lines, b""]))
    rejected = [51 * n + 52 for n in range(90)]
    assert read(file) == ([str(n) for n in range(90 * 50)], rejected)
    done = imported(file, tmp_path)
    assert (done.rows, [each.line for each in done.rejected]) == (90 * 50, rejected)


@pytest.mark.parametrize("name", ["p.csv.gz", "p.jsonl.gz"])
@pytest.mark.parametrize("bad_last", [False, True])
def test_the_last_line_of_a_packed_file_needs_no_end(
    tmp_path: Path, name: str, *, bad_last: bool
) -> None:
    if name.startswith("p.csv"):
        lines = [HEADER, *map(row, range(3000)), b"77,ann"]
    else:
        record = b'{"post_id": "%d", "account_id": "ann", "created_at": "2024-05-01T10:00:00Z"}'
        lines = [*(record % n for n in range(3000)), b'{"post_id": "77", "acc']
    file = written(tmp_path / name, b"\n".join(lines if bad_last else lines[:-1]))
    ids, rejected = read(file)
    assert ids == [str(n) for n in range(3000)]
    assert rejected == ([len(lines)] if bad_last else [])
    done = imported(file, tmp_path)
    assert (done.rows, [each.line for each in done.rejected]) == (3000, rejected)


@pytest.mark.parametrize("lost", [1, 8, 30, 2000])
def test_a_packed_file_that_is_cut_off_is_refused_as_a_whole(tmp_path: Path, lost: int) -> None:
    content = b"\n".join([HEADER, *(row(n, b"%d" % (n**7)) for n in range(100_000))])
    file = tmp_path / "p.csv.gz"
    file.write_bytes(gzip.compress(content, 1)[:-lost])
    for reading in (lambda: read(file), lambda: imported(file, tmp_path)):
        with pytest.raises(BadInputError, match=r"p\.csv\.gz: the packed file is cut off") as told:
            reading()
        assert "gzip -dc" in told.value.hint


@pytest.mark.parametrize(
    "damage", [b"\x1f\x8b", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03zzzzzzz"]
)
def test_a_file_that_only_looks_packed_is_refused(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "p.csv.gz"
    file.write_bytes(damage)
    with pytest.raises(BadInputError, match="cut off or damaged"):
        read(file)
