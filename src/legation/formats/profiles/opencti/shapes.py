"""Objects in OpenCTI's words, and back: what each way changes on one object.

Each change has its way back, so that an object that went out and came in is the same
again; what cannot come back is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from legation.errors import RecordError
from legation.formats.profiles.disarm import named_disarm, technique_of
from legation.formats.profiles.losses import Report, step
from legation.formats.profiles.marks import remarked
from legation.formats.profiles.opencti.ids import (
    EXTENSION,
    MITRE_EXTENSION,
    OBSERVABLE_EXTENSION,
    OBSERVABLES,
)
from legation.formats.profiles.opencti.links import STIX_IDS, has_room, without_extension
from legation.formats.profiles.opencti.words import EXTENSIONS, NEEDS_NAME, NEW_OBJECTS, READ, reads
from legation.stix.extensions import extension_id
from legation.stix.objects import Json
from legation.stix.timestamps import Timestamp

# Words for OpenCTI's open vocabulary of incident types, by the threat of a case.
INCIDENT_TYPES: Final[Mapping[str, str]] = {
    "T1": "disinformation",
    "T2": "intrusion",
    "T3": "sabotage",
    "T4": "impersonation",
    "T5": "espionage",
    "T6": "phishing",
    "digital repression": "digital-repression",
}
_BARE: Final = {"extension_type": "property-extension"}
_NEW_OBJECT: Final = {"extension_type": "new-sdo"}
_NEW_OBSERVABLE: Final = {"extension_type": "new-sco"}
_UNDETERMINED: Final = "undetermined"
_STAYS: Final = "it stays in the file"
_A_DAY: Final = 10
# Where OpenCTI had them before it had an extension.
_OLDER: Final = "x_opencti_stix_ids"
# Without these, what joins two objects joins nothing.
_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref",),
}


def to_opencti(value: Json, report: Report) -> Json:
    """Return one object in OpenCTI's words, its ids unchanged."""
    told = gathered(named_disarm(remarked(value, "opencti", report), report), report)
    if told["type"] == "event":
        told = _event_out(told, report)
    if told["type"] == "incident":
        told = {**_derived(told), **told}
    return _declared(_lean(told, value["id"], report), report)


def from_opencti(value: Json, report: Report) -> Json:
    """Return one object of OpenCTI's in the words of STIX 2.1, under the same id."""
    told = named_disarm(remarked(value, "oasis", report), report)
    if told["type"] == "event":
        told = _event_in(told, report)
    if told["type"] == "incident":
        told = _without_derived(told, report)
    return _lean(_undeclared(told, report), value["id"], report)


def gathered(value: Json, report: Report) -> Json:
    """Return an object with all ids that others use for it in one place: its extension."""
    if not has_room(value):
        return value
    said, older = _extension(value, EXTENSION), value.get(_OLDER)
    ids = said.get(STIX_IDS, [])
    whole = isinstance(ids, list)
    if whole and not isinstance(older, list):
        return value
    if not whole:
        ids = [ids]
        at = f"/extensions/{EXTENSION}{step(STIX_IDS)}"
        report.add(value["id"], at, "moved", "a list of it: ids that others use are a list")
    rest = dict(value)
    if isinstance(older, list):
        del rest[_OLDER]
        ids = [*ids, *(one for one in older if one not in ids)]
        why = "all ids that others use stand in one place"
        report.add(value["id"], step(_OLDER), "moved", why)
        if STIX_IDS in said and whole:
            report.add(value["id"], f"/extensions/{EXTENSION}{step(STIX_IDS)}", "moved", why)
    if not ids:
        return rest
    others = rest.get("extensions", {})
    why = "it was empty: the ids that others use stand in it"
    if others.get(EXTENSION) == {}:
        report.add(value["id"], f"/extensions/{EXTENSION}", "changed", why)
    if "extensions" in rest and not others:
        report.add(value["id"], "/extensions", "changed", why)
    extension = {**_BARE, **said, STIX_IDS: ids}
    return {**rest, "extensions": {**others, EXTENSION: extension}}


