"""The help: built from the documents, shipped, open to all, and found from each page."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from xml.etree import ElementTree as ET

import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.desk import help as desk_help
from legation.desk.fence import HEADERS
from legation.desk.help import TOPICS, book, found, topic_of
from legation.desk.server import build_app
from legation.desk.working import DeskWork
from legation.store import open_store
from worlds.gates import Clock, guarded_gate, open_gate
from worlds.people import HOST
from worlds.readings import small_shelf

pytestmark = pytest.mark.xdist_group("help")

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BUILT = ROOT / "src" / "legation" / "desk" / "help_pages" / "topics.json"
# Its addresses are walked; none of the rooms of work is asked.
ROOMS = cast("DeskWork", SimpleNamespace(waking=None))
APP = build_app(small_shelf(), banner=None, gate=open_gate(), work=ROOMS)
SEEN = sorted(
    route.path_format
    for route in APP.routes
    if isinstance(route, HTTPRoute) and "GET" in route.methods
    if not route.path_format.startswith(("/static", "/help-image"))
)


@pytest.fixture(autouse=True, scope="module")
def _built() -> None:
    """Build the help where nobody has, or where a page has changed since."""
    written = max(path.stat().st_mtime for path in [*DOCS.rglob("*.md"), ROOT / "CHANGELOG.md"])
    if not BUILT.exists() or BUILT.stat().st_mtime < written:
        subprocess.run([sys.executable, DOCS / "desk_help.py"], check=True)


@pytest.mark.parametrize("path", SEEN)
def test_each_page_leads_to_a_topic_of_its_own(path: str) -> None:
    first = "/" + path.split("/")[1].partition(".")[0]
    assert first in TOPICS, "a new page needs its topic in desk/help.py"
    assert topic_of(path) in book().topics


@pytest.mark.parametrize("name", sorted(set(TOPICS.values())))
def test_a_topic_stands_in_the_documents_under_its_title(name: str) -> None:
    page = DOCS / f"{name}.md"
    title = re.search(r"^# (.+)$", page.read_text("utf-8"), re.MULTILINE)
    assert title
    assert book().topics[name].title == title[1]


def test_every_page_of_the_documents_is_in_the_help() -> None:
    written = {
        path.relative_to(DOCS).with_suffix("").as_posix().removesuffix("/index")
        for path in DOCS.rglob("*.md")
        if not {"_build", "generated"} & set(path.parts)
    }
    assert set(book().topics) == written


def test_every_link_and_picture_of_the_help_is_there() -> None:
    topics = book().topics
    places = {desk_help.place_of(name) for name in topics}
    places |= {
        f"{desk_help.place_of(name)}#{anchor}"
        for name, topic in topics.items()
        for anchor in re.findall(r' id="([^"]*)"', topic.body)
    }
    for topic in topics.values():
        assert set(re.findall(r'href="([^"]*)"', topic.body)) <= places
        assert {
            f"{desk_help.place_of(topic.name)}#{one.anchor}" for one in topic.sections
        } <= places
        for source in re.findall(r'src="([^"]*)"', topic.body):
            assert (BUILT.parent / "images" / source.removeprefix("/help-image/")).is_file()


def test_the_help_holds_no_script_no_style_and_no_address_of_another_host() -> None:
    for topic in book().topics.values():
        assert not re.search(r"<(script|style|link|iframe|form|object)|\son\w+=", topic.body)
        assert not re.search(r'style="|(href|src)="[a-z]*:?//', topic.body)


def test_every_tag_of_the_help_is_closed_in_its_place() -> None:
    for topic in book().topics.values():
        ET.fromstring(  # noqa: S314 - our own
            "<topic>" + re.sub(r"<(img|br|hr|col)([^>]*)>", r"<\1\2/>", topic.body) + "</topic>"
        )


def test_what_has_all_the_words_is_found_and_a_title_comes_first() -> None:
    hits = found(book(), "UNDO import")
    assert hits[0].place == "/help/how-to/import-from-the-desk#undo"
    assert "undo" in hits[0].around.casefold()
    assert found(book(), "undo zebra") == []
    assert found(book(), " ") == []


def test_the_page_of_the_help_shows_what_was_found_and_names_what_it_was_asked() -> None:
    with TestClient(APP, base_url="http://127.0.0.1") as client:
        page = client.get("/help?words=cancel+job").text
        assert 'href="/help/how-to/jobs#jobs"' in page
        nothing = client.get("/help?words=<b>zebra").text
        assert "No part of the help has all these words" in nothing
        assert "&lt;b&gt;zebra" in nothing
        assert client.get("/help/nothing").status_code == 404
        assert client.get("/help-image/..%2ftopics.json").status_code == 404
        picture = client.get("/help-image/campaign.png")
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")


def test_each_page_of_the_help_answers_inside_the_fence() -> None:
    with TestClient(APP, base_url="http://127.0.0.1") as client:
        for name in book().topics:
            answer = client.get(desk_help.place_of(name))
            assert answer.status_code == 200, name
            assert answer.headers["content-security-policy"].startswith("default-src 'none';")
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert answer.headers["x-frame-options"] == HEADERS["X-Frame-Options"]


def test_a_stranger_reads_the_help_even_before_the_first_person_is_there(tmp_path: Path) -> None:
    clock = Clock()
    with open_store(f"sqlite:///{tmp_path / 'o.sqlite'}", home=tmp_path, now=clock) as store:
        app = build_app(
            small_shelf(), banner=None, gate=guarded_gate(Entrance(store, clock), clock)
        )
        with TestClient(app, base_url="http://127.0.0.1") as client:
            client.base_url = "http://localhost:8321"
            assert "The first administrator" in client.get("/help/how-to/let-people-in").text
            Register(store, clock, HOST).add("Ines Adler", ["administrator"])
            page = client.get("/log-in").text
            assert 'href="/help/how-to/let-people-in"' in page
            assert client.get("/help").status_code == 200


def test_a_desk_without_its_help_says_how_to_get_it() -> None:
    desk_help.book.cache_clear()
    kept = BUILT.rename(BUILT.with_suffix(".aside"))
    try:
        with TestClient(APP, base_url="http://127.0.0.1") as client:
            page = client.get("/help")
        assert page.status_code == 501
        assert "was not built" in page.text
        assert "make help-pages" in page.text
    finally:
        kept.rename(BUILT)


def test_the_help_is_in_the_package(tmp_path: Path) -> None:
    # A copy: while others are tested, Python writes and renames its own files in the tree.
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tree)
    unread = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(ROOT / "src", tree / "src", ignore=unread)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    assert "legation/desk/help_pages/topics.json" in names
    assert "legation/desk/help_pages/images/campaign.png" in names
    assert "legation/desk/templates/help.html" in names
