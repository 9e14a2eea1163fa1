"""The tables of frameworks that ship: how one is read, and what it says of itself.

`tools/frameworks.py` writes them, `make techniques` runs it. Each is one file of columns parted by
tabs below a head, with the work, its publisher, edition, day and terms, the package that it was
taken from, and the SHA-256 of what follows. A table that is not what its head says is refused.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from itertools import takewhile
from typing import Any, Final

import msgspec

from legation.errors import BadInputError
from legation.knowledge.techniques import Source

_FOLDER: Final = "frameworks_data"
_HINT: Final = "make techniques writes the tables that ship; they are not edited by hand"


class TableSource(Source, frozen=True, kw_only=True):
    """Where the rows of one table were taken from.

    Attributes:
        table: Name of the table.
        package: The package that they were read from, with its version.
        left_out: What the package has and the table has not, with the reason.
    """

    table: str
    package: str
    left_out: str = ""


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a table says of itself.

    Attributes:
        table: Its name.
        framework: `disarm`, `attack` or `misp`.
        work: The work that its facts are from.
        publisher: Who keeps that.
        licence: Terms of the work.
        kind: What its rows are, such as `technique`.
        version: The edition that was read.
        as_of: The day that the package's content speaks for.
        package: The package that was read, with its version.
        notice: Where the owners' notices stand.
        rows: How many rows there are.
        sha256: Of all that follows the head.
        matrix: Part of ATT&CK.
        url: Page of a row, with `{number}`, or `{path}` where a point of the number parts folders.
        galaxy: Name of MISP's galaxy with the same things.
        tag: Value of a row's tag in that galaxy, with `{name}` and `{number}`.
        left_out: What the package has and the table has not, with the reason.
    """

    table: str
    framework: str
    work: str
    publisher: str
    licence: str
    kind: str
    version: str
    as_of: date
    package: str
    notice: str
    rows: int
    sha256: str
    matrix: str = ""
    url: str = ""
    galaxy: str = ""
    tag: str = ""
    left_out: str = ""

    def source(self) -> TableSource:
        """Return where the rows were taken from."""
        return TableSource(
            name=self.work,
            publisher=self.publisher,
            version=self.version,
            as_of=self.as_of,
            licence=self.licence,
            table=self.table,
            package=self.package,
            left_out=self.left_out,
        )


class FrameworkTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table that was read.

    Attributes:
        head: What it says of itself.
        rows: Its rows, each with the names of its columns.
    """

    head: Head
    rows: tuple[Mapping[str, str], ...]


def framework_tables(kind: str = "") -> tuple[FrameworkTable, ...]:
    """Read the tables that ship, in order of their names.

    Args:
        kind: What the rows of those that are wanted are; all tables if empty.

    Raises:
        BadInputError: A table is not what its head says.
    """
    folder = files("legation.knowledge").joinpath(_FOLDER)
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".tsv"))
    read = (read_framework_table(folder.joinpath(name).read_bytes(), place=name) for name in names)
    return tuple(table for table in read if kind in ("", table.head.kind))


def framework_notice() -> str:
    """Return what the owners of the works ask to be told with any copy of their facts."""
    return files("legation.knowledge").joinpath(_FOLDER, "NOTICE.txt").read_text("utf-8")


def read_framework_table(content: bytes, *, place: str) -> FrameworkTable:
    """Read a table.

    Args:
        content: Lines `# NAME: VALUE`, names of the columns, rows; parted by tabs, in UTF-8.
        place: Its name, for errors.

    Raises:
        BadInputError: It has no such form, or is not what its head says.
    """
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError as bad:
        raise BadInputError("this is no UTF-8", place=place, hint=_HINT) from bad
    marked = [line[2:].partition(": ") for line in takewhile(_is_head, lines)]
    body = content.split(b"\n", len(marked))[len(marked) :]
    head = _head({name: value for name, _, value in marked}, place)
    if hashlib.sha256(b"".join(body)).hexdigest() != head.sha256:
        raise BadInputError("the rows are not those of the head", place=place, hint=_HINT)
    columns, *rows = [tuple(line.split("\t")) for line in lines[len(marked) :]] or [()]
    if len(rows) != head.rows or any(len(row) != len(columns) for row in rows):
        raise BadInputError("a row is missing or has other columns", place=place, hint=_HINT)
    return FrameworkTable(
        head=head, rows=tuple(dict(zip(columns, row, strict=True)) for row in rows)
    )


def _is_head(line: str) -> bool:
    return line.startswith("# ")


def _head(said: Mapping[str, Any], place: str) -> Head:
    try:
        return msgspec.convert(said, Head, strict=False)
    except msgspec.ValidationError as bad:
        raise BadInputError(str(bad), place=place, hint=_HINT) from bad
