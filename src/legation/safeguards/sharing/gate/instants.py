"""Times as people and programs write them, in texts and as numbers, rounded down where they stand.

Of a time in a text its day stays and its clock is rounded, whichever of these it is: ISO 8601 with
its parts apart or together, the forms of mail (RFC 5322) and of logs, days with full stops, strokes
or names of months; so is a number behind its name. A number is a time where its name says so and it
counts from 1970 to a day between 2000 and 2100, in seconds or in thousandths, millionths or
thousand millionths of them; any other number may be a count, and stays. A clock without its day
stays, too: it may be a length.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from legation.safeguards.sharing.gate.parts import Path
from legation.safeguards.sharing.gate.policy import Times

STEP: Final[Mapping[Times, timedelta]] = {
    "second": timedelta(seconds=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
# Chinese, Japanese and Korean days end in a sign of their own.
_DAY_FIRST: Final = re.compile(
    r"(?<!\d)(?:\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|-W\d\d(?:-\d)?|-\d{3}"
    r"|[年년]\s?\d{1,2}[月월]\s?\d{1,2}[日일])"
    r"|\d{1,2}(?:[-/.]\d{1,2}[-/.]\d{4}|\.?[ \-/][^\W\d]{3,12}\.?,?[ \-/]\d{2,4})"
    r"|(?<!\.)\d{1,2}[-/.]\d{1,2}[-/.]\d{2})"
)
_MONTH_FIRST: Final = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? {1,2}"
    r"\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"(?:(?:[T_,:\-+]|%20)\s{0,3}|\s{1,3})(?:(?:at|um|à|@|-)\s{1,2})?|(?<=[日일])",
    re.IGNORECASE,
)
_COLON: Final = r"(?::|%3A|\uff1a|h|[时時点點시분分])"
# The parts of a clock are told apart by colons, or all of them by full stops or dashes.
_CLOCK: Final = re.compile(
    rf"(?P<hour>\d{{1,2}})(?:(?P<colon>{_COLON})(?P<minute>\d\d)"
    rf"(?:{_COLON}(?P<second>\d\d)(?P<fraction>[.,:]\d{{1,40}}+)?)?"
    r"|(?P<stop>[.\-])(?P<minutes>\d\d)(?P=stop)(?P<seconds>\d\d)(?P<part>[.,]\d{1,40}+)?)"
    r"(?!\d)(?P<half>\s?[AaPp]\.?[Mm]\b\.?)?",
    re.IGNORECASE,
)
_TOGETHER: Final = re.compile(
    r"(?<!\d)(?P<day>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T|[_ \-](?=\d{6})))"
    r"(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?P<second>[0-6]\d)?(?P<fraction>[.,]\d{1,40}+)?"
    r"(?!\d)",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"(\d{10,19})(?:\.\d{1,9})?", re.ASCII)
# A name and its number in a link, or in an object of JSON.
_SAID: Final = re.compile(
    r"(?P<front>(?P<name>[A-Za-z_][\w.\-]{0,40}+)[\"']?\s?[=:]\s?[\"']?)(?P<number>\d{10,19})(?!\d)",
    re.ASCII,
)
# A day of 2000, and one of 2100, in seconds since 1970.
_FIRST: Final = 946_684_800
_LAST: Final = 4_102_444_800
_PARTS: Final = (1, 10**3, 10**6, 10**9)
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# What tells of a time where a name ends in it; and of those, what does so for all below it.
_OF_ALL: Final = frozenset({
    "at", "time", "date", "dates", "datetime", "ts", "timestamp", "timestamps", "stamp", "epoch",
})  # fmt: skip
_OF_TIME: Final = _OF_ALL | {
    "when", "posted", "published", "seen", "created", "modified", "updated", "edited", "deleted",
    "first", "last", "start", "end", "begin", "began", "until", "since", "expires", "unix", "utc",
    "moment", "instant", "clock",
}  # fmt: skip
# A name that ends in a unit is that of a time where the number is one in this unit.
_UNITS: Final[Mapping[str, int]] = {
    "seconds": 1, "ms": 10**3, "msec": 10**3, "millis": 10**3, "milliseconds": 10**3, "us": 10**6,
    "usec": 10**6, "micros": 10**6, "microseconds": 10**6, "ns": 10**9, "nsec": 10**9,
    "nanos": 10**9, "nanoseconds": 10**9,
}  # fmt: skip


def coarse_text(text: str, unit: Times) -> str:
    """Return a text with the times in it rounded down.

    >>> coarse_text("seen 04.03.2026 10:41:07, 20260304T104107Z", "day")
    'seen 04.03.2026 00:00:00, 20260304T000000Z'
    """
    if len(text) < len("1/1/2026 1:00"):
        return text
    text = _apart(_apart(text, _DAY_FIRST, unit), _MONTH_FIRST, unit)
    text = _SAID.sub(
        lambda found: found["front"] + coarse_digits(found["number"], (found["name"],), unit), text
    )
    return _TOGETHER.sub(lambda found: _together(found, unit), text)


def coarse_number(number: float, path: Path, unit: Times) -> float:
    """Return a number rounded down where it is a time; any other as it is.

    >>> coarse_number(1772620867123, ("x_posted_at",), "day")
    1772582400000
    >>> coarse_number(1772620867, ("x_views",), "day")
    1772620867

    Args:
        number: It.
        path: Where it stands.
        unit: To what it is rounded.
    """
    step = int(STEP[unit].total_seconds())
    for part in _parts(path):
        if _FIRST * part <= number < _LAST * part:
            return type(number)(number // (step * part) * (step * part))
    return number


def coarse_digits(text: str, path: Path, unit: Times) -> str:
    """Return a number in a text rounded down, where it is a time."""
    found = _DIGITS.fullmatch(text)
    if not found or not _parts(path):
        return text
    number = int(found[1])
    left = coarse_number(number, path, unit)
    return text if left == number and text == found[1] else str(left)


def is_number(value: Any) -> bool:
    """Tell whether a value is a number, and no truth."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parts(path: Path) -> tuple[int, ...]:
    """Return in which parts of a second a number may count time, as its name says."""
    ends = [_end(step) for step in path if isinstance(step, str)][-2:]
    if not ends:
        return ()
    if ends[-1] in _UNITS:
        return (_UNITS[ends[-1]],)
    # "times" of a number is how often; of a list, when.
    listed = ends[-1] == "times" and isinstance(path[-1], int)
    return _PARTS if listed or ends[-1] in _OF_TIME or ends[0] in _OF_ALL else ()


