"""Rotas as files: iCalendar (RFC 5545), as calendars write it, and CSV, as people do.

Good entries of a bad file are read and the others are listed, each with its line. What would
change who is woken is never guessed: a time that does not exist or exists twice on that day,
a zone that is not known, or a repetition beyond days and weeks is refused in words.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from legation.errors import BadInputError, RecordError
from legation.formats.cells import safe_cell

COLUMNS: Final = ("person", "starts", "ends", "zone", "rank")
_MOST: Final = 10_000
_LONGEST: Final = 4_000_000
_MOST_RANK: Final = 9
_TIME: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?", re.ASCII
)
_EVERY: Final = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
_LONGEST_COUNT: Final = 6
_RULES: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})


# By name: the text and its parameters.
_Values = dict[str, tuple[str, dict[str, str]]]


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A shift as a file has it.

    Attributes:
        person: Name or id, as it stands there.
        starts: From this instant.
        ends: Up to this instant.
        zone: In which it was written.
        rank: 1 for who is woken first.
        place: Where in the file.
    """

    person: str
    starts: datetime
    ends: datetime
    zone: str
    rank: int = 1
    place: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds: shifts, and why the rest is none."""

    shifts: tuple[Planned, ...]
    rejected: tuple[str, ...]


def read_rota(content: bytes, *, zone: str = "") -> Plan:
    """Read a rota of either kind.

    Args:
        content: The file.
        zone: Zone of times that state none; empty: such times are refused.

    Raises:
        BadInputError: It is neither, or too large.
    """
    if len(content) > _LONGEST:
        raise BadInputError("this is larger than any rota", place="", hint="split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place="", hint="save it as UTF-8") from bad
    if text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        return _plan(_events(text), lambda one: _of_event(one, zone))
    return _plan(_rows(text), lambda one: _of_row(one, zone))


def write_csv(shifts: Iterable[Planned]) -> bytes:
    """Write a rota as CSV, with times in the zone of each shift; `read_rota` reads it again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in shifts:
        zone = ZoneInfo(one.zone)
        times = (one.starts.astimezone(zone), one.ends.astimezone(zone))
        cells = (safe_cell(one.person), *(at.isoformat() for at in times), one.zone, one.rank)
        writer.writerow(cells)
    return out.getvalue().encode()


def write_ics(shifts: Iterable[Planned], *, now: datetime) -> bytes:
    """Write a rota as iCalendar, in UTC; the zone stands beside, in a property of ours."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//legation//rota 1//EN"]
    for one in shifts:
        starts, ends = _utc(one.starts), _utc(one.ends)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.place or starts}@legation",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{starts}",
            f"DTEND:{ends}",
            f"SUMMARY:{_escaped(one.person)}",
            f"X-LEGATION-ZONE:{one.zone}",
            f"X-LEGATION-RANK:{one.rank}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event or a row: values by name, with parameters after semicolons."""

    place: str
    values: _Values

    def value(self, name: str) -> str:
        return self.values[name][0].strip() if name in self.values else ""


def _plan(entries: Iterator[_Entry], read: Callable[[_Entry], list[Planned]]) -> Plan:
    found: list[Planned] = []
    rejected: list[str] = []
    for entry in entries:
        try:
            found += read(entry)
        except RecordError as bad:
            rejected.append(f"{bad} ({bad.hint})")
        except OverflowError:
            rejected.append(f"{entry.place}: a time beyond the calendar (check the years)")
        if len(found) > _MOST:
            raise BadInputError(f"more than {_MOST:,} shifts", place=entry.place, hint="split it")
    return Plan(shifts=tuple(found), rejected=tuple(rejected))


# CSV


def _rows(text: str) -> Iterator[_Entry]:
    dialect = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    if lacking := [name for name in COLUMNS[:3] if name not in names]:
        raise BadInputError(
            f"no column {' and no column '.join(lacking)}",
            place="line 1",
            hint=f"a rota has {', '.join(COLUMNS)}; the last two may be left out",
        )
    reader.fieldnames = names
    try:
        for row in reader:
            values: _Values = {name: (str(row.get(name) or ""), {}) for name in COLUMNS}
            yield _Entry(place=f"line {reader.line_num}", values=values)
    except csv.Error as bad:
        place = f"line {reader.line_num}"
        raise BadInputError(str(bad), place=place, hint="save it as CSV again") from bad


def _of_row(row: _Entry, zone: str) -> list[Planned]:
    named = row.value("zone") or zone
    starts, ends = (_local(row.value(name), named, row.place) for name in ("starts", "ends"))
    rank = row.value("rank") or "1"
    return [_planned(row, row.value("person"), (starts, ends), named or "UTC", rank)]


