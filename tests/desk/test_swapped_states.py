"""Two states that change places change places on every page, and no other word changes."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.registers import Registers
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.ministry import TABLES
from worlds.shell import legation

PAGES = (
    *("/", "/balance", "/balance?answer=exposed", "/talks", "/voices", "/registers"),
    *(f"/mission/{key}" for key in ("bevora", "paris", "virtual", "talks")),
    *(
        f"/mission/{key}/{threat}"
        for key in ("bevora", "paris", "virtual")
        for threat in ("T1", "T6")
    ),
)
LANGUAGES = ("en", "fr", "ar")
MORE = """key,state,kind,name,platform,office,verified,rule,since,source,as_of
more-account,{state},account,third_voice,X,Speaker,claimed,own list,2020-01-01,list,2026-02-01
more-domain,{state},domain,third.example,,Speaker,claimed,own list,2020-01-01,list,2026-02-01
"""
ALONE = """key,kind,name,starts,ends,parties,others,stakes,source
alone,accession,Accession,2026-04-01T08:00:00Z,2026-04-02T08:00:00Z,{state},A league,seat,letter
"""
# Of an object as it was made, and of a form that is sent.
OWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def words(page: str) -> Counter[str]:
    """Return the words of a page; the order of lists by code is not compared."""
    body = page[page.index("<main") : page.index("</main>")]
    told = re.split(r"<[^>]+>", OWN.sub("", body))
    return Counter(" ".join(html.unescape(one).split()) for one in told)


def pages(folder: Path, one: str, other: str) -> dict[tuple[str, str], Counter[str]]:
    """Return the pages of a home whose registers name two states instead of XA and XB."""
    home = Home(Settings(home=folder), Clock())
    make_home(home, "The ministry")
    with home.store() as store:
        registers = Registers(home.library(store, "command line").scope())
        for name, content in TABLES.items():
            text = content.decode().replace("XA", "\0").replace("XB", other).replace("\0", one)
            assert not registers.take(text.encode(), name).refused
        # One state has one account, one domain and one round of talks more than the other.
        assert registers.take(MORE.format(state=one).encode(), "voices").added == 2
        assert registers.take(ALONE.format(state=one).encode(), "talks").added == 1
        app = build_app(
            StoredReading(home.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(home, store, StoredJobs(home, store)),
        )
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            return {
                (language, path): words(
                    client.get(path, headers={"Accept-Language": language}).text
                )
                for language in LANGUAGES
                for path in PAGES
            }


@pytest.mark.parametrize(("one", "other"), [("XA", "XB"), ("NO", "QX")])
def test_a_page_says_the_same_when_two_states_are_swapped(
    tmp_path: Path, one: str, other: str
) -> None:
    here = pages(tmp_path / "one", one, other)
    there = pages(tmp_path / "other", other, one)
    for language in LANGUAGES:
        named = {"NO": {"en": "Norway", "fr": "Norvège", "ar": "النرويج"}[language]}
        for path in PAGES:
            turned: Counter[str] = Counter()
            for said, times in here[language, path].items():
                turned[swapped(said, named.get(one, one), named.get(other, other))] += times
            assert turned == there[language, path], (language, path)
        changed = {path for path in PAGES if here[language, path] != there[language, path]}
        # Where talks and voices are listed, parties and owners of both kinds are among the words.
        assert {"/balance", "/talks", "/voices"} <= changed
    assert here["en", "/balance"] != here["fr", "/balance"] != here["ar", "/balance"]


@pytest.mark.parametrize(
    "words", [("show",), ("explain", "bevora", "T4"), ("explain", "talks", "T6")]
)
def test_a_terminal_says_the_same_when_two_states_are_swapped(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    told = []
    for turn in (False, True):
        home = Home(Settings(home=tmp_path / str(turn)), Clock())
        make_home(home, "The ministry")
        with home.store() as store:
            registers = Registers(home.library(store, "command line").scope())
            for name, content in TABLES.items():
                text = swapped(content.decode(), "XA", "XB") if turn else content.decode()
                assert not registers.take(text.encode(), name).refused
        said = legation("balance", *words, "--as-of", "2026-03-01", "--home", home.folder)
        told.append((said.code, OWN.sub("", said.out)))
    assert told[0] == told[1]
    assert told[0][0] == 0
