"""Cases beside what they concern: opened from a campaign or a mission, listed with it, labelled."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from legation.app.registers import Registers
from legation.missions.invented import tables
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.cases import Wanted
from legation.store.clearances import Held
from worlds.many_campaigns import ListedDesk, Person, listed_desk

CASE = "2026-0001"
CAMPAIGN = "c-003"
TOLD = {"domain": "political", "began": "2026-02", "known": "2026-02-20"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ListedDesk]:
    with listed_desk(tmp_path, campaigns=5, state="XA") as opened:
        registers = Registers(opened.home.library(opened.store, "test").scope(), invented=True)
        every = tables(opened.clock().date())
        for name in ("missions", "channels", "talks"):
            registers.take(every[name], f"{name}.csv")
        yield opened


def marking(page: str) -> str:
    """Return what stands on top of a page."""
    found = re.search(r'<p class="marking[^"]*">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found[1]) if found else ""


def opened_about(ann: Person, about: str, **more: str) -> str:
    """Open a case by the form that a page leads to; return its number."""
    form = ann.page(f"/cases/new?about={about}")
    assert re.search(r'name="about" value="[^"]+"', form)
    answer = ann.post("/cases", about=about, **TOLD | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/case/")


def test_a_case_is_opened_from_a_campaign_and_stands_beside_it(desk: ListedDesk) -> None:
    ann = desk.person("Ann", "analyst")
    page = ann.page(f"/campaign/{CAMPAIGN}")
    assert "No case is about it." in page
    (way,) = re.findall(r'href="(/cases/new\?about=[^"]+)"', page)
    form = ann.page(way.replace("%3A", ":"))
    # What is known of the finding stands in the form; whoever opens the case writes over it.
    assert "group 3" in form
    assert re.search(r'<option value="T1" selected', form)
    number = opened_about(ann, way.partition("=")[2], title="Posts on the harbour", type="T1")
    assert f'href="/case/{number}"' in ann.page(f"/campaign/{CAMPAIGN}")
    # Today leads to the open ones, without asking for them.
    assert 'href="/cases?open=yes&amp;order=due"' in ann.page("/")
    assert number in ann.page("/cases?open=yes&order=due")
    (row,) = desk.store.cases.every()
    assert row.subjects[0].startswith("campaign--")
    case = ann.page(f"/case/{number}")
    assert f'href="/campaign/{CAMPAIGN}"' in case
    assert number in ann.page(f"/cases?about={row.subjects[0]}")
    assert "No case fits this filter." in ann.page("/cases?about=mission:paris")
    # The other campaigns have none.
    assert "No case is about it." in ann.page("/campaign/c-002")


def test_a_case_is_opened_about_a_mission_and_about_talks(desk: ListedDesk) -> None:
    ann = desk.person("Ann", "analyst")
    assert "No case concerns this mission." in ann.page("/mission/paris")
    number = opened_about(ann, "mission:paris", title="Letters", type="T4")
    assert f'href="/case/{number}"' in ann.page("/mission/paris")
    assert 'href="/mission/paris"' in ann.page(f"/case/{number}")
    form = ann.page("/cases/new?about=talks:grain-round-3")
    assert 'value="grain-round-3"' in form
    answer = ann.post(
        "/cases", about="talks:grain-round-3", title="Forged seats", type="T4", serves="talks",
        object="grain-round-3", **TOLD,
    )  # fmt: skip
    assert answer.status_code == 303
    assert [one.title for one in desk.store.cases.find(Wanted(about="talks:grain-round-3"))[0]] == [
        "Forged seats"
    ]


def test_a_link_may_name_a_campaign_as_its_page_does_and_a_case_by_its_number(
    desk: ListedDesk,
) -> None:
    ann = desk.person("Ann", "analyst")
    for title in ("First", "Second"):
        assert ann.post("/cases", title=title, type="T1", **TOLD).status_code == 303
    assert ann.post(f"/case/{CASE}/enter/link", to="2026-0002").status_code == 303
    page = ann.page(f"/case/{CASE}")
    assert "Second" in page
    refused = ann.post(f"/case/{CASE}/enter/link", to="2026-0009")
    assert "There is no 2026-0009" in refused.text
    refused = ann.post(f"/case/{CASE}/enter/link", to="c-aaaaaaaa")
    assert "c-aaaaaaaa" in refused.text
    assert desk.store.cases.get(CASE).entries == 2
    # A link that is taken back leads nowhere any more.
    other = desk.store.cases.get("2026-0002").object_id
    assert [one.number for one in desk.store.cases.find(Wanted(about=other))[0]] == [CASE]
    answer = ann.post(f"/case/{CASE}/enter/withdrawn", what="2", why="the wrong case")
    assert answer.status_code == 303
    assert desk.store.cases.find(Wanted(about=other))[0] == []


def test_every_page_of_cases_bears_the_label_of_what_it_shows(desk: ListedDesk) -> None:
    ann = desk.person("Ann", "analyst")
    number = opened_about(ann, "mission:paris", title="Letters", type="T4")
    shown = ("", "/entries", "/law", "/attribution", "/answers", "/dossiers", "/playbooks")
    for path in ("/cases", *(f"/case/{number}{end}" for end in shown)):
        assert marking(ann.page(path)) == "Classification: TLP:AMBER", path
    desk.store.labels.set(
        desk.store.cases.get(number).first_id, Label(tlp=Tlp.RED), actor="a", reason="a source"
    )
    for path in ("/cases", f"/case/{number}", "/mission/paris"):
        assert "TLP:RED" in marking(ann.page(path)), path


def test_whoever_may_not_know_a_case_or_its_subject_is_not_told_of_either(
    desk: ListedDesk,
) -> None:
    ann, bea = desk.person("Ann", "analyst"), desk.person("Bea", "analyst")
    number = opened_about(ann, CAMPAIGN, title="Posts on the harbour", type="T1")
    (row,) = desk.store.cases.every()
    held = Held(tlp=Tlp.RED, pap=Pap.RED, compartments=())
    desk.store.clearances.set(
        desk.store.people.get("Bea").person_id, held, actor="command line", reason="not in on it"
    )
    closed = Label(tlp=Tlp.AMBER, compartments=("talks",))
    # First the case alone is closed to her: nothing beside the campaign tells that there is one.
    desk.store.labels.set(row.first_id, closed, actor="a", reason="the few")
    for path in ("/", "/cases", f"/campaign/{CAMPAIGN}", f"/cases?about={row.subjects[0]}"):
        assert number not in bea.page(path), path
        assert "talks" not in marking(bea.page(path))
    # Then the campaign too: she is told no more of it than of one that does not exist.
    desk.store.labels.set(row.subjects[0], closed, actor="a", reason="the few")
    nothing = row.subjects[0][:-4] + "0000"
    asked = [bea.get(f"/cases?about={one}") for one in (row.subjects[0], nothing)]
    assert [one.status_code for one in asked] == [404, 404]
    mains = [one.text.partition("<main")[2].partition("</main>")[0] for one in asked]
    told = [
        one.replace(about, "X")
        for one, about in zip(mains, (row.subjects[0], nothing), strict=True)
    ]
    assert told[0]
    assert told[0] == told[1]
    assert bea.get(f"/cases/new?about={row.subjects[0]}").status_code == 404


def test_a_search_tells_which_entries_were_taken_back(desk: ListedDesk) -> None:
    ann = desk.person("Ann", "analyst")
    assert ann.post("/cases", title="Letters", type="T4", **TOLD).status_code == 303
    said = {"says": "the quince seal was forged", "on": "2026-02-19", "source": "the press"}
    assert ann.post(f"/case/{CASE}/enter/said", **said).status_code == 303
    assert "quince" in ann.page("/search?q=quince")
    assert "taken back or corrected" not in ann.page("/search?q=quince")
    answer = ann.post(f"/case/{CASE}/enter/withdrawn", what="2", why="it was another seal")
    assert answer.status_code == 303
    assert "taken back or corrected" in ann.page("/search?q=quince")
