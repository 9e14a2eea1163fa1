"""The check of a release: all views, all commands and all files keep the mark of a fact.

A fact is planted that nobody checked: the name of a state, and an agreement with its party. Then
every page and file of the desk that opens without an id of its own, every command that lists,
and every stored object is searched for their words. Where one stands without its mark, this fails.
"""

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from pypdf import PdfReader

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.registers import Registers
from legation.desk.fact_tables import TABLES as TABLES_OF_PAGES
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.knowledge.tables import TABLES
from legation.settings import Settings
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.ministry import TABLES as REGISTERS
from worlds.shell import legation

NAME, PACT = "Zzaldria", "Zzpact"
MEMORY, UNSIGNED = "from memory, not checked", "from a pack that nobody signed"
PLANTED = f"""
name = "planted"
publisher = "Office of the plant"
date = 2026-02-20
as_of = 2026-02-01
licence = "CC0-1.0"

state_name = [
  {{ key = "xa", state = "XA", name = "{NAME}", source = "told", verified = "from-memory" }},
]
agreement = [
  {{ key = "zz", title = "{PACT}", kind = "bilateral", weight = "binding", contact = true, \
parties = "complete", source = "told", verified = "from-memory" }},
]
party = [
  {{ key = "zz.xa", agreement = "zz", state = "XA", signed = 2001-05-01, ratified = "no", \
source = "told", verified = "from-memory" }},
]
law = [
  {{ key = "zz.law", state = "XA", title = "{PACT} Act", year = 2003, implements = ["zz"], \
source = "told", verified = "from-memory" }},
]
norm = [
  {{ key = "zz.1", agreement = "zz", number = "1", title = "{PACT} norm", weight = "political", \
source = "told", verified = "from-memory" }},
]
quotation = [
  {{ key = "zz", who = "A minister", what = "{PACT} now", supports = ["agreement:zz"], \
source = "told", verified = "from-memory" }},
]
""".replace("\\\n", "").encode()
# What an address is filled with; a route that asks for anything else shows one object of its own.
PARTS = {
    "country": ("XA", "US"),
    "key": ("paris", "bevora"),
    "threat": ("T1", "T6"),
    "register": tuple(REGISTERS),
    "kind": ("csv", "json", "stix", "ics", "pdf"),
}
NAMES_SHOWN = {"/states", "/state/{country}", "/facts", "/balance", "/talks", "/voices",
               "/mission/{key}"}  # fmt: skip


def unmarked(text: str, *, paper: bool = False) -> list[str]:
    """Return what of a text shows a planted fact without its mark.

    The name of a state carries it in itself; another fact in the row, line or entry that it is in.
    On paper, whose lines break where they are full, that is right behind the fact.
    """
    flat = " ".join(text.split())  # paper breaks its lines where they are full
    bare = [
        flat[at.start() : at.end() + 60]
        for at in re.finditer(NAME, flat)
        if not flat[at.end() :].startswith(f" [{MEMORY}; {UNSIGNED}]")
        # The row of the fact itself says it behind its other parts.
        and MEMORY not in flat[at.end() : at.end() + 120]
    ]
    if paper:
        behind = [flat[at.end() : at.end() + 200] for at in re.finditer(PACT, flat)]
        return bare + [one for one in behind if not (MEMORY in one and UNSIGNED in one)]
    rows = re.split(r"</tr>|</li>|</option>|</h1>|</title>|\},\{|\r?\n(?=[a-z])", text)
    return bare + [
        row[:200] for row in rows if PACT in row and not (MEMORY in row and UNSIGNED in row)
    ]


def plain(page: str) -> str:
    kept = re.sub(r"<(?!/(?:tr|li|option|h1|title)>)[^>]+>", "", page)
    return html.unescape(re.sub(r"[ \t\n]+", " ", kept) if "<" in page else page)


