"""The ids that OpenCTI gives: the same facts give the same id in every platform.

OpenCTI works out an id from a few properties of each type: UUIDv5 over their canonical
JSON (RFC 8785) in the namespace that STIX 2.1 reserves for observables. Whoever sends other
ids makes duplicates there. The rules are those of its client `pycti`, release 7; the tests
hold this file against it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid5

from legation.errors import LegationError
from legation.stix.canonical import canonical
from legation.stix.ids import CONTRIBUTING, STIX_NAMESPACE, observable_id
from legation.stix.objects import Json
from legation.stix.tlp import level_of

EXTENSION: Final = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
OBSERVABLE_EXTENSION: Final = "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82"
MITRE_EXTENSION: Final = "extension-definition--322b8f77-262a-4cb8-a915-1e441e00329b"

# OpenCTI's own observables and what gives each its id.
OBSERVABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "ai-prompt": ("value",),
    "bank-account": ("iban",),
    "credential": ("value",),
    "cryptocurrency-wallet": ("value",),
    "cryptographic-key": ("value",),
    "hostname": ("value",),
    "iccid": ("value",),
    "imei": ("value",),
    "imsi": ("value",),
    "media-content": ("url",),
    "payment-card": ("card_number",),
    "persona": ("persona_name", "persona_type"),
    "phone-number": ("value",),
    "ssh-key": ("value",),
    "text": ("value",),
    "tracking-number": ("value",),
    "user-agent": ("value",),
}
_NAMED: Final = (
    "campaign", "channel", "event", "feedback", "infrastructure", "intrusion-set", "language",
    "malware", "narrative", "tool", "vulnerability",
)  # fmt: skip
_NAMED_AND_MADE: Final = ("case-incident", "case-rfi", "case-rft", "incident", "task")
_Facts = dict[str, Any]


def opencti_id(value: Json) -> str | None:
    """Return the id that OpenCTI gives to an object, or None where it gives none.

    >>> opencti_id({"type": "narrative", "name": " The Port is closed "})
    'narrative--f66932a9-1b75-5ce6-8ccf-065622401058'

    Args:
        value: The object as it leaves: its references are OpenCTI's already.
    """
    kind = value["type"]
    try:
        if kind in CONTRIBUTING:
            return observable_id(kind, _without_extensions(value))
        facts = _facts(kind, value)
        if not facts:
            return None
        return f"{kind}--{uuid5(STIX_NAMESPACE, canonical(facts).decode())}"
    except (LegationError, TypeError, AttributeError, ValueError, KeyError):
        # A property is not of its type, or is text that has no canonical form.
        return None


def mitre_id(value: Json) -> str | None:
    """Return the number of a technique, found where OpenCTI looks for it."""
    extensions = value.get("extensions")
    if "x_mitre_id" in value:
        return _text(value["x_mitre_id"])
    said = extensions.get(MITRE_EXTENSION) if isinstance(extensions, Mapping) else None
    if isinstance(said, Mapping) and said.get("id") is not None:
        return _text(said["id"])
    found = None
    for reference in value.get("external_references") or ():
        if str(reference.get("source_name", "")).startswith("mitre-"):
            found = reference.get("external_id")
    return _text(found)


def _facts(kind: str, value: Json) -> _Facts | None:
    if kind in OBSERVABLES:
        return {name: value[name] for name in OBSERVABLES[kind] if name in value}
    if kind in _NAMED:
        return _of_name(value)
    if kind in _NAMED_AND_MADE:
        return _with(_of_name(value), created=value.get("created"))
    rule = _RULES.get(kind)
    return None if rule is None else rule(value)


def _technique(value: Json) -> _Facts | None:
    number = (mitre_id(value) or "").lower().strip()
    return {"x_mitre_id": number} if number else _of_name(value)


def _grouping(value: Json) -> _Facts | None:
    context = _lower(value.get("context"))
    return _with(_of_name(value), context=context, created=value.get("created"))


def _identity(value: Json) -> _Facts | None:
    kind = str(value.get("identity_class", "organization")).lower()
    return _with(_of_name(value), identity_class=kind)


def _indicator(value: Json) -> _Facts:
    return {"pattern": value["pattern"].strip()}


def _location(value: Json) -> _Facts | None:
    places = ("city", "country", "region")
    kind = value.get("x_opencti_location_type") or _opencti(value).get("type")
    kind = kind or next((name.title() for name in places if name in value), "Position")
    position = {name: value[name] for name in ("latitude", "longitude") if name in value}
    if kind == "Position" and position:
        return position
    name = next((value[name] for name in ("name", *places) if name in value), None)
    facts = _of_name({"name": name})
    return facts if kind == "Position" else _with(facts, x_opencti_location_type=kind)


def _malware_analysis(value: Json) -> _Facts | None:
    name = _lower(value.get("result_name"))
    if name is None or "product" not in value:
        return None
    when = {"submitted": value["submitted"]} if "submitted" in value else {}
    return {"result_name": name, "product": value["product"], **when}


def _marking(value: Json) -> _Facts | None:
    if level_of(value["id"]) is not None:
        return None
    kind, said = value.get("x_opencti_definition_type"), value.get("x_opencti_definition")
    if kind is None or said is None:
        kind, said = value.get("definition_type"), value.get("definition")
        said = said.get(kind, value.get("name")) if isinstance(said, Mapping) else said
    if kind is None or kind == "tlp" or not isinstance(said, str):
        return None
    return {"definition_type": kind, "definition": said}


def _note(value: Json) -> _Facts:
    abstract = (value.get("abstract") or "").strip()
    facts = {"content": value["content"].strip()}
    made = {"created": value["created"]} if "created" in value else {}
    return facts | made | ({"attribute_abstract": abstract} if abstract else {})


def _observed_data(value: Json) -> _Facts | None:
    refs = value.get("object_refs")
    return {"objects": refs} if isinstance(refs, list) and refs else None


def _opinion(value: Json) -> _Facts:
    made = {"created": value["created"]} if "created" in value else {}
    return {"opinion": value["opinion"].strip()} | made


def _report(value: Json) -> _Facts | None:
    return _with(_of_name(value), published=value.get("published"))


def _relationship(value: Json) -> _Facts:
    names = ("relationship_type", "source_ref", "target_ref")
    return {name: value[name] for name in names if value[name]} | _span(
        value, "start_time", "stop_time"
    )


def _sighting(value: Json) -> _Facts:
    facts = {name: value[name] for name in ("sighting_of_ref", "where_sighted_refs")}
    return {"type": "sighting"} | facts | _span(value, "first_seen", "last_seen")


def _threat_actor(value: Json) -> _Facts | None:
    kind = value.get("x_opencti_type") or _opencti(value).get("type")
    if kind is None:
        alone = str(value.get("resource_level", "")).lower() == "individual"
        kind = "Threat-Actor-Individual" if alone else "Threat-Actor-Group"
    return _with(_of_name(value), opencti_type=kind)


def _span(value: Json, start: str, stop: str) -> _Facts:
    # An end without a beginning does not count there.
    if start not in value:
        return {}
    return {name: value[name] for name in (start, stop) if name in value}


def _of_name(value: Json) -> _Facts | None:
    name = _lower(value.get("name"))
    return None if name is None else {"name": name}


def _with(facts: _Facts | None, **others: Any) -> _Facts | None:
    if facts is None or None in others.values():
        return None
    return facts | others


def _lower(text: Any) -> str | None:
    return text.lower().strip() if isinstance(text, str) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _opencti(value: Json) -> Json:
    extensions = value.get("extensions")
    said = extensions.get(EXTENSION) if isinstance(extensions, Mapping) else None
    return said if isinstance(said, Mapping) else {}


def _without_extensions(value: Json) -> Json:
    # Only the standard's own extensions give an observable its id there.
    extensions = value.get("extensions")
    if not isinstance(extensions, Mapping):
        return value
    own = {
        name: part
        for name, part in extensions.items()
        if not name.startswith("extension-definition--")
    }
    return {**value, "extensions": own}


_RULES: Final[Mapping[str, Callable[[Json], _Facts | None]]] = {
    "attack-pattern": _technique,
    "course-of-action": _technique,
    "grouping": _grouping,
    "identity": _identity,
    "indicator": _indicator,
    "location": _location,
    "malware-analysis": _malware_analysis,
    "marking-definition": _marking,
    "note": _note,
    "observed-data": _observed_data,
    "opinion": _opinion,
    "relationship": _relationship,
    "report": _report,
    "sighting": _sighting,
    "threat-actor": _threat_actor,
}
