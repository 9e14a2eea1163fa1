"""Registers as tables: CSV to typed rows and back, with the place of each fault.

The columns are the fields of a `msgspec.Struct`, so a table and the type that it fills cannot
part. Good rows of a bad table are read and the others listed with line, column and what to
do. Times need a zone, dates none; lists are parted by `|`, columns by commas, semicolons or tabs.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final, Generic, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from legation.errors import BadInputError, LegationError, RecordError
from legation.formats.cells import bare_cell, clean, safe_cell
from legation.formats.marked import COLUMN

MOST_ROWS: Final = 100_000
_LONGEST: Final = 64_000_000
_LONGEST_CELL: Final = 10_000
# The limit of Python's reader, which another part of the program may have moved.
_FIELD: Final = 131_072
_BETWEEN: Final = "|"
# XLSX and ODS are ZIP; XLS is an OLE file.
_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PARTED: Final = (",", ";", "\t")
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEY_SIGN: Final = re.compile(r"[a-z0-9-]")
_NO_KEY: Final = re.compile(r"[^a-z0-9]+")
_LAST_HOUR: Final = 23
_LAST_SECOND: Final = 59
_FORMS: Final[Mapping[Any, Literal["day", "time", "number"]]] = {
    date: "day",
    datetime: "time",
    int: "number",
}
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


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table, as a form asks for it.

    Attributes:
        kind: text, list, day, time, number or choice.
        choices: What may stand there; empty where words are free.
    """

    name: str
    required: bool
    kind: Literal["text", "list", "day", "time", "number", "choice"]
    choices: tuple[str, ...] = ()


class Rows(msgspec.Struct, Generic[Row], frozen=True, kw_only=True):
    """What a table holds: each good row with its line, and why the others are none."""

    good: tuple[tuple[int, Row], ...]
    refused: tuple[Refused, ...]


def read_rows(
    content: bytes, shape: type[Row], *, place: str, settle: Callable[[Row], Row] | None = None
) -> Rows[Row]:
    """Read a table.

    Args:
        content: The file: CSV in UTF-8, with a header.
        shape: What a row is.
        place: Name of the file, for errors.
        settle: Returns a row under its one spelling; raises where it has the right types and is
            wrong all the same.

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
            row = row if settle is None else settle(row)
        except LegationError as bad:
            refused.append(refused_row(line, bad))
        else:
            good.append((line, row))
    return Rows(good=tuple(good), refused=tuple(refused))


def refused_row(line: int, bad: LegationError) -> Refused:
    """Return a row that was not taken, with the column at fault where the error names one."""
    column = bad.place if isinstance(bad, RecordError) else ""
    reason = str(bad).removeprefix(f"{column}: ")
    return Refused(line=line, column=column, reason=reason, hint=bad.hint)


def plainly(message: str) -> str:
    """Return what the reader of values says of one, without its marks.

    >>> plainly("Expected `int` <= 5")
    'expected int <= 5'
    """
    return message[:1].lower() + message[1:].replace("`", "")


def heads_of(content: bytes, place: str) -> tuple[str, ...]:
    """Return the header of a table.

    Raises:
        BadInputError: It has none.
    """
    return _records(content, place)[0]


def columns_of(shape: type[msgspec.Struct]) -> tuple[Column, ...]:
    """Return the columns of a table, with what may stand in them."""
    return tuple(_column(one) for one in fields(shape))


def write_rows(rows: Iterable[msgspec.Struct], shape: type[msgspec.Struct]) -> bytes:
    """Write a table that `read_rows` reads again, and that a spreadsheet may open."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = [one.name for one in fields(shape)]
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe_cell(_written(getattr(row, name))) for name in names])
    return out.getvalue().encode()


def cells_of(row: msgspec.Struct) -> list[tuple[str, str]]:
    """Return the columns of a row with its cells as a table has them, without the empty ones."""
    cells = [(one.name, _written(getattr(row, one.name))) for one in fields(type(row))]
    return [(name, text) for name, text in cells if text]


