"""Files of partners: read by their profile, judged, kept once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.taking import TakenIn, recognised, take
from legation.errors import BadInputError, UsageError
from legation.formats.profiles.losses import Piece
from legation.formats.profiles.opencti.profile import export_opencti
from legation.store.exchange.reading import Wanted
from worlds.taxii_desk import TaxiiDesk, taxii_desk

CAMPAIGN = {
    "type": "campaign",
    "spec_version": "2.1",
    "id": "campaign--00000001-0000-4000-8000-000000000000",
    "created": "2026-01-01T00:00:00.000Z",
    "modified": "2026-01-01T00:00:00.000Z",
    "name": "letters",
}
EVENT = {
    "Event": {
        "uuid": "0a5a3d26-6c1f-4a70-8b37-6a2ea9b61d6d",
        "info": "letters",
        "date": "2026-01-01",
        "Tag": [{"name": "tlp:red"}],
        "Attribute": [
            {
                "uuid": "5d2f8e9c-8a51-4b0e-9b0f-1d1e2f3a4b5c",
                "type": "domain",
                "category": "Network activity",
                "value": "letters.example",
                "to_ids": True,
                "timestamp": "1767225600",
            }
        ],
    }
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TaxiiDesk]:
    with taxii_desk(tmp_path) as opened:
        opened.roster.add("Aldria")
        yield opened


def bundle(*objects: Any) -> bytes:
    return msgspec.json.encode(
        {"type": "bundle", "id": "bundle--00000001-0000-4000-8000-000000000000", "objects": objects}
    )


def taken(desk: TaxiiDesk, data: bytes, profile: str = "") -> TakenIn:
    return take(
        desk.store, "Aldria", data, "x.json", profile=profile, actor="test", now=desk.clock()
    )


def here(desk: TaxiiDesk) -> list[bytes]:
    number = desk.store.partners.get("Aldria").inbox
    with desk.store.collections.reading(number) as shelf:
        found, _ = shelf.page(Wanted(), after_us=0, limit=1_000, most_bytes=10**8)
    return [one.raw for one in found]


def test_a_bundle_is_taken_in_with_its_bytes_and_again_adds_nothing(desk: TaxiiDesk) -> None:
    raw = msgspec.json.format(msgspec.json.encode(CAMPAIGN), indent=2)
    data = b'{"type":"bundle","id":"bundle--00000001-0000-4000-8000-000000000000","objects":['
    data += raw + b"]}"
    assert taken(desk, data).new == 1
    assert here(desk) == [raw]
    again = taken(desk, data)
    assert (again.new, again.known) == (0, 1)


def test_a_file_of_opencti_gives_the_objects_that_it_was_made_of(desk: TaxiiDesk) -> None:
    made = export_opencti([Piece(CAMPAIGN)]).content
    assert recognised(made) == "opencti"
    done = taken(desk, made)
    assert done.profile == "opencti"
    ids = {msgspec.json.decode(raw)["id"] for raw in here(desk)}
    assert CAMPAIGN["id"] in ids


def test_an_event_of_misp_comes_in_under_its_level(desk: TaxiiDesk) -> None:
    done = taken(desk, msgspec.json.encode(EVENT))
    assert (done.profile, done.refused, done.contradicting) == ("misp", 0, 0)
    things = [msgspec.json.decode(raw) for raw in here(desk)]
    indicators = [one for one in things if one["type"] == "indicator"]
    assert [one["pattern"] for one in indicators] == ["[domain-name:value = 'letters.example']"]
    assert all(
        one.get("object_marking_refs")
        for one in things
        if one["type"] not in ("marking-definition", "extension-definition")
    )
    assert taken(desk, msgspec.json.encode(EVENT)).new == 0


def test_what_is_not_as_the_standard_asks_is_kept_aside(desk: TaxiiDesk) -> None:
    wrong = CAMPAIGN | {"id": "campaign--00000002-0000-4000-8000-000000000000", "confidence": 500}
    done = taken(desk, bundle(CAMPAIGN, wrong))
    assert (done.new, done.refused) == (1, 1)
    (held,) = desk.store.quarantine.find()
    assert held.kind == "invalid"
    assert "confidence" in held.reason


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff"])
def test_what_no_profile_reads_is_refused_and_nothing_is_kept(desk: TaxiiDesk, data: bytes) -> None:
    with pytest.raises(BadInputError):
        taken(desk, data)
    assert here(desk) == []


def test_an_unknown_profile_and_a_partner_that_ended_are_refused(desk: TaxiiDesk) -> None:
    with pytest.raises(UsageError, match="no profile"):
        taken(desk, bundle(CAMPAIGN), "stix1")
    desk.roster.end("Aldria")
    with pytest.raises(UsageError, match="ended"):
        taken(desk, bundle(CAMPAIGN))


def test_the_trail_tells_of_it_without_the_partners_name(desk: TaxiiDesk) -> None:
    taken(desk, bundle(CAMPAIGN))
    last = desk.store.audit.last("share.take")
    assert last is not None
    assert last.event.detail["new"] == 1
    assert "Aldria" not in str(last.event)


@pytest.mark.data
def test_all_shared_files_come_in_and_stand_as_they_came(desk: TaxiiDesk, shared: Path) -> None:
    for file in sorted((shared / "stix").glob("*.json")):
        done = taken(desk, file.read_bytes())
        assert (done.refused, done.contradicting) == (0, 0), [
            one.reason + one.object_id for one in desk.store.quarantine.find()
        ]
        assert done.new + done.known > 0