def unread(sent: Sequence[Json]) -> dict[str, str]:
    """Return by id the objects that a platform does not take in, and why."""
    left = {value["id"]: why for value in sent if (why := _refused(value))}
    ends = {
        value["id"]: [value.get(name) for name in _ENDS[value["type"]]]
        for value in sent
        if value["type"] in _ENDS
    }
    while True:
        # One that joins what is not taken in is not taken in; others may join that one.
        more = [one for one, refs in ends.items() if one not in left and _any_left(refs, left)]
        if not more:
            return left
        left |= dict.fromkeys(more, f"OpenCTI does not take in what it joins; {_STAYS}")


def tell_unread(sent: Json, old: str, left: Mapping[str, str], report: Report) -> None:
    """Note what a platform that reads the object does not keep of it.

    Args:
        sent: The object as it leaves.
        old: The id that it had.
        left: Objects that a platform does not take in, of `unread`.
        report: Where it is noted.
    """
    kind = sent["type"]
    if sent["id"] in left:
        report.add(old, "", "dropped", left[sent["id"]])
        return
    for name, part in sent.items():
        if name.endswith(("_ref", "_refs")):
            _tell_references(part, name, old, left, report)
        if name == "granular_markings":
            why = "OpenCTI marks no part of an object: who may not know a part learns it there"
            report.add(old, "/granular_markings", "dropped", f"{why}; {_STAYS}")
        elif not reads(kind, name):
            # An event's end goes under another name, which is told already.
            report.add(old, step(name), "dropped", f"OpenCTI does not keep it; {_STAYS}")
        elif name == "extensions" and isinstance(part, Mapping):
            for extension in part:
                if extension.startswith("extension-definition--") and extension not in EXTENSIONS:
                    at = f"/extensions{step(extension)}"
                    report.add(old, at, "dropped", f"OpenCTI does not know it; {_STAYS}")


def _refused(value: Json) -> str:
    kind = value["type"]
    if kind not in READ:
        return f"OpenCTI has no such type; {_STAYS}"
    if kind in NEEDS_NAME and not isinstance(value.get("name"), str):
        return f"OpenCTI refuses this type without a name; {_STAYS}"
    if kind == "sighting" and not value.get("where_sighted_refs"):
        return f"OpenCTI refuses a sighting that says not where; {_STAYS}"
    return ""


def _any_left(refs: Iterable[Any], left: Mapping[str, str]) -> bool:
    return any(isinstance(ref, str) and _is_left(ref, left) for ref in refs)


def _is_left(ref: str, left: Mapping[str, str]) -> bool:
    return ref in left or ref.partition("--")[0] not in READ


def _tell_references(
    part: Any, name: str, old: str, left: Mapping[str, str], report: Report
) -> None:
    parts = enumerate(part) if isinstance(part, list) else [("", part)]
    for number, ref in parts:
        if isinstance(ref, str) and _is_left(ref, left):
            at = step(name) + (step(number) if number != "" else "")
            why = f"OpenCTI does not take in what it points at; {_STAYS}"
            report.add(old, at, "dropped", why)


def _event_out(value: Json, report: Report) -> Json:
    told = dict(value)
    if told.get("status") == _UNDETERMINED:
        del told["status"]
        report.add(value["id"], "/status", "dropped", "OpenCTI has no status; this one says none")
    if "end_time" in told and "stop_time" not in told:
        told = _renamed(told, "end_time", "stop_time", report)
    return told


def _event_in(value: Json, report: Report) -> Json:
    told = dict(value)
    if "stop_time" in told and "end_time" not in told:
        told = _renamed(told, "stop_time", "end_time", report)
    return {"status": _UNDETERMINED} | told


def _renamed(value: Json, old: str, new: str, report: Report) -> dict[str, Any]:
    report.add(value["id"], step(old), "renamed", f"it is called {new} there")
    told = {new if name == old else name: part for name, part in value.items()}
    parts = told.get("granular_markings")
    if not isinstance(parts, list):
        return told
    made = []
    for number, part in enumerate(parts):
        selectors = part.get("selectors") if isinstance(part, Mapping) else None
        if isinstance(selectors, list) and old in selectors:
            at = f"/granular_markings/{number}/selectors"
            report.add(value["id"], at, "changed", f"{old} is called {new} there")
            part = {**part, "selectors": [new if one == old else one for one in selectors]}  # noqa: PLW2901
        made.append(part)
    return told | {"granular_markings": made}


