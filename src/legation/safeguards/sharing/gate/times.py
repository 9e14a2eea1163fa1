"""Times rounded down, in whole objects, so that what STIX orders stays in its order.

A time to the second tells when somebody posted, or when an analyst was at work. Rounding down is
monotone, so `created` never comes after `modified`; where two times must differ and no longer do,
the later one is put one step after the earlier. Times inside of texts are rounded like others;
those of a pattern are not, for it would match something else. Versions of one object keep their
order: each comes at least a millisecond after the one before it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from legation.errors import RecordError
from legation.safeguards.sharing.gate.parts import Json, Path, mapped
from legation.safeguards.sharing.gate.policy import Times
from legation.stix.extensions import KINDS, extension_id
from legation.stix.timestamps import Timestamp

_INSTANT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ])(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?(?![\d:])",
    re.ASCII,
)
_STEP: Final[Mapping[Times, timedelta]] = {
    "second": timedelta(seconds=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_TICK: Final = timedelta(milliseconds=1)
# STIX 2.1: the second of these is later than the first.
_LATER: Final = (
    ("valid_from", "valid_until"),
    ("start_time", "stop_time"),
)
# These tell which version it is; `copies` sees to them.
_VERSIONS: Final = frozenset({"created", "modified", "object_modified"})
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
    found: dict[str, Any] = mapped(
        value, lambda text, path: text if _is_kept(path) else _coarse_text(text, unit)
    )
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


def _is_kept(path: Path) -> bool:
    return path[-1] in _VERSIONS or path[0] == "pattern"


def _coarse_text(text: str, unit: Times) -> str:
    if ":" not in text or not _INSTANT.search(text):
        return text
    if is_time(text):
        found = Timestamp(text)
        floor = rounded(found, unit)
        return text if floor.moment == found.moment else floor.text
    return _INSTANT.sub(lambda found: _within(found, unit), text)


def _within(found: re.Match[str], unit: Times) -> str:
    day, hour, minute, second, fraction, zone = found.groups(default="")
    if unit == "day":
        hour = "00"
    if unit in ("day", "hour"):
        minute, second = "00", "00" if second else ""
    seconds = f":{second}" if second else ""
    # A pattern of STIX asks for three digits where there are some.
    return f"{day}{hour}:{minute}{seconds}{'.000' if fraction else ''}{zone}"


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
                value[last] = Timestamp.of(begin.instant + _STEP[unit]).text
            except OverflowError:
                del value[last]
    return value


def _finding(value: dict[str, Any], unit: Times) -> dict[str, Any]:
    """Round the seconds since 1970 by which our findings and runs tell their times."""
    extensions = value.get("extensions")
    if not isinstance(extensions, dict):
        return value
    step = int(_STEP[unit].total_seconds())
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
