"""Answers of partners beside what they answer, for readers who may know more and less."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.scope import Scope
from legation.app.sharing.heard import Answers, heard_of
from legation.app.sharing.senders import code_of
from legation.app.sharing.taking import post
from legation.stix.tlp import Tlp
from worlds.sharing_home import GREEN, SharingHome, made, sharing_home

KNOWS = ["share.read", "partner.read"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        opened.policy()
        yield opened


def scope(desk: SharingHome, tlp: Tlp = Tlp.RED) -> Scope:
    found = desk.home.library(desk.store, "command line").scope()
    held = msgspec.structs.replace(found.reader.clearance, tlp=tlp)
    return replace(found, reader=msgspec.structs.replace(found.reader, clearance=held))


def answer(desk: SharingHome, *values: dict[str, Any]) -> None:
    raws = [msgspec.json.encode(one) for one in values]
    with desk.store.transaction():
        post(desk.store, desk.store.partners.get("Aldria"), raws, "line", desk.clock())


def told(found: Answers) -> list[tuple[str, str, str, int | None]]:
    return [(one.kind, one.opinion, one.words, one.seen) for one in found.items]


def test_nothing_is_heard_of_what_nobody_answered(desk: SharingHome) -> None:
    assert heard_of(scope(desk), GREEN["id"], KNOWS) == Answers()


def test_answers_to_the_copy_of_a_partner_stand_beside_our_object(desk: SharingHome) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    (copy,) = [one["id"] for one in desk.read("Aldria") if one["type"] == "campaign"]
    lesson = made("course-of-action", 4, Tlp.GREEN, name="ask", description="ask the editor")
    answer(
        desk,
        made("sighting", 1, Tlp.GREEN, sighting_of_ref=copy, count=7, confidence=60),
        made("opinion", 2, Tlp.GREEN, opinion="agree", explanation="so it is", object_refs=[copy]),
        made("note", 3, Tlp.AMBER, content="amber words", object_refs=[copy]),
        lesson,
        made("relationship", 5, Tlp.GREEN, relationship_type="mitigates",
             source_ref=lesson["id"], target_ref=copy),
    )  # fmt: skip
    found = heard_of(scope(desk), GREEN["id"], KNOWS)
    assert told(found) == [
        ("lesson", "", "ask the editor", None),
        ("note", "", "amber words", None),
        ("opinion", "agree", "so it is", None),
        ("sighting", "", "", 7),
    ]
    assert {one.sender for one in found.items} == {"Aldria"}
    assert (found.total, found.more) == (4, False)
    partner_id = desk.store.partners.get("Aldria").partner_id
    coded = heard_of(scope(desk), GREEN["id"], ["share.read"])
    assert {one.sender for one in coded.items} == {code_of(partner_id)}
    green = heard_of(scope(desk, Tlp.GREEN), GREEN["id"], KNOWS)
    assert [kind for kind, *_ in told(green)] == ["lesson", "opinion", "sighting"]
    assert green.total == 3


def test_the_words_of_a_lesson_above_a_reader_are_not_told(desk: SharingHome) -> None:
    lesson = made("course-of-action", 4, Tlp.RED, name="red-secret")
    answer(
        desk,
        lesson,
        made("relationship", 5, Tlp.GREEN, relationship_type="mitigates",
             source_ref=lesson["id"], target_ref=GREEN["id"]),
    )  # fmt: skip
    found = heard_of(scope(desk, Tlp.GREEN), GREEN["id"], KNOWS)
    assert told(found) == [("lesson", "", lesson["id"], None)]
    assert found.labels[0].tlp is Tlp.GREEN
    whole = heard_of(scope(desk), GREEN["id"], KNOWS)
    assert told(whole) == [("lesson", "", "red-secret", None)]
    assert whole.labels[0].tlp is Tlp.RED


def test_an_answer_that_was_taken_back_is_heard_no_more(desk: SharingHome) -> None:
    note = made("note", 3, Tlp.GREEN, content="words", object_refs=[GREEN["id"]])
    answer(desk, note)
    assert heard_of(scope(desk), GREEN["id"], KNOWS).total == 1
    answer(desk, note | {"modified": "2026-02-01T00:00:00.000Z", "revoked": True})
    assert heard_of(scope(desk), GREEN["id"], KNOWS).total == 0


def test_what_came_after_a_day_is_not_told_of_that_day(desk: SharingHome) -> None:
    early = desk.clock()
    desk.clock.pass_time(days=2)
    answer(desk, made("note", 3, Tlp.GREEN, content="words", object_refs=[GREEN["id"]]))
    assert heard_of(scope(desk), GREEN["id"], KNOWS, until=early).total == 0
    assert heard_of(scope(desk), GREEN["id"], KNOWS, until=desk.clock()).total == 1
