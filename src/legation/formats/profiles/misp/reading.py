"""MISP events read as STIX, without a library.

An event with our file attached gives back the objects in it, after their hash is checked; what
others added to the event since is read beside them. Another event is read as a report on
what its attributes and objects become. Each becomes something or is told.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from legation.errors import BadInputError, VerificationError
from legation.formats.profiles.envelope import deeper, read_json, read_pieces
from legation.formats.profiles.losses import Imported, Piece, Report
from legation.formats.profiles.misp.cases import in_one_order
from legation.formats.profiles.misp.plan import FILE, SAYS, planned
from legation.formats.profiles.misp.things import Reader
from legation.formats.profiles.misp.values import level_tags, mappings
from legation.stix.objects import Json
from legation.stix.tlp import Tlp

_HINT: Final = "give an event that MISP exported as JSON"
_HASH: Final = re.compile(re.escape(SAYS) + r"([0-9a-f]{64})")
_ADDED: Final = "it was added to the event after it left; the attached objects do not have it"


def import_misp(data: bytes) -> Imported:
    """Read MISP events.

    Args:
        data: One event, or the events of a response, as MISP's JSON.

    Raises:
        BadInputError: It holds no event.
        VerificationError: Our file is attached, and it is not the one that left.
    """
    report = Report()
    whole = read_json(data)
    if deeper(whole):
        raise BadInputError("nests too deep", place="", hint=_HINT)
    events = list(_events(whole))
    if not events:
        raise BadInputError("no MISP event", place="", hint=_HINT)
    attached = [piece for event in events for piece in _attached(event, report)]
    ours = in_one_order(attached)
    known = _known(ours) if ours else {}
    notes: list[str] = []
    marked: list[str] = []
    read: list[Json] = []
    for event in events:
        marked += level_tags(event)
        if _file(event) is None:
            read += Reader(event, report, notes).whole()
        else:
            read += _added(event, ours, known, (report, notes))
    there = {piece.value["id"] for piece in ours}
    made = _once((value for value in read if value["id"] not in there), report)
    return Imported(
        pieces=(*ours, *map(Piece, made)),
        losses=report.all(),
        notes=tuple(dict.fromkeys(notes)),
        marked=tuple(dict.fromkeys(marked)),
        unread=report.unread(),
    )


def _once(values: Iterable[Json], report: Report) -> list[Json]:
    """Return one of each object; what two of an observable are marked with, holds for it."""
    made: dict[str, dict[str, Any]] = {}
    for value in values:
        known = made.setdefault(value["id"], dict(value))
        both = [*known.get("object_marking_refs", ()), *value.get("object_marking_refs", ())]
        if both:
            known["object_marking_refs"] = list(dict.fromkeys(both))
        if {**known, "object_marking_refs": []} != {**value, "object_marking_refs": []}:
            report.add(value["id"].partition("--")[2], "", "dropped", "its UUID is there already")
    return list(made.values())


def _events(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _events(part)
    elif isinstance(value, Mapping):
        for name in ("response", "Event"):
            if name in value:
                yield from _events(value[name])
                return
        if isinstance(value.get("info"), str) and isinstance(value.get("uuid"), str):
            yield dict(value)


def _file(event: Json) -> tuple[Json, str] | None:
    """Return the attribute that holds our file, and the hash that it states."""
    for attribute in mappings(event.get("Attribute")):
        if attribute.get("type") == "attachment" and attribute.get("value") == FILE:
            stated = _HASH.fullmatch(str(attribute.get("comment")))
            if stated and isinstance(attribute.get("data"), str):
                return attribute, stated[1]
    return None


def _attached(event: Json, report: Report) -> tuple[Piece, ...]:
    found = _file(event)
    if found is None:
        return ()
    attribute, stated = found
    try:
        content = base64.b64decode(attribute["data"], validate=True)
    except (binascii.Error, ValueError) as bad:
        raise VerificationError(
            f"the objects attached to event {event['uuid']!r:.60} are damaged",
            hint="ask for the event again, or take the attachment out to read the event alone",
        ) from bad
    if hashlib.sha256(content).hexdigest() != stated:
        raise VerificationError(
            f"the objects attached to event {event['uuid']!r:.60} are not those that left",
            hint="ask for the event again, or take the attachment out to read the event alone",
        )
    return read_pieces(content, report)


def _known(ours: tuple[Piece, ...]) -> dict[str, str]:
    """Return by UUID what our own export makes of the objects: a value, or nothing."""
    found: dict[str, str] = {}
    for event in planned(ours, default=Tlp.RED, persons=True, report=Report()):
        found[event["uuid"]] = ""
        for tag in event["Tag"]:
            found[tag["name"]] = ""
        for attribute in event["Attribute"]:
            found[attribute["uuid"]] = attribute["value"]
        for thing in event["Object"]:
            found[thing["uuid"]] = ""
            found |= {part["uuid"]: part["value"] for part in thing["Attribute"]}
            found |= {part["uuid"]: "" for part in thing.get("ObjectReference", ())}
    return found


def _added(
    event: Json, ours: Sequence[Piece], known: Mapping[str, str], told: tuple[Report, list[str]]
) -> Iterator[Json]:
    """Yield what was added to an event of ours after it left."""
    report, notes = told
    left = dict(event)
    file = _file(event)
    left["Attribute"] = [
        one
        for one in mappings(event.get("Attribute"))
        if not _same(one, known) and not (file and one is file[0])
    ]
    left["Object"] = [one for one in mappings(event.get("Object")) if not _whole(one, known)]
    for number, tag in enumerate(mappings(event.get("Tag"))):
        name = str(tag.get("name"))
        if name not in known and not name.lower().startswith("tlp:"):
            report.add(str(event["uuid"]), f"/Tag/{number}", "dropped", f"{_ADDED}: {name!r:.80}")
    if left["Attribute"] or left["Object"] or mappings(event.get("EventReport")):
        notes.append("an event has parts that were added or changed after it left")
        ids = [piece.value["id"] for piece in ours]
        about = next((one for one in ids if one.endswith(f"--{event['uuid']}")), "")
        yield from Reader(left, report, notes).parts(about or next(iter(ids), ""))


def _same(attribute: Json, known: Mapping[str, str]) -> bool:
    return known.get(str(attribute.get("uuid"))) == attribute.get("value")


def _whole(thing: Json, known: Mapping[str, str]) -> bool:
    parts: Iterable[Json] = mappings(thing.get("Attribute"))
    references = mappings(thing.get("ObjectReference"))
    return (
        thing.get("uuid") in known
        and all(_same(part, known) for part in parts)
        and all(reference.get("uuid") in known for reference in references)
    )
