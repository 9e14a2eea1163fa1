"""The rooms Balance and Missions: bars with their intervals, opened down to objects."""

import csv
import dataclasses
import io
import json
import re
from datetime import datetime
from pathlib import Path
from threading import get_ident

import msgspec
import pytest
from litestar.testing import TestClient
from stix2 import parse

from legation.app.caveats import REGISTERS
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.leaving import Left, leave
from legation.app.registers import Registers
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.errors import StepUpError
from legation.missions.invented import pack
from legation.rights.roles import Role
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
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
        gaps = client.get("/balance?answer=exposed&order=name").text
        assert "Embassy in Bevora" in gaps
        assert "Embassy in Paris" not in gaps
        assert "Summit" not in client.get("/talks?kind=round").text
        assert "Bevora" not in re.sub(r"<form.*?</form>", "", client.get("/voices?state=XA").text)


def test_files_hold_what_the_lists_show(home: Home, store: Store) -> None:
    enter(home, store)
    with desk(home, store) as client:
        rows = list(csv.DictReader(io.StringIO(client.get("/balance/as/csv?answer=exposed").text)))
        assert {row["answer"] for row in rows} == {"exposed"}
        assert len(rows) == 6 * len({row["mission"] for row in rows})
        assert all(
            float(row["exposure_low"])
            <= float(row["exposure"] or row["exposure_low"])  # no middle of what is unknown
            <= float(row["exposure_high"])
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
        leave(unproven, [red], Left(page="missions", kind="csv", contents="00"))
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
        for register, key in (("proofs", "bevora-mail-breach-0"), ("missions", "bevora")):
            hidden = registers.id_of(register, key)
            for mission in ("bevora", "paris"):
                assert client.get(f"/mission/{mission}/object/{hidden}").status_code == 404


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


def test_each_breach_stands_at_its_channel_with_what_it_meant(home: Home, store: Store) -> None:
    registers = enter(home, store)
    head = "key,mission,channel,kind,threats,on,known,outcome,consequence,by,source\n"
    rows = (
        "quiet,paris,paris-mail,breach,T6,2026-02-20,2026-02-25,failed,,desk,log\n"
        "loud,paris,paris-host,breach,T5,2026-01-20,2026-01-25,failed,the draft was read,desk,log\n"
    )
    assert registers.take((head + rows).encode(), "proofs.csv").added == 2
    with desk(home, store) as client:
        bevora = words_of(client.get("/mission/bevora").text, "channels")
        paris = words_of(client.get("/mission/paris").text, "channels")
        link = registers.id_of("proofs", "loud")
        assert f'"/mission/paris/object/{link}"' in client.get("/mission/paris").text
    assert bevora.count("a draft of the grain accord was read before the round") == 9
    assert "a breach came later 1 2026-02-20 nobody said what it meant" in paris
    assert "1 2026-01-20 the draft was read" in paris
    # Tried again after that breach, so nothing stands against the last try.
    assert paris.count("a breach came later") == 1


def test_a_mission_s_page_shows_its_papers_people_by_role_and_plan(
    home: Home, store: Store
) -> None:
    registers = enter(home, store)
    head = "key,mission,role,protected,since,source,as_of\n"
    row = "guarded,paris,press officer,yes,2024-01-01,gazette,2026-03-01\n"
    assert registers.take((head + row).encode(), "holders.csv").added == 1
    head = "key,state,kind,name,platform,office,mission,rule,since,source,as_of\n"
    row = (
        "own,XA,account,AldriaInBevora,X,Embassy in Bevora,bevora,list,2020-01-01,list,2026-03-01\n"
    )
    assert registers.take((head + row).encode(), "voices.csv").added == 1
    with desk(home, store) as client:
        paris = client.get("/mission/paris").text
        bare = client.get("/mission/virtual").text
        near = client.get("/mission/bevora").text
    assert "Reports home : 3 of 5, valued by head of mission" in words_of(paris, "jewels")
    people = words_of(paris, "people")
    assert "Head of mission" in people
    assert "Press officer name protected" in people
    plan = words_of(paris, "plan")
    assert "When the channels fail, head of mission decides." in plan
    assert "Last drill: 2025-11-01, held." in plan
    assert plan.index("paris-messenger") < plan.index("paris-meeting")
    talks = words_of(near, "talks")
    assert "Grain talks, third round" in talks
    assert "Watch is raised until" in talks
    assert "Embassy in Bevora" in words_of(near, "voices")
    assert "No talks of this mission are on record." in words_of(bare, "talks")
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
    assert "Embassy in Bevora exposed to T5, T6" in words_of(page, "balance")


def sent(
    client: TestClient,  # type: ignore[type-arg]  # of any app
    content: bytes,
    name: str,
    **fields: str,
) -> str:
    """Send a file by the form, and return what the page says, without its marks."""
    form = client.get("/registers").text
    found = re.search(r'name="form_token" value="([^"]*)"', form)
    answer = client.post(
        "/registers/import",
        data={"form_token": found[1] if found else "", **fields},
        files={"file": (name, content)},
        headers={"Origin": SITE},
    )
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_file_is_taken_in_beside_the_loop_that_answers_everybody(
    tmp_path: Path,
) -> None:
    threads: set[int] = set()
    clock = Clock()

    def watched() -> datetime:
        threads.add(get_ident())
        return clock()

    made = Home(Settings(home=tmp_path / "home"), watched)
    make_home(made)
    with made.store() as opened, desk(made, opened) as client:
        threads.clear()
        client.get("/talks")
        loop = set(threads)
        assert len(loop) == 1
        assert "12 added" in sent(client, TABLES["missions"], "missions.csv")
        assert threads - loop


def test_a_calendar_of_another_program_is_completed_in_the_form(home: Home, store: Store) -> None:
    calendar = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@office\r\nSUMMARY:The visit\r\n"
        b"DTSTART;VALUE=DATE:20260401\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    with desk(home, store) as client:
        assert "0 added, 0 changed, 0 as they were, 1 refused" in sent(client, calendar, "a.ics")
        fields = {"kind": "visit", "parties": "XA | EU", "zone": "Europe/Paris", "source": "office"}
        assert "1 added" in sent(client, calendar, "a.ics", **fields)
        page = client.get("/talks?party=EU").text
        assert "The visit" in page
        assert "European Union" in page
        assert "The visit" not in client.get("/talks?status=cancelled").text


def test_talks_of_a_calendar_are_tied_to_missions_in_the_form_and_told_by_column(
    home: Home, store: Store
) -> None:
    calendar = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@office\r\nSUMMARY:The visit\r\n"
        b"DTSTART;TZID=Office Time:20260401T100000\r\nDURATION:PT1H\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    enter(home, store)
    with desk(home, store) as client:
        form = client.get("/registers").text
        for name in ("missions", "before", "after", "stakes"):
            assert f'<label for="{name}">' in form
        fields = {"kind": "visit", "parties": "XA", "zone": "Europe/Paris"}
        days = {"missions": "paris | tokyo", "before": "30", "after": "0", "stakes": "the accord"}
        said = sent(client, calendar, "a.ics", **fields, **days)
        assert "1 added" in said
        assert "The zone Office Time is not known; Europe/Paris was taken for it." in said
        assert "The visit" in client.get("/mission/tokyo").text
        assert "the accord" in client.get("/talks").text
        said = sent(client, calendar, "a.ics", kind="round", zone="Europe/Paris")
        assert "1 changed" in said
        assert "The changed rows differ in: kind" in said
        assert "0 added, 0 changed, 0 as they were, 1 refused" in sent(
            client, calendar, "a.ics", zone="Europe/Paris", before="many"
        )


def posted(
    client: TestClient,  # type: ignore[type-arg]  # of any app
    address: str,
    **fields: str | list[str],
) -> tuple[int, str]:
    """Fill in a form of the desk."""
    found = re.search(r'name="form_token" value="([^"]*)"', client.get(address).text)
    answer = client.post(
        address,
        data={"form_token": found[1] if found else "", **fields},
        headers={"Origin": SITE},
        follow_redirects=False,
    )
    return answer.status_code, answer.text


MISSION = {
    "key": "oslo",
    "name": "Embassy in Oslo",
    "state": "XA",
    "kind": "embassy",
    "host": "NO",
    "since": "2020-01-01",
    "source": "gazette",
    "as_of": "2026-03-01",
}


def test_a_row_is_entered_in_a_form_and_what_is_wrong_comes_back_as_it_was_typed(
    home: Home, store: Store
) -> None:
    with desk(home, store) as client:
        status, said = posted(client, "/registers/missions/row", **MISSION | {"host": "EL"})
        assert status == 200
        assert "Did you mean GR (Greece)?" in said
        assert 'value="Embassy in Oslo"' in said
        assert 'value="EL"' in said
        status, said = posted(client, "/registers/missions/row", **MISSION)
        assert status == 303
        assert "Embassy in Oslo" in client.get("/balance").text
        # The same form changes it.
        assert 'value="Embassy in Oslo"' in client.get("/registers/missions/row?key=oslo").text
        assert posted(client, "/registers/missions/row", **MISSION | {"name": "Oslo"})[0] == 303
        assert "Oslo" in client.get("/mission/oslo").text
        proof: dict[str, str | list[str]] = {
            "key": "drill",
            "mission": "oslo",
            "kind": "drill",
            "threats": ["T1", "T6"],
            "on": "2026-01-01",
            "known": "2026-01-01",
            "by": "the desk",
            "source": "report",
        }
        status, said = posted(client, "/registers/proofs/row", **proof)
        assert status == 200
        assert "it names no channel, and a safeguard is tried on a" in words_of(said, "counted")
        rows = client.get("/registers/proofs/as/csv").text
        assert "T1|T6" in rows


@pytest.mark.parametrize("register", list(TABLES))
def test_every_register_has_a_form_that_asks_for_each_column(
    home: Home, store: Store, register: str
) -> None:
    enter(home, store)
    key = next(csv.DictReader(TABLES[register].decode().splitlines()))["key"]
    with desk(home, store) as client:
        page = client.get(f"/registers/{register}/row?key={key}").text
        for name in TABLES[register].decode().splitlines()[0].split(","):
            # A personal name asks for the keys of the home, which the desk does not hold; the
            # number of a calendar's message is nobody's to type.
            typed = name not in ("person", "sequence")
            assert (f'<label for="{name}">' in page) == typed
        assert client.get(f"/registers/{register}/row?key=never").status_code == 404
        assert client.get("/registers/colours/row").status_code == 404
    with desk(home, store, "analyst") as client:
        assert client.get(f"/registers/{register}/row").status_code == 403


def test_one_mission_leaves_as_a_file_under_the_label_of_all_that_is_on_record_of_it(
    home: Home, store: Store
) -> None:
    registers = enter(home, store)
    store.labels.set(
        registers.id_of("channels", "bevora-mail"), Label(tlp=Tlp.GREEN), actor="a", reason="r"
    )
    with desk(home, store) as client:
        told = json.loads(client.get("/mission/bevora/record/as/json").content)
        assert told["caveat"] == REGISTERS
        cells = list(csv.DictReader(io.StringIO(client.get("/mission/bevora/record/as/csv").text)))
        left = store.audit.last("page.export")
        assert client.get("/mission/bevora/record/as/pdf").status_code == 404
        assert client.get("/mission/never/record/as/csv").status_code == 404
        page = client.get("/mission/bevora").text
    assert left is not None
    assert (left.event.subject, left.event.detail["label"]) == ("mission", "TLP:AMBER")
    assert told["marking"] == "TLP:AMBER"
    assert {cell["marking"] for cell in cells} == {"TLP:AMBER"}
    assert [row["key"] for row in told["missions"]] == ["bevora"]
    every = registers.every()
    assert set(told) == {"marking", "caveat", *every}
    for name, rows in every.items():
        mine = {
            one.row.key
            for one in rows
            if getattr(one.row, "mission", "") == "bevora"
            or "bevora" in getattr(one.row, "missions", ())
            or (name, one.row.key) == ("missions", "bevora")
        }
        assert {row["key"] for row in told[name]} == mine
        assert {cell["key"] for cell in cells if cell["register"] == name} == mine
    assert "/mission/bevora/record/as/csv" in page


def test_a_hidden_row_is_in_no_file_of_its_mission(home: Home, store: Store) -> None:
    registers = enter(home, store)
    hidden = Label(tlp=Tlp.RED, compartments=("grain",))
    store.labels.set(registers.id_of("channels", "paris-mail"), hidden, actor="a", reason="few")
    store.labels.set(registers.id_of("missions", "bevora"), hidden, actor="a", reason="few")
    with desk(home, store) as client:
        for kind in ("csv", "json"):
            assert "paris-mail" not in client.get(f"/mission/paris/record/as/{kind}").text
            assert client.get(f"/mission/bevora/record/as/{kind}").status_code == 404


@pytest.mark.parametrize("size", [8_000_001, 20_000_000])
def test_a_file_that_is_too_large_is_refused_by_its_size(
    home: Home, store: Store, size: int
) -> None:
    with desk(home, store) as client:
        said = sent(client, b"x" * size, "big.csv")
    assert "this file is larger than 8 MB" in said
    assert "Split it, and send its parts" in said
