"""Two states that change places change places in every list, file and paper of the balance.

Each address that shows or hands out what is known of missions and states is asked, in two homes
that differ by the two states alone; whoever adds one that is not asked here fails here.
"""

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from pypdf import PdfReader

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.registers import Registers
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.missions.objects import SHAPES
from legation.settings import Settings
from legation.threats.disinformation.findings import Lookalike
from legation.threats.disinformation.linked import LinkedDomain, Way
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.ministry import TABLES
from worlds.packs import PACK
from worlds.readings import Shelf, a_campaign, a_run, a_tie

Words = Counter[str]
VERBS: Final = ("mission.read", "mission.export")
STATE: Final = "{country:str}"
FILLED: Final = {
    "{key:str}": ("bevora", "virtual", "river"),
    "{threat:str}": ("T1",),
    "{register:str}": tuple(SHAPES),
    "{kind:str}": ("csv", "json", "stix", "pdf"),
    STATE: ("XA", "XB"),
}
# The one holds the id of an object, which is another in each home: the row is told by the page of
# its mission and by the files of its register. The other is long to set, of the sheet of its files.
APART: Final = {
    "/mission/{key:str}/object/{object_id:str}",
    "/state/{country:str}/paper/{kind:str}",
}
# What is made anew in each home: ids of objects, and sums of what holds them.
STATES: Final = re.compile(r"\bX[AB]\b")
OWN: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
MORE: Final = """key,state,kind,name,platform,office,verified,rule,since,source,as_of
more-account,XA,account,third_voice,X,Speaker,claimed,own list,2020-01-01,list,2026-02-01
more-domain,XA,domain,third.example,,Speaker,claimed,own list,2020-01-01,list,2026-02-01
"""
ALONE: Final = """key,kind,name,starts,ends,parties,others,stakes,source
alone,accession,Accession,2026-04-01T08:00:00Z,2026-04-02T08:00:00Z,XA,A league,seat,letter
"""


def swapped(text: str) -> str:
    return text.replace("XA", "\0").replace("XB", "XA").replace("\0", "XB")