def _end(name: str) -> str:
    words = _WORDS.findall(name[-80:])
    return words[-1].casefold() if words else ""


def _apart(text: str, days: re.Pattern[str], unit: Times) -> str:
    """Round each clock that stands behind a day."""
    parts: list[str] = []
    cursor = 0
    for day in days.finditer(text):
        between = _BETWEEN.match(text, day.end())
        clock = _CLOCK.match(text, between.end()) if between else None
        if clock:
            parts += [text[cursor : clock.start()], _clock(clock, unit)]
            cursor = clock.end()
    return "".join([*parts, text[cursor:]]) if parts else text


def _clock(found: re.Match[str], unit: Times) -> str:
    hour, half = found["hour"], found["half"] or ""
    minute = found["minute"] or found["minutes"]
    second = found["second"] or found["seconds"] or ""
    fraction = found["fraction"] or found["part"] or ""
    between = found["colon"] or found["stop"]
    if unit == "day":
        hour, half = "0" * len(hour), ""
    if unit in ("day", "hour"):
        minute, second = "00", "00" if second else ""
    # A pattern of STIX asks for three digits where there are some.
    fraction = f"{fraction[0]}000" if fraction else ""
    seconds = f"{between}{second}" if second else ""
    return f"{hour}{between}{minute}{seconds}{fraction}{half}"


def _together(found: re.Match[str], unit: Times) -> str:
    hour, minute, second = found["hour"], found["minute"], found["second"] or ""
    if unit == "day":
        hour = "00"
    if unit in ("day", "hour"):
        minute, second = "00", "0" * len(second)
    fraction = f"{found['fraction'][0]}000" if found["fraction"] else ""
    return f"{found['day']}{hour}{minute}{second}{fraction}"
