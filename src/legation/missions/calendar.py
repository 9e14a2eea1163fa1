"""The talks calendar as iCalendar: what an office's calendar holds, read and written.

A calendar knows no parties and no stakes, so they stand in properties of ours; an event of
another program that lacks them is completed by what the caller says, by the record, or refused in
words.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, get_args

import msgspec

from legation.errors import BadInputError, LegationError, RecordError
from legation.formats.cells import clean
from legation.formats.icalendar import (
    Entry,
    end_of,
    escaped,
    events,
    folded,
    is_calendar,
    plain,
    rezoned,
    stamp,
    texts,
    utc,
)
from legation.formats.rows import Refused, Rows
from legation.missions.messages import NOT_STATED, Message, refused_event
from legation.missions.talks import Talk, TalkKind

_LONGEST: Final = 4_000_000
_MOST: Final = 10_000
KINDS: Final[tuple[str, ...]] = get_args(TalkKind)
_LISTS: Final = ("parties", "others", "missions")
# What makes of one event many, or of one of many another.
_REPEATED: Final = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
# What an event may say once (RFC 5545, section 3.6.1).
_ONCE: Final = (
    "UID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "STATUS",
    "SEQUENCE",
)
_OWN: Final = "@legation"
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_NUMBER: Final = re.compile(r"\d{1,10}", re.ASCII)
_MOST_NUMBER: Final = 2_147_483_647
_NO_KEY: Final = re.compile(r"[^a-z0-9]+")
_READABLE: Final = 40
_LONGEST_STAKES: Final = 1000


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """What is assumed of an event that does not say.

    What is empty here is as it is on record, and where nothing is, as the register has it.

    Attributes:
        zone: Of times that state none or one that nobody knows; empty: the one that the calendar
            names for itself, and without it such times are refused.
        missions: Keys of the missions that the talks concern.
        before: Days of raised watch before they begin.
        after: Days of raised watch after they end.
        source: Where the calendar is from.
    """

    zone: str = ""
    kind: str = ""
    parties: tuple[str, ...] = ()
    missions: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    stakes: str = ""
    source: str = ""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar holds.

    Attributes:
        messages: Each with its line, and why the other events are none.
        unknown: Zones that nobody knows, for which the assumed one was taken.
    """

    messages: Rows[Message]
    unknown: tuple[str, ...] = ()


def read_calendar(content: bytes, assumed: Assumed, *, place: str) -> Calendar:
    """Read what a calendar says of talks; good events of a bad file are kept.

    Raises:
        BadInputError: It is no calendar, or too large.
    """
    if len(content) > _LONGEST:
        raise BadInputError("larger than any calendar", place=place, hint="split it")
    if not is_calendar(content):
        raise BadInputError("no calendar", place=place, hint="give a file in iCalendar (.ics)")
    found = events(content, place)
    if len(found) > _MOST:
        raise BadInputError(f"more than {_MOST:,} events", place=place, hint="split it")
    good: list[tuple[int, Message]] = []
    refused: list[Refused] = []
    unknown: set[str] = set()
    for event in found:
        line = int(event.place.rpartition(" ")[2])
        try:
            _verify_single(event)
            message, of_it = _message(event, assumed)
            good.append((line, message))
            unknown |= of_it
        except (LegationError, OverflowError) as bad:
            refused.append(refused_event(line, bad))
    messages = Rows(good=tuple(good), refused=tuple(refused))
    return Calendar(messages=messages, unknown=tuple(sorted(unknown)))


