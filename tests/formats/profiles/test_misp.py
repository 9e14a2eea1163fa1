"""MISP: one event for each case, written natively, with the objects attached."""

import base64
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from legation.errors import BadInputError, MissingPartError, UsageError
from legation.formats.profiles.envelope import read_json
from legation.formats.profiles.losses import Exported, Piece
from legation.formats.profiles.misp.profile import export_misp, need_pymisp
from legation.formats.profiles.misp.reading import import_misp
from legation.formats.profiles.plain import export_plain, import_plain
from legation.stix.extensions import carry
from legation.stix.tlp import Tlp, marking_ref
from worlds.accounts import untold_in_misp
from worlds.shared_stix import BUNDLES
from worlds.stix_values import EXAMPLES, TEXTS, bundles

_MADE = {"created": "2026-01-05T10:00:00.000Z", "modified": "2026-02-05T10:00:00.000Z"}
_LIGHT = {"object_marking_refs": [marking_ref(Tlp.GREEN)]}
_DISARM = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/techniques/T0049.md"

needs_pymisp = pytest.mark.skipif(
    find_spec("pymisp") is None, reason="PyMISP is not installed: it comes with the extra `misp`"
)


def _uuid(number: int) -> str:
    return f"0d4d5ade-e487-4f29-8d33-5f19a9b2{number:04x}"


def _thing(kind: str, number: int = 1, **others: Any) -> dict[str, Any]:
    named = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{_uuid(number)}"}
    return {**named, **_MADE, **_LIGHT, **others}


