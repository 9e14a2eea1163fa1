"""Records longer than any post: files that may hold one are told from those that cannot."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.store.reading import overlong
from legation.store.reading.cells import MAX_LINE
from legation.store.reading.overlong import _has_short_records, without_hopeless
from legation.store.reading.probe import probe

HEADER = b"id,who,when,text\n"
PLAIN = b"7,ann,2024-05-01T10:00:00Z,%s\n" % (b"x" * 4000)
QUOTED = b'7,ann,2024-05-01T10:00:00Z,"one, ""two""\nthree"\n'
BLOCK = 16


def file_of(folder: Path, *parts: bytes) -> Path:
    file = folder / "posts.csv"
    file.write_bytes(HEADER + b"".join(parts))
    return file


def test_a_file_with_few_quotes_is_not_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlong, "_faults", None)
    found = probe(file_of(tmp_path, QUOTED, PLAIN * (2 * MAX_LINE // len(PLAIN)), QUOTED))
    assert overlong._is_doubtful(found)
    assert without_hopeless(found, tmp_path).probe is found


def test_a_mark_of_byte_order_is_no_letter_before_a_quote(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_bytes(b'\xef\xbb\xbf"id","who"\n"1","ann"\n')
    assert _has_short_records(probe(file))


@pytest.mark.parametrize(
    "cell",
    [b'5" screen', b'"closed" too early', b'behind it "said"', b'"' + b"y\n" * MAX_LINE + b'"'],
)
def test_a_stray_quote_or_a_long_record_is_a_reason_to_walk(cell: bytes, tmp_path: Path) -> None:
    rows = PLAIN * (MAX_LINE // len(PLAIN))
    line = b"8,ann,2024-05-01T10:00:00Z," + cell + b"\n"
    assert not _has_short_records(probe(file_of(tmp_path, rows, line, rows)))


PIECES = ("a", ",", "\n", '"', '""', "b" * BLOCK, "c\n" * BLOCK)


@given(content=st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
@settings(max_examples=400)
def test_where_every_block_ends_a_record_none_is_longer_than_two_of_them(
    content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("blocks")
    found = probe(file_of(folder, b""))
    found.file.write_text(content, "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(overlong, "_BLOCK", BLOCK)
        short = _has_short_records(found)
    records = list(csv.reader(content.splitlines(keepends=True)))
    lengths = [len(",".join(record)) for record in records]
    if short and content.endswith("\n"):
        assert max(lengths, default=0) <= 2 * BLOCK + len(content) % BLOCK
