"""iCalendar (RFC 5545), as far as events of one time go: read with their lines, and written.

What would change when something happens is never guessed: a time that does not exist or exists
twice on that day, or a zone that is not known, is refused in words.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from legation.errors import BadInputError, RecordError

TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?", re.ASCII
)

# By name: the text and its parameters.
Values = dict[str, tuple[str, dict[str, str]]]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event or a row: values by name, with parameters after semicolons."""

    place: str
    values: Values

    def value(self, name: str) -> str:
        """Return a value without blanks around it; empty where there is none."""
        return self.values[name][0].strip() if name in self.values else ""


def events(text: str) -> Iterator[Entry]:
    """Yield the events of a calendar, each with the line at which it begins.

    Raises:
        BadInputError: One has no end.
    """
    values: Values | None = None
    within: list[str] = []
    place = ""
    for number, line in _unfolded(text):
        name, parameters, value = _parted(line)
        if name == "BEGIN":
            within.append(value.upper())
            if value.upper() == "VEVENT":
                values, place = {}, f"line {number}"
        elif name == "END":
            if within[-1:] == ["VEVENT"] and values is not None:
                yield Entry(place=place, values=values)
                values = None
            within = within[:-1]
        elif within[-1:] == ["VEVENT"] and values is not None:
            values[name] = (value, parameters)
    if values is not None:
        raise BadInputError("an event has no end", place=place, hint="fetch the file again")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    line, first = "", 1
    for number, part in enumerate(text.splitlines(), 1):
        if part[:1] in (" ", "\t"):
            line += part[1:]
            continue
        if line:
            yield first, line
        line, first = part, number
    if line:
        yield first, line


def _parted(line: str) -> tuple[str, dict[str, str], str]:
    """Part `NAME;KEY="a:b":value`: a colon within quotes ends nothing."""
    found = re.match(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:]*))*):', line)
    if found is None:
        return "", {}, ""
    parameters = dict(re.findall(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)', found[2]))
    return (
        found[1].upper(),
        {key.upper(): text.strip('"') for key, text in parameters.items()},
        line[found.end() :],
    )


def stamp(event: Entry, name: str, zone: str) -> tuple[datetime, str]:
    """Return the instant of a property, and the zone in which it was written.

    Raises:
        RecordError: It is no time, or its zone is not known.
    """
    text, parameters = event.values.get(name, ("", {}))
    named = parameters.get("TZID", zone)
    if parameters.get("VALUE") == "DATE" or re.fullmatch(r"\d{8}", text):
        text += "T000000"
    found = TIME.fullmatch(text.strip())
    if found is None:
        raise RecordError(
            f"{name} {text!r:.40} is no time", place=event.place, hint="RFC 5545, section 3.3.5"
        )
    try:
        at = datetime(*(int(part) for part in found.groups()[:6]))  # type: ignore[arg-type] # noqa: DTZ001 - the zone follows
    except ValueError as bad:
        raise RecordError(
            f"{name} {text!r:.40} is no time", place=event.place, hint="check the day"
        ) from bad
    if found[7]:
        return at.replace(tzinfo=UTC), "UTC"
    return in_zone(at, named, event.place), named


def duration(event: Entry) -> timedelta:
    """Return how long an event is that states no end.

    Raises:
        RecordError: It does not say.
    """
    text = event.value("DURATION")
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        raise RecordError(
            "the event has no end", place=event.place, hint="it needs DTEND or DURATION"
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


@cache
def zones() -> frozenset[str]:
    """Return the zones that there are: the system's folders are walked once, not for each time."""
    return frozenset(available_timezones())


def in_zone(at: datetime, zone: str, place: str) -> datetime:
    """Return the instant of a clock's time in a zone."""
    if zone not in zones():
        said = f"the zone {zone!r:.40} is not known" if zone else "the time has no zone"
        raise RecordError(said, place=place, hint="name one such as Europe/Paris, or --zone")
    first, second = (at.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    exists = first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == at
    what = "exists twice" if exists else "does not exist"
    raise RecordError(
        f"{at:%Y-%m-%d %H:%M} {what} in {zone}: the clocks change",
        place=place,
        hint="write it with its offset, or in UTC",
    )


def utc(at: datetime) -> str:
    """Write an instant in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Write a text so that its commas and semicolons end nothing."""
    return re.sub(r"([\\;,])", r"\\\1", " ".join(text.split()))


def folded(line: str) -> str:
    """Fold a line after 70 letters at most; RFC 5545 allows 75 octets, of which one is a blank."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 70:  # noqa: PLR2004 - see above
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])


def plain(text: str) -> str:
    """Read a text that `escaped` wrote, on one line."""
    return re.sub(r"\\([\\;,])", r"\1", text.replace("\\n", " ").replace("\\N", " "))
