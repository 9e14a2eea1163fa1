"""Personal records of the store: kept, named in the trail, erased with their key, never deleted."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from legation.errors import ConflictError, LegationError, NotFoundError, VerificationError
from legation.store import open_store
from legation.store.opening import Store
from legation.store.personal import ERASE, LOOK, SEAL, USE

from .conftest import START, Clock
from .personal_made import LATER, personal_record

TODAY = START.date()
ANOTHER = "(SELECT other.wrapped FROM personal_fields other WHERE other.seq = 2)"


def test_records_come_back_as_they_were_put_and_stand_in_the_trail(store: Store) -> None:
    rows = [personal_record(number) for number in range(3)]
    assert store.personal.put(rows, actor="ann") == 3
    found = store.personal.current("person", [row.subject for row in rows])
    assert [found[row.subject] for row in rows] == rows
    entries = store.audit.entries(verb=SEAL)
    assert [entry.event.subject for entry in entries] == [row.record_id for row in rows]
    assert entries[0].event.detail["sha256"] == rows[0].sha256
    assert store.personal.verify(TODAY) == 3


def test_of_two_records_of_one_field_the_newer_one_is_current(store: Store) -> None:
    rows = [personal_record(number, subject="identity--x") for number in (1, 2)]
    store.personal.put(rows, actor="ann")
    assert store.personal.current("person", ["identity--x"]) == {"identity--x": rows[1]}
    assert store.personal.current("other", ["identity--x"]) == {}
    store.personal.erase("person-2", actor="ann", reason="wrong")
    assert store.personal.current("person", ["identity--x"]) == {}


def test_erasing_destroys_the_key_and_leaves_the_hash(store: Store) -> None:
    store.personal.put([personal_record(1), personal_record(2)], actor="ann")
    store.personal.erase("person-1", actor="ben", reason="the person asked for it")
    (entry,) = store.audit.entries(verb=ERASE)
    assert (entry.event.actor, entry.event.subject) == ("ben", "person-1")
    assert entry.event.detail["sha256"] == personal_record(1).sha256
    assert [row.record_id for row in store.personal.records()] == ["person-2"]
    (held,) = store.personal.held()
    assert (held.held, held.erased, held.first, held.last) == (1, 1, LATER, LATER)
    assert store.personal.verify(TODAY) == 2
    assert store.audit.verify().entries == 3


def test_what_is_not_there_or_erased_already_is_not_erased(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no record person-9"):
        store.personal.erase("person-9", actor="ann", reason="x")
    store.personal.put([personal_record(1)], actor="ann")
    store.personal.erase("person-1", actor="ann", reason="x")
    with pytest.raises(ConflictError, match="erased already"):
        store.personal.erase("person-1", actor="ann", reason="x")
    assert len(store.audit.entries(verb=ERASE)) == 1


def test_retention_erases_what_is_past_its_day_and_nothing_else(store: Store) -> None:
    days = [date(2026, 1, 1), TODAY, LATER]
    rows = [personal_record(number, until=day) for number, day in enumerate(days)]
    store.personal.put(rows, actor="ann")
    with pytest.raises(VerificationError, match="past its day"):
        store.personal.verify(TODAY)
    assert store.personal.erase_past(TODAY) == 1
    assert store.personal.erase_past(TODAY) == 0
    assert [row.record_id for row in store.personal.records()] == ["person-1", "person-2"]
    assert len(store.audit.entries(verb=ERASE)) == 1
    assert store.personal.verify(TODAY) == 3


def test_a_transaction_that_fails_leaves_neither_record_nor_entry(store: Store) -> None:
    store.personal.put([personal_record(1)], actor="ann")

    def put_twice() -> None:
        with store.transaction():
            store.personal.put([personal_record(2)], actor="ann")
            store.personal.erase("person-1", actor="ann", reason="x")
            raise LegationError("no", hint="none")

    with pytest.raises(LegationError):
        put_twice()
    assert [row.record_id for row in store.personal.records()] == ["person-1"]
    assert len(store.audit.entries()) == 1


def test_no_row_is_ever_deleted(store: Store) -> None:
    store.personal.put([personal_record(1)], actor="ann")
    with (
        pytest.raises(DatabaseError, match=r"never deleted|only grows"),
        store.objects._database.write() as connection,
    ):
        connection.execute(text("DELETE FROM personal_fields"))
    assert store.verify_triggers() > 0


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("UPDATE personal_fields SET until = '2030-01-01'", "not the one that the audit trail"),
        ("UPDATE personal_fields SET sha256 = 'x'", "not the one that the audit trail"),
        (f"UPDATE personal_fields SET wrapped = {ANOTHER} WHERE seq = 1", "still has a key"),
        ("UPDATE personal_fields SET erased_us = NULL", "still has its key"),
        ("UPDATE personal_fields SET erased_us = 1 WHERE seq = 2", "still has a key or sealed"),
    ],
)
def test_what_was_done_behind_the_store_s_back_is_found(store: Store, act: str, said: str) -> None:
    store.personal.put([personal_record(1), personal_record(2)], actor="ann")
    store.personal.erase("person-1", actor="ann", reason="x")
    with store.objects._database.write() as connection:
        connection.execute(text(act))
    with pytest.raises(VerificationError, match=said):
        store.personal.verify(TODAY)


class _Look:
    actor, at, purpose = "ben", START, "warn-person"


def test_a_look_and_a_use_are_in_the_trail(store: Store, clock: Clock) -> None:
    store.personal.note_look(personal_record(1), _Look(), {"aim": "warn"})
    (entry,) = store.audit.entries(verb=LOOK)
    assert entry.event.subject == "person-1"
    assert entry.event.detail == {"purpose": "warn-person", "about": "identity--1", "aim": "warn"}
    use, reasons = "look-for-likenesses", {"safeguards": "shown to nobody"}
    for _ in range(3):
        store.personal.note_use(use, reasons, actor="watch", records=2)
    store.personal.note_use(use, reasons, actor="desk", records=2)
    clock.pass_time(days=1)
    store.personal.note_use(use, reasons, actor="desk", records=2)
    assert store.audit.entries(verb=USE)[0].event.detail == {"records": 2, **reasons}
    assert [entry.event.actor for entry in store.audit.entries(verb=USE)] == [
        "watch",
        "desk",
        "desk",
    ]


# PostgreSQL drops old rows with VACUUM, as docs/reference/rights.md says; these are of SQLite.
@pytest.fixture
def own(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'own' / 'objects.sqlite'}"
    with open_store(url, home=tmp_path / "own", now=clock) as opened:
        yield opened


def test_erased_keys_leave_the_bytes_of_file_and_log(own: Store, tmp_path: Path) -> None:
    rows = [personal_record(number) for number in range(500)]
    own.personal.put(rows, actor="ann")
    own.personal.erase_past(date(2027, 1, 2))
    assert own.personal.forget()
    assert (tmp_path / "own" / "objects.sqlite-wal").stat().st_size == 0
    held = b"".join(path.read_bytes() for path in (tmp_path / "own").rglob("*") if path.is_file())
    assert [row.record_id for row in rows if row.wrapped in held or row.sealed in held] == []
    assert rows[0].sha256.encode() in held


def test_a_program_that_reads_keeps_the_log_and_is_told_of(own: Store, tmp_path: Path) -> None:
    own.personal.put([personal_record(1)], actor="ann")
    reader = sqlite3.connect(tmp_path / "own" / "objects.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM personal_fields").fetchone()
    own.personal.erase("person-1", actor="ann", reason="x")
    assert not own.personal.forget(wait=False)
    assert not own.personal.forget()
    reader.close()
    assert own.personal.forget()


def test_times_are_those_of_the_store_s_clock(store: Store, clock: Clock) -> None:
    clock.pass_time(hours=2)
    store.personal.put([personal_record(1)], actor="ann")
    (entry,) = store.audit.entries(verb=SEAL)
    assert entry.event.at == clock() > datetime.fromisoformat("2026-03-01T13:00:00Z")
