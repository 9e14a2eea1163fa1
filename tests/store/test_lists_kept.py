"""Filters, marks, acts, visits and stamps: what lists keep, on each engine."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError

from legation.errors import NotFoundError
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.bulk import Changed, Marked
from legation.store.opening import Store

from .conftest import START, Clock
from .objects_made import CAMPAIGN, GREEN, OTHER, campaign, cleared

AMBER = Label(tlp=Tlp.AMBER)


def save(
    store: Store, name: str, owner: str = "p-1", shared: str = "", label: Label = AMBER
) -> str:
    made = store.filters.add(
        name, of="campaigns", asked="words=x", owner=owner, shared_with=shared, label=label
    )
    return made.filter_id


def names(store: Store, person_id: str, *roles: str, **held: object) -> list[str]:
    reader = cleared(**held)
    return [one.name for one in store.filters.shown_to(reader, person_id, roles)]


def test_a_filter_is_shown_to_its_owner_and_to_those_with_whom_it_is_shared(store: Store) -> None:
    save(store, "mine")
    save(store, "for analysts", shared="analyst")
    save(store, "for all", shared="all")
    assert names(store, "p-1") == ["mine", "for analysts", "for all"]
    assert names(store, "p-2", "analyst") == ["for analysts", "for all"]
    assert names(store, "p-2", "press") == ["for all"]


def test_a_filter_whose_label_is_not_met_is_shown_to_nobody_not_even_its_owner(
    store: Store,
) -> None:
    closed = Label(tlp=Tlp.AMBER, compartments=("talks",))
    filter_id = save(store, "names the talks", shared="all", label=closed)
    assert names(store, "p-1") == names(store, "p-2") == []
    assert names(store, "p-2", compartments=frozenset({"talks"})) == ["names the talks"]
    with pytest.raises(NotFoundError):
        store.filters.shown(filter_id, cleared(), "p-1", ())


def test_a_filter_is_renamed_shared_otherwise_and_removed(store: Store) -> None:
    filter_id = save(store, "old", shared="all")
    store.filters.change(filter_id, name="new", shared_with="legal")
    assert names(store, "p-2", "press") == []
    assert names(store, "p-2", "legal") == ["new"]
    store.filters.change(filter_id, gone=True)
    assert names(store, "p-1") == []


def test_the_last_mark_of_an_object_holds_and_all_stay_in_its_history(store: Store) -> None:
    store.objects.put_many([campaign(object_marking_refs=[GREEN])])
    store.bulk.mark({CAMPAIGN: Marked(mark="seen")}, actor="p-1")
    store.bulk.mark({CAMPAIGN: Marked(mark="aside", reason="a fan club")}, actor="p-2")
    (found,) = store.bulk.marks([CAMPAIGN, OTHER]).values()
    assert (found.mark, found.reason, found.actor) == ("aside", "a fan club", "p-2")
    assert [one.mark for one in store.bulk.history(CAMPAIGN)] == ["seen", "aside"]


def test_a_mark_is_never_changed_or_deleted(store: Store) -> None:
    store.bulk.mark({CAMPAIGN: Marked(mark="seen")}, actor="p-1")
    for statement in ("UPDATE object_marks SET mark = 'open'", "DELETE FROM object_marks"):
        with pytest.raises(DatabaseError, match="only grows"), store._database.write() as writing:
            writing.execute(sql(statement))
    assert store.verify_triggers() > 0


def test_an_act_keeps_its_rows_and_is_undone_once(store: Store, clock: Clock) -> None:
    rows = [Changed(row_id=CAMPAIGN, before=b"1", after=b"2")]
    act = store.bulk.record("mark", "Marked as seen", rows, of="campaigns", actor="p-1")
    clock.pass_time(minutes=3)
    assert store.bulk.rows(act.act_id) == rows
    assert store.bulk.acts("p-1") == [act]
    assert store.bulk.acts("p-1", since=START) == []
    assert store.bulk.acts("p-2") == []
    assert store.bulk.note_undone(act.act_id)
    assert not store.bulk.note_undone(act.act_id)
    assert store.bulk.act(act.act_id).undone == START + timedelta(minutes=3)


def test_a_visit_ends_half_an_hour_after_its_last_page(store: Store, clock: Clock) -> None:
    store.people.add("p-1", "Ann", ("analyst",))

    def visit() -> datetime | None:
        store.sessions.begin("s", "p-1")
        last = store.roster.of_session("s")[1].visit
        store.sessions.end("s")
        return store.bulk.visit("p-1", last)

    assert visit() is None
    clock.pass_time(minutes=20)
    assert visit() is None
    clock.pass_time(minutes=31)
    assert visit() == START + timedelta(minutes=20)
    clock.pass_time(seconds=5)
    assert visit() == START + timedelta(minutes=20)
    clock.pass_time(minutes=10)
    assert visit() == START + timedelta(minutes=20)


def test_the_stamp_changes_with_each_write_of_any_program_and_with_nothing_else(
    store: Store, open_here: Callable[[], Store]
) -> None:
    other = open_here()
    first = store.stamp()
    store.objects.counts()
    assert store.stamp() == first
    store.bulk.mark({CAMPAIGN: Marked(mark="seen")}, actor="p-1")
    second = store.stamp()
    assert second != first
    other.bulk.mark({CAMPAIGN: Marked(mark="open")}, actor="p-1")
    third = store.stamp()
    assert third not in {first, second}
    assert store.stamp() == third
