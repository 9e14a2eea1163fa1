"""What kind of file this is, told from its first bytes.

Names lie and exports differ, so format, delimiter, header and encoding are read
from the file itself, before DuckDB sees it. A file that is not UTF-8 throughout is
refused here with the way out; single bad rows are left to the rejected rows.
"""

import csv
import gzip
import io
import re
from pathlib import Path
from typing import IO, Literal, cast

import msgspec

from legation.errors import BadInputError, NotFoundError
from legation.store.reading.damage import told_as_damage

Format = Literal["csv", "ndjson", "json", "parquet"]

SAMPLE = 1 << 20
_OTHERS = {
    b"PK\x03\x04": "a ZIP archive or a spreadsheet",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet or document of Office",
}
_DELIMITERS = ",;\t|"
_FEW = 5  # non-ASCII lines below which an encoding is not judged
_LONG = 1 << 24  # characters of one cell, as the csv module counts
_FIRST_LINE = re.compile(rb'(?:[^"\r\n]++|"[^"]*")*+(\r\n|\r|\n)')


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        columns: Names in the header of a CSV file; empty for other formats.
        delimiter: Between the cells of a CSV file.
        packed: The file is gzip.
        returns: Its lines end in carriage returns alone.
        even: It is a copy whose lines end in line feeds.
        copy_of: Name of the reader's file, where this is a copy in another form.
    """

    file: Path
    format: Format
    columns: tuple[str, ...] = ()
    delimiter: str = ","
    packed: bool = False
    returns: bool = False
    even: bool = False
    copy_of: str = ""

    @property
    def place(self) -> str:
        """Return the file's name to the reader."""
        return self.copy_of or str(self.file)


def open_bytes(file: Path) -> IO[bytes]:
    """Open a file for reading, unpacked when it is gzip."""
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(file, "rb")) if packed else file.open("rb")


def probe(file: Path) -> Probe:
    """Tell a file's format, header and delimiter.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is a folder, empty, not UTF-8, or has no usable header.
    """
    head, packed = _head(file)
    if head.startswith(b"PAR1"):
        return Probe(file=file, format="parquet")
    refuse_others(head, str(file))
    _refuse_other_encodings(file, head)
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise BadInputError(
            "the file is empty", place=str(file), hint="export the posts again, with a header"
        )
    returns = _ends_in_returns(body)
    if returns:
        body, head = (content.replace(b"\r", b"\n") for content in (body, head))
    if body[:1] in b"{[":
        form = _json_format(body)
        return Probe(file=file, format=form, packed=packed, returns=returns and form == "ndjson")
    columns, delimiter = _header(file, head)
    return Probe(
        file=file,
        format="csv",
        columns=columns,
        delimiter=delimiter,
        packed=packed,
        returns=returns,
    )


def refuse_others(head: bytes, place: str) -> None:
    """Refuse a file that is packed or laid out in a way nobody reads here.

    Raises:
        BadInputError: Its first bytes say so.
    """
    for sign, what in _OTHERS.items():
        if head.startswith(sign):
            raise BadInputError(
                f"this is {what}",
                place=place,
                hint="unpack it, or save it as CSV, JSON lines or Parquet",
            )


def require_file(file: Path, *, of_folder: str = "name the file in it") -> None:
    """Refuse what is no regular file: a device has no end, and a pipe may never begin.

    Raises:
        NotFoundError: There is nothing of that name.
        BadInputError: It is a folder, a device or a pipe.
    """
    if not file.exists():
        raise NotFoundError(f"no file {file}", hint="check the path")
    if file.is_dir():
        raise BadInputError("this is a folder", place=str(file), hint=of_folder)
    if not file.is_file():
        raise BadInputError(
            "this is no regular file", place=str(file), hint="write what it gives into a file first"
        )


def _head(file: Path) -> tuple[bytes, bool]:
    if not str(file).isprintable():
        # DuckDB takes names in UTF-8, and a line end in a name would forge what is told of it.
        raise BadInputError(
            "the file's name has signs that cannot be written",
            place=ascii(str(file)),
            hint="rename the file, or link it under a plain name",
        )
    require_file(file, of_folder="name the files in it, or watch the folder")
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    with told_as_damage(str(file)), open_bytes(file) as stream:
        return stream.read(SAMPLE), packed


def _ends_in_returns(body: bytes) -> bool:
    """Tell whether the first line, outside of quotes, ends in a carriage return alone."""
    if body[:1] in b"{[":
        return b"\r" in body.rstrip() and b"\n" not in body
    end = _FIRST_LINE.match(body)
    return end is not None and end[1] == b"\r"


def _json_format(body: bytes) -> Format:
    """A first line that is a whole object means one record on each line."""
    if body[:1] == b"[":
        return "json"
    first, _, rest = body.partition(b"\n")
    try:
        msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # A long or broken first line, followed by lines that are objects, is still line by line.
        return "ndjson" if rest.lstrip(b" \r\n").startswith(b"{") else "json"
    return "ndjson"


def _header(file: Path, head: bytes) -> tuple[tuple[str, ...], str]:
    text = head.decode("utf-8-sig", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_LONG)
    try:
        columns = tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as bad:
        raise BadInputError(
            f"the header cannot be read: {bad}",
            place=f"{file}:1",
            hint="a table starts with one line of column names",
        ) from bad
    # A spreadsheet leaves a column without a name where a line ends in a delimiter.
    columns = tuple(name or f"column {number}" for number, name in enumerate(columns, 1))
    seen: set[str] = set()
    for number, column in enumerate(columns, 1):
        if column.casefold() in seen:
            raise BadInputError(
                f"the column {column!r:.80} stands twice in the header",
                place=f"{file}:1:{number}",
                hint="give each column its own name",
            )
        seen.add(column.casefold())
    return columns, delimiter


def _refuse_other_encodings(file: Path, head: bytes) -> None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:2]:
        raise BadInputError(
            "the file is UTF-16",
            place=f"{file}:1:1",
            hint="save it as UTF-8, for instance: iconv -f UTF-16 -t UTF-8 FILE > NEW",
        )
    beyond = [line for line in head.split(b"\n")[:-1] if not line.isascii()]
    bad = [line for line in beyond if not _is_utf8(line)]
    if len(bad) >= _FEW and 2 * len(bad) > len(beyond):
        number = head[: head.find(bad[0])].count(b"\n") + 1
        raise BadInputError(
            "the file is not UTF-8, and which encoding it has cannot be told from here",
            place=f"{file}:{number}",
            hint=(
                "save it as UTF-8: iconv -f ENCODING -t UTF-8 FILE > NEW; Cyrillic is often "
                "WINDOWS-1251 or KOI8-R, western European WINDOWS-1252; a wrong one spoils the "
                "text without a word, so read some of it after converting"
            ),
        )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
