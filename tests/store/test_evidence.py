"""Captures in the store: records that never change, parts that end, and need-to-know throughout."""

import hashlib
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from legation.errors import ConflictError, NotFoundError
from legation.stix.extensions import carry
from legation.stix.ids import fact_id
from legation.store.evidence import READ_AGAIN, TRANSLATE, Draft, Kept
from legation.store.evidence_sorted import Wanted
from legation.store.evidence_tables import evidence, evidence_parts
from legation.store.evidence_verify import faults_of_records
from legation.store.opening import Store
from legation.store.readable import KnownObjects

from .conftest import START
from .objects_made import CAMPAIGN, GREEN, RED, campaign, cleared, labelled_by

WHEN = "2026-03-01T12:00:00.000Z"


def observed(number: int, *, belongs_to: str = "", **more: Any) -> bytes:
    """Return the object of a capture."""
    facts = {"sha256": "ab" * 32, "size": 1, "file_kind": "text", "method": "upload"}
    facts |= {"tool": "t", "kept_until": "2031-01-01"}
    if belongs_to:
        facts["belongs_to_ref"] = belongs_to
    value = {
        "type": "observed-data",
        "spec_version": "2.1",
        "id": fact_id("observed-data", number),
        "created": WHEN,
        "modified": WHEN,
        "first_observed": WHEN,
        "last_observed": WHEN,
        "number_observed": 1,
        "object_marking_refs": [GREEN],
        **more,
    }
    value["extensions"] = carry("capture", facts) | value.get("extensions", {})
    return msgspec.json.encode(value)


def kept(number: int, **more: Any) -> Kept:
    facts: dict[str, Any] = {
        "evidence_id": fact_id("observed-data", number),
        "seq": 0,
        "sha256": hashlib.sha256(b"%d" % number).hexdigest(),
        "sealed_sha256": "cd" * 32,
        "size": 1,
        "kind": "text",
        "title": f"Note {number}",
        "source": "",
        "method": "upload",
        "belongs_to": "",
        "captured": START,
        "seen": None,
        "actor": "ann",
        "until": date(2031, 1, 1),
    }
    return Kept(**(facts | more))


def put(store: Store, number: int, *, said: dict[str, Any] | None = None, **more: Any) -> Kept:
    with store.transaction():
        store.objects.put(observed(number, belongs_to=more.get("belongs_to", ""), **(said or {})))
        drafts = [
            Draft(kind="about", body=b"sealed", author="ann"),
            Draft(kind="text", body=f"words of {number}".encode(), author="ann", lang="en"),
        ]
        return store.evidence.add(kept(number, **more), drafts)


def known(store: Store, **held: Any) -> KnownObjects:
    return store.objects.as_read_by(cleared(**held))


def faults(store: Store) -> list[str]:
    return [one.said for one in faults_of_records(store.evidence, store.audit)]


def test_a_capture_is_found_again_as_it_was_recorded(store: Store) -> None:
    seen = START - timedelta(days=1)
    made = put(store, 1, seen=seen, source="https://news.example/a")
    assert made.seq == 1
    assert store.evidence.get(known(store), made.evidence_id) == made
    assert store.evidence.find(known(store), Wanted()) == ([made], 1)
    (entry,) = store.audit.entries(verb="evidence.capture")
    assert entry.event.subject == made.evidence_id
    assert faults(store) == []
    with pytest.raises(NotFoundError):
        store.evidence.get(known(store), "observed-data--none")


def test_the_same_capture_recorded_twice_is_one(store: Store) -> None:
    first, again = put(store, 1), put(store, 1)
    assert first == again
    assert len(store.audit.entries(verb="evidence.capture")) == 1
    assert len(store.evidence.parts([first.evidence_id])[first.evidence_id]) == 2


def test_a_record_cannot_be_changed_or_deleted_and_a_text_cannot_be_changed(store: Store) -> None:
    put(store, 1)
    for statement in (
        update(evidence).values(sha256="00" * 32),
        delete(evidence),
        update(evidence_parts).values(body=b"other"),
    ):
        with (
            pytest.raises(DBAPIError, match=r"only grows|never changes|only_grows"),
            store._database.write() as connection,
        ):
            connection.execute(statement)
    assert store.verify_triggers() >= 3


def test_texts_and_translations_are_added_and_earlier_ones_stay(store: Store) -> None:
    made = put(store, 1)
    for number, (text, machine) in enumerate((("un", ""), ("deux", "M 1")), 3):
        draft = Draft(
            kind="translation", body=text.encode(), author="ben", lang="fr", machine=machine
        )
        part = store.evidence.add_part(made.evidence_id, draft, verb=TRANSLATE)
        assert (part.number, part.text, part.machine) == (number, text, machine)
    again = Draft(kind="text", body=b"read anew", author="ben", lang="und")
    store.evidence.add_part(made.evidence_id, again, verb=READ_AGAIN)
    found = store.evidence.parts([made.evidence_id])[made.evidence_id]
    assert [part.kind for part in found] == ["about", "text", "translation", "translation", "text"]
    texts = [
        (one.evidence_id, part.lang, part.text) for one, part in store.evidence.texts(known(store))
    ]
    assert texts == [
        (made.evidence_id, "en", "words of 1"),
        (made.evidence_id, "fr", "un"),
        (made.evidence_id, "fr", "deux"),
        (made.evidence_id, "und", "read anew"),
    ]
    assert list(store.evidence.texts(known(store), after=made.seq)) == []
    assert faults(store) == []


