"""Learning both ways: partners answer what we sent, and we answer what they did."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.answering import Answering, Said, answers_to
from legation.app.sharing.receiving import received
from legation.app.sharing.taking import post
from legation.crypto.key_files import UNPROTECTED
from legation.errors import DeniedError, NotFoundError, UsageError
from legation.stix.tlp import Tlp
from worlds.sharing_home import GREEN, POLICY, SharingHome, made, sharing_home

INDICATOR = made(
    "indicator",
    9,
    Tlp.AMBER,
    pattern="[url:value = 'https://letters.example/']",
    pattern_type="stix",
    valid_from="2026-01-01T00:00:00.000Z",
    name="letters",
    confidence=90,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        opened.policy()
        yield opened


def come(desk: SharingHome, name: str, *objects: dict[str, Any]) -> None:
    partner = desk.store.partners.get(name)
    raws = [msgspec.json.encode(one) for one in objects]
    with desk.store.transaction():
        _, refused = post(desk.store, partner, raws, "line", desk.clock())
    assert refused == 0


def answering(desk: SharingHome) -> Answering:
    scope = desk.home.library(desk.store, "command line").scope()
    return Answering(scope, desk.home.keys(UNPROTECTED))


def told(desk: SharingHome) -> list[tuple[str, str, str, int | None]]:
    scope = desk.home.library(desk.store, "command line").scope()
    return [
        (one.partner, one.kind, one.words, one.confidence) for one in answers_to(scope, GREEN["id"])
    ]


def test_what_a_partner_says_of_its_copy_stands_beside_our_object(desk: SharingHome) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    (copy,) = [one["id"] for one in desk.read("Aldria") if one["type"] == "campaign"]
    assert copy != GREEN["id"]
    desk.roster.give("Aldria", 40)
    lesson = made("course-of-action", 3, Tlp.GREEN, name="call back", description="call the editor")
    come(
        desk,
        "Aldria",
        made("opinion", 1, Tlp.GREEN, opinion="disagree", explanation="a joke", object_refs=[copy]),
        made("note", 1, Tlp.GREEN, content="seen here too", object_refs=[copy], confidence=80),
        made("sighting", 1, Tlp.GREEN, sighting_of_ref=copy, count=12),
        lesson,
        made("relationship", 7, Tlp.GREEN, relationship_type="mitigates",
             source_ref=lesson["id"], target_ref=copy),
        made("relationship", 8, Tlp.GREEN, relationship_type="related-to",
             source_ref=copy, target_ref=copy),
    )  # fmt: skip
    assert told(desk) == [
        ("Aldria", "opinion", "disagree: a joke", 40),
        ("Aldria", "note", "seen here too", 40),
        ("Aldria", "sighting", "seen 12 times", 40),
        ("Aldria", "lesson", "call the editor", 40),
    ]


def test_an_answer_that_was_taken_back_or_corrected_holds_no_more(desk: SharingHome) -> None:
    opinion = made("opinion", 1, Tlp.GREEN, opinion="disagree", object_refs=[GREEN["id"]])
    later = opinion | {"modified": "2026-01-02T00:00:00.000Z"}
    come(desk, "Bevora", opinion)
    come(desk, "Bevora", later | {"opinion": "agree"})
    assert told(desk) == [("Bevora", "opinion", "agree", None)]
    come(desk, "Bevora", later | {"modified": "2026-01-03T00:00:00.000Z", "revoked": True})
    assert told(desk) == []


def test_we_answer_with_a_count_and_nothing_of_who_saw_it(desk: SharingHome) -> None:
    come(desk, "Aldria", INDICATOR)
    answering(desk).answer("Aldria", INDICATOR["id"], Said(seen=12, tlp=Tlp.GREEN))
    (sighting,) = [one for one in desk.read("Aldria") if one["type"] == "sighting"]
    assert sighting["sighting_of_ref"] == INDICATOR["id"]
    assert sighting["count"] == 12
    assert not {"where_sighted_refs", "observed_data_refs"} & sighting.keys()
    assert [one for one in desk.read("Aldria") if one["type"] == "indicator"] == []


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        (Said(opinion="disagree", why="a shared proxy", tlp=Tlp.GREEN), {"opinion"}),
        (Said(note="seen since March", tlp=Tlp.GREEN), {"note"}),
        (Said(lesson="call the editor back", tlp=Tlp.GREEN), {"course-of-action", "relationship"}),
    ],
)
def test_each_kind_of_answer_names_the_partners_object(
    desk: SharingHome, said: Said, kinds: set[str]
) -> None:
    come(desk, "Aldria", INDICATOR)
    answering(desk).answer("Aldria", INDICATOR["id"], said)
    sent = [one for one in desk.read("Aldria") if one["type"] in kinds]
    assert {one["type"] for one in sent} == kinds
    assert INDICATOR["id"] in msgspec.json.encode(sent).decode()


def test_an_answer_goes_through_the_gate(desk: SharingHome) -> None:
    come(desk, "Aldria", INDICATOR)
    with pytest.raises(DeniedError, match="ceiling"):
        answering(desk).answer("Aldria", INDICATOR["id"], Said(seen=1, tlp=Tlp.RED))
    desk.policy(text=POLICY.replace(b'send = ["*"]', b'send = ["campaign"]'))
    with pytest.raises(DeniedError):
        answering(desk).answer("Aldria", INDICATOR["id"], Said(seen=1, tlp=Tlp.GREEN))
    assert [one for one in desk.read("Aldria") if one["type"] == "sighting"] == []


def test_only_what_a_partner_sent_can_be_answered_and_with_one_thing(desk: SharingHome) -> None:
    with pytest.raises(NotFoundError):
        answering(desk).answer("Aldria", INDICATOR["id"], Said(seen=1))
    come(desk, "Bevora", INDICATOR)
    with pytest.raises(NotFoundError):
        answering(desk).answer("Aldria", INDICATOR["id"], Said(seen=1))
    come(desk, "Aldria", INDICATOR)
    for said in (Said(), Said(seen=1, note="x")):
        with pytest.raises(UsageError):
            answering(desk).answer("Aldria", INDICATOR["id"], said)


def test_what_came_is_listed_with_as_much_confidence_as_we_give_its_sender(
    desk: SharingHome,
) -> None:
    come(desk, "Aldria", INDICATOR, GREEN)
    partner = desk.store.partners.get("Aldria")
    assert [one.confidence for one in received(desk.store, partner).items] == [90, None]
    desk.roster.give("Aldria", 40)
    partner = desk.store.partners.get("Aldria")
    page = received(desk.store, partner, limit=1)
    assert [(one.name, one.confidence) for one in page.items] == [("letters", 40)]
    assert page.next is not None
    rest = received(desk.store, partner, after=page.next, kinds=("campaign",))
    assert [one.object_type for one in rest.items] == ["campaign"]
    with pytest.raises(UsageError):
        desk.roster.give("Aldria", 101)
