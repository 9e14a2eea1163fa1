"""The room Cases: from a report to an answer that two people signed, each step by its form."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pypdf import PdfReader

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.filing import Filing
from legation.app.cases.shared import verify_cases
from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given
from legation.app.home import author_of
from legation.crypto.key_files import UNPROTECTED
from legation.safeguards.cases.attribution.matrix import STANDING
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.dossier.sheet import STANDING as STANDING_OF_IT
from legation.safeguards.cases.gathering import attributed_in, records_in
from legation.safeguards.cases.responses.answering.steps import Step
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from worlds import dossiers, proposed_listings
from worlds.case_desk import CaseDesk, case_desk
from worlds.invented_cases import OPENED, bodies

CASE = "2026-0001"
OPEN = {
    "title": "Letters in the name of a ministry",
    "type": "T4",
    "domain": "political",
    "began": "2026-02",
    "known": "2026-02-20",
}
FACT = {
    "says": "three letters on the ministry's paper were sent to editors",
    "on": "2026-02-19",
    "source": "the press office",
    "reliability": "B",
    "credibility": "2",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="FR") as opened:
        yield opened


def opened(desk: CaseDesk) -> None:
    answer = desk.people["Ann"].post("/cases", **OPEN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{CASE}")


def test_an_empty_room_says_what_to_do_and_a_case_is_opened_in_it(desk: CaseDesk) -> None:
    assert "No case is open." in desk.people["Ann"].page("/cases")
    opened(desk)
    page = desk.people["Ann"].page("/cases")
    assert CASE in page
    assert OPEN["title"] in page
    assert "reported" in page
    assert "No case fits this filter." in desk.people["Ann"].page("/cases?status=closed")


def test_a_form_that_is_refused_comes_back_with_its_words_and_the_fault(desk: CaseDesk) -> None:
    answer = desk.people["Ann"].post("/cases", **OPEN | {"began": "2031"})
    assert answer.status_code == 200
    assert OPEN["title"] in answer.text
    assert "2031 lies ahead" in answer.text
    assert desk.store.cases.every() == []
    opened(desk)
    answer = desk.enter("Ann", CASE, "said", **FACT | {"on": "soon"})
    assert answer.status_code == 200
    assert "three letters" in answer.text
    assert 'aria-invalid="true"' in answer.text
    answer = desk.enter("Ann", CASE, "answered", question="acess", answer="yes", rests_on="1")
    assert "Unknown question" in answer.text
    assert desk.store.cases.get(CASE).entries == 1


def test_a_form_that_is_sent_twice_states_its_thing_once(desk: CaseDesk) -> None:
    opened(desk)
    opened(desk)
    assert [one.number for one in desk.store.cases.every()] == [CASE]
    for _ in range(2):
        assert desk.enter("Ann", CASE, "said", **FACT).status_code == 303
    assert desk.store.cases.get(CASE).entries == 2
    for _ in range(2):
        law = {"answer.forged": "yes", "answer.coercive": "unknown", "rests_on": "2"}
        assert desk.people["Ann"].post(f"/case/{CASE}/answers-to-law", **law).status_code == 303
    assert desk.store.cases.get(CASE).entries == 4
    # Somebody else who says the same, or the same said again later, is another statement.
    desk.entered("Cyn", CASE, "said", **FACT)
    desk.clock.pass_time(minutes=2)
    desk.entered("Cyn", CASE, "said", **FACT)
    assert desk.store.cases.get(CASE).entries == 6
    assert desk.people["Ann"].post("/cases", **OPEN).headers["location"] == "/case/2026-0002"


@pytest.mark.parametrize("corrects", ["²", "-1", "1e3", "9" * 5_000, "2 ", "x"])
def test_a_correction_of_no_entry_is_refused_and_is_no_new_entry(
    desk: CaseDesk, corrects: str
) -> None:
    opened(desk)
    answer = desk.enter("Ann", CASE, "said", **FACT | {"corrects": corrects})
    assert answer.status_code == 404
    asked = desk.people["Ann"].get(f"/case/{CASE}/enter/said?corrects={quote(corrects)}")
    assert asked.status_code == 404
    assert desk.store.cases.get(CASE).entries == 1


def test_one_day_that_is_none_is_refused_and_the_watch_goes_on(desk: CaseDesk) -> None:
    opened(desk)
    work = {"kind": "round", "state": "planned", "parties": "FR, DE", "source": "the calendar"}
    for day in ("2026-99-99", "2026-02-31"):
        answer = desk.enter("Ann", CASE, "work", on=day, **work)
        assert f"{day!r} is no day".replace("'", "&#39;") in answer.text, day
    assert desk.enter("Ann", CASE, "work", on="2026-09-09", **work).status_code == 303
    task = {"what": "look again", "owner": "press", "due": "9999-12-31"}
    assert desk.enter("Ann", CASE, "task", **task).status_code == 303
    assert desk.people["Ann"].get("/escalation").status_code == 200
    assert verify_cases(desk.store, author_of(desk.store)) == 1


def test_a_case_goes_from_a_report_to_an_answer_that_two_people_signed(desk: CaseDesk) -> None:
    opened(desk)
    fact = desk.entered("Ann", CASE, "said", **FACT)
    desk.entered("Ann", CASE, "victim", kind="state", party="FR", what="the foreign ministry")
    desk.entered("Ann", CASE, "moved", to="triaged")
    law = desk.people["Dan"].page(f"/case/{CASE}/law")
    assert "does not say whether an act is unlawful" in law
    answer = desk.people["Dan"].post(
        f"/case/{CASE}/answers-to-law",
        **{"answer.forged": "yes", "answer.coercive": "disputed", "rests_on": str(fact)},
    )
    assert answer.status_code == 303
    told = desk.people["Dan"].page(f"/case/{CASE}/law")
    assert "budapest 7" in told
    assert "unverified" in told
    desk.entered("Ann", CASE, "moved", to="assessed")
    _weighed(desk, fact)
    proposal = _proposed(desk, fact)
    page = desk.people["Dan"].page(f"/case/{CASE}/attribution")
    assert "It waits for a second person." in page
    assert "An attribution in a case waits" in desk.people["Dan"].page("/notices")
    # Nobody agrees to what they proposed, nor does somebody without the role.
    own = desk.enter("Ann", CASE, "agreed", to=str(proposal), words="I agree with myself")
    assert own.status_code == 403
    press = desk.enter("Fay", CASE, "agreed", to=str(proposal), words="we say so in public")
    assert press.status_code == 403
    desk.entered("Dan", CASE, "agreed", to=str(proposal), words="the papers bear it out")
    force = attributed_in(_case(desk)).in_force
    assert force is not None
    assert force.number == proposal
    assert "attributed to a group of forgers by the ministry on 2026-03-01" in desk.people[
        "Ann"
    ].page(f"/case/{CASE}/attribution")
    desk.entered("Ann", CASE, "moved", to="attributed")
    chosen = desk.entered(
        "Eve", CASE, "chosen", answer="no-action", touches="no",
        why="the editors printed nothing, and an answer would make it known",
        rests_on=str(fact),
    )  # fmt: skip
    decision = desk.entered(
        "Eve", CASE, "decision", what="nothing is said for now", answers=str(chosen),
        considered="a public statement | | it would spread what nobody read",
        legal_basis="none is needed: nothing is done", touches_persons="no", review="2026-09-01",
    )  # fmt: skip
    (record,) = records_in(_case(desk))
    for who, role in (("Eve", "policy"), ("Dan", "legal")):
        desk.entered(who, CASE, "signed", to=str(decision), role=role, sha256=record.sha256)
    (record,) = records_in(_case(desk))
    assert record.is_complete
    page = desk.people["Eve"].page(f"/case/{CASE}/answers")
    assert "Signed by two people." in page
    _decision_on_paper(desk, decision, record.sha256)
    desk.entered("Ann", CASE, "moved", to="answered")
    closed = {"to": "closed", "outcome": "not pursued", "why": "nobody printed the letters"}
    desk.entered("Ann", CASE, "moved", **closed)
    assert desk.store.cases.get(CASE).status == "closed"
    assert _case(desk).of(Step) == ()


def test_a_page_says_which_answer_rests_on_what_was_taken_back(desk: CaseDesk) -> None:
    opened(desk)
    fact = desk.entered("Ann", CASE, "said", **FACT)
    desk.entered("Ann", CASE, "answered", question="forged", answer="yes", rests_on=str(fact))
    desk.entered("Ann", CASE, "circumstances", injured="own", rests_on=str(fact))
    said = "what it rests on was taken back, so it opens nothing any more"
    for page in ("law", "answers"):
        assert said not in desk.people["Ann"].page(f"/case/{CASE}/{page}")
    desk.entered("Ann", CASE, "withdrawn", what=str(fact), why="said of another letter")
    for page in ("law", "answers"):
        assert said in desk.people["Ann"].page(f"/case/{CASE}/{page}")


def test_a_decision_is_signed_in_a_role_that_one_has_at_the_desk(desk: CaseDesk) -> None:
    opened(desk)
    decision = desk.entered("Eve", CASE, "decision", what="nothing is said", touches_persons="no")
    (record,) = records_in(_case(desk))
    told = {"to": str(decision), "sha256": record.sha256}
    for role in ("minister of everything", "legal"):
        answer = desk.enter("Eve", CASE, "signed", role=role, **told)
        assert answer.status_code != 303
        assert "sign as what you are at the desk: policy" in answer.text.lower()
    desk.entered("Eve", CASE, "signed", role="policy", **told)


def _case(desk: CaseDesk) -> Case:
    scope = desk.home.library(desk.store, "command line").scope()
    return Docket(scope).case(CASE)


def _decision_on_paper(desk: CaseDesk, decision: int, digest: str) -> None:
    """Hold that the record leaves as a paper with what it says, its hands, label and hashes."""
    way = f"/case/{CASE}/decision/{decision}/paper/pdf"
    assert f'href="{way}"' in desk.people["Eve"].page(f"/case/{CASE}/answers")
    paper = desk.people["Eve"].get(way)
    assert paper.headers["content-type"] == "application/pdf"
    assert "decision-2026-0001" in paper.headers["content-disposition"]
    left = desk.store.audit.entries(verb="decision.export")[-1].event.detail
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(paper.content)).pages]
    for page in pages:
        assert "TLP:AMBER" in page
        assert left["contents"] in page.replace("\n", "").replace(" ", "")
    whole = re.sub(r"\s+", "", "".join(pages))
    for words in ("nothing is said for now", "it would spread what nobody read", "Eve", "Dan"):
        assert words.replace(" ", "") in whole, words
    assert digest in whole
    assert "notcomplete" not in whole
    for no_decision in ("1", "99", "x", "9" * 30):
        asked = desk.people["Eve"].get(f"/case/{CASE}/decision/{no_decision}/paper/pdf")
        assert asked.status_code == 404, no_decision


def _weighed(desk: CaseDesk, fact: int) -> None:
    desk.entered(
        "Ann", CASE, "hypothesis", key="forgers", kind="group",
        says="a group that forges letters for money", actor="a group of forgers",
    )  # fmt: skip
    fits = {f"fit.{key}": "-2" for key, _ in STANDING.values()} | {"fit.forgers": "1"}
    answer = desk.people["Ann"].post(
        f"/case/{CASE}/weigh", item=str(fact), why="the paper was bought last year", **fits
    )
    assert answer.status_code == 303
    page = desk.people["Ann"].page(f"/case/{CASE}/attribution")
    assert '<code dir="ltr">forgers</code>' in page
    assert "without one of these entries the answer is another" in page


def _proposed(desk: CaseDesk, fact: int) -> int:
    stated = {
        "actor": "a group of forgers", "likelihood": "likely", "confidence": "moderate",
        "rests_on": str(fact),
    }  # fmt: skip
    for layer in ("technical", "operational"):
        desk.entered(
            "Ann", CASE, "layer", layer=layer, basis="the paper and the stamps", gaps="the money",
            **stated,
        )  # fmt: skip
    return desk.entered(
        "Ann", CASE, "attributed", layer="operational", by="the ministry", on="2026-03-01", **stated
    )


def test_what_was_believed_on_a_day_is_a_page(desk: CaseDesk) -> None:
    opened(desk)
    desk.clock.pass_time(minutes=20)
    desk.entered("Ann", CASE, "said", **FACT)
    then = desk.people["Ann"].page(f"/case/{CASE}?as_of=2026-03-01T12:10:00Z")
    assert "This is what was on record at the end of 2026-03-01T12:10:00Z" in then
    assert "three letters" not in then
    assert "three letters" in desk.people["Ann"].page(f"/case/{CASE}")
    assert "was not open then" in desk.people["Ann"].page(f"/case/{CASE}?as_of=2026-01-01", 404)


def test_an_entry_is_corrected_and_both_stay(desk: CaseDesk) -> None:
    opened(desk)
    fact = desk.entered("Ann", CASE, "said", **FACT)
    form = desk.people["Ann"].page(f"/case/{CASE}/enter/said?corrects={fact}")
    assert "three letters" in form
    assert f"in the place of entry {fact}" in form
    desk.entered("Ann", CASE, "said", **FACT | {"says": "four letters"}, corrects=str(fact))
    entries = desk.people["Ann"].page(f"/case/{CASE}/entries")
    assert "three letters" in entries
    assert "does not hold" in entries
    assert f"corrects {fact}" in entries
    assert "three letters" not in desk.people["Ann"].page(f"/case/{CASE}")


def test_a_captured_file_is_chosen_in_the_form(desk: CaseDesk) -> None:
    opened(desk)
    room = Room(desk.home, desk.store, UNPROTECTED)
    case = desk.store.cases.get(CASE)
    given = Given(name="fax.txt", title="the fax", campaign=case.object_id)
    kept = room.take(room.prepare(b"a fax of two pages"), given, actor="command line")
    form = desk.people["Ann"].page(f"/case/{CASE}/enter/said")
    assert "the fax" in form
    file = f"{kept.evidence_id} {kept.sha256}"
    desk.entered("Ann", CASE, "said", **FACT | {"medium": "fax"}, files=[file])
    (path,) = (one for one in (desk.home.folder / "evidence").rglob(kept.sha256))
    path.unlink()
    answer = desk.enter("Ann", CASE, "said", **FACT, files=[file])
    assert answer.status_code == 409
    assert "the captured file is missing" in answer.text
    assert desk.store.cases.get(CASE).entries == 2


def test_who_may_not_know_a_case_is_told_of_none(desk: CaseDesk) -> None:
    scope = desk.home.library(desk.store, "command line").scope()
    filing = Filing(scope, desk.home.folder / "evidence", book_of(scope))
    filing.open(bodies(), tlp=Tlp.RED)
    person = desk.store.people.get("Fay").person_id
    held = Held(tlp=Tlp.AMBER, pap=Pap.RED)
    desk.store.clearances.set(person, held, actor="command line", reason="only so far")
    assert CASE not in desk.people["Fay"].page("/cases")
    for path in ("", "/law", "/attribution", "/answers", "/dossiers", "/entries", "/as/csv"):
        assert desk.people["Fay"].get(f"/case/{CASE}{path}").status_code in (403, 404), path
    assert CASE in desk.people["Ann"].page("/cases")


def test_the_list_asks_no_more_for_more_cases(desk: CaseDesk) -> None:
    scope = desk.home.library(desk.store, "command line").scope()
    filing = Filing(scope, desk.home.folder / "evidence", book_of(scope))
    counts = []
    for many in (3, 60):
        for _ in range(many):
            filing.open([OPENED])
        desk.people["Ann"].page("/cases")
        desk.asked.clear()
        desk.people["Ann"].page("/cases")
        counts.append(len(desk.asked))
    assert counts[0] == counts[1] <= 10, desk.asked


def test_a_dossier_is_looked_at_for_a_purpose_that_the_log_keeps(desk: CaseDesk) -> None:
    opened(desk)
    desk.dossier("Dan", CASE, "first")
    desk.entered("Dan", CASE, "identified", dossier="first", field="name", value="Petra Invented")
    for path in ("", "/entries", "/dossiers", "/as/csv", "/as/json", "/as/stix"):
        answer = desk.people["Dan"].get(f"/case/{CASE}{path}")
        assert "Petra" not in answer.text, path
    assert desk.people["Dan"].post(f"/case/{CASE}/dossier/first", purpose="x").status_code == 403
    shown = desk.people["Dan"].post(
        f"/case/{CASE}/dossier/first", purpose="to compare its sources with the file"
    )
    assert "Petra Invented" in shown.text
    look = desk.store.audit.entries(verb="dossier.look")[-1].event
    assert look.detail["purpose"] == "to compare its sources with the file"
    early = desk.people["Dan"].post(
        f"/case/{CASE}/dossier/first", purpose="to hand it to the council", kind="ftm"
    )
    assert early.status_code == 409
    assert "the dossier is not complete" in early.text


def test_a_whole_dossier_leaves_as_a_paper_that_says_all_of_it_under_its_label(
    desk: CaseDesk,
) -> None:
    opened(desk)
    first, rights = proposed_listings.facts(desk, CASE), proposed_listings.with_test(desk, CASE)
    choice = proposed_listings.chosen(desk, CASE, first)
    proposed_listings.signed(desk, CASE, choice, rights, "Dan", "Eve")
    proposed_listings.dossier(desk, CASE, first, rights, desk.clock().date())
    path, asked = f"/case/{CASE}/dossier/{dossiers.PERSON}", "to hand it to the council"
    shown = desk.people["Dan"].post(path, purpose=asked)
    assert '<option value="pdf">' in shown.text
    answer = desk.people["Dan"].post(path, purpose=asked, kind="pdf")
    assert answer.status_code == 200, answer.text[:2000]
    assert answer.headers["content-type"] == "application/pdf"
    assert "TLP-RED" in answer.headers["content-disposition"]
    left = desk.store.audit.entries(verb="dossier.export")[-1].event
    pages = [
        re.sub(r"\s+", " ", one.extract_text())
        for one in PdfReader(io.BytesIO(answer.content)).pages
    ]
    for page in pages:
        assert "TLP:RED" in page
        assert left.detail["contents"] in page.replace(" ", "")
    whole = re.sub(r"[\s\u00ad-]", "", "".join(pages))
    for part in (dossiers.LINK, dossiers.CONDUCT, "Report No. 4", STANDING_OF_IT):
        assert re.sub(r"[\s-]", "", part) in whole, part


def test_an_entry_is_found_by_its_words_and_leads_to_its_case(desk: CaseDesk) -> None:
    opened(desk)
    desk.entered("Ann", CASE, "said", **FACT)
    page = desk.people["Ann"].page("/search?q=editors")
    assert f'href="/case/{CASE}"' in page
    assert "<mark>editors</mark>" in page
    assert "TLP:AMBER" in page
    desk.entered("Dan", CASE, "genuine-speech", kind="criticism", why="a citizen says so in public")
    assert "Cases" in desk.people["Dan"].page("/search?q=citizen&kind=case")
    told = desk.people["Ann"].get("/search/as/json?q=editors").json()
    assert [row["kind"] for row in told["rows"]] == ["case"]


def test_the_watch_tells_what_it_cannot_tell_and_leads_to_a_call(desk: CaseDesk) -> None:
    assert "Nothing passed between two parties" in desk.people["Ann"].page("/escalation")
    opened(desk)
    desk.entered("Ann", CASE, "victim", kind="state", party="FR", what="the foreign ministry")
    claim = {"party": "SE", "by": "an editor", "on": "2026-02-21", "how": "x", "source": "y"}
    desk.entered("Ann", CASE, "claimed", **claim)
    page = desk.people["Ann"].page("/escalation")
    assert "cannot tell" in page
    assert "Hotline call" in page
    (row,) = desk.people["Ann"].get("/escalation/as/json").json()["rows"]
    assert (row["a"], row["b"], row["verdict"]) == ("FR", "SE", "cannot tell")
    assert desk.people["Ann"].page("/escalation?verdict=warns")
