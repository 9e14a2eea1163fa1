"""Lists of the desk: order, filters, acts on many rows with undo, files, and few questions."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import event

from legation.app.access.entering import Entrance
from legation.app.acting import Acting
from legation.app.labelling import Wanted
from legation.app.listing import Query
from legation.cli.doors import Doors
from legation.cli.program import run
from legation.desk.stored import StoredReading
from legation.rights.roles import Role
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from worlds.many_campaigns import ListedDesk, Person, listed_desk

HERE = "/watch/campaigns"
ORDERS = ("grade", "newest", "accounts", "ties", "name", "chance")
LISTS = (HERE, "/jobs", "/imports", "/filters", "/acts", "/search?q=group", "/", f"{HERE}.json")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ListedDesk]:
    """A desk whose campaigns no test changes."""
    with listed_desk(tmp_path_factory.mktemp("lists")) as opened:
        yield opened


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ListedDesk]:
    """A desk of the test's own, of four campaigns."""
    with listed_desk(tmp_path, 4) as opened:
        yield opened


@pytest.fixture(scope="module")
def ana(desk: ListedDesk) -> Person:
    return desk.person("Ana", "analyst")


def ids(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/campaign/(c-\d+)"', page)


def following(page: str) -> str | None:
    found = re.search(r'href="([^"]+)">Next page', page)
    return found[1].replace("&amp;", "&") if found else None


def all_ids(person: Person, path: str) -> list[str]:
    seen: list[str] = []
    onward: str | None = path
    while onward:
        page = person.page(onward)
        seen += ids(page)
        onward = following(page)
    return seen


@pytest.mark.parametrize("order", ORDERS)
def test_each_column_orders_the_list_and_its_other_way_is_the_reverse(
    order: str, ana: Person
) -> None:
    forth = all_ids(ana, f"{HERE}?order={order}")
    back = all_ids(ana, f"{HERE}?order=-{order}")
    assert len(forth) == len(set(forth)) == 60
    assert back == forth[::-1]
    page = ana.page(f"{HERE}?order={order}&grade=high")
    (sorted_by,) = re.findall(r'aria-sort="(\w+)"><a class="sort" href="([^"]+)"', page)
    assert sorted_by[0] == ("ascending" if order in ("name", "chance") else "descending")
    assert f"order=-{order}" in sorted_by[1]
    assert "grade=high" in sorted_by[1]


def test_the_command_line_lists_in_the_order_of_the_desk(
    desk: ListedDesk, ana: Person, capsys: pytest.CaptureFixture[str], doors: Any
) -> None:
    for order in ("grade", "-name", "ties"):
        told = run(
            ["campaign", "list", f"--order={order}", "--json", "--home", str(desk.home.folder)],
            doors,
        )
        assert told == 0
        said = json.loads(capsys.readouterr().out)["campaigns"]
        assert [one["campaign_id"] for one in said] == all_ids(ana, f"{HERE}?order={order}")


@pytest.fixture
def doors(desk: ListedDesk) -> Any:
    def never(*_: Any) -> Any:
        raise AssertionError

    return Doors(
        now=desk.clock, open_desk=never, ask_secret=never, write_paper=never, write_sheet=never
    )


def test_words_are_folded_as_in_a_search(ana: Person) -> None:
    assert len(all_ids(ana, f"{HERE}?words=大使")) == 60
    assert len(all_ids(ana, f"{HERE}?words=السفارة")) == 60
    assert all_ids(ana, f"{HERE}?words=HARBOUR17") == ["c-017"]
    assert all_ids(ana, f"{HERE}?words=harbour17+harbour18") == []


def test_files_hold_exactly_what_the_filter_finds_in_its_order(ana: Person) -> None:
    asked = "grade=moderate&order=-accounts"
    shown = all_ids(ana, f"{HERE}?{asked}")
    rows = list(csv.DictReader(io.StringIO(ana.get(f"{HERE}/as/csv?{asked}").text)))
    assert [row["campaign_id"] for row in rows] == shown
    told = ana.get(f"{HERE}/as/json?{asked}").json()["rows"]
    assert [row["campaign_id"] for row in told] == shown
    bundle = ana.get(f"{HERE}/as/stix?{asked}").json()
    assert sum(one["type"] == "campaign" for one in bundle["objects"]) == len(shown) == 20


@pytest.mark.parametrize(
    "path", ["/jobs", "/imports", "/filters", "/acts", "/search?q=group", HERE]
)
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_every_list_leaves_as_a_file_that_the_trail_knows(
    path: str, kind: str, desk: ListedDesk, ana: Person
) -> None:
    place, _, asked = path.partition("?")
    before = desk.store.audit.head().seq
    answer = ana.get(f"{place}/as/{kind}?{asked}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    entries = desk.store.audit.entries(after=before, limit=1_000)
    assert {entry.event.verb for entry in entries} <= {"page.export", "campaign.export"}
    assert entries


def test_people_and_log_leave_as_files_too(desk: ListedDesk) -> None:
    officer = desk.person("Olu", "security officer")
    administrator = desk.person("Adm", "administrator")
    rows = administrator.get("/people/as/json?words=olu").json()["rows"]
    assert [row["name"] for row in rows] == ["Olu"]
    assert "person.add" in officer.get("/log/as/csv").text


def test_a_filter_that_is_misspelt_is_refused_on_every_list(ana: Person) -> None:
    for path in (HERE, "/jobs", "/imports", "/filters", "/acts", "/search"):
        ana.page(f"{path}?colour=red", 400)
        if path != "/search":
            ana.page(f"{path}?order=colour", 400)
            ana.page(f"{path}?after=nowhere", 404)
    ana.page("/search?q=group&kind=campaign&after=nowhere", 404)
    ana.page("/search?q=group&kind=colour", 400)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "of each the 5,000 texts, links and hashtags that most of its posts share"),
        ("?q=group", "each up to its first 2,000 characters"),
        ("?q=nothing-holds-this", "the newest 10,000 imports, as far as you may know them"),
    ],
)
def test_the_search_says_how_far_it_goes(ana: Person, asked: str, said: str) -> None:
    assert said in ana.page(f"/search{asked}")


