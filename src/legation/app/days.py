"""Days as people type them, for doors that are asked what was known or held then."""

from datetime import UTC, datetime, time

from legation.errors import UsageError


def end_of_day(text: str) -> datetime | None:
    """Return the end of a day, UTC, or a time that has its zone; None for nothing.

    Raises:
        UsageError: It is neither.
    """
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text)
    except ValueError as bad:
        raise UsageError(f"{text[:40]!r} is no day", hint="write it as 2026-03-01") from bad
    if day.tzinfo is not None:
        try:
            return day.astimezone(UTC)
        except OverflowError as bad:
            raise UsageError("no such time in UTC", hint="write it as 2026-03-01") from bad
    if day.time() != time():
        raise UsageError("a time without a zone", hint="write 2026-03-01T10:00:00Z, or a day")
    return datetime.combine(day.date(), time.max, UTC)
