"""The talks calendar as iCalendar: what an office's calendar holds, read and written.

A calendar knows no parties and no stakes, so they stand in properties of ours; an event of
another program that lacks them is completed by what the caller says, or refused in words.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, get_args

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
    stamp,
    texts,
    utc,
)
from legation.formats.rows import Refused, Rows, plainly, refused_row
from legation.missions.talks import Talk, TalkKind, verify_talk

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
)
_OWN: Final = "@legation"
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_NO_KEY: Final = re.compile(r"[^a-z0-9]+")
_READABLE: Final = 40
_LONGEST_STAKES: Final = 1000


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """What is assumed of an event that does not say.

    Attributes:
        zone: Of times that state none; empty: such times are refused.
        source: Where the calendar is from.
    """

    zone: str = ""
    kind: str = ""
    parties: tuple[str, ...] = ()
    source: str = "calendar"


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar holds.

    Attributes:
        talks: Each with its line, and why the other events are none.
        cancelled: Line and key of talks that it calls off.
    """

    talks: Rows[Talk]
    cancelled: tuple[tuple[int, str], ...]


def read_calendar(content: bytes, assumed: Assumed, *, place: str) -> Calendar:
    """Read talks from a calendar; good events of a bad file are kept.

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
    good: list[tuple[int, Talk]] = []
    refused: list[Refused] = []
    cancelled: list[tuple[int, str]] = []
    for event in found:
        line = int(event.place.rpartition(" ")[2])
        try:
            _verify_single(event)
            if _is_cancelled(event) and not event.value("UID").endswith(_OWN):
                cancelled.append((line, _key(event)))
            else:
                good.append((line, _talk(event, assumed)))
        except (LegationError, OverflowError) as bad:
            refused.append(_refused(line, bad))
    talks = Rows(good=tuple(good), refused=tuple(refused))
    return Calendar(talks=talks, cancelled=tuple(cancelled))


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
            f"DESCRIPTION:{escaped(one.stakes)}",
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


def _talk(event: Entry, assumed: Assumed) -> Talk:
    starts, _ = stamp(event, "DTSTART", assumed.zone)
    own = event.value("UID").endswith(_OWN)
    stakes = _text(event, "DESCRIPTION") or "not stated"
    if not own and len(stakes) > _LONGEST_STAKES:
        stakes = (
            f"{stakes[: _LONGEST_STAKES - 1].rstrip()}\u2026"  # an invitation, with all its links
        )
    values: dict[str, Any] = {
        "key": _key(event),
        "kind": _kind(event, assumed),
        "name": _text(event, "SUMMARY"),
        "starts": starts,
        "ends": end_of(event, starts, assumed.zone),
        "stakes": stakes,
        "seat": _text(event, "LOCATION"),
        "status": "cancelled" if _is_cancelled(event) else "planned",
        "source": _text(event, "X-LEGATION-SOURCE") or clean(assumed.source, "source"),
    }
    for name in _LISTS:
        parts = plain(event.value(f"X-LEGATION-{name.upper()}")).split("|")
        values[name] = [text for part in parts if (text := clean(part, name))]
    values["parties"] = values["parties"] or list(assumed.parties)
    for name in ("before", "after"):
        if said := event.value(f"X-LEGATION-{name.upper()}"):
            values[name] = said
    if not values["name"]:
        raise RecordError("SUMMARY is missing", place="SUMMARY", hint="give the talks a name")
    try:
        talk = msgspec.convert(values, Talk, strict=False)
    except msgspec.ValidationError as bad:
        message, _, path = str(bad).partition(" - at `$.")
        column = path.partition("`")[0].partition("[")[0]
        raise RecordError(
            plainly(message),
            place=column,
            hint="see the reference of talks",
        ) from bad
    verify_talk(talk)
    return talk


def _kind(event: Entry, assumed: Assumed) -> str:
    """Return the kind of talks that one of its categories names, or what is assumed."""
    named = [each.casefold() for each in texts(event.value("CATEGORIES"))]
    kind = next((each for each in named if each in KINDS), "") or assumed.kind
    if kind in KINDS:
        return kind
    given = kind or ", ".join(named)
    raise RecordError(
        f"{given[:40]!r} is no kind of talks" if given else "nothing says what it is",
        place="CATEGORIES",
        hint=f"CATEGORIES is one of {', '.join(KINDS)}",
    )


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


def _refused(line: int, bad: Exception) -> Refused:
    if not isinstance(bad, LegationError):
        return Refused(
            line=line, column="", reason="a time beyond the calendar", hint="check the years"
        )
    refused = refused_row(line, bad)
    # The parts below name the event's line, which stands beside.
    column = "" if refused.column.startswith("line ") else refused.column
    return msgspec.structs.replace(refused, column=column)
