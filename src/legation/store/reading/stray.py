"""Quotes that are never closed, and the rows behind them.

To a CSV reader all that follows such a quote is one cell. The rows there are good. So the
file is copied with such lines emptied, which moves no other line, and only they are
rejected. One walk finds all of them, however many there are: a record that opens a quote
is followed to where the quote ends, and where it does not end as a quote should, or the
record has not the header's number of cells, its first line is one of them.
"""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp
from typing import IO

import msgspec

from legation.store.reading.cells import MAX_LINE
from legation.store.reading.locate import SHOWN
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.rejects import Rejected


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """A file without its stray lines.

    Attributes:
        probe: The copy, in which they are empty.
        lines: Their numbers, counted from 1, and what they say.
    """

    probe: Probe
    lines: tuple[tuple[int, str], ...]


def mended(probe: Probe, at: int, scratch: Path) -> Mended:
    """Copy a CSV file, emptying the line that starts at this byte and all strays behind it."""
    number, name = mkstemp(dir=scratch, suffix=".csv")
    stray: list[tuple[int, str]] = []
    with open_bytes(probe.file) as stream, open(number, "wb") as target:  # noqa: PTH123 # a handle
        for line, content, empty in _judged(stream, probe, at):
            if empty:
                body = content.rstrip(b"\r\n")
                stray.append((line, body.decode("utf-8", errors="replace")[:SHOWN]))
                target.write(content[len(body) :])
            else:
                target.write(content)
    copy = msgspec.structs.replace(
        probe, file=Path(name), packed=False, even=False, copy_of=probe.place
    )
    return Mended(probe=copy, lines=tuple(stray))


def stray_rows(shown: str, found: Mended) -> Iterator[Rejected]:
    """Yield the lines with the quotes, as they are listed."""
    for line, text in found.lines:
        yield Rejected(
            file=shown,
            line=line,
            col="",
            reason="a quote is not closed",
            hint='write a quote inside a cell as ""',
            row_text=text,
        )


def _judged(stream: IO[bytes], probe: Probe, at: int) -> Iterator[tuple[int, bytes, bool]]:
    """Yield each line with its number, and whether it is stray."""
    seen, line = 0, 0
    while seen < at and (content := stream.readline()):
        seen += len(content)
        line += 1
        yield line, content, False
    line += 1
    yield line, stream.readline(), True
    grammar = _Grammar(probe)
    ahead: deque[bytes] = deque()
    while content := ahead.popleft() if ahead else stream.readline():
        line += 1
        if b'"' not in content:
            yield line, content, False
            continue
        record = grammar.record(content, ahead, stream)
        yield line, content, not record
        for _ in range(record - 1):
            line += 1
            yield line, ahead.popleft(), False


class _Grammar:
    """What a record is (RFC 4180), for one delimiter and number of cells."""

    def __init__(self, probe: Probe) -> None:
        mark = re.escape(probe.delimiter.encode())
        self._cells = len(probe.columns)
        self._delimiter = probe.delimiter.encode()
        # A cell without quotes at its ends may hold some: DuckDB reads or refuses it alone.
        self._plain = re.compile(rb"(?!\")[^" + mark + rb"\r\n]*+")
        self._inside = re.compile(rb'(?:[^"]++|"")*+')

    def record(self, first: bytes, ahead: deque[bytes], stream: IO[bytes]) -> int:
        """Return of how many lines the record is that starts here; 0 when its quote is stray.

        Lines that were looked at stand in `ahead` afterwards.
        """
        content, at, cells, used, size = first, 0, 0, 0, len(first)
        while True:
            cells += 1
            if content[at : at + 1] != b'"':
                at = self._end(self._plain, content, at)
            else:
                at = self._end(self._inside, content, at + 1)
                while at == len(content):
                    if used == len(ahead):
                        more = stream.readline()
                        if not more:
                            return 0
                        ahead.append(more)
                    content, at = ahead[used], 0
                    used += 1
                    size += len(content)
                    if size > MAX_LINE:
                        return 0
                    at = self._end(self._inside, content, 0)
                at += 1
            rest = content[at : at + 2]
            if rest[:1] == self._delimiter:
                at += 1
                continue
            ended = rest in (b"", b"\n", b"\r\n", b"\r")
            # What fails on one line cannot swallow others: DuckDB tells it better.
            return 1 + used if not used or (ended and cells == self._cells) else 0

    @staticmethod
    def _end(pattern: re.Pattern[bytes], content: bytes, at: int) -> int:
        found = pattern.match(content, at)
        return found.end() if found else at
