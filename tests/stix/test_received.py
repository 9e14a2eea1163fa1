"""What is asked of an object of a partner: the schemas of OASIS, and what no schema can say."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.stix.codec import mapping_of
from legation.stix.oasis import faults
from legation.stix.received import received
from legation.stix.tlp import Tlp, marking_definition, marking_ref

AT = "2026-01-02T03:04:05.678Z"
LATER = "2026-02-02T03:04:05.678Z"


def ident(kind: str, number: int = 1) -> str:
    return f"{kind}--{number:08d}-0000-4000-8000-000000000000"


def made(kind: str, **properties: Any) -> dict[str, Any]:
    value = {
        "type": kind,
        "spec_version": "2.1",
        "id": ident(kind),
        "created": AT,
        "modified": AT,
        **properties,
    }
    return {name: part for name, part in value.items() if part is not None}


def indicator(**properties: Any) -> dict[str, Any]:
    return made(
        "indicator",
        **{"pattern": "[a:b = 1]", "pattern_type": "stix", "valid_from": AT} | properties,
    )


def relationship(**properties: Any) -> dict[str, Any]:
    ends = {"source_ref": ident("campaign"), "target_ref": ident("identity")}
    return made("relationship", **{"relationship_type": "related-to"} | ends | properties)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no modified": (made("campaign", name="x", modified=None), ""),
    "modified before created": (made("campaign", name="x", created=LATER), "/modified"),
    "confidence of 101": (made("campaign", name="x", confidence=101), "/confidence"),
    "confidence as text": (made("campaign", name="x", confidence="50"), "/confidence"),
    "an empty list": (made("campaign", name="x", labels=[]), "/labels"),
    "the id of another type": (made("campaign", name="x", id=ident("tool")), "/id"),
    "a creator that is no identity": (
        made("campaign", name="x", created_by_ref=ident("campaign", 2)),
        "/created_by_ref",
    ),
    "a marking that is none": (
        made("campaign", name="x", object_marking_refs=[ident("campaign", 2)]),
        "/object_marking_refs",
    ),
    "a selector that leads nowhere": (
        made(
            "campaign",
            name="x",
            granular_markings=[{"marking_ref": marking_ref(Tlp.RED), "selectors": ["aliases.[0]"]}],
        ),
        "/granular_markings/0/selectors",
    ),
    "a mark that is neither marking nor language": (
        made("campaign", name="x", granular_markings=[{"selectors": ["name"]}]),
        "/granular_markings/0",
    ),
    "valid until before it is": (indicator(valid_until=AT), "/valid_until"),
    "no pattern": (indicator(pattern="[a:b = "), "/pattern"),
    "a pattern of unknown kind kept as it is, an empty type not": (
        indicator(pattern_type=1),
        "/pattern_type",
    ),
    "a stop before the start": (
        relationship(start_time=LATER, stop_time=AT),
        "/stop_time",
    ),
    "a relationship to a marking": (
        relationship(target_ref=marking_ref(Tlp.RED)),
        "/target_ref",
    ),
    "seen last before first": (
        made("campaign", name="x", first_seen=LATER, last_seen=AT),
        "/last_seen",
    ),
    "a day that does not exist": (
        made("campaign", name="x", created="2026-02-30T00:00:00.000Z", modified=LATER),
        "",
    ),
    "a forged level": (
        mapping_of(marking_definition(Tlp.CLEAR)) | {"id": marking_ref(Tlp.RED)},
        "/id",
    ),
    "traffic that goes on and has ended": (
        {
            "type": "network-traffic",
            "id": ident("network-traffic"),
            "protocols": ["tcp"],
            "src_ref": ident("ipv4-addr"),
            "is_active": True,
            "end": AT,
        },
        "",
    ),
    "a bundle": ({"type": "bundle", "id": ident("bundle"), "objects": []}, "/type"),
    "no type": ({"id": ident("campaign")}, "/type"),
}
RIGHT: dict[str, dict[str, Any]] = {
    "nanoseconds and a leap second": made(
        "campaign",
        name="x",
        created="2016-12-31T23:59:60.123456789Z",
        modified="2016-12-31T23:59:60.123456790Z",
    ),
    "unknown properties": made("campaign", name="x", x_ours={"deep": [1, {"a": 2}]}),
    "an unknown type": made("x-thing", start="London", published="never"),
    "an unknown observable": {"type": "x-seen", "id": ident("x-seen"), "value": "y"},
    "a pattern of another language": indicator(pattern_type="sigma", pattern="title: x"),
    "a language in place of a marking": made(
        "campaign", name="x", granular_markings=[{"lang": "fr", "selectors": ["name"]}]
    ),
    "a published level": mapping_of(marking_definition(Tlp.AMBER_STRICT)),
    "a level of OpenCTI": mapping_of(marking_definition(Tlp.AMBER_STRICT, "opencti")),
    "a statement": {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": ident("marking-definition"),
        "created": AT,
        "definition_type": "statement",
        "definition": {"statement": "x"},
    },
}


@pytest.mark.parametrize("what", WRONG)
def test_what_breaks_the_standard_is_refused_at_its_property(what: str) -> None:
    value, place = WRONG[what]
    with pytest.raises(RecordError) as refused:
        received(value, place="#")
    assert refused.value.place.startswith(f"#{place}")
    assert refused.value.hint


@pytest.mark.parametrize("what", RIGHT)
def test_what_the_standard_allows_is_taken(what: str) -> None:
    value = RIGHT[what]
    facts = received(value)
    assert (facts.object_id, facts.object_type) == (value["id"], value["type"])


def test_a_version_is_known_by_the_instant_of_its_modified() -> None:
    first = received(made("campaign", name="x", modified="2026-03-01T00:00:00.100Z"))
    same = received(made("campaign", name="x", modified="2026-03-01T00:00:00.1000Z"))
    assert first.version == same.version
    assert (first.version_text, same.version_text) == (
        "2026-03-01T00:00:00.100Z",
        "2026-03-01T00:00:00.1000Z",
    )
    assert received(RIGHT["a statement"]).version_text == AT
    assert received(RIGHT["an unknown observable"]).version == ""


def test_a_fault_names_what_is_wrong_without_repeating_all_of_it() -> None:
    fault = next(faults(made("campaign", name="y" * 5_000, labels="z" * 5_000)))
    assert fault.pointer == "/labels"
    assert len(fault.message) <= 200


def test_all_of_the_shared_files_is_taken(shared: Path) -> None:
    taken = 0
    for file in sorted((shared / "stix").glob("*.json")):
        read = msgspec.json.decode(file.read_bytes())
        if "type" in read:
            for value in read.get("objects", [read]):
                received(value, place=file.name)
                taken += 1
    assert taken > 6_000
