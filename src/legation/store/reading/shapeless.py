"""Lines of a CSV file that cannot be rows, emptied before DuckDB reads it where they are many.

DuckDB keeps the whole line again for each cell that it has too many or too few, and no limit
of its own holds that back: of a file of 9 million such lines, 150 MB, it took 15 GB before it
ended. So lines are looked at first, by their line ends and delimiters: a sixteenth of the file,
the place chosen by chance in each megabyte, so that nobody can hide two megabytes of them. Where
that shows some, all lines are counted, and only a file with many that do not fit is walked record
by record: what cannot be a row is emptied in a copy, which moves no other line, and listed; after
a million the file is refused, with the line.
"""

from collections.abc import Callable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from random import SystemRandom
from tempfile import mkstemp
from typing import Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from legation.store.reading.cells import MAX_LINE
from legation.store.reading.line_ends import evened, uneven
from legation.store.reading.locate import SHOWN
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.records import Grammar, header_of
from legation.store.reading.rejects import MOST_REJECTED, Rejected, too_many, unread
from legation.store.reading.stray import Mended, let_go, unpacked

# DuckDB's own listing of so many takes some 100 MB; it also finds what is listed there.
_FEW: Final = 10_000
_MANY_CELLS: Final = 100_000
_BLOCK: Final = 1 << 22
_PIECE: Final = 1 << 19  # what is made of it stays in a processor's cache
# Of each region one part is looked at. What is smaller is counted whole.
_REGION: Final = 1 << 20
_PART: Final = 1 << 16
_SMALL: Final = 1 << 23
# More than so many misfits in the parts are a reason to count: a tenth of what `_FEW` would show.
_SEEN: Final = _FEW * _PART // _REGION // 10
# Of so many rows the text is kept as a reader may want it; of those behind them its beginning.
_BEGINNING: Final = 80
RETURN, END, QUOTE = 13, 10, 34


def beside_quotes(probe: Probe) -> NDArray[np.bool_]:
    """Tell, for each byte, whether it may stand before a quote that opens or behind one that ends.

    Where others stand there, quotes cannot be counted (RFC 4180).
    """
    table = np.zeros(256, np.bool_)
    table[[ord(probe.delimiter), END, RETURN, QUOTE]] = True
    return table


def without_shapeless(probe: Probe, scratch: Path, doubt: bool | None = None) -> Mended:
    """Return the file as it is, or a copy in which the lines that cannot be rows are empty.

    Args:
        probe: The file.
        scratch: Where copies may lie.
        doubt: What `is_doubtful` told of it; None: it was not asked.

    Raises:
        BadInputError: There are too many.
    """
    if not (is_doubtful(probe) if doubt is None else doubt):
        return Mended(probe=probe, rows=())
    given, probe = probe, evened(probe, scratch) if uneven(probe) else probe
    whole = unpacked(probe, scratch)
    number, name = mkstemp(dir=scratch, suffix=".csv")
    rows: list[Rejected] = []
    with (
        whole.open("rb") as stream,
        mmap(stream.fileno(), 0, access=ACCESS_READ) as content,
        open(number, "wb") as target,  # noqa: PTH123 # a handle
    ):
        at, line = 0, 1
        for start, end, kind in _misfits(content, probe):
            for block in range(at, start, _BLOCK):
                piece = content[block : min(block + _BLOCK, start)]
                target.write(piece)
                line += piece.count(b"\n")
            if len(rows) == MOST_REJECTED:
                raise too_many(f"{probe.place}:{line}")
            text = content[start : min(end, start + 4 * SHOWN)].decode("utf-8", errors="replace")
            shown = SHOWN if len(rows) < _FEW else _BEGINNING
            rows.append(unread(probe.place, line, kind, text.rstrip("\r\n")[:shown]))
            ends = content[start:end].count(b"\n")
            target.write(b"\n" * max(ends, 1))
            line += ends
            at = end
            let_go(content, at)
        for block in range(at, len(content), _BLOCK):
            target.write(content[block : block + _BLOCK])
            let_go(content, block)
    if whole != probe.file:
        whole.unlink()
    if not rows:
        Path(name).unlink()
        return Mended(probe=given, rows=())
    copy = msgspec.structs.replace(probe, file=Path(name), packed=False, copy_of=probe.place)
    return Mended(probe=copy, rows=tuple(rows))