def _link(number: int, kind: str, one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    ends = {"source_ref": one["id"], "target_ref": other["id"]}
    return _thing("relationship", number, relationship_type=kind, **ends)


def _sent(*things: dict[str, Any], **how: Any) -> tuple[list[dict[str, Any]], Exported]:
    made = export_misp(map(Piece, things), **how)
    whole = read_json(made.content)
    events = [whole] if "Event" in whole else whole["response"]
    return [one["Event"] for one in events], made


def _tags(thing: dict[str, Any]) -> set[str]:
    return {tag["name"] for tag in thing.get("Tag", ())}


def _values(event: dict[str, Any]) -> dict[str, Any]:
    return {one["type"]: one["value"] for one in event["Attribute"]}


@needs_pymisp
@settings(max_examples=EXAMPLES)
@given(bundles)
def test_what_went_out_and_came_in_goes_out_the_same(things: list[dict[str, Any]]) -> None:
    sent = export_misp(map(Piece, things))
    got = import_misp(sent.content)
    assert got.notes == ()
    assert got.losses == ()
    assert export_misp(got.pieces).content == sent.content


@needs_pymisp
@settings(max_examples=EXAMPLES)
@given(bundles)
def test_every_value_is_in_the_event_or_is_told(things: list[dict[str, Any]]) -> None:
    sent = export_misp(map(Piece, things), persons=True)
    told = read_json(sent.content)
    for thing in things:
        assert untold_in_misp(thing, told, sent.losses) == []


@needs_pymisp
@settings(max_examples=EXAMPLES)
@given(bundles)
def test_no_uuid_stands_twice_and_order_does_not_matter(things: list[dict[str, Any]]) -> None:
    events, made = _sent(*things)
    uuids: list[str] = []
    for event in events:
        uuids.append(event["uuid"])
        uuids += [one["uuid"] for one in event["Attribute"]]
        for thing in event.get("Object", ()):
            uuids += [thing["uuid"], *(one["uuid"] for one in thing["Attribute"])]
    assert len(set(uuids)) == len(uuids)
    assert export_misp(map(Piece, reversed(things))).content == made.content


@needs_pymisp
@pytest.mark.data
@pytest.mark.parametrize("name", BUNDLES)
def test_real_content_goes_and_comes_back_whole(name: str, shared: Path) -> None:
    given_ = import_plain((shared / "stix" / name).read_bytes())
    sent = export_misp(given_.pieces)
    got = import_misp(sent.content)
    raws = {piece.raw for piece in got.pieces}
    assert {piece.raw for piece in given_.pieces} <= raws
    assert (got.losses, got.notes) == ((), ())
    assert export_misp(got.pieces).content == sent.content


@needs_pymisp
def test_a_case_is_an_event_with_its_name_its_day_and_its_author() -> None:
    author = _thing("identity", 2, name="Ministry of Freedonia", identity_class="organization")
    case = _thing(
        "incident",
        name="The port",
        description="A rumour.",
        created_by_ref=author["id"],
        confidence=75,
        external_references=[{"source_name": "Gazette", "url": "https://port.example/1"}],
        extensions=carry("case", {"status": "closed"}) | carry("label", {"pap": "amber"}),
    )
    (event,), made = _sent(case, author)
    assert (event["uuid"], event["info"]) == (_uuid(1), "The port")
    assert (event["date"], event["timestamp"]) == ("2026-01-05", "1770285600")
    assert event["Orgc"]["name"] == "Ministry of Freedonia"
    assert (event["analysis"], event["distribution"], event["published"]) == ("2", "0", False)
    assert _values(event)["comment"] == "A rumour."
    assert _values(event)["link"] == "https://port.example/1"
    assert _tags(event) == {
        "tlp:green",
        "PAP:AMBER",
        'estimative-language:confidence-in-analytic-judgment="high"',
    }
    told = {loss.property for loss in made.losses if loss.object_id == case["id"]}
    assert told >= {"/confidence", "/created", "/extensions", "/object_marking_refs"}
    assert "/name" not in told


@needs_pymisp
def test_the_strictest_level_holds_for_the_event_and_an_unmarked_object_has_the_default() -> None:
    case = _thing("incident", name="c")
    strict = _thing("url", 2, value="https://port.example/") | {
        "object_marking_refs": [marking_ref(Tlp.AMBER_STRICT)]
    }
    note = _thing("note", 3, content="w", object_refs=[case["id"], strict["id"]])
    (event,), _ = _sent(case, strict, note)
    assert "tlp:amber+strict" in _tags(event)
    (attribute,) = [one for one in event["Attribute"] if one["type"] == "url"]
    assert "tlp:amber+strict" in _tags(attribute)
    del note["object_marking_refs"]
    assert "tlp:red" in _tags(_sent(case, strict, note)[0][0])
    assert "tlp:amber+strict" in _tags(_sent(case, strict, note, default=Tlp.AMBER)[0][0])
    with pytest.raises(UsageError):
        _sent(case, note, default=Tlp.CLEAR)


@needs_pymisp
def test_techniques_are_tags_of_their_galaxy() -> None:
    case = _thing("incident", name="c")
    flood = _thing(
        "attack-pattern",
        2,
        name="Flood Information Space",
        external_references=[
            {"source_name": "mitre-attack", "external_id": "T0049", "url": _DISARM}
        ],
    )
    phish = _thing(
        "attack-pattern",
        3,
        name="Phishing",
        external_references=[{"source_name": "mitre-attack", "external_id": "T1566"}],
    )
    hostile = flood | {"id": f"attack-pattern--{_uuid(4)}", "name": 'x" tlp:clear'}
    links = [_link(9, "uses", case, flood), _link(10, "uses", case, phish)]
    (event,), made = _sent(case, flood, phish, hostile, *links)
    assert {tag for tag in _tags(event) if "galaxy" in tag} == {
        'misp-galaxy:disarm-techniques="Flood Information Space"',
        'misp-galaxy:mitre-attack-pattern="Phishing - T1566"',
    }
    whats = {loss.what for loss in made.losses if loss.object_id == links[0]["id"]}
    assert whats == {"renamed"}


@needs_pymisp
def test_a_label_does_not_speak_as_a_marking() -> None:
    labels = ["TLP:CLEAR", " pap:clear", 'misp-galaxy:x="y"', "calm", "two words", 'a:b="c"', ""]
    thing = _thing("url", value="https://port.example/", labels=labels)
    (event,), made = _sent(thing)
    (attribute, _) = event["Attribute"]
    assert _tags(attribute) == {"tlp:green", "calm", "two words", 'a:b="c"'}
    assert any(loss.property == "/labels" for loss in made.losses)


@needs_pymisp
@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ({"type": "ipv6-addr", "value": "2001:db8::1"}, "ip-dst", "2001:db8::1"),
        ({"type": "autonomous-system", "number": 64500}, "AS", "64500"),
        ({"type": "windows-registry-key", "key": "HKLM\\x"}, "regkey", "HKLM\\x"),
    ],
)
def test_an_observable_is_an_attribute(value: dict[str, Any], kind: str, expected: str) -> None:
    (event,), _ = _sent(_thing(value["type"]) | value)
    assert _values(event)[kind] == expected
    assert not event["Attribute"][0]["to_ids"]


@needs_pymisp
@pytest.mark.parametrize(
    ("pattern", "kind", "expected"),
    [
        ("[url:value = 'https://port.example/it\\'s']", "url", "https://port.example/it's"),
        ("[domain-name:value='port.example']", "domain", "port.example"),
        (f"[file:hashes.'SHA-256' = '{'ab' * 32}']", "sha256", "ab" * 32),
        ("[ipv4-addr:value = '198.51.100.3']", "ip-dst", "198.51.100.3"),
        ("[email-addr:value = 'a@port.example']", "email", "a@port.example"),
    ],
)
def test_a_simple_pattern_is_an_attribute_to_detect(pattern: str, kind: str, expected: str) -> None:
    thing = _thing("indicator", pattern=pattern, pattern_type="stix", valid_from=_MADE["created"])
    (event,), _ = _sent(thing)
    assert _values(event)[kind] == expected
    assert event["Attribute"][0]["to_ids"]
    assert event["Attribute"][0]["uuid"] == _uuid(1)


@needs_pymisp
@pytest.mark.parametrize(
    "pattern",
    [
        "[url:value = 'a' OR url:value = 'b']",
        "[url:value LIKE 'a']",
        "[x-y:value = 'a']",
        "[file:hashes.'X' = 'a']",
    ],
)
def test_another_pattern_is_an_object_of_patterns(pattern: str) -> None:
    (event,), _ = _sent(_thing("indicator", pattern=pattern, pattern_type="stix"))
    (thing,) = event["Object"]
    assert thing["name"] == "stix2-pattern"
    assert thing["Attribute"][0]["value"] == pattern


