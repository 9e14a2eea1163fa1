"""STIX objects of every kind as JSON values, for properties: well made, odd, and hostile.

Names, ids and references come from small pools, so that objects point at each other, have
equal names, come in versions and point round. What programs trip over is among the texts.
"""

import os
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from legation.formats.profiles.opencti.ids import EXTENSION, MITRE_EXTENSION, opencti_id
from legation.stix.extensions import KINDS, extension_id
from legation.stix.tlp import Tlp, marking_ref

# `LEGATION_PROFILE_EXAMPLES=2000` searches longer than the normal run does.
EXAMPLES: Final = int(os.environ.get("LEGATION_PROFILE_EXAMPLES", "60"))

UUIDS: Final = tuple(f"{number}0000000-0000-4000-8000-00000000000{number}" for number in range(6))
TIMES: Final = ("2026-01-05T10:00:00.000Z", "2026-02-05T10:00:00Z", "2026-02-06T10:00:00.123456Z")
NAMES: Final = ("The Port is closed", "the port is closed ", "Ministry", "T0002", "Ünïcode", "")
TEXTS: Final = (
    "<script>alert(1)</script>", '=cmd|" /C calc"!A0', "\u202eevil\u202c", "nul\x00nul", "\ud800",
    "half \udfff pair", "a\r\nb\u2028c", "\x1b[31mred", "é" * 300,
)  # fmt: skip
REQUIRED: Final[Mapping[str, Mapping[str, Any]]] = {
    "artifact": {"payload_bin": "aGk="},
    "attack-pattern": {},
    "autonomous-system": {"number": 64500},
    "campaign": {},
    "case-incident": {},
    "channel": {"channel_types": ["outlet"]},
    "course-of-action": {},
    "directory": {"path": "/srv"},
    "domain-name": {"value": "port.example"},
    "email-addr": {"value": "a@port.example"},
    "email-message": {"is_multipart": False, "subject": "the port"},
    "event": {"status": "occurred"},
    "extension-definition": {"schema": "s", "version": "1.0", "extension_types": ["new-sdo"]},
    "file": {"hashes": {"SHA-256": "ab" * 32}},
    "grouping": {"context": "unspecified"},
    "hostname": {"value": "www.port.example"},
    "identity": {"identity_class": "organization"},
    "incident": {},
    "indicator": {"pattern": "[url:value = 'https://port.example/']", "pattern_type": "stix"},
    "infrastructure": {},
    "intrusion-set": {},
    "ipv4-addr": {"value": "198.51.100.3"},
    "ipv6-addr": {"value": "2001:db8::1"},
    "language-content": {"contents": {"fr": {"name": "x"}}},
    "location": {"country": "XA"},
    "mac-addr": {"value": "00:00:5e:00:53:01"},
    "malware": {"is_family": False},
    "malware-analysis": {"product": "p"},
    "marking-definition": {"definition_type": "statement", "definition": {"statement": "s"}},
    "media-content": {"url": "https://port.example/1", "title": "t"},
    "mutex": {},
    "narrative": {"narrative_types": ["x"]},
    "network-traffic": {"protocols": ["tcp"], "dst_port": 443},
    "note": {"content": "words"},
    "observed-data": {"number_observed": 1},
    "opinion": {"opinion": "neutral"},
    "persona": {"persona_name": "p", "persona_type": "x"},
    "process": {"pid": 1},
    "relationship": {"relationship_type": "uses"},
    "report": {"published": TIMES[0]},
    "sighting": {"count": 2},
    "software": {"vendor": "v"},
    "threat-actor": {},
    "tool": {},
    "url": {"value": "https://port.example/"},
    "user-account": {"user_id": "u", "account_type": "microblog"},
    "vulnerability": {},
    "windows-registry-key": {"key": "HKLM\\x"},
    "x-mitre-tactic": {"x_mitre_shortname": "t"},
    "x-of-somebody-else": {"x": [1, {"y": None}]},
    "x509-certificate": {"serial_number": "1"},
}
_REFS: Final[Mapping[str, tuple[str, ...]]] = {
    "email-message": ("from_ref",),
    "language-content": ("object_ref",),
    "network-traffic": ("src_ref", "dst_ref"),
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref",),
}
_REF_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "domain-name": ("resolves_to_refs",),
    "grouping": ("object_refs",),
    "note": ("object_refs",),
    "observed-data": ("object_refs",),
    "opinion": ("object_refs",),
    "report": ("object_refs",),
    "sighting": ("where_sighted_refs", "observed_data_refs"),
}
_DISARM: Final = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/x/T0002.md"
_MARKINGS: Final = [
    marking_ref(level, family) for family in ("oasis", "opencti", "tlp1") for level in Tlp
] + [f"marking-definition--{UUIDS[0]}"]

