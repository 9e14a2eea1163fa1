"""A large file cut into slices that can each be read, masked and committed alone.

So memory does not grow with the file, and an import that was killed goes on at the
slice it had not finished. Cuts are made between records and depend on nothing but
the file, so the second run cuts where the first did.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from legation.store.reading.cells import quoted
from legation.store.reading.probe import Probe, open_bytes

if TYPE_CHECKING:
    import duckdb

SLICE_BYTES = 1 << 27
_SLICE_ROWS = 400_000
_BLOCK = 1 << 22


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a file, on disk until the next is taken.

    Attributes:
        number: From 0.
        file: Where it stands.
        offset: What is added to a line of the slice to get the line of the whole file.
    """

    number: int
    file: Path
    offset: int


def slices(
    connection: "duckdb.DuckDBPyConnection", probe: Probe, scratch: Path, size: int = SLICE_BYTES
) -> Iterator[Slice]:
    """Yield the file in slices; the file of each is removed when the next is asked for."""
    if probe.format == "parquet":
        yield from _row_slices(connection, probe, scratch)
        return
    for number, (content, offset) in enumerate(_byte_slices(probe, size)):
        file = scratch / f"slice-{number}.{probe.format}"
        file.write_bytes(content)
        yield Slice(number=number, file=file, offset=offset)
        file.unlink()


def _row_slices(
    connection: "duckdb.DuckDBPyConnection", probe: Probe, scratch: Path
) -> Iterator[Slice]:
    source = f"read_parquet({quoted(str(probe.file))}, file_row_number = true)"
    rows = int(connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])
    for number, start in enumerate(range(0, max(rows, 1), _SLICE_ROWS)):
        file = scratch / f"slice-{number}.parquet"
        connection.execute(
            f"COPY (SELECT * EXCLUDE (file_row_number) FROM {source} WHERE file_row_number >= "
            f"{start} AND file_row_number < {start + _SLICE_ROWS}) TO {quoted(str(file))} "
            "(FORMAT parquet)"
        )
        yield Slice(number=number, file=file, offset=start)
        file.unlink()


def _byte_slices(probe: Probe, size: int) -> Iterator[tuple[bytes, int]]:
    """Yield each slice's bytes, header included, and the offset of its lines."""
    with open_bytes(probe.file) as stream:
        header = _header(stream) if probe.format == "csv" else b""
        first = header.count(b"\n")
        lines = first
        rest = b""
        while True:
            content = rest + _read(stream, size - len(rest))
            if not content:
                return
            cut = _cut(content, probe, strict=True)
            while not cut and (more := stream.read(_BLOCK)):
                content += more
                cut = _cut(content, probe, strict=len(content) < 2 * size)
            if not cut or len(content) < size:
                yield header + content, lines - first
                return
            yield header + content[:cut], lines - first
            lines += content.count(b"\n", 0, cut)
            rest = content[cut:]


def _read(stream: IO[bytes], size: int) -> bytes:
    """Read the full size, or to the end (gzip hands out less at a time)."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _header(stream: IO[bytes]) -> bytes:
    header = stream.readline()
    while header.count(b'"') % 2 and (line := stream.readline()):
        header += line
    return header if header.endswith(b"\n") else header + b"\n"


def _cut(content: bytes, probe: Probe, *, strict: bool) -> int:
    """Return where the last record ends; 0 when none does.

    A quote that is never closed would hold all that follows in memory: when `strict` is
    off, a line that looks like a row is taken for one.
    """
    at = content.rfind(b"\n") + 1
    if probe.format != "csv":
        return at
    # Outside of quotes the number of quotes before is even ("" counts twice). A stray quote
    # would turn that around, so a place counts only if a row of full width follows.
    quotes = content.count(b'"', 0, at)
    while at:
        if (quotes % 2 == 0 or not strict) and _looks_like_a_row(content, at, probe):
            return at
        before = content.rfind(b"\n", 0, at - 1) + 1
        quotes -= content.count(b'"', before, at)
        at = before
    return 0


def _looks_like_a_row(content: bytes, at: int, probe: Probe) -> bool:
    end = content.find(b"\n", at)
    line = content[at : end if end >= 0 else len(content)]
    complete = end >= 0 and line.count(b'"') % 2 == 0
    return not complete or line.count(probe.delimiter.encode()) >= len(probe.columns) - 1
