"""What waits for a second person in a case is told to those who can, and is in Decisions."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.cases.docket import Docket
from legation.safeguards.cases.attribution.matrix import STANDING
from legation.safeguards.cases.gathering import records_in
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
NAMED = {"actor": "a group of forgers", "likelihood": "likely", "confidence": "moderate"}
ATTRIBUTION = "An attribution in a case waits for a second person."
DECISION = "A decision in a case waits for a signature."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="FR") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        opened.entered("Ann", CASE, "said", **FACT)
        yield opened


def proposed(desk: CaseDesk, who: str) -> int:
    desk.entered("Ann", CASE, "hypothesis", key="forgers", kind="group",
                 says="a group that forges letters", actor=NAMED["actor"])  # fmt: skip
    fits = {f"fit.{key}": "-2" for key, _ in STANDING.values()} | {"fit.forgers": "1"}
    told = desk.people["Ann"].post(f"/case/{CASE}/weigh", item="2", why="the paper", **fits)
    assert told.status_code == 303
    for layer in ("technical", "operational"):
        desk.entered("Ann", CASE, "layer", layer=layer, basis="the stamps", gaps="the money",
                     rests_on="2", **NAMED)  # fmt: skip
    return desk.entered(who, CASE, "attributed", layer="operational", by="the ministry",
                        on="2026-03-01", rests_on="2", **NAMED)  # fmt: skip


def decided(desk: CaseDesk) -> tuple[int, str]:
    number = desk.entered("Eve", CASE, "decision", what="nothing is said for now",
                          touches_persons="no")  # fmt: skip
    scope = desk.home.library(desk.store, "command line").scope()
    (record,) = records_in(Docket(scope).case(CASE))
    return number, record.sha256


def unread(desk: CaseDesk, who: str) -> list[str]:
    page = desk.people[who].page("/notices?unread=1")
    lines = re.findall(r'<th scope="row"><a href="/notice/\d+">(.*?)</a>', page)
    return [html.unescape(re.sub("<[^>]+>", "", one)) for one in lines]


def test_an_attribution_is_told_with_its_case_to_all_but_who_proposed_it(desk: CaseDesk) -> None:
    proposal = proposed(desk, "Dan")
    assert unread(desk, "Eve") == [f"{ATTRIBUTION} {CASE}"]
    assert unread(desk, "Cyn") == [f"{ATTRIBUTION} {CASE}"]
    assert unread(desk, "Dan") == unread(desk, "Ann") == []
    page = desk.people["Eve"].page("/notices")
    number = re.search(r'href="(/notice/\d+)"', page)
    assert number is not None
    assert desk.people["Eve"].get(number[1]).headers["location"] == f"/case/{CASE}/attribution"
    desk.entered("Eve", CASE, "agreed", to=str(proposal), words="the papers bear it out")
    assert unread(desk, "Cyn") == []


def test_a_decision_is_told_until_two_people_signed_it(desk: CaseDesk) -> None:
    decision, sha256 = decided(desk)
    assert unread(desk, "Dan") == unread(desk, "Cyn") == [f"{DECISION} {CASE}"]
    assert unread(desk, "Eve") == []
    desk.entered("Dan", CASE, "signed", to=str(decision), role="legal", sha256=sha256)
    assert unread(desk, "Dan") == []
    assert unread(desk, "Cyn") == [f"{DECISION} {CASE}"]
    desk.entered("Eve", CASE, "signed", to=str(decision), role="policy", sha256=sha256)
    assert unread(desk, "Cyn") == []


def test_what_was_taken_back_waits_for_nobody(desk: CaseDesk) -> None:
    proposal = proposed(desk, "Ann")
    desk.entered("Ann", CASE, "attribution-withdrawn", to=str(proposal), words="it was too early")
    assert unread(desk, "Dan") == []
    assert "Nothing waits for you." in desk.people["Dan"].page("/decisions")


def test_decisions_lists_what_waits_in_cases_for_who_can_do_it(desk: CaseDesk) -> None:
    proposal = proposed(desk, "Dan")
    decision, sha256 = decided(desk)
    agree = f'href="/case/{CASE}/enter/agreed?to={proposal}"'
    sign = f'href="/case/{CASE}/enter/signed?to={decision}"'
    eve = desk.people["Eve"].page("/decisions")
    assert agree in eve
    assert sign in eve
    assert "TLP:AMBER" in eve
    dan = desk.people["Dan"].page("/decisions")
    assert agree not in dan
    assert sign in dan
    for who in ("Ann", "Fay"):
        page = desk.people[who].page("/decisions")
        assert agree not in page
        assert sign not in page
        assert "Nothing waits for you." in page
    desk.entered("Eve", CASE, "agreed", to=str(proposal), words="the papers bear it out")
    desk.entered("Eve", CASE, "signed", to=str(decision), role="policy", sha256=sha256)
    assert "Nothing waits for you." in desk.people["Eve"].page("/decisions")
