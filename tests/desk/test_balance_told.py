"""The balance at its two doors: the same facts in the same words, down to each object."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from legation.app.balancing import Balance, Balancing
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.registers import Registers
from legation.balance.evidence import THREATS
from legation.balance.telling import MEANINGS
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.missions.invented import tables as ministry
from legation.settings import Settings
from legation.store.opening import Store
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.many_missions import tables
from worlds.shell import legation

SITE = "http://127.0.0.1:8321"
MISSIONS = 200


def made(folder: Path, clock: Clock) -> Home:
    home = Home(Settings(home=folder), clock)
    make_home(home)
    return home


def enter(home: Home, store: Store, some: Any) -> Registers:
    registers = Registers(home.library(store, "command line").scope())
    for name, content in some.items():
        assert not registers.take(content, name).refused
    return registers


def weighed(home: Home, store: Store) -> Balance:
    return Balancing().balance(home.library(store, "command line").scope())


def desk(home: Home, store: Store) -> TestClient[Any]:
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner=None,
        gate=open_gate("security officer"),
        work=DeskWork(home, store, StoredJobs(home, store)),
    )
    return TestClient(app, base_url=SITE)


def words_of(page: str) -> str:
    """Return the words of a page's main part, with one blank between."""
    main = page[page.index("<main") : page.index("</main>")]
    told = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</?(li|p|td|th|h\d)\b", r" \g<0>", main)))
    return " ".join(told.split())


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Home:
    return made(tmp_path_factory.mktemp("told") / "home", clock)


@pytest.fixture(scope="module")
def store(home: Home, clock: Clock) -> Iterator[Store]:
    with home.store() as opened:
        enter(home, opened, ministry(clock().date()))
        yield opened


@pytest.fixture(scope="module")
def client(home: Home, store: Store) -> Iterator[TestClient[Any]]:
    with desk(home, store) as opened:
        yield opened


def test_today_and_the_list_and_a_mission_say_one_sentence(
    home: Home, store: Store, client: TestClient[Any]
) -> None:
    listed, today = words_of(client.get("/balance").text), words_of(client.get("/").text)
    for place, one in enumerate(weighed(home, store).standings):
        assert one.said.startswith(one.answer.verdict)
        assert one.said in listed
        said = f"{one.said[:1].upper()}{one.said[1:]}."
        assert said in words_of(client.get(f"/mission/{one.mission.key}").text)
        if place < 6:
            assert f"{one.mission.name} {one.said}" in today


def test_the_list_says_what_each_statement_means(client: TestClient[Any]) -> None:
    listed = words_of(client.get("/balance").text).casefold()
    for verdict, meaning in MEANINGS.items():
        assert f"{verdict}{meaning}".replace(" ", "") in listed.replace(" ", "")


def test_every_bar_of_the_demonstration_opens_down_to_what_exists(
    home: Home, store: Store, client: TestClient[Any]
) -> None:
    balance = weighed(home, store)
    opened: set[str] = set()
    for one in balance.standings:
        for threat in THREATS:
            page = client.get(f"/mission/{one.mission.key}/{threat}").text
            links = re.findall(r'href="(/mission/[^"/]+/object/[^"]+)"', page)
            leaves = under(balance, f"{one.id}|{threat}|balance")
            assert {link.rpartition("/")[2] for link in links} == {
                name for leaf in leaves for name in balance.nodes[leaf].evidence
            }
            bare = sum(not balance.nodes[leaf].evidence for leaf in leaves)
            assert page.count("No object speaks of this.") == bare
            opened |= set(links)
    assert len(opened) > 200
    for link in opened:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert link.rpartition("/")[2] in answer.text


def under(balance: Balance, name: str) -> list[str]:
    """Return the leaves under a node."""
    node = balance.nodes[name]
    if not node.children:
        return [name]
    return [leaf for child in node.children for leaf in under(balance, child)]


def test_every_bar_of_two_hundred_missions_opens_down_to_what_exists(tmp_path: Path) -> None:
    home = made(tmp_path / "home", Clock())
    with home.store() as store:
        enter(home, store, tables(MISSIONS))
        balance = weighed(home, store)
        assert len(balance.standings) == MISSIONS
        bars = met = 0
        for one in balance.standings:
            for balanced in one.balances:
                for bar in balanced.children:
                    bars += 1
                    for leaf in under(balance, bar):
                        node = balance.nodes[leaf]
                        assert node.evidence or node.unknown == 1, leaf
                        met += len(node.evidence)
        assert bars == MISSIONS * len(THREATS) * 2
        named = {name for node in balance.nodes.values() for name in node.evidence}
        assert store.objects.get_many(sorted(named)).keys() == named
        assert met > len(named) > MISSIONS * 10
        with desk(home, store) as client:
            for key in ("m0", "m111", "m199"):
                page = client.get(f"/mission/{key}/T5").text
                links = set(re.findall(r'href="(/mission/[^"/]+/object/[^"]+)"', page))
                assert len(links) > 5
                assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("mission", ["bevora", "virtual", "ministry", "paris"])
def test_a_terminal_and_the_desk_open_a_balance_in_the_same_words(
    home: Home, client: TestClient[Any], mission: str, clock: Clock
) -> None:
    day = clock().date().isoformat()
    for threat in ("T1", "T5"):
        page = words_of(client.get(f"/mission/{mission}/{threat}").text)
        folded = page.casefold()
        said = legation(
            "balance",
            "explain",
            mission,
            threat,
            "--as-of",
            CLOSE.format(day),
            "--home",
            home.folder,
        )
        assert said.code == 0, said.err
        lines = said.out.splitlines()
        assert len(lines) > 8
        for line in lines[1:]:
            told = " ".join(line.replace("- ", "", 1).split()).casefold()
            told = told.partition("; ")[0] if line is lines[1] else told
            assert told in folded, (told, page)
        share = re.search(r"(\d+ %) of the weight is unknown", said.out)
        assert share
        assert f"{share[1]} of the weight is unknown" in page
        for line in said.err.splitlines():
            assert line.removeprefix("missing: ").replace("  ", " ").casefold() in folded, line


CLOSE = "{}T23:00:00Z"


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "exposée à T5, T6, et de T1, T2, T3, T4 on ne peut le dire"), ("ar", "مكشوفة أمام")],
)
def test_every_sentence_of_a_balance_is_told_in_the_reader_s_language(
    client: TestClient[Any], language: str, said: str
) -> None:
    pages = ("/balance", "/mission/bevora", "/mission/bevora/T6", "/mission/virtual/T1")
    for path in (*pages, "/mission/bevora/T3", "/mission/ministry/T3"):
        page = client.get(path, headers={"Accept-Language": language}).text
        main = page[page.index("<main") : page.index("</main>")]
        # What is not in the catalogue of a language is marked as English: two states are.
        assert set(re.findall(r'lang="en"[^>]*>([^<]*)<', main)) <= {"XA", "XB"}, path
    assert said in words_of(client.get("/balance", headers={"Accept-Language": language}).text)
