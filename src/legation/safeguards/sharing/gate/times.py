"""Times rounded down, in whole objects, so that what STIX orders stays in its order.

A time to the second tells when somebody posted, or when an analyst was at work. Rounding down is
monotone, so `created` never comes after `modified`; where two times must differ and no longer do,
the later one is put one step after the earlier. Times inside of texts, in keys and as numbers are
rounded like others (`instants`); those of a pattern are not, for it would match something else.
Versions of one object keep their order: each comes at least a millisecond after the one before it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from legation.errors import RecordError
from legation.safeguards.sharing.gate.identifiers import is_extension
from legation.safeguards.sharing.gate.instants import (
    STEP,
    coarse_digits,
    coarse_number,
    coarse_text,
    is_number,
)
from legation.safeguards.sharing.gate.parts import Json, Path, rekeyed
from legation.safeguards.sharing.gate.policy import Times
from legation.stix.extensions import KINDS, extension_id
from legation.stix.timestamps import Timestamp

_TICK: Final = timedelta(milliseconds=1)
# STIX 2.1: the second of these is later than the first.
_LATER: Final = (
    ("valid_from", "valid_until"),
    ("start_time", "stop_time"),
)
# These tell which version it is; `copies` sees to them.
_VERSIONS: Final = frozenset({("created",), ("modified",)})
_OURS: Final = frozenset(map(extension_id, KINDS))
_EPOCH: Final = frozenset({"first", "last", "start", "end"})


def coarse(value: Json, unit: Times) -> dict[str, Any]:
    """Return an object with its times rounded down, those of its version aside.

    Args:
        value: The object.
        unit: To what; `exact` changes nothing.
    """
    if unit == "exact":
        return dict(value)
    kind = value.get("type")
    found = {name: _each(part, (name,), unit, kind) for name, part in value.items()}
    found = rekeyed(found, lambda name, path: _coarse_key(name, path, unit))
    return _finding(_apart(found, unit), unit)


def rounded(instant: Timestamp, unit: Times) -> Timestamp:
    """Return an instant rounded down.

    >>> rounded(Timestamp("2026-11-23T10:41:07.120Z"), "hour").text
    '2026-11-23T10:00:00.000Z'
    """
    if unit == "exact":
        return instant
    return Timestamp.of(_floor(instant.instant, unit))


def versions(instants: Sequence[Timestamp], unit: Times) -> list[Timestamp]:
    """Return the times of an object's versions, the oldest first: rounded, and all different."""
    found: list[Timestamp] = []
    for instant in instants:
        here = rounded(instant, unit)
        if found and here.moment <= found[-1].moment:
            here = after(found[-1])
        found.append(here)
    return found


def after(instant: Timestamp) -> Timestamp:
    """Return the time one millisecond later; at the end of the calendar, the same.

    >>> after(Timestamp("2026-11-23T10:00:00Z")).text
    '2026-11-23T10:00:00.001Z'
    """
    try:
        return Timestamp.of(instant.instant + _TICK)
    except OverflowError:
        return instant


def is_time(text: Any) -> bool:
    """Tell whether a value is a timestamp of STIX."""
    if not isinstance(text, str):
        return False
    try:
        Timestamp(text)
    except RecordError:
        return False
    return True


def _each(value: Any, path: Path, unit: Times, kind: Any) -> Any:
    if isinstance(value, str):
        return value if _is_kept(path, kind) else _coarse_text(value, path, unit)
    if isinstance(value, Mapping):
        return {name: _each(part, (*path, name), unit, kind) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each(part, (*path, at), unit, kind) for at, part in enumerate(value)]
    return coarse_number(value, path, unit) if is_number(value) else value


def _is_kept(path: Path, kind: Any) -> bool:
    if path in _VERSIONS or (path[0] == "granular_markings" and "selectors" in path):
        return True
    # What states the version of another is put right with that.
    stated = {"language-content": "object_modified", "indicator": "pattern"}
    return kind in stated and path == (stated[kind],)


def _coarse_text(text: str, path: Path, unit: Times) -> str:
    if is_time(text):
        found = Timestamp(text)
        floor = rounded(found, unit)
        return text if floor.moment == found.moment else floor.text
    return coarse_digits(coarse_text(text, unit), path, unit)


def _coarse_key(name: str, path: Path, unit: Times) -> str:
    if len(path) == 1 or is_extension(path):
        return name
    return _coarse_text(name, path[:-1], unit)


def _floor(instant: datetime, unit: Times) -> datetime:
    cut: dict[str, int] = {"microsecond": 0}
    if unit in ("hour", "day"):
        cut |= {"second": 0, "minute": 0}
    if unit == "day":
        cut |= {"hour": 0}
    return instant.astimezone(UTC).replace(**cut)  # type: ignore[arg-type]  # all are numbers


def _apart(value: dict[str, Any], unit: Times) -> dict[str, Any]:
    for first, last in _LATER:
        if not (is_time(value.get(first)) and is_time(value.get(last))):
            continue
        begin, end = Timestamp(value[first]), Timestamp(value[last])
        if end.moment <= begin.moment:
            try:
                value[last] = Timestamp.of(begin.instant + STEP[unit]).text
            except OverflowError:
                del value[last]
    return value


def _finding(value: dict[str, Any], unit: Times) -> dict[str, Any]:
    """Round the seconds since 1970 by which our findings and runs tell their times."""
    extensions = value.get("extensions")
    if not isinstance(extensions, dict):
        return value
    step = int(STEP[unit].total_seconds())
    for name in _OURS & extensions.keys():
        extensions[name] = _epochs(extensions[name], step)
    return value


def _epochs(value: Any, step: int) -> Any:
    if isinstance(value, dict):
        return {
            name: part // step * step
            if name in _EPOCH and isinstance(part, int) and not isinstance(part, bool)
            else _epochs(part, step)
            for name, part in value.items()
        }
    return [_epochs(part, step) for part in value] if isinstance(value, list) else value
