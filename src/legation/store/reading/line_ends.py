"""Lines that end in two ways, or in carriage returns alone.

DuckDB reads a file whose lines all end alike and gives up on one whose tail came from
another system. Such a file is copied to a scratch file with a line feed after each line
and read from there. Lines stay where they were, so that their numbers hold.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkstemp
from typing import IO, TYPE_CHECKING

import msgspec

from legation.store.reading.probe import Probe, open_bytes

if TYPE_CHECKING:
    import duckdb

_BLOCK = 1 << 22
_GIVEN_UP = "state machine reached an invalid state"


def gave_up(fault: "duckdb.Error", found: Probe) -> bool:
    """Tell whether DuckDB met line ends of two kinds, and the file was not evened yet."""
    return _GIVEN_UP in str(fault) and not found.even


def uneven(found: Probe) -> bool:
    """Tell whether a file of text has line ends of two kinds, be it within quotes."""
    if found.even or found.format not in ("csv", "ndjson"):
        return False
    returns = pairs = feeds = 0
    last = b""
    with open_bytes(found.file) as stream:
        while block := stream.read(_BLOCK):
            returns += block.count(b"\r")
            feeds += block.count(b"\n")
            pairs += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            last = block[-1:]
    return returns > 0 and not returns == pairs == feeds


def lines(stream: IO[bytes], found: Probe) -> Iterator[bytes]:
    """Yield the lines of an open file, whatever ends them."""
    if not found.returns:
        yield from stream
        return
    # Latin-1 gives every byte back as it was.
    text = io.TextIOWrapper(stream, encoding="latin-1", newline=None)
    try:
        for line in text:
            yield line.encode("latin-1")
    finally:
        text.detach()  # who opened the file closes it


def evened(found: Probe, scratch: Path) -> Probe:
    """Copy a file with a line feed as the end of each line.

    Where lines end in line feeds, with or without a return before them, a return within a
    line ends nothing and becomes a space.
    """
    number, name = mkstemp(dir=scratch, suffix=".even")
    lone = b"\n" if found.returns else b" "
    with open_bytes(found.file) as stream, open(number, "wb") as target:  # noqa: PTH123 # a handle
        left = b""
        while block := stream.read(_BLOCK):
            block = left + block
            left = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(left)]
            target.write(block.replace(b"\r\n", b"\n").replace(b"\r", lone))
        target.write(b"\n" if left else b"")
    return msgspec.structs.replace(
        found, file=Path(name), packed=False, returns=False, even=True, copy_of=found.place
    )
