"""Files of partners: read by their profile, judged, kept once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.files import recognised
from legation.app.sharing.taking import TakenIn, take
from legation.errors import BadInputError, ConflictError, UsageError
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


def taken(desk: TaxiiDesk, data: bytes, profile: str = "", *, force: bool = False) -> TakenIn:
    return take(
        desk.store,
        "Aldria",
        data,
        "x.json",
        profile=profile,
        force=force,
        actor="test",
        now=desk.clock(),
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


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no JSON: it is empty"),
        (b" \n", "no JSON: it is empty"),
        (b"[]", "no STIX bundle"),
        (b"{", "no JSON: it ends too early"),
        (bundle(CAMPAIGN)[:-9], "no JSON: it ends too early"),
        (bundle(CAMPAIGN).replace(b'"letters"', b"NaN"), "no JSON: NaN is no number"),
        (bundle(CAMPAIGN).replace(b'"letters"', b"letters"), "no JSON: line 1, column "),
        (b'{"Event": {}}', "no MISP event"),
        (b"\xff", "no UTF-8"),
    ],
)
def test_what_no_profile_reads_is_refused_by_name_and_nothing_is_kept(
    desk: TaxiiDesk, data: bytes, said: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        taken(desk, data)
    assert str(refused.value).startswith(f"x.json: {said}")
    assert here(desk) == []


def test_the_mark_by_which_some_editors_begin_a_file_is_passed_over(desk: TaxiiDesk) -> None:
    assert taken(desk, b"\xef\xbb\xbf" + bundle(CAMPAIGN)).new == 1
    assert taken(desk, b"\xef\xbb\xbf" + msgspec.json.encode(EVENT)).profile == "misp"


def test_what_cannot_be_read_as_an_object_is_kept_aside_with_its_place(desk: TaxiiDesk) -> None:
    bad_id = CAMPAIGN | {"id": "campaign--nowhere"}
    wrong = CAMPAIGN | {"id": "campaign--00000002-0000-4000-8000-000000000000", "confidence": 500}
    forged = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        "created": "2022-10-01T00:00:00.000Z",
        "name": "TLP:RED",
        "extensions": {
            "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                "extension_type": "property-extension",
                "tlp_2_0": "red",
            }
        },
    }
    done = taken(desk, bundle(bad_id, wrong, 7, CAMPAIGN, forged))
    assert (done.new, done.refused, done.losses) == (1, 4, ())
    held = {one.reason[:17]: one for one in desk.store.quarantine.find()}
    assert sorted(held) == [f"x.json#/objects/{at}" for at in (0, 1, 2, 4)]
    assert held["x.json#/objects/0"].raw == msgspec.json.encode(bad_id)
    assert held["x.json#/objects/0"].object_id == bad_id["id"]
    assert held["x.json#/objects/2"].raw == b"7"
    assert held["x.json#/objects/4"].object_id == forged["id"]


INCIDENT = CAMPAIGN | {
    "type": "intrusion-set",
    "id": "intrusion-set--00000003-0000-4000-8000-000000000000",
    "labels": ["incident", "disinformation"],
}


def test_a_file_of_disinfox_is_recognised_by_its_incidents(desk: TaxiiDesk) -> None:
    actor = INCIDENT | {"labels": ["x"]}
    assert recognised(bundle(CAMPAIGN, INCIDENT)) == "disinfox"
    assert recognised(msgspec.json.encode(INCIDENT)) == "disinfox"
    assert recognised(bundle(CAMPAIGN, actor)) == "plain"
    assert recognised(b'{"objects": 3, "x": "intrusion-set"}') == "plain"
    assert taken(desk, bundle(CAMPAIGN, INCIDENT)).profile == "disinfox"
    kinds = {msgspec.json.decode(raw)["type"] for raw in here(desk)}
    assert kinds == {"campaign", "incident"}


@pytest.mark.parametrize(("first", "second"), [("plain", ""), ("disinfox", "plain")])
def test_what_is_here_as_another_profile_reads_it_is_not_taken_in_again(
    desk: TaxiiDesk, first: str, second: str
) -> None:
    data = bundle(CAMPAIGN, INCIDENT)
    taken(desk, data, first)
    before = here(desk)
    with pytest.raises(ConflictError, match="1 of its objects are here already") as refused:
        taken(desk, data, second)
    assert f"--profile {first}" in refused.value.hint
    assert here(desk) == before
    assert desk.store.quarantine.find() == []
    assert taken(desk, data, second, force=True).new == 1


@pytest.mark.data
def test_a_file_of_opencti_without_its_extension_stands_as_it_came(
    desk: TaxiiDesk, shared: Path
) -> None:
    data = (shared / "stix" / "opencti-geography.json").read_bytes()
    done = taken(desk, data)
    assert (done.profile, done.losses) == ("plain", ())
    with pytest.raises(ConflictError, match="as the profile plain reads"):
        taken(desk, data, "opencti")
    assert desk.store.quarantine.find() == []
    forced = taken(desk, data, "opencti", force=True)
    assert forced.contradicting > 0


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
