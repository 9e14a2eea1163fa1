"""iCalendar (RFC 5545), as far as events of one time go: read with their lines, and written.

What would change when something happens is never guessed: a time that does not exist or exists
twice on that day, or a zone that is not known, is refused in words. Lines end where the standard
says, with CR LF, or LF as many programs write it, and are unfolded before letters are made of
their bytes: a fold may stand within a letter.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from legation.errors import BadInputError, RecordError
from legation.formats.timezones import OBSERVANCES, RULES, Zones, of_rules

TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)", re.ASCII)
_DAY: Final = re.compile(r"\d{8}", re.ASCII)
_DURATION: Final = re.compile(
    r"\+?P(?:(\d{1,3})W|(?:(\d{1,4})D)?"
    r"(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?)",
    re.ASCII,
)
_LEAP: Final = "60"
# The standard has three: an alarm of an event of a calendar.
_DEEPEST: Final = 16

# By name: the text and its parameters.
Values = dict[str, tuple[str, dict[str, str]]]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event or a row: values by name, with parameters after semicolons.

    Attributes:
        nested: Whether another event stood inside it, which the standard does not know.
        often: Names of properties that stood in it more than once.
        zones: What the calendar itself says of its zones.
    """

    place: str
    values: Values
    nested: bool = False
    often: frozenset[str] = frozenset()
    zones: Zones = msgspec.field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return a value without blanks around it; empty where there is none."""
        return self.values[name][0].strip() if name in self.values else ""

    def calendar(self, name: str) -> str:
        """Return a property of the calendar that the event stands in, such as METHOD."""
        return self.value(f"VCALENDAR.{name}")


def is_calendar(content: bytes) -> bool:
    """Tell whether a file is a calendar.

    >>> is_calendar(b"BEGIN:VCALENDAR"), is_calendar(b"key,name")
    (True, False)
    """
    return content.lstrip(codecs.BOM_UTF8 + b" \r\n")[:15].upper() == b"BEGIN:VCALENDAR"


def events(content: bytes, place: str = "") -> list[Entry]:
    """Return the events of a calendar, each with the line at which it begins.

    Raises:
        BadInputError: One or the calendar has no end, or the file is not UTF-8.
    """
    reading = _Reading()
    for number, line in _lines(content, place):
        reading.take(number, *_parted(line))
    reading.verify_ended()
    return reading.found


class _Reading:
    """The parts of a calendar as they come: within what one stands, and what was found."""

    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.values: Values | None = None
        self.place = ""
        self._whole: Values = {}
        self._zones: Zones = {}
        self._zone = ""
        self._within: list[str] = []
        self._began: list[int] = []
        self._often: set[str] = set()
        self._nested = False
        self._depth = 0

    def take(self, number: int, name: str, parameters: dict[str, str], value: str) -> None:
        """Take in a line."""
        if name == "BEGIN":
            self._begin(number, value.strip().upper())
        elif name == "END":
            self._end(number, value.strip().upper())
        elif not self._within:
            return
        elif self.values is not None:
            if len(self._within) == self._depth:
                if name == "CATEGORIES" and name in self.values:  # a list may stand in several
                    value = f"{self.values[name][0]},{value}"
                self._often |= {name} & self.values.keys()
                self.values[name] = (value, parameters)
        elif self._within[-1] == "VCALENDAR":
            self._whole[f"VCALENDAR.{name}"] = (value, parameters)
        elif self._within[-1] == "VTIMEZONE" and name == "TZID":
            self._zone = value.strip()
        elif self._within[-1] in OBSERVANCES and name in RULES and self._zones.get(self._zone):
            self._zones[self._zone][-1].setdefault(name, value.strip())

    def _begin(self, number: int, what: str) -> None:
        if len(self._within) == _DEEPEST:
            raise BadInputError(
                f"{what[:40]} begins within {_DEEPEST} others",
                place=f"line {number}",
                hint="fetch the file again: parts of a calendar do not stand so deep",
            )
        self._within.append(what)
        self._began.append(number)
        if what == "VEVENT" and self.values is not None:
            self._nested = True
        elif what == "VEVENT":
            self.values, self._often, self._nested = dict(self._whole), set(), False
            self.place, self._depth = f"line {number}", len(self._within)
        elif what in OBSERVANCES:
            self._zones.setdefault(self._zone, []).append({})

    def verify_ended(self) -> None:
        """Require that all that began has ended.

        Raises:
            BadInputError: Something has no end, so the file was cut off.
        """
        if self._within:
            raise _endless(self._within[-1], self._began[-1])

    def _end(self, number: int, what: str) -> None:
        if self._within and self._within[-1] != what:
            if what in self._within:
                raise _endless(self._within[-1], self._began[-1])
            raise BadInputError(
                f"{what[:40]} ends and never began",
                place=f"line {number}",
                hint="fetch the file again",
            )
        if self.values is not None and len(self._within) == self._depth:
            self.found.append(
                Entry(
                    place=self.place,
                    values=self.values,
                    nested=self._nested,
                    often=frozenset(self._often),
                    zones=self._zones,
                )
            )
            self.values = None
        self._within, self._began = self._within[:-1], self._began[:-1]


def _endless(what: str, line: int) -> BadInputError:
    return BadInputError(
        f"{what[:40]} never ends", place=f"line {line}", hint="fetch the file again, it is cut off"
    )


def _lines(content: bytes, place: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, unfolded, each with the number of its first."""
    pieces: list[bytes] = []
    first = 1
    for number, part in enumerate((*content.removeprefix(codecs.BOM_UTF8).split(b"\n"), b""), 1):
        bare = part.removesuffix(b"\r")
        if bare[:1] in (b" ", b"\t"):
            pieces.append(bare[1:])
            continue
        if line := b"".join(pieces):
            yield first, _decoded(line, first, place)
        pieces, first = [bare], number


