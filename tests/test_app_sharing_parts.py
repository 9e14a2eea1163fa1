"""A part of an object under a marking of its own is cut from what leaves, and the rest goes.

The store knows an object under its strictest part, so that nobody reads the part who may not;
whoever shares it shares what the object states as a whole, unless a person has said otherwise.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.stix.labels import Label
from legation.stix.tlp import Tlp, marking_ref
from worlds.sharing_home import SharingHome, made, sharing_home


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        opened.policy()
        yield opened


def _parted(*selectors: str, **more: Any) -> dict[str, Any]:
    rows = [{"marking_ref": marking_ref(Tlp.RED), "selectors": [*selectors]}]
    value = made("campaign", 7, Tlp.GREEN, name="n", description="SECRET", x_a={"b": "SECRET"})
    return value | {"granular_markings": rows} | more


def _kept(desk: SharingHome, *values: dict[str, Any]) -> None:
    for value in values:
        desk.store.objects.put(msgspec.json.encode(value))


def _told(desk: SharingHome, value: dict[str, Any]) -> tuple[str, str]:
    shown = desk.out().preview("Aldria", [value["id"]])
    outcome = next(
        one.outcome
        for one in shown.verdicts
        if (one.object_id, one.modified) == (value["id"], value["modified"])
    )
    return outcome, json.dumps(shown.leaving)


def test_a_marked_part_is_cut_and_the_rest_leaves(desk: SharingHome) -> None:
    value = _parted("description", "x_a.b")
    _kept(desk, value)
    outcome, told = _told(desk, value)
    assert outcome == "redacted"
    assert "SECRET" not in told
    done = desk.out().push("Aldria", [value["id"]])
    assert done.new
    sent = [one for one in desk.read("Aldria") if one["type"] == "campaign"]
    assert [one["name"] for one in sent] == ["n"]
    assert "SECRET" not in json.dumps(sent)


def test_an_object_that_is_none_without_its_part_is_held(desk: SharingHome) -> None:
    value = _parted("name")
    _kept(desk, value)
    assert _told(desk, value)[0] == "held"


def test_a_label_that_a_person_set_holds_for_the_whole(desk: SharingHome) -> None:
    value = _parted("description", "x_a.b")
    _kept(desk, value)
    desk.store.labels.set(value["id"], Label(tlp=Tlp.RED), actor="ann", reason="it is secret")
    assert _told(desk, value)[0] == "held"


def test_an_older_version_that_was_stricter_as_a_whole_holds_the_newer(desk: SharingHome) -> None:
    old = _parted("description", "x_a.b", object_marking_refs=[marking_ref(Tlp.RED)])
    new = _parted("description", "x_a.b", modified="2026-01-02T00:00:00.000Z")
    _kept(desk, old, new)
    assert _told(desk, new)[0] == "held"


def test_a_part_that_an_older_version_marked_and_the_newest_does_not_holds_it(
    desk: SharingHome,
) -> None:
    old = _parted("description", "x_a.b")
    new = _parted("x_a.b", modified="2026-01-02T00:00:00.000Z")
    _kept(desk, old, new)
    outcome, told = _told(desk, new)
    assert outcome == "held"
    assert "SECRET" not in told


def test_a_part_that_the_newest_version_marks_anew_is_cut(desk: SharingHome) -> None:
    old = _parted("description")
    new = _parted("description", "x_a.b", modified="2026-01-02T00:00:00.000Z")
    _kept(desk, old, new)
    outcome, told = _told(desk, new)
    assert outcome == "redacted"
    assert "SECRET" not in told


def test_an_object_that_states_no_level_of_the_whole_is_held(desk: SharingHome) -> None:
    value = _parted("description", "x_a.b")
    del value["object_marking_refs"]
    _kept(desk, value)
    assert _told(desk, value)[0] == "held"


def test_a_part_under_a_marking_that_nobody_knows_is_cut(desk: SharingHome) -> None:
    strange = "marking-definition--00000009-0000-4000-8000-000000000000"
    value = _parted("x_a.b")
    value["granular_markings"].append({"marking_ref": strange, "selectors": ["description"]})
    _kept(desk, value)
    outcome, told = _told(desk, value)
    assert outcome == "redacted"
    assert "SECRET" not in told
