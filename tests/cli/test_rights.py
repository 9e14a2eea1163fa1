"""`legation mission person` and `rights`: a name for a purpose, what is held, and its erasure."""

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from legation.app.home import Home
from legation.app.jobs import Runner
from legation.settings import Settings
from legation.store import open_store
from legation.store.personal import PersonalRow
from worlds.homes import prepare
from worlds.ministry import TABLES
from worlds.shell import Said, legation

REASONS = {
    "--legality": "article 4 of the invented law",
    "--aim": "warn of a planned imitation",
    "--necessity": "a role has no letter box",
    "--proportionality": "one name for one officer",
    "--safeguards": "logged, and read by one officer",
}
GIVEN = tuple(word for pair in REASONS.items() for word in pair)
TABLE = (
    "key,mission,role,person,protected,since,source,as_of\n"
    "chief,paris,head of mission,Anna Berg,yes,2024-01-01,gazette,2026-03-01\n"
    "consul,paris,consul,Bo Lind,no,2024-01-01,gazette,2026-03-01\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "missions.csv").write_bytes(TABLES["missions"])
    (tmp_path / "holders.csv").write_text(TABLE, "utf-8")
    return tmp_path / "missions.csv", tmp_path / "holders.csv"


@pytest.fixture
def home(tmp_path: Path, files: tuple[Path, Path]) -> Path:
    prepare(tmp_path / "home")
    assert legation("init", "--home", tmp_path / "home").code == 0
    said = legation("mission", "import", *files, "--home", tmp_path / "home")
    assert (said.code, said.err) == (0, "")
    return tmp_path / "home"


def told(*words: str | Path) -> Any:
    said = legation(*words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def shown(home: Path, *words: str | Path, purpose: str = "warn-person") -> Said:
    given = words or GIVEN
    return legation("mission", "person", "chief", "--purpose", purpose, *given, "--home", home)


def test_a_name_is_shown_for_a_purpose_and_the_look_is_listed(home: Path) -> None:
    said = shown(home)
    assert (said.code, "Anna Berg" in said.out) == (0, True)
    assert "1 look written into the audit trail" in said.err
    (look,) = told("rights", "looks", "--home", home)
    assert (look["verb"], look["purpose"]) == ("person.look", "warn-person")
    assert {name: look["detail"][name.lstrip("-")] for name in REASONS} == REASONS
    report = legation("audit", "report", "looks", "--home", home).out
    assert "person.look" in report
    assert "Berg" not in report


@pytest.mark.parametrize("reason", REASONS)
def test_without_one_of_the_five_parts_nothing_is_shown(home: Path, reason: str) -> None:
    given = [word for name, text in REASONS.items() if name != reason for word in (name, text)]
    for words in (given, [*given, reason, "because"]):
        said = shown(home, *words)
        assert (said.code, said.out) == (4, "")
        assert f"the {reason.lstrip('-')} is too short" in said.err
    assert told("rights", "looks", "--home", home) == []


@pytest.mark.parametrize("purpose", ["", "curiosity", "protect-holder", "look-for-likenesses"])
def test_another_purpose_than_those_of_the_list_shows_nothing(home: Path, purpose: str) -> None:
    said = shown(home, purpose=purpose)
    assert (said.code, said.out) == (4, "")
    assert "legation: hint: choose from: reach-person, warn-person" in said.err


def test_what_is_held_is_counted_by_purpose_and_no_name_is_shown(home: Path) -> None:
    held = {one["purpose"]: one["held"] for one in told("rights", "list", "--home", home)}
    assert held == {"protect-holder": 1, "reach-holder": 1, "account-name": 0, "captured-file": 0}
    records = legation("rights", "list", "--records", "--home", home).out
    assert len(records.splitlines()) == 3
    for text in (records, legation("rights", "list", "--home", home).out):
        assert "Berg" not in text


def test_a_record_is_erased_for_a_reason_and_once(home: Path) -> None:
    record = next(
        one["record_id"]
        for one in told("rights", "list", "--records", "--home", home)
        if one["purpose"] == "protect-holder"
    )
    assert legation("rights", "erase", record, "--home", home).code == 4
    naming = legation("rights", "erase", record, "--reason", "Mrs Berg asked", "--home", home)
    assert (naming.code, "repeat the personal name" in naming.err) == (4, True)
    why = ("--reason", "the person asked for it")
    said = legation("rights", "erase", record, *why, "--home", home)
    assert (said.code, said.out, said.err) == (0, f"{record} erased\n", "")
    assert legation("rights", "erase", record, *why, "--home", home).code == 5
    assert legation("rights", "erase", "person-none", *why, "--home", home).code == 3
    assert (shown(home).code, shown(home).out) == (3, "")
    assert "person.erase" in legation("audit", "report", "erasures", "--home", home).out
    assert legation("audit", "verify", "--home", home).code == 0
    doctor = legation("doctor", "--home", home)
    assert "1 personal records hold, 1 are erased and have no key" in doctor.out


def test_nothing_is_past_its_day_in_a_home_of_today(home: Path) -> None:
    said = legation("rights", "expire", "--home", home)
    assert said.out == "0 names, 0 captured files and 0 personal records erased\n"


def past(home: Path) -> None:
    """Put a record into a home whose last day was long ago."""
    sealed = b"sealed"
    row = PersonalRow(
        record_id="person-old",
        subject="identity--old",
        field="person",
        purpose="reach-holder",
        until=date(2020, 1, 1),
        sealed=sealed,
        wrapped=b"a key under the key of the desk",
        sha256=hashlib.sha256(sealed).hexdigest(),
    )
    url = f"sqlite:///{home / 'objects.sqlite'}"
    with open_store(url, home=home, now=lambda: datetime.now(UTC)) as store:
        store.personal.put([row], actor="ann")


def test_the_watch_erases_what_is_past_its_day_and_the_doctor_tells_until_then(home: Path) -> None:
    past(home)
    doctor = legation("doctor", "--home", home)
    assert "person-old is kept since 2020-01-01 past its day" in doctor.out + doctor.err
    assert "run: legation watch --once" in doctor.out + doctor.err
    said = legation("watch", "--once", "--home", home)
    assert "1 personal record erased: their retention has ended" in said.err
    assert b"a key under the key" not in b"".join(
        path.read_bytes() for path in home.rglob("*") if path.is_file()
    )
    assert legation("doctor", "--home", home).code == 0
    assert "1 personal record" not in legation("watch", "--once", "--home", home).err


def test_the_jobs_of_the_desk_erase_what_is_past_its_day(home: Path) -> None:
    past(home)
    place = Home(Settings(home=home), lambda: datetime.now(UTC))
    with Runner(place, None, {}), place.store(sweep=False) as store:
        for _ in range(200):
            if store.personal.held()[-1].erased:
                break
            time.sleep(0.05)
        assert [one.event.subject for one in store.audit.entries(verb="person.erase")] == [
            "person-old"
        ]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("UPDATE personal_fields SET wrapped = x'61' WHERE erased_us > 0", "still has a key"),
        ("UPDATE personal_fields SET until = '2999-01-01'", "not the one that the audit trail"),
        ("DROP TRIGGER personal_fields_delete", "personal_fields_delete"),
        ("DROP TRIGGER orders_update", "orders_update"),
    ],
)
def test_the_doctor_finds_what_was_done_behind_its_back(home: Path, act: str, said: str) -> None:
    past(home)
    assert legation("rights", "expire", "--home", home).code == 0
    with closing(sqlite3.connect(home / "objects.sqlite")) as connection:
        connection.execute(act)
        connection.commit()
    doctor = legation("doctor", "--home", home)
    assert (doctor.code, said in doctor.out + doctor.err) == (65, True)


