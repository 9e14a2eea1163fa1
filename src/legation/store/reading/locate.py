"""The line of a record, found again by its place in the file.

DuckDB tells the line of a row that it cannot split, not of one that it reads well
and we refuse. The few of those are found again here: the file is walked in order,
and the n-th record's first line and text are given. It is slow, and only files with
rejected rows pay for it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import IO

from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.records import Grammar, header_of

_BLOCK = 1 << 20
SHOWN = 2000  # characters of a rejected row that are kept


def located(
    probe: Probe, wanted: Iterable[int], unsplit: Collection[int]
) -> Iterator[tuple[int, int, str]]:
    """Yield (n, line, text) of the n-th records, counted from 1 as DuckDB reads them.

    Args:
        probe: The file.
        wanted: Numbers of the records, ascending; asked for one by one, they may be many.
        unsplit: Lines at which rows start that DuckDB did not read: they have no number.
    """
    if probe.format == "parquet":
        yield from ((n, n, "") for n in wanted)
        return
    numbers = iter(wanted)
    if (next_one := next(numbers, None)) is None:
        return
    with open_bytes(probe.file) as stream:
        records = _csv_records(stream, probe) if probe.format == "csv" else _lines(stream)
        number = 0
        for line, content in records:
            if line in unsplit:
                continue
            number += 1
            if number == next_one:
                text = content.decode("utf-8", errors="replace").rstrip("\r\n")
                yield number, line, text[:SHOWN]
                if (next_one := next(numbers, None)) is None:
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


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for line, content in enumerate(stream, 1):
        if content.strip():
            yield line, content


def _csv_records(stream: IO[bytes], probe: Probe) -> Iterator[tuple[int, bytes]]:
    header = header_of(stream)
    yield from Grammar(probe).records(stream, header.count(b"\n"))