def words(content: bytes, name: str, *, turned: bool) -> Words:
    """Return the rows of an answer, with the states turned back where they were turned.

    In which order they are listed is not compared.
    """

    def back(text: str) -> str:
        return OWN.sub("", swapped(text) if turned else text)

    name = back(name)
    if content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        # A line of a paper is broken where it is full, in an id too: its letters are compared.
        text = "".join("".join(page.extract_text() for page in pages).split())
        return Counter([name, *back(text.replace("sha256", ""))])
    text = back(content.decode())
    if "<main" in text:
        rows = re.split(r"</(?:tr|li|p|dd|h\d|option)>", text[text.index("<main") :])
        return Counter([name, *(" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows)])
    try:
        return Counter([name, *_leaves(json.loads(text))])
    except json.JSONDecodeError:
        table = csv.reader(io.StringIO(text))
        return Counter([name, *(repr([sorted(cell.split("|")) for cell in row]) for row in table)])


def _leaves(value: Any) -> list[str]:
    """Return the objects of a file, each with all that it says; lists without their order."""
    if isinstance(value, list):
        return [row for one in value for row in _leaves(one)]
    if isinstance(value, dict) and any(isinstance(one, list) and one and isinstance(one[0], dict)
                                       for one in value.values()):  # fmt: skip
        return [row for one in value.values() for row in _leaves(one)]
    return [json.dumps(_unordered(value), sort_keys=True, ensure_ascii=False)]


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted(json.dumps(_unordered(one), sort_keys=True) for one in value)
    return value


def paths(route: str) -> list[str]:
    found = [route]
    for gap, values in FILLED.items():
        found = [path.replace(gap, one, 1) for path in found for one in values if gap in path] or (
            found
        )
    return found


def told(folder: Path, *, turned: bool) -> tuple[dict[str, Words], set[str]]:
    """Return the words of each address that answers, and the routes of those addresses."""

    def turn(text: str) -> str:
        return swapped(text) if turned else text

    home = Home(Settings(home=folder), Clock())
    make_home(home, "The ministry")
    answers: dict[str, Words] = {}
    asked: set[str] = set()
    with home.store() as store:
        scope = home.library(store, "command line").scope()
        more = {"voices": MORE, "talks": ALONE}
        for name, content in (*TABLES.items(), *((name, of.encode()) for name, of in more.items())):
            assert not Registers(scope).take(turn(content.decode()).encode(), name).refused
        known = Knowledge(scope)
        pack = turn(PACK.decode()).encode()
        known.add(known.offer(pack, "accords.toml", Given(unsigned=True)))
        app = build_app(
            StoredReading(home.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(home, store, StoredJobs(home, store)),
        )
        routes = {
            route.path
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            if "GET" in handler.http_methods and handler.opt.get("verb") in VERBS
        }
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            for route in sorted(routes - APART):
                for path in paths(route):
                    if path.endswith("/pdf") and "/virtual" in path:
                        continue  # a paper takes a second to set, and says what its page says
                    answer = client.get(path)
                    if answer.status_code == 200:
                        asked.add(route)
                        named = answer.headers.get("Content-Disposition", "")
                        answers[path] = words(answer.content, named, turned=turned)
    assert routes - APART == asked
    return answers, routes


def test_every_list_file_and_paper_says_the_same_when_two_states_are_swapped(
    tmp_path: Path,
) -> None:
    here, routes = told(tmp_path / "here", turned=False)
    there, _ = told(tmp_path / "there", turned=True)
    assert len(here) > len(routes)
    assert here.keys() == {swapped(path) for path in there}
    for path, said in here.items():
        assert said == there[swapped(path)], path
    naming = {path for path, said in here.items() if STATES.search("".join(said))}
    kinds = {path.partition("?")[0].split("/")[1] for path in naming}
    assert {"balance", "voices", "talks", "states", "state", "facts", "registers"} <= kinds


LINKED: Final[tuple[tuple[str, str, Way | None], ...]] = (
    ("XA", "Ministry", None),
    ("XB", "Court", "letters"),
    ("XA", "Speaker", "inside"),
)
BESIDE: Final[dict[str, Any]] = {
    "lookalikes": (
        Lookalike(kind="official account of XA: Ministry", rule="own list", accounts=2, source="a"),
        Lookalike(kind="official account of XB: Court", rule="the gazette", accounts=1, source="b"),
    ),
    "domains": tuple(
        LinkedDomain(
            official=f"{office.lower()}.example",
            state=state,
            office=office,
            rule="own domain",
            source="the gazette",
            accounts=2,
            posts=5,
            host="" if way is None else f"{office.lower()}-x.example",
            way=way,
        )
        for state, office, way in LINKED
    ),
}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("place", ["", "/rights", "/as/json", "/as/stix", "/paper/docx"])
def test_what_stands_beside_a_campaign_is_the_same_when_two_states_are_swapped(
    language: str, place: str
) -> None:
    said = []
    for turn in (False, True):
        campaign = a_campaign(**BESIDE)
        if turn:
            campaign = _turned(campaign)
        shelf = Shelf(run=a_run(), all_campaigns=[campaign], all_ties=[a_tie()])
        app = build_app(shelf, banner=None, gate=open_gate("legal"))
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            answer = client.get(
                f"/campaign/campaign--1{place}", headers={"Accept-Language": language}
            )
        assert answer.status_code == 200
        said.append(words(_text(answer.content), "", turned=turn))
    assert said[0] == said[1]
    assert place == "/rights" or STATES.search("".join(said[0]))


def _turned(campaign: Any) -> Any:
    import msgspec

    return msgspec.json.decode(swapped(msgspec.json.encode(campaign).decode()), type=type(campaign))


def _text(content: bytes) -> bytes:
    """Return a Word document as its text; anything else as it is."""
    if not content.startswith(b"PK"):
        return content
    from docx import Document

    document = Document(io.BytesIO(content))
    return "\n".join(one.text for one in document.paragraphs).encode()
