"""Plain STIX 2.1: what comes in goes out, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError, VerificationError
from legation.formats.profiles.envelope import DEEPEST, read_json, write_json
from legation.formats.profiles.losses import Piece
from legation.formats.profiles.plain import export_plain, import_plain
from legation.stix.codec import mapping_of
from legation.stix.extensions import AUTHOR, carry, extension_id
from legation.stix.tlp import Tlp, marking_definition, marking_ref
from worlds.accounts import unaccounted
from worlds.found_campaigns import MINISTRY
from worlds.judges import judge_by_stix2, oasis_faults, validator_faults
from worlds.shared_stix import BUNDLES
from worlds.stix_values import EXAMPLES, bundles

_UUID = "0d4d5ade-e487-4f29-8d33-5f19a9b216b6"
_MINISTRY = mapping_of(MINISTRY)


def _objects(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_json(content)["objects"]
    return found


@settings(max_examples=EXAMPLES)
@given(bundles, st.booleans())
def test_what_went_out_and_came_in_goes_out_the_same(
    things: list[dict[str, Any]], tidy: bool
) -> None:
    sent = export_plain(map(Piece, things), tidy=tidy)
    got = import_plain(sent.content)
    assert got.losses == ()
    assert export_plain(got.pieces, tidy=tidy).content == sent.content


@settings(max_examples=EXAMPLES)
@given(bundles)
def test_nothing_changes_on_the_way_and_definitions_come_behind(
    things: list[dict[str, Any]],
) -> None:
    sent = export_plain(map(Piece, things))
    assert sent.losses == ()
    assert write_json(_objects(sent.content)[: len(things)]) == write_json(things)
    added = _objects(sent.content)[len(things) :]
    assert {one["type"] for one in added} <= {
        "marking-definition",
        "extension-definition",
        "identity",
    }


@settings(max_examples=EXAMPLES)
@given(bundles)
def test_tidying_tells_whatever_it_changes(things: list[dict[str, Any]]) -> None:
    sent = export_plain(map(Piece, things), tidy=True)
    for thing in things:
        assert unaccounted(thing, _objects(sent.content), sent.losses) == []


@pytest.mark.data
@pytest.mark.parametrize("name", BUNDLES)
def test_real_content_goes_out_equal_and_keeps_its_bytes(name: str, shared: Path) -> None:
    data = (shared / "stix" / name).read_bytes()
    value = json.loads(data)
    expected = value["objects"] if value["type"] == "bundle" else [value]
    got = import_plain(data)
    assert got.losses == ()
    sent = export_plain(got.pieces)
    assert _objects(sent.content)[: len(expected)] == expected
    assert all(piece.raw in sent.content for piece in got.pieces if piece.raw)
    assert all(piece.raw is not None and piece.raw in data for piece in got.pieces)
    assert export_plain(import_plain(sent.content).pieces).content == sent.content


def test_spaces_and_order_of_what_came_are_kept() -> None:
    raw = b'{ "id":"x-y--%s",\n  "type" : "x-y", "n": 1.00 }' % _UUID.encode()
    bundle = b'{"objects":[%s],"type":"bundle","id":"bundle--%s"}' % (raw, _UUID.encode())
    got = import_plain(bundle)
    assert got.pieces[0].raw == raw
    assert raw in export_plain(got.pieces).content


def test_bytes_that_say_something_else_are_refused() -> None:
    with pytest.raises(VerificationError):
        export_plain([Piece(_MINISTRY, write_json(_MINISTRY | {"name": "other"}))])


def test_bytes_that_nest_too_deep_are_refused() -> None:
    deep = b'{"x":' * 700 + b"1" + b"}" * 700
    with pytest.raises(VerificationError):
        export_plain([Piece(_MINISTRY, deep)])


def test_the_definitions_that_objects_rest_on_are_added_once() -> None:
    thing = _MINISTRY | {
        "object_marking_refs": [marking_ref(Tlp.AMBER), marking_ref(Tlp.GREEN, "tlp1")],
        "extensions": carry("label", {"pap": "amber"}),
    }
    sent = export_plain([Piece(thing)])
    assert [one["id"] for one in _objects(sent.content)] == [
        thing["id"],
        marking_ref(Tlp.AMBER),
        marking_ref(Tlp.GREEN, "tlp1"),
        AUTHOR.id,
        extension_id("label"),
    ]
    for one in _objects(sent.content):
        assert oasis_faults(one) == []
        judge_by_stix2(one, allow_custom=True)
    assert validator_faults(sent.content) == []


def test_tidied_objects_have_the_oasis_levels_and_lose_their_bytes() -> None:
    thing = _MINISTRY | {"object_marking_refs": [marking_ref(Tlp.GREEN, "tlp1")]}
    raw = json.dumps(thing, indent=4).encode()
    sent = export_plain([Piece(thing, raw), Piece(_MINISTRY, write_json(_MINISTRY))], tidy=True)
    first = _objects(sent.content)[0]
    assert first["object_marking_refs"] == [marking_ref(Tlp.GREEN)]
    assert raw not in sent.content
    assert write_json(_MINISTRY) in sent.content
    assert [(loss.property, loss.what) for loss in sent.losses] == [
        ("/object_marking_refs/0", "changed")
    ]


def test_a_forged_level_is_left_out_and_told() -> None:
    forged = mapping_of(marking_definition(Tlp.RED)) | {"extensions": {}, "name": "TLP:CLEAR"}
    bundle = {"type": "bundle", "id": f"bundle--{_UUID}", "objects": [forged, _MINISTRY]}
    got = import_plain(json.dumps(bundle).encode())
    assert got.objects == (_MINISTRY,)
    assert [(loss.object_id, loss.what) for loss in got.losses] == [(forged["id"], "dropped")]
    unread = forged | {"created": 3}
    sent = export_plain([Piece(unread), Piece(_MINISTRY)])
    assert _objects(sent.content) == [_MINISTRY]
    assert [loss.object_id for loss in sent.losses] == [forged["id"]]


def test_what_is_no_object_is_told_with_its_place() -> None:
    deep: Any = 1
    for _ in range(DEEPEST + 5):
        deep = [deep]
    things = [3, {"type": "note"}, _MINISTRY | {"id": f"note--{_UUID}"}, _MINISTRY | {"x": deep}]
    bundle = {"type": "bundle", "spec_version": "2.0", "objects": [*things, _MINISTRY]}
    got = import_plain(json.dumps(bundle).encode())
    assert got.objects == (_MINISTRY,)
    assert [loss.property for loss in got.losses] == [
        "/objects/0",
        "/objects/1",
        "/objects/2",
        "/objects/3",
        "/spec_version",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"3",
        b"{}",
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"type":"bundle","objects":{}}',
        b'{"type":"x","n":NaN}',
        b'{"type":"x","n":1e999}',
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError):
        import_plain(data)


@pytest.mark.parametrize("value", [{}, {"type": "note"}, {"type": "note", "id": f"x--{_UUID}"}])
def test_what_is_no_object_does_not_leave(value: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        export_plain([Piece(value)])


def test_an_empty_bundle_is_refused() -> None:
    with pytest.raises(BadInputError):
        export_plain([])


@pytest.mark.parametrize(
    "text",
    ["\ud800", "x" * 100_000, "\x00", "<script>", "\u202eabc", "\x1b[2J", "=1+1", "a\u2028b"],
)
def test_hostile_text_goes_through_as_it_is(text: str) -> None:
    thing = _MINISTRY | {"name": text, "x_inner": {text: [text]}}
    data = json.dumps({"type": "bundle", "objects": [thing]}).encode()
    got = import_plain(data)
    assert got.objects == (thing,)
    assert _objects(export_plain(got.pieces).content) == [thing]
