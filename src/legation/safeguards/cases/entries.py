"""An entry of a case: what is stated, by whom, and when it was written.

The kinds are listed here, one line each. An entry is never changed: a correction is a new one
that names the old, and both can be read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases import facts
from legation.safeguards.cases.bodies import Body, Number

KINDS: Final[tuple[type[Body], ...]] = (
    facts.Opened,
    facts.Victim,
    facts.Said,
    facts.Task,
    facts.TaskDone,
    facts.Work,
    facts.Link,
    facts.Told,
    facts.Moved,
    facts.Withdrawn,
)
ANY_BODY: Final[Any] = reduce(or_, KINDS)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        number: Its place in the case, from 1; a number that is missing is not for this reader.
        author: Who states it: a person of the desk by their id, or a door of the machine.
        written: When it was written, aware; the second clock of every event.
        corrects: Number of the entry in whose place it stands.
        id: Of its object; empty before it is kept.
    """

    number: Number
    author: str
    written: datetime
    body: Body
    corrects: int | None = None
    id: str = ""


def tag_of(body: Body | type[Body]) -> str:
    """Return the name of an entry's kind."""
    return str(body.__struct_config__.tag)


TAGS: Final[dict[str, type[Body]]] = {tag_of(kind): kind for kind in KINDS}


def read_body(value: Any, place: str = "") -> Body:
    """Read what an entry states from JSON values.

    Raises:
        RecordError: It is no entry of any kind; the place names the part at fault.
    """
    tag = value.get("entry") if isinstance(value, dict) else None
    if tag not in TAGS:
        raise RecordError(
            f"{tag!r:.60} is no kind of entry", place=place, hint=f"there are: {', '.join(TAGS)}"
        )
    try:
        body: Body = msgspec.convert(value, TAGS[tag])
    except msgspec.ValidationError as bad:
        said, _, at = str(bad).partition(" - at `$.")
        where = at.rstrip("`")
        raise RecordError(
            said, place="/".join(part for part in (place, where) if part), hint=_hint(tag)
        ) from bad
    return body


def standing(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that hold: neither taken back nor corrected, by number.

    A correction stands in the place of what it corrects: at that one's number would be a lie, so
    it keeps its own; who needs the first number asks `origin`.
    """
    ordered = sorted(entries, key=lambda one: one.number)
    gone = {one.corrects for one in ordered if one.corrects is not None}
    gone |= {one.body.what for one in ordered if isinstance(one.body, facts.Withdrawn)}
    return tuple(one for one in ordered if one.number not in gone)


def latest_of(entries: Sequence[Entry], number: int) -> int:
    """Return the number of the entry that holds in the place of one."""
    follows = {one.corrects: one.number for one in entries if one.corrects is not None}
    while number in follows:
        number = follows[number]
    return number


def _hint(tag: str) -> str:
    return f"{tag} has: {', '.join(TAGS[tag].__struct_fields__)}"
