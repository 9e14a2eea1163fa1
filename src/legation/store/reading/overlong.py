"""Lines and records longer than any post, found before DuckDB reads the file.

DuckDB tells a record that is longer than a line may be, but one longer than its buffer
is lost without a word, and lines behind it are counted wrong. So the bytes are looked
through first: a line that long fills a whole block without a line end, and a record that
long a whole block without the beginnings of many cells. Of a file with such a block the quotes
are counted, if they stand where they should; only where a record may still be that long is it
walked record by record; what is too long there is emptied in a copy, and listed.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tempfile import mkstemp
from threading import Event
from typing import IO

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.errors import BadInputError
from legation.store.reading.cells import MAX_LINE
from legation.store.reading.locate import SHOWN
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.records import Grammar, header_of
from legation.store.reading.rejects import Rejected, stray_row, too_long
from legation.store.reading.shapeless import (
    END,
    QUOTE,
    beside_quotes,
    is_doubtful,
    without_shapeless,
)
from legation.store.reading.stray import Mended, let_go, unpacked

# The shortest row has an id, an account and a time in digits: 14 bytes. A text may be full of
# empty lines, but ten million lines that are shorter than that on the average are no export.
_MANY_LINES = 10_000_000
_SHORTEST = 14
_BLOCK = MAX_LINE >> 1  # two of these do not fit into a line without one of them being filled
_PIECE = 1 << 18  # what is made of it stays in a processor's cache
# A single quote behind a delimiter or line end: no cell has more than two.
_CELL = re.compile(rb'[,;\t|\n]"(?!")')


class _Fault(msgspec.Struct, frozen=True):
    """Bytes that must go: a record that is too long, or the first line of a stray quote."""

    start: int
    end: int
    stray: bool


def without_hopeless(probe: Probe, scratch: Path) -> Mended:
    """Return the file as it is, or a copy in which records too long, or many misfits, are empty.

    Raises:
        BadInputError: There are too many.
    """
    stop = Event()
    with ThreadPoolExecutor(1) as beside:
        # Both read the file as it is, and each leaves a processor idle.
        counted = beside.submit(is_doubtful, probe, stop.is_set)
        try:
            short = _without_overlong(probe, scratch)
        except BaseException:
            stop.set()
            raise
        if short.probe is not probe:
            stop.set()
        doubt = None if stop.is_set() else counted.result()
    found = without_shapeless(short.probe, scratch, doubt)
    rows = sorted((*short.rows, *found.rows), key=lambda row: row.line)
    return Mended(probe=found.probe, rows=tuple(rows))


def _without_overlong(probe: Probe, scratch: Path) -> Mended:
    if probe.format not in ("csv", "ndjson") or not _is_doubtful(probe):
        return Mended(probe=probe, rows=())
    if probe.format == "csv" and _has_short_records(probe):
        return Mended(probe=probe, rows=())
    whole = unpacked(probe, scratch)
    with (
        whole.open("rb") as stream,
        mmap(stream.fileno(), 0, access=ACCESS_READ) as content,
    ):
        faults = list(_faults(content, probe))
        found = _copied(content, faults, probe, scratch) if faults else Mended(probe=probe, rows=())
    if whole != probe.file:
        whole.unlink()
    return found


def _is_doubtful(probe: Probe) -> bool:
    """Tell whether a whole block may lie within one record.

    Raises:
        BadInputError: The file is made of lines that are too short to be rows.
    """
    few = 2 * len(probe.columns) + 1
    doubtful = quotes = False
    lines = size = 0
    with open_bytes(probe.file) as stream:
        while block := stream.read(_BLOCK):
            lines += _ends_in(block)
            size += len(block)
            if lines > _MANY_LINES and size < _SHORTEST * lines:
                raise BadInputError(
                    f"more than {_MANY_LINES:,} lines are empty or too short to be a row",
                    place=probe.place,
                    hint="this is no export of posts, or it is damaged; export it again",
                )
            if doubtful:
                continue
            if len(block) == _BLOCK and b"\n" not in block:
                doubtful = True
            elif probe.format == "csv" and len(block) == _BLOCK:
                quotes = quotes or b'"' in block
                doubtful = quotes and len(list(islice(_CELL.finditer(block), few))) < few
    return doubtful


def _has_short_records(probe: Probe) -> bool:
    """Tell whether quotes stand only where RFC 4180 has them, and a record ends in each block.

    Then, and only then, a place is inside a cell when the quotes before it are odd in number.
    """
    beside = beside_quotes(probe)
    inside, before = 0, END
    with open_bytes(probe.file) as stream:
        block = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf")
        while block:
            more = stream.read(_BLOCK)
            letters = np.frombuffer(block + more[:1], np.uint8)
            quotes = np.flatnonzero(letters[: len(block)] == QUOTE)
            opening, closing = quotes[inside::2], quotes[1 - inside :: 2]
            ahead = np.where(opening > 0, letters[opening - 1], before)
            behind = letters[closing[closing < len(letters) - 1] + 1]
            if not (beside[ahead].all() and beside[behind].all()):
                return False
            if more and not _ends_outside(letters, quotes, inside):
                return False
            inside, before = (inside + len(quotes)) % 2, block[-1]
            block = more
    return True


def _ends_outside(letters: NDArray[np.uint8], quotes: NDArray[np.int64], inside: int) -> bool:
    for size in (_PIECE, len(letters)):
        ends = np.flatnonzero(letters[:size] == END)
        if ((np.searchsorted(quotes, ends) + inside) % 2 == 0).any():
            return True
    return False


def _ends_in(block: bytes) -> int:
    letters = np.frombuffer(block, np.uint8)
    pieces = range(0, len(letters), _PIECE)
    return sum(int(np.count_nonzero(letters[at : at + _PIECE] == END)) for at in pieces)


def _copied(content: mmap, faults: list[_Fault], probe: Probe, scratch: Path) -> Mended:
    """Copy what is not at fault, and list the rest."""
    rows: list[Rejected] = []
    at, line = 0, 1
    number, name = mkstemp(dir=scratch, suffix=f".{probe.format}")
    with open(number, "wb") as target:  # noqa: PTH123 # a handle
        for fault in faults:
            line += _copy(content, at, fault.start, target)
            text = content[fault.start : min(fault.end, fault.start + 4 * SHOWN)]
            shown = text.decode("utf-8", errors="replace").rstrip("\r\n")[:SHOWN]
            rows.append((stray_row if fault.stray else too_long)(probe.place, line, shown))
            line += _emptied(content, fault, target)
            at = fault.end
        _copy(content, at, len(content), target)
    copy = msgspec.structs.replace(probe, file=Path(name), packed=False, copy_of=probe.place)
    return Mended(probe=copy, rows=tuple(rows))


def _faults(content: mmap, probe: Probe) -> Iterator[_Fault]:
    if probe.format == "ndjson":
        yield from _long_lines(content)
        return
    grammar = Grammar(probe)
    at, size = len(header_of(content)), len(content)  # type: ignore[arg-type] # mmap has readline
    while at < size:
        limit = min(at + MAX_LINE + 1, size)
        if (end := grammar.end_of_many(content, at, limit)) > at:
            at = end
            let_go(content, at)
            continue
        end = content.find(b"\n", at, limit) + 1
        if limit == size and not end:
            return
        if not end or not grammar.goes_on(content, at, limit):
            # Too long as it stands; or it fails on this line, which DuckDB tells.
            end = end or _line_end(content, limit)
            if end - at > MAX_LINE:
                yield _Fault(at, end, stray=False)
        elif limit < size and (whole := grammar.end_of_one(content, at)) > at:
            end = whole
            yield _Fault(at, end, stray=False)
        else:
            yield _Fault(at, end, stray=True)
        at = end


def _long_lines(content: mmap) -> Iterator[_Fault]:
    at, size = 0, len(content)
    while size - at > MAX_LINE:
        end = content.rfind(b"\n", at, at + MAX_LINE + 1) + 1
        if not end:
            end = _line_end(content, at + MAX_LINE)
            yield _Fault(at, end, stray=False)
        at = end
        let_go(content, at)


def _line_end(content: mmap, start: int) -> int:
    """Return where the line ends that goes on here, holding no more of it than a block."""
    for at in range(start, len(content), _BLOCK):
        if end := content.find(b"\n", at, at + _BLOCK) + 1:
            return end
        let_go(content, at)
    return len(content)


def _copy(content: mmap, start: int, end: int, target: IO[bytes]) -> int:
    """Copy bytes and return how many lines end in them."""
    lines = 0
    for at in range(start, end, _BLOCK):
        block = content[at : min(at + _BLOCK, end)]
        target.write(block)
        lines += block.count(b"\n")
        let_go(content, at)
    return lines


def _emptied(content: mmap, fault: _Fault, target: IO[bytes]) -> int:
    """Write as many empty lines as there were, with the file's own ends; return how many ended."""
    tail = content[max(fault.start, fault.end - 2) : fault.end]
    end = tail if tail == b"\r\n" else b"\n"
    lines = 0
    for at in range(fault.start, fault.end, _BLOCK):
        lines += content[at : min(at + _BLOCK, fault.end)].count(b"\n")
        let_go(content, at)
    target.write(end * max(lines, 1))
    return lines
