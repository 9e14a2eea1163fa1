"""Data files of a case: TOML that is read whole or refused whole, with the place of each fault.

Regimes of sanctions, playbooks and guides are data, and a ministry writes its own. What does not
fit is named by file, table, row and key, in words of somebody who has never seen the program.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import msgspec

from legation.errors import BadInputError, RecordError
from legation.knowledge.toml_file import read_toml

_HINT: Final = "compare with the files of the same kind that ship"
# Ten times the largest that ships.
LONGEST: Final = 200_000
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
    value = read_toml(content, place=place, longest=LONGEST, hint=_HINT)
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
