"""Whoever agrees, signs or takes back sees what it is, whole, before they do it."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.cases.docket import Docket
from legation.safeguards.cases.attribution.matrix import STANDING
from legation.safeguards.cases.case import Case
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


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="FR") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        yield opened


def proposed(desk: CaseDesk) -> tuple[int, int]:
    """State a fact, weigh it, and propose an attribution; return the numbers of both."""
    fact = desk.entered("Ann", CASE, "said", **FACT)
    desk.entered("Ann", CASE, "hypothesis", key="forgers", kind="group",
                 says="a group that forges letters", actor=NAMED["actor"])  # fmt: skip
    fits = {f"fit.{key}": "-2" for key, _ in STANDING.values()} | {"fit.forgers": "1"}
    told = desk.people["Ann"].post(f"/case/{CASE}/weigh", item=str(fact), why="the paper", **fits)
    assert told.status_code == 303
    for layer in ("technical", "operational"):
        desk.entered("Ann", CASE, "layer", layer=layer, basis="the stamps", gaps="the money",
                     rests_on=str(fact), **NAMED)  # fmt: skip
    proposal = desk.entered("Ann", CASE, "attributed", layer="operational", by="the ministry",
                            on="2026-03-01", rests_on=str(fact), **NAMED)  # fmt: skip
    return fact, proposal


def decided(desk: CaseDesk, fact: int) -> int:
    chosen = desk.entered("Eve", CASE, "chosen", answer="no-action", touches="no",
                          why="an answer would make it known", rests_on=str(fact))  # fmt: skip
    return desk.entered(
        "Eve", CASE, "decision", what="nothing is said for now", answers=str(chosen),
        considered="a public statement | | it would spread what nobody read",
        legal_basis="none is needed: nothing is done", touches_persons="no", review="2026-09-01",
    )  # fmt: skip


def case_of(desk: CaseDesk) -> Case:
    return Docket(desk.home.library(desk.store, "command line").scope()).case(CASE)


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page[page.find("<main") :])))


def test_whoever_agrees_sees_the_proposal_whole(desk: CaseDesk) -> None:
    fact, proposal = proposed(desk)
    page = desk.people["Dan"].page(f"/case/{CASE}/enter/agreed?to={proposal}")
    told = text(page)
    assert "attributed to a group of forgers by the ministry on 2026-03-01" in told
    for part in ("Layer of attribution operational", "likely", "moderate", "three letters", "Ann"):
        assert part in told, part
    assert "all that was weighed goes back to one source" in told
    assert f'<input type="hidden" name="to" value="{proposal}">' in page
    assert 'id="f-to"' not in page
    assert 'id="f-words"' in page
    desk.entered("Ann", CASE, "withdrawn", what=str(fact), why="the letters were somebody else's")
    assert "does not hold" in text(
        desk.people["Dan"].page(f"/case/{CASE}/enter/agreed?to={proposal}")
    )


def test_nobody_is_offered_to_agree_to_their_own_or_twice(desk: CaseDesk) -> None:
    _, proposal = proposed(desk)
    own = desk.people["Ann"].page(f"/case/{CASE}/enter/agreed?to={proposal}")
    assert "You proposed it: another person agrees." in own
    assert 'id="f-words"' not in own
    path = f"/case/{CASE}/attribution"
    assert "Agree to it" not in desk.people["Ann"].page(path)
    assert "Agree to it" not in desk.people["Fay"].page(path)
    assert "Agree to it" in desk.people["Dan"].page(path)
    desk.entered("Dan", CASE, "agreed", to=str(proposal), words="the papers bear it out")
    assert "Agree to it" not in desk.people["Dan"].page(path)
    again = desk.people["Dan"].page(f"/case/{CASE}/enter/agreed?to={proposal}")
    assert "You agreed to it already." in again


def test_a_form_that_names_nothing_to_agree_to_lists_what_there_is(desk: CaseDesk) -> None:
    path = f"/case/{CASE}/enter/agreed"
    assert "Nobody has proposed an attribution" in desk.people["Dan"].page(path)
    _, proposal = proposed(desk)
    page = desk.people["Dan"].page(path)
    assert f'href="{path}?to={proposal}"' in page
    assert '<form class="stack"' not in page
    assert "No decision is on record." in desk.people["Dan"].page(f"/case/{CASE}/enter/signed")


def test_whoever_signs_sees_the_very_text_and_chooses_among_their_own_roles(
    desk: CaseDesk,
) -> None:
    fact = desk.entered("Ann", CASE, "said", **FACT)
    decision = decided(desk, fact)
    page = desk.people["Dan"].page(f"/case/{CASE}/enter/signed?to={decision}")
    (record,) = records_in(case_of(desk))
    assert record.signed_bytes.decode() in html.unescape(page)
    told = text(page)
    for part in ("nothing is said for now", "no-action", "it would spread", "Nobody."):
        assert part in told, part
    assert f'<input type="hidden" name="sha256" value="{record.sha256}">' in page
    role = page[page.index('<select id="f-role"') :].partition("</select>")[0]
    assert re.findall(r'value="([^"]+)"', role) == ["legal"]
    told_of = {"to": str(decision), "sha256": record.sha256}
    other = desk.enter("Dan", CASE, "signed", role="policy", **told_of)
    assert "is no role of whoever signs" in other.text
    assert "Sign it" in desk.people["Dan"].page(f"/case/{CASE}/answers")
    desk.entered("Dan", CASE, "signed", role="legal", **told_of)
    assert "Sign it" not in desk.people["Dan"].page(f"/case/{CASE}/answers")
    assert "Sign it" in desk.people["Eve"].page(f"/case/{CASE}/answers")
    mine = desk.people["Dan"].page(f"/case/{CASE}/enter/signed?to={decision}")
    assert "You signed it already, as it stands." in mine
    second = text(desk.people["Eve"].page(f"/case/{CASE}/enter/signed?to={decision}"))
    assert "Who signed before Dan , legal" in second


def test_a_state_that_changed_while_it_was_read_is_shown_anew(desk: CaseDesk) -> None:
    fact = desk.entered("Ann", CASE, "said", **FACT)
    decision = decided(desk, fact)
    (before,) = records_in(case_of(desk))
    desk.entered("Eve", CASE, "decision", what="nothing is said this year", changes=str(decision),
                 touches_persons="no")  # fmt: skip
    page = desk.enter("Dan", CASE, "signed", to=str(decision), role="legal", sha256=before.sha256)
    (after,) = records_in(case_of(desk))
    assert "The decision was changed since it was read" in page.text
    assert f'name="sha256" value="{after.sha256}"' in page.text
    assert "nothing is said this year" in page.text


def test_the_passkey_is_asked_for_before_the_form_opens(desk: CaseDesk) -> None:
    _, proposal = proposed(desk)
    desk.clock.pass_time(minutes=6)
    path = f"/case/{CASE}/enter/agreed?to={proposal}"
    answer = desk.people["Dan"].get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/prove?to=%2Fcase%2F2026-0001%2Fenter%2Fagreed")
    assert desk.people["Dan"].get(f"/case/{CASE}/enter/said").status_code == 200
    # Whoever wrote for longer than the proof holds keeps their words.
    late = desk.enter("Dan", CASE, "agreed", to=str(proposal), words="the papers bear it out")
    assert late.status_code == 200
    assert "the papers bear it out" in late.text
    assert "Show your passkey again, in a window of its own" in late.text
    assert not [one for one in case_of(desk).entries if one.number > proposal]


def test_whoever_takes_an_entry_back_sees_what_rests_on_it(desk: CaseDesk) -> None:
    fact, proposal = proposed(desk)
    desk.entered("Dan", CASE, "agreed", to=str(proposal), words="the papers bear it out")
    desk.people["Dan"].post(f"/case/{CASE}/answers-to-law",
                            **{"answer.forged": "yes", "rests_on": str(fact)})  # fmt: skip
    page = desk.people["Ann"].page(f"/case/{CASE}/enter/withdrawn?what={fact}")
    told = text(page)
    assert "three letters were sent" in told
    assert "they lose what they rest on" in told
    assert "attributed to a group of forgers" in told
    assert "forged: yes" in told
    # What rests on it by another entry is there too.
    assert f"entry {proposal} is agreed to" in told
    assert f'<input type="hidden" name="what" value="{fact}">' in page
    alone = desk.people["Ann"].page(f"/case/{CASE}/enter/withdrawn?what={proposal + 1}")
    assert "No entry rests on it." in alone
    assert "The attribution in force falls" in alone


@pytest.mark.parametrize("kind", ["said", "agreed", "victim"])
def test_a_form_stands_under_the_label_of_its_case(desk: CaseDesk, kind: str) -> None:
    page = desk.people["Dan"].page(f"/case/{CASE}/enter/{kind}")
    label = re.search(r'<p class="marking.*?</p>', desk.people["Dan"].page(f"/case/{CASE}"))
    assert label is not None
    assert "TLP:AMBER" in label[0]
    assert label[0] in page