def _records(content: bytes, place: str) -> tuple[tuple[str, ...], Iterator[tuple[int, list[str]]]]:
    if len(content) > _LONGEST:
        raise BadInputError("larger than any register", place=place, hint="split the table")
    text = _text(content, place)
    first = text[:_LONGEST_CELL].partition("\n")[0]
    mark = max(_PARTED, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        heads = tuple("_".join(cell.split()).casefold() for cell in next(reader, []))
    except csv.Error as bad:
        raise _broken(bad, f"{place}:1") from bad
    if any(len(head) > _FIELD for head in heads):
        raise _too_long(f"{place}:1")
    if not any(heads):
        raise BadInputError("no header", place=place, hint="give the names of the columns first")
    lines = _lines(reader, place)
    if heads[-1] != COLUMN:
        return heads, lines
    # The label under which a table left is no part of it. A row too short or long stays so.
    return heads[:-1], ((line, cells[:-1]) for line, cells in lines)


def _text(content: bytes, place: str) -> str:
    hint = "save it as CSV in UTF-8"
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise BadInputError("this is UTF-16, not UTF-8", place=place, hint=hint)
    if content.startswith(_PACKED):
        said = "this is a workbook or another packed file, not CSV"
        raise BadInputError(said, place=place, hint="save its sheet as CSV in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = content.count(b"\n", 0, bad.start) + 1
        raise BadInputError("not UTF-8", place=f"{place}:{line}", hint=hint) from bad
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise BadInputError("holds a NUL character", place=f"{place}:{line}", hint=hint)
    return text


def _broken(bad: csv.Error, place: str) -> BadInputError:
    if "field limit" in str(bad):
        return _too_long(place)
    return BadInputError(str(bad), place=place, hint="close the quote, or write it as two")


def _too_long(place: str) -> BadInputError:
    said = f"a cell is longer than {_FIELD:,} letters"
    return BadInputError(said, place=place, hint="shorten it, or close the quote before it")


def _lines(reader: Any, place: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as bad:
            raise _broken(bad, f"{place}:{line}") from bad
        if any(len(cell) > _FIELD for cell in cells):
            raise _too_long(f"{place}:{line}")
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
            near = get_close_matches(name[:40], known, 1)
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
            f"{len(cells):,} cells where the header has {len(heads)}",
            place="",
            hint="put a cell that holds a comma into quotes",
        )
    values: dict[str, Any] = {}
    for name, cell in named.items():
        if len(cell) > _LONGEST_CELL:
            raise RecordError("longer than any cell", place=name, hint="shorten it")
        text = clean(bare_cell(cell), name)
        if text:
            values[name] = _read(name, text, known[name].type)
        elif known[name].required:
            raise RecordError(f"{name} is missing", place=name, hint="fill the cell")
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as bad:
        message, _, path = str(bad).partition(" - at `$.")
        name = path.partition("`")[0].partition("[")[0]
        raise _not_allowed(name, values.get(name, ""), message, known) from bad


def _not_allowed(
    name: str, value: Any, message: str, known: Mapping[str, FieldInfo]
) -> RecordError:
    """Return the error of a value of another type; a key tells which sign is none of its own."""
    if "matching regex" in message:
        parts = (value,) if isinstance(value, str) else value
        bad = next((part for part in parts if not _KEY.fullmatch(part)), "")
        sign = next((one for one in bad if not _KEY_SIGN.fullmatch(one)), bad[:1])
        plain = _NO_KEY.sub("-", bad.casefold()).strip("-")
        return RecordError(
            f"{bad!s:.60} is no key: {sign!r} ({unicodedata.name(sign, f'U+{ord(sign):04X}')})"
            if bad
            else f"{value!s:.60} is no key",
            place=name,
            hint="a key has small letters a to z, digits and hyphens"
            + (f", such as {plain:.60}" if plain else ""),
        )
    return RecordError(
        f"{value!s:.60} is not allowed: {plainly(message)}",
        place=name,
        hint=_choices(known[name].type) if name in known else "see the reference",
    )


def _read(name: str, text: str, kind: Any) -> Any:
    plain = _plain(kind)
    if get_origin(plain) is tuple:
        return [part for each in text.split(_BETWEEN) if (part := each.strip())]
    if plain is datetime:
        return _time(name, text)
    if plain is bool:
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    return text


def _time(name: str, text: str) -> str:
    """Return a time with its seconds, which may be left out; its zone may not."""
    hint = "write it as 2026-03-02T10:00+01:00, or with Z for UTC"
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    day, hour, minute, second, part, zone = found.groups(default="")
    if int(hour) > _LAST_HOUR:
        hint = "write the end of a day as 00:00 of the next one"
        raise RecordError(f"{text[:40]!r} has no such hour", place=name, hint=hint)
    if second and int(second) > _LAST_SECOND:
        hint = "a leap second is written as the second before it, 59"
        raise RecordError(f"{text[:40]!r} has no such second", place=name, hint=hint)
    if not zone:
        raise RecordError(f"{text[:40]!r} has no zone", place=name, hint=hint)
    zone = zone.upper() if zone in "Zz" else f"{zone[:3]}:{zone[-2:]}"
    return f"{day}T{hour}:{minute}:{second or '00'}{part}{zone}"


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


def _column(one: FieldInfo) -> Column:
    plain = _plain(one.type)
    allowed = _allowed(one.type)
    if get_origin(plain) is tuple:
        return Column(
            name=one.name, required=one.required, kind="list", choices=_allowed(get_args(plain)[0])
        )
    if plain is bool:
        return Column(name=one.name, required=one.required, kind="choice", choices=("no", "yes"))
    if allowed:
        return Column(name=one.name, required=one.required, kind="choice", choices=allowed)
    if plain in _FORMS:
        return Column(name=one.name, required=one.required, kind=_FORMS[plain])
    return Column(name=one.name, required=one.required, kind="text")


def _allowed(kind: Any) -> tuple[str, ...]:
    """Return the words of a choice, whether or not the cell may be empty."""
    found = [one for one in get_args(kind) if isinstance(one, str)]
    return tuple(found) or next(
        (
            words
            for one in get_args(kind)
            if get_origin(one) is Literal and (words := _allowed(one))
        ),
        (),
    )


def _choices(kind: Any) -> str:
    plain = _plain(kind)
    allowed = _allowed(get_args(plain)[0]) if get_origin(plain) is tuple else _allowed(kind)
    if allowed:
        return f"choose one of {', '.join(allowed)}"
    if plain is date:
        return "write a date as 2026-03-02"
    if plain is datetime:
        return "write it as 2026-03-02T10:00+01:00"
    return "see the reference of this table"


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
