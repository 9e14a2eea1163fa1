"""A file that stands in the lake stands in the log of imports too, wherever a kill fell."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from legation.app.checks import checks
from legation.app.home import Home
from legation.app.import_record import undo
from legation.app.importing import Intakes, Reading
from legation.app.privacy import privacy_of
from legation.crypto.key_files import UNPROTECTED
from legation.settings import Settings
from legation.sources.mapping_file import write_mapping
from legation.store.imports import Import
from legation.store.intake_import import Importer
from legation.store.opening import Store
from legation.store.reading.mapping import CANONICAL
from legation.store.scratch import FOLDER
from worlds.homes import make_home

ROWS = "p1,ann,2026-03-02T10:00:00Z,x\np2,ben,never,x\np3,ann,2026-03-02T10:00:09Z,x\n"


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(Settings(home=tmp_path / "home"), now)
    make_home(made)
    return made


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        yield opened


@pytest.fixture
def unlogged(home: Home, store: Store, tmp_path: Path) -> Path:
    """A file that is in the lake, where the program was killed before the log said so."""
    file = tmp_path / "posts.csv"
    file.write_text(f"post_id,account_id,created_at,text\n{ROWS}", "utf-8")
    privacy = privacy_of(home, store, UNPROTECTED)
    Importer(store.lake, privacy, home.folder / FOLDER, now=now).add(file, CANONICAL)
    assert store.imports.find() == []
    return file


def only(store: Store) -> Import:
    """Return the one import of the log, which is in the trail once."""
    (logged,) = store.imports.find()
    (entry,) = store.audit.entries(verb="import.posts")
    assert entry.event.subject == logged.sha256
    assert (entry.event.detail["good"], entry.event.detail["rejected"]) == (2, 1)
    return logged


def test_whoever_takes_in_files_next_writes_the_record_that_is_missing(
    home: Home, store: Store, unlogged: Path
) -> None:
    Intakes(home, store, UNPROTECTED)
    logged = only(store)
    assert (logged.name, logged.state) == (unlogged.name, "done")
    assert (logged.good, logged.rejected) == (2, 1)
    assert store.imports.rejected("posts") == 1


def test_the_record_is_written_once(home: Home, store: Store, unlogged: Path) -> None:
    for _ in range(2):
        intakes = Intakes(home, store, UNPROTECTED)
        assert intakes.take(unlogged, Reading()).known
    assert only(store).good == 2


def test_a_file_that_two_commands_take_in_is_logged_with_all_its_rows(
    home: Home, store: Store, unlogged: Path
) -> None:
    before = Intakes(home, store, UNPROTECTED)
    other = unlogged.with_name("other.csv")
    other.write_text(unlogged.read_text("utf-8") + "p4,cid,2026-03-03T10:00:00Z,x\n", "utf-8")
    taken = before.take(other, Reading())
    assert (taken.rows, taken.repeated) == (1, 2)
    assert [(one.good, one.rejected) for one in store.imports.find()] == [(2, 1), (3, 1)]


def test_a_known_name_leaves_file_mapping_and_column_before_they_are_kept(
    home: Home, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "posts_of_SecretBob.csv"
    file.write_text("Id,Who,SecretBob\np1,SecretBob,2026-03-02T10:00:00Z\np2,ann,never\n", "utf-8")
    mapping = tmp_path / "SecretBob-map.toml"
    mapping.write_text(
        'zone = "UTC"\n[fields]\npost_id = "Id"\naccount_id = "Who"\ntime = "SecretBob"\n', "utf-8"
    )
    reading = Reading(mapping=str(mapping))
    first = Intakes(home, store, UNPROTECTED).take(file, reading)
    assert first.rejected == 1
    # A second look, by a command that has met nobody, finds the import under its kept names.
    assert Intakes(home, store, UNPROTECTED).take(file, reading).known
    (logged,) = store.imports.find()
    bob = privacy_of(home, store, UNPROTECTED).pseudonyms().of("SecretBob")
    assert logged.name == f"posts_of_{bob}.csv"
    assert re.fullmatch(rf"{bob}-map \([0-9a-f]{{8}}\)", logged.rule)
    kept = [path for path in home.folder.rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept if b"secretbob" in path.read_bytes().lower()] == []


def test_each_reading_of_a_file_has_its_own_list_of_rejected_rows(
    home: Home, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(f"post_id,account_id,created_at,text\n{ROWS}", "utf-8")
    other = tmp_path / "other.toml"
    fields = {name: CANONICAL.fields[name] for name in ("post_id", "account_id", "time", "text")}
    named = msgspec.structs.replace(CANONICAL, name="other", fields=fields)
    other.write_text(write_mapping(named), "utf-8")
    intakes = Intakes(home, store, UNPROTECTED)
    first = intakes.take(file, Reading())
    second = intakes.take(file, Reading(mapping=str(other)))
    assert first.rejects != second.rejects
    undo(home, store, second.import_id, actor="ann")
    assert Path(first.rejects).is_file()
    assert not Path(second.rejects).exists()


def test_two_readings_of_one_name_are_two_imports_in_log_and_trail(
    home: Home, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("Id,Nr,Who,When\np1,q1,ann,2026-03-02T10:00:00Z\n", "utf-8")
    ids = []
    for column in ("Id", "Nr"):
        mapping = tmp_path / column / "tool.toml"
        mapping.parent.mkdir()
        fields = f'[fields]\npost_id = "{column}"\naccount_id = "Who"\ntime = "When"\n'
        mapping.write_text(fields, "utf-8")
        taken = Intakes(home, store, UNPROTECTED).take(file, Reading(mapping=str(mapping)))
        assert taken.rows == 1
        ids.append(taken.import_id)
    assert len(set(ids)) == 2
    assert {one.import_id for one in store.imports.newest("posts")} == set(ids)
    assert len(store.audit.entries(verb="import.posts")) == 2
    undo(home, store, ids[1], actor="ann")
    assert [one.state for one in store.imports.find()] == ["done", "undone"]
    for _, check in checks(home):
        check()
