"""Zones that a calendar brings along (VTIMEZONE, RFC 5545, section 3.6.5).

Offices name their zones in their own way, such as "W. Europe Standard Time", and say beside it
by how much and when its clocks change. Rules of that kind are read: a fixed offset, or changes on
a weekday of a month of each year. Any other is refused in words, never guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from legation.errors import RecordError

OBSERVANCES: Final = ("STANDARD", "DAYLIGHT")
# What is read of an observance.
RULES: Final = ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE")
# A zone with all its history has some dozens; each is looked at for each time in that zone.
_MOST: Final = 200
# By the zone's name: its observances, each by its properties.
Zones = dict[str, list[dict[str, str]]]
_OFFSET: Final = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?", re.ASCII)
_LOCAL: Final = re.compile(r"\d{8}T\d{6}", re.ASCII)
_WEEKDAY: Final = re.compile(r"([+-]?[1-5])(MO|TU|WE|TH|FR|SA|SU)")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_HINT: Final = "write its times in UTC, or name a zone such as Europe/Paris"
_LAST_MONTH: Final = 12
# Clocks on earth were never farther from UTC than 15 h 13 min (Manila until 1844).
_FARTHEST: Final = timedelta(hours=16)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the clocks, and the rule by which it comes again.

    Attributes:
        starts: First of them, by the clocks before it.
        before: Offset until then.
        after: Offset from then on.
        month: Month in which it comes each year; 0: it came once.
        which: Which of the month's weekdays, from its end when negative.
        weekday: Monday is 0.
        until: It does not come after this instant.
    """

    starts: datetime
    before: timedelta
    after: timedelta
    month: int = 0
    which: int = 0
    weekday: int = 0
    until: datetime = datetime.max.replace(tzinfo=UTC)


def of_rules(
    at: datetime, observances: Sequence[Mapping[str, str]], name: str, place: str
) -> datetime:
    """Return the instant of a clock's time in a zone of a calendar's own.

    Raises:
        RecordError: Its rules are of another kind, or the time exists twice or not at all.
    """
    changes = _changes(tuple(tuple(each.items()) for each in observances[: _MOST + 1]))
    if changes is None:
        said = f"the zone {name[:40]!r} has rules that are not read"
        raise RecordError(said, place=place, hint=_HINT)
    came = sorted(
        {
            (local.replace(tzinfo=UTC) - one.before, one.before, one.after)
            for one in changes
            for local in _onsets(one, at.year)
        }
    )
    # Before the first of them the clocks stood as it says that they did.
    first = [(datetime.min.replace(tzinfo=UTC), came[0][1], came[0][1])] if came else []
    offsets = {after for _, _, after in (*first, *came)}
    found = [
        instant
        for offset in offsets
        if [
            after
            for when, _, after in (*first, *came)
            if when <= (instant := at.replace(tzinfo=UTC) - offset)
        ][-1:]
        == [offset]
    ]
    if len(found) == 1:
        return found[0]
    what = "exists twice" if found else "does not exist"
    raise RecordError(
        f"{at:%Y-%m-%d %H:%M} {what} in {name[:40]}: the clocks change",
        place=place,
        hint="write it with its offset, or in UTC",
    )


def _onsets(one: Change, year: int) -> Iterator[datetime]:
    """Yield when a change came in the years about one, by the clocks before it."""
    yield one.starts
    for each in range(max(year - 1, one.starts.year), year + 2) if one.month else ():
        day = one.starts.replace(year=each, month=one.month, day=1)
        if one.which > 0:
            day += timedelta(days=(one.weekday - day.weekday()) % 7 + 7 * (one.which - 1))
        else:
            following = (day + timedelta(days=31)).replace(day=1)
            last = following - timedelta(days=1)
            day = last - timedelta(days=(last.weekday() - one.weekday) % 7 + 7 * (-one.which - 1))
        met = day.month == one.month and day >= one.starts
        if met and day.replace(tzinfo=UTC) - one.before <= one.until:
            yield day


@lru_cache(maxsize=64)
def _changes(observances: tuple[tuple[tuple[str, str], ...], ...]) -> tuple[Change, ...] | None:
    """Read the rules of a zone once for all its times; None when one of them is of another kind."""
    if len(observances) > _MOST:
        return None
    try:
        return tuple(_change(dict(each)) for each in observances)
    except (ValueError, KeyError):
        return None


def _change(given: Mapping[str, str]) -> Change:
    """Read an observance.

    Raises:
        ValueError: It is of another kind.
        KeyError: It says too little.
    """
    offsets = [_OFFSET.fullmatch(given[each]) for each in ("TZOFFSETFROM", "TZOFFSETTO")]
    if None in offsets or not _LOCAL.fullmatch(given["DTSTART"]) or "RDATE" in given:
        raise ValueError(given)
    before, after = (_offset(one) for one in offsets if one)
    if max(abs(before), abs(after)) > _FARTHEST:
        raise ValueError(given)
    since = datetime.strptime(given["DTSTART"], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the clocks before the change
    rule = _rule(given.get("RRULE", ""), since)
    return Change(starts=since, before=before, after=after, **rule)  # type: ignore[arg-type]  # as named


def _rule(text: str, since: datetime) -> dict[str, object]:
    """Read a rule of each year.

    Raises:
        ValueError: It is of another kind.
    """
    if not text:
        return {}
    parts = dict(part.upper().split("=", 1) for part in text.split(";"))
    if parts.pop("FREQ") != "YEARLY" or parts.pop("INTERVAL", "1") != "1":
        raise ValueError(text)
    parts.pop("WKST", "")
    month = int(parts.pop("BYMONTH", since.month))
    day = _WEEKDAY.fullmatch(parts.pop("BYDAY"))
    until = parts.pop("UNTIL", "")
    if day is None or parts or not 1 <= month <= _LAST_MONTH:
        raise ValueError(text)
    rule: dict[str, object] = {
        "month": month,
        "which": int(day[1]),
        "weekday": _DAYS.index(day[2]),
    }
    if until:
        rule["until"] = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return rule


def _offset(found: re.Match[str]) -> timedelta:
    sign, hours, minutes, seconds = found.groups(default="0")
    size = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -size if sign == "-" else size
