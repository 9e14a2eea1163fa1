"""A bundle is read and written whole; bad objects are listed, good ones kept."""

import json
from pathlib import Path

import pytest

from legation.errors import BadInputError, RecordError
from legation.formats.bundle import read_bundle, write_bundle
from legation.stix.codec import mapping_of
from worlds.found_campaigns import MINISTRY
from worlds.judges import judge_by_stix2, oasis_faults

_DATA = Path(__file__).parents[2].parent / "shared" / "data" / "stix"


def test_what_is_written_is_read_again() -> None:
    reading = read_bundle(write_bundle([MINISTRY]), source="x.json")
    assert reading.objects == (MINISTRY,)
    assert reading.rejected == ()


def test_the_envelope_pleases_the_judges_and_is_repeatable() -> None:
    written = write_bundle([MINISTRY])
    judge_by_stix2(json.loads(written))
    assert oasis_faults(json.loads(written)) == []
    assert write_bundle([MINISTRY]) == written


def test_good_objects_are_kept_and_bad_ones_are_listed_with_their_place() -> None:
    entries = [mapping_of(MINISTRY), 3, {"type": "note"}, mapping_of(MINISTRY) | {"name": 1}]
    data = json.dumps({"type": "bundle", "id": "bundle--1", "objects": entries}).encode()
    reading = read_bundle(data, source="feed.json")
    assert reading.objects == (MINISTRY,)
    assert [bad.place for bad in reading.rejected] == [
        "feed.json#/objects/1/type",
        "feed.json#/objects/2",
        "feed.json#/objects/3/name",
    ]
    assert all(isinstance(bad, RecordError) and bad.hint for bad in reading.rejected)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "feed.json"),
        (b"[" * 200_000, "feed.json"),
        (b"\xff\xfe{}", "feed.json"),
        (b"[]", "feed.json#/type"),
        (b'{"type": "report"}', "feed.json#/type"),
        (b'{"type": "bundle", "objects": {}}', "feed.json#/objects"),
    ],
)
def test_what_is_no_bundle_stops_the_run(data: bytes, place: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_bundle(data, source="feed.json")
    assert not isinstance(caught.value, RecordError)
    assert caught.value.place == place
    assert caught.value.hint


def test_an_empty_bundle_is_read_but_not_written() -> None:
    assert read_bundle(b'{"type": "bundle", "id": "bundle--1"}', source="x").objects == ()
    with pytest.raises(BadInputError, match="without objects"):
        write_bundle([])


@pytest.mark.data
@pytest.mark.parametrize("name", ["disarm-stix", "oasis-example-infrastructure"])
def test_real_bundles_come_back_whole(name: str) -> None:
    file = _DATA / f"{name}.json"
    if not file.is_file():
        pytest.skip("the shared STIX sample is not here")
    data = file.read_bytes()
    reading = read_bundle(data, source=file.name)
    assert reading.rejected == ()
    assert json.loads(write_bundle(reading.objects))["objects"] == json.loads(data)["objects"]
