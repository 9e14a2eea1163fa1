"""Quotes that are never closed, and the rows behind them.

To a CSV reader all that follows such a quote is one cell, and where it notices that
something is wrong depends on what it read before. The rows there are good. So the file is
copied with such lines emptied, which moves no other line, and only they are rejected. One
walk from the header finds all of them, however many there are: a record that opens a quote
is followed to where the quote ends, and where it does not end as a quote should, or the
record has not the header's number of cells, its first line is one of them.
"""

import shutil
from collections import deque
from collections.abc import Iterator
from mmap import MADV_DONTNEED, PAGESIZE, mmap
from pathlib import Path
from tempfile import mkstemp
from typing import IO

import msgspec

from legation.store.reading.locate import SHOWN
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.records import Grammar, header_of
from legation.store.reading.rejects import MOST_REJECTED, Rejected, stray_row, too_many

_PIECE = 1 << 23


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """A file without lines that would hide others.

    Attributes:
        probe: The copy, in which they are empty.
        rows: They, as they are listed.
    """

    probe: Probe
    rows: tuple[Rejected, ...]


def mended(probe: Probe, at: int, scratch: Path, *, walked: bool = False) -> Mended:
    """Copy a CSV file, emptying the lines that a stray quote makes unreadable.

    Args:
        probe: The file.
        at: Where DuckDB met one: it may be a row beside.
        scratch: Where the copy goes.
        walked: The file was walked before, so it is the line that starts there.

    Raises:
        BadInputError: There are too many.
    """
    number, name = mkstemp(dir=scratch, suffix=".csv")
    stray: list[Rejected] = []
    with open_bytes(probe.file) as stream, open(number, "wb") as target:  # noqa: PTH123 # a handle
        for line, content, empty in _one(stream, at) if walked else _judged(stream, probe):
            if empty and (body := content.rstrip(b"\r\n")):
                shown = body.decode("utf-8", errors="replace")[:SHOWN]
                if len(stray) == MOST_REJECTED:
                    raise too_many(probe.place)
                stray.append(stray_row(probe.place, line, shown))
                target.write(content[len(body) :] or b"\n")
            else:
                target.write(content)
    copy = msgspec.structs.replace(
        probe, file=Path(name), packed=False, even=False, copy_of=probe.place
    )
    return Mended(probe=copy, rows=tuple(stray))


def _judged(stream: IO[bytes], probe: Probe) -> Iterator[tuple[int, bytes, bool]]:
    """Yield each line with its number, and whether it is stray."""
    header = header_of(stream)
    yield 1, header, False
    line = header.count(b"\n")
    grammar = Grammar(probe)
    ahead: deque[bytes] = deque()
    while content := ahead.popleft() if ahead else stream.readline():
        line += 1
        record = grammar.lines(content, ahead, stream)
        yield line, content, not record
        for _ in range(record - 1):
            line += 1
            yield line, ahead.popleft(), False


def _one(stream: IO[bytes], at: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield each line with its number, and whether it starts at this byte."""
    seen = 0
    for line, content in enumerate(stream, 1):
        yield line, content, seen == at
        seen += len(content)


def unpacked(probe: Probe, scratch: Path) -> Path:
    """Return the file, or what is packed in it."""
    if not probe.packed:
        return probe.file
    number, name = mkstemp(dir=scratch, suffix=".unpacked")
    with open_bytes(probe.file) as stream, open(number, "wb") as target:  # noqa: PTH123 # a handle
        shutil.copyfileobj(stream, target, _PIECE)
    return Path(name)


def let_go(content: mmap, at: int) -> None:
    """Take what was read out of memory; it would count as this process's own."""
    if whole := at // PAGESIZE * PAGESIZE:
        content.madvise(MADV_DONTNEED, 0, whole)
