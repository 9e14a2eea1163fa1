"""Data files of a case: TOML that is read whole or refused whole, with the place of each fault.

Regimes of sanctions, playbooks and guides are data, and a ministry writes its own. What does not
fit is named by file, table, row and key, in words of somebody who has never seen the program.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec

from legation.errors import BadInputError, RecordError

_HINT: Final = "compare with the files of the same kind that ship"
# Ten times the largest that ships.
LONGEST: Final = 200_000
# The parser takes the square of the time for a key of so many parts.
_DEEP_KEY: Final = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){24}"""
)
_STEP: Final = re.compile(r"\.([^.\[\]`]+)|\[(\d+|\.\.\.)\]")
Shape = TypeVar("Shape")


def read_data(content: bytes, shape: type[Shape], *, place: str) -> Shape:
    """Read a data file as a value of one shape.

    Args:
        content: The file: TOML in UTF-8.
        shape: What it has to be.
        place: Its name, for errors.

    Raises:
        BadInputError: It is not; the place names table, row and key.
    """
    value = _parsed(content, place)
    try:
        return msgspec.convert(_plain(value, place), shape)
    except msgspec.ValidationError as bad:
        said, _, path = str(bad).replace("`", "").partition(" - at $")
        where = _where(value, path, place)
        raise BadInputError(said[:1].lower() + said[1:], place=where, hint=_HINT) from bad


def require_apart(keys: Iterable[str], table: str, *, place: str) -> None:
    """Require that each row of a table has a key of its own.

    Raises:
        BadInputError: A key comes twice.
    """
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            at = f"{place}: {table} {key}"
            raise BadInputError("the key comes twice", place=at, hint="keep one row")
        seen.add(key)


def require_known(key: str, known: Iterable[str], what: str, *, place: str) -> None:
    """Require that a key is one of those that a file has.

    Raises:
        RecordError: It is none; the hint names the nearest.
    """
    keys = sorted(known)
    if key not in keys:
        near = get_close_matches(key, keys, 1)
        raise RecordError(
            f"unknown {what} {key!r}",
            place=place,
            hint=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(keys) or 'none'}",
        )


def _parsed(content: bytes, place: str) -> dict[str, Any]:
    if len(content) > LONGEST:
        raise BadInputError(f"larger than {LONGEST:,} bytes", place=place, hint="split the file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=place, hint="save it as UTF-8") from bad
    if found := _DEEP_KEY.search(text):
        at = f"{place}:{text.count(chr(10), 0, found.start()) + 1}"
        raise BadInputError("a key of too many parts", place=at, hint=_HINT)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        raise BadInputError(str(bad), place=place, hint=_HINT) from bad
    except RecursionError as bad:
        raise BadInputError("nested too deep", place=place, hint=_HINT) from bad
    except ValueError as bad:
        # Python refuses to read figures without end; its words are about its own settings.
        raise BadInputError("a number beyond any", place=place, hint=_HINT) from bad


def _plain(value: Any, place: str) -> Any:
    """Return a value with its days as days; refuse a time, which no data file needs."""
    if isinstance(value, datetime):
        raise BadInputError("a time where a day is meant", place=place, hint="write 2026-03-02")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(part, f"{place}: {name}") for name, part in value.items()}
    return [_plain(part, place) for part in value] if isinstance(value, list) else value


def _where(value: Any, path: str, place: str) -> str:
    """Say a path as a person would: the row by its key where it has one, else by its number."""
    said: list[str] = []
    for name, number in _STEP.findall(path):
        if name:
            value = value.get(name) if isinstance(value, Mapping) else None
            said.append(name)
            continue
        rows = value if isinstance(value, list) and number.isdigit() else []
        value = rows[int(number)] if rows and int(number) < len(rows) else None
        key = value.get("key") if isinstance(value, Mapping) else None
        said.append(key if isinstance(key, str) and key else _counted(number))
    return f"{place}: {' '.join(said)}" if said else place


def _counted(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else ""