def is_doubtful(probe: Probe, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Tell whether many lines have other cells than the header, or bytes that are no letters.

    Args:
        probe: The file.
        stopped: Tells, block by block, whether nobody waits for the answer.
    """
    if probe.format != "csv":
        return False
    if not _is_small(probe) and not _is_suspect(probe, stopped):
        return False
    count = _Count(probe)
    rest = b""
    with open_bytes(probe.file) as stream:
        while more := stream.read(_PIECE):
            block = rest + more
            cut = block.rfind(b"\n") + 1
            if cut:
                count.add(block[:cut])
            rest = block[cut:]
            if count.is_many() or len(rest) > MAX_LINE or stopped():
                return True
    if rest:
        count.add(rest + b"\n")
    return count.is_many()


def _is_small(probe: Probe) -> bool:
    return not probe.packed and probe.file.stat().st_size <= _SMALL


def _is_suspect(probe: Probe, stopped: Callable[[], bool]) -> bool:
    """Tell whether parts of the file, chosen by chance, hold lines that do not fit."""
    chance = SystemRandom()
    seen = 0
    with open_bytes(probe.file) as stream:
        while region := stream.read(_REGION):
            start = chance.randrange(max(len(region) - _PART, 0) + 1)
            seen += _fewest(region[start : start + _PART], probe)
            if seen > _SEEN or stopped():
                return True
    return False


def _fewest(part: bytes, probe: Probe) -> int:
    """Count the misfits of a part, which may begin inside a quoted cell: the fewer of both."""
    first, last = part.find(b"\n") + 1, part.rfind(b"\n") + 1
    if first >= last:
        return part.count(probe.delimiter.encode())  # a line as long as this is counted whole
    lines = part[first:last]
    outside = _Count(probe).add(lines).faults
    if not outside or b'"' not in lines:
        return outside
    # The record that is under way lacks the cells before.
    return min(outside, max(_Count(probe, inside=1).add(lines).faults - 1, 0))


class _Count:
    """Counts, block by block, the lines that do not fit, and the cells they have beyond."""

    def __init__(self, probe: Probe, inside: int = 0) -> None:
        """Begin behind a line end; `inside` is 1 when it stands in a quoted cell."""
        self._mark = ord(probe.delimiter)
        self._cells = len(probe.columns)
        self._misfits = self._beyond = 0
        self._inside = inside
        self._before = 0
        self._beside_quotes = beside_quotes(probe)

    @property
    def faults(self) -> int:
        """Lines that do not fit, and cells beyond."""
        return self._misfits + self._beyond

    def is_many(self) -> bool:
        return self._misfits > _FEW or self._beyond > _MANY_CELLS

    def add(self, block: bytes) -> Self:
        """Count in some lines; a quote that is open goes on in the next."""
        letters = np.frombuffer(block, np.uint8)
        special = letters == END
        special |= letters == self._mark
        special |= letters == QUOTE
        at = np.flatnonzero(special)
        signs = letters[at]
        quotes = signs == QUOTE
        if self._inside or quotes.any():
            opened = np.cumsum(quotes, dtype=np.int32)
            opened += self._inside
            opened &= 1
            self._misfits += self._misplaced(letters, at[quotes])
            self._inside = int(opened[-1])
            outside = opened == 0
            outside &= ~quotes
            at, signs = at[outside], signs[outside]
        ends = np.flatnonzero(signs == END)
        if len(ends):
            number = np.diff(ends, prepend=-1) - 1
            number[0] += self._before
            self._before = 0
            self._judge(letters, at[ends], number)
        self._before += len(signs) - 1 - int(ends[-1]) if len(ends) else len(signs)
        if not block.isascii() and not _is_text(_beyond_ascii(letters)):
            self._misfits += sum(not _is_text(line) for line in block.split(b"\n"))
        return self

    def _judge(
        self, letters: NDArray[np.uint8], ends: NDArray[np.int64], marks: NDArray[np.int64]
    ) -> None:
        """Count records by the delimiters in each, and where it ends."""
        odd = marks != self._cells - 1
        if odd.any():
            # An empty line is passed over by every reader.
            size = np.diff(ends, prepend=-1) - 1
            odd &= (size > 1) | ((size == 1) & (letters[ends - 1] != RETURN))
            self._misfits += int(odd.sum())
            self._beyond += int(np.maximum(marks - (self._cells - 1), 0).sum())

    def _misplaced(self, letters: NDArray[np.uint8], quotes: NDArray[np.int64]) -> int:
        """Count quotes that open a cell behind its beginning, or close it before its end."""
        opening = quotes[self._inside :: 2]
        closing = quotes[1 - self._inside :: 2]
        before = letters[opening[opening > 0] - 1]
        behind = letters[closing[closing < len(letters) - 1] + 1]
        fitting = self._beside_quotes
        return int((~fitting[before]).sum() + (~fitting[behind]).sum())


def _misfits(content: mmap, probe: Probe) -> Iterator[tuple[int, int, str]]:
    """Yield where lines stand that are no row, and why, in the file's order."""
    grammar = Grammar(probe)
    at, size = len(header_of(content)), len(content)  # type: ignore[arg-type] # mmap has readline
    while at < size:
        limit = min(at + MAX_LINE + 1, size)
        end = grammar.end_of_whole(content, at, limit)
        if end > at:
            if not _is_text(content[at:end]):
                yield from _unlettered(content, at, end, grammar)
            at = end
            let_go(content, at)
            continue
        end = content.find(b"\n", at, limit) + 1 or limit
        line = content[at:end]
        if end == size and grammar.end_of_one(content, at) == size:
            kind = "" if _is_text(line) else "INVALID ENCODING"
        elif line.strip(b"\r\n"):
            kind = grammar.fault(line)
        else:
            kind = ""
        if kind:
            yield at, end, kind
        at = end


def _unlettered(
    content: mmap, at: int, stop: int, grammar: Grammar
) -> Iterator[tuple[int, int, str]]:
    while at < stop:
        end = grammar.end_of_one(content, at)
        end = end if end > at else content.find(b"\n", at, stop) + 1 or stop
        if not _is_text(content[at:end]):
            yield at, end, "INVALID ENCODING"
        at = end


def _beyond_ascii(letters: NDArray[np.uint8]) -> bytes:
    """Leave out what is ASCII, but for the byte behind each letter: a torn letter stays torn."""
    kept = letters > 127  # noqa: PLR2004 # the last of ASCII
    kept[1:] |= kept[:-1]
    return letters[kept].tobytes()


def _is_text(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
