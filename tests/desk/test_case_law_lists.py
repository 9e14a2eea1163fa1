"""Law lists first what binds somebody whom the case concerns, at both doors the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.norms import binds_nobody, listed
from legation.safeguards.cases.gathering import assessed
from worlds.case_desk import CaseDesk, case_desk

CASE = "2026-0001"
OPEN = {
    "title": "A network of a parliament was entered",
    "type": "T1",
    "domain": "political",
    "began": "2015-04",
    "known": "2015-05-08",
}
FACT = {"says": "a domain controller was entered", "on": "2015-05-08", "source": "the parliament"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="DE") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        fact = opened.entered("Ann", CASE, "said", **FACT)
        scope = opened.home.library(opened.store, "command line").scope()
        asked = {f"answer.{one}": "yes" for one in book_of(scope).norms.questions}
        told = opened.people["Dan"].post(
            f"/case/{CASE}/answers-to-law", **asked, rests_on=str(fact)
        )
        assert told.status_code == 303, told.text
        yield opened


def test_foreign_law_and_later_treaties_stand_apart(desk: CaseDesk) -> None:
    page = desk.people["Dan"].page(f"/case/{CASE}/law")
    first, apart, afar = page.partition("binding on nobody whom the case concerns")
    assert apart
    assert "budapest 2" in first
    assert "uncc 7" not in first
    assert "uncc 7" in afar
    scope = desk.home.library(desk.store, "command line").scope()
    case, book = Docket(scope).case(CASE), book_of(scope)
    lists = listed(case, assessed(case, book))
    assert not [one.name for one in lists.first if one.about.startswith("law:")]
    assert {one.about.partition(":")[0] for one in lists.afar} >= {"law", "offence"}
    assert not any(binds_nobody(one) for one in lists.first)


def test_what_a_person_says_binds_stands_first(desk: CaseDesk) -> None:
    desk.entered("Dan", CASE, "duty", norm="uncc 7", binds="yes", by="custom", source="an opinion",
                 why="all states hold so by now")  # fmt: skip
    page = desk.people["Dan"].page(f"/case/{CASE}/law")
    assert "uncc 7" in page.partition("binding on nobody whom the case concerns")[0]
