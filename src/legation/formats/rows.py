"""Registers as tables: CSV to typed rows and back, with the place of each fault.

The columns are the fields of a `msgspec.Struct`, so a table and the type that it fills cannot
part. Good rows of a bad table are read and the others listed with line, column and what to
do. Times need a zone, dates need none; lists stand in one cell, parted by `|`.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from legation.errors import BadInputError, LegationError, RecordError
from legation.formats.cells import safe_cell

MOST_ROWS: Final = 100_000
_LONGEST: Final = 64_000_000
_LONGEST_CELL: Final = 10_000
_BETWEEN: Final = "|"
_ZONE: Final = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")
Row = TypeVar("Row", bound=msgspec.Struct)


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was not taken.

    Attributes:
        line: Where it begins in the file, from 1.
        column: The cell at fault; empty when it is the whole row.
    """

    line: int
    column: str
    reason: str
    hint: str


class Rows(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """What a table holds: each good row with its line, and why the others are none."""

    good: tuple[tuple[int, Row], ...]
    refused: tuple[Refused, ...]


def read_rows(
    content: bytes, shape: type[Row], *, place: str, check: Callable[[Row], None] | None = None
) -> Rows[Row]:
    """Read a table.

    Args:
        content: The file: CSV in UTF-8, with a header.
        shape: What a row is.
        place: Name of the file, for errors.
        check: Raises where a row that has the right types is wrong all the same.

    Raises:
        BadInputError: It is no table of that kind.
    """
    heads, records = _records(content, place)
    known = {one.name: one for one in fields(shape)}
    _verify_heads(heads, known, place)
    good: list[tuple[int, Row]] = []
    refused: list[Refused] = []
    for line, cells in records:
        try:
            row = _row(dict(zip(heads, cells, strict=False)), cells, heads, shape, known)
            if check is not None:
                check(row)
        except LegationError as bad:
            column = bad.place if isinstance(bad, RecordError) else ""
            reason = str(bad).removeprefix(f"{column}: ")
            refused.append(Refused(line=line, column=column, reason=reason, hint=bad.hint))
        else:
            good.append((line, row))
    return Rows(good=tuple(good), refused=tuple(refused))


def heads_of(content: bytes, place: str) -> tuple[str, ...]:
    """Return the header of a table.

    Raises:
        BadInputError: It has none.
    """
    return _records(content, place)[0]


def write_rows(rows: Iterable[msgspec.Struct], shape: type[msgspec.Struct]) -> bytes:
    """Write a table that `read_rows` reads again, and that a spreadsheet may open."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = [one.name for one in fields(shape)]
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe_cell(_written(getattr(row, name))) for name in names])
    return out.getvalue().encode()


def _records(content: bytes, place: str) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    if len(content) > _LONGEST:
        raise BadInputError("larger than any register", place=place, hint="split the table")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=place, hint="save it as CSV in UTF-8") from bad
    if "\x00" in text:
        raise BadInputError("holds a NUL character", place=place, hint="save it as CSV in UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heads = tuple(cell.strip().casefold() for cell in next(reader, []))
    except csv.Error as bad:
        raise BadInputError(str(bad), place=f"{place}:1", hint="write a quote as two") from bad
    if not any(heads):
        raise BadInputError("no header", place=place, hint="give the names of the columns first")
    return heads, _lines(reader, place)


def _lines(reader: Any, place: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as bad:
            raise BadInputError(
                str(bad), place=f"{place}:{line}", hint="close the quote, or write it as two"
            ) from bad
        if any(cell.strip() for cell in cells):
            number += 1
            if number > MOST_ROWS:
                raise BadInputError(
                    f"more than {MOST_ROWS:,} rows", place=place, hint="split the table"
                )
            yield line, cells


def _verify_heads(heads: Sequence[str], known: Mapping[str, FieldInfo], place: str) -> None:
    at = f"{place}:1"
    for name in heads:
        if name not in known:
            near = get_close_matches(name, known, 1)
            raise BadInputError(
                f"unknown column {name[:40]!r}",
                place=at,
                hint=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}",
            )
        if heads.count(name) > 1:
            raise BadInputError(f"column {name!r} comes twice", place=at, hint="remove one")
    if missing := [name for name, one in known.items() if one.required and name not in heads]:
        raise BadInputError(
            f"column {missing[0]!r} is missing", place=at, hint=f"needed: {', '.join(missing)}"
        )


def _row(
    named: Mapping[str, str],
    cells: Sequence[str],
    heads: Sequence[str],
    shape: type[Row],
    known: Mapping[str, FieldInfo],
) -> Row:
    if len(cells) != len(heads):
        raise RecordError(
            f"{len(cells)} cells where the header has {len(heads)}",
            place="",
            hint="put a cell that holds a comma into quotes",
        )
    values: dict[str, Any] = {}
    for name, cell in named.items():
        text = _bare(cell).strip()
        if len(text) > _LONGEST_CELL:
            raise RecordError("longer than any cell", place=name, hint="shorten it")
        if text:
            values[name] = _read(name, text, known[name].type)
        elif known[name].required:
            raise RecordError(f"{name} is missing", place=name, hint="fill the cell")
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as bad:
        message, _, path = str(bad).partition(" - at `$.")
        name = path.partition("`")[0].partition("[")[0]
        raise RecordError(
            f"{values.get(name, '')!s:.60} is not allowed: {_plainly(message)}",
            place=name,
            hint=_choices(known[name].type) if name in known else "see the reference",
        ) from bad


def _read(name: str, text: str, kind: Any) -> Any:
    plain = _plain(kind)
    if get_origin(plain) is tuple:
        return [part.strip() for part in text.split(_BETWEEN) if part.strip()]
    if plain is datetime and not _ZONE.search(text):
        raise RecordError(
            f"{text[:40]!r} has no zone",
            place=name,
            hint="write it as 2026-03-02T10:00:00+01:00, or with Z for UTC",
        )
    if plain is bool:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    return text


def _plain(kind: Any) -> Any:
    """Return the type without None and without its bounds."""
    if isinstance(kind, type) or get_origin(kind) is tuple:
        return kind
    options = [one for one in get_args(kind) if one is not type(None)]
    return (
        _plain(options[0])
        if len(options) != len(get_args(kind)) or hasattr(kind, "__metadata__")
        else kind
    )


def _choices(kind: Any) -> str:
    allowed = [one for one in get_args(kind) if isinstance(one, str)]
    if allowed:
        return f"choose one of {', '.join(allowed)}"
    plain = _plain(kind)
    if plain is date:
        return "write a date as 2026-03-02"
    if plain is datetime:
        return "write it as 2026-03-02T10:00:00+01:00"
    return "see the reference of this table"


def _plainly(message: str) -> str:
    return message[:1].lower() + message[1:].replace("`", "")


def _bare(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a cell."""
    bare = cell.removeprefix("'")
    return bare if cell.startswith("'") and safe_cell(bare) != bare else cell


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return _BETWEEN.join(map(_written, value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
