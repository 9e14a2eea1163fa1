"""Through every door, a fact that nobody checked is shown with its mark.

What is shown is searched for the fact's own line or sentence, and each that is found must carry
the mark. A door that read a row around the one way of showing would fail here.
"""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.knowledge.marks import mark_of
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.standing import Standing, state_page
from legation.knowledge.states import states
from legation.knowledge.tables import TABLES, table_of
from legation.settings import Settings
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.shell import legation

STATES = ("FR", "US", "BR", "XK")
ROWS = [row for pack in shipped_packs() for row in pack.rows]
UNCHECKED = [row for row in ROWS if mark_of(row)]


@dataclass(frozen=True)
class Line:
    """Something shown that rests on facts: its words, and the marks that they must have."""

    words: str
    marks: tuple[str, ...]


def unmarked(lines: Iterable[Line]) -> list[str]:
    """Return the words of what is shown without one of its marks."""
    return [one.words for one in lines if any(mark not in one.words for mark in one.marks)]


def lines_of(standings: Iterable[Standing]) -> list[Line]:
    return [
        Line(one.sentence, tuple(fact.mark for fact in one.evidence if fact.mark))
        for one in standings
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks") / "home"
    assert legation("init", "--home", folder).code == 0
    return folder


def test_a_line_that_lost_its_mark_is_found() -> None:
    line = Line("Aldria has signed [from memory]", ("from memory",))
    assert unmarked([line]) == []
    bare = Line("Aldria has signed", ("from memory",))
    assert unmarked([line, bare]) == ["Aldria has signed"]


def test_the_page_of_every_state_shows_no_unchecked_fact_without_its_mark() -> None:
    packs, today, marked = shipped_packs(), date(2026, 3, 1), 0
    for code in states():
        lines = lines_of(state_page(code, packs, on=today, today=today).standings)
        assert unmarked(lines) == [], code
        marked += sum(bool(line.marks) for line in lines)
    assert marked > len(states())


@pytest.mark.parametrize("table", TABLES)
def test_each_table_in_a_terminal_marks_what_nobody_checked(home: Path, table: str) -> None:
    rows = [row for row in UNCHECKED if table_of(row) == table]
    said = legation("knowledge", "show", table, "--home", home)
    told = legation("knowledge", "show", table, "--json", "--home", home)
    assert (said.code, told.code) == (0, 0)
    facts = {one["key"]: one for one in json.loads(told.out)}
    lines = said.out.splitlines()
    for row in rows:
        assert facts[row.key]["mark"] == mark_of(row)
        own = [line for line in lines if line.startswith(f"{table} {row.key}: ")]
        assert own
        assert unmarked(Line(line, (mark_of(row),)) for line in own) == []


@pytest.mark.parametrize("state", STATES)
def test_a_state_s_page_in_a_terminal_marks_what_nobody_checked(home: Path, state: str) -> None:
    told = json.loads(legation("knowledge", "page", state, "--json", "--home", home).out)
    lines = [
        Line(one["sentence"], tuple(fact["mark"] for fact in one["evidence"] if fact["mark"]))
        for one in told["is"]
    ]
    assert lines
    assert unmarked(lines) == []
    said = legation("knowledge", "page", state, "--home", home).out
    assert [one.words for one in lines if one.words not in said] == []


@pytest.mark.parametrize("state", STATES)
def test_a_state_s_page_on_the_desk_marks_what_nobody_checked(tmp_path: Path, state: str) -> None:
    clock = Clock()
    home = Home(Settings(home=tmp_path / "home"), clock)
    make_home(home)
    today = clock().date()
    known = state_page(state, shipped_packs(), on=today, today=today)
    facts = [fact for one in known.standings for fact in one.evidence]
    assert facts
    with home.store() as store:
        work = DeskWork(home, store, StoredJobs(home, store))
        app = build_app(
            StoredReading(home.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=work,
        )
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            page = plain(client.get(f"/state/{state}?all=1").text)
            rows = json.loads(client.get(f"/state/{state}/as/json").content)["rows"]
            table = client.get(f"/state/{state}/as/csv").text
    for line in lines_of(known.standings):
        assert unmarked([line]) == []
        assert line.words in page
        assert line.words in {row["sentence"] for row in rows}
        assert line.words.replace('"', '""') in table
    # What a sentence rests on is opened beneath it, each fact with its own mark.
    assert [fact.key for fact in facts if fact.line() not in page] == []


def test_a_check_lists_every_unchecked_fact_with_its_mark(home: Path) -> None:
    lines = legation("knowledge", "check", "--home", home).out.splitlines()
    for row in UNCHECKED:
        head = f"not checked: {table_of(row)} {row.key}: "
        own = [line for line in lines if line.startswith(head)]
        assert own, head
        assert unmarked(Line(line, (mark_of(row),)) for line in own) == []


def plain(page: str) -> str:
    """Return the words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