def test_protected_keys_are_asked_for_when_a_table_names_somebody(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    home = tmp_path / "closed"
    for name, words in (("right", "correct horse battery"), ("wrong", "incorrect horse")):
        (tmp_path / name).write_text(f"{words} staple\n", "utf-8")
    right, wrong = (("--passphrase-file", tmp_path / name) for name in ("right", "wrong"))
    assert legation("init", *right, "--home", home).code == 0
    assert legation("mission", "import", files[0], "--home", home).code == 0
    assert legation("mission", "import", files[1], *wrong, "--home", home).code == 65
    assert told("mission", "list", "holders", "--home", home) == []
    assert legation("mission", "import", files[1], *right, "--home", home).code == 0
    assert shown(home, *GIVEN, *wrong).code == 65
    assert told("rights", "looks", "--home", home) == []
    assert "Anna Berg" in shown(home, *GIVEN, *right).out


def test_without_a_home_nothing_is_asked(tmp_path: Path) -> None:
    for words in (("list",), ("looks",), ("expire",), ("erase", "person-1")):
        assert legation("rights", *words, "--home", tmp_path / "none").code == 3


def test_an_erasure_without_keys_warns_that_no_mark_is_left(tmp_path: Path) -> None:
    home, words, table = tmp_path / "home", tmp_path / "words", tmp_path / "holders.csv"
    words.write_text("a passphrase of some length\n", "utf-8")
    keys = ("--passphrase-file", words, "--home", home)
    assert legation("init", *keys).code == 0
    missions = tmp_path / "missions.csv"
    missions.write_bytes(TABLES["missions"])
    assert legation("mission", "import", missions, "--home", home).code == 0
    table.write_text(
        "key,mission,role,person,protected,since,until,source,as_of\n"
        "chief,paris,head of mission,Anna Berg,yes,2024-01-01,,the gazette,2026-03-01\n",
        "utf-8",
    )
    assert legation("mission", "import", table, *keys).code == 0
    said = legation("rights", "list", "--records", "--json", "--home", home)
    (record,) = [one["record_id"] for one in json.loads(said.out)]
    said = legation("rights", "erase", record, "--reason", "left the service", "--home", home)
    assert (said.code, said.out) == (0, f"{record} erased\n")
    assert "legation: warning: no mark was left, for the keys were not at hand" in said.err
    assert "legation: hint: erase with --passphrase-file" in said.err
