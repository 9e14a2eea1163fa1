"""The desk speaks each of its languages whole, and its style knows no left and right."""

import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from litestar.testing import TestClient

from legation.desk.saying import told_text
from legation.desk.server import build_app
from legation.desk.tongues import speaking, tongues
from worlds.gates import open_gate
from worlds.readings import small_shelf

ROOT = Path(__file__).parents[2]
STYLES = sorted((ROOT / "src/legation/desk/static").glob("*.css"))
PLACES = re.compile(r"%\((\w+)\)|%%")
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)\b"
    r"|(?:text-align|float|clear): *(?:left|right)\b"
    r"|(?<![\w-])(?:left|right) *:"
)
# Four lengths set left and right apart where the second is not the fourth.
FOUR = re.compile(
    r"(?:margin|padding|inset|border-width|border-radius): *"
    r"([^\s;]+) +([^\s;]+) +([^\s;]+) +([^\s;}]+)"
)


def _tool() -> ModuleType:
    told = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert told is not None
    assert told.loader is not None
    module = importlib.util.module_from_spec(told)
    told.loader.exec_module(module)
    return module


TOOL = _tool()
LANGUAGES = TOOL.tongues_with_catalogue()


def _forms(said: Any) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, tuple | list) else (str(said or ""),)


def test_french_and_arabic_are_what_the_desk_is_translated_into() -> None:
    assert LANGUAGES == ("fr", "ar")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalogue_has_every_message_and_no_other(code: str) -> None:
    catalogue = TOOL.read(code)
    assert [one.id for one in catalogue if one.id and not all(_forms(one.string))] == []
    assert [one.id for one in catalogue if one.id and one.fuzzy] == []
    assert TOOL.written(TOOL.updated(code)) == TOOL.po_of(code).read_bytes()


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_the_desk_reads_is_what_was_translated(code: str) -> None:
    assert TOOL.compiled(code) == TOOL.po_of(code).with_suffix(".mo").read_bytes()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_has_the_gaps_of_its_message(code: str) -> None:
    for one in TOOL.read(code):
        if not one.id:
            continue
        wanted = {gap for text in _forms(one.id) for gap in PLACES.findall(text)}
        forms = [set(PLACES.findall(form)) for form in _forms(one.string)]
        # A language may say one and two without their number, and nothing that is not given.
        assert all(form <= wanted for form in forms), one.id
        assert set().union(*forms) == wanted, one.id
        assert wanted - forms[-1] <= {"number"}, one.id


def test_no_sentence_of_the_parts_below_is_made_of_gaps_that_take_anything() -> None:
    for sentence in tongues()["fr"].messages.sentences():  # type: ignore[attr-defined] # a catalogue
        kinds = {gap.rstrip(string.digits) for gap in PLACES.findall(sentence)}
        words = PLACES.sub("", sentence).replace("s", "")
        assert re.search(r"\w{2}", words) or kinds <= {"num", "layer"}, sentence


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_style_speaks_of_start_and_end(style: Path) -> None:
    text = style.read_text("utf-8")
    assert PHYSICAL.findall(text) == []
    assert [four for four in FOUR.findall(text) if four[1] != four[3]] == []


@pytest.mark.parametrize(
    "fault", ["p { margin-left: 1em }", "p{text-align:right}", "p { left: 0 }", "p { float: left }"]
)
def test_a_style_that_knows_left_and_right_is_noticed(fault: str) -> None:
    assert PHYSICAL.search(fault)


def test_lengths_that_differ_to_the_sides_are_noticed() -> None:
    assert FOUR.findall("p { padding: 1px 2px 1px 0; }") == [("1px", "2px", "1px", "0")]


def test_a_reader_turns_the_language_and_comes_back_to_the_page() -> None:
    app = build_app(small_shelf(), banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        assert '<html lang="en" dir="ltr">' in client.get("/words").text
        turned = client.get("/language/ar?to=/words", follow_redirects=False)
        assert (turned.status_code, turned.headers["location"]) == (303, "/words")
        page = client.get("/words")
        assert '<html lang="ar" dir="rtl">' in page.text
        assert page.headers["content-language"] == "ar"
        away = client.get("/language/fr?to=//elsewhere.example", follow_redirects=False)
        assert away.headers["location"] == "/"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    "sentence",
    [
        "English repost campaign since 2026-03-02",
        "Western Frisian near-text campaign since 2026-03-02: grain, bridge",
        "hashtags campaign since 2026-03-02, language unknown",
        "link campaign since 2026-03-02, language unknown: grain, bridge",
        "Look for campaigns",
        "Dry run of posts.csv",
        "Import of posts.csv",
        "Undo of posts.csv",
        "asked for",
        "asked to end",
        "done: 4,000 posts looked at, 1 campaign",
        "failed: halted with the desk; goes on when it opens",
        "2 accounts held together by 1 validated tie",
        "2 accounts held together by 1 validated tie; 3 accounts more joined one by one",
        "Labels changed",
        "Undone: Labels changed",
        "the role auditor may not read campaigns",
        "the role press and policy may not take campaigns out as a file",
        "ask somebody who may: analyst, security officer",
        "the filter 'grade' has no value 'huge'",
    ],
)
def test_no_word_of_ours_in_what_the_parts_below_say_stays_english(
    code: str, sentence: str
) -> None:
    with speaking(tongues()[code]):
        said = told_text(sentence)
        assert said != sentence
        # What a person named, or chose from a list of values, is theirs in each language.
        own = {"posts", "csv", "grain", "bridge", "grade", "huge"}
        english = set(re.findall("[a-z-]{2,}", sentence.lower())) - own
        left = english & set(re.findall("[a-z-]{2,}", said.lower()))
        assert left == set(), said


def test_a_name_with_a_day_that_no_calendar_has_is_shown_as_it_is() -> None:
    with speaking(tongues()["fr"]):
        assert "2026-99-99" in told_text("English repost campaign since 2026-99-99: grain")
