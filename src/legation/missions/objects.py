"""Rows of the registers as STIX objects, and back.

The standard's own types carry what partners can read: an identity for a mission or a person by
role, an infrastructure for a channel or a voice, an event for a proof or talks, a grouping for
papers and plans. Our extension `register` carries the row whole. An object's id follows from
the desk, the register and the row's key, so a changed row is a new version of the same object.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final, cast

import msgspec

from legation.errors import RecordError
from legation.missions.register import (
    REGISTERS,
    Channel,
    Holder,
    Jewel,
    Mission,
    Plan,
    Proof,
    Voice,
)
from legation.missions.talks import Talk
from legation.stix.extensions import carried, carry
from legation.stix.ids import fact_id
from legation.stix.objects import SPEC, StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, marking_ref
from legation.stix.vocabulary import Event, Grouping, Identity, Infrastructure

SHAPES: Final[Mapping[str, type[msgspec.Struct]]] = {**REGISTERS, "talks": Talk}
TYPES: Final[Mapping[str, str]] = {
    "missions": "identity",
    "channels": "infrastructure",
    "jewels": "grouping",
    "holders": "identity",
    "plans": "grouping",
    "proofs": "event",
    "voices": "infrastructure",
    "talks": "event",
}
# The event of the OASIS incident extension suite.
EVENT: Final = "extension-definition--4ca6de00-5b0d-45ef-a1dc-ea7279ea910e"
Row = Mission | Channel | Jewel | Holder | Plan | Proof | Voice | Talk


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Who states a row, when, to whom.

    Attributes:
        author: Id of the desk's identity.
        created: When the first version was made, aware.
        modified: When this one was.
    """

    author: str
    created: datetime
    modified: datetime
    marking: Tlp


def register_of(row: msgspec.Struct) -> str:
    """Return the register that a row belongs to."""
    return next(name for name, shape in SHAPES.items() if type(row) is shape)


def object_id(author: str, register: str, key: str) -> str:
    """Return the id of a row's object."""
    return fact_id(TYPES[register], author, register, key)


def object_of(row: Row, stated: Stated) -> StixObject:
    """Return the object of a row; a personal name is never in it.

    Args:
        row: Of any register.
        stated: Who states it, when, to whom.
    """
    register = register_of(row)
    common: dict[str, Any] = {
        "id": object_id(stated.author, register, row.key),
        "spec_version": SPEC,
        "created_by_ref": stated.author,
        "created": Timestamp.of(stated.created),
        "modified": Timestamp.of(stated.modified),
        "object_marking_refs": (marking_ref(stated.marking),),
        "extensions": carry("register", _content(register, row)),
    }
    return _MAKERS[register](row, common, stated.author)


def row_of(thing: StixObject) -> tuple[str, Row] | None:
    """Return register and row that an object carries; None when it carries none.

    Raises:
        RecordError: What it carries is no row of that register.
    """
    content = carried(thing, "register")
    if content is None:
        return None
    register = str(content.get("register"))
    if register not in SHAPES:
        raise RecordError(
            f"unknown register {register[:40]!r}",
            place=thing.id,
            hint=f"known: {', '.join(SHAPES)}",
        )
    try:
        row = msgspec.convert(content.get("row"), SHAPES[register])
    except msgspec.ValidationError as bad:
        raise RecordError(str(bad), place=thing.id, hint="compare with the register") from bad
    return register, cast(Row, row)


def _content(register: str, row: Row) -> dict[str, Any]:
    kept: dict[str, Any] = {
        name: part
        for name, part in msgspec.to_builtins(row).items()
        if part not in (None, "", [], ()) and name != "person"
    }
    return {"register": register, "key": row.key, "row": kept}


def _mission(row: Mission, common: dict[str, Any], author: str) -> Identity:
    del author
    place = f", {row.seat}" if row.seat else ""
    return Identity(
        **common,
        name=row.name,
        description=f"{row.kind} of {row.state}{f' in {row.host}' if row.host else ''}{place}",
        identity_class="organization",
        sectors=("government",),
    )


def _channel(row: Channel, common: dict[str, Any], author: str) -> Infrastructure:
    del author
    return Infrastructure(
        **common,
        name=row.name,
        description=row.use or f"{row.kind} of the mission {row.mission}",
        first_seen=_day(row.since),
        last_seen=_day(row.until) if row.until else None,
    )


def _jewel(row: Jewel, common: dict[str, Any], author: str) -> Grouping:
    return Grouping(
        **common,
        name=row.name,
        description=row.why or None,
        context="crown-jewel",
        object_refs=_refs(author, row.mission, row.channels),
    )


def _holder(row: Holder, common: dict[str, Any], author: str) -> Identity:
    del author
    name = f"{row.role} of {row.mission}"
    return Identity(**common, name=name, identity_class="individual")


def _plan(row: Plan, common: dict[str, Any], author: str) -> Grouping:
    return Grouping(
        **common,
        name=f"Continuity of {row.mission}",
        context="continuity-plan",
        object_refs=_refs(author, row.mission, row.fallbacks),
    )


def _proof(row: Proof, common: dict[str, Any], author: str) -> Event:
    del author
    return Event(
        **_event(common),
        status="occurred",
        name=f"{row.kind} of {row.channel or row.mission}: {row.outcome}",
        description=row.consequence or None,
        event_types=(row.kind,),
        start_time=_day(row.on),
        start_time_fidelity="day",
    )


def _voice(row: Voice, common: dict[str, Any], author: str) -> Infrastructure:
    del author
    return Infrastructure(
        **common,
        name=row.name,
        description=f"official {row.kind} of {row.state}: {row.office}",
        first_seen=_day(row.since),
        last_seen=_day(row.until) if row.until else None,
    )


def _talk(row: Talk, common: dict[str, Any], author: str) -> Event:
    del author
    return Event(
        **_event(common),
        status="not-occurred" if row.status == "cancelled" else "pending",
        name=row.name,
        description=row.stakes,
        event_types=(row.kind,),
        start_time=Timestamp.of(row.starts),
        end_time=Timestamp.of(row.ends),
    )


_MAKERS: Final[Mapping[str, Callable[[Any, dict[str, Any], str], StixObject]]] = {
    "missions": _mission,
    "channels": _channel,
    "jewels": _jewel,
    "holders": _holder,
    "plans": _plan,
    "proofs": _proof,
    "voices": _voice,
    "talks": _talk,
}


def _event(common: dict[str, Any]) -> dict[str, Any]:
    return common | {"extensions": common["extensions"] | {EVENT: {"extension_type": "new-sdo"}}}


def _refs(author: str, mission: str, channels: tuple[str, ...]) -> tuple[str, ...]:
    return (
        object_id(author, "missions", mission),
        *(object_id(author, "channels", key) for key in channels),
    )


def _day(day: date) -> Timestamp:
    return Timestamp.of(datetime.combine(day, time(), UTC))
