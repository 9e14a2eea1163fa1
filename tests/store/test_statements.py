"""Drafts of statements, on every engine: they only grow, and are known to those who may."""

from datetime import timedelta
from secrets import token_hex
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from legation.errors import ConflictError, NotFoundError
from legation.stix.labels import Label
from legation.stix.tlp import Tlp, marking_ref
from legation.store.opening import Store
from legation.store.statements import DraftStanding, StatementEntry, Statements

from .conftest import START
from .objects_made import cleared

CAMPAIGN = "campaign--0e0fa2e4-6d1c-4a5b-9d39-000000000001"
STANDING = DraftStanding(
    label=Label(tlp=Tlp.GREEN),
    state="waiting",
    title="The harbour stays open",
    issuer="Ministry of Aldria",
)


def entry(kind: str = "drafted", *, draft: int = 0, minutes: int = 0) -> StatementEntry:
    at = START + timedelta(minutes=minutes)
    return StatementEntry(draft=draft, kind=kind, actor="ann", at=at, body=b"{}")


def begun(store: Store, **other: Any) -> int:
    standing = msgspec.structs.replace(STANDING, **other)
    return store.statements.begin(entry(), standing, token_hex(16)).draft


def put_campaign(store: Store, level: Tlp) -> None:
    thing = {
        "type": "campaign",
        "spec_version": "2.1",
        "id": CAMPAIGN,
        "created": "2026-02-01T00:00:00Z",
        "modified": "2026-02-01T00:00:00Z",
        "name": "ring",
        "object_marking_refs": [marking_ref(level)],
    }
    store.objects.put(msgspec.json.encode(thing))


def test_drafts_have_running_numbers_and_stand_as_their_last_entry_says(store: Store) -> None:
    assert [begun(store), begun(store)] == [1, 2]
    row = store.statements.get(1)
    approved = msgspec.structs.replace(STANDING, state="approved")
    after = store.statements.add(entry("approved", draft=1, minutes=5), approved, seen=row.seq)
    assert (after.state, after.begun) == ("approved", START)
    assert after.touched == START + timedelta(minutes=5)
    told = [(one.kind, one.actor, one.body) for one in store.statements.entries(1)]
    assert told == [("drafted", "ann", b"{}"), ("approved", "ann", b"{}")]


def test_who_did_not_see_what_was_done_before_is_refused_and_nothing_is_written(
    store: Store,
) -> None:
    begun(store)
    first = store.statements.get(1)
    store.statements.add(entry("changed", draft=1), STANDING, seen=first.seq)
    with pytest.raises(ConflictError, match="since you opened it"):
        store.statements.add(entry("approved", draft=1), STANDING, seen=first.seq)
    assert [one.kind for one in store.statements.entries(1)] == ["drafted", "changed"]
    with pytest.raises(NotFoundError):
        store.statements.add(entry("approved", draft=9), STANDING, seen=first.seq)


def test_entries_are_neither_changed_nor_deleted(store: Store) -> None:
    begun(store)
    assert store.verify_triggers() > 0
    for act in ("UPDATE statement_entries SET actor = 'eve'", "DELETE FROM statement_entries"):
        with (
            pytest.raises(DBAPIError),
            store._database.write() as connection,
        ):
            connection.execute(text(act))
    assert [one.actor for one in store.statements.entries(1)] == ["ann"]


def test_a_draft_beyond_a_reader_is_neither_found_listed_nor_counted(store: Store) -> None:
    begun(store, title="for all")
    begun(store, title="for few", label=Label(tlp=Tlp.AMBER))
    begun(store, title="for the talks", label=Label(tlp=Tlp.GREEN, compartments=("talks",)))
    reader = cleared(tlp=Tlp.GREEN, compartments=frozenset())
    known = store.statements.as_read_by(reader)
    assert [one.title for one in known.find(limit=9)[0]] == ["for all"]
    assert known.count(most=9) == 1
    for draft in (2, 3):
        with pytest.raises(NotFoundError):
            known.get(draft)
    with pytest.raises(NotFoundError):
        known.find(after="2", limit=9)
    talks = store.statements.as_read_by(cleared(tlp=Tlp.AMBER, compartments=frozenset({"talks"})))
    assert talks.count(most=9) == 3


def test_what_a_draft_answers_is_told_to_those_alone_who_may_know_it(store: Store) -> None:
    put_campaign(store, Tlp.AMBER)
    begun(store, answers=CAMPAIGN)
    few = store.statements.as_read_by(cleared(tlp=Tlp.GREEN))
    many = store.statements.as_read_by(cleared(tlp=Tlp.AMBER))
    assert few.get(1).answers == ""
    assert few.answering([CAMPAIGN]) == []
    assert many.get(1).answers == CAMPAIGN
    assert [one.draft for one in many.answering([CAMPAIGN])] == [1]


def test_a_statement_leads_back_to_its_draft(store: Store) -> None:
    begun(store, number="2026-0001", state="published")
    assert store.statements.issued_as("Ministry of Aldria", "2026-0001").draft == 1
    with pytest.raises(NotFoundError):
        store.statements.issued_as("Ministry of Aldria", "2026-0002")


@pytest.mark.parametrize("order", ["touched", "draft"])
@pytest.mark.parametrize("backwards", [False, True])
def test_pages_hold_every_draft_once_in_each_order(
    store: Store, order: Any, backwards: bool
) -> None:
    for number in range(8):
        begun(store, title=f"draft {number}", state="waiting" if number % 2 else "approved")
    store.statements.add(entry("changed", draft=3), STANDING, seen=store.statements.get(3).seq)

    def pages(statements: Statements, **asked: Any) -> list[int]:
        found: list[int] = []
        after = ""
        while True:
            rows, more = statements.find(
                after=after, limit=3, order=order, backwards=backwards, **asked
            )
            found += [one.draft for one in rows]
            if more is None:
                return found
            after = more

    every = [8, 7, 6, 5, 4, 3, 2, 1] if order == "draft" else [3, 8, 7, 6, 5, 4, 2, 1]
    assert pages(store.statements) == (every[::-1] if backwards else every)
    approved = [one for one in every if one in (1, 5, 7)]
    found = pages(store.statements, states=("approved",))
    assert found == (approved[::-1] if backwards else approved)
    assert pages(store.statements, words="DRAFT 4") == [5]
    assert store.statements.count(states=("approved",), most=9) == 3
    assert store.statements.count(most=5) == 5
