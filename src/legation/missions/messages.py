"""What a message of a calendar makes of the talks on record.

A calendar is mailed again and again, and mails arrive late: the number that its program gives to
each message (SEQUENCE; RFC 5545, section 3.8.7.4) tells an older one, which changes nothing
(RFC 5546, section 2.1.4). What a message does not say stays as it is on record.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.errors import LegationError, RecordError
from legation.formats.rows import Refused, Rows, plainly, refused_row
from legation.missions.talks import Talk, verify_talk

NOT_STATED: Final = "not stated"
_UNSAID: Final[dict[str, Any]] = {
    "name": "",
    "parties": (),
    "stakes": NOT_STATED,
    "source": "calendar",
}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says of talks, or is said beside it; what is empty is not said.

    Attributes:
        sequence: Which of the messages about these talks it is, from 0.
        calls_off: Whether it says no more than that they are off.
        no_kind: Why its kind is not known, where the record does not say it either.
        before: Days, as they are written.
        after: Days, as they are written.
    """

    key: str
    sequence: int = 0
    calls_off: bool = False
    no_kind: RecordError | None = None
    kind: str = ""
    name: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    parties: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    stakes: str = ""
    seat: str = ""
    missions: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    status: str = ""
    source: str = ""


def talks_of(messages: Rows[Message], known: Mapping[str, Talk]) -> Rows[Talk]:
    """Return the talks as they are once the messages are heard; an older message is refused.

    Args:
        messages: Each with its line, and why the other events are none.
        known: The talks on record, by key.
    """
    latest = _latest(one for _, one in messages.good)
    good: list[tuple[int, Talk]] = []
    refused = list(messages.refused)
    for line, one in messages.good:
        try:
            good.append((line, _talk(one, known.get(one.key), latest[one.key])))
        except (LegationError, OverflowError) as bad:
            refused.append(refused_event(line, bad))
    return Rows(good=tuple(good), refused=tuple(refused))


def refused_event(line: int, bad: Exception) -> Refused:
    """Return why an event is none, with its line."""
    if not isinstance(bad, LegationError):
        return Refused(
            line=line, column="", reason="a time beyond the calendar", hint="check the years"
        )
    refused = refused_row(line, bad)
    # The parts below name the event's line, which stands beside.
    column = "" if refused.column.startswith("line ") else refused.column
    return msgspec.structs.replace(refused, column=column)


def _latest(messages: Iterable[Message]) -> dict[str, int]:
    """Return the highest number of a file for each of its talks."""
    latest: dict[str, int] = {}
    for one in messages:
        latest[one.key] = max(one.sequence, latest.get(one.key, 0))
    return latest


def _talk(one: Message, before: Talk | None, latest: int) -> Talk:
    if one.calls_off and before is None:
        raise RecordError(
            "calls off talks that are not on record", place="UID", hint="nothing needs doing"
        )
    if one.calls_off and before is not None:
        talk = msgspec.structs.replace(before, status="cancelled", sequence=one.sequence)
    else:
        talk = _completed(one, before)
    if before is not None and one.sequence <= before.sequence:
        if msgspec.structs.replace(talk, sequence=before.sequence) == before:
            return before
        latest = max(latest, before.sequence)
    if one.sequence < latest:
        raise RecordError(
            f"an older message of this calendar: its SEQUENCE is {one.sequence}, "
            f"and {latest} has come",
            place="SEQUENCE",
            hint="nothing needs doing; what the talks are by now stands in the newer one",
        )
    if before is not None and _stands_again(talk, before):
        raise RecordError(
            f"these talks were called off, and this message is no newer (SEQUENCE {one.sequence})",
            place="SEQUENCE",
            hint="ask for a newer one; or enter the row itself, with the status planned",
        )
    return talk


def _stands_again(talk: Talk, before: Talk) -> bool:
    """Tell whether a message plans anew what was called off by one that is as new."""
    planned = before.status == "cancelled" and talk.status == "planned"
    return planned and talk.sequence <= before.sequence


def _completed(one: Message, before: Talk | None) -> Talk:
    """Return talks as a message says, and where it does not, as they are on record."""
    if one.no_kind is not None and before is None:
        raise one.no_kind
    on_record = {} if before is None else msgspec.structs.asdict(before)
    said = {name: part for name in Talk.__struct_fields__ if (part := getattr(one, name))}
    values = _UNSAID | on_record | said | {"sequence": one.sequence}
    if not values["name"]:
        raise RecordError("SUMMARY is missing", place="SUMMARY", hint="give the talks a name")
    try:
        talk = msgspec.convert(values, Talk, strict=False)
    except msgspec.ValidationError as bad:
        message, _, path = str(bad).partition(" - at `$.")
        column = path.partition("`")[0].partition("[")[0]
        raise RecordError(
            plainly(message), place=column, hint="see the reference of talks"
        ) from bad
    verify_talk(talk)
    return talk
