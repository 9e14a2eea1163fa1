"""A large file cut into slices that can each be read, masked and committed alone.

So memory does not grow with the file, and an import that was killed goes on at the
slice it had not finished. Cuts are made between records and depend on nothing but
the file, so the second run cuts where the first did.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from legation.store.reading.cells import MAX_LINE, at_path, quoted
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.records import Grammar, header_of

if TYPE_CHECKING:
    import duckdb

SLICE_BYTES = 1 << 27
UNPACKED = 5  # a packed export is about so many times larger
_SLICE_ROWS = 400_000
_BLOCK = 1 << 22


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a file, on disk until the next is taken.

    Attributes:
        number: From 0.
        file: Where it stands.
        offset: What is added to a line of the slice to get the line of the whole file.
        lines: The lines of the whole file that stand in it.
    """

    number: int
    file: Path
    offset: int
    lines: range


def slices(
    connection: "duckdb.DuckDBPyConnection", probe: Probe, scratch: Path, size: int = SLICE_BYTES
) -> Iterator[Slice]:
    """Yield the file in slices; the file of each is removed when the next is asked for."""
    if probe.format == "parquet":
        yield from _row_slices(connection, probe, scratch)
        return
    for number, (content, offset, lines) in enumerate(_byte_slices(probe, size)):
        file = scratch / f"slice-{number}.{probe.format}"
        file.write_bytes(content)
        yield Slice(number=number, file=file, offset=offset, lines=lines)
        file.unlink()


def in_parts(probe: Probe, rows: int, size: int | None = None) -> bool:
    """Tell whether a file comes in more than one slice; of a packed one it is guessed.

    Args:
        probe: The file.
        rows: How many it has.
        size: Bytes of a slice; None: as many as are usual.
    """
    if probe.format == "parquet":
        return rows > _SLICE_ROWS
    return probe.file.stat().st_size * (UNPACKED if probe.packed else 1) > (size or SLICE_BYTES)


def _row_slices(
    connection: "duckdb.DuckDBPyConnection", probe: Probe, scratch: Path
) -> Iterator[Slice]:
    source = f"read_parquet({at_path(probe.file)}, file_row_number = true)"
    rows = int(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])
    for number, start in enumerate(range(0, max(rows, 1), _SLICE_ROWS)):
        file = scratch / f"slice-{number}.parquet"
        connection.execute(
            f"COPY (SELECT * EXCLUDE (file_row_number) FROM {source} WHERE file_row_number >= "
            f"{start} AND file_row_number < {start + _SLICE_ROWS}) TO {quoted(str(file))} "
            "(FORMAT parquet)"
        )
        yield Slice(number=number, file=file, offset=start, lines=range(0))
        file.unlink()


def _byte_slices(probe: Probe, size: int) -> Iterator[tuple[bytes, int, range]]:
    """Yield each slice's bytes, header included, the offset of its lines, and its lines."""
    with open_bytes(probe.file) as stream:
        header, grammar = b"", None
        if probe.format == "csv":
            header, grammar = header_of(stream), Grammar(probe)
        first = lines = header.count(b"\n")
        rest = b""
        while True:
            content = rest + _read(stream, size - len(rest))
            if not content:
                return
            cut = _cut(content, grammar)
            while not cut and (more := stream.read(_BLOCK)):
                content += more
                cut = _cut(content, grammar)
            if not cut or len(content) < size:
                cut = len(content)
            last = lines + content.count(b"\n", 0, cut) + (content[cut - 1 : cut] != b"\n")
            yield header + content[:cut], lines - first, range(lines + 1, last + 1)
            lines = last
            rest = content[cut:]


def _read(stream: IO[bytes], size: int) -> bytes:
    """Read the full size, or to the end (gzip hands out less at a time)."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _cut(content: bytes, grammar: Grammar | None) -> int:
    """Return where the last record ends; 0 when none does."""
    if grammar is None:
        return content.rfind(b"\n") + 1
    at, size = 0, len(content)
    while True:
        at = grammar.end_of_many(content, at, size)
        end = content.find(b"\n", at) + 1
        # A quote that is never closed would hold all that follows in memory.
        if not end or (size - at <= MAX_LINE and grammar.goes_on(content, at, size)):
            return at
        at = end
