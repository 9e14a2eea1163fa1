"""`legation admin` and what `init` and `desk` say of people: links once, secrets never again."""

import json
import re
import shlex
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from worlds.shell import legation

LINK = re.compile(r"enrolment link: http://localhost:8321/enrol#([\w-]{43})")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    said = legation("init", "--home", tmp_path / "home", "--person", "Ines Adler")
    assert LINK.search(said.out)
    return tmp_path / "home"


def _verbs(home: Path) -> list[str]:
    from datetime import UTC, datetime

    from legation.app.home import Home
    from legation.settings import Settings

    with Home(Settings(home=home), lambda: datetime.now(UTC)).store() as store:
        return [entry.event.verb for entry in store.audit.entries()]


def test_a_new_home_has_one_administrator_and_one_link(home: Path) -> None:
    listed = legation("admin", "list", "--home", home).out
    assert re.search(r"p-[0-9a-f]{16}  Ines Adler  administrator  not enrolled", listed)
    assert _verbs(home) == ["desk.init", "person.add", "enrolment.link"]


def test_what_init_tells_to_run_works_as_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "our home"
    said = legation("init", "--home", home).err
    assert f"legation desk --home '{home}'" in said
    assert f"legation import posts FILE --home '{home}', then" in said
    assert "The link names port 8321, the setting desk_port" in said
    then = shlex.split(said.rsplit("then legation ", 1)[1])
    assert legation(*then).code == 0
    lost = legation("campaign", "list", "--home", tmp_path / "an other").err
    assert lost.endswith(f"hint: run: legation init --home '{tmp_path / 'an other'}'\n")
    monkeypatch.setenv("LEGATION_HOME", str(tmp_path / "named"))
    assert "legation watch --once\n" in legation("init").err


@pytest.mark.parametrize(
    ("setting", "link", "told"),
    [
        ("DESK_PORT=9000", "http://localhost:9000/enrol#", "names port 9000"),
        ("DESK_PORT=0", "http://localhost:0/enrol#", "In place of port 0 write the one"),
        ("DESK_NAME=desk.example", "https://desk.example/enrol#", "It lets in the first"),
    ],
)
def test_a_link_says_how_its_port_is_known(
    setting: str, link: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(f"LEGATION_{name}", value)
    said = legation("init", "--home", tmp_path / "home")
    assert link in said.out
    assert told in said.err
    assert (" port " in said.err) == (name == "DESK_PORT")


def test_the_first_person_may_have_a_role_beside(tmp_path: Path) -> None:
    legation("init", "--home", tmp_path / "home", "--role", "analyst")
    told = json.loads(legation("admin", "list", "--json", "--home", tmp_path / "home").out)
    assert told[0]["roles"] == ["analyst", "administrator"]
    said = legation("init", "--home", tmp_path / "other", "--role", "king")
    assert said.code == 2
    assert not (tmp_path / "other").exists()


def test_people_are_added_let_in_again_and_disabled(home: Path) -> None:
    added = legation("admin", "add", "Omar Haddad", "--role", "contact point", "--home", home)
    recovered = legation("admin", "recover", "Omar Haddad", "--home", home)
    first, second = (LINK.search(said.out) for said in (added, recovered))
    assert first is not None
    assert second is not None
    assert first[1] != second[1]
    assert "contact point" in added.err
    assert legation("admin", "disable", "Omar Haddad", "--home", home).code == 0
    assert legation("admin", "recover", "Omar Haddad", "--home", home).code == 4
    assert legation("admin", "recover", "Nobody", "--home", home).code == 3
    assert "disabled" in legation("admin", "list", "--home", home).out
    assert _verbs(home)[-4:] == [
        "person.add",
        "enrolment.link",
        "recovery.link",
        "person.disable",
    ]
    assert legation("audit", "verify", "--home", home).code == 0
    kept = b"".join(path.read_bytes() for path in home.iterdir() if path.is_file())
    assert first[1].encode() not in kept
    assert second[1].encode() not in kept


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("admin", "add", "Omar Haddad"), 2, "exercise lead"),
        (("admin", "add", "Ines Adler", "--role", "press"), 5, "tells the two apart"),
        (("admin", "add", "Ada", "--role", "auditor", "--role", "press"), 2, "the log"),
        (("admin", "token", "add", "Ines Adler", "--name", "x"), 2, "audit.export"),
        (("admin", "token", "revoke", "t-0"), 3, "admin token list"),
        (("desk", "--host", "192.0.2.7"), 4, "--tls-cert"),
        (("desk", "--behind-proxy"), 2, "--name"),
    ],
)
def test_what_is_refused_says_what_to_do(
    words: tuple[str, ...], code: int, hint: str, home: Path
) -> None:
    said = legation(*words, "--home", home)
    assert said.code == code
    assert hint in said.err.splitlines()[1]


