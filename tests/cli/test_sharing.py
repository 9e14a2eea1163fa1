"""`legation share`: the server, its collections, and what was not taken in, told safely."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from legation.app.home import Home
from legation.settings import Settings
from worlds.certificates import make_certificate
from worlds.sharing_process import SharingHome, SharingProcess, campaign, envelope
from worlds.shell import Said, legation

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "\u202egnp.exe\u2066",
    "\x1b]0;owned\x07\x1b[2J\x9b2J",
    "line\nlegation: error: forged\rx",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert legation("init", "--home", tmp_path / "home").code == 0
    return tmp_path / "home"


def share(home: Path, *words: str | Path) -> Said:
    return legation("share", *words, "--home", home)


def test_a_collection_is_made_and_listed_with_who_reaches_it(home: Path) -> None:
    assert share(home, "collections").out == "There is no collection.\n"
    assert json.loads(share(home, "collections", "--json").out) == []
    words = ("collect", "Joint desk", "--description", "What all send.", "--alias", "joint")
    made = share(home, *words)
    assert made.code == 0
    assert re.fullmatch(r"[0-9a-f-]{36}\n", made.out)
    legation("partner", "add", "Aldria", "--home", home)
    legation("partner", "grant", "Aldria", "joint", "--read", "--home", home)
    listed = json.loads(share(home, "collections", "--json").out)
    assert listed[0] == {
        "id": made.out.strip(),
        "title": "Joint desk",
        "api_root": "exchange",
        "partners": ["Aldria"],
    }
    assert len(listed) == 3
    assert re.search(r"Joint desk +[0-9a-f-]{36}  Aldria\n", share(home, "collections").out)
    legation("partner", "end", "Aldria", "--home", home)
    assert json.loads(share(home, "collections", "--json").out)[0]["partners"] == []
    with Home(Settings(home=home), lambda: datetime.now(UTC)).store() as store:
        verbs = [(one.event.verb, one.event.subject) for one in store.audit.entries()]
    assert ("collection.add", made.out.strip()) in verbs
    again = share(home, "collect", "Other", "--alias", "joint")
    assert again.code == 5
    assert "hint: see share collections" in again.err


def test_a_file_without_end_is_not_waited_for(home: Path) -> None:
    legation("partner", "add", "Aldria", "--home", home)
    os.mkfifo(home / "pipe")
    for file in ("/dev/zero", home / "pipe", home):
        said = share(home, "take", "Aldria", file)
        assert said.code == 65
        assert "name a file, no pipe, device or folder" in said.err


def test_an_alias_that_cannot_stand_in_an_address_is_refused(home: Path) -> None:
    for alias in ("../..", "objects?x=1#"):
        said = share(home, "collect", "Joint desk", "--alias", alias)
        assert said.code == 2
        assert "no alias" in said.err


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> SharingHome:
    """A home to which a partner of a hostile name sent hostile objects that were not taken in."""
    home = SharingHome(tmp_path_factory.mktemp("sent") / "home", "Aldria \u202e\x1b[31m", "Borvia")
    server = SharingProcess(home.folder)
    name = "Aldria \u202e\x1b[31m"
    line = home.visitor(server, name)
    bad = [campaign(n, name=word, id=f"campaign--{word}") for n, word in enumerate(HOSTILE)]
    assert line.post(home.inboxes[name], bad).status == 202
    assert line.post(home.inboxes[name], [campaign(90), campaign(91)]).status == 202
    assert line.post(home.inboxes[name], [campaign(90, name=HOSTILE[2])]).status == 202
    line.close()
    other = home.visitor(server, "Borvia")
    assert other.ask(home.inboxes["Borvia"], "POST", envelope([b'{"type":"x","id":"x--1"}'])).status
    other.close()
    assert server.stop() == 0
    return home


def test_what_is_in_quarantine_is_listed_without_steering_the_terminal(sent: SharingHome) -> None:
    said = share(sent.folder, "quarantine", "list")
    assert said.code == 0
    lines = said.out.splitlines()
    assert len(lines) == 1 + len(HOSTILE) + 2
    assert all(line.isprintable() for line in lines)
    assert "Aldria" in lines[1]
    assert "conflict: the same version is here already, with other content" in lines[-2]
    assert "Borvia" in lines[-1]
    told = share(sent.folder, "quarantine", "list", "--json").out
    assert told.replace("\n", "").isprintable()
    assert [one["object_id"] for one in json.loads(told)][: len(HOSTILE)] == [
        f"campaign--{word}" for word in HOSTILE
    ]


def test_a_page_of_it_is_of_one_partner_and_goes_on(sent: SharingHome) -> None:
    def numbers(*words: str) -> list[int]:
        told: list[dict[str, Any]] = json.loads(
            share(sent.folder, "quarantine", "list", "--json", *words).out
        )
        return [one["number"] for one in told]

    every = numbers()
    assert numbers("--partner", "Borvia") == every[-1:]
    assert numbers("--limit", "2") == every[:2]
    assert numbers("--after", str(every[1]), "--limit", "2") == every[2:4]
    for words, code in (
        (("--limit", "0"), 2),
        (("--limit", "10001"), 2),
        (("--partner", "Nobody"), 3),
    ):
        refused = share(sent.folder, "quarantine", "list", *words)
        assert (refused.code, refused.out) == (code, "")
        assert "hint: " in refused.err


def test_one_of_them_is_explained_without_steering_the_terminal(sent: SharingHome) -> None:
    for number in range(1, len(HOSTILE) + 3):
        for words in ((), ("--raw",), ("--json",), ("--json", "--raw")):
            said = share(sent.folder, "quarantine", "explain", str(number), *words)
            assert said.code == 0
            assert all(line.isprintable() for line in said.out.split("\n"))
    conflict = str(len(HOSTILE) + 1)
    said = share(sent.folder, "quarantine", "explain", conflict)
    assert "versions that stand in the collection: 2026-01-01T00:00:00.000Z" in said.out
    told = json.loads(share(sent.folder, "quarantine", "explain", conflict, "--json", "--raw").out)
    assert told["raw"].encode() == campaign(90, name=HOSTILE[2])
    assert told["bytes"] == len(campaign(90, name=HOSTILE[2]))
    assert told["kind"] == "conflict"
    nothing = share(sent.folder, "quarantine", "explain", "99")
    assert nothing.code == 3
    assert "hint: see share quarantine list" in nothing.err


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("--largest-mb", "0"), 2, "--largest-mb"),
        (("--largest-mb", "201"), 2, "--largest-mb"),
        (("--client-ca", __file__), 2, "client certificates are shown over TLS alone"),
        (("--host", "0.0.0.0"), 4, "without TLS"),  # noqa: S104 - it is refused
        (("--tls-cert", __file__), 2, "a certificate needs its key"),
        (("--port", "70000"), 2, "70000 is no port"),
        (("--port", "many"), 2, ""),
    ],
)
def test_what_cannot_be_served_is_told_with_a_hint(
    home: Path, words: tuple[str, ...], code: int, why: str
) -> None:
    said = share(home, "serve", *words)
    assert said.code == code
    assert why in said.err
    assert "hint: " in said.err


def test_authorities_that_are_none_are_told_before_anything_is_served(
    home: Path, tmp_path: Path
) -> None:
    cert, key = make_certificate(tmp_path, "localhost")
    for file, code in ((tmp_path / "none.pem", 3), (Path(__file__), 65), (key, 65)):
        words = ("--tls-cert", cert, "--tls-key", key, "--name", "localhost", "--client-ca", file)
        said = share(home, "serve", "--port", "0", *words)
        assert (said.code, said.out) == (code, ""), said.err
        assert str(file) in said.err


def test_a_home_that_is_not_there_serves_nothing(tmp_path: Path) -> None:
    for words in (("serve",), ("collections",), ("collect", "x"), ("quarantine", "list")):
        said = share(tmp_path / "none", *words)
        assert said.code == 3
        assert "legation init" in said.err


def test_a_server_without_partners_says_so_and_stops_when_told(home: Path) -> None:
    server = SharingProcess(home, "--title", "Desk of Aldria", "--contact", "desk@aldria.example")
    assert server.stop() == 0
    assert "No partner is on the roster yet: legation partner add NAME" in server.said()


def test_a_port_that_is_taken_is_told(sent: SharingHome) -> None:
    server = SharingProcess(sent.folder)
    said = share(sent.folder, "serve", "--port", str(server.port))
    assert said.code == 75
    assert f"port {server.port} cannot be had" in said.err
    assert server.stop() == 0
    for token in sent.tokens.values():
        assert token not in server.said()
