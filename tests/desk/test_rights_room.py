"""The rooms Monitoring orders and Personal data: given, refused and ended; held until when."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.libraries import Libraries
from legation.app.ordering import add_order
from legation.app.persons import vault_of
from legation.app.registers import Registers
from legation.crypto.key_files import UNPROTECTED
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.rights.orders import Draft
from legation.rights.roles import Role
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.ministry import TABLES

SITE = "http://127.0.0.1:8321"
ORDER = {
    "threat": "T1",
    "target": "accounts-acting-together",
    "watched": "accounts that post the word for grain in one text",
    "expression": "none is kept from posting; opinions are not looked at",
    "legality": "article 4 of the invented law",
    "aim": "find accounts that post one text about the treaty within seconds",
    "necessity": "single posts do not show that they are made together",
    "proportionality": "public posts only, under pseudonyms",
    "safeguards": "the legal adviser agrees, and complaints go to the ombudsman",
    "ends": "2026-03-31",
}
HOLDERS = (
    b"key,mission,role,person,protected,since,until,source,as_of\n"
    b"chief,paris,head of mission,Anna Berg,yes,2024-01-01,,the gazette,2026-03-01\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(made)
    return made


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        yield opened


def sealing(home: Home, store: Store) -> Registers:
    scope = home.library(store, "command line").scope()
    return Registers(scope, lambda: vault_of(home.keys(UNPROTECTED)))


def desk(home: Home, store: Store, role: Role) -> TestClient:  # type: ignore[type-arg]  # of any app
    app = build_app(
        StoredReading(home.library(store, "test"), Libraries(home, store)),
        banner=None,
        gate=open_gate(role),
        work=DeskWork(home, store, StoredJobs(home, store)),
    )
    return TestClient(app, base_url=SITE)


def send(client: TestClient, path: str, **given: str) -> tuple[int, str]:  # type: ignore[type-arg]  # of any app
    page = client.get("/orders").text
    token = re.search(r'name="form_token" value="([^"]*)"', page)
    assert token
    data = {"form_token": token[1], **given}
    answer = client.post(path, data=data, headers={"Origin": SITE}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def test_an_order_is_given_shown_and_ended_on_the_desk(home: Home, store: Store) -> None:
    with desk(home, store, "legal") as client:
        assert "No order was given." in client.get("/orders").text
        status, place = send(client, "/orders", **ORDER)
        assert status == 303
        page = client.get(place).text
        for name in ("watched", "expression", "legality", "aim", "necessity", "safeguards"):
            assert ORDER[name] in page
        assert "In force" in page
        status, _ = send(client, f"{place}/end", reason="what it was for is over")
        assert status == 303
        assert "what it was for is over" in client.get(place).text
    (kept,) = store.orders.every()
    assert (kept.actor, kept.ended_by) == ("test", "test")


@pytest.mark.parametrize(
    "other",
    [
        {"target": "protest"},
        {"aim": "see which journalists criticise the government"},
    ],
)
def test_an_order_at_speech_is_refused_and_the_refusal_is_in_the_log(
    other: dict[str, str], home: Home, store: Store
) -> None:
    with desk(home, store, "security officer") as client:
        status, told = send(client, "/orders", **ORDER | other)
    assert status == 403
    assert "the order is refused" in told.lower()
    assert store.orders.every() == []
    (entry,) = store.audit.entries(verb="order.refuse")
    assert entry.event.actor == "test"


def test_a_form_that_says_nothing_gives_no_order(home: Home, store: Store) -> None:
    with desk(home, store, "legal") as client:
        for name in ORDER:
            status, _ = send(client, "/orders", **ORDER | {name: ""})
            assert status in (400, 403), name
    assert store.orders.every() == []


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        ("analyst", {"orders"}),
        ("policy", {"orders"}),
        ("legal", {"orders", "form", "personal"}),
        ("security officer", {"orders", "form", "personal"}),
        ("press", set()),
        ("auditor", set()),
        ("administrator", set()),
    ],
)
def test_who_may_read_and_give_orders_is_said_by_the_policies(
    role: Role, opens: set[str], home: Home, store: Store
) -> None:
    with desk(home, store, role) as client:
        page = client.get("/orders")
        assert (page.status_code == 200) == ("orders" in opens)
        assert ("Give an order" in page.text) == ("form" in opens)
        assert (client.get("/personal").status_code == 200) == ("personal" in opens)
        if "form" not in opens:
            assert send_bare(client) == 403
    assert store.orders.every() == []


def send_bare(client: TestClient) -> int:  # type: ignore[type-arg]  # of any app
    answer = client.post("/orders", data=ORDER, headers={"Origin": SITE})
    return answer.status_code


def test_the_list_of_orders_leaves_with_each_test_and_is_noted(home: Home, store: Store) -> None:
    with desk(home, store, "legal") as client:
        send(client, "/orders", **ORDER)
        (row,) = csv.DictReader(io.StringIO(client.get("/orders/as/csv").text))
        (told,) = client.get("/orders/as/json").json()["rows"]
    assert row["watched"] == told["watched"] == ORDER["watched"]
    assert row["proportionality"] == ORDER["proportionality"]
    assert (row["state"], row["ends"]) == ("in force", "2026-03-31")
    assert len(store.audit.entries(verb="page.export")) == 2


def test_what_is_held_of_persons_is_shown_without_what_it_says(home: Home, store: Store) -> None:
    registers = sealing(home, store)
    registers.take(TABLES["missions"], "missions.csv")
    assert registers.take(HOLDERS, "holders.csv").added == 1
    (record,) = store.personal.records()
    with desk(home, store, "legal") as client:
        page = client.get("/personal").text
        files = [client.get(f"/personal/as/{kind}").text for kind in ("csv", "json")]
    for told in (page, *files):
        assert record.record_id in told
        assert record.until.isoformat() in told
        assert "Berg" not in told


def test_a_record_of_a_mission_that_one_may_not_know_is_neither_listed_nor_counted(
    home: Home, store: Store
) -> None:
    registers = sealing(home, store)
    registers.take(TABLES["missions"], "missions.csv")
    registers.take(HOLDERS, "holders.csv")
    (record,) = store.personal.records()
    closed = Label(tlp=Tlp.RED, compartments=("grain",))
    store.labels.set(record.subject, closed, actor="test", reason="few may know")
    with desk(home, store, "legal") as client:
        page = client.get("/personal").text
        rows = client.get("/personal/as/json").json()["rows"]
    assert "No personal record is held." in page
    assert rows == []
    assert record.record_id not in json.dumps(rows) + page
    held = re.findall(r'class="number">(\d+)<', page)
    assert msgspec.json.decode(f"[{','.join(held)}]") == [0] * 8


# In a language of which the rules know no words.
DOUBTFUL = {"aim": "tilit, jotka julkaisevat saman tekstin sopimuksesta"}


def test_an_order_in_doubt_waits_until_another_person_of_the_legal_role_agrees_on_the_desk(
    home: Home, store: Store
) -> None:
    store.people.add("test", "Test", ("legal",))
    store.people.add("p-ann", "ann", ("security officer",))
    stated = ORDER | DOUBTFUL
    order = add_order(store, Draft(actor="ann", **stated), home.now())
    with desk(home, store, "legal") as client:
        _, own = send(client, "/orders", **stated)
        assert "Agree to it" not in client.get(own).text
        assert send(client, f"{own}/agree", reason="it is of no opinion at all")[0] == 403
        place = f"/order/{order.order_id}"
        page = client.get(place).text
        assert "Waits for a second person" in page
        assert "language" in page
        assert send(client, f"{place}/agree", reason="ok")[0] == 403
        assert send(client, f"{place}/agree", reason="it is of no opinion at all")[0] == 303
        page = client.get(place).text
        assert "In force" in page
        assert "it is of no opinion at all" in page
        assert send(client, f"{place}/agree", reason="it is of no opinion at all")[0] == 409
    with desk(home, store, "security officer") as client:
        assert "Agree to it" not in client.get(own).text
    assert store.orders.get(order.order_id).agreed_by == "test"
