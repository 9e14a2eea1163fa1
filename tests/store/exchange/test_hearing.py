"""What is said about one object, by one question, on every engine."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from legation.formats.envelope import Taken, judged
from legation.store.exchange.access import Collection
from legation.store.exchange.collections import Posting
from legation.store.exchange.ledger import Sending
from legation.store.exchange.partners import Partner
from legation.store.opening import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
OURS = "campaign--00000001-0000-4000-8000-000000000000"
COPY = "campaign--00000002-0000-4000-8000-000000000000"


def a_partner(store: Store, name: str) -> Partner:
    inbox, outbox = (
        store.collections.add(
            Collection(number=0, collection_id=f"{name}{at}", root="r", title=f"{name}{at}"), NOW
        )
        for at in range(2)
    )
    partner = Partner(
        partner_id=f"id-{name}", name=name, inbox=inbox, outbox=outbox, confidence=40, created=NOW
    )
    store.partners.add(partner)
    return partner


def put(store: Store, number: int, *values: dict[str, Any]) -> None:
    items = []
    for value in values:
        one = judged(msgspec.json.encode(value), "x")
        assert isinstance(one, Taken), one
        items.append((one.facts, one.raw))
    store.collections.post(Posting(number=number, partner_id="p", items=tuple(items)), NOW)


def said(kind: str, number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{number:08d}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        **more,
    }


def a_note(number: int, about: str) -> dict[str, Any]:
    return said("note", number, content=f"note {number}", object_refs=[about])


def sent(store: Store, partner: Partner, copy: str) -> None:
    one = Sending(
        partner_id=partner.partner_id, object_id=OURS, modified="", sent_id=copy, sent_modified="",
        sha256="", raw_sha256=b"", added=NOW, outcome="sent", actor="x", at=NOW,
    )  # fmt: skip
    store.ledger.add([one])


def test_answers_to_copies_and_to_the_object_itself_come_with_who_sent_them(store: Store) -> None:
    aldria, bevora = a_partner(store, "Aldria"), a_partner(store, "Bevora")
    sent(store, aldria, COPY)
    put(store, aldria.inbox, a_note(1, COPY), a_note(2, "tool--" + OURS.partition("--")[2]))
    put(store, bevora.inbox, a_note(3, OURS))
    found = store.hearing.about(OURS, ours=True, limit=10)
    told = [(one.sender.name if one.sender else "", one.raw) for one in found.answers]
    assert [name for name, _ in told] == ["Bevora", "Aldria"]
    assert b"note 3" in told[0][1]
    assert found.answers[0].sender is not None
    assert found.answers[0].sender.confidence == 40
    assert (found.lessons, found.definitions, found.whole) == ((), (), True)
    assert [one.number for one in store.hearing.about(OURS, ours=True, limit=1).answers] == [
        bevora.inbox
    ]
    assert store.hearing.about(COPY[:-1] + "9", ours=True, limit=9).answers == ()


def test_what_we_answered_to_an_object_of_a_partner_is_told_as_ours(store: Store) -> None:
    aldria = a_partner(store, "Aldria")
    put(store, aldria.outbox, a_note(1, OURS))
    put(store, aldria.inbox, a_note(2, OURS))
    found = store.hearing.about(OURS, ours=False, limit=10)
    assert [one.sender.name if one.sender else "" for one in found.answers] == ["Aldria", ""]
    assert [one.number for one in store.hearing.about(OURS, ours=True, limit=9).answers] == [
        aldria.inbox
    ]


def test_lessons_and_definitions_of_the_same_collections_come_along(store: Store) -> None:
    aldria, bevora = a_partner(store, "Aldria"), a_partner(store, "Bevora")
    lesson = said("course-of-action", 5, name="ask the editor")
    tie = said("relationship", 6, relationship_type="mitigates", source_ref=lesson["id"],
               target_ref=OURS)  # fmt: skip
    other = said("course-of-action", 7, name="another")
    marking = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--11111111-1111-4111-8111-111111111111",
        "created": "2026-01-01T00:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "ours"},
    }
    put(store, aldria.inbox, tie, other, lesson, marking)
    put(store, bevora.inbox, lesson, marking | {"definition": {"statement": "theirs"}})
    found = store.hearing.about(OURS, ours=True, limit=10)
    assert len(found.answers) == 1
    assert [b"ask the editor" in one.raw for one in found.lessons] == [True]
    assert [one.number for one in found.definitions] == [aldria.inbox]
    assert b"ours" in found.definitions[0].raw


def test_only_the_version_of_an_answer_that_holds_is_told(store: Store) -> None:
    aldria = a_partner(store, "Aldria")
    newer = a_note(1, OURS) | {"modified": "2026-01-02T00:00:00.000Z", "content": "newer"}
    put(store, aldria.inbox, a_note(1, OURS))
    put(store, aldria.inbox, newer)
    (one,) = store.hearing.about(OURS, ours=True, limit=10).answers
    assert b"newer" in one.raw


def test_the_versions_of_an_object_are_told_the_one_that_holds_first(store: Store) -> None:
    aldria = a_partner(store, "Aldria")
    note = a_note(1, OURS)
    for day in (3, 1, 2):
        put(store, aldria.inbox, note | {"modified": f"2026-01-{day:02}T00:00:00.000Z"})
    found = store.arrivals.versions(aldria.inbox, note["id"], limit=9)
    assert [one.version_text[8:10] for one in found] == ["03", "02", "01"]
    assert [bool(one.raw) for one in found] == [True, False, False]
    assert len(store.arrivals.versions(aldria.inbox, note["id"], limit=2)) == 2
    assert store.arrivals.versions(aldria.outbox, note["id"], limit=2) == []
