"""The ids of OpenCTI, against its own client."""

import importlib
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.formats.profiles.opencti.ids import opencti_id
from legation.formats.profiles.opencti.words import READ
from worlds.opencti_vectors import VECTORS
from worlds.stix_values import objects

_TIMES = st.sampled_from(["2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00Z"])
_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
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


@pytest.mark.skipif(
    find_spec("pycti") is None, reason="pycti is not installed: vectors stand for it"
)
@given(name=_NAMES, made=_TIMES, kind=st.sampled_from(sorted(_NAMED)))
def test_its_client_agrees_on_any_name(name: str, made: str, kind: str) -> None:
    pycti: Any = importlib.import_module("pycti")
    ask = getattr(pycti, _NAMED[kind]).generate_id
    assert opencti_id({"type": kind, "id": "", "name": name}) == ask(name)
    for other, rule in (("incident", pycti.Incident), ("task", pycti.Task)):
        value = {"type": other, "id": "", "name": name, "created": made}
        assert opencti_id(value) == rule.generate_id(name, made)
    note = {"type": "note", "id": "", "content": name, "created": made}
    assert opencti_id(note) == pycti.Note.generate_id(made, name)