@needs_pymisp
def test_a_rule_of_another_language_is_an_attribute_of_it() -> None:
    (event,), _ = _sent(_thing("indicator", pattern="rule x {}", pattern_type="yara"))
    assert _values(event)["yara"] == "rule x {}"


@needs_pymisp
def test_posts_and_pages_are_objects_and_point_at_each_other() -> None:
    post = _thing("media-content", 1, url="https://port.example/1", media_category="social media")
    page = _thing("media-content", 2, url="https://port.example/2", title="t")
    story = _thing("narrative", 3, name="The port is closed", description="Words.")
    link = _link(4, "related-to", post, page)
    (event,), made = _sent(post, page, story, link)
    names = {one["uuid"]: one["name"] for one in event["Object"]}
    assert names == {_uuid(1): "microblog", _uuid(2): "news-media", _uuid(3): "narrative"}
    source = next(one for one in event["Object"] if one["uuid"] == _uuid(1))
    (reference,) = source["ObjectReference"]
    assert (reference["uuid"], reference["referenced_uuid"]) == (_uuid(4), _uuid(2))
    assert all(loss.property for loss in made.losses if loss.object_id == link["id"])


@needs_pymisp
def test_a_person_is_an_object_only_when_asked() -> None:
    person = _thing("identity", name="Ines Adler", identity_class="individual")
    (event,), made = _sent(person)
    assert "Object" not in event
    assert any(loss.object_id == person["id"] and loss.what == "moved" for loss in made.losses)
    (event,), _ = _sent(person, persons=True)
    assert event["Object"][0]["name"] == "person"


@needs_pymisp
def test_each_case_has_its_event_and_what_belongs_to_none_has_one() -> None:
    one, other = _thing("incident", 1, name="one"), _thing("incident", 2, name="other")
    actor = _thing("intrusion-set", 3, name="Actor")
    links = [_link(4, "attributed-to", one, actor), _link(5, "attributed-to", other, actor)]
    campaign = _thing("campaign", 6, name="alone")
    within = _thing("campaign", 7, name="within")
    stray = _thing("url", 8, value="https://port.example/")
    note = _thing("note", 9, content="w", object_refs=[one["id"], within["id"]])
    events, made = _sent(one, other, actor, *links, campaign, within, stray, note)
    assert sorted(event["info"] for event in events) == [
        "Objects that belong to no case",
        "alone",
        "one",
        "other",
    ]
    held = [
        event
        for event in events
        if any(o["name"] == "intrusion-set" for o in event.get("Object", ()))
    ]
    assert len(held) == 1, "an object has one UUID, so it stands once"
    assert len(import_misp(made.content).pieces) == 10


@needs_pymisp
def test_objects_come_back_with_the_bytes_they_had() -> None:
    thing = _thing("campaign", name="c")
    raw = json.dumps(thing, indent=3).encode()
    sent = export_misp([Piece(thing, raw)])
    (got, _) = import_misp(sent.content).pieces
    assert (got.value, got.raw) == (thing, raw)


@needs_pymisp
@pytest.mark.parametrize("text", [*TEXTS, "x" * 100_000, " spaced "])
def test_hostile_text_is_in_the_attached_file_if_nowhere_else(text: str) -> None:
    case = _thing("incident", name=text, description=text)
    link = _thing("url", 2, value=text)
    sent = export_misp(map(Piece, (case, link)))
    assert {one["id"]: one for one in import_misp(sent.content).objects}[case["id"]] == case
    told = read_json(sent.content)
    for thing in (case, link):
        assert untold_in_misp(thing, told, sent.losses) == []


def test_without_the_part_the_reader_is_told_how_to_add_it() -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    with pytest.raises(MissingPartError) as caught:
        need_pymisp(absent)
    assert "make misp" in caught.value.hint


@needs_pymisp
def test_an_empty_export_is_refused() -> None:
    with pytest.raises(BadInputError):
        export_misp([])


@needs_pymisp
def test_the_event_is_one_that_its_own_library_reads() -> None:
    import pymisp  # type: ignore[import-not-found,unused-ignore] # an optional part

    things = [_thing("incident", name="c"), _thing("url", 2, value="https://port.example/")]
    sent = export_misp(map(Piece, things))
    event = pymisp.MISPEvent(strict_validation=True)
    event.load(sent.content.decode())
    assert str(event.uuid) == _uuid(1)
    file = next(one for one in event.attributes if one.type == "attachment")
    assert b"port.example" in base64.b64decode(file.to_dict()["data"])


@needs_pymisp
def test_the_attached_file_is_the_plain_profile_of_one_case() -> None:
    things = [_thing("incident", name="c")]
    (event,), _ = _sent(*things)
    file = next(one for one in event["Attribute"] if one["type"] == "attachment")
    attached = import_plain(base64.b64decode(file["data"]))
    assert set(map(json.dumps, attached.objects)) == set(
        map(json.dumps, read_json(export_plain(map(Piece, things)).content)["objects"])
    )