def words_of(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return plain(content.decode("utf-8", "replace"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(Settings(home=tmp_path_factory.mktemp("views") / "home"), Clock())
    make_home(made, "The ministry")
    with made.store() as store:
        scope = made.library(store, "command line").scope()
        for name, content in REGISTERS.items():
            assert not Registers(scope).take(content, name).refused
        knowledge = Knowledge(scope)
        knowledge.add(knowledge.offer(PLANTED, "planted.toml", Given(unsigned=True)))
    return made


def addresses(app: Any) -> Iterator[tuple[str, str]]:
    """Yield each page and file that can be asked for, and the route it is of."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or "GET" not in route.methods:
            continue
        path = re.sub(r":\w+\}", "}", route.path)
        asked = set(re.findall(r"\{(\w+)\}", path))
        if path.startswith(("/static", "/help")) or not asked <= PARTS.keys() or "events" in path:
            continue
        filled = [path]
        for name in asked:
            filled = [one.replace(f"{{{name}}}", part) for one in filled for part in PARTS[name]]
        for one in filled:
            yield path, one
            if path in ("/facts", "/states", "/state/{country}"):
                more = "all=1" if path == "/state/{country}" else "words=zz"
                yield path, f"{one}?{more}"
    # What is looked for is told again, so not by a whole word of the planted facts.
    yield "/search", f"/search?q={NAME[:4]}"
    yield "/search", f"/search?q={PACT[:4]}"


def test_a_view_that_lost_a_mark_would_be_noticed() -> None:
    assert unmarked(f"{NAME} [{MEMORY}; {UNSIGNED}] has signed") == []
    assert unmarked(f"{NAME} has signed")
    assert unmarked(f"{PACT} [{MEMORY}; {UNSIGNED}]</tr>{PACT}</tr>")
    assert unmarked(f"{PACT} is\nbinding", paper=True)
    assert unmarked(f"{PACT}\n{MEMORY};\n{UNSIGNED}", paper=True) == []
    assert unmarked(plain(f"<td>{PACT}</td><td>{MEMORY}; {UNSIGNED}</td></tr>")) == []


def test_no_page_and_no_file_of_the_desk_shows_an_unchecked_fact_without_its_mark(
    home: Home,
) -> None:
    shown: dict[str, int] = {}
    with home.store() as store:
        app = build_app(
            StoredReading(home.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(home, store, StoredJobs(home, store)),
        )
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            for route, address in addresses(app):
                answer = client.get(address)
                assert answer.status_code < 500, address
                if answer.status_code != 200:
                    continue
                text = words_of(answer.content)
                paper = answer.content.startswith(b"%PDF")
                assert unmarked(text, paper=paper) == [], address
                shown[route] = shown.get(route, 0) + text.count(NAME) + text.count(PACT)
    assert {route for route in NAMES_SHOWN if not shown.get(route)} == set()
    assert shown["/facts/as/{kind}"]
    assert shown["/state/{country}/as/{kind}"]
    assert shown["/states/as/{kind}"]


def test_no_command_shows_an_unchecked_fact_without_its_mark(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "planted.toml"
    file.write_bytes(PLANTED)
    commands = [
        ("knowledge", "list"),
        ("knowledge", "check"),
        ("knowledge", "page", "XA"),
        ("knowledge", "page", "XA", "--gaps"),
        ("knowledge", "add", file, "--unsigned"),
        *(("knowledge", "show", table) for table in TABLES),
        ("mission", "list"),
        ("mission", "show", "paris"),
        ("event", "list"),
        ("balance", "show"),
        ("balance", "explain", "paris"),
        ("search", NAME),
        ("search", PACT),
    ]
    found = 0
    for words in commands:
        for more in ((), ("--json",)):
            said = legation(*words, *more, "--home", home.folder)
            text = re.sub(r"\n\s*", "", said.out) if more else said.out
            assert unmarked(text) == [], words
            found += text.count(NAME) + text.count(PACT)
    assert found > 20


def test_no_stored_object_states_an_unchecked_fact_without_its_mark(home: Home) -> None:
    with home.store() as store:
        kept = [version.value() for version in store.objects.registered(["knowledge"])]
    told = [str(one["description"]) for one in kept if one["context"] != "knowledge-pack"]
    assert len(told) == 6
    for line in told:
        assert MEMORY in line
        assert UNSIGNED in line


def test_pages_list_every_table_of_the_packs() -> None:
    assert tuple(TABLES) == TABLES_OF_PAGES
