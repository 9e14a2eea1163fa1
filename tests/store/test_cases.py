"""Which cases there are, on every engine: by number, narrowed, paged without gap or double."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from legation.errors import ConflictError, NotFoundError
from legation.stix.tlp import Tlp, marking_ref
from legation.store.cases import MOST_COUNTED, CaseRow, Standing, Wanted
from legation.store.opening import Store

from .conftest import START, Clock
from .objects_made import cleared

STANDING = Standing(
    title="Letters in the name of a ministry",
    type="T4",
    domain="political",
    status="reported",
    began="2026-02",
    due="",
    entries=1,
)


def incident(number: int) -> str:
    return f"incident--0e0fa2e4-6d1c-4a5b-9d39-{number:012x}"


def first_entry(number: int, level: Tlp) -> dict[str, Any]:
    return {
        "type": "note",
        "spec_version": "2.1",
        "id": f"note--0e0fa2e4-6d1c-4a5b-9d39-{number:012x}",
        "created": "2026-02-01T00:00:00Z",
        "modified": "2026-02-01T00:00:00Z",
        "content": "opened",
        "object_refs": [incident(number)],
        "object_marking_refs": [marking_ref(level)],
    }


def opened(store: Store, number: int, level: Tlp = Tlp.GREEN, **other: Any) -> None:
    thing = first_entry(number, level)
    store.objects.put(msgspec.json.encode(thing))
    standing = msgspec.structs.replace(STANDING, **other)
    at = START + timedelta(minutes=number)
    store.cases.open(incident(number), f"2026-{number:04}", thing["id"], standing, at)


def every_page(store: Store, **asked: Any) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        rows, more = store.cases.find(Wanted(), after=after, limit=3, **asked)
        found += [one.number for one in rows]
        if more is None:
            return found
        after = more


def test_a_case_is_found_by_its_number_or_id_with_whom_it_concerns(store: Store) -> None:
    opened(store, 1, parties=("DE", "FR"))
    row = store.cases.get("2026-0001")
    assert row == store.cases.get(incident(1))
    assert isinstance(row, CaseRow)
    assert (row.parties, row.due, row.entries) == (("DE", "FR"), "", 1)
    assert store.cases.bare("2026-0001").parties == ()
    assert store.cases.of([incident(1), incident(9)]).keys() == {incident(1)}
    with pytest.raises(NotFoundError):
        store.cases.get("2026-0002")


def test_a_number_is_given_once(store: Store) -> None:
    opened(store, 1)
    assert store.cases.next_place(2026) == 2
    assert store.cases.next_place(2027) == 1
    with pytest.raises(ConflictError, match="case 2026-0001 exists"):
        store.cases.open(incident(2), "2026-0001", "note--x", STANDING, START)


@pytest.mark.parametrize("order", ["touched", "number", "due"])
def test_pages_join_to_the_whole_in_each_order_and_back(store: Store, order: str) -> None:
    for number in range(1, 9):
        # Some have one day, and some none at all.
        opened(store, number, due=("", "2026-03-04", "2026-03-01")[number % 3])
    whole = every_page(store, order=order)
    assert sorted(whole) == [f"2026-{number:04}" for number in range(1, 9)]
    assert every_page(store, order=order, backwards=True) == whole[::-1]
    dues = [store.cases.get(number).due or "9" for number in whole]
    assert order != "due" or dues == sorted(dues)
    with pytest.raises(NotFoundError, match="that page does not exist"):
        store.cases.find(Wanted(), after="2031-0001")


def test_a_list_is_narrowed_by_each_of_its_filters(store: Store) -> None:
    opened(store, 1, parties=("DE",), status="closed")
    opened(store, 2, parties=("FR",), type="T5", title="A 100% forged_letter")
    for wanted, numbers in (
        (Wanted(), ["2026-0002", "2026-0001"]),
        (Wanted(status="closed"), ["2026-0001"]),
        (Wanted(open=True), ["2026-0002"]),
        (Wanted(type="T5"), ["2026-0002"]),
        (Wanted(domain="economic"), []),
        (Wanted(party="FR"), ["2026-0002"]),
        (Wanted(words="LETTERS ministry"), ["2026-0001"]),
        (Wanted(words="100%"), ["2026-0002"]),
        (Wanted(words="forged_l"), ["2026-0002"]),
        (Wanted(words="forged1"), []),
    ):
        rows, _ = store.cases.find(wanted)
        assert [one.number for one in rows] == numbers, wanted
        assert store.cases.count(wanted) == len(numbers)


def test_how_a_case_stands_is_said_anew_with_its_parties(store: Store, clock: Clock) -> None:
    opened(store, 1, parties=("DE",))
    later = clock.pass_time(days=1)
    standing = msgspec.structs.replace(STANDING, status="triaged", parties=("FR",), entries=3)
    store.cases.stand(incident(1), standing, later)
    row = store.cases.get("2026-0001")
    assert (row.status, row.parties, row.entries, row.touched) == ("triaged", ("FR",), 3, later)
    store.cases.touch(incident(1), 4, later + timedelta(days=1))
    assert store.cases.get("2026-0001").entries == 4


def test_who_may_not_know_the_first_entry_has_no_such_case(store: Store) -> None:
    opened(store, 1, Tlp.GREEN)
    opened(store, 2, Tlp.RED)
    known = store.cases.as_read_by(cleared(tlp=Tlp.GREEN))
    assert [one.number for one in known.every()] == ["2026-0001"]
    assert known.count(Wanted()) == 1
    with pytest.raises(NotFoundError):
        known.get("2026-0002")
    with pytest.raises(NotFoundError):
        known.find(Wanted(), after="2026-0002")


def test_a_count_ends_where_it_would_cost_a_look_at_every_case(store: Store) -> None:
    opened(store, 1)
    assert store.cases.count(Wanted()) == 1 < MOST_COUNTED
