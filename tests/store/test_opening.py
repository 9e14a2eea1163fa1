"""A store opens, keeps a transaction whole, and lets two writers lose nothing."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from legation.errors import BadInputError, BusyError, ConflictError, UnreachableError, UsageError
from legation.store import open_store
from legation.store.audit import Event
from legation.store.opening import Store
from legation.store.sqlite import refuse_network_drive

from .conftest import START, Clock
from .objects_made import ACCOUNT, CAMPAIGN, account, campaign, numbered

WRITER = Path(__file__).with_name("store_writer.py")
EVENT = Event(at=START, actor="analyst", verb="import", subject=CAMPAIGN)


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import sys, legation.store; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert "legation.store" in loaded
    assert not {"sqlalchemy", "duckdb", "alembic", "psycopg"}.intersection(loaded)


def test_what_was_put_is_there_when_the_store_opens_again(
    open_here: Callable[[], Store],
) -> None:
    first = open_here()
    first.objects.put(campaign())
    first.audit.append(EVENT)
    first.close()
    again = open_here()
    assert again.objects.get(CAMPAIGN).raw == campaign()
    assert again.audit.verify().entries == 1


def test_a_transaction_is_kept_as_a_whole(store: Store) -> None:
    with store.transaction():
        store.objects.put(campaign())
        store.audit.append(EVENT)
        store.outbox.draft("mail", CAMPAIGN, b"words")
    assert store.objects.counts() == {"campaign": 1}
    assert store.audit.head().seq == 1


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.objects.put(campaign())
            store.audit.append(EVENT)
            store.outbox.draft("mail", CAMPAIGN, b"words")
            raise ConflictError("no", hint="none")

    with pytest.raises(ConflictError):
        fail()
    assert store.objects.counts() == {}
    assert store.audit.head().seq == 0
    assert store.outbox.pending() == []


def test_a_refused_object_inside_a_transaction_harms_nothing_else(store: Store) -> None:
    with store.transaction():
        store.objects.put(campaign())
        with pytest.raises(ConflictError):
            store.objects.put_many([account(), campaign(name="Autumn")])
        store.audit.append(EVENT)
    assert store.objects.counts() == {"campaign": 1}
    assert store.audit.verify().entries == 1


def test_a_transaction_sees_its_own_changes_and_others_do_not(
    open_here: Callable[[], Store],
) -> None:
    store, other = open_here(), open_here()
    with store.transaction():
        store.objects.put(campaign())
        assert store.objects.get(CAMPAIGN).raw == campaign()
        assert other.objects.counts() == {}
    assert other.objects.counts() == {"campaign": 1}


def test_a_writer_that_waits_too_long_is_told_so(open_here: Callable[[], Store]) -> None:
    store, other = open_here(), open_here()
    with other._database.read() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.execute(text("PRAGMA busy_timeout=50" if sqlite else "SELECT 1"))
    if not sqlite:
        with other._database.engine.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = '50ms'")
            connection.commit()
    with store.transaction(), pytest.raises(BusyError):
        other.objects.put(campaign())


def test_two_threads_lose_no_update(open_here: Callable[[], Store]) -> None:
    stores = [open_here(), open_here()]

    def work(store: Store, first: int) -> None:
        for number in range(first, 40, 2):
            with store.transaction():
                store.objects.put(campaign(object_id=numbered(number)))
                store.objects.put(account(x_seen=number))
                store.audit.append(EVENT)

    threads = [
        threading.Thread(target=work, args=(store, first)) for first, store in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stores[0].objects.counts() == {"campaign": 40, "user-account": 1}
    assert len(stores[0].objects.history(ACCOUNT)) == 40
    assert stores[0].audit.verify().entries == 40
    assert stores[0].objects.verify() == 80


def test_two_programs_that_start_together_lose_no_update(
    url: str, open_here: Callable[[], Store], tmp_path: Path
) -> None:
    command = [sys.executable, str(WRITER), url, str(tmp_path / "home")]
    programs = [subprocess.Popen([*command, str(first)]) for first in (0, 1)]
    assert [program.wait(timeout=60) for program in programs] == [0, 0]
    store = open_here()
    assert store.objects.counts() == {"campaign": 24}
    assert store.audit.verify().entries == 24


def test_a_program_killed_while_it_writes_leaves_a_sound_store(
    url: str, open_here: Callable[[], Store], tmp_path: Path
) -> None:
    command = [sys.executable, str(WRITER), url, str(tmp_path / "home"), "0", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        acknowledged = [program.stdout.readline().strip() for _ in range(5)]
        program.kill()
        acknowledged += program.stdout.read().split()
    store = open_here()
    assert acknowledged[-1]
    assert set(acknowledged) <= set(store.objects.get_many(acknowledged))
    assert store.audit.verify().entries == store.objects.counts()["campaign"]


def test_the_files_of_a_store_are_its_owners_alone(tmp_path: Path, clock: Clock) -> None:
    home = tmp_path / "home"
    file = home / "objects.sqlite"
    with open_store(f"sqlite:///{file}", home=home, now=clock) as store:
        store.objects.put(campaign())
        modes = {path.stat().st_mode & 0o777 for path in home.glob("objects.sqlite*")}
    assert modes == {0o600}
    assert home.stat().st_mode & 0o777 == 0o700


def test_sqlite_is_opened_for_safety(tmp_path: Path, clock: Clock) -> None:
    with (
        open_store(f"sqlite:///{tmp_path}/o.sqlite", home=tmp_path, now=clock) as store,
        store._database.read() as connection,
    ):
        for pragma, value in (
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("busy_timeout", 5000),
            ("secure_delete", 1),
        ):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("nonsense", UsageError),
        ("mysql://localhost/x", UsageError),
        ("sqlite://", UsageError),
        ("postgresql://nobody:secret@127.0.0.1:1/none", UnreachableError),
    ],
)
def test_an_address_that_leads_nowhere_is_explained(
    address: str, error: type[Exception], tmp_path: Path, clock: Clock
) -> None:
    with pytest.raises(error) as failed:
        open_store(address, home=tmp_path, now=clock)
    assert "secret" not in str(failed.value)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Excellency, " * 200)
    with pytest.raises(BadInputError, match="not a store"):
        open_store(f"sqlite:///{file}", home=tmp_path, now=clock)


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/desk /mnt/desk nfs4 rw 0 0
/dev/vdb /mnt/desk/local ext4 rw 0 0
//server/a /mnt/a\\040b cifs rw 0 0
"""


@pytest.mark.parametrize("place", ["/mnt/desk/o.sqlite", "/mnt/a b/home/o.sqlite"])
def test_a_network_drive_is_refused(place: str) -> None:
    with pytest.raises(UsageError, match="network drive"):
        refuse_network_drive(Path(place), MOUNTS)


@pytest.mark.parametrize("place", ["/home/o.sqlite", "/mnt/desk/local/o.sqlite", "/mnt/desks/o"])
def test_a_local_disk_is_taken(place: str) -> None:
    refuse_network_drive(Path(place), MOUNTS)
