"""Techniques of DISARM are told from ATT&CK's by number and address."""

import json
from pathlib import Path
from typing import Any

import pytest

from legation.formats.profiles.disarm import named_disarm, technique_of
from legation.formats.profiles.losses import Piece, Report
from legation.formats.profiles.plain import export_plain, import_plain

_ID = "attack-pattern--0c765d19-99b2-4703-af48-e20a677c4bfc"
_URL = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/techniques/T0049.002.md"
_PHASES = [{"kill_chain_name": "mitre-attack", "phase_name": "maximise-exposure"}]


def _technique(*references: Any, **others: Any) -> dict[str, Any]:
    return {"type": "attack-pattern", "id": _ID, "external_references": [*references], **others}


def _reference(source: str, number: str, url: str = "") -> dict[str, Any]:
    return {"source_name": source, "external_id": number} | ({"url": url} if url else {})


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (_reference("mitre-attack", "T0049.002", _URL), ("disarm", "T0049.002")),
        (_reference("DISARM", "T0049"), ("disarm", "T0049")),
        (_reference("mitre-attack", "T0803", "https://attack.mitre.org/techniques/T0803"), None),
        # The number in the address is another.
        (_reference("mitre-attack", "T0050", _URL), None),
        # Somebody else's list, with an address of DISARM's.
        (_reference("capec", "T0049.002", _URL), ...),
        (_reference("mitre-attack", "nothing", _URL), ...),
        (3, ...),
    ],
)
def test_a_technique_is_disarms_by_number_and_address(reference: Any, expected: Any) -> None:
    found = technique_of(_technique(reference))
    if expected is None:
        assert found == ("attack", reference["external_id"])
    else:
        assert found == (None if expected is ... else expected)


def test_it_is_written_under_its_own_name_and_keeps_its_id() -> None:
    report = Report()
    wrong = _technique(_reference("mitre-attack", "T0049.002", _URL), kill_chain_phases=_PHASES)
    right = named_disarm(wrong, report)
    assert right["id"] == _ID
    assert right["external_references"][0]["source_name"] == "DISARM"
    assert right["kill_chain_phases"][0]["kill_chain_name"] == "disarm"
    assert [loss.property for loss in report.all()] == [
        "/external_references/0/source_name",
        "/kill_chain_phases/0/kill_chain_name",
    ]
    again = Report()
    assert named_disarm(right, again) == right
    assert again.all() == ()


def test_a_technique_of_both_keeps_its_phases() -> None:
    both = _technique(
        _reference("mitre-attack", "T0049.002", _URL),
        _reference("mitre-attack", "T1566"),
        kill_chain_phases=_PHASES,
    )
    assert named_disarm(both, Report())["kill_chain_phases"] == _PHASES


@pytest.mark.data
def test_all_of_the_foundations_techniques_are_found(shared: Path) -> None:
    got = import_plain((shared / "stix" / "disarm-stix.json").read_bytes())
    sent = export_plain(got.pieces, tidy=True)
    after = json.loads(sent.content)["objects"]
    found = [one for one in after if one["type"] == "attack-pattern"]
    assert len(found) == 391
    assert {one["external_references"][0]["source_name"] for one in found} == {"DISARM"}
    assert {one["kill_chain_phases"][0]["kill_chain_name"] for one in found} == {"disarm"}
    assert [one["id"] for one in after] == [one["id"] for one in got.objects]
    assert len(sent.losses) == 2 * 391


@pytest.mark.data
def test_none_of_attacks_industrial_techniques_is_taken_for_one(shared: Path) -> None:
    got = import_plain((shared / "stix" / "attack-ics-18.1.json").read_bytes())
    found = [technique_of(one) for one in got.objects if one["type"] == "attack-pattern"]
    assert {one[0] for one in found if one} == {"attack"}
    sent = export_plain([Piece(one) for one in got.objects], tidy=True)
    assert sent.losses == ()
