"""Nothing is lost between JSON and objects, and faults are named with their place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError
from legation.stix.codec import decode_object, encode_object, mapping_of, object_of
from legation.stix.objects import StixObject
from legation.stix.timestamps import Timestamp
from legation.stix.vocabulary import TYPES, Campaign, UserAccount

_DATA = Path(__file__).parents[2].parent / "shared" / "data" / "stix"
_UUID = "0d4d5ade-e487-4f29-8d33-5f19a9b216b6"
_IDENTITY = f"identity--{_UUID}"
_TIME = "2026-11-23T10:00:00.000Z"

_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_TIMES = st.datetimes().map(lambda t: f"{t.isoformat(timespec='microseconds')}000Z")
_REQUIRED: dict[str, dict[str, Any]] = {
    "campaign": {"name": "c"},
    "event": {"status": "occurred"},
    "extension-definition": {
        "name": "e",
        "schema": "s",
        "version": "1.0",
        "extension_types": ["property-extension"],
    },
    "file": {"hashes": {"SHA-256": "ab"}},
    "grouping": {"context": "unspecified", "object_refs": [_IDENTITY]},
    "location": {"country": "XA"},
    "identity": {"name": "i"},
    "incident": {"name": "i"},
    "infrastructure": {"name": "i"},
    "language-content": {"object_ref": _IDENTITY, "contents": {"fr": {"content": "x"}}},
    "marking-definition": {},
    "note": {"content": "n", "object_refs": [_IDENTITY]},
    "observed-data": {
        "first_observed": _TIME,
        "last_observed": _TIME,
        "number_observed": 1,
    },
    "relationship": {
        "relationship_type": "related-to",
        "source_ref": _IDENTITY,
        "target_ref": _IDENTITY,
    },
    "url": {"value": "https://x.example/"},
    "user-account": {"user_id": "u"},
    "x-of-somebody-else": {},
    "indicator": {"pattern": "[url:value = 'x']", "valid_from": _TIME},
}


@st.composite
def _objects(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(_REQUIRED)))
    made = draw(_TIMES)
    thing = draw(st.dictionaries(_TEXT.map("x_{}".format), _JSON, max_size=4))
    thing |= {"type": kind, "id": f"{kind}--{draw(st.uuids())}", **_REQUIRED[kind]}
    thing |= draw(
        st.fixed_dictionaries(
            {"created": st.just(made), "modified": st.just(made)},
            optional={
                "spec_version": st.just("2.1"),
                "object_marking_refs": st.just([f"marking-definition--{_UUID}"]),
                "granular_markings": st.just([{"lang": "en", "selectors": ["name"]}]),
                "extensions": st.dictionaries(
                    st.just(f"extension-definition--{_UUID}"),
                    st.dictionaries(_TEXT, _JSON, max_size=3),
                ),
                "confidence": st.integers(0, 100),
                "labels": st.lists(_TEXT, max_size=2),
                "": _JSON,
                "extra": _JSON,
                "name_of_2031": _JSON,
            },
        )
    )
    order = draw(st.permutations(sorted(thing)))
    return {name: thing[name] for name in order}


@given(_objects())
def test_every_property_that_comes_in_goes_out(thing: dict[str, Any]) -> None:
    assert json.loads(encode_object(decode_object(json.dumps(thing).encode()))) == thing


@given(_objects())
def test_what_is_written_is_read_as_the_same_object(thing: dict[str, Any]) -> None:
    decoded = object_of(thing)
    assert decode_object(encode_object(decoded)) == decoded
    assert type(decoded) is TYPES.get(thing["type"], StixObject)


def test_every_type_that_we_know_is_tried() -> None:
    assert set(TYPES) < set(_REQUIRED)


def test_known_properties_are_typed_and_unknown_ones_are_extra() -> None:
    thing = object_of(
        {"type": "campaign", "id": f"campaign--{_UUID}", "created": _TIME, "modified": _TIME}
        | {"name": "n", "first_seen": "2026-01-01T00:00:00.1200Z", "x_mine": [1]}
    )
    assert isinstance(thing, Campaign)
    assert thing.first_seen == Timestamp("2026-01-01T00:00:00.1200Z")
    assert thing.extra == {"x_mine": [1]}
    assert mapping_of(thing)["first_seen"] == "2026-01-01T00:00:00.1200Z"


def test_an_observable_needs_no_author_and_no_time() -> None:
    thing = object_of({"type": "user-account", "id": f"user-account--{_UUID}", "is_disabled": True})
    assert isinstance(thing, UserAccount)
    assert thing.extra == {"is_disabled": True}


_CAMPAIGN = {
    "type": "campaign",
    "spec_version": "2.1",
    "id": f"campaign--{_UUID}",
    "created": _TIME,
    "modified": _TIME,
    "name": "n",
}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": "campaign--1"}, "/id"),
        ({"id": f"note--{_UUID}"}, "/id"),
        ({"name": 3}, "/name"),
        ({"name": None}, "/name"),
        ({"created": "yesterday"}, "/created"),
        ({"created": 3}, "/created"),
        ({"modified": "2020-01-01T00:00:00.000Z"}, "/modified"),
        ({"confidence": 101}, "/confidence"),
        ({"confidence": "50"}, "/confidence"),
        ({"labels": ["a", 1]}, "/labels/1"),
        ({"object_marking_refs": ["TLP:RED"]}, "/object_marking_refs/0"),
        ({"extensions": {"x": 1}}, "/extensions"),
        ({"type": 3}, "/type"),
    ],
)
def test_a_fault_is_named_with_its_pointer(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(RecordError) as caught:
        object_of(_CAMPAIGN | change, place="feed.json#/objects/7")
    assert caught.value.place.startswith(f"feed.json#/objects/7{pointer}")
    assert caught.value.hint


@pytest.mark.parametrize("missing", ["type", "id", "created", "modified", "name"])
def test_a_missing_property_is_named_and_not_invented(missing: str) -> None:
    with pytest.raises(RecordError, match=missing):
        object_of({name: part for name, part in _CAMPAIGN.items() if name != missing})


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"type":"x","a":1e999}', b"null", b"[]", b'"x"'],
)
def test_bytes_that_hold_no_object_are_refused_cleanly(data: bytes) -> None:
    with pytest.raises(RecordError):
        decode_object(data)


@pytest.mark.data
def test_real_content_goes_through_without_loss() -> None:
    if not _DATA.is_dir():
        pytest.skip("the shared STIX sample is not here")
    count = 0
    for file in sorted(_DATA.glob("*.json")):
        for thing in json.loads(file.read_text("utf-8")).get("objects", ()):
            assert json.loads(encode_object(object_of(thing, place=file.name))) == thing
            count += 1
    assert count > 6_000
