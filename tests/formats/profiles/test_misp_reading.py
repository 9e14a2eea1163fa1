"""MISP events read: each attribute and object becomes something or is told."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError, VerificationError
from legation.formats.profiles.losses import Imported
from legation.formats.profiles.misp.plan import FILE, SAYS
from legation.formats.profiles.misp.reading import import_misp
from legation.stix.codec import object_of
from legation.stix.tlp import Tlp, marking_ref
from worlds.judges import judge_by_stix2, oasis_faults
from worlds.shared_stix import MISP
from worlds.stix_values import EXAMPLES, TEXTS

_AT = "1770285600"
_WHEN = "2026-02-05T10:00:00.000Z"


def _uuid(number: int) -> str:
    return f"0d4d5ade-e487-4f29-8d33-5f19a9b2{number:04x}"


def _attribute(kind: str, value: Any, number: int = 1, **others: Any) -> dict[str, Any]:
    common = {"uuid": _uuid(number), "type": kind, "value": value, "category": "Other"}
    return {**common, "to_ids": False, "timestamp": _AT, **others}


def _event(*attributes: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {
        "uuid": _uuid(0),
        "info": "The port",
        "date": "2026-01-05",
        "timestamp": _AT,
        "Attribute": list(attributes),
        **others,
    }


def _read(event: Any) -> Imported:
    return import_misp(json.dumps({"Event": event}).encode())


def _kinds(got: Imported) -> dict[str, Any]:
    return {one["type"]: one for one in got.objects}


@pytest.mark.data
def test_every_attribute_of_a_real_event_becomes_something(shared: Path) -> None:
    data = (shared / "stix" / MISP).read_bytes()
    event = json.loads(data)["response"][0]["Event"]
    got = import_misp(data)
    ids = {one["id"].partition("--")[2] for one in got.objects}
    dropped = {loss.object_id for loss in got.losses if not loss.property}
    assert len(event["Attribute"]) == 52
    assert {one["uuid"] for one in event["Attribute"]} <= ids | dropped
    assert dropped == set()
    kinds = [one["type"] for one in got.objects]
    assert (kinds.count("indicator"), kinds.count("observed-data")) == (38, 14)
    said = json.dumps(got.objects)
    assert all(json.dumps(one["value"])[1:-1] in said for one in event["Attribute"])
    for one in got.objects:
        object_of(one)
        judge_by_stix2(dict(one))
        assert oasis_faults(dict(one)) == []
    assert import_misp(data) == got


def test_an_event_is_a_report_by_its_author_on_what_it_holds() -> None:
    author = {"name": "Ministry", "uuid": _uuid(9)}
    tags = [{"name": "tlp:amber"}, {"name": "kind:x"}]
    got = _read(_event(_attribute("url", "https://port.example/"), Orgc=author, Tag=tags))
    kinds = _kinds(got)
    report = kinds["report"]
    assert report["id"] == f"report--{_uuid(0)}"
    assert report["name"] == "The port"
    assert report["published"] == "2026-01-05T00:00:00.000Z"
    assert report["created_by_ref"] == kinds["identity"]["id"] == f"identity--{_uuid(9)}"
    assert report["labels"] == ["kind:x"]
    assert report["object_marking_refs"] == [marking_ref(Tlp.AMBER)]
    assert kinds["url"]["object_marking_refs"] == [marking_ref(Tlp.AMBER)]
    assert got.marked == (marking_ref(Tlp.AMBER),)
    assert kinds["observed-data"]["object_refs"] == [kinds["url"]["id"]]


@pytest.mark.parametrize(
    ("tag", "level"),
    [
        ("tlp:white", Tlp.CLEAR),
        ("TLP:AMBER+STRICT", Tlp.AMBER_STRICT),
        ("tlp:ex:chr", Tlp.RED),
        ("tlp:something", Tlp.RED),
    ],
)
def test_a_level_is_read_and_an_unknown_one_is_the_strictest(tag: str, level: Tlp) -> None:
    got = _read(_event(_attribute("url", "https://port.example/"), Tag=[{"name": tag}]))
    assert got.marked == (marking_ref(level),)


def test_a_value_that_two_attributes_state_has_the_markings_of_both() -> None:
    one = _attribute("url", "https://port.example/", 1, Tag=[{"name": "tlp:green"}])
    two = _attribute("url", "https://port.example/", 2, Tag=[{"name": "tlp:red"}])
    url = _kinds(_read(_event(one, two)))["url"]
    assert set(url["object_marking_refs"]) == {marking_ref(Tlp.GREEN), marking_ref(Tlp.RED)}


@pytest.mark.parametrize(
    ("kind", "value", "pattern"),
    [
        ("url", "https://port.example/it's", "[url:value = 'https://port.example/it\\'s']"),
        ("hostname", "www.port.example", "[domain-name:value = 'www.port.example']"),
        ("ip-src", "2001:db8::1", "[ipv6-addr:value = '2001:db8::1']"),
        ("sha256", "ab" * 32, f"[file:hashes.'SHA-256' = '{'ab' * 32}']"),
        ("AS", "AS64500", "[autonomous-system:number = 64500]"),
        (
            "filename|md5",
            "a|" + "ab" * 16,
            f"[file:name = 'a' AND file:hashes.'MD5' = '{'ab' * 16}']",
        ),
        (
            "domain|ip",
            "port.example|198.51.100.3",
            "[domain-name:value = 'port.example' AND ipv4-addr:value = '198.51.100.3']",
        ),
        ("stix2-pattern", "[url:value = 'x']", "[url:value = 'x']"),
    ],
)
def test_what_is_to_be_detected_is_an_indicator(kind: str, value: str, pattern: str) -> None:
    got = _read(_event(_attribute(kind, value, to_ids=True, comment="why")))
    indicator = _kinds(got)["indicator"]
    assert indicator["id"] == f"indicator--{_uuid(1)}"
    assert indicator["pattern"] == pattern
    assert (indicator["valid_from"], indicator["description"]) == (_WHEN, "why")
    judge_by_stix2(indicator)
    assert oasis_faults(indicator) == []


def test_words_and_unknown_types_are_notes_and_say_so() -> None:
    got = _read(_event(_attribute("iban", "XA00", to_ids=True, comment="seen")))
    note = _kinds(got)["note"]
    assert (note["content"], note["abstract"]) == ("XA00", "seen")
    assert note["object_refs"] == [f"report--{_uuid(0)}"]
    assert [(loss.object_id, loss.property) for loss in got.losses] == [(_uuid(1), "/to_ids")]


def test_a_file_is_an_artifact_with_its_name() -> None:
    sample = _attribute("malware-sample", "a.exe|0cc1", data=base64.b64encode(b"x").decode())
    kinds = _kinds(_read(_event(sample)))
    assert kinds["artifact"]["decryption_key"] == "infected"
    assert kinds["file"]["hashes"] == {"MD5": "0cc1"}
    assert kinds["file"]["content_ref"] == kinds["artifact"]["id"]


def test_an_object_groups_its_parts_and_points() -> None:
    parts = [_attribute("filename", "a.exe", 11), _attribute("sha1", "ab", 12, to_ids=True)]
    reference = {
        "uuid": _uuid(20),
        "referenced_uuid": _uuid(1),
        "relationship_type": "Downloaded From",
    }
    lost = {"uuid": _uuid(21), "referenced_uuid": _uuid(99), "relationship_type": "x"}
    thing = {"uuid": _uuid(10), "name": "file", "timestamp": _AT, "Attribute": parts}
    thing["ObjectReference"] = [reference, lost]
    event = _event(_attribute("url", "https://port.example/"), Object=[thing])
    got = _read(event)
    kinds = _kinds(got)
    group = kinds["grouping"]
    assert group["name"] == "file"
    assert kinds["indicator"]["id"] in group["object_refs"]
    assert kinds["relationship"]["source_ref"] == f"grouping--{_uuid(10)}"
    assert kinds["relationship"]["relationship_type"] == "downloaded-from"
    assert [loss.property for loss in got.losses] == ["/ObjectReference/1"]


def test_techniques_of_galaxies_are_attack_patterns() -> None:
    tags = [
        {"name": 'misp-galaxy:disarm-techniques="Flood Information Space"'},
        {"name": 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"'},
    ]
    got = _read(_event(_attribute("text", "w"), Tag=tags))
    found = {one["name"]: one for one in got.objects if one["type"] == "attack-pattern"}
    assert set(found) == {"Flood Information Space", "Phishing"}
    assert found["Phishing"]["external_references"][0]["external_id"] == "T1566"
    disarm = found["Flood Information Space"]["external_references"][0]
    assert disarm["source_name"] == "DISARM"


def test_what_has_no_word_in_stix_is_told() -> None:
    deleted = _attribute("url", "https://port.example/", 2, deleted=True)
    odd = _attribute("url", "https://port.example/3", 3, ShadowAttribute=[{"value": "x"}])
    event = _event(deleted, odd, {"type": "url"}, RelatedEvent=[{"Event": {"id": "3"}}])
    got = _read(event)
    assert {(loss.object_id, loss.property) for loss in got.losses} == {
        (_uuid(2), ""),
        (_uuid(3), "/ShadowAttribute"),
        (_uuid(0), "/Attribute/2"),
        (_uuid(0), "/RelatedEvent"),
    }


def _attached(*things: dict[str, Any], wrong: bool = False, **others: Any) -> dict[str, Any]:
    content = json.dumps({"type": "bundle", "objects": things}).encode()
    digest = hashlib.sha256(b"" if wrong else content).hexdigest()
    file = _attribute(
        "attachment",
        FILE,
        90,
        comment=SAYS + digest,
        data=base64.b64encode(content).decode(),
    )
    return _event(file, **others)


_CASE = {
    "type": "incident",
    "spec_version": "2.1",
    "id": f"incident--{_uuid(0)}",
    "created": _WHEN,
    "modified": _WHEN,
    "name": "The port",
}


def test_attached_objects_come_back_and_a_false_file_is_refused() -> None:
    assert _CASE in _read(_attached(_CASE)).objects
    with pytest.raises(VerificationError):
        _read(_attached(_CASE, wrong=True))
    damaged = _attached(_CASE)
    damaged["Attribute"][0]["data"] += "!"
    with pytest.raises(VerificationError):
        _read(damaged)


def test_what_was_added_to_an_event_of_ours_is_read_beside_it() -> None:
    event = _attached(_CASE, Tag=[{"name": "tlp:red"}, {"name": "their:tag"}])
    event["Attribute"].append(_attribute("text", "we saw it too", 7))
    got = _read(event)
    assert _CASE in got.objects
    note = _kinds(got)["note"]
    assert (note["content"], note["object_refs"]) == ("we saw it too", [_CASE["id"]])
    assert got.marked == (marking_ref(Tlp.RED),)
    assert "added or changed" in got.notes[0]
    assert any("their:tag" in loss.why for loss in got.losses)


def test_an_attached_file_without_objects_leaves_what_was_added() -> None:
    event = _attached()
    event["Attribute"].append(_attribute("text", "words", 7))
    (note,) = _read(event).objects
    assert note["content"] == "words"


def test_a_file_that_only_has_our_name_is_a_file() -> None:
    event = _event(_attribute("attachment", FILE, data=base64.b64encode(b"{}").decode()))
    assert "artifact" in _kinds(_read(event))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"3",
        b'{"Event": 3}',
        b'{"response": []}',
        b"[" * 100_000,
        b"[" * 900 + b"]" * 900,
    ],
)
def test_what_is_no_event_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError):
        import_misp(data)


_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(TEXTS) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["uuid", "type", "value", "Tag", "name", "Attribute", "timestamp"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)
_odd = st.fixed_dictionaries(
    {"uuid": st.integers(0, 5).map(_uuid) | _json},
    optional={
        "type": st.sampled_from(
            ["url", "ip-dst", "AS", "domain|ip", "text", "sha1", "attachment", "malware-sample"]
        )
        | _json,
        "value": st.sampled_from(TEXTS) | st.text(max_size=9) | _json,
        "timestamp": st.sampled_from([_AT, "0", "9" * 30, "2026-01-01"]) | _json,
        "first_seen": st.sampled_from(["2026-01-01T00:00:00+00:00", _WHEN]) | _json,
        "last_seen": st.sampled_from(["2026-01-01T00:00:00+02:00", _WHEN]) | _json,
        "to_ids": st.booleans() | _json,
        "comment": st.sampled_from(TEXTS) | _json,
        "data": st.sampled_from(["aGk=", "!"]) | _json,
        "Tag": st.lists(st.fixed_dictionaries({"name": st.sampled_from(TEXTS) | _json})) | _json,
        "deleted": _json,
        "other": _json,
    },
)


@settings(max_examples=EXAMPLES)
@given(st.lists(_odd, max_size=4), st.lists(_odd, max_size=2), _json, _json)
def test_no_event_makes_it_fall_over_and_every_part_is_accounted_for(
    attributes: list[Any], objects: list[Any], tag: Any, org: Any
) -> None:
    things = [thing | {"Attribute": attributes[:1]} for thing in objects]
    event = _event(*attributes, Object=things, Tag=tag, Orgc=org, Galaxy=tag, EventReport=things)
    got = _read(event)
    said = {one["id"].partition("--")[2] for one in got.objects}
    told = {(loss.object_id, loss.property) for loss in got.losses}
    for number, one in enumerate(attributes):
        named = one["uuid"]
        known = isinstance(named, str) and (named in said or (named, "") in told)
        assert known or (_uuid(0), f"/Attribute/{number}") in told
    for one in got.objects:
        object_of(one)


_well_made = st.builds(
    _attribute,
    st.sampled_from(["url", "ip-dst", "text", "sha1", "iban", "AS", "filename|md5", "yara"]),
    st.sampled_from(["198.51.100.3", "AS64500", "a|b", "words and 'more'"]),
    st.integers(1, 4),
    category=st.sampled_from(["Other", "Network activity"]),
    to_ids=st.booleans(),
    comment=st.sampled_from(["", "why"]),
    first_seen=st.sampled_from([None, "2026-01-01T00:00:00+00:00"]),
    last_seen=st.sampled_from([None, "2026-01-03T00:00:00+00:00"]),
    Tag=st.lists(st.sampled_from([{"name": "their:tag"}, {"name": "tlp:red"}]), max_size=2),
)


@settings(max_examples=EXAMPLES)
@given(st.lists(_well_made, min_size=1, max_size=4, unique_by=lambda one: str(one["uuid"])))
def test_every_word_of_an_attribute_is_read_or_told(attributes: list[dict[str, Any]]) -> None:
    got = _read(_event(*attributes))
    said = [text for one in got.objects for text in _texts(one)]
    told = {(loss.object_id, loss.property) for loss in got.losses}
    for one in attributes:
        words = {name: str(one[name]) for name in ("type", "category", "comment")}
        # A pattern and a number have the value between other signs.
        words["value"] = one["value"].removeprefix("AS").partition("|")[0].partition("'")[0]
        words["first_seen"] = str(one["first_seen"] or "")[:10]
        words["last_seen"] = str(one["last_seen"] or "")[:10]
        for name, word in words.items():
            there = any(word in text for text in said)
            assert there or (one["uuid"], f"/{name}") in told, name
        for tag in one["Tag"]:
            assert tag["name"] in said or marking_ref(Tlp.RED) in said


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [str(value)]