_texts = st.sampled_from((*NAMES, *TEXTS)) | st.text(max_size=8)
_ids = st.builds("{}--{}".format, st.sampled_from(sorted(REQUIRED)), st.sampled_from(UUIDS[:3]))
_computed = st.builds(
    lambda kind, name: opencti_id({"type": kind, "id": "", "name": name}) or kind,
    st.sampled_from(("campaign", "narrative", "identity")),
    st.sampled_from(NAMES),
)
_refs = _ids | _ids | _ids | _computed
_json: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts
    | _refs,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts | _refs, inner, max_size=3),
    max_leaves=6,
)
_opencti = st.fixed_dictionaries(
    {},
    optional={
        "extension_type": st.sampled_from(["property-extension", "new-sdo"]),
        "stix_ids": st.lists(_refs, max_size=2) | st.just("odd"),
        "type": st.just("Country"),
        "id": _texts,
    },
)
_extensions = st.dictionaries(
    st.sampled_from([*map(extension_id, KINDS), f"extension-definition--{UUIDS[1]}", "odd"]),
    st.fixed_dictionaries({"extension_type": st.just("property-extension"), "said": _json}),
    max_size=2,
)
_case = st.fixed_dictionaries(
    {
        "extension_type": st.just("property-extension"),
        "type": st.sampled_from(["T1", "T6", "odd"]),
        "began": st.sampled_from(["2026-03", "2026-03-05", "2026-03-05T10:00:00Z"]),
    }
)
_reference = st.fixed_dictionaries(
    {"source_name": st.sampled_from(["mitre-attack", "DISARM", "other"])},
    optional={
        "external_id": st.sampled_from(["T0002", "T1566", "x"]) | _refs,
        "url": st.sampled_from([_DISARM, "https://port.example/T0002"]),
    },
)
_granular = st.fixed_dictionaries(
    {"selectors": st.lists(st.sampled_from(["name", "end_time", "stop_time"]), min_size=1)},
    optional={"marking_ref": st.sampled_from(_MARKINGS), "lang": st.just("en")},
)
_optional: dict[str, st.SearchStrategy[Any]] = {
    "aliases": st.lists(_texts, max_size=2),
    "confidence": st.integers(0, 100),
    "created_by_ref": _refs,
    "description": _texts,
    "end_time": st.sampled_from(TIMES),
    "extensions": _extensions,
    "external_references": st.lists(_reference, max_size=2),
    "first_seen": st.sampled_from(TIMES),
    "granular_markings": st.lists(_granular, max_size=2),
    "incident_type": st.sampled_from(["disinformation", "x"]),
    "kill_chain_phases": st.just([{"kill_chain_name": "mitre-attack", "phase_name": "p"}]),
    "labels": st.lists(st.sampled_from(["incident", "disinformation"]) | _texts, max_size=2),
    "last_seen": st.sampled_from(TIMES),
    "name": st.sampled_from(NAMES) | _texts,
    "object_marking_refs": st.lists(st.sampled_from(_MARKINGS), max_size=3),
    "revoked": st.booleans(),
    "start_time": st.sampled_from(TIMES),
    "status": st.sampled_from(["occurred", "undetermined"]),
    "stop_time": st.sampled_from(TIMES),
    "x_mine": _json,
    "x_mitre_id": _texts,
    "x_opencti_stix_ids": st.lists(_refs, max_size=2),
}


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """One object, of any type."""
    kind = draw(st.sampled_from(sorted(REQUIRED)))
    made = draw(st.sampled_from(TIMES))
    thing: dict[str, Any] = {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{draw(st.sampled_from(UUIDS[:3]))}",
        "created": made,
        "modified": draw(st.sampled_from(TIMES)),
        "name": draw(st.sampled_from(NAMES)),
        **REQUIRED[kind],
    }
    thing |= {name: draw(_refs) for name in _REFS.get(kind, ())}
    thing |= {
        name: draw(st.lists(_refs, min_size=1, max_size=3)) for name in _REF_LISTS.get(kind, ())
    }
    chosen = draw(st.lists(st.sampled_from(sorted(_optional)), max_size=5, unique=True))
    thing |= {name: draw(_optional[name]) for name in chosen}
    if draw(st.booleans()):
        thing["extensions"] = {**thing.get("extensions", {}), EXTENSION: draw(_opencti)}
    if kind == "incident" and draw(st.booleans()):
        thing["extensions"] = {**thing.get("extensions", {}), extension_id("case"): draw(_case)}
    if kind == "attack-pattern" and draw(st.booleans()):
        said = {
            "extension_type": "property-extension",
            "id": draw(st.sampled_from(["T0002", "T1"])),
        }
        thing["extensions"] = {**thing.get("extensions", {}), MITRE_EXTENSION: said}
    if draw(st.booleans()):
        # Some objects have OpenCTI's id already.
        thing["id"] = opencti_id(thing) or thing["id"]
    return thing


bundles = st.lists(objects(), min_size=1, max_size=7)
