"""Rotas as files: iCalendar (RFC 5545), as calendars write it, and CSV, as people do.

Good entries of a bad file are read and the others are listed, each with its line. What would
change who is woken is never guessed: a time that does not exist or exists twice on that day,
a zone that is not known, or a repetition beyond days and weeks is refused in words.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from legation.errors import BadInputError, LegationError, RecordError
from legation.formats.cells import safe_cell
from legation.formats.icalendar import (
    TIME,
    Entry,
    Values,
    duration,
    escaped,
    events,
    folded,
    in_zone,
    is_calendar,
    plain,
    stamp,
    utc,
    zones,
)

COLUMNS: Final = ("person", "starts", "ends", "zone", "rank")
_MOST: Final = 10_000
_LONGEST: Final = 4_000_000
_MOST_RANK: Final = 9
_EVERY: Final = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
_LONGEST_COUNT: Final = 6
_RULES: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})


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


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """Why something in a file is no shift.

    Attributes:
        line: Number of its line.
    """

    line: str
    reason: str
    hint: str

    def text(self) -> str:
        """Return it in one line.

        >>> Rejected(line="4", reason="nobody is named", hint="name who is on duty").text()
        'line 4: nobody is named (name who is on duty)'
        """
        return f"line {self.line}: {self.reason} ({self.hint})"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds: shifts, and why the rest is none."""

    shifts: tuple[Planned, ...]
    rejected: tuple[Rejected, ...]


def rejected_at(place: str, fault: LegationError) -> Rejected:
    """Return why what stands at a place is rejected."""
    return Rejected(
        line=place.removeprefix("line "),
        reason=str(fault).removeprefix(f"{place}: "),
        hint=fault.hint,
    )


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
    if is_calendar(content):
        return _plan(iter(events(content)), lambda one: _of_event(one, zone))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place="", hint="save it as UTF-8") from bad
    return _plan(_rows(text), lambda one: _of_row(one, zone))


def typed_shift(given: Mapping[str, str]) -> Planned:
    """Read a shift that was typed into a form, by the rules of a row of a file.

    Args:
        given: By the names of `COLUMNS`.

    Raises:
        RecordError: It is no shift.
    """
    values: Values = {name: (given.get(name, ""), {}) for name in COLUMNS}
    try:
        (planned,) = _of_row(Entry(place="", values=values), "")
    except OverflowError as beyond:
        raise RecordError(
            "a time beyond the calendar", place="", hint="check the years"
        ) from beyond
    return planned


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
        starts, ends = utc(one.starts), utc(one.ends)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.place or starts}@legation",
            f"DTSTAMP:{utc(now)}",
            f"DTSTART:{starts}",
            f"DTEND:{ends}",
            f"SUMMARY:{escaped(one.person)}",
            f"X-LEGATION-ZONE:{one.zone}",
            f"X-LEGATION-RANK:{one.rank}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _plan(entries: Iterator[Entry], read: Callable[[Entry], list[Planned]]) -> Plan:
    found: list[Planned] = []
    rejected: list[Rejected] = []
    for entry in entries:
        try:
            found += read(entry)
        except RecordError as bad:
            rejected.append(rejected_at(entry.place, bad))
        except OverflowError:
            beyond = RecordError(
                "a time beyond the calendar", place=entry.place, hint="check the years"
            )
            rejected.append(rejected_at(entry.place, beyond))
        if len(found) > _MOST:
            raise BadInputError(f"more than {_MOST:,} shifts", place=entry.place, hint="split it")
    return Plan(shifts=tuple(found), rejected=tuple(rejected))


# CSV


def _rows(text: str) -> Iterator[Entry]:
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
            values: Values = {name: (str(row.get(name) or ""), {}) for name in COLUMNS}
            yield Entry(place=f"line {reader.line_num}", values=values)
    except csv.Error as bad:
        place = f"line {reader.line_num}"
        raise BadInputError(str(bad), place=place, hint="save it as CSV again") from bad


def _of_row(row: Entry, zone: str) -> list[Planned]:
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
    return at.astimezone(UTC) if at.tzinfo else in_zone(at, zone, place)


# iCalendar


def _of_event(event: Entry, zone: str) -> list[Planned]:
    if event.value("STATUS").upper() == "CANCELLED":
        return []
    for name in ("EXDATE", "RDATE", "RECURRENCE-ID"):
        if name in event.values:
            raise RecordError(
                f"{name} is not read", place=event.place, hint="write each shift as its own event"
            )
    starts, named = stamp(event, "DTSTART", zone)
    if "DTEND" in event.values:
        ends, _ = stamp(event, "DTEND", zone)
    else:
        ends = starts + duration(event)
    if named not in zones():
        said = f"the zone {named!r:.40} is not known"
        raise RecordError(said, place=event.place, hint="name one such as Europe/Paris")
    own = event.value("X-LEGATION-ZONE") or named
    rank = event.value("X-LEGATION-RANK") or "1"
    person = plain(event.value("SUMMARY"))
    times = list(_repeated(event, (starts, ends), named))
    return [_planned(event, person, one, own, rank) for one in times]


def _repeated(
    event: Entry, first: tuple[datetime, datetime], zone: str
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
        starts, ends = (in_zone(at + step * number, zone, event.place) for at in local)
        if last is not None and starts > last:
            return
        yield starts, ends


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_COUNT and int(text) > 0


def _until(text: str, zone: str, place: str) -> datetime:
    full = text if "T" in text else f"{text}T235959"
    found = TIME.fullmatch(full)
    try:
        at = datetime(*(int(part) for part in found.groups()[:6])) if found else None  # type: ignore[arg-type] # noqa: DTZ001 - the zone follows
    except ValueError:
        at = None
    if found is None or at is None:
        raise RecordError(f"UNTIL {text!r:.40} is no time", place=place, hint="check the rule")
    return at.replace(tzinfo=UTC) if found[7] else in_zone(at, zone, place)


# Both


def _planned(
    entry: Entry, person: str, times: tuple[datetime, datetime], zone: str, rank: str
) -> Planned:
    person = " ".join(person.split())
    if not person:
        raise RecordError("nobody is named", place=entry.place, hint="name who is on duty")
    if not times[0] < times[1]:
        raise RecordError("it ends before it starts", place=entry.place, hint="check both times")
    if zone not in zones():
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
