"""MISP events as they will be, before PyMISP writes them.

A plan is MISP's own JSON with every UUID and every time settled by the objects alone, so the
same objects give the same event, and a reader can tell what was added to one afterwards.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from legation.errors import RecordError
from legation.formats.profiles.envelope import marking_refs, write_pieces
from legation.formats.profiles.losses import Piece, Report, step
from legation.formats.profiles.misp.cases import Case, cases_of, latest_of
from legation.formats.profiles.misp.shapes import (
    IMPLIED,
    Shape,
    all_taggable,
    day,
    is_text,
    made_uuid,
    seconds,
    shaped,
    tags_of,
    uuid_of,
)
from legation.formats.profiles.misp.words import galaxy_tag, tlp_tag
from legation.stix.codec import object_of
from legation.stix.extensions import AUTHOR, extension_id
from legation.stix.labels import label_of
from legation.stix.objects import Json
from legation.stix.tlp import Tlp, strictest
from legation.stix.vocabulary import MarkingDefinition

FILE: Final = "legation.stix.json"
SAYS: Final = "The objects themselves, as STIX 2.1; sha256:"
_LATER: Final = "MISP has no place for it; the attached bundle has it"
_PUBLIC: Final = ("marking-definition", "extension-definition")
_NO_CASE: Final = "Objects that belong to no case"
_LONGEST_INFO: Final = 1000
# MISP: 0 initial, 1 ongoing, 2 complete; 4 undefined; 0 the receiver's own organisation.
_ONGOING, _COMPLETE = "1", "2"
_UNDEFINED: Final = "4"
_RECEIVER_ALONE: Final = "0"


def planned(
    pieces: Sequence[Piece], *, default: Tlp, persons: bool, report: Report
) -> tuple[dict[str, Any], ...]:
    """Return the events that objects become.

    Args:
        pieces: Objects in one order.
        default: Level of an object that states none.
        persons: Whether persons become objects of MISP.
        report: Where it is noted what has no place there.
    """
    plan = _Plan(pieces, persons=persons, report=report)
    events = tuple(plan.event(case, default) for case in cases_of(pieces))
    plan.tell_versions(pieces)
    return events


class _Plan:
    """What the events of one file share: UUIDs that are taken and objects that stand already."""

    def __init__(self, pieces: Sequence[Piece], *, persons: bool, report: Report) -> None:
        self._latest = latest_of(pieces)
        self._definitions = dict(_definitions(pieces))
        self._persons = persons
        self._report = report
        self._uuids: dict[str, str] = {}
        self._taken: set[str] = set()
        self._standing: set[str] = set()

    def event(self, case: Case, default: Tlp) -> dict[str, Any]:
        """Return the event of a case."""
        values = [self._latest[one] for one in dict.fromkeys(p.value["id"] for p in case.pieces)]
        root = case.root
        uuid = self._uuid(root["id"]) if root else made_uuid("event", *sorted(self._names(values)))
        event = _head(root, values, uuid, self._latest)
        event["Tag"] = [{"name": tag} for tag in self._tags(root, values, default)]
        event["Attribute"] = list(self._of_root(root, uuid))
        event["Object"] = []
        shapes: dict[str, Shape] = {}
        for value in values:
            if value["id"] in self._standing or value is root:
                continue
            self._standing.add(value["id"])
            shape = self._shape(value)
            if shape is not None:
                _dated(shape.content, event["timestamp"])
                shapes[value["id"]] = shape
                event["Object" if shape.is_object else "Attribute"].append(shape.content)
        self._refer(values, shapes)
        event["Attribute"].append(_attached(case.pieces, uuid))
        return event

    def tell_versions(self, pieces: Iterable[Piece]) -> None:
        """Note each version that is not the latest: the attached bundle alone has it."""
        for piece in pieces:
            if piece.value is not self._latest[piece.value["id"]]:
                why = "an older version, or another of the same: the attached bundle alone has it"
                self._report.add(piece.value["id"], "", "moved", why)

    def _shape(self, value: Json) -> Shape | None:
        if value["type"] == "relationship":
            # It becomes a reference where it can.
            return None
        if _public(value):
            self._report.add(value["id"], "", "moved", _LATER)
            return None
        if tag := galaxy_tag(value):
            self._tell(value, frozenset({"name"}), [("external_references", "renamed", tag)])
            return None
        shape = shaped(value, self._uuid(value["id"]), persons=self._persons)
        if shape is None:
            self._report.add(value["id"], "", "moved", _LATER)
        else:
            self._tell(value, shape.carried, shape.told)
        return shape

    def _tell(
        self, value: Json, carried: frozenset[str], told: Iterable[tuple[str, str, str]]
    ) -> None:
        said = {name: (what, why) for name, what, why in told}
        for name in value:
            if name in said:
                what, why = said[name]
                self._report.add(value["id"], step(name), what, why)  # type: ignore[arg-type] # one of four words
            elif name not in carried and name not in IMPLIED:
                self._report.add(value["id"], step(name), "moved", _LATER)

    def _of_root(self, root: Json | None, uuid: str) -> Iterator[dict[str, Any]]:
        if root is None:
            return
        self._standing.add(root["id"])
        _, told = tags_of(root)
        carried = {"labels"} if all_taggable(root) else set()
        if _info(root) == root.get("name"):
            carried.add("name")
        if is_text(said := root.get("description")):
            carried.add("description")
            yield _attribute("comment", said, made_uuid(uuid, "description"), root)
        links = list(_links(root))
        for number, (url, source) in enumerate(links):
            made = _attribute("link", url, made_uuid(uuid, "link", str(number)), root)
            yield made | ({"comment": source} if is_text(source) else {})
        if links:
            told.append(("external_references", "changed", "addresses as links"))
        told.append(("modified", "changed", "MISP keeps whole seconds"))
        told.append(("created", "changed", "MISP keeps the day"))
        if _author(root, self._latest):
            told.append(("created_by_ref", "renamed", "the organisation that made the event"))
        self._tell(root, frozenset(carried), told)

    def _refer(self, values: Iterable[Json], shapes: Mapping[str, Shape]) -> None:
        for value in values:
            if value["type"] != "relationship" or value["id"] in shapes:
                continue
            source, target = (shapes.get(str(value.get(n))) for n in ("source_ref", "target_ref"))
            kind = value.get("relationship_type")
            if galaxy_tag(self._latest.get(str(value.get("target_ref")), {})):
                why = "the event's tag says it; the attached bundle has it"
                self._report.add(value["id"], "", "renamed", why)
                continue
            if source is None or target is None or not source.is_object or not is_text(kind):
                why = "MISP points only from an object of an event to another in it"
                self._report.add(value["id"], "", "moved", f"{why}; the attached bundle has it")
                continue
            source.content.setdefault("ObjectReference", []).append(
                _reference(value, source, target, self._uuid(value["id"]))
            )
            told = [(name, "changed", "by UUID") for name in ("source_ref", "target_ref")]
            told.append(("modified", "changed", "MISP keeps whole seconds"))
            comment = {"description"} if is_text(value.get("description")) else set()
            self._tell(value, frozenset({"relationship_type", *comment}), told)

    def _tags(self, root: Json | None, values: Iterable[Json], default: Tlp) -> Iterator[str]:
        things = [value for value in values if not _public(value)]
        levels = [
            strictest(marking_refs(value), default=default, definitions=self._definitions)
            for value in things
        ]
        yield tlp_tag(max(levels, default=default))
        paps = [label_of(value).pap for value in things if _labelled(value)]
        if paps:
            yield str(max(paps))
        if root is not None:
            own, _ = tags_of(root)
            yield from (tag for tag in own if not tag.lower().startswith(("tlp:", "pap:")))
        yield from dict.fromkeys(filter(None, map(galaxy_tag, things)))

    def _uuid(self, identifier: str) -> str:
        if identifier not in self._uuids:
            uuid = uuid_of(identifier)
            # Two types may have one UUID in STIX; in MISP it would be one thing.
            uuid = made_uuid(identifier) if uuid in self._taken else uuid
            self._uuids[identifier] = uuid
            self._taken.add(uuid)
        return self._uuids[identifier]

    def _names(self, values: Iterable[Json]) -> Iterator[str]:
        for value in values:
            yield value["id"]


def _head(
    root: Json | None, values: Sequence[Json], uuid: str, latest: Mapping[str, Json]
) -> dict[str, Any]:
    stamp = max((seconds(value) for value in values), key=int)
    made = min((seconds({"created": value.get("created")}) for value in values), key=int)
    if root is not None:
        stamp, made = seconds(root), seconds({"created": root.get("created")})
    head: dict[str, Any] = {
        "uuid": uuid,
        "info": _info(root),
        "date": day(made),
        "timestamp": stamp,
        "published": False,
        "analysis": _COMPLETE if _closed(root) else _ONGOING,
        "threat_level_id": _UNDEFINED,
        "distribution": _RECEIVER_ALONE,
    }
    if author := _author(root, latest):
        head["Orgc"] = {"name": author["name"], "uuid": uuid_of(author["id"])}
    return head


def _author(root: Json | None, latest: Mapping[str, Json]) -> Json | None:
    author = latest.get(str((root or {}).get("created_by_ref")), {})
    known = author.get("type") == "identity" and is_text(author.get("name"))
    return author if known else None


def _dated(content: dict[str, Any], stamp: str) -> None:
    # What says no time of its own takes the event's: 0 would be 1970.
    for one in (content, *content.get("Attribute", ())):
        if one["timestamp"] == "0":
            one["timestamp"] = stamp


def _info(root: Json | None) -> str:
    if root is None:
        return _NO_CASE
    name = root.get("name")
    if not is_text(name):
        return f"{root['type']} {uuid_of(root['id'])}"
    return str(name)[:_LONGEST_INFO].strip()


def _closed(root: Json | None) -> bool:
    extensions = (root or {}).get("extensions")
    case = extensions.get(extension_id("case")) if isinstance(extensions, Mapping) else None
    return isinstance(case, Mapping) and case.get("status") == "closed"


def _links(root: Json) -> Iterator[tuple[str, Any]]:
    references = root.get("external_references")
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, Mapping) and is_text(url := reference.get("url")):
            yield str(url), reference.get("source_name")


def _attribute(kind: str, value: str, uuid: str, root: Json) -> dict[str, Any]:
    stamp = seconds(root)
    return {"uuid": uuid, "type": kind, "value": value, "to_ids": False, "timestamp": stamp}


def _attached(pieces: Sequence[Piece], uuid: str) -> dict[str, Any]:
    content = write_pieces(pieces)
    return {
        "uuid": made_uuid(uuid, "objects"),
        "type": "attachment",
        "category": "External analysis",
        "value": FILE,
        "comment": SAYS + hashlib.sha256(content).hexdigest(),
        "to_ids": False,
        "disable_correlation": True,
        "timestamp": max((seconds(piece.value) for piece in pieces), key=int),
        "data": base64.b64encode(content).decode(),
    }


def _reference(value: Json, source: Shape, target: Shape, uuid: str) -> dict[str, Any]:
    comment = value.get("description")
    return {
        "uuid": uuid,
        "object_uuid": source.content["uuid"],
        "referenced_uuid": target.content["uuid"],
        "relationship_type": value["relationship_type"],
        "comment": comment if is_text(comment) else "",
        "timestamp": seconds(value),
    }


def _definitions(pieces: Iterable[Piece]) -> Iterator[tuple[str, MarkingDefinition]]:
    for piece in pieces:
        if piece.value["type"] == "marking-definition":
            try:
                thing = object_of(piece.value)
            except RecordError:
                continue
            if isinstance(thing, MarkingDefinition):
                yield thing.id, thing


def _public(value: Json) -> bool:
    # Definitions and the author of ours are published: nobody is told by them.
    return value["type"] in _PUBLIC or value["id"] == AUTHOR.id


def _labelled(value: Json) -> bool:
    extensions = value.get("extensions")
    return isinstance(extensions, Mapping) and extension_id("label") in extensions


def uuids_in(plan: Any) -> Iterator[str]:
    """Yield every UUID in a planned event."""
    if isinstance(plan, Mapping):
        if isinstance(uuid := plan.get("uuid"), str):
            yield uuid
        for part in plan.values():
            yield from uuids_in(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from uuids_in(part)
