"""The document of an answer is drafted from the desk: entered once, handed out under its label."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.cases.docket import Docket
from legation.safeguards.cases.responses.answering.steps import Step
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


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseDesk]:
    with case_desk(tmp_path, state="FR") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        opened.entered("Ann", CASE, "said", **FACT)
        opened.entered("Ann", CASE, "moved", to="triaged")
        opened.entered("Eve", CASE, "chosen", answer="clarification-request", against="XB",
                       touches="no", why="they may know more", rests_on="2",
                       deadline="2026-04-01")  # fmt: skip
        yield opened


def steps(desk: CaseDesk) -> list[Step]:
    scope = desk.home.library(desk.store, "command line").scope()
    return [body for _, body in Docket(scope).case(CASE).of(Step)]


def files_in(packed: bytes) -> dict[str, str]:
    """Return the files of an archive, by their names."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_document_is_drafted_once_and_handed_out_each_time(desk: CaseDesk) -> None:
    path = f"/case/{CASE}/draft/4"
    page = desk.people["Eve"].page(f"/case/{CASE}/answers")
    assert "Draft the document" in page
    assert f'action="{path}"' in page
    first, second = (desk.people["Eve"].post(path) for _ in range(2))
    assert first.status_code == 200, first.text
    assert files_in(first.content) == files_in(second.content)
    letter, cover = files_in(first.content).values()
    # The receiver reads nothing of how the desk marks its case; who drafts it does.
    assert "TLP" not in letter
    assert "TLP:AMBER" in cover
    assert all("TLP-AMBER" in name for name in files_in(first.content))
    assert "TLP-AMBER" in first.headers["content-disposition"]
    assert [one.what for one in steps(desk)] == ["prepared"]
    subject = desk.store.cases.get(CASE).object_id
    # The letter, and its cover note on a channel that nobody drains.
    assert len(desk.store.outbox.pending(subject=subject)) == 2
    assert len(desk.store.audit.entries(verb="draft.export")) == 4
    assert "prepared" in desk.people["Eve"].page(f"/case/{CASE}/answers")


def test_what_is_no_choice_gives_no_document(desk: CaseDesk) -> None:
    answer = desk.people["Eve"].post(f"/case/{CASE}/draft/2")
    assert answer.status_code in (400, 422)
    assert "is no choice of an answer" in answer.text
    assert steps(desk) == []
    assert desk.store.audit.entries(verb="draft.export") == []