def test_a_list_is_filtered_and_paged_by_key_in_order_of_arrival(store: Store) -> None:
    for number in range(7):
        put(store, number, kind="pdf" if number % 2 else "text")
    whole, total = store.evidence.find(known(store), Wanted())
    assert [one.seq for one in whole] == [7, 6, 5, 4, 3, 2, 1]
    assert total == 7
    paged: list[Kept] = []
    before = None
    while some := store.evidence.find(known(store), Wanted(), before=before, limit=3)[0]:
        paged += some
        before = some[-1].seq
    assert paged == whole
    assert store.evidence.find(known(store), Wanted(kind="pdf"))[1] == 3
    assert store.evidence.find(known(store), Wanted(words="note 3"))[1] == 1
    assert store.evidence.find(known(store), Wanted(words="100%"))[1] == 0


def test_what_was_captured_for_a_hidden_campaign_is_hidden_with_it(store: Store) -> None:
    store.objects.put(campaign(object_marking_refs=[RED]))
    put(store, 1, belongs_to=CAMPAIGN)
    shown = put(store, 2)
    low = known(store, tlp=1)
    assert store.evidence.find(low, Wanted()) == ([shown], 1)
    assert store.evidence.find(low, Wanted(belongs_to=CAMPAIGN)) == ([], 0)
    assert {one.evidence_id for one, _ in store.evidence.texts(low)} == {shown.evidence_id}
    assert store.evidence.find(known(store), Wanted())[1] == 2
    with pytest.raises(NotFoundError):
        store.evidence.get(low, fact_id("observed-data", 1))


@given(closed=st.sets(st.integers(0, 5)), held=st.booleans())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_tells_of_a_capture_in_a_compartment_that_is_not_held(
    store: Store, closed: set[int], *, held: bool
) -> None:
    base = len(list(store.evidence.every()))
    for number in range(6):
        said = labelled_by(compartments=["talks"]) if number in closed else {}
        put(store, 100 * (base + 1) + number, said=said)
    reader = known(store, compartments=frozenset({"talks"} if held else ()))
    labels = store.labels.in_force([one.evidence_id for one in store.evidence.every()])
    may = {name for name, label in labels.items() if held or not label.compartments}
    found, total = store.evidence.find(reader, Wanted(), limit=1000)
    assert {one.evidence_id for one in found} == may
    assert total == len(may)
    assert {one.evidence_id for one, _ in store.evidence.texts(reader)} == may
    assert {one.evidence_id for one in store.evidence.of_sources(reader, [""]).values()} <= may


def test_when_the_term_is_over_texts_go_and_the_record_stays(store: Store) -> None:
    gone = put(store, 1, until=date(2026, 2, 1))
    shared = put(store, 2, sha256=gone.sha256)
    lost = put(store, 3, until=date(2026, 2, 1))
    assert store.evidence.expire(date(2026, 2, 1)) == []
    assert store.evidence.expire(date(2026, 3, 1)) == [lost.sha256]
    assert store.evidence.expire(date(2026, 3, 1)) == []
    found = store.evidence.parts([gone.evidence_id, shared.evidence_id])
    assert found[gone.evidence_id] == []
    assert len(found[shared.evidence_id]) == 2
    assert store.evidence.get(known(store), gone.evidence_id) == gone
    assert len(store.audit.entries(verb="evidence.expire")) == 2
    assert faults(store) == []
    draft = Draft(kind="translation", body=b"x", author="ben", lang="fr")
    with pytest.raises(ConflictError):
        store.evidence.add_part(gone.evidence_id, draft, verb=TRANSLATE)


def test_texts_that_are_taken_away_or_slipped_in_are_found(store: Store) -> None:
    made = put(store, 1)
    with store._database.write() as connection:
        connection.execute(delete(evidence_parts).where(evidence_parts.c.number == 2))
    assert faults(store) == ["its texts are not as they were written"]
    with store._database.write() as connection:
        row = {
            "evidence_id": made.evidence_id,
            "number": 2,
            "kind": "text",
            "lang": "en",
            "author": "ann",
            "machine": "",
            "created_us": 0,
            "sha256": hashlib.sha256(b"words of 1").hexdigest(),
            "facts": b"{}",
            "body": b"other words",
        }
        connection.execute(evidence_parts.insert(), row)
    assert faults(store) == ["its texts are not as they were written"]
