"""OpenCTI: there and back, with nothing that is not told."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from legation.formats.profiles.envelope import read_json
from legation.formats.profiles.losses import Exported, Piece
from legation.formats.profiles.opencti.ids import EXTENSION, MITRE_EXTENSION, opencti_id
from legation.formats.profiles.opencti.profile import export_opencti, import_opencti
from legation.formats.profiles.plain import import_plain
from legation.stix.extensions import extension_id
from legation.stix.tlp import Tlp, marking_ref
from worlds.accounts import unaccounted
from worlds.judges import judge_by_stix2
from worlds.opencti_client import client_says
from worlds.shared_stix import BUNDLES
from worlds.stix_values import EXAMPLES, bundles

_MADE = {"created": "2026-01-05T10:00:00.000Z", "modified": "2026-02-05T10:00:00.000Z"}
_UUID = "0d4d5ade-e487-4f29-8d33-5f19a9b216b6"


def _thing(kind: str, **others: Any) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{_UUID}", **_MADE, **others}


def _sent(*things: dict[str, Any]) -> tuple[list[dict[str, Any]], Exported]:
    made = export_opencti(map(Piece, things))
    return read_json(made.content)["objects"], made


@settings(max_examples=EXAMPLES)
@given(bundles)
def test_what_went_out_and_came_in_goes_out_the_same(things: list[dict[str, Any]]) -> None:
    sent = export_opencti(map(Piece, things))
    assert export_opencti(import_opencti(sent.content).pieces).content == sent.content


@settings(max_examples=EXAMPLES)
@given(bundles)
def test_every_value_is_in_the_file_or_is_told(things: list[dict[str, Any]]) -> None:
    sent = export_opencti(map(Piece, things))
    after = read_json(sent.content)["objects"]
    for thing in things:
        assert unaccounted(thing, after, sent.losses) == []
    got = import_opencti(sent.content)
    for thing in after:
        assert unaccounted(thing, got.objects, got.losses) == []


@settings(max_examples=EXAMPLES)
@given(bundles)
def test_no_two_objects_leave_under_one_id(things: list[dict[str, Any]]) -> None:
    sent, _ = _sent(*things)
    before = {thing["id"] for thing in things}
    kept = [one for one in sent if one["type"] != "marking-definition"]
    assert len({one["id"] for one in kept}) == len(
        {one for one in before if not one.startswith("marking-definition")}
    )


@pytest.mark.data
@pytest.mark.parametrize("name", BUNDLES)
def test_real_content_goes_and_comes_back(name: str, shared: Path) -> None:
    given_ = import_plain((shared / "stix" / name).read_bytes())
    sent = export_opencti(given_.pieces)
    got = import_opencti(sent.content)
    assert export_opencti(got.pieces).content == sent.content
    came = {(one["id"], one.get("modified")) for one in got.objects}
    tlp = "marking-definition--"
    assert {
        (one["id"], one.get("modified")) for one in given_.objects if not one["id"].startswith(tlp)
    } <= came


def test_an_object_has_its_id_and_keeps_the_one_before() -> None:
    (sent,), made = _sent(_thing("narrative", name="The port is closed"))
    assert sent["id"] == opencti_id(sent) != f"narrative--{_UUID}"
    assert sent["extensions"] == {
        EXTENSION: {"extension_type": "new-sdo", "stix_ids": [f"narrative--{_UUID}"]}
    }
    assert [loss.property for loss in made.losses] == ["/id"]
    judge_by_stix2(json.loads(made.content), allow_custom=True)
    assert import_opencti(made.content).objects[0]["id"] == f"narrative--{_UUID}"


def test_references_are_rewritten_wherever_they_stand() -> None:
    campaign = _thing("campaign", name="c")
    old = campaign["id"]
    note = _thing(
        "note",
        content="words",
        object_refs=[old, f"identity--{_UUID}"],
        extensions={extension_id("entry"): {"case_ref": old, "deep": {old: [old]}}},
    )
    (sent, told), made = _sent(campaign, note)
    new = sent["id"]
    assert told["object_refs"] == [new, f"identity--{_UUID}"]
    assert told["extensions"][extension_id("entry")] == {"case_ref": new, "deep": {new: [new]}}
    assert list(import_opencti(made.content).objects) == [campaign, note]


def test_a_relationship_has_the_id_of_what_it_joins_there() -> None:
    one, other = _thing("campaign", name="c"), _thing("malware", name="m", is_family=False)
    link = _thing(
        "relationship", relationship_type="uses", source_ref=one["id"], target_ref=other["id"]
    )
    (_, _, sent), made = _sent(one, other, link)
    assert sent["id"] == opencti_id(sent)
    assert sent["source_ref"] != one["id"]
    assert import_opencti(made.content).objects[2] == link


def test_the_second_of_two_that_it_would_join_keeps_its_id_and_is_told() -> None:
    first = _thing("campaign", name="The Port")
    second = _thing("campaign", name="the port ") | {"id": f"campaign--{_UUID[:-1]}7"}
    (one, other), made = _sent(first, second)
    assert one["id"] != first["id"]
    assert other["id"] == second["id"]
    assert any(loss.object_id == second["id"] and not loss.property for loss in made.losses)


def test_levels_go_in_its_family_and_come_in_the_oasis_one() -> None:
    strict = marking_ref(Tlp.AMBER_STRICT)
    thing = _thing(
        "campaign",
        name="c",
        object_marking_refs=[strict],
        granular_markings=[{"marking_ref": marking_ref(Tlp.RED), "selectors": ["name"]}],
    )
    (sent, *definitions), made = _sent(thing)
    assert sent["object_marking_refs"] == [marking_ref(Tlp.AMBER_STRICT, "opencti")]
    assert sent["granular_markings"][0]["marking_ref"] == marking_ref(Tlp.RED, "opencti")
    assert {one["id"] for one in definitions} == {
        marking_ref(Tlp.AMBER_STRICT, "opencti"),
        marking_ref(Tlp.RED, "opencti"),
    }
    why = [loss.why for loss in made.losses if loss.property == "/granular_markings"]
    assert "marks no part" in why[0]
    assert import_opencti(made.content).objects[0] == thing


def test_a_case_is_an_incident_of_a_type_with_a_first_day() -> None:
    case = {
        "extension_type": "property-extension",
        "number": "2026-0017",
        "type": "T1",
        "began": "2026-03-05",
        "ended": "2026-04",
    }
    thing = _thing("incident", name="c", extensions={extension_id("case"): case})
    (sent,), made = _sent(thing)
    assert sent["incident_type"] == "disinformation"
    assert sent["first_seen"] == "2026-03-05T00:00:00.000Z"
    assert "last_seen" not in sent, "a month is no instant"
    assert any(loss.property == f"/extensions/{extension_id('case')}" for loss in made.losses)
    assert import_opencti(made.content).objects[0] == thing


def test_the_end_of_an_event_goes_under_its_name_and_comes_back() -> None:
    thing = _thing(
        "event",
        name="talks",
        status="occurred",
        end_time="2026-03-05T10:00:00.000Z",
        granular_markings=[{"lang": "en", "selectors": ["end_time"]}],
    )
    (sent,), made = _sent(thing)
    assert sent["stop_time"] == "2026-03-05T10:00:00.000Z"
    assert sent["granular_markings"][0]["selectors"] == ["stop_time"]
    (got,) = import_opencti(made.content).objects
    assert {name: got[name] for name in thing} == thing


def test_an_event_of_its_own_gets_the_status_that_says_none() -> None:
    data = json.dumps(_thing("event", name="talks", stop_time="2026-03-05T10:00:00.000Z"))
    (got,) = import_opencti(data.encode()).objects
    assert got["status"] == "undetermined"
    assert got["end_time"] == "2026-03-05T10:00:00.000Z"


def test_a_technique_of_disarm_has_its_number_where_it_is_looked_for() -> None:
    url = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/techniques/T0049.md"
    thing = _thing(
        "attack-pattern",
        name="Flood",
        external_references=[{"source_name": "DISARM", "external_id": "T0049", "url": url}],
    )
    (sent,), made = _sent(thing)
    assert sent["extensions"][MITRE_EXTENSION]["id"] == "T0049"
    assert sent["id"] == opencti_id({"type": "attack-pattern", "id": "", "x_mitre_id": "t0049"})
    assert import_opencti(made.content).objects[0] == thing


def test_what_a_platform_does_not_keep_is_told_and_stays_in_the_file() -> None:
    unknown = _thing("x-of-somebody-else", name="x", inner={"a": [1]})
    custom = _thing("campaign", name="c", x_mine=1)
    nameless = _thing("grouping", context="unspecified", object_refs=[custom["id"]])
    sent, made = _sent(unknown, custom, nameless)
    assert sent[0] == unknown
    told = {(loss.object_id, loss.property) for loss in made.losses if loss.what == "dropped"}
    assert told >= {(unknown["id"], ""), (custom["id"], "/x_mine"), (nameless["id"], "")}


def test_what_joins_something_that_is_not_taken_in_is_told() -> None:
    campaign, foreign = _thing("campaign", name="c"), _thing("x-of-somebody-else")
    link = _thing(
        "relationship",
        relationship_type="uses",
        source_ref=campaign["id"],
        target_ref=foreign["id"],
    )
    note = _thing("note", content="w", object_refs=[campaign["id"], link["id"], foreign["id"]])
    sighting = _thing("sighting", sighting_of_ref=campaign["id"])
    _, made = _sent(campaign, foreign, link, note, sighting)
    told = {(loss.object_id, loss.property) for loss in made.losses if loss.what == "dropped"}
    assert told == {
        (foreign["id"], ""),
        (link["id"], ""),
        (note["id"], "/object_refs/1"),
        (note["id"], "/object_refs/2"),
        (sighting["id"], ""),
    }


@pytest.mark.data
def test_as_much_of_attack_is_left_as_its_own_client_leaves(shared: Path) -> None:
    # The splitter of pycti 7.261026.0 takes in 861 of the 1,826 objects of the exported file.
    got = import_plain((shared / "stix" / "attack-ics-18.1.json").read_bytes())
    losses = export_opencti(got.pieces).losses
    assert sum(loss.what == "dropped" and not loss.property for loss in losses) == 1826 - 861


@pytest.mark.peers
def test_its_client_takes_in_what_is_not_told_as_left() -> None:
    told, files = [], []

    @settings(max_examples=EXAMPLES, database=None)
    @given(bundles)
    def write(things: list[dict[str, Any]]) -> None:
        named = [thing for thing in things if isinstance(thing["name"], str)]
        once = list({thing["id"]: thing for thing in named}.values())
        if once:
            sent, made = _sent(*once)
            before = {new["id"]: old["id"] for old, new in zip(once, sent, strict=False)}
            whole = [loss for loss in made.losses if loss.what == "dropped" and not loss.property]
            told.append((before, {loss.object_id for loss in whole}))
            files.append(made.content.decode("utf-8", "replace"))

    write()
    assert len(files) > EXAMPLES // 3
    for (before, known), left in zip(told, client_says(bundles=files).left, strict=True):
        assert {before.get(one, one) for one in left} <= known


def test_ids_are_found_where_older_releases_had_them() -> None:
    named = {"type": "campaign", "id": "", "name": "c"}
    thing = _thing("campaign", name="c", x_opencti_stix_ids=[f"campaign--{_UUID}"])
    thing["id"] = opencti_id(named)
    (got,) = import_opencti(json.dumps(thing).encode()).objects
    assert got == _thing("campaign", name="c")


def test_ids_that_others_use_stay_behind_the_one_that_came_back() -> None:
    name = {"type": "campaign", "id": "", "name": "c"}
    theirs = f"campaign--{_UUID[:-1]}9"
    thing = _thing("campaign", name="c") | {
        "id": opencti_id(name),
        "extensions": {
            EXTENSION: {
                "extension_type": "property-extension",
                "id": "internal",
                "stix_ids": [f"campaign--{_UUID}", theirs],
            }
        },
    }
    (got,) = import_opencti(json.dumps(thing).encode()).objects
    assert got["id"] == f"campaign--{_UUID}"
    assert got["extensions"][EXTENSION]["stix_ids"] == [theirs]
    assert got["extensions"][EXTENSION]["id"] == "internal"
