"""Through the desk, what a person may not know is as if it had never been.

Each page and file is asked for twice: of a store that holds hidden campaigns, members, jobs
and requests, and of a store where they never were. The two answers are the same bytes.
"""

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import create_engine, make_url, text

from legation.app.access.rules import Rules
from legation.missions.objects import SHAPES
from legation.settings import Settings
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store import open_store
from legation.store.clearances import Held
from legation.store.opening import Store
from worlds.gates import Clock
from worlds.hidden_stores import (
    COMPARTMENTS,
    LADDER,
    OTHER,
    PARTNER,
    SECRET,
    Made,
    Plan,
    Planned,
    filled,
    pseudonym,
)

SERVER = os.environ.get("LEGATION_TEST_PG", "")
HERE = "http://127.0.0.1:8321"
# Not content: the way in, the files that draw pages, the log (ids and verbs, for the three roles
# that watch over the desk), people, and what came in, of which no object is made.
NO_CONTENT = re.compile(
    r"/(static|language|log-in|log|log\.json|own-keys|keys|through|provider|help|help-image|alive|shortcuts|enrol|recover|kit|prove|people|import|words)\b.*"
)
# A stream of what the page of a job says, and a number of a notice, which tells nothing itself.
NO_PAGE = re.compile(r"/job/\{job_id\}/events|/notice/\{number.*")
# Papers say the same as the pages they are made of; their setting takes a second each.
SLOW = re.compile(r".*/paper/.*")

LABELS = st.builds(
    Label,
    tlp=st.sampled_from([Tlp.GREEN, Tlp.AMBER, Tlp.RED]),
    pap=st.sampled_from([Pap.CLEAR, Pap.RED]),
    levels=st.sampled_from([(), (), (LADDER[0],), (LADDER[1],)]),
    compartments=st.sampled_from([(), (), ("talks",), ("talks", "visits")]),
    restricted=st.booleans(),
    releasable_to=st.sampled_from([("XA",), ("XB",)]),
).map(lambda one: one if one.restricted else msgspec.structs.replace(one, releasable_to=()))
HELD = st.builds(
    Held,
    tlp=st.sampled_from([Tlp.AMBER, Tlp.RED]),
    pap=st.sampled_from([Pap.CLEAR, Pap.RED]),
    level=st.sampled_from(["", *LADDER]),
    compartments=st.sampled_from([(), ("talks",), ("talks", "visits")]),
    party=st.sampled_from(["", "XA"]),
)
MEMBERS = st.lists(st.integers(0, 5), min_size=2, max_size=4, unique=True).map(tuple)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw what stands in a store, and what its reader holds."""
    drawn = draw(st.lists(st.tuples(LABELS, MEMBERS), min_size=1, max_size=4))
    numbers = st.integers(0, len(drawn) - 1)
    return Plan(
        campaigns=tuple(Planned(n, label, some) for n, (label, some) in enumerate(drawn)),
        accounts=tuple(draw(st.lists(st.none() | LABELS, min_size=6, max_size=6))),
        held=draw(HELD),
        jobs=tuple(draw(st.lists(st.lists(numbers, max_size=2).map(tuple), max_size=4))),
    )


Opened = Callable[[], tuple[Store, Clock, Path]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Give empty stores, as many as are asked for."""
    folder = tmp_path_factory.mktemp("stores")
    opened: list[Store] = []
    name, engine = f"legation_desk_{uuid.uuid4().hex}", None
    if request.param == "postgresql":
        if not SERVER:
            pytest.skip("no PostgreSQL: set LEGATION_TEST_PG=postgresql+psycopg://...")
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))

    def one() -> tuple[Store, Clock, Path]:
        while len(opened) > 1:
            opened.pop(0).close()
        own = folder / uuid.uuid4().hex
        own.mkdir()
        clock = Clock()
        url = f"sqlite:///{own / 'objects.sqlite'}"
        if engine is not None:
            server = make_url(SERVER).set(database=name)
            schema = f"s{uuid.uuid4().hex}"
            made = create_engine(server)
            with made.begin() as connection:
                connection.execute(text(f"CREATE SCHEMA {schema}"))
            made.dispose()
            there = server.update_query_dict({"options": f"-csearch_path={schema}"})
            url = there.render_as_string(hide_password=False)
        elif (folder / "template.sqlite").exists():
            shutil.copy(folder / "template.sqlite", own / "objects.sqlite")
        else:
            open_store(url, home=own, now=clock).close()
            shutil.copy(own / "objects.sqlite", folder / "template.sqlite")
        opened.append(open_store(url, home=own, now=clock))
        return opened[-1], clock, own

    yield one
    for store in opened:
        store.close()
    if engine is not None:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def addresses(made: Made, plan: Plan, ids: list[str]) -> list[str]:
    """Return every address of content: of each campaign, job and request, hidden or not."""
    first, second = pseudonym(0), pseudonym(1)
    found = []
    for route in made.app.routes:
        assert isinstance(route, HTTPRoute)
        path = route.path_format
        if "GET" not in route.methods or NO_CONTENT.fullmatch(path) or SLOW.fullmatch(path):
            continue
        if NO_PAGE.fullmatch(path):
            continue
        whole = path in ("/watch/campaigns/as/{kind}", "/campaign/{campaign_id}/as/{kind}")
        filled_in = [path]
        for name, values in (
            ("{campaign_id}", [one.campaign_id for one in plan.campaigns]),
            ("{kind}", ["csv", "stix", "graphml", "json"] if whole else [_kind(path)]),
            ("{of}", ["groups", "links"]),
            ("{job_id}", ids),
            ("{request_id}", ids),
            ("{evidence_id}", ["none"]),
            ("{ref}", ids),
            ("{digest_id}", ["none"]),
            ("{key}", ["paris"]),
            ("{threat}", ["T6"]),
            ("{object_id}", ["none"]),
            ("{register}", list(SHAPES)),
            ("{country}", ["SE"]),
            ("{order_id}", ["none"]),
            ("{case}", ["2026-0001"]),
            ("{entry}", ["1"]),
            ("{shift_id}", ["none"]),
            ("{partner}", [PARTNER]),
            ("{draft}", ["1", "2"]),
            ("{copy}", ["1"]),
            ("{place}", ["0"]),
            ("{sent}", [*ids[:1], *(one.campaign_id for one in plan.campaigns)]),
            ("{sender_id}", ["none"]),
            ("{sent_id}", ["none"]),
            ("{held}", ["1"]),
        ):
            filled_in = [
                each.replace(name, value)
                for each in filled_in
                for value in (values if name in each else [""])
            ]
        assert not [each for each in filled_in if "{" in each], path
        query = f"?a={first}&b={second}" if "/tie" in path and "/ties" not in path else ""
        found += [each + query for each in filled_in]
    searched = [f"/watch/campaigns?words={one.marker}" for one in plan.campaigns]
    return [*found, *searched, "/watch/campaigns?layer=repost&order=accounts"]