def _local(text: str, zone: str, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as bad:
        raise RecordError(
            f"{text!r:.40} is no time", place=place, hint="write it as 2026-03-01 08:00"
        ) from bad
    return at.astimezone(UTC) if at.tzinfo else _in_zone(at, zone, place)


# iCalendar


def _events(text: str) -> Iterator[_Entry]:
    values: _Values | None = None
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
                yield _Entry(place=place, values=values)
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


def _of_event(event: _Entry, zone: str) -> list[Planned]:
    if event.value("STATUS").upper() == "CANCELLED":
        return []
    for name in ("EXDATE", "RDATE", "RECURRENCE-ID"):
        if name in event.values:
            raise RecordError(
                f"{name} is not read", place=event.place, hint="write each shift as its own event"
            )
    starts, named = _stamp(event, "DTSTART", zone)
    if "DTEND" in event.values:
        ends, _ = _stamp(event, "DTEND", zone)
    else:
        ends = starts + _duration(event)
    own = event.value("X-LEGATION-ZONE") or named
    rank = event.value("X-LEGATION-RANK") or "1"
    person = re.sub(r"\\([\\;,])", r"\1", event.value("SUMMARY").replace("\\n", " "))
    times = list(_repeated(event, (starts, ends), named))
    return [_planned(event, person, one, own, rank) for one in times]


def _stamp(event: _Entry, name: str, zone: str) -> tuple[datetime, str]:
    text, parameters = event.values.get(name, ("", {}))
    named = parameters.get("TZID", zone)
    if parameters.get("VALUE") == "DATE" or re.fullmatch(r"\d{8}", text):
        text += "T000000"
    found = _TIME.fullmatch(text.strip())
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
    return _in_zone(at, named, event.place), named


def _duration(event: _Entry) -> timedelta:
    text = event.value("DURATION")
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        raise RecordError(
            "the event has no end", place=event.place, hint="it needs DTEND or DURATION"
        )
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _repeated(
    event: _Entry, first: tuple[datetime, datetime], zone: str
) -> Iterator[tuple[datetime, datetime]]:
    """Yield an event and its repetitions, each at the same hour by the clock of its zone."""
    text = event.value("RRULE")
    if not text:
        yield first
        return
    rule = dict(part.upper().split("=", 1) for part in text.split(";") if "=" in part)
    step = _EVERY.get(rule.get("FREQ", ""))
    ended = "COUNT" in rule or "UNTIL" in rule
    numbers = (rule.get("INTERVAL", "1"), rule.get("COUNT", "1"))
    if step is None or rule.keys() - _RULES or not ended or not all(map(_is_count, numbers)):
        raise RecordError(
            f"the repetition {text:.60} is not read",
            place=event.place,
            hint="days and weeks with COUNT or UNTIL are; else write each shift as an event",
        )
    step *= int(numbers[0])
    last = _until(rule["UNTIL"], zone, event.place) if "UNTIL" in rule else None
    local = [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in first]
    times = int(numbers[1]) if last is None else _MOST
    if times > _MOST:
        raise RecordError("it repeats too often", place=event.place, hint="end it earlier")
    for number in range(times):
        starts, ends = (_in_zone(at + step * number, zone, event.place) for at in local)
        if last is not None and starts > last:
            return
        yield starts, ends


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_COUNT and int(text) > 0


def _until(text: str, zone: str, place: str) -> datetime:
    full = text if "T" in text else f"{text}T235959"
    found = _TIME.fullmatch(full)
    try:
        at = datetime(*(int(part) for part in found.groups()[:6])) if found else None  # type: ignore[arg-type] # noqa: DTZ001 - the zone follows
    except ValueError:
        at = None
    if found is None or at is None:
        raise RecordError(f"UNTIL {text!r:.40} is no time", place=place, hint="check the rule")
    return at.replace(tzinfo=UTC) if found[7] else _in_zone(at, zone, place)


# Both


@cache
def _zones() -> frozenset[str]:
    """Return the zones that there are: the system's folders are walked once, not for each time."""
    return frozenset(available_timezones())


def _in_zone(at: datetime, zone: str, place: str) -> datetime:
    """Return the instant of a clock's time in a zone."""
    if zone not in _zones():
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


def _planned(
    entry: _Entry, person: str, times: tuple[datetime, datetime], zone: str, rank: str
) -> Planned:
    person = " ".join(person.split())
    if not person:
        raise RecordError("nobody is named", place=entry.place, hint="name who is on duty")
    if not times[0] < times[1]:
        raise RecordError("it ends before it starts", place=entry.place, hint="check both times")
    if zone not in _zones():
        raise RecordError(f"the zone {zone!r:.40} is not known", place=entry.place, hint="see IANA")
    if not (rank.isascii() and rank.isdecimal() and 1 <= int(rank) <= _MOST_RANK):
        raise RecordError(f"{rank!r:.20} is no rank", place=entry.place, hint="write 1 to 9")
    return Planned(
        person=person,
        starts=times[0],
        ends=times[1],
        zone=zone,
        rank=int(rank),
        place=entry.place,
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", " ".join(text.split()))


def _folded(line: str) -> str:
    """Fold a line after 70 letters at most; RFC 5545 allows 75 octets, of which one is a blank."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 70:  # noqa: PLR2004 - see above
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
