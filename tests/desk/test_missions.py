"""The rooms Balance and Missions: bars with their intervals, opened down to objects."""

import csv
import dataclasses
import io
import json
import re

import msgspec
import pytest
from litestar.testing import TestClient
from stix2 import parse

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.registers import Registers
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.errors import StepUpError
from legation.missions.invented import pack
from legation.rights.roles import Role
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import open_gate
from worlds.ministry import TABLES

SITE = "http://127.0.0.1:8321"


def enter(home: Home, store: Store) -> Registers:
    registers = Registers(home.library(store, "command line").scope())
    for name, content in TABLES.items():
        assert not registers.take(content, name).refused
    return registers


def desk(home: Home, store: Store, *roles: Role) -> TestClient:  # type: ignore[type-arg]  # of any app
    work = DeskWork(home, store, StoredJobs(home, store))
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner=None,
        gate=open_gate(*(roles or ("security officer",))),
        work=work,
    )
    return TestClient(app, base_url=SITE)


def test_the_first_screen_shows_the_balance_of_the_missions(home: Home, store: Store) -> None:
    enter(home, store)
    with desk(home, store) as client:
        page = client.get("/").text
    column = page[page.index('id="balance"') :]
    assert "Embassy in Bevora" in column
    assert "All 12 missions" in column
    assert "Watch is raised until" in column
    assert "Cannot tell yet." not in column


def test_a_desk_without_missions_says_that_there_is_nothing_to_weigh(
    home: Home, store: Store
) -> None:
    with desk(home, store) as client:
        assert "Cannot tell yet." in client.get("/").text
        assert "No mission is on record" in client.get("/balance").text
        assert "No talks are on record" in client.get("/talks").text
        assert "No official account or domain is on record" in client.get("/voices").text


def test_each_bar_has_its_interval_and_opens_down_to_objects(home: Home, store: Store) -> None:
    registers = enter(home, store)
    with desk(home, store) as client:
        page = client.get("/mission/paris").text
        assert page.count('class="weighed exposure"') == 6
        assert len(re.findall(r"\d\.\d\d \(\d\.\d\d to \d\.\d\d\)", page)) == 12
        tree = client.get("/mission/paris/T6").text
        assert registers.id_of("channels", "paris-mail") in tree
        assert registers.id_of("proofs", "paris-watched") in tree
        missing = client.get("/mission/virtual/T2").text
        assert "Nobody looks for T2" in missing


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/mission/atlantis", 404),
        ("/mission/paris/T7", 404),
        ("/balance?colour=blue", 400),
        ("/balance?order=colour", 400),
        ("/balance?after=atlantis", 404),
        ("/registers/colours/as/csv", 404),
        ("/registers/missions/as/pdf", 404),
        ("/talks/as/pdf", 404),
    ],
)
def test_what_is_not_there_is_told(home: Home, store: Store, path: str, status: int) -> None:
    enter(home, store)
    with desk(home, store) as client:
        assert client.get(path).status_code == status


def test_lists_are_narrowed_and_put_in_order_by_the_address(home: Home, store: Store) -> None:
    enter(home, store)
    with desk(home, store) as client:
        gaps = client.get("/balance?answer=gap&order=name").text
        assert "Embassy in Bevora" in gaps
        assert "Embassy in Paris" not in gaps
        assert "Summit" not in client.get("/talks?kind=round").text
        assert "Bevora" not in re.sub(r"<form.*?</form>", "", client.get("/voices?state=XA").text)


def test_files_hold_what_the_lists_show(home: Home, store: Store) -> None:
    enter(home, store)
    with desk(home, store) as client:
        rows = list(csv.DictReader(io.StringIO(client.get("/balance/as/csv?answer=gap").text)))
        assert {row["answer"] for row in rows} == {"gap"}
        assert len(rows) == 6 * len({row["mission"] for row in rows})
        assert all(
            float(row["exposure_low"]) <= float(row["exposure"]) <= float(row["exposure_high"])
            for row in rows
        )
        assert client.get("/talks/as/ics").content.startswith(b"BEGIN:VCALENDAR")
        assert len(json.loads(client.get("/voices/as/json").content)["rows"]) == 8
        assert client.get("/registers/missions/as/csv").content.count(b"\n") == 13


def test_each_register_leaves_as_stix_that_others_read(home: Home, store: Store) -> None:
    registers = enter(home, store)
    with desk(home, store) as client:
        for register in TABLES:
            bundle = client.get(f"/registers/{register}/as/stix").content
            read = parse(bundle, allow_custom=True, version="2.1")
            ids = {thing["id"] for thing in read["objects"]}
            assert {one.object_id for one in registers.rows(register)} <= ids
            left = store.audit.last("page.export")
            assert left is not None
            assert (left.event.subject, left.event.detail["label"]) == (register, "TLP:AMBER")


def test_what_is_above_amber_leaves_only_after_a_passkey(home: Home, store: Store) -> None:
    registers = enter(home, store)
    red = registers.id_of("missions", "paris")
    store.labels.set(red, Label(tlp=Tlp.RED), actor="a", reason="the few")
    scope = home.library(store, "command line").scope()
    unproven = dataclasses.replace(
        scope, reader=msgspec.structs.replace(scope.reader, proven=False)
    )
    with pytest.raises(StepUpError):
        Registers(unproven).leave("missions", "csv", b"x", [red])
    assert store.audit.last("page.export") is None


