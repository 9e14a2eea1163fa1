"""A dossier leaves the desk by a choice that is open, tested and signed, and by nothing less."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from worlds.case_desk import CaseDesk, case_desk
from worlds.proposed_listings import PATH, PURPOSE, chosen, dossier, facts, signed, with_test

CASE = "2026-0001"
KINDS = ("ftm", "stix", "text", "pdf")
OPEN = {
    "title": "Papers of a parliament were copied",
    "type": "T5",
    "domain": "political",
    "began": "2015-04-30",
    "known": "2015-05",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="FR") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        yield opened


def refused_for(desk: CaseDesk, gap: str) -> None:
    """Look at it, which stays possible and tells the gap; no kind of file leaves."""
    before = len(desk.store.audit.entries(verb="dossier.export"))
    for kind in KINDS:
        answer = desk.people["Dan"].post(f"/case/{CASE}/{PATH}", purpose=PURPOSE, kind=kind)
        assert answer.status_code == 409, kind
        assert gap in answer.text, kind
        assert "content-disposition" not in answer.headers, kind
    assert len(desk.store.audit.entries(verb="dossier.export")) == before
    shown = desk.people["Dan"].post(f"/case/{CASE}/{PATH}", purpose=PURPOSE)
    assert shown.status_code == 200
    assert gap in re.sub(r"\s+", " ", shown.text)


def leaves(desk: CaseDesk) -> None:
    for kind in KINDS:
        answer = desk.people["Dan"].post(f"/case/{CASE}/{PATH}", purpose=PURPOSE, kind=kind)
        assert answer.status_code == 200, (kind, answer.text[:2000])
        assert "TLP-RED" in answer.headers["content-disposition"]


def test_by_the_test_of_another_step_in_a_case_of_genuine_speech_nothing_leaves(
    desk: CaseDesk,
) -> None:
    first, test = facts(desk, CASE), with_test(desk, CASE, "takedown-request")
    desk.entered("Ann", CASE, "genuine-speech", why="citizens say this of their own accord")
    why = "the source is a journalist of a paper"
    desk.entered("Ann", CASE, "protected", kind="press source", why=why)
    dossier(desk, CASE, first, test, desk.clock().date())
    refused_for(desk, "nobody chose to propose a listing")


def test_a_dossier_leaves_once_two_signed_and_no_more_once_the_answer_is_refused(
    desk: CaseDesk,
) -> None:
    first, test = facts(desk, CASE), with_test(desk, CASE)
    dossier(desk, CASE, first, test, desk.clock().date())
    choice = chosen(desk, CASE, first)
    refused_for(desk, "fewer persons signed the decision to propose a listing than must")
    signed(desk, CASE, choice, test, "Dan")
    refused_for(desk, "fewer persons signed the decision to propose a listing than must")
    signed(desk, CASE, choice, test, "Dan", "Eve")
    leaves(desk)
    desk.entered("Ann", CASE, "genuine-speech", why="citizens say this of their own accord")
    refused_for(desk, "the answer sanctions-dossier is not open now")
