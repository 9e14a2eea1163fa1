"""What the parts of a MISP event become in STIX.

Ids keep the UUIDs of MISP; what has none takes one that follows from them, so the same event
gives the same objects. An attribute that is to be detected is an indicator; another is
something that was seen; what is words is a note.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from legation.formats.profiles.disarm import SOURCE as DISARM
from legation.formats.profiles.losses import Report, step
from legation.formats.profiles.misp.observables import Made, file_of, observed, pattern
from legation.formats.profiles.misp.shapes import made_uuid
from legation.formats.profiles.misp.values import (
    EVENT_SAID,
    OBJECT_SAID,
    SAID,
    SERVER,
    definition,
    filled,
    instant,
    later,
    level_in,
    level_tags,
    mappings,
    origin,
    uuid_in,
    yes,
)
from legation.formats.profiles.misp.words import RULES
from legation.stix.ids import fact_id
from legation.stix.objects import SPEC, Json

_GALAXY: Final = re.compile(r'misp-galaxy:([a-z0-9-]+)="(.+)"')
_NUMBERED: Final = re.compile(r"(.+) - (T\d{4}(?:\.\d{3})?)")
_TECHNIQUES: Final = {"disarm-techniques": DISARM, "mitre-attack-pattern": "mitre-attack"}
# Before any version of an organisation that says when it was made.
_NO_TIME: Final = "1970-01-01T00:00:00.000Z"


class Reader:
    """Reads one event."""

    def __init__(self, event: Json, report: Report, notes: list[str]) -> None:
        """Take the event; what is lost and what is to be known goes to the others."""
        self._event = event
        self._report = report
        self._notes = notes
        self._named = str(event.get("uuid"))
        self._stamp = instant(event.get("timestamp")) or instant(event.get("date")) or _NO_TIME
        self._levels = level_tags(event)
        self._by_uuid: dict[str, str] = {}
        orgc = event.get("Orgc")
        author = (
            uuid_in(orgc.get("uuid")) if isinstance(orgc, Mapping) and orgc.get("name") else None
        )
        self._author_id = None if author is None else f"identity--{author}"

    def whole(self) -> Iterator[dict[str, Any]]:
        """Yield the report on the event, its author, and all that its parts become."""
        uuid = uuid_in(self._named) or made_uuid("event", self._named)
        report_id = f"report--{uuid}"
        made = list(self.parts(report_id))
        author = self._author()
        refs = [value["id"] for value in made if value["type"] != "marking-definition"]
        refs = refs or ([author["id"]] if author else [])
        if author:
            yield author
        yield from made
        self._tell(self._event, EVENT_SAID, self._named, "event")
        if not refs:
            self._report.add(self._named, "", "dropped", "the event holds nothing")
            return
        day = instant(self._event.get("date")) or self._stamp
        labels = [*self._labels(self._event), *self._settings()]
        yield self._stated(
            "report",
            report_id,
            {
                "name": str(self._event["info"]),
                "published": day,
                "object_refs": list(dict.fromkeys(refs)),
                "labels": labels,
            },
            created=min(day, self._stamp),
            modified=self._stamp,
        )

    def parts(self, about: str = "") -> Iterator[dict[str, Any]]:
        """Yield what the attributes, objects, reports and galaxies of the event become.

        Args:
            about: Id of what its notes speak of; the report on the event unless given.
        """
        about = about or f"report--{uuid_in(self._named) or made_uuid('event', self._named)}"
        for level in dict.fromkeys([*self._levels, *self._inner_levels()]):
            yield definition(level)
        for number, attribute in enumerate(mappings(self._event.get("Attribute"))):
            yield from self._attribute(attribute, about, f"/Attribute/{number}")
        for number, thing in enumerate(mappings(self._event.get("Object"))):
            yield from self._object(thing, about, f"/Object/{number}")
        for thing in mappings(self._event.get("Object")):
            yield from self._references(thing)
        for report in mappings(self._event.get("EventReport")):
            yield from self._event_report(report, about)
        yield from self._techniques()

    def _attribute(self, said: Json, about: str, at: str) -> Iterator[dict[str, Any]]:
        uuid = uuid_in(said.get("uuid"))
        value = said.get("value")
        if uuid is None or not isinstance(value, str) or not isinstance(said.get("type"), str):
            self._report.add(self._named, at, "dropped", "it is no attribute: UUID, type or value")
            return
        named = str(said["uuid"])
        if said.get("deleted") in (True, "1", 1):
            self._report.add(named, "", "dropped", "its author deleted it")
            return
        self._tell(said, SAID, named, "attribute")
        made = self._detected(said, uuid) if yes(said.get("to_ids")) else None
        made = made or self._seen(said, uuid) or self._words(said, uuid, about)
        if made:
            self._by_uuid[named] = made[-1]["id"]
        yield from made

    def _detected(self, said: Json, uuid: str) -> Made | None:
        kind, value = said["type"], said["value"]
        if kind in (*RULES, "stix2-pattern"):
            written, language = value, "stix" if kind == "stix2-pattern" else kind
        else:
            found = observed(kind, value)
            if not found:
                return None
            written, language = pattern(found), "stix"
        self._timeless(said, "last_seen")
        properties = {
            "pattern": written,
            "pattern_type": language,
            "valid_from": self._when(said, "first_seen") or self._time(said),
            "description": self._text(said, "comment"),
            "labels": [*self._labels(said), *origin(said)],
        }
        return [self._stated("indicator", f"indicator--{uuid}", properties, said=said)]

    def _seen(self, said: Json, uuid: str) -> Made | None:
        found = file_of(said) or observed(said["type"], said["value"])
        if not found:
            return None
        self._not_detected(said)
        for part in found:
            part["object_marking_refs"] = self._marks(said)
        first, last = self._span(said)
        properties = {
            "first_observed": first,
            "last_observed": last,
            "number_observed": 1,
            "object_refs": [part["id"] for part in found],
            "labels": [*self._labels(said), *origin(said)],
        }
        name = f"observed-data--{uuid}"
        seen = self._stated("observed-data", name, properties, said=said)
        return [*map(filled, found), *self._comment(said, uuid, name), seen]

    def _span(self, said: Json) -> tuple[str, str]:
        """Return from when to when something was seen; what says neither, when it was told."""
        first, last = self._when(said, "first_seen"), self._when(said, "last_seen")
        if not first:
            told = self._time(said)
            first = last if last and later(last, told) == told else told
        if last and later(first, last) != last:
            self._report.add(str(said["uuid"]), "/last_seen", "dropped", "it lies before the first")
        return first, later(first, last)

    def _when(self, said: Json, name: str) -> str:
        found = instant(said.get(name))
        if said.get(name) and not found:
            self._report.add(str(said["uuid"]), step(name), "dropped", "it is no time")
        return found

    def _text(self, said: Json, name: str) -> str:
        text = said.get(name)
        if isinstance(text, str):
            return text
        if text:
            self._report.add(str(said.get("uuid")), step(name), "dropped", "it is no text")
        return ""

    def _not_detected(self, said: Json) -> None:
        if yes(said.get("to_ids")):
            why = "MISP would detect it; no pattern of STIX says it"
            self._report.add(str(said["uuid"]), "/to_ids", "changed", why)

    def _timeless(self, said: Json, *names: str) -> None:
        for name in names:
            if said.get(name):
                why = "what it becomes has no such time"
                self._report.add(str(said["uuid"]), step(name), "dropped", why)

    def _comment(self, said: Json, uuid: str, about: str) -> Made:
        comment = self._text(said, "comment")
        if not comment:
            return []
        name = f"note--{made_uuid(uuid, 'comment')}"
        properties = {"content": comment, "object_refs": [about]}
        return [self._stated("note", name, properties, said=said)]

    def _words(self, said: Json, uuid: str, about: str) -> Made:
        properties = {
            "abstract": self._text(said, "comment"),
            "content": said["value"] or "(empty)",
            "object_refs": [about],
            "labels": [*self._labels(said), *origin(said)],
        }
        if said.get("data"):
            self._report.add(str(said["uuid"]), "/data", "dropped", "a file of no known kind")
        self._not_detected(said)
        self._timeless(said, "first_seen", "last_seen")
        return [self._stated("note", f"note--{uuid}", properties, said=said)]

    def _object(self, said: Json, about: str, at: str) -> Iterator[dict[str, Any]]:
        uuid = uuid_in(said.get("uuid"))
        if uuid is None:
            self._report.add(self._named, at, "dropped", "it is no object: it has no UUID")
            return
        named = str(said["uuid"])
        if said.get("deleted") in (True, "1", 1):
            self._report.add(named, "", "dropped", "its author deleted it")
            return
        self._tell(said, OBJECT_SAID, named, "object")
        inner: Made = []
        for number, part in enumerate(mappings(said.get("Attribute"))):
            inner += self._attribute(part, about, f"{at}/Attribute/{number}")
        if not inner:
            self._report.add(named, "", "dropped", "the object holds nothing")
            return
        name = f"grouping--{uuid}"
        self._by_uuid[named] = name
        yield from inner
        label = f'misp:object="{said.get("name")}"'
        properties = {
            "name": self._text(said, "name") or "object",
            "description": self._text(said, "comment"),
            "context": "unspecified",
            "object_refs": list(dict.fromkeys(part["id"] for part in inner)),
            "labels": [label],
        }
        yield self._stated("grouping", name, properties, said=said)

    def _references(self, said: Json) -> Iterator[dict[str, Any]]:
        source = self._by_uuid.get(str(said.get("uuid")))
        for number, reference in enumerate(mappings(said.get("ObjectReference"))):
            target = self._by_uuid.get(str(reference.get("referenced_uuid")))
            uuid = uuid_in(reference.get("uuid"))
            kind = re.sub(r"[^a-z0-9]+", "-", str(reference.get("relationship_type")).lower())
            kind = kind.strip("-")
            if source is None or target is None or uuid is None or not kind:
                at = f"/ObjectReference/{number}"
                why = "it points at nothing that is in the event"
                self._report.add(str(said.get("uuid")), at, "dropped", why)
                continue
            properties = {
                "relationship_type": kind,
                "description": self._text(reference, "comment"),
                "source_ref": source,
                "target_ref": target,
            }
            yield self._stated("relationship", f"relationship--{uuid}", properties, said=reference)

    def _event_report(self, said: Json, about: str) -> Iterator[dict[str, Any]]:
        uuid = uuid_in(said.get("uuid"))
        if uuid is None or not said.get("content"):
            self._report.add(self._named, "/EventReport", "dropped", "a report without words")
            return
        properties = {
            "abstract": self._text(said, "name"),
            "content": str(said["content"]),
            "object_refs": [about],
        }
        yield self._stated("note", f"note--{uuid}", properties, said=said)

    def _techniques(self) -> Iterator[dict[str, Any]]:
        for name in dict.fromkeys(self._galaxy_tags()):
            found = _GALAXY.fullmatch(name)
            if found is None or found[1] not in _TECHNIQUES:
                continue
            numbered = _NUMBERED.fullmatch(found[2])
            source = _TECHNIQUES[found[1]]
            called, number = (numbered[1], numbered[2]) if numbered else (found[2], None)
            reference = {"source_name": source, "external_id": number, "description": name}
            yield self._stated(
                "attack-pattern",
                fact_id("attack-pattern", source, called.encode("utf-8", "replace").decode()),
                {"name": called, "external_references": [filled(reference)]},
                created=_NO_TIME,
                modified=_NO_TIME,
            )

    def _galaxy_tags(self) -> Iterator[str]:
        for holder in (self._event, *mappings(self._event.get("Attribute"))):
            yield from (str(tag.get("name")) for tag in mappings(holder.get("Tag")))
        for number, galaxy in enumerate(mappings(self._event.get("Galaxy"))):
            for cluster in mappings(galaxy.get("GalaxyCluster")):
                yield str(cluster.get("tag_name"))
            why = "the framework describes it: only its tag is kept"
            self._report.add(self._named, f"/Galaxy/{number}", "changed", why)

    def _author(self) -> dict[str, Any] | None:
        said = self._event.get("Orgc")
        if self._author_id is None:
            if said:
                self._report.add(self._named, "/Orgc", "dropped", "it has no name or no UUID")
            return None
        # Who an organisation is, is no secret of the event.
        return {
            "type": "identity",
            "spec_version": SPEC,
            "id": self._author_id,
            "created": _NO_TIME,
            "modified": _NO_TIME,
            "name": str(self._event["Orgc"]["name"]),
            "identity_class": "organization",
        }

    def _stated(
        self,
        kind: str,
        identifier: str,
        properties: Mapping[str, Any],
        *,
        said: Json | None = None,
        created: str = "",
        modified: str = "",
    ) -> dict[str, Any]:
        made = created or self._time(said or {})
        return filled(
            {
                "type": kind,
                "spec_version": SPEC,
                "id": identifier,
                "created_by_ref": None if made == _NO_TIME else self._author_id,
                "created": made,
                "modified": modified or made,
                **properties,
                "object_marking_refs": self._marks(said or {}),
            }
        )

    def _marks(self, said: Json) -> list[str]:
        # What an attribute states is beside what the event states: both hold.
        return list(dict.fromkeys([*level_tags(said), *self._levels]))

    def _inner_levels(self) -> Iterator[str]:
        for said in mappings(self._event.get("Attribute")):
            yield from level_tags(said)
        for thing in mappings(self._event.get("Object")):
            for said in mappings(thing.get("Attribute")):
                yield from level_tags(said)

    def _time(self, said: Json) -> str:
        return instant(said.get("timestamp")) or self._stamp

    def _labels(self, said: Json) -> list[str]:
        names = (str(tag.get("name")) for tag in mappings(said.get("Tag")))
        return [name for name in names if name and not level_in(name)]

    def _settings(self) -> list[str]:
        names = ("threat_level_id", "analysis", "published")
        return [f'misp:{name}="{self._event[name]}"' for name in names if name in self._event]

    def _tell(self, said: Json, known: frozenset[str], named: str, what: str) -> None:
        local = sorted(SERVER.intersection(said))
        if local:
            names = ", ".join(local)
            self._notes.append(
                f"of an {what} is not kept, for it counts on one server only: {names}"
            )
        for name, part in said.items():
            if name not in known and name not in SERVER and part not in (None, [], {}, "", False):
                self._report.add(
                    named, step(name), "dropped", f"no word in STIX for it on an {what}"
                )