def write_calendar(talks: Iterable[Talk], *, now: datetime) -> bytes:
    """Write talks as iCalendar, in UTC; `read_calendar` reads them again."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//legation//talks 1//EN"]
    for one in talks:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.key}{_OWN}",
            f"DTSTAMP:{utc(now)}",
            f"DTSTART:{utc(one.starts)}",
            f"DTEND:{utc(one.ends)}",
            f"SUMMARY:{escaped(one.name)}",
            f"SEQUENCE:{one.sequence}",
            *([f"DESCRIPTION:{escaped(one.stakes)}"] if one.stakes != NOT_STATED else []),
            f"CATEGORIES:{one.kind.upper()}",
            *([f"LOCATION:{escaped(one.seat)}"] if one.seat else []),
            *(["STATUS:CANCELLED"] if one.status == "cancelled" else []),
            *(
                f"X-LEGATION-{name.upper()}:{escaped('|'.join(part))}"
                for name in _LISTS
                if (part := getattr(one, name))
            ),
            f"X-LEGATION-BEFORE:{one.before}",
            f"X-LEGATION-AFTER:{one.after}",
            f"X-LEGATION-SOURCE:{escaped(one.source)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _verify_single(event: Entry) -> None:
    """Require one event of one time.

    Raises:
        RecordError: It is another, which is never read in part.
    """
    if event.nested:
        raise RecordError(
            "another event stands inside it", place="", hint="end each event before the next begins"
        )
    for name in _REPEATED:
        if name in event.values:
            raise RecordError(
                f"a repetition is not read: {name}",
                place=name,
                hint="write each round as an event of its own",
            )
    for name in _ONCE:
        if name in event.often:
            raise RecordError(f"{name} stands in it twice", place=name, hint="keep one of them")


def _is_cancelled(event: Entry) -> bool:
    method = event.calendar("METHOD").upper()
    return event.value("STATUS").upper() == "CANCELLED" or method == "CANCEL"


def _message(event: Entry, assumed: Assumed) -> tuple[Message, set[str]]:
    """Return what an event says, and its zones that nobody knows."""
    sequence = _sequence(event)
    own = event.value("UID").endswith(_OWN)
    if _is_cancelled(event) and not own:
        return Message(key=_key(event), sequence=sequence, calls_off=True), set()
    event, unknown = rezoned(event, assumed.zone)
    zone = assumed.zone or event.calendar("X-WR-TIMEZONE")
    starts, _ = stamp(event, "DTSTART", zone)
    ends = end_of(event, starts, zone)
    stakes = _text(event, "DESCRIPTION")
    stakes = "" if stakes == NOT_STATED else stakes
    if not own and len(stakes) > _LONGEST_STAKES:
        stakes = (
            f"{stakes[: _LONGEST_STAKES - 1].rstrip()}\u2026"  # an invitation, with all its links
        )
    kind, no_kind = _kind(event, assumed)
    return Message(
        key=_key(event),
        sequence=sequence,
        no_kind=no_kind,
        kind=kind,
        name=_text(event, "SUMMARY"),
        starts=starts,
        ends=ends,
        parties=_list(event, "parties") or assumed.parties,
        others=_list(event, "others"),
        stakes=stakes or clean(assumed.stakes, "stakes"),
        seat=_text(event, "LOCATION"),
        missions=_list(event, "missions") or assumed.missions,
        before=event.value("X-LEGATION-BEFORE") or assumed.before,
        after=event.value("X-LEGATION-AFTER") or assumed.after,
        status="cancelled" if _is_cancelled(event) else "planned",
        source=_text(event, "X-LEGATION-SOURCE") or clean(assumed.source, "source"),
    ), unknown


def _sequence(event: Entry) -> int:
    """Return which message about its talks an event is; one that does not say is the first."""
    text = event.value("SEQUENCE") or "0"
    if not _NUMBER.fullmatch(text) or int(text) > _MOST_NUMBER:
        raise RecordError(
            f"SEQUENCE {text!r:.40} is no number of a message",
            place="SEQUENCE",
            hint="write a whole number from 0, or leave the line out",
        )
    return int(text)


def _list(event: Entry, name: str) -> tuple[str, ...]:
    parts = plain(event.value(f"X-LEGATION-{name.upper()}")).split("|")
    return tuple(text for part in parts if (text := clean(part, name)))


def _kind(event: Entry, assumed: Assumed) -> tuple[str, RecordError | None]:
    """Return the kind of talks that a category names, or what is assumed; else why there is none.

    Raises:
        RecordError: What is assumed is no kind.
    """
    named = [each.casefold() for each in texts(event.value("CATEGORIES"))]
    kind = next((each for each in named if each in KINDS), "") or assumed.kind
    if kind in KINDS:
        return kind, None
    given = kind or ", ".join(named)
    fault = RecordError(
        f"{given[:40]!r} is no kind of talks" if given else "nothing says what it is",
        place="CATEGORIES",
        hint=f"CATEGORIES is one of {', '.join(KINDS)}",
    )
    if kind:
        raise fault
    return "", fault


def _text(event: Entry, name: str) -> str:
    return clean(plain(event.value(name)), name)


def _key(event: Entry) -> str:
    """Return a key from the event's UID: as it is where it is one, else readable and hashed.

    Two UIDs never come to one key, whatever their script or punctuation. An event without a UID is
    known by its name and its beginning.
    """
    uid = event.value("UID")
    own = uid.removesuffix(_OWN)
    if _KEY.fullmatch(own) and own != uid:
        return own
    whole = uid or f"{event.value('SUMMARY')}\n{event.value('DTSTART')}"
    front = _NO_KEY.sub("-", (uid or event.value("SUMMARY")).casefold()).strip("-")[:_READABLE]
    sum_ = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{front.strip('-') or 'talks'}-{sum_}"