def _kind(path: str) -> str:
    return "json" if path.startswith(("/partner/", "/draft/", "/statement/")) else "csv"


def answers(made: Made, plan: Plan, ids: list[str]) -> dict[str, tuple[int, str]]:
    """Return what each address answers to the reader."""
    told = {}
    with TestClient(made.app, base_url=HERE) as client:
        headers = {"cookie": f"legation-session={SECRET}", "accept": "text/html"}
        for path in addresses(made, plan, ids):
            asked = path
            for random, plain in made.names.items():
                asked = asked.replace(plain, random)
            answer = client.get(asked, headers=headers, follow_redirects=False)
            said = made.plainly(answer.text)
            if path == "/notices/as/csv":
                said = re.sub(r"^\d+,", "", said, flags=re.MULTILINE)
            told[path] = answer.status_code, said
    return told


def compared(empty: Opened, plan: Plan) -> tuple[set[int], dict[str, tuple[int, str]]]:
    """Return what may be known and what the whole store answers, once it equals the other."""
    store, clock, folder = empty()
    rules = Rules(store, Settings(ladder=LADDER, compartments=COMPARTMENTS))
    known = plan.known(rules)
    whole = filled(store, clock, folder, plan, None)
    without = filled(*empty(), plan, known)
    ids = [
        f"{thing}-{number}"
        for number in range(len(plan.jobs))
        for thing in ("job", "request", "call")
    ]
    ours, theirs = answers(whole, plan, ids), answers(without, plan, ids)
    assert {status for status, _ in ours.values()} <= {200, 301, 303, 403, 404, 409}
    for path, answer in ours.items():
        assert answer == theirs[path], path
    return known, ours


