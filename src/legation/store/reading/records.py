"""Where a record of CSV ends, told from its bytes (RFC 4180).

A quote opens a cell only at its start, and ends it only before a delimiter or a line end;
blanks may stand around both, as DuckDB reads them.
So places between records are told by reading from one that is known, not by counting
quotes: one that stands within a cell without quotes would turn the count around. The
expressions give nothing back (`*+`), so a file is walked at some hundred megabytes a second.
"""

import re
from collections import deque
from collections.abc import Iterator
from mmap import mmap
from typing import IO

from legation.store.reading.cells import MAX_LINE
from legation.store.reading.probe import Probe

_INSIDE = rb'(?:[^"]++|"")*+'
_BLANK = (b"\n", b"\r\n", b"")


class Grammar:
    """What a record is, for one delimiter and number of cells."""

    def __init__(self, probe: Probe) -> None:
        """Take both from the file's header."""
        mark = re.escape(probe.delimiter.encode())
        # A cell without quotes at its ends may hold some: DuckDB reads or refuses it alone.
        plain = rb'(?! *")[^' + mark + rb"\r\n]*+"
        cell = rb'(?: *+"' + _INSIDE + rb'" *+|' + plain + rb")"
        line = rb"(?:" + cell + mark + rb")*+" + cell
        others = str(max(len(probe.columns) - 1, 0)).encode()
        self._cells = len(probe.columns)
        self._delimiter = probe.delimiter.encode()
        self._plain = re.compile(plain)
        self._opened = re.compile(rb' *+"' + _INSIDE)
        self._inside = re.compile(_INSIDE)
        self._closed = re.compile(rb'" *+')
        self._line = re.compile(line + rb"(?:\r?\n)?\Z")
        self._many = re.compile(rb"(?:" + line + rb"\r?\n)*+")
        self._exact = re.compile(
            rb"(?:" + cell + mark + rb"){" + others + rb"}" + cell + rb"(?:\r?\n|\Z)"
        )
        one = rb"(?:" + cell + mark + rb"){" + others + rb"}" + cell + rb"\r?\n"
        self._whole = re.compile(rb"(?:\r?\n|" + one + rb")*+")
        self._quoted = re.compile(rb'"' + _INSIDE + rb'"')
        self._begun = re.compile(
            rb"(?:"
            + cell
            + mark
            + rb')*+(?: *+"'
            + _INSIDE
            + rb'(?:" *+\r?)?|'
            + plain
            + rb"\r?)\Z"
        )

    def end_of_many(self, content: bytes | mmap, at: int, limit: int) -> int:
        """Return where the last of the well-formed records ends that follow one another."""
        # A line before the first quote is a record: these are passed over without a look.
        quote = content.find(b'"', at, limit)
        at = max(at, content.rfind(b"\n", at, limit if quote < 0 else quote) + 1)
        if quote < 0:
            return at
        found = self._many.match(content, at, limit)
        return found.end() if found else at

    def end_of_one(self, content: bytes | mmap, at: int) -> int:
        """Return where the record ends that starts here and has all its cells; or `at`."""
        found = self._exact.match(content, at)
        return found.end() if found else at

    def end_of_whole(self, content: bytes | mmap, at: int, limit: int) -> int:
        """Return where the last of the records ends that follow here and have all their cells."""
        found = self._whole.match(content, at, limit)
        return found.end() if found else at

    def fault(self, line: bytes) -> str:
        """Return why a line is no record that has all its cells, in DuckDB's words."""
        if not self._line.match(line):
            return "UNQUOTED VALUE"
        cells = self._quoted.sub(b"", line).count(self._delimiter) + 1
        return "TOO MANY COLUMNS" if cells > self._cells else "MISSING COLUMNS"

    def goes_on(self, content: bytes | mmap, at: int, limit: int) -> bool:
        """Tell whether what stands here may be a record that ends behind the limit."""
        return self._begun.match(content, at, limit) is not None

    def records(self, stream: IO[bytes], line: int) -> Iterator[tuple[int, bytes]]:
        """Yield the records of an open file with their lines; a line that is none counts as one.

        Args:
            stream: Stands where a record starts.
            line: Number of the line before.
        """
        ahead: deque[bytes] = deque()
        while content := ahead.popleft() if ahead else stream.readline():
            start, line = line + 1, line + 1
            for _ in range(self.lines(content, ahead, stream) - 1):
                content += ahead.popleft()
                line += 1
            if content not in _BLANK:
                yield start, content

    def lines(self, first: bytes, ahead: deque[bytes], stream: IO[bytes]) -> int:
        """Return of how many lines the record is that starts here; 0 when a quote is stray.

        Lines that were looked at stand in `ahead` afterwards.
        """
        if b'"' not in first or self._line.match(first):
            return 1
        content, at, cells, used, size = first, 0, 0, 0, len(first)
        while True:
            cells += 1
            if (opened := self._opened.match(content, at)) is None:
                at = _end(self._plain, content, at)
            else:
                at = opened.end()
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
                    at = _end(self._inside, content, 0)
                at = _end(self._closed, content, at)
            rest = content[at : at + 2]
            if rest[:1] == self._delimiter:
                at += 1
                continue
            ended = rest in (b"", b"\n", b"\r\n", b"\r")
            # One line with a cell too few or too many cannot swallow others: DuckDB tells it.
            return 1 + used if ended and (not used or cells == self._cells) else 0


def header_of(stream: IO[bytes]) -> bytes:
    """Read the header of an open file, with the line end that it may lack."""
    header = stream.readline()
    while header.count(b'"') % 2 and (line := stream.readline()):
        header += line
    return header if header.endswith(b"\n") else header + b"\n"


def _end(pattern: re.Pattern[bytes], content: bytes, at: int) -> int:
    found = pattern.match(content, at)
    return found.end() if found else at
