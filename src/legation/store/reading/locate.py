"""The line of a record, found again by its place in the file.

DuckDB tells the line of a row that it cannot split, not of one that it reads well
and we refuse. The few of those are found again here: the file is walked in order,
and the n-th record's first line and text are given. It is slow, and only files with
rejected rows pay for it.
"""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from typing import IO

from legation.store.reading.cells import MAX_LINE
from legation.store.reading.probe import Probe, open_bytes

_BLOCK = 1 << 20
SHOWN = 2000  # characters of a rejected row that are kept


def located(
    probe: Probe, wanted: Collection[int], unsplit: Collection[int]
) -> Iterator[tuple[int, int, str]]:
    """Yield (n, line, text) of the n-th records, counted from 1 as DuckDB reads them.

    Args:
        probe: The file.
        wanted: Numbers of the records.
        unsplit: Lines at which rows start that DuckDB did not read: they have no number.
    """
    if probe.format == "parquet":
        yield from ((n, n, "") for n in sorted(wanted))
        return
    last = max(wanted, default=0)
    with open_bytes(probe.file) as stream:
        records = _csv_records(stream, probe) if probe.format == "csv" else _lines(stream)
        number = 0
        for line, text in records:
            if line in unsplit:
                continue
            number += 1
            if number in wanted:
                yield number, line, text[:SHOWN]
            if number >= last:
                return


def lines_at(positions: Sequence[int], probe: Probe) -> list[int]:
    """Return the lines, counted from 1, at which these bytes stand; positions ascend."""
    lines: list[int] = []
    seen, line = 0, 1
    with open_bytes(probe.file) as stream:
        for position in positions:
            while seen < position and (block := stream.read(min(_BLOCK, position - seen))):
                line += block.count(b"\n")
                seen += len(block)
            lines.append(line)
    return lines


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, str]]:
    for line, content in enumerate(stream, 1):
        if content.strip():
            yield line, content.decode("utf-8", errors="replace").rstrip("\r\n")


def _csv_records(stream: IO[bytes], probe: Probe) -> Iterator[tuple[int, str]]:
    csv.field_size_limit(MAX_LINE)
    taken: list[str] = []
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")

    def lines() -> Iterator[str]:
        for line in text:
            taken.append(line)
            yield line.replace("\x00", "\ufffd")

    reader = csv.reader(lines(), delimiter=probe.delimiter)
    next(reader, None)
    start = reader.line_num + 1
    taken.clear()
    for record in reader:
        if record:
            yield start, "".join(taken).rstrip("\r\n")
        taken.clear()
        start = reader.line_num + 1
