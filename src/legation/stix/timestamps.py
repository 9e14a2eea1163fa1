"""STIX timestamps, exact.

STIX writes an instant as RFC 3339 text in UTC, and the number of its digits says
how precisely it is known. So the text is the value: it is kept as received, and the
instant is read from it. Leap seconds and nanoseconds are valid there, while Python's
clock has neither; `moment` orders them exactly.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Self, final

from legation.errors import RecordError

_SHAPE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z", re.ASCII)
_LEAP = 60
_MICRO_DIGITS = 6


@final
class Timestamp:
    """An instant as STIX writes it; equal when written alike.

    >>> Timestamp("2026-11-23T10:00:00.120Z").instant
    datetime.datetime(2026, 11, 23, 10, 0, 0, 120000, tzinfo=datetime.timezone.utc)

    Raises:
        RecordError: The text is no STIX timestamp.
    """

    # No dataclass: msgspec would read one from an object, and this is a text.
    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text; refuse what is no instant."""
        try:
            _read(text)
        except (ValueError, OverflowError) as bad:
            raise RecordError(
                f"{text[:40]!r} is no STIX timestamp",
                place="",
                hint="write it as 2026-11-23T10:00:00.000Z",
            ) from bad
        self._text = text

    def __eq__(self, other: object) -> bool:
        """Tell whether the other is written alike."""
        return isinstance(other, Timestamp) and self._text == other._text

    def __hash__(self) -> int:
        """Hash the text."""
        return hash(self._text)

    def __repr__(self) -> str:
        """Return the expression that makes this value."""
        return f"Timestamp({self._text!r})"

    def __str__(self) -> str:
        """Return the text as received."""
        return self._text

    @property
    def text(self) -> str:
        """The text as received."""
        return self._text

    @property
    def instant(self) -> datetime:
        """The instant in aware UTC; digits finer than a microsecond are cut."""
        second, fraction = _read(self._text)
        return second + timedelta(microseconds=int(fraction[:_MICRO_DIGITS].ljust(6, "0")))

    @property
    def moment(self) -> tuple[datetime, str]:
        """What orders two timestamps exactly, whatever their number of digits."""
        second, fraction = _read(self._text)
        return second, fraction.rstrip("0")

    @classmethod
    def of(cls, instant: datetime) -> Self:
        """Write an aware instant: milliseconds, or microseconds when it has them.

        Raises:
            RecordError: The instant has no zone.
        """
        if instant.tzinfo is None:
            raise RecordError(
                "an instant without a zone", place="", hint="give an aware datetime in UTC"
            )
        finest = "microseconds" if instant.microsecond % 1000 else "milliseconds"
        text = instant.astimezone(UTC).isoformat(timespec=finest)
        return cls(f"{text.removesuffix('+00:00')}Z")

    @classmethod
    def at(cls, epoch_seconds: int) -> Self:
        """Write a second since 1970, UTC.

        Raises:
            RecordError: The second lies outside the years 1 to 9999.
        """
        try:
            return cls.of(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch_seconds))
        except OverflowError as bad:
            raise RecordError(
                f"second {epoch_seconds} is outside the calendar",
                place="",
                hint="times are seconds, not milliseconds, since 1970",
            ) from bad


def sortable(text: str) -> str:
    """Return a timestamp as text whose order is the order of instants.

    >>> sortable("2026-01-02T03:04:05.1200Z")
    '2026-01-02T03:04:05.12'

    Raises:
        ValueError: It is not a timestamp of STIX 2.1 (section 2.16).
    """
    found = _SHAPE.fullmatch(text)
    # Second 60 is a leap second (RFC 3339, section 5.6), which datetime does not know.
    if found is None or not _exists(text[:19].removesuffix(":60")):
        raise ValueError(f"{text[:60]!r} is no STIX timestamp")
    return f"{text[:19]}.{found[7] or ''}".rstrip("0").rstrip(".")


def _exists(second: str) -> bool:
    try:
        datetime.fromisoformat(second)
    except ValueError:
        return False
    return True


def _read(text: str) -> tuple[datetime, str]:
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    leap = second == _LEAP
    whole = datetime(year, month, day, hour, minute, second - leap, tzinfo=UTC)
    return whole + timedelta(seconds=leap), match[7] or ""
