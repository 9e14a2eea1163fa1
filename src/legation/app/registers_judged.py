"""Which rows of a file fit what is on record, by what its reader may know alone.

A row that somebody may not know is absent here: it neither stands in the way of what comes in
nor is named by an answer, but for a key, which is only said to be taken.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import cast

import msgspec

from legation.errors import LegationError, RecordError
from legation.formats.icalendar import is_calendar
from legation.formats.rows import Refused, Rows, heads_of, read_rows, refused_row
from legation.missions.apart import verify_apart
from legation.missions.calendar import Assumed, read_calendar
from legation.missions.messages import Message, talks_of
from legation.missions.objects import SHAPES, Row
from legation.missions.register import Channel, Holder, Plan, Proof, Voice, verify_row
from legation.missions.tables import dangling, pointed, register_for
from legation.missions.talks import Talk, verify_talk
from legation.missions.voices import settled, verify_told_apart

Given = Row | Message


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was read.

    Attributes:
        rows: What it holds: of a table each row under its one spelling, of a calendar what it
            says of talks.
        unknown: Zones of a calendar that nobody knows, for which the assumed one was taken.
    """

    register: str
    rows: Rows[Given]
    is_calendar: bool = False
    unknown: tuple[str, ...] = ()


def read_incoming(
    content: bytes, place: str, register: str, assumed: Assumed, ahead: date
) -> Incoming:
    """Read a table or a calendar.

    Args:
        content: The file.
        place: Its name, for errors.
        register: Which register; empty: by its columns.
        assumed: What a calendar does not say.
        ahead: First day that cannot have come yet anywhere.

    Raises:
        BadInputError: It is neither.
    """
    if is_calendar(content):
        read = read_calendar(content, assumed, place=place)
        messages = cast(Rows[Given], read.messages)
        return Incoming(register="talks", rows=messages, is_calendar=True, unknown=read.unknown)
    name = register or register_for(heads_of(content, place), place)
    shape = cast(type[Row], SHAPES[name])
    rows = read_rows(content, shape, place=place, settle=lambda row: _settled(row, ahead))
    return Incoming(register=name, rows=cast(Rows[Given], rows))


def heard(incoming: Incoming, rows: Rows[Given], known: Mapping[str, Row]) -> Rows[Row]:
    """Return rows as they are beside what is on record.

    A calendar says of talks what it says, and the rest stays; a table says all of them but for
    the number of the last message, which it never takes back.
    """
    on_record = {key: row for key, row in known.items() if isinstance(row, Talk)}
    if incoming.is_calendar:
        return cast(Rows[Row], talks_of(cast(Rows[Message], rows), on_record))
    good = tuple((line, _numbered(cast(Row, row), on_record)) for line, row in rows.good)
    return Rows(good=good, refused=rows.refused)


def _numbered(row: Row, on_record: Mapping[str, Talk]) -> Row:
    if not isinstance(row, Talk) or row.key not in on_record:
        return row
    number = max(row.sequence, on_record[row.key].sequence)
    return msgspec.structs.replace(row, sequence=number)


def differing(register: str, pairs: Iterable[tuple[Row, Row]]) -> tuple[str, ...]:
    """Return the columns in which rows say something else than before, in their order."""
    names = {
        name
        for now, before in pairs
        for name in SHAPES[register].__struct_fields__
        if getattr(now, name) != getattr(before, name)
    }
    return tuple(name for name in SHAPES[register].__struct_fields__ if name in names)


def judged(
    register: str,
    rows: Rows[Row],
    known: Mapping[str, Mapping[str, Row]],
    taken: Collection[str],
    breached: Collection[str] = (),
) -> tuple[list[Row], list[Refused]]:
    """Part the rows that fit what is there from those that do not.

    Args:
        register: Which they are of.
        rows: What comes in.
        known: By register and key, the rows that may be known: of this register, and of those
            that it points to.
        taken: Keys of this register, whoever may know their rows.
        breached: Keys of channels that a breach names; these stay of their kind.
    """
    refused = list(rows.refused)
    on_record = known[register]
    fits: list[tuple[int, Row]] = []
    for line, row in rows.good:
        fault = next(
            (dangling(*to) for to in pointed(register, row) if to[2] not in known[to[1]]), None
        )
        if fault is None and row.key in taken and row.key not in on_record:
            fault = RecordError("this key is taken", place="key", hint="choose another one")
        if fault is None and row.key in breached and is_of_another_kind(row, on_record):
            fault = RecordError(
                "a channel that was breached stays of its kind",
                place="kind",
                hint="end it with `until`, and enter the other one under a key of its own",
            )
        if fault is None:
            fits.append((line, row))
        else:
            refused.append(refused_row(line, fault))
    alike = dict(verify_told_apart(fits, on_record))
    fits = [(line, row) for line, row in fits if line not in alike]
    apart: dict[int, LegationError] = dict(verify_apart(fits, on_record))
    refused += [refused_row(line, fault) for line, fault in (alike | apart).items()]
    return [row for line, row in fits if line not in apart], refused


def is_of_another_kind(row: Row, on_record: Mapping[str, Row]) -> bool:
    """Tell whether a channel would become one of another kind, which other threats come through."""
    before = on_record.get(row.key)
    return isinstance(row, Channel) and isinstance(before, Channel) and row.kind != before.kind


def bare(row: Row) -> Row:
    """Return a row as its object has it: without a personal name."""
    return msgspec.structs.replace(row, person="") if isinstance(row, Holder) else row


def _verify_kept(row: Row) -> None:
    """Require that a row can be read again as it will be kept: one spelling may be a longer one."""
    try:
        msgspec.convert(msgspec.to_builtins(row), type(row))
    except msgspec.ValidationError as bad:
        column = str(bad).rpartition("$.")[2].rstrip("`")
        raise RecordError(
            "in its one spelling this is too long",
            place=column if column in type(row).__struct_fields__ else "name",
            hint="write it shorter",
        ) from bad


def _settled(row: Row, ahead: date) -> Row:
    """Return a row under its one spelling, once it says what can be."""
    if isinstance(row, Voice):
        row = settled(row)
    if isinstance(row, Talk):  # a calendar knows no parts of a second
        whole = {name: getattr(row, name).replace(microsecond=0) for name in ("starts", "ends")}
        row = msgspec.structs.replace(row, **whole)
    _verify_kept(row)
    verify_talk(row) if isinstance(row, Talk) else verify_row(row)
    if isinstance(row, Proof) and max(row.on, row.known) > ahead:
        column = "on" if row.on > ahead else "known"
        raise RecordError(
            "what is still ahead proves nothing", place=column, hint="enter it once it has happened"
        )
    if isinstance(row, Plan) and row.drilled is not None and row.drilled > ahead:
        raise RecordError(
            "a drill that is still ahead has shown nothing",
            place="drilled",
            hint="enter it once it has been held",
        )
    return row