def _derived(value: Json) -> dict[str, Any]:
    """Return what OpenCTI wants of an incident and our case says in its extension."""
    case = _extension(value, extension_id("case"))
    found: dict[str, Any] = {}
    kind = case.get("type")
    if isinstance(kind, str) and kind in INCIDENT_TYPES:
        found["incident_type"] = INCIDENT_TYPES[kind]
    for name, said in (("first_seen", case.get("began")), ("last_seen", case.get("ended"))):
        if isinstance(said, str) and (instant := _instant(said)):
            found[name] = instant
    return found


def _without_derived(value: Json, report: Report) -> Json:
    derived = _derived(value)
    again = [name for name in derived if value.get(name) == derived[name]]
    for name in again:
        report.add(value["id"], step(name), "moved", "the case's own extension says it")
    return {name: part for name, part in value.items() if name not in again}


def _instant(said: str) -> str:
    # A day begins at its first second; less than a day is no instant.
    text = f"{said}T00:00:00.000Z" if len(said) == _A_DAY else said
    try:
        return Timestamp(text).text
    except RecordError:
        return ""


def _declared(value: Json, report: Report) -> Json:
    """Return an object with the extensions by which OpenCTI knows its type and its number."""
    needed: dict[str, Json] = {}
    if value["type"] in NEW_OBJECTS:
        needed[EXTENSION] = _NEW_OBJECT
    if value["type"] in OBSERVABLES:
        needed[OBSERVABLE_EXTENSION] = _NEW_OBSERVABLE
    if number := _disarm_number(value):
        needed[MITRE_EXTENSION] = {**_BARE, "id": number}
    extensions = value.get("extensions", {})
    if not isinstance(extensions, Mapping):
        return value
    value = _typed(value, report)
    if not needed:
        return value
    extensions = value.get("extensions", {})
    return {**value, "extensions": {**needed, **extensions}}


def _typed(value: Json, report: Report) -> Json:
    """Return an object whose OpenCTI extension says of what kind it is."""
    said = _extension(value, EXTENSION)
    new = value["type"] in NEW_OBJECTS
    kind = "new-sdo" if new else said.get("extension_type", "property-extension")
    if not said or said.get("extension_type") == kind:
        return value
    if "extension_type" in said:
        at = f"/extensions/{EXTENSION}/extension_type"
        report.add(value["id"], at, "changed", "its type is one of OpenCTI's own")
    return {
        **value,
        "extensions": {**value["extensions"], EXTENSION: {**said, "extension_type": kind}},
    }


def _undeclared(value: Json, report: Report) -> Json:
    number = _disarm_number(value)
    if not number or _extension(value, MITRE_EXTENSION) != {**_BARE, "id": number}:
        return value
    at = f"/extensions/{MITRE_EXTENSION}"
    report.add(value["id"], at, "moved", "the reference to DISARM says the number")
    return without_extension(value, MITRE_EXTENSION)


def _disarm_number(value: Json) -> str:
    found = technique_of(value)
    return found[1] if found and found[0] == "disarm" else ""


def _lean(value: Json, named: str, report: Report) -> Json:
    """Return an object without an OpenCTI extension that says nothing."""
    extensions, why = value.get("extensions"), "it says nothing"
    if not isinstance(extensions, Mapping):
        return value
    said = extensions.get(EXTENSION)
    if isinstance(said, Mapping) and said.get(STIX_IDS) == []:
        report.add(named, f"/extensions/{EXTENSION}/{STIX_IDS}", "dropped", why)
        said = {name: part for name, part in said.items() if name != STIX_IDS}
        value = {**value, "extensions": {**extensions, EXTENSION: said}}
    if said in (_BARE, {}):
        report.add(named, f"/extensions/{EXTENSION}", "dropped", why)
        return without_extension(value, EXTENSION)
    if not extensions:
        report.add(named, "/extensions", "dropped", why)
        return {name: part for name, part in value.items() if name != "extensions"}
    return value


def _extension(value: Json, name: str) -> Json:
    extensions = value.get("extensions")
    said = extensions.get(name) if isinstance(extensions, Mapping) else None
    return said if isinstance(said, Mapping) else {}