def test_a_new_home_lets_nobody_in_before_its_link_is_used(home: Path) -> None:
    with sqlite3.connect(home / "objects.sqlite") as raw:
        counts = {
            table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("people", "enrolment_links", "passkeys", "desk_sessions", "api_tokens")
        }
        columns = raw.execute(
            "SELECT name FROM pragma_table_info('people') WHERE name LIKE '%pass%'"
        ).fetchall()
    assert counts.pop("people") == counts.pop("enrolment_links") == 1
    assert set(counts.values()) == {0}
    assert columns == []


def test_no_page_asks_for_a_password() -> None:
    pages = list(files("legation.desk").joinpath("templates").iterdir())
    assert len(pages) > 20
    asking = re.compile(r"type=[\"']?password|autocomplete=[\"']?(?:current|new)-password")
    # One form takes the passphrase of a key, for one signature; it lets nobody in.
    assert [page.name for page in pages if asking.search(page.read_text("utf-8"))] == ["draft.html"]


def test_a_token_is_shown_once_and_revoked(home: Path) -> None:
    words = ("admin", "token", "add", "Ines Adler", "--name", "archive")
    made = legation(*words, "--scope", "campaign.export", "--days", "7", "--home", home)
    secret = made.out.strip()
    assert re.fullmatch(r"lgn_[\w-]{43}", secret)
    listed = legation("admin", "token", "list", "--home", home).out
    found = re.search(
        r"(t-[0-9a-f]{8})  Ines Adler  archive  campaign.export .* never +holds", listed
    )
    assert found is not None
    assert secret not in listed
    kept = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    assert secret.encode() not in kept
    assert found[1].encode() in kept
    assert legation("admin", "token", "revoke", found[1], "--home", home).code == 0
    assert "revoked" in legation("admin", "token", "list", "--home", home).out
    told = json.loads(legation("admin", "token", "list", "--json", "--home", home).out)
    assert "token_sha256" not in told[0]


def test_what_somebody_may_know_is_shown_and_changed_for_a_reason(home: Path) -> None:
    def asked(*more: str) -> Any:
        return legation("admin", "clearance", "Ines Adler", *more, "--home", home)

    assert asked().out.startswith("Ines Adler: TLP:GREEN · PAP:GREEN (by the settings)")
    assert asked("--tlp", "amber").code == 4
    assert asked("--compartment", "talks", "--reason", "she works on them").code == 2
    said = asked("--tlp", "amber", "--party", "XA", "--reason", "she is on leave for a year")
    assert said.out.splitlines()[0] == "Ines Adler: TLP:AMBER · PAP:GREEN · party XA"
    assert "she is on leave for a year" in said.out
    told = json.loads(asked("--party", "none", "--reason", "back to work, at home", "--json").out)
    assert told["holds"]["party"] == ""
    assert [one["reason"] for one in told["entries"]] == [
        "she is on leave for a year",
        "back to work, at home",
    ]
    assert _verbs(home)[-2:] == ["clearance.set", "clearance.set"]
    assert legation("admin", "clearance", "Nobody", "--home", home).code == 3
