"""What all entries of a case share: words with one meaning, and how a part of a file is refused.

A case is a list of entries that only grows. Each part of a case (facts, law, attribution,
answers, dossier, playbooks) defines the bodies of its entries beside its rules; `entries` lists
them all. A body is what somebody states. Who states it, and when it was written, is the entry's.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases import patterns

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Short = Annotated[str, msgspec.Meta(max_length=300)]
Key = Annotated[str, msgspec.Meta(pattern=patterns.KEY, max_length=80)]
# A state (ISO 3166-1 alpha-2), or an organisation by its code.
Party = Annotated[str, msgspec.Meta(pattern=patterns.PARTY)]
# Number of an entry in its case, from 1.
Number = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
On = Annotated[str, msgspec.Meta(pattern=patterns.TIME, max_length=20)]
# "disputed": somebody with standing says otherwise; "unknown": asked, and nobody can tell.
Answer = Literal["yes", "no", "disputed", "unknown"]
# The Admiralty code: how reliable a source is, and how credible what it says.
Reliability = Literal["A", "B", "C", "D", "E", "F"]
Credibility = Literal["1", "2", "3", "4", "5", "6"]
# Words of estimate (ICD 203), from the least likely; their ranges are in `attribution`.
Likelihood = Literal[
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
]
# How much the estimate can be leaned on; it is said apart from how likely something is.
Confidence = Literal["low", "moderate", "high"]
# How far a fact was checked, in the words of the knowledge packs.
Verified = Literal["verified-excerpt", "verified-excerpt-press", "from-memory"]
UNVERIFIED: Final = "unverified"


class Body(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="entry"
):
    """What one entry of a case states; each kind is a subclass with a tag of its own."""


def texts_in(told: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts of an entry as JSON has it, those of its parts and lists too, by place."""
    if isinstance(told, str):
        yield place, told
    elif isinstance(told, dict):
        for name, part in told.items():
            yield from texts_in(part, f"{place}/{name}" if place else str(name))
    elif isinstance(told, list | tuple):
        for number, part in enumerate(told, 1):
            yield from texts_in(part, f"{place}/{number}")


def first_day(on: str) -> date:
    """Return the first day that a day, a month or a year names.

    >>> first_day("2015-04")
    datetime.date(2015, 4, 1)

    Raises:
        RecordError: There is no such day.
    """
    parts = on[:10].split("-")
    try:
        return date(int(parts[0]), *(int(part) for part in (*parts[1:], "1", "1")[:2]))
    except ValueError as bad:
        raise RecordError(f"{on!r:.40} is no day", place="on", hint="write 2015-05-15") from bad


def require_day(on: str, place: str) -> None:
    """Require that what is written as a day, a month, a year or an instant is one.

    Raises:
        RecordError: There is no such day, or no such time of the day; the place is the field.
    """
    try:
        first_day(on)
        if "T" in on:
            datetime.fromisoformat(on)
    except (RecordError, ValueError) as bad:
        raise RecordError(f"{on!r:.40} is no day", place=place, hint="write 2015-05-15") from bad


def last_day(on: str) -> date:
    """Return the last day that a day, a month or a year names.

    >>> last_day("2016-02"), last_day("2015")
    (datetime.date(2016, 2, 29), datetime.date(2015, 12, 31))

    Raises:
        RecordError: There is no such day.
    """
    begun = first_day(on)
    if len(on) == len("2015"):
        return begun.replace(month=12, day=31)
    if len(on) == len("2015-02"):
        return begun.replace(day=monthrange(begun.year, begun.month)[1])
    return begun


def surely_before(on: str, other: str) -> bool:
    """Tell whether a day lies before another, whatever days a month or a year stands for.

    >>> surely_before("2026-02", "2026-03-01"), surely_before("2026-02", "2026-02-28")
    (True, False)
    """
    return last_day(on) < first_day(other)


def surely_since(on: str, other: str) -> bool:
    """Tell whether something was on a day or later, whatever days a month or a year stands for.

    >>> surely_since("2026-03", "2026-03-01"), surely_since("2026-03", "2026-03-02")
    (True, False)
    >>> surely_since("2026-03-01T08:00Z", "2026-03-01T09:00Z")
    False
    """
    if "T" in on and "T" in other:
        return datetime.fromisoformat(on) >= datetime.fromisoformat(other)
    return first_day(on) >= last_day(other)


def require_past(on: str, now: datetime, place: str) -> None:
    """Require that what is said to have happened does not lie ahead.

    A day that has begun somewhere on earth has begun.

    Raises:
        RecordError: It lies ahead, or is no day; the place is the field at fault.
    """
    require_day(on, place)
    ahead = first_day(on).toordinal() > now.astimezone(UTC).date().toordinal() + 1
    if "T" in on:
        ahead = datetime.fromisoformat(on) > now
    if ahead:
        raise RecordError(
            f"{on} lies ahead", place=place, hint="enter what has happened; plan it as a task"
        )
