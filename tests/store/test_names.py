"""A clear name is looked up for a stated purpose, and the look is on record."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from legation.errors import NotFoundError, VerificationError
from legation.rights import sealed_names as rights
from legation.rights.sealed_names import SealedName
from legation.store import open_store
from legation.store.names import SealedRow
from legation.store.opening import Store

from .conftest import START, Clock


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller states."""

    actor: str = "officer"
    at: datetime = START
    purpose: str = "warn the person"
    legality: str = "mandate, article 3"
    necessity: str = "no other way to reach them"
    proportionality: str = "one name"
    safeguards: str = "one reader"


def entry(
    pseudonym: str = "p-1", until: date = date(2027, 3, 1), sealed: bytes = b"\0\xff"
) -> SealedRow:
    return SealedRow(pseudonym=pseudonym, platform="bluesky", sealed=sealed, until=until)


def test_a_name_comes_back_sealed_as_it_was_put(store: Store) -> None:
    assert store.names.put_names([entry()]) == 1
    assert store.names.name("p-1", Look()) == entry()


def test_each_look_is_in_the_audit_trail_with_its_reasons(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2")])
    store.names.name("p-1", Look())
    store.names.name("p-2", Look(purpose="correct an error"))
    (look,) = store.names.looks("p-2")
    assert (look.event.actor, look.event.subject) == ("officer", "p-2")
    assert look.event.detail == {
        "purpose": "correct an error",
        "legality": "mandate, article 3",
        "necessity": "no other way to reach them",
        "proportionality": "one name",
        "safeguards": "one reader",
    }
    assert len(store.names.looks()) == 2
    assert store.audit.verify().entries == 3  # the two, and that names were kept


def test_what_is_kept_of_some_is_counted_without_a_look(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2", date(2028, 1, 2)), entry("p-3")])
    kept = store.names.kept(["p-1", "p-2", "p-unknown"])
    assert kept == (2, date(2027, 3, 1), date(2028, 1, 2))
    assert store.names.kept(f"p-{number}" for number in range(10, 10_050)) == (0, None, None)
    assert store.names.looks() == []


def test_looks_at_some_are_counted_and_the_latest_told(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2"), entry("p-3")])
    for pseudonym in ("p-1", "p-2", "p-1", "p-3"):
        store.names.name(pseudonym, Look())
    number, latest = store.names.looks_among(["p-1", "p-2"], 2)
    assert number == 3
    assert [look.event.subject for look in latest] == ["p-1", "p-2"]
    assert store.names.looks_among([], 2) == (0, [])


def test_what_rights_seals_and_asks_for_fits(store: Store) -> None:
    sealed = SealedName(
        pseudonym="p-1", platform="bluesky", sealed=b"\0\xff", until=date(2027, 3, 1)
    )
    look = rights.Look(
        purpose="warn the person",
        actor="officer",
        at=START,
        legality="mandate, article 3",
        necessity="no other way to reach them",
        proportionality="one name, for one letter",
        safeguards="one officer reads it, once",
    )
    store.names.put_names([sealed])
    found = store.names.name("p-1", look)
    assert SealedName(**msgspec.structs.asdict(found)) == sealed


def test_a_look_at_nothing_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.names.name("p-1", Look())


def test_names_to_mask_are_those_of_a_platform_that_are_kept_and_not_known(store: Store) -> None:
    other = SealedRow(pseudonym="p-4", platform="x", sealed=b"", until=date(2027, 3, 1))
    store.names.put_names([entry(), entry("p-2"), entry("p-3", until=date(2026, 2, 28)), other])
    assert list(store.names.names_to_mask("bluesky", Look(), {"p-2"})) == [entry()]


def test_opening_names_to_mask_texts_is_logged_before_the_first_is_given(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2")])
    next(store.names.names_to_mask("bluesky", Look()))
    (logged,) = store.audit.entries(verb="name.mask")
    assert logged.event.detail["purpose"] == "warn the person"
    assert (logged.event.detail["platform"], logged.event.detail["names"]) == ("bluesky", 2)
    assert store.names.looks() == []


def test_no_names_to_mask_is_no_look(store: Store) -> None:
    assert list(store.names.names_to_mask("bluesky", Look())) == []
    assert store.audit.head().seq == 0


def test_of_two_entries_the_one_that_may_be_kept_longer_stays(store: Store) -> None:
    store.names.put_names([entry()])
    later, earlier = date(2027, 6, 1), date(2026, 1, 1)
    assert store.names.put_names([entry(until=later, sealed=b"other")]) == 0
    assert store.names.put_names([entry(until=earlier)]) == 0
    assert store.names.name("p-1", Look()) == entry(until=later, sealed=b"other")
    assert store.names.count() == 1


def test_an_entry_that_is_replaced_is_replaced_with_its_platform(store: Store) -> None:
    store.names.put_names([entry()])
    longer = SealedRow(pseudonym="p-1", platform="x", sealed=b"other", until=date(2027, 6, 1))
    store.names.put_names([longer])
    assert store.names.name("p-1", Look()) == longer


def test_many_names_are_put_at_once_with_repeats_among_them(store: Store) -> None:
    rows = [entry(f"p-{number % 1200}") for number in range(1500)]
    assert store.names.put_names(rows) == 1200
    assert store.names.count() == 1200


def test_a_name_is_kept_through_its_last_day_and_no_longer(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2", until=date(2028, 1, 1))])
    assert store.names.expire(date(2027, 3, 1)) == 0
    assert store.names.expire(date(2027, 3, 2)) == 1
    assert store.names.count() == 1
    with pytest.raises(NotFoundError):
        store.names.name("p-1", Look())
    (expiry,) = store.audit.entries(verb="name.expire")
    assert expiry.event.detail == {"today": "2027-03-02", "deleted": 1}


def test_how_many_names_are_kept_follows_from_the_trail(store: Store) -> None:
    assert store.names.expected() is None
    assert store.names.verify_number() == 0
    store.names.put_names([entry(), entry("p-2", until=date(2028, 1, 1)), entry("p-3")])
    store.names.put_names([entry("p-2", until=date(2029, 1, 1)), entry("p-4")])
    assert [one.event.detail for one in store.audit.entries(verb="name.keep")] == [
        {"new": 3, "held": 3},
        {"new": 1, "held": 4},
    ]
    store.names.expire(date(2027, 3, 2))
    assert store.names.expected() == store.names.verify_number() == 1
    store.names.put_names([entry("p-5")])
    assert store.names.expected() == store.names.verify_number() == 2


def test_a_name_that_was_taken_away_is_missed_also_when_others_came_since(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2")])
    with store._database.write() as connection:
        connection.execute(text("DELETE FROM sealed_names WHERE pseudonym = 'p-1'"))
    store.names.put_names([entry("p-3")])
    with pytest.raises(VerificationError, match=r"there are 2, and the trail says 3: 1 is gone"):
        store.names.verify_number()


def test_a_store_that_held_names_before_they_were_counted_is_held_to_what_it_has_then(
    store: Store,
) -> None:
    store.names._put({"p-1": entry()})
    assert store.names.verify_number() == 1
    store.names.put_names([entry("p-2")])
    assert store.names.expected() == store.names.verify_number() == 2


def test_where_no_name_is_past_its_day_nothing_is_written(
    open_here: Callable[[], Store],
) -> None:
    first, second = open_here(), open_here()
    first.names.put_names([entry()])
    with second.transaction():
        assert first.names.expire(date(2026, 4, 1)) == 0
    assert first.audit.entries(verb="name.expire") == []


def test_an_expired_name_leaves_no_bytes_in_the_file(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "objects.sqlite"
    secret = b"sealed-bytes-to-be-gone-" * 20
    with open_store(f"sqlite:///{file}", home=tmp_path, now=clock) as store:
        store.names.put_names([entry(sealed=secret)])
    assert b"sealed-bytes-to-be-gone-" in file.read_bytes()
    with open_store(f"sqlite:///{file}", home=tmp_path, now=clock) as store:
        store.names.expire(date(2028, 1, 1))
    sqlite3.connect(file).close()
    left = [path for path in tmp_path.iterdir() if path.is_file()]
    assert not [path for path in left if b"sealed-bytes-to-be-gone-" in path.read_bytes()]


def test_an_erased_name_is_not_kept_again_until_that_is_lifted(store: Store) -> None:
    store.names.put_names([entry(), entry("p-2")])
    store.names.erase("p-1", actor="ben", reason="the person asked for it")
    with pytest.raises(NotFoundError):
        store.names.name("p-1", Look())
    with pytest.raises(NotFoundError):
        store.names.erase("p-1", actor="ben", reason="the person asked for it")
    assert store.names.put_names([entry(), entry("p-3")]) == 1
    assert store.names.count() == 2
    (told,) = store.audit.entries(verb="name.withhold")
    assert told.event.detail == {"names": 1}
    with pytest.raises(NotFoundError):
        store.names.lift("p-3", actor="ben", reason="a court has ordered it")
    store.names.lift("p-1", actor="ben", reason="a court has ordered it")
    assert store.names.put_names([entry()]) == 1
    store.names.erase("p-1", actor="ben", reason="the person asked again")
    assert store.names.put_names([entry()]) == 0
    assert store.names.erased() == {"p-1"}