def test_what_a_person_may_not_know_is_on_no_page_and_in_no_file(empty: Opened) -> None:
    @settings(
        max_examples=8,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(plans())
    def property_holds(plan: Plan) -> None:
        known, told = compared(empty, plan)
        hidden = {one.number for one in plan.campaigns} - known
        pages = {path: said for path, (_, said) in told.items()}
        for number in hidden:
            marker = plan.campaigns[number].marker
            # Who searched for a word reads it in their own field.
            assert [p for p, said in pages.items() if marker in said and marker not in p] == []
        for number in known:
            marker, own = plan.campaigns[number].marker, plan.campaigns[number].campaign_id
            assert marker in pages[f"/campaign/{own}"]
            assert marker in pages["/watch/campaigns"]

    property_holds()


def a_plan(**held: Any) -> Plan:
    """Return two campaigns, one of them in a compartment, with a job and a request on each."""
    open_to_all = Label(tlp=Tlp.AMBER)
    talks = Label(tlp=Tlp.AMBER, compartments=("talks",))
    return Plan(
        campaigns=(Planned(0, open_to_all, (0, 1)), Planned(1, talks, (1, 2))),
        accounts=(None,) * 6,
        held=Held(**({"tlp": Tlp.RED, "pap": Pap.RED} | held)),
        jobs=((0,), (1,), (0,), (0, 1)),
    )


def test_who_holds_the_compartment_sees_on_the_same_pages_what_the_other_does_not(
    empty: Opened,
) -> None:
    _, outside = compared(empty, a_plan())
    _, inside = compared(empty, a_plan(compartments=("talks",)))
    marker = a_plan().campaigns[1].marker

    def showing(told: dict[str, tuple[int, str]]) -> set[str]:
        return {path for path, (status, said) in told.items() if marker in said and status == 200}

    assert {path for path in showing(outside) if marker not in path} == set()
    assert showing(inside) > {
        "/",
        "/watch/campaigns",
        "/jobs",
        "/decisions",
        "/job/job-1",
        "/job/job-3",
    }
    assert (outside["/duty/call-1"][0], inside["/duty/call-1"][0]) == (404, 200)
    told = [said.count("/notice/") for said in (outside["/notices"][1], inside["/notices"][1])]
    assert 0 < told[0] < told[1]
    assert inside["/job/job-1/state"][0] == 200
    assert outside["/job/job-1/state"][0] == 404
    assert inside["/decision/request-3"][0] == 200
    assert outside["/decision/request-3"][0] == 404
    assert "1 campaign" in outside["/watch/campaigns"][1]
    assert "2 campaigns" in inside["/watch/campaigns"][1]


def test_a_notice_is_for_whoever_may_know_all_that_it_tells_of(empty: Opened) -> None:
    store, clock, folder = empty()
    plan = a_plan()
    filled(store, clock, folder, plan, None)
    rules = Rules(store, Settings(ladder=LADDER, compartments=COMPARTMENTS))
    ids = list(store.runs.get("run-2").facts["campaigns"])
    assert rules.known("p-00000000000000aa", ids) == {ids[0]}
    assert rules.known(OTHER, ids) == set(ids)
    store.people.disable(OTHER)
    assert rules.known(OTHER, ids) == frozenset()


def test_a_list_leaves_with_the_rows_of_its_page_under_the_strictest_label_of_them(
    empty: Opened,
) -> None:
    """The campaign in the compartment is told of by the second and the fourth job and request."""
    for held, rows, label in (
        ({}, 2, "TLP:AMBER"),
        ({"compartments": ("talks",)}, 4, "TLP:AMBER · talks"),
    ):
        plan = a_plan(**held)
        store, clock, folder = empty()
        made = filled(store, clock, folder, plan, None)
        marker = plan.campaigns[1].marker
        with TestClient(made.app, base_url=HERE) as client:
            headers = {"cookie": f"legation-session={SECRET}", "accept": "text/html"}
            for page, link in (("jobs", "/job/"), ("decisions", "/decision/")):
                told = client.get(f"/{page}", headers=headers).text
                file = client.get(f"/{page}/as/json", headers=headers)
                ids = {one.get("job_id", one.get("request_id")) for one in file.json()["rows"]}
                assert ids == set(re.findall(rf'href="{link}(\w+)"', told))
                assert len(ids) == rows
                assert (marker in file.text) == (rows == 4)
                (left,) = store.audit.entries(verb="page.export", subject=page)
                assert left.event.detail["label"] == label
                assert f"{label}</" in told


@pytest.mark.parametrize("page", ["jobs", "decisions"])
def test_a_list_that_tells_of_what_is_above_amber_leaves_after_a_passkey_alone(
    empty: Opened, page: str
) -> None:
    store, clock, folder = empty()
    made = filled(store, clock, folder, a_plan(compartments=("talks",)), None)
    clock.pass_time(minutes=6)
    with TestClient(made.app, base_url=HERE) as client:
        headers = {"cookie": f"legation-session={SECRET}", "accept": "application/json"}
        assert client.get(f"/{page}/as/csv", headers=headers).status_code == 403
        narrowed = client.get(f"/{page}/as/csv?words=marker0word", headers=headers)
        assert narrowed.status_code == 403  # the last tells of both
    assert store.audit.entries(verb="page.export") == []