def _decoded(line: bytes, number: int, place: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as bad:
        at = f"{place}:{number}" if place else f"line {number}"
        raise BadInputError("not UTF-8", place=at, hint="export it again as UTF-8") from bad


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
    text, named = text.strip(), parameters.get("TZID") or zone
    if is_day(event, name):
        text += "T000000"
    found = TIME.fullmatch(text)
    if found is None:
        what = "is no time" if text else "is missing"
        raise RecordError(
            f"{name} {text!r:.40} {what}" if text else f"{name} {what}",
            place=event.place,
            hint="write it as 20260302T100000Z, with its seconds (RFC 5545, section 3.3.5)",
        )
    *parts, second, universal = found.groups()
    # RFC 5545, section 3.3.12: who knows no leap seconds takes 60 for 59.
    second = "59" if second == _LEAP else second
    try:
        at = datetime(*(int(part) for part in (*parts, second)))  # type: ignore[arg-type] # noqa: DTZ001 - the zone follows
    except ValueError as bad:
        raise RecordError(
            f"{name} {text!r:.40} is no time", place=event.place, hint="check day and hour"
        ) from bad
    if universal:
        return at.replace(tzinfo=UTC), "UTC"
    if named not in zones() and named in event.zones:
        return of_rules(at, event.zones[named], named, event.place), named
    return in_zone(at, named, event.place), named


def rezoned(event: Entry, zone: str) -> tuple[Entry, set[str]]:
    """Return an event whose times of a zone that nobody knows are those of another, and its names.

    Args:
        event: Of a calendar.
        zone: To be taken for it.

    Raises:
        RecordError: There is such a time, and nothing to be taken for its zone.
    """
    values, unknown = dict(event.values), set[str]()
    for name in ("DTSTART", "DTEND"):
        text, parameters = values.get(name, ("", {}))
        named = parameters.get("TZID", "")
        universal = text.strip().endswith("Z")
        if not named or universal or named in zones() or named in event.zones:
            continue
        if not zone:
            said = f"the zone {named!r:.40} is not known"
            raise RecordError(
                said, place=event.place, hint="name one such as Europe/Paris, or --zone"
            )
        values[name] = (text, parameters | {"TZID": zone})
        unknown.add(named)
    return msgspec.structs.replace(event, values=values), unknown


def is_day(event: Entry, name: str) -> bool:
    """Tell whether a property names a whole day."""
    text, parameters = event.values.get(name, ("", {}))
    return parameters.get("VALUE", "").upper() == "DATE" or bool(_DAY.fullmatch(text.strip()))


def end_of(event: Entry, starts: datetime, zone: str) -> datetime:
    """Return when an event ends: as it says, or as the standard says where it does not.

    An event of whole days without an end is one of a day; one of an instant without an end has
    none (RFC 5545, section 3.6.1), so it is refused.

    Raises:
        RecordError: It does not say, or says it wrongly.
    """
    day = is_day(event, "DTSTART")
    if "DTEND" in event.values and "DURATION" in event.values:
        said = "the event has both DTEND and DURATION"
        raise RecordError(said, place=event.place, hint="keep one of them")
    if "DTEND" in event.values:
        if day != is_day(event, "DTEND"):
            said = "DTSTART and DTEND are not of one kind"
            raise RecordError(said, place=event.place, hint="give two days, or two times")
        return stamp(event, "DTEND", zone)[0]
    if day and "DURATION" not in event.values:
        text, parameters = event.values["DTSTART"]
        following = datetime.strptime(text.strip(), "%Y%m%d") + timedelta(days=1)  # noqa: DTZ007 - a day has no zone
        next_day = event.values | {"DTSTART": (f"{following:%Y%m%d}", parameters)}
        return stamp(msgspec.structs.replace(event, values=next_day), "DTSTART", zone)[0]
    return starts + duration(event)


def duration(event: Entry) -> timedelta:
    """Return how long an event is that states no end.

    Raises:
        RecordError: It does not say.
    """
    text = event.value("DURATION")
    found = _DURATION.fullmatch(text)
    if not text or found is None or not any(found.groups()):
        raise RecordError(
            f"DURATION {text!r:.40} is no length of time" if text else "the event has no end",
            place=event.place,
            hint="it needs DTEND, or a DURATION such as PT2H",
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
        raise RecordError(
            said,
            place=place,
            hint="name one such as Europe/Paris"
            if zone
            else "name one such as Europe/Paris, or --zone",
        )
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
    """Fold a line after 70 octets at most; RFC 5545 allows 75, of which one is a blank."""
    pieces: list[str] = []
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > 70:  # noqa: PLR2004 - see above
            pieces.append(piece)
            piece, size = "", 0
        piece += letter
        size += octets
    return "\r\n ".join([*pieces, piece])


def plain(text: str) -> str:
    """Read a text that `escaped` wrote, on one line: an escape stands for what follows it."""
    return re.sub(r"\\(.)", lambda at: " " if at[1] in "nN" else at[1], text, flags=re.DOTALL)


def texts(text: str) -> list[str]:
    """Read a list of texts: commas part them, unless they are escaped."""
    return [plain(part).strip() for part in re.findall(r"(?:[^,\\]|\\.)+", text, re.DOTALL)]
