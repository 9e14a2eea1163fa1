"""The audit trail shows every change made behind it."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, delete, select, text, update

from legation.errors import BadInputError, VerificationError
from legation.store.audit import AuditHead, Event, read_head
from legation.store.opening import Store
from legation.store.tables import audit_entries as entries


def act(number: int, **detail: Any) -> Event:
    at = datetime(2026, 3, 1, 12, number, 0, 5, tzinfo=UTC)
    return Event(
        at=at, actor="analyst", verb="campaign.export", subject=f"c-{number}", detail=detail
    )


@pytest.fixture
def trail(store: Store) -> Store:
    with store.transaction():
        for number in range(5):
            store.audit.append(act(number, rows=number))
    return store


def behind(store: Store, change: Callable[[Connection], None]) -> None:
    """Do what somebody with the database's keys could do."""
    with store._database.write() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER audit_entries_{name}"))
        else:
            connection.execute(text("DROP TRIGGER audit_entries_grows ON audit_entries"))
        change(connection)


def row(connection: Connection, seq: int) -> dict[str, Any]:
    return dict(connection.execute(select(entries).where(entries.c.seq == seq)).one()._mapping)


def test_an_empty_trail_holds(store: Store) -> None:
    assert store.audit.verify().entries == 0
    assert store.audit.head() == AuditHead(seq=0, hash="00" * 32)


def test_a_trail_holds_and_tells_its_head(trail: Store) -> None:
    state = trail.audit.verify()
    assert state.entries == 5
    assert state.head == trail.audit.head()


def test_entries_come_back_as_they_were_written(trail: Store) -> None:
    assert [entry.event for entry in trail.audit.entries()] == [
        act(number, rows=number) for number in range(5)
    ]
    assert [entry.seq for entry in trail.audit.entries(subject="c-3")] == [4]
    assert [entry.seq for entry in trail.audit.entries(verb="campaign.export", after=3)] == [4, 5]


def test_an_entry_cannot_be_changed_or_deleted_through_the_store(trail: Store) -> None:
    for statement in (update(entries).values(actor="nobody"), delete(entries)):
        with (
            pytest.raises(sqlalchemy.exc.DatabaseError, match="only grows"),
            trail._database.write() as connection,
        ):
            connection.execute(statement)


def edit_the_body(connection: Connection) -> None:
    forged = row(connection, 3)["body"].replace(b"analyst", b"auditor")
    connection.execute(update(entries).where(entries.c.seq == 3).values(body=forged))


def edit_the_listing(connection: Connection) -> None:
    connection.execute(update(entries).where(entries.c.seq == 3).values(actor="auditor"))


def edit_the_time(connection: Connection) -> None:
    connection.execute(update(entries).where(entries.c.seq == 3).values(at_us=entries.c.at_us + 1))


def delete_in_the_middle(connection: Connection) -> None:
    connection.execute(delete(entries).where(entries.c.seq == 3))


def delete_and_close_the_gap(connection: Connection) -> None:
    delete_in_the_middle(connection)
    for seq in (4, 5):
        connection.execute(update(entries).where(entries.c.seq == seq).values(seq=seq - 1))


def delete_the_first(connection: Connection) -> None:
    connection.execute(delete(entries).where(entries.c.seq == 1))


def swap_two(connection: Connection) -> None:
    third, fourth = row(connection, 3), row(connection, 4)
    connection.execute(delete(entries).where(entries.c.seq.in_((3, 4))))
    connection.execute(entries.insert(), [third | {"seq": 4}, fourth | {"seq": 3}])


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (edit_the_body, 3),
        (edit_the_listing, 3),
        (edit_the_time, 3),
        (delete_in_the_middle, 3),
        (delete_and_close_the_gap, 3),
        (delete_the_first, 1),
        (swap_two, 3),
    ],
)
def test_a_change_is_found_at_its_place(
    trail: Store, change: Callable[[Connection], None], first_bad: int
) -> None:
    behind(trail, change)
    with pytest.raises(VerificationError, match=f"entry {first_bad} "):
        trail.audit.verify()


def cut_the_end(connection: Connection) -> None:
    connection.execute(delete(entries).where(entries.c.seq > 3))


def test_a_cut_end_shows_against_a_head_that_was_kept(trail: Store) -> None:
    head = read_head(trail.audit.head().text())
    behind(trail, cut_the_end)
    assert trail.audit.verify().entries == 3
    with pytest.raises(VerificationError, match="up to entry 5 have been cut off"):
        trail.audit.verify(head)


def test_a_trail_written_anew_shows_against_a_head_that_was_kept(trail: Store) -> None:
    head = trail.audit.head()
    behind(trail, cut_the_end)
    for number in (7, 8):
        trail.audit.append(act(number))
    assert trail.audit.verify().entries == 5
    with pytest.raises(VerificationError, match="entry 5 is not the one"):
        trail.audit.verify(head)


def test_a_head_that_was_kept_stays_good_while_the_trail_grows(trail: Store) -> None:
    head = trail.audit.head()
    trail.audit.append(act(9))
    assert trail.audit.verify(head, head).entries == 6


def move_the_last(connection: Connection) -> None:
    connection.execute(update(entries).where(entries.c.seq == 5).values(seq=6))


def test_an_entry_filed_under_another_number_is_missing_and_is_read_once(trail: Store) -> None:
    behind(trail, move_the_last)
    every = islice(trail.audit.every("campaign.export"), 7)
    assert [(entry.seq, entry.event.subject) for entry in every] == [
        (1, "c-0"),
        (2, "c-1"),
        (3, "c-2"),
        (4, "c-3"),
        (6, "c-4"),
    ]
    with pytest.raises(VerificationError, match="entry 5 is missing; entry 6 follows"):
        trail.audit.verify()


def test_a_long_trail_is_read_in_parts(store: Store) -> None:
    with store.transaction():
        for number in range(1001):
            store.audit.append(act(number % 60))
    assert store.audit.verify().entries == 1001


@pytest.mark.parametrize("text", ["", "legation-audit-1 5", "legation-audit-2 5 " + "a" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(BadInputError):
        read_head(text)