def test_jobs_and_imports_are_narrowed_and_put_in_order(desk: ListedDesk, ana: Person) -> None:
    for number in range(3):
        desk.store.jobs.add("watch", f"Look {number}", {}, actor=_id_of(ana, desk), place="")
    page = ana.page("/jobs?words=look&order=job")
    assert re.findall(r"Look \d", page.partition("<tbody>")[2])[:1] == ["Look 0"]
    assert 'aria-sort="ascending"' in page
    assert "No job fits this filter" in ana.page("/jobs?state=failed")
    assert "No import fits" in ana.page("/imports?state=failed")


def _id_of(person: Person, desk: ListedDesk) -> str:
    return Entrance(desk.store, desk.clock).guest(person.secret).person_id


class Counter:
    """Counts what is asked of the database."""

    def __init__(self, desk: ListedDesk) -> None:
        self.asked: list[str] = []
        event.listen(desk.store._database.engine, "before_cursor_execute", self._sql)

    def _sql(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement not in ("BEGIN", "BEGIN IMMEDIATE"):
            self.asked.append(statement)


@pytest.mark.parametrize("path", [*LISTS, "/people", "/log", "/create", "/settings", "/words"])
def test_every_list_asks_at_most_ten_questions_behind_the_gate(
    path: str, desk: ListedDesk, ana: Person
) -> None:
    who = {"/people": "administrator", "/log": "security officer"}.get(path)
    person = desk.person(f"Reader of {path}", who) if who else ana  # type: ignore[arg-type]  # a role
    for _ in range(2):  # what a visit writes makes the gate ask anew who is there
        person.page(path)
    counter = Counter(desk)
    person.page(path)
    assert len(counter.asked) <= 10, [each[:60] for each in counter.asked]


def test_old_addresses_lead_to_the_list_with_their_filter(ana: Person) -> None:
    for old, new in (
        ("/campaigns?grade=high&words=a%26b", f"{HERE}?grade=high&words=a%26b"),
        ("/campaigns/as/csv?grade=low", f"{HERE}/as/csv?grade=low"),
        ("/campaigns/paper/pdf", f"{HERE}/paper/pdf"),
        ("/campaigns/as/a-b", f"{HERE}/as/unknown"),
    ):
        answer = ana.get(old)
        assert answer.status_code == 301
        assert unquote(answer.headers["location"]) == unquote(new)


# Saved filters.


def test_a_filter_is_saved_opened_shared_renamed_and_removed(own: ListedDesk) -> None:
    ana, pol = own.person("Ana", "analyst"), own.person("Pol", "policy")
    made = ana.post(
        "/filters", list="campaigns", asked="grade=high&order=-name", name="What matters"
    )
    assert made.headers["location"] == f"{HERE}?grade=high&order=-name"
    assert "What matters" in ana.page(HERE)
    assert "What matters" not in pol.page(HERE)
    (filter_id,) = set(re.findall(r"/filters/(f-\w+)/", ana.page("/filters")))
    ana.post(f"/filters/{filter_id}/share", shared_with="policy")
    assert "What matters" in pol.page(HERE)
    assert pol.post(f"/filters/{filter_id}/rename", name="Mine").status_code == 403
    assert pol.post(f"/filters/{filter_id}/remove").status_code == 403
    ana.post(f"/filters/{filter_id}/rename", name="Read these")
    assert "Read these" in pol.page("/filters")
    ana.post(f"/filters/{filter_id}/remove")
    assert "Read these" not in pol.page("/filters")
    verbs = [entry.event.verb for entry in own.store.audit.entries(subject=filter_id)]
    assert verbs == ["filter.save", "filter.share", "filter.rename", "filter.remove"]
    assert "matters" not in str(own.store.audit.entries(subject=filter_id))


def test_nobody_puts_rows_into_a_compartment_that_they_do_not_hold(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    answers = [
        ana.post(f"{HERE}/label", row=["c-000"], asked="", compartment=name)
        for name in ("talks", "nothere")
    ]
    pages = [ana.page(one.headers["location"]) if one.is_redirect else one.text for one in answers]
    assert ["asks for more than you hold" in page for page in pages] == [True, True]
    assert [page.count("talks") for page in pages] == [page.count("nothere") for page in pages]
    assert "c-000" in listed(ana)


def test_a_shared_filter_shares_its_question_and_never_its_answer(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    ana.post("/filters", list="campaigns", asked="", name="Everything", shared_with="all")
    _label(own, "c-000", Label(tlp=Tlp.AMBER, compartments=("talks",)))
    pol = own.person("Pol", "policy")
    place = re.search(r'<a href="([^"]+)"><bdi>Everything', pol.page(HERE))
    assert place
    assert "c-000" not in pol.page(place[1])


def test_a_filter_under_a_label_that_its_saver_does_not_meet_is_refused_whole(
    own: ListedDesk,
) -> None:
    ana = own.person("Ana", "analyst")
    before = own.store.audit.head()
    answer = ana.post("/filters", list="campaigns", name="x", compartment="talks")
    assert answer.status_code == 403
    assert "asks for more than you hold" in answer.text
    (noted,) = own.store.audit.entries(after=before.seq)
    assert (noted.event.verb, noted.event.detail["of"]) == ("route.deny", "object")
    for name, of in (("", "campaigns"), ("x" * 81, "campaigns"), ("x", "nowhere")):
        assert ana.post("/filters", list=of, name=name).status_code == 400


def test_who_may_not_share_saves_for_themselves_only(own: ListedDesk) -> None:
    press = own.person("Pia", "press")
    assert press.post("/filters", list="campaigns", name="x", shared_with="all").status_code == 403
    assert press.post("/filters", list="campaigns", name="x").status_code == 303


# Acts on many rows.


def _label(desk: ListedDesk, campaign_id: str, label: Label) -> str:
    object_id = desk.home.library(desk.store, "test").object_id(campaign_id)
    desk.store.labels.set(object_id, label, actor="test", reason="a test")
    return object_id


def _acted(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 200, answer.text
    found = re.search(r"/acts/(\w+)/undo", answer.text)
    return answer.text, found[1] if found else ""


def test_where_all_campaigns_are_set_aside_the_first_page_says_so(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    every = ids(ana.page(HERE))
    ana.post(f"{HERE}/mark", row=every, mark="aside", reason="fan clubs")
    page = ana.page("/")
    assert f"{len(every)} campaigns are set aside and not listed." in page
    assert f"{len(every)} campaigns found" in page
    assert "No group of accounts that you may know of" not in page


def test_campaigns_are_set_aside_leave_list_and_first_page_and_come_back(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    fields = {"row": ["c-000", "c-003"], "mark": "aside"}
    refused = ana.post(f"{HERE}/mark", **fields)
    assert refused.status_code == 400
    form = refused.text.partition('action="/watch/campaigns/mark"')[2]
    assert "No reason is given to set these aside." in form
    assert sorted(re.findall(r'value="(c-\d+)" checked', form)) == fields["row"]
    assert '<option value="aside" selected>' in form
    none = ana.post(f"{HERE}/mark", mark="aside", reason="fan <clubs>")
    assert none.status_code == 400
    assert "No row is chosen." in none.text.partition('role="alert"')[2]
    assert 'value="fan &lt;clubs&gt;"' in none.text
    page, act = _acted(ana.post(f"{HERE}/mark", **fields, reason="fan clubs"))
    assert "Rows changed: 2" in page
    assert sorted(ids(ana.page(HERE))) == ["c-001", "c-002"]
    assert "2 campaigns are set aside" in ana.page(HERE)
    assert "c-000" not in ana.page("/")
    assert "2 campaigns are set aside and not listed." in ana.page("/")
    assert 'href="/watch/campaigns?mark=aside"' in ana.page("/")
    assert sorted(ids(ana.page(f"{HERE}?mark=aside"))) == ["c-000", "c-003"]
    own.clock.pass_time(minutes=9)
    assert "Undo" in ana.page(HERE)
    assert "Rows changed: 2" in ana.post(f"/acts/{act}/undo").text
    assert len(ids(ana.page(HERE))) == 4
    assert "set aside" not in ana.page("/")
    assert "undone" in ana.page("/acts")
    assert ana.post(f"/acts/{act}/undo").status_code == 409
    object_id = own.home.library(own.store, "test").object_id("c-000")
    assert [one.mark for one in own.store.bulk.history(object_id)] == ["aside", "open"]
    verbs = {entry.event.verb for entry in own.store.audit.entries(limit=1_000)}
    assert {"bulk.mark", "object.mark", "bulk.undo"} <= verbs


def test_all_that_match_are_meant_not_those_of_the_page(tmp_path: Path) -> None:
    with listed_desk(tmp_path, 60) as large:
        ana = large.person("Ana", "analyst")
        answer = ana.post(f"{HERE}/mark", all="1", asked="grade=high", mark="seen")
        assert "Rows changed: 20" in answer.text
        assert len(all_ids(ana, f"{HERE}?mark=seen")) == 20


def test_what_is_refused_for_a_row_is_listed_and_the_others_are_done(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    ana.post(f"{HERE}/mark", row=["c-001"], mark="seen")
    page, _ = _acted(ana.post(f"{HERE}/mark", row=["c-001", "c-002", "c-999"], mark="seen"))
    assert "Rows changed: 1" in page
    assert "Left as before, for the reason beside each: 2" in page
    assert "This is seen already" in page
    assert "There is no such row" in page


def test_a_fault_in_the_middle_leaves_every_row_as_it_was(own: ListedDesk) -> None:
    rows = {_label(own, f"c-00{n}", Label(tlp=Tlp.GREEN)): str(n) for n in range(3)}
    before = own.store.audit.head()
    acting = Acting(own.home.library(own.store, "test").scope(), "p-1")
    with pytest.raises(OSError, match="full"):
        acting.relabel(_Breaking(rows), Wanted(tlp=Tlp.RED))
    assert own.store.audit.head() == before
    assert {label.tlp for label in own.store.labels.in_force(rows).values()} == {Tlp.GREEN}


class _Breaking(dict[str, str]):
    """Rows whose last one cannot be read, as when a disk fails."""

    def items(self) -> Any:
        yield from list(super().items())[:-1]
        raise OSError("the disk is full")


def test_labels_become_stricter_for_many_and_undoing_restores_them(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    page, act = _acted(ana.post(f"{HERE}/label", row=["c-000", "c-001"], tlp="red"))
    assert "Rows changed: 2" in page
    library = own.home.library(own.store, "test")
    objects = [library.object_id(each) for each in ("c-000", "c-001")]
    assert {one.tlp for one in own.store.labels.in_force(objects).values()} == {Tlp.RED}
    _label(own, "c-001", Label(tlp=Tlp.RED, releasable_to=("AL",), restricted=True))
    page = ana.post(f"/acts/{act}/undo").text
    assert "Rows changed: 1" in page
    # Of what she may not know any more, nothing is told to her either.
    assert "Left as before, for the reason beside each: 1" in page
    assert "The label has changed again since" not in page
    now = own.store.labels.in_force(objects)
    assert [now[each].tlp for each in objects] == [Tlp.AMBER, Tlp.RED]
    assert own.store.labels.history(objects[0])[-1].reason.startswith("undone")


def test_an_undo_never_goes_against_what_an_officer_decided_in_between(own: ListedDesk) -> None:
    ana, officer = own.person("Ana", "analyst"), own.person("Olga", "security officer")
    _, act = _acted(ana.post(f"{HERE}/label", row=["c-000"], tlp="red"))
    for tlp, reason in (("green", "partners must be told"), ("red", "")):
        fields = {"row": ["c-000"], "tlp": tlp, "reason": reason}
        assert "Rows changed: 1" in officer.post(f"{HERE}/label", **fields).text
    assert "The label has changed again since" in ana.post(f"/acts/{act}/undo").text
    object_id = own.home.library(own.store, "test").object_id("c-000")
    assert own.store.labels.in_force([object_id])[object_id].tlp == Tlp.RED


def test_a_mark_that_somebody_else_set_again_is_not_undone(own: ListedDesk) -> None:
    ana, omar = own.person("Ana", "analyst"), own.person("Omar", "analyst")
    _, act = _acted(ana.post(f"{HERE}/mark", row=["c-000"], mark="seen"))
    for mark in ("open", "seen"):
        assert "Rows changed: 1" in omar.post(f"{HERE}/mark", row=["c-000"], mark=mark).text
    assert "The mark has changed again since" in ana.post(f"/acts/{act}/undo").text


def test_who_may_no_longer_know_an_object_undoes_nothing_of_it(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    _, act = _acted(ana.post(f"{HERE}/label", row=["c-000"], tlp="red"))
    held = Held(tlp=Tlp.GREEN, pap=Pap.RED)
    own.store.clearances.set(
        own.store.people.get("Ana").person_id, held, actor="Olga", reason="left the team"
    )
    ana.post(f"/acts/{act}/undo")
    object_id = own.home.library(own.store, "test").object_id("c-000")
    assert own.store.labels.in_force([object_id])[object_id].tlp == Tlp.RED


def test_a_wider_label_needs_a_reason_and_the_right(tmp_path: Path) -> None:
    cases: tuple[tuple[tuple[Role, ...], str, str], ...] = (
        (("analyst",), "partners must be told", "policies do not permit label.widen"),
        (("security officer",), "", "no reason is given"),
        (("security officer",), "partners must be told", "Rows changed: 1"),
    )
    for roles, reason, told in cases:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        with listed_desk(folder, 2) as opened:
            person = opened.person("Somebody", *roles)
            answer = person.post(f"{HERE}/label", row=["c-000"], tlp="green", reason=reason)
            assert told in answer.text.replace("&#39;", "'"), answer.text


def test_an_act_is_undone_by_whoever_did_it_and_for_ten_minutes(own: ListedDesk) -> None:
    ana, ben = own.person("Ana", "analyst"), own.person("Ben", "analyst")
    _, act = _acted(ana.post(f"{HERE}/label", row=["c-000"], tlp="red"))
    assert ben.post(f"/acts/{act}/undo").status_code == 404
    own.clock.pass_time(minutes=10)
    assert "ten minutes in which" in ana.post(f"/acts/{act}/undo").text
    assert "/undo" not in ana.page("/acts")
    assert "/undo" not in ana.page(HERE)


def test_chosen_campaigns_leave_as_one_bundle(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    bundle = ana.post(f"{HERE}/export", row=["c-000", "c-002"], kind="stix").json()
    assert sum(one["type"] == "campaign" for one in bundle["objects"]) == 2
    assert ana.post(f"{HERE}/export", row=["c-000", "c-999"], kind="csv").status_code == 404
    assert ana.post(f"{HERE}/export", kind="csv").status_code == 400
    press = own.person("Pia", "press")
    assert press.post(f"{HERE}/export", row=["c-000"], kind="csv").status_code == 403


def test_waiting_jobs_are_cancelled_together(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    mine = _id_of(ana, own)
    jobs = [own.store.jobs.add("watch", f"Look {n}", {}, actor=mine, place="x") for n in range(2)]
    other = own.store.jobs.add("watch", "Not hers", {}, actor="p-9", place="x")
    rows = [one.job_id for one in (*jobs, other)]
    page = ana.post("/jobs/cancel", row=rows).text
    assert "Rows changed: 2" in page
    assert "reason beside each: 1" in page
    states = [own.store.jobs.get(each).state for each in rows]
    assert states == ["cancelled", "cancelled", "waiting"]


# A page of the list for programs.


def listed(person: Person) -> list[str]:
    return [row["campaign_id"] for row in json.loads(person.page(f"{HERE}.json"))["rows"]]


def test_the_list_as_json_says_what_the_page_shows(desk: ListedDesk, ana: Person) -> None:
    told = json.loads(ana.page(f"{HERE}.json?grade=high&order=-name"))
    reading = StoredReading(desk.home.library(desk.store, "test"))
    page = reading.campaigns(Query(grade="high", order="-name"), after=None, limit=100)
    assert told["total"] == page.total == 20
    assert [row["campaign_id"] for row in told["rows"]] == [one.campaign_id for one in page.lines]
    assert told["caveat"]


def test_what_is_written_is_seen_by_the_next_request(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    assert len(listed(ana)) == 4
    counter = Counter(own)
    assert len(listed(ana)) == 4
    assert counter.asked == []  # it was kept: nothing was asked
    object_id = _label(own, "c-000", Label(tlp=Tlp.AMBER, compartments=("talks",)))
    assert "c-000" not in listed(ana)
    with own.home.store() as other:  # another program, as the command line is
        other.labels.set(object_id, Label(tlp=Tlp.AMBER), actor="test", reason="a test")
    assert "c-000" in listed(ana)
    ana.post(f"{HERE}/mark", row=["c-001"], mark="aside", reason="fans")
    assert "c-001" not in listed(ana)


def test_a_kept_list_is_no_way_in(own: ListedDesk) -> None:
    ana = own.person("Ana", "analyst")
    assert len(listed(ana)) == 4
    with own.home.store() as other:
        other.people.disable(_id_of(ana, own))
    assert ana.get(f"{HERE}.json").status_code == 401
    ben = own.person("Ben", "analyst")
    assert len(listed(ben)) == 4
    own.clock.pass_time(minutes=31)
    assert ben.get(f"{HERE}.json").status_code == 401
    assert own.person("Adm", "administrator").get(f"{HERE}.json").status_code == 403


def test_looks_above_amber_are_in_the_trail_and_their_list_is_not_kept(own: ListedDesk) -> None:
    _label(own, "c-000", Label(tlp=Tlp.RED))
    ana = own.person("Ana", "analyst")
    for _ in range(3):
        assert len(listed(ana)) == 4
        own.clock.pass_time(minutes=2)
    looks = own.store.audit.entries(verb="campaign.list", limit=100)
    assert len(looks) == 3


# The first page.


def test_the_first_page_says_why_each_campaign_stands_there_and_what_is_new(
    own: ListedDesk,
) -> None:
    ana = own.person("Ana", "analyst")
    page = ana.page("/")
    for title in ("Threats", "Safeguards", "Balance"):
        assert f">{title}</h2>" in page
    assert "words that set their posts" in page
    assert "Here because of its confidence" in page
    assert "Cannot tell yet." in page
    assert "since your last visit" not in page
    for _ in range(2):
        own.clock.pass_time(minutes=29)  # a session of its own ends after thirty
        ana.page("/words")
    again = ana.page("/")
    assert "since your last visit" in again
    assert '<span class="note">new</span>' not in again
    own.store.jobs.add("watch", "Look", {}, actor=_id_of(ana, own), place="x")
    assert "Jobs that wait or run:" in ana.page("/")


def test_rooms_that_are_not_built_are_not_shown(ana: Person) -> None:
    page = ana.page("/")
    shown = re.findall(r'<nav aria-label="Desk">.*?</nav>', page, re.DOTALL)[0]
    assert re.findall(r">([A-Z]\w+)</a>", shown) == [
        "Today",
        "Watch",
        "Balance",
        "Cases",
        "Sharing",
        "Statements",
        "Settings",
    ]
    assert 'id="search"' in page
    assert 'href="/create"' in page


def test_what_can_be_made_follows_from_the_role(desk: ListedDesk, ana: Person) -> None:
    assert "Import a file of posts" in ana.page("/create")
    press = desk.person("Pia", "press")
    assert "Import a file of posts" not in press.page("/create")
    auditor = desk.person("Aud", "auditor")
    assert "Your role creates nothing" in auditor.page("/create")
    assert 'href="/log"' in auditor.page("/settings")
    assert 'href="/people"' not in auditor.page("/settings")


@pytest.mark.parametrize("tlp", ["zz", "red\0", "amber strict"])
def test_a_filter_under_no_known_level_is_refused(tlp: str, ana: Person) -> None:
    answer = ana.post("/filters", list="campaigns", name="n", asked="", tlp=tlp)
    assert answer.status_code == 400