def test_a_table_is_taken_in_by_who_answers_for_it_and_by_nobody_else(
    home: Home, store: Store
) -> None:
    def send(client: TestClient) -> tuple[int, str]:  # type: ignore[type-arg]  # of any app
        form = client.get("/registers").text
        found = re.search(r'name="form_token" value="([^"]*)"', form)
        answer = client.post(
            "/registers/import",
            data={"form_token": found[1] if found else ""},
            files={"file": ("missions.csv", TABLES["missions"])},
            headers={"Origin": SITE},
        )
        return answer.status_code, answer.text

    with desk(home, store, "analyst") as client:
        assert send(client)[0] == 403
    with desk(home, store, "security officer") as client:
        status, said = send(client)
        assert (status, "12 added, 0 changed" in said) == (200, True)
    with desk(home, store, "auditor") as client:
        assert client.get("/balance").status_code == 403


def test_a_hidden_mission_is_on_no_page_and_in_no_file(home: Home, store: Store) -> None:
    registers = enter(home, store)
    store.labels.set(
        registers.id_of("missions", "bevora"),
        Label(tlp=Tlp.RED, compartments=("grain",)),
        actor="a",
        reason="for the few",
    )
    with desk(home, store) as client:
        for path in (
            "/",
            "/balance",
            "/balance/as/csv",
            "/talks",
            "/registers/channels/as/csv",
            "/registers/proofs/as/stix",
            "/registers/plans/as/csv",
        ):
            assert "Embassy in Bevora" not in client.get(path).text, path
            assert "bevora-mail" not in client.get(path).text, path
        assert client.get("/mission/bevora").status_code == 404


def test_a_state_s_page_tells_no_from_not_known_and_keeps_the_mark(
    home: Home, store: Store
) -> None:
    with desk(home, store) as client:
        assert "Sweden" in client.get("/states?words=swed").text
        page = client.get("/state/SE").text
        assert "not known" in page
        assert "from memory" in page
        rows = json.loads(client.get("/state/SE/as/json").content)["rows"]
        assert {row["answer"] for row in rows} <= {"yes", "no", "not known"}
        # What nobody checked says so in its own sentence, wherever it is shown.
        unchecked = [row for row in rows if row["mark"]]
        assert unchecked
        assert all(row["mark"] in row["sentence"] for row in unchecked)
        assert client.get("/state/Sweden").status_code == 404
        assert client.get("/state/SE?colour=blue").status_code == 400


def test_names_that_a_pack_gives_stand_on_the_pages(home: Home, store: Store) -> None:
    enter(home, store)
    scope = home.library(store, "command line").scope()
    knowledge = Knowledge(scope)
    content = pack(scope.now().date())
    knowledge.add(knowledge.offer(content, "invented.toml", Given(unsigned=True)))
    with desk(home, store) as client:
        assert "Aldria" in client.get("/mission/paris").text
        assert "Bevora" in client.get("/voices").text
        assert "Aldria" in client.get("/states?words=aldria").text
        assert "has not signed" not in client.get("/state/XA").text


def words_of(page: str, section: str) -> str:
    """Return the words of a section of a page."""
    found = re.search(rf'aria-labelledby="{section}">(.*?)</section>', page, re.DOTALL)
    assert found, section
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_each_channel_shows_its_use_its_safeguard_its_last_try_and_its_breaches(
    home: Home, store: Store
) -> None:
    enter(home, store)
    with desk(home, store) as client:
        bevora = words_of(client.get("/mission/bevora").text, "channels")
        paris = words_of(client.get("/mission/paris").text, "channels")
    mail = bevora.partition("Messenger")[0]
    assert "Mail mail Reports and instructions" in mail
    assert "confidential control 1 declared never 9" in mail
    assert "confidential control 1 in force 2026-02-19, test: held 0" in paris
    assert "Video talks" in paris


def test_a_mission_s_page_shows_its_papers_people_by_role_and_plan(
    home: Home, store: Store
) -> None:
    registers = enter(home, store)
    head = "key,mission,role,protected,since,source,as_of\n"
    row = "guarded,paris,press officer,yes,2024-01-01,gazette,2026-03-01\n"
    assert registers.take((head + row).encode(), "holders.csv").added == 1
    with desk(home, store) as client:
        paris = client.get("/mission/paris").text
        bare = client.get("/mission/virtual").text
    assert "Reports home : 3 of 5, valued by head of mission" in words_of(paris, "jewels")
    people = words_of(paris, "people")
    assert "Head of mission" in people
    assert "Press officer name protected" in people
    plan = words_of(paris, "plan")
    assert "When the channels fail, head of mission decides." in plan
    assert "Last drill: 2025-11-01, held." in plan
    assert plan.index("paris-messenger") < plan.index("paris-meeting")
    assert "nobody has said what matters most here" in words_of(bare, "jewels")
    assert "No plan is on record" in words_of(bare, "plan")


def test_voices_of_every_state_are_listed_alike_with_office_platform_proof_source_and_day(
    home: Home, store: Store
) -> None:
    enter(home, store)
    with desk(home, store) as client:
        rows = json.loads(client.get("/voices/as/json").content)["rows"]
    told = {"office", "language", "verified", "rule", "source", "as_of"}
    for state, name in (("XA", "Aldria"), ("XB", "Bevora")):
        own = [row for row in rows if row["state"] == state]
        assert {row["kind"] for row in own} == {"account", "domain"}
        assert all(row[part] for row in own for part in told)
        assert all(row["platform"] for row in own if row["kind"] == "account")
        assert {row["source"] for row in own} == {f"the invented list of {name}"}


def test_today_shows_threats_safeguards_and_the_balance_between_them(
    home: Home, store: Store
) -> None:
    enter(home, store)
    with desk(home, store) as client:
        page = client.get("/").text
    poles = page[page.index('class="poles"') :]
    assert re.findall(r'<h2 id="(\w+)">', poles)[:3] == ["threats", "safeguards", "balance"]
    assert "Embassy in Bevora gap" in words_of(page, "balance")
