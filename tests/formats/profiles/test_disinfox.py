"""DISINFOX: its incidents are read as incidents, and nothing else changes."""

import json
from typing import Any

from hypothesis import given, settings

from legation.formats.profiles.disinfox import import_disinfox
from legation.formats.profiles.envelope import read_json
from legation.formats.profiles.losses import Piece
from legation.formats.profiles.plain import export_plain
from worlds.accounts import unaccounted
from worlds.stix_values import EXAMPLES, bundles

_UUID = "76271730-6e05-51f0-bf4c-6a7c7b53d9b0"
_OLD, _NEW = f"intrusion-set--{_UUID}", f"incident--{_UUID}"
_MADE = {
    "spec_version": "2.1",
    "created": "2026-01-25T23:35:11.86288Z",
    "modified": "2026-01-25T23:35:11.86288Z",
}
_INCIDENT = {
    "type": "intrusion-set",
    "id": _OLD,
    **_MADE,
    "name": "The port of Freedonia is said to be closed",
    "description": "A rumour.",
    "first_seen": "2026-01-20T00:00:00Z",
    "labels": ["incident", "disinformation"],
}
_ACTOR = _INCIDENT | {"id": "intrusion-set--0d4d5ade-e487-4f29-8d33-5f19a9b216b6", "labels": ["x"]}
_TECHNIQUE = {
    "type": "attack-pattern",
    "id": "attack-pattern--70717452-f7e3-4ce8-956f-39a4d34c5cfb",
    **_MADE,
    "name": "Some technique",
    "external_references": [
        {
            "source_name": "mitre-attack",
            "external_id": "T0002",
            "url": "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/T0002.md",
        }
    ],
}
_USES = {
    "type": "relationship",
    "id": "relationship--1dce08d4-3650-4f78-8d55-1a08055ffbf3",
    **_MADE,
    "relationship_type": "uses",
    "source_ref": _OLD,
    "target_ref": _TECHNIQUE["id"],
}


def _bundle(*things: dict[str, Any]) -> bytes:
    return json.dumps({"type": "bundle", "id": f"bundle--{_UUID}", "objects": things}).encode()


def test_an_intrusion_set_with_the_label_is_an_incident_and_the_rest_follows() -> None:
    got = import_disinfox(_bundle(_INCIDENT, _ACTOR, _TECHNIQUE, _USES))
    incident, actor, technique, uses = got.objects
    assert (incident["type"], incident["id"]) == ("incident", _NEW)
    assert {name: incident[name] for name in ("name", "first_seen", "labels")} == {
        name: _INCIDENT[name] for name in ("name", "first_seen", "labels")
    }
    assert incident["external_references"] == [{"source_name": "DISINFOX", "external_id": _OLD}]
    assert actor == _ACTOR
    assert technique["external_references"][0]["source_name"] == "DISARM"
    assert (technique["id"], uses["source_ref"]) == (_TECHNIQUE["id"], _NEW)
    assert got.notes == ("1 intrusion sets are read as incidents",)
    assert {(loss.object_id, loss.property) for loss in got.losses} == {
        (_OLD, "/id"),
        (_OLD, "/type"),
        (_TECHNIQUE["id"], "/external_references/0/source_name"),
        (_USES["id"], "/source_ref"),
    }


def test_what_was_read_once_is_read_the_same_again() -> None:
    once = import_disinfox(_bundle(_INCIDENT, _ACTOR, _TECHNIQUE, _USES))
    again = import_disinfox(export_plain(once.pieces).content)
    assert again.objects == once.objects
    assert again.losses == ()


@settings(max_examples=EXAMPLES)
@given(bundles)
def test_every_value_is_read_or_is_told(things: list[dict[str, Any]]) -> None:
    data = export_plain(map(Piece, things)).content
    got = import_disinfox(data)
    for thing in read_json(data)["objects"]:
        assert unaccounted(thing, got.objects, got.losses) == []
