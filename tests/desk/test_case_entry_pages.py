"""Each entry of a case says something in a list, and all that it says on a page of its own."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from legation.app.cases.sayings import PERSONAL, words_of
from legation.desk.case_labels import labelled
from legation.desk.case_showing import shown
from legation.safeguards.cases.dossier.bodies import OfDossier
from legation.safeguards.cases.entries import KINDS, TAGS, read_body, tag_of
from worlds.case_desk import CaseDesk, case_desk

CASE = "2026-0001"
OPEN = {
    "title": "Letters in the name of a ministry",
    "type": "T4",
    "domain": "political",
    "began": "2026-02",
    "known": "2026-02-20",
}
FACT = {"says": "three letters were sent", "on": "2026-02-19", "source": "the press office"}
_ON = "2026-02-19"
_SURE = {"likelihood": "likely", "confidence": "low", "rests_on": [2]}
_TEST = dict.fromkeys(
    ("persons", "legality", "aim", "necessity", "proportionality", "safeguards", "notice",
     "observations", "review"),
    "as the law says",
)  # fmt: skip
# By kind: what it states, and what its line must say.
SAYS: Final[dict[str, tuple[dict[str, Any], tuple[str, ...]]]] = {
    "opened": (OPEN, ("Letters in the name",)),
    "victim": ({"kind": "state", "party": "FR", "what": "an office"}, ("FR", "an office")),
    "said": (FACT, ("three letters",)),
    "reply": ({"party": "XB", "says": "it denies", "on": _ON, "source": "x", "rung": 2},
              ("XB", "rung 2", "it denies")),
    "task": ({"what": "ask", "owner": "press", "due": "2026-03-04"},
             ("ask", "press", "2026-03-04")),
    "task-done": ({"task": 4, "outcome": "done", "on": _ON}, ("task 4", "done")),
    "work": ({"kind": "vote", "on": _ON, "state": "held", "source": "x"}, ("vote", "held")),
    "link": ({"to": "2026-0002", "kind": "same as"}, ("same as", "2026-0002")),
    "told": ({"partner": "an agency", "on": _ON, "what": "all", "marking": "green"},
             ("an agency", "all", "TLP:GREEN")),
    "moved": ({"to": "triaged"}, ("triaged",)),
    "withdrawn": ({"what": 3, "why": "an error"}, ("3", "an error")),
    "answered": ({"question": "forged", "answer": "yes", "rests_on": [2]}, ("forged: yes",)),
    "threshold": ({"stands": "open", "why": "shots", "rests_on": [2]}, ("open", "shots")),
    "power": ({"needed": "to seize a server"}, ("to seize a server", "no law in force")),
    "hypothesis": ({"key": "forgers", "kind": "group", "says": "they did"},
                   ("forgers", "they did")),
    "weighed": ({"item": 2, "hypothesis": "forgers", "fit": -1, "why": "ink"},
                ("2", "forgers", "-1")),
    "layer": ({"layer": "technical", "party": "XB", "basis": "ink", "gaps": "money", **_SURE},
              ("technical", "XB", "likely")),
    "state-link": ({"test": "adopted", "party": "XB", "answers": []}, ("XB", "ARSIWA 11")),
    "claimed": ({"party": "XB", "by": "an editor", "on": _ON, "how": "a speech", "source": "x"},
                ("XB", "an editor", _ON, "a speech")),
    "attributed": ({"layer": "technical", "party": "XB", "by": "us", "on": _ON, **_SURE},
                   ("XB", "likely", "low", "technical")),
    "agreed": ({"to": 7, "words": "it holds"}, ("entry 7", "it holds")),
    "attribution-withdrawn": ({"to": 7, "words": "it fell"}, ("entry 7", "it fell")),
    "effect": ({"of": "trust", "institution": "the court", "score": -1, "low": -2, "high": 0,
                "source": "x", "on": _ON, "known": _ON}, ("the court", "-1")),
    "circumstances": ({"injured": "own", "rests_on": [2]}, ("own",)),
    "duty": ({"norm": "tallinn 4", "binds": "yes", "by": "custom", "why": "so", "source": "x"},
             ("tallinn 4", "yes", "custom")),
    "rights-test": ({"for": "takedown-request", "rights": ["privacy"], "excluded": "neither",
                     **_TEST}, ("takedown-request", "no guarded source")),
    "genuine-speech": ({"kind": "criticism", "why": "a citizen"}, ("criticism", "a citizen")),
    "protected": ({"kind": "press source", "why": "a paper"}, ("press source", "a paper")),
    "chosen": ({"answer": "note-verbale", "against": "XB", "touches": False, "why": "it is heard",
                "rests_on": [2]}, ("note-verbale", "XB", "it is heard")),
    "step": ({"of": 8, "what": "sent", "on": _ON, "words": "a note", "source": "x"},
             ("8", "sent", "a note")),
    "decision": ({"what": "we wait", "touches_persons": False}, ("we wait",)),
    "signed": ({"to": 9, "role": "legal", "sha256": "0" * 64}, ("entry 9", "legal")),
    "ticked": ({"playbook": "t4", "step": "ask", "done": "done"}, ("t4/ask: done",)),
    "rumour-weighed": ({"guide": "g", "rumour": "it is said", "answers": {"spread": "no"}},
                       ("it is said", "spread: no")),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=tag_of)
def test_each_kind_of_entry_says_something(kind: Any) -> None:
    tag = tag_of(kind)
    if issubclass(kind, OfDossier):
        given = {"dossier": "first", "regime": "eu-cyber-2019-797", "kind": "person"}
        assert words_of(read_body({"entry": "dossier", **given})) == PERSONAL
        assert tag not in SAYS
        return
    stated, parts = SAYS[tag]
    body = read_body({"entry": tag, **stated})
    line = words_of(body)
    assert "\n" not in line
    for part in parts:
        assert part in line, line
    # The page of an entry leaves out no field that says something.
    labels = {one.name: one.label for one in labelled(tag)}
    told = {one.name: one.label for one in shown(body)}
    assert told.items() <= labels.items()
    assert {name for name in stated if stated[name] not in ([], "")} <= told.keys()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="FR") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        yield opened


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page[page.find("<main") :])))


def test_the_number_of_an_entry_opens_its_page(desk: CaseDesk) -> None:
    fact = desk.entered("Ann", CASE, "said", **FACT, reliability="B", credibility="2")
    law = desk.entered("Dan", CASE, "answered", question="forged", answer="yes",
                       rests_on=str(fact))  # fmt: skip
    entries = desk.people["Ann"].page(f"/case/{CASE}/entries")
    assert f'href="/case/{CASE}/entry/{fact}"' in entries
    assert "forged: yes" in entries
    told = text(desk.people["Ann"].page(f"/case/{CASE}/entry/{fact}"))
    for part in ("What is said to have happened three letters", "B: usually reliable",
                 "It holds.", "Written 2026-03-01 12:00", "Who Ann", "forged: yes"):  # fmt: skip
        assert part in told, part
    about = text(desk.people["Ann"].page(f"/case/{CASE}/entry/{law}"))
    assert "Question, by its key forged" in about
    assert "three letters were sent" in about
    desk.people["Ann"].page(f"/case/{CASE}/entry/99", 404)


def test_the_page_of_an_entry_says_what_corrected_it_and_what_took_it_back(desk: CaseDesk) -> None:
    fact = desk.entered("Ann", CASE, "said", **FACT)
    after = desk.entered("Cyn", CASE, "said", **FACT | {"says": "four letters"},
                         corrects=str(fact))  # fmt: skip
    told = text(desk.people["Ann"].page(f"/case/{CASE}/entry/{fact}"))
    assert "It was corrected, and does not hold." in told
    assert "four letters Cyn" in told
    told = text(desk.people["Ann"].page(f"/case/{CASE}/entry/{after}"))
    assert f"It holds. It stands in the place of entry {fact}" in told
    desk.entered("Ann", CASE, "withdrawn", what=str(fact), why="it was another letter")
    told = text(desk.people["Ann"].page(f"/case/{CASE}/entry/{after}"))
    assert "It was taken back, and does not hold." in told
    assert "it was another letter" in told


def test_what_a_dossier_says_is_not_on_the_page_of_its_entry(desk: CaseDesk) -> None:
    desk.dossier("Dan", CASE, "first")
    named = desk.entered("Dan", CASE, "identified", dossier="first", field="name",
                         value="Petra Invented")  # fmt: skip
    for path in (f"entry/{named}", f"enter/withdrawn?what={named}"):
        page = desk.people["Dan"].page(f"/case/{CASE}/{path}")
        assert "Petra" not in page
        assert "for a stated purpose" in page


def test_the_status_is_given_after_the_facts(desk: CaseDesk) -> None:
    page = desk.people["Ann"].page(f"/case/{CASE}")
    assert page.index('id="timeline"') < page.index('action="/case/2026-0001/enter/moved"')


def test_all_kinds_have_their_sample() -> None:
    plain = {tag for tag, kind in TAGS.items() if not issubclass(kind, OfDossier)}
    assert plain == SAYS.keys()
