"""A quote that is never closed, and the rows behind it.

To a CSV reader all that follows such a quote is one cell. The rows there are good, so
the file is cut: what stands before the row, and what stands after its first line, are
read as files of their own, and only that line is rejected.
"""

import shutil
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from legation.store.reading.locate import SHOWN, lines_at
from legation.store.reading.part import Part
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.rejects import Rejected

_BLOCK = 1 << 20


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A file in two, without the line between.

    Attributes:
        before: What stands before the line.
        after: What stands after it, under the header.
        line: The line, counted from 1.
        text: What it says.
        header_lines: Lines of the header.
    """

    before: Probe
    after: Probe
    line: int
    text: str
    header_lines: int


def cut_at(probe: Probe, at: int, scratch: Path) -> Cut:
    """Cut a CSV file at the row that starts at this byte."""
    (line,) = lines_at([at], probe)
    # Names of their own: one file is cut again and again, and a name that grew would be too long.
    folder = Path(mkdtemp(dir=scratch))
    before, after = folder / "before.csv", folder / "after.csv"
    with open_bytes(probe.file) as stream, before.open("wb") as first, after.open("wb") as second:
        header = stream.readline()
        while header.count(b'"') % 2 and (more := stream.readline()):
            header += more
        first.write(header)
        second.write(header)
        left = at - len(header)
        while left > 0 and (block := stream.read(min(_BLOCK, left))):
            first.write(block)
            left -= len(block)
        text = stream.readline().decode("utf-8", errors="replace").rstrip("\r\n")
        shutil.copyfileobj(stream, second, _BLOCK)
    return Cut(
        before=msgspec.structs.replace(probe, file=before, packed=False, copy_of=probe.place),
        after=msgspec.structs.replace(
            probe, file=after, packed=False, even=False, copy_of=probe.place
        ),
        line=line,
        text=text[:SHOWN],
        header_lines=header.count(b"\n"),
    )


def stray_row(part: Part, line: int, text: str) -> Rejected:
    """Return the row with the quote, as it is listed."""
    return Rejected(
        file=part.shown,
        line=part.first_line + line,
        col="",
        reason="a quote is not closed",
        hint='write a quote inside a cell as ""',
        row_text=text,
    )
