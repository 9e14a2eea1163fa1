"""`legation mission`, `event` and `balance`: registers in and out, and what they weigh."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from legation.app.home import DEMONSTRATION, Home
from legation.missions.invented import tables
from legation.settings import Settings
from worlds.gates import Clock
from worlds.homes import make_home, prepare
from worlds.shell import Said, legation


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    for name, content in tables(date.today()).items():  # noqa: DTZ011 - the desk's own clock is used
        (folder / f"{name}.csv").write_bytes(content)
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    prepare(tmp_path / "home")
    legation("init", "--home", tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def home(empty: Path, files: Path) -> Path:
    names = ("missions", "channels", "jewels", "holders", "plans", "proofs", "voices")
    said = legation(
        "mission", "import", *(files / f"{name}.csv" for name in names), "--home", empty
    )
    assert (said.code, said.err) == (0, "")
    assert legation("event", "import", files / "talks.csv", "--home", empty).code == 0
    return empty


def told(said: Said) -> object:
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_tables_are_taken_in_by_their_columns_and_listed(home: Path) -> None:
    said = legation("mission", "list", "--home", home)
    assert len(said.out.splitlines()) == 13
    assert "Embassy in Paris" in said.out
    channels = told(legation("mission", "list", "channels", "--home", home, "--json"))
    assert isinstance(channels, list)
    assert {one["kind"] for one in channels} == {
        "mail",
        "messenger",
        "meeting",
        "account",
        "domain",
        "host",
        "service",
    }


def test_a_mission_is_shown_with_all_that_is_on_record_of_it(home: Path) -> None:
    said = legation("mission", "show", "bevora", "--home", home)
    for word in ("channels", "jewels", "holders", "plans", "proofs", "talks", "bevora-mail"):
        assert word in said.out
    missing = legation("mission", "show", "atlantis", "--home", home)
    assert (missing.code, "no mission atlantis" in missing.err) == (3, True)


def test_what_leaves_by_the_terminal_stands_in_the_trail_as_from_the_desk(home: Path) -> None:
    asked = (
        (("mission", "export", "channels"), "channels", "csv"),
        (("event", "export"), "talks", "ics"),
        (("event", "export", "csv"), "talks", "csv"),
    )
    for command, register, kind in asked:
        said = legation(*command, "--home", home)
        assert said.code == 0, said.err
        with Home(Settings(home=home), Clock()).store() as store:
            left = store.audit.last("page.export")
        assert left is not None
        assert left.event.subject == register
        detail = left.event.detail
        assert (detail["kind"], detail["label"]) == (kind, "TLP:AMBER")
        sent = said.out.encode()
        assert detail["contents"] == hashlib.sha256(sent).hexdigest()


def test_what_is_exported_is_imported_again_and_says_nothing_new(
    home: Path, tmp_path: Path
) -> None:
    for name in ("missions", "channels", "proofs", "voices"):
        file = tmp_path / f"{name}.csv"
        file.write_text(legation("mission", "export", name, "--home", home).out, "utf-8")
        said = legation("mission", "import", file, "--home", home)
        assert ": 0 added, 0 changed" in said.out
    calendar = tmp_path / "talks.ics"
    calendar.write_text(legation("event", "export", "--home", home).out, "utf-8", newline="")
    assert (
        ": 0 added, 0 changed, 3 as they were"
        in legation("event", "import", calendar, "--home", home).out
    )


def test_good_rows_of_a_bad_table_are_kept_and_the_others_named(
    empty: Path, files: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    lines = (files / "missions.csv").read_text("utf-8").splitlines()
    lines[2] = lines[2].replace(",XB,", ",Sweden,", 1)
    lines[3] = lines[3].replace("2010-01-01", "01.01.2010")
    file.write_text("\n".join(lines), "utf-8")
    said = legation("mission", "import", file, "--home", empty)
    assert said.code == 65
    assert ": missions: 10 added" in said.out
    assert f"{file}:3 (host): unknown country 'Sweden'" in said.err
    assert "did you mean SE (Sweden)?" in said.err
    assert f"{file}:4 (since): 01.01.2010 is not allowed" in said.err


def test_a_file_of_no_register_changes_nothing(empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("colour\nred\n", "utf-8")
    said = legation("mission", "import", file, "--home", empty)
    assert said.code == 65
    assert "these columns are those of no register" in said.err
    assert legation("mission", "list", "--home", empty).err.startswith("No missions are on record")


def test_the_balance_is_shown_and_opened_down_to_objects(home: Path) -> None:
    said = legation("balance", "show", "--home", home)
    assert said.out.splitlines()[0].split() == [
        "mission",
        *(f"T{n}" for n in range(1, 7)),
        "unknown",
        "answer",
    ]
    assert {"exposed", "cannot", "covered"} <= set(said.out.split())
    why = legation("balance", "explain", "paris", "t6", "--home", home)
    assert why.out.startswith("Embassy in Paris, T6 phishing and baiting: covered")
    for word in ("exposure:", "safeguards:", "chance:", "infrastructure--", "event--"):
        assert word in why.out
    blind = legation("balance", "explain", "virtual", "T2", "--home", home)
    assert "missing: nobody looks for T2" in blind.err
    tree = told(legation("balance", "explain", "paris", "T6", "--home", home, "--json"))
    assert isinstance(tree, dict)
    assert [one["kind"] for one in tree["tree"]["children"]] == ["exposure", "safeguards"]


def test_before_the_first_entry_there_was_nothing_to_weigh(home: Path) -> None:
    said = legation("balance", "show", "--as-of", "2020-01-01", "--home", home)
    assert (said.code, said.out) == (0, "")
    assert "No mission is on record" in said.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("explain", "atlantis", "T1"), 3, "no mission atlantis"),
        (("explain", "paris", "T7"), 2, "no threat 'T7'"),
        (("show", "--as-of", "yesterday"), 2, "is no day"),
        (("show", "--as-of", "2026-03-01T10:00:00"), 2, "a time without a zone"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_words(
    home: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = legation("balance", *words, "--home", home)
    assert (refused.code, said in refused.err) == (code, True)
    assert "legation: hint: " in refused.err


def test_talks_are_listed_with_the_watch_that_they_raise(home: Path) -> None:
    said = legation("event", "list", "--home", home)
    assert "Grain talks, third round" in said.out
    assert "Watch is raised until" in said.err
    shown = told(legation("event", "list", "--home", home, "--json"))
    assert isinstance(shown, dict)
    assert [watch["talk"] for watch in shown["watches"]] == ["grain-round-3"]


def test_real_rows_are_refused_in_a_demonstration(files: Path, tmp_path: Path) -> None:
    make_home(Home(Settings(home=tmp_path / "demo"), Clock()), DEMONSTRATION)
    for words in (
        ("mission", "import", files / "missions.csv"),
        ("event", "import", files / "talks.csv"),
    ):
        said = legation(*words, "--home", tmp_path / "demo")
        assert said.code == 5
        assert "this home is a demonstration" in said.err
        assert "legation init" in said.err


EVENT = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@office\r\nSUMMARY:The visit\r\n"
    "DTSTART;TZID=Office Time:20260401T100000\r\nDURATION:PT2H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_talks_of_another_program_are_tied_to_missions_and_keep_that_when_they_come_again(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "talks.ics"
    file.write_text(EVENT, "utf-8", newline="")
    refused = legation("event", "import", file, "--kind", "visit", "--party", "XA", "--home", home)
    assert refused.code == 65
    assert "hint: name one such as Europe/Paris, or --zone" in refused.err
    words = ("--kind", "visit", "--party", "XA", "--mission", "paris", "--mission", "tokyo")
    days = ("--before", "30", "--after", "0", "--stakes", "the accord", "--zone", "Europe/Paris")
    said = legation("event", "import", file, *words, *days, "--home", home)
    assert ": talks: 1 added, 0 changed, 0 as they were, 0 rows rejected" in said.out
    assert "the zone 'Office Time' is not known, Europe/Paris was taken for it" in said.err
    again = legation("event", "import", file, "--zone", "Europe/Paris", "--home", home)
    assert ": talks: 0 added, 0 changed, 1 as they were" in again.out
    other = ("--zone", "Europe/Paris", "--kind", "round", "--party", "XB")
    changed = legation("event", "import", file, *other, "--home", home)
    assert changed.out.endswith(": 1 changed: kind, parties\n")
    shown = told(legation("event", "list", "--home", home, "--json"))
    assert isinstance(shown, dict)
    (talk,) = [one for one in shown["talks"] if one["name"] == "The visit"]
    assert (talk["missions"], talk["before"], talk["after"]) == (["paris", "tokyo"], 30, 0)
    assert (talk["stakes"], talk["source"]) == ("the accord", "calendar")
