"""How values are written in the tables, the same on every engine.

A time of ours is whole microseconds since 1970, exact and sortable everywhere. A STIX
timestamp may be finer, so it becomes text whose order is the order of instants:
`2026-01-02T03:04:05.1200Z` and `2026-01-02T03:04:05.12Z` are one instant, one text.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from legation.errors import BadInputError
from legation.stix.timestamps import sortable as in_order

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_INDEXED = 200


def microseconds(at: datetime) -> int:
    """Return a time as microseconds since 1970.

    Raises:
        BadInputError: The time has no zone.
    """
    if at.tzinfo is None:
        raise BadInputError(f"{at} has no zone", place="", hint="give an aware time, in UTC")
    return (at - _EPOCH) // _MICROSECOND


def moment(since_1970: int) -> datetime:
    """Return microseconds since 1970 as a time in UTC."""
    return _EPOCH + since_1970 * _MICROSECOND


def instant(text: str, place: str) -> str:
    """Return a STIX timestamp in its sortable form.

    >>> instant("2026-01-02T03:04:05.1200Z", "modified")
    '2026-01-02T03:04:05.12'

    Raises:
        BadInputError: It is not a timestamp of STIX 2.1 (section 2.16).
    """
    try:
        return in_order(text)
    except ValueError as bad:
        raise BadInputError(
            str(bad), place=place, hint="write it as 2026-01-02T03:04:05.678Z"
        ) from bad


def sortable(at: datetime) -> str:
    """Return a time of ours in the sortable form of a STIX timestamp."""
    return instant(moment(microseconds(at)).isoformat().removesuffix("+00:00") + "Z", "time")


def plain(text: str) -> str:
    """Return text that every engine can keep: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def indexed(text: str) -> str:
    """Return the form of a property's value in the index: long values by their hash."""
    kept = plain(text)
    if len(kept) <= _LONGEST_INDEXED:
        return kept
    return "sha256:" + hashlib.sha256(kept.encode()).hexdigest()
