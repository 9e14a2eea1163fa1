"""The ids of OpenCTI, against its own client."""

import random
from typing import Any

import pytest
from hypothesis import given

from legation.formats.profiles.opencti.ids import opencti_id
from legation.formats.profiles.opencti.words import READ
from worlds.opencti_client import client_says
from worlds.opencti_vectors import VECTORS
from worlds.stix_values import objects

_SIGNS = "abzABZ019 .-_/\\\"'\u00e9\u00df\u0130\u0131\u0644\u5916\U0001f54a\u202e\u0000\t\n"
_NAMED = {
    "campaign": "Campaign",
    "channel": "Channel",
    "event": "Event",
    "infrastructure": "Infrastructure",
    "intrusion-set": "IntrusionSet",
    "malware": "Malware",
    "narrative": "Narrative",
    "tool": "Tool",
    "vulnerability": "Vulnerability",
}


@pytest.mark.parametrize(("value", "expected"), VECTORS)
def test_an_id_is_the_one_that_its_client_gives(value: dict[str, Any], expected: str) -> None:
    assert opencti_id({"id": "", **value}) == expected


def test_every_type_that_it_reads_has_a_vector_or_no_rule() -> None:
    tried = {value["type"] for value, _ in VECTORS}
    without = {"data-component", "data-source", "process", "security-coverage"}
    mitre = {"x-mitre-data-component", "x-mitre-data-source"}
    standard = {kind for kind in READ if f"{kind}--" in opencti_standard()}
    assert set(READ) - tried - without - mitre - standard == set()


def opencti_standard() -> str:
    """Observables of the standard, whose rule has tests of its own."""
    from legation.stix.ids import CONTRIBUTING

    return " ".join(f"{kind}--" for kind in CONTRIBUTING)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "campaign"},
        {"type": "campaign", "name": 3},
        {"type": "campaign", "name": "\ud800"},
        {"type": "note", "content": None},
        {"type": "relationship", "relationship_type": "uses"},
        {"type": "location", "latitude": "north"},
        {"type": "x-of-somebody-else", "name": "x"},
        {"type": "marking-definition", "definition_type": "statement", "definition": 3},
        {"type": "attack-pattern", "external_references": [3]},
        {"type": "file", "hashes": 3},
    ],
)
def test_what_it_gives_no_id_keeps_its_own(value: dict[str, Any]) -> None:
    found = opencti_id({"id": "", **value})
    assert found is None or found.startswith(value["type"])


@given(objects())
def test_no_object_makes_it_fall_over(value: dict[str, Any]) -> None:
    found = opencti_id(value)
    assert found is None or found.partition("--")[0] == value["type"]


@pytest.mark.peers
def test_its_client_agrees_on_any_name() -> None:
    draw = random.Random(2026)  # noqa: S311 - nothing here is secret
    asked: list[tuple[str, list[str]]] = []
    ours: list[str | None] = []
    for _ in range(400):
        name = "".join(draw.choices(_SIGNS, k=draw.randint(1, 30)))
        made = (
            f"2026-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}T10:20:30.{draw.randrange(1000):03}Z"
        )
        for kind, of in _NAMED.items():
            asked.append((of, [name]))
            ours.append(opencti_id({"type": kind, "id": "", "name": name}))
        for kind, of in (("incident", "Incident"), ("task", "Task")):
            asked.append((of, [name, made]))
            ours.append(opencti_id({"type": kind, "id": "", "name": name, "created": made}))
        asked.append(("Note", [made, name]))
        ours.append(opencti_id({"type": "note", "id": "", "content": name, "created": made}))
    assert client_says(ids=asked).ids == ours
