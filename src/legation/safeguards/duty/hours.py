"""Who is on duty when: gaps in which nobody is, and times in which two are by accident.

Pure: shifts in, times out. A shift ends where the next begins, so two that touch leave no gap
and do not overlap.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from legation.errors import UsageError
from legation.store.rota import Shift

AHEAD: Final = timedelta(days=7)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A time: from an instant up to another."""

    starts: datetime
    ends: datetime


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """Two shifts of one rank that meet in time."""

    first: Shift
    second: Shift
    starts: datetime
    ends: datetime


def on_duty(shifts: Iterable[Shift], at: datetime) -> list[Shift]:
    """Return the shifts of an instant, who is woken first at the top."""
    now = [one for one in shifts if one.starts <= at < one.ends]
    return sorted(now, key=lambda one: (one.rank, one.starts, one.shift_id))


def gaps(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[Span]:
    """Return the times within a span in which nobody is on duty."""
    found: list[Span] = []
    covered = start
    for one in sorted(shifts, key=lambda one: one.starts):
        if one.starts >= end:
            break
        if one.starts > covered:
            found.append(Span(starts=covered, ends=one.starts))
        covered = max(covered, one.ends)
    if covered < end:
        found.append(Span(starts=covered, ends=end))
    return found


def overlaps(shifts: Sequence[Shift]) -> list[Overlap]:
    """Return, for each shift that begins while another of its rank runs, the two of them."""
    found: list[Overlap] = []
    for rank in sorted({one.rank for one in shifts}):
        same = sorted(
            (one for one in shifts if one.rank == rank), key=lambda one: (one.starts, one.ends)
        )
        last: Shift | None = None
        for one in same:
            if last is not None and one.starts < last.ends:
                ends = min(last.ends, one.ends)
                found.append(Overlap(first=last, second=one, starts=one.starts, ends=ends))
            if last is None or one.ends > last.ends:
                last = one
    return found


def locally(shift: Shift) -> str:
    """Return when a shift is, by the clock of the zone in which it was written."""
    zone = ZoneInfo(shift.zone)
    starts, ends = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (shift.starts, shift.ends))
    return f"{starts} / {ends} {shift.zone}"


def typed_as(at: datetime, zone: str) -> str:
    """Return an instant as it is typed in a zone; the offset stands with it, so none is guessed."""
    return at.astimezone(ZoneInfo(zone)).isoformat(sep=" ")


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone.

    Raises:
        UsageError: There is none of that name.
    """
    if name not in available_timezones():
        raise UsageError(
            f"no time zone {name!r:.60}", hint="write it as UTC, Europe/Paris, Asia/Tokyo"
        )
    return ZoneInfo(name)


def read_quiet(text: str) -> tuple[time, time] | None:
    """Return quiet hours such as `22:00-07:00`; None for none.

    Raises:
        UsageError: They are not understood.
    """
    if not text:
        return None
    starts, _, ends = text.partition("-")
    try:
        return time.fromisoformat(starts.strip()), time.fromisoformat(ends.strip())
    except ValueError as bad:
        raise UsageError(
            f"the quiet hours {text!r:.40} are not understood", hint="write them as 22:00-07:00"
        ) from bad


def is_quiet(text: str, zone: str, at: datetime) -> bool:
    """Tell whether an instant is in the quiet hours of a place; they may pass midnight."""
    hours = read_quiet(text)
    if hours is None:
        return False
    starts, ends = hours
    local = at.astimezone(zone_named(zone)).time()
    if starts <= ends:
        return starts <= local < ends
    return local >= starts or local < ends
