"""The talks calendar as iCalendar: what an office's calendar holds, read and written.

A calendar knows no parties and no stakes, so they stand in properties of ours; an event of
another program that lacks them is completed by what the caller says, or refused in words.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, get_args

import msgspec

from legation.errors import BadInputError, LegationError, RecordError
from legation.formats.icalendar import Entry, duration, escaped, events, folded, plain, stamp, utc
from legation.formats.rows import Refused, Rows
from legation.missions.talks import Talk, TalkKind, verify_talk

_LONGEST: Final = 4_000_000
_MOST: Final = 10_000
KINDS: Final[tuple[str, ...]] = get_args(TalkKind)
_LISTS: Final = ("parties", "others", "missions")


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


def read_calendar(content: bytes, assumed: Assumed, *, place: str) -> Rows[Talk]:
    """Read talks from a calendar; good events of a bad file are kept.

    Raises:
        BadInputError: It is no calendar, or too large.
    """
    if len(content) > _LONGEST:
        raise BadInputError("larger than any calendar", place=place, hint="split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=place, hint="export it again") from bad
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise BadInputError("no calendar", place=place, hint="give a file in iCalendar (.ics)")
    good: list[tuple[int, Talk]] = []
    refused: list[Refused] = []
    for number, event in enumerate(events(text)):
        line = int(event.place.rpartition(" ")[2])
        if number >= _MOST:
            raise BadInputError(f"more than {_MOST:,} events", place=place, hint="split it")
        if event.value("STATUS").upper() == "CANCELLED":
            continue
        try:
            good.append((line, _talk(event, assumed)))
        except (LegationError, OverflowError) as bad:
            hint = bad.hint if isinstance(bad, LegationError) else "check the years"
            refused.append(Refused(line=line, column="", reason=_said(bad), hint=hint))
    return Rows(good=tuple(good), refused=tuple(refused))


def write_calendar(talks: Iterable[Talk], *, now: datetime) -> bytes:
    """Write talks as iCalendar, in UTC; `read_calendar` reads them again."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//legation//talks 1//EN"]
    for one in talks:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.key}@legation",
            f"DTSTAMP:{utc(now)}",
            f"DTSTART:{utc(one.starts)}",
            f"DTEND:{utc(one.ends)}",
            f"SUMMARY:{escaped(one.name)}",
            f"DESCRIPTION:{escaped(one.stakes)}",
            f"CATEGORIES:{one.kind.upper()}",
            *([f"LOCATION:{escaped(one.seat)}"] if one.seat else []),
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


def _talk(event: Entry, assumed: Assumed) -> Talk:
    if "RRULE" in event.values:
        raise RecordError(
            "a repetition is not read", place="", hint="write each round as an event of its own"
        )
    starts, _ = stamp(event, "DTSTART", assumed.zone)
    stated = "DTEND" in event.values
    ends = stamp(event, "DTEND", assumed.zone)[0] if stated else starts + duration(event)
    kind = event.value("CATEGORIES").casefold() or assumed.kind
    if kind not in KINDS:
        raise RecordError(
            f"{kind[:40]!r} is no kind of talks" if kind else "nothing says what it is",
            place="",
            hint=f"CATEGORIES is one of {', '.join(KINDS)}",
        )
    values: dict[str, Any] = {
        "key": _key(event),
        "kind": kind,
        "name": plain(event.value("SUMMARY")),
        "starts": starts,
        "ends": ends,
        "stakes": plain(event.value("DESCRIPTION")) or "not stated",
        "seat": plain(event.value("LOCATION")),
        "source": plain(event.value("X-LEGATION-SOURCE")) or assumed.source,
    }
    for name in _LISTS:
        values[name] = [
            part for part in plain(event.value(f"X-LEGATION-{name.upper()}")).split("|") if part
        ]
    values["parties"] = values["parties"] or list(assumed.parties)
    for name in ("before", "after"):
        if said := event.value(f"X-LEGATION-{name.upper()}"):
            values[name] = said
    try:
        talk = msgspec.convert(values, Talk, strict=False)
    except msgspec.ValidationError as bad:
        raise RecordError(str(bad), place="", hint="see the reference of talks") from bad
    verify_talk(talk)
    return talk


def _key(event: Entry) -> str:
    """Return a key from the event's UID: what it has of letters and digits."""
    name = event.value("UID").removesuffix("@legation") or event.value("SUMMARY")
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.casefold())
    return "-".join(part for part in kept.split("-") if part)[:60].rstrip("-") or "talks"


def _said(bad: Exception) -> str:
    return str(bad) if isinstance(bad, LegationError) else "a time beyond the calendar"
