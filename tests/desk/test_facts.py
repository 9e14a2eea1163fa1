"""Facts on the desk: every table is there, each fact with its mark, its source and who says it."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.knowledge.checking import CHECKED, Look, record
from legation.app.knowledge.offers import Given
from legation.app.knowledge.packs import Knowledge
from legation.app.knowledge.signatures import sign_pack
from legation.app.persons import vault_of
from legation.app.registers import Registers
from legation.crypto.key_files import UNPROTECTED
from legation.crypto.keys import KeySet
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.knowledge.marks import mark_of
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.tables import TABLES, table_of
from legation.rights.roles import Role
from legation.settings import Settings
from legation.store.opening import Store
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.ministry import TABLES as TABLES_OF_MINISTRY
from worlds.packs import PACK

HOLDER = (
    b"key,mission,role,person,protected,since,until,source,as_of\n"
    b"chief,paris,head of mission,Anna Berg,yes,2024-01-01,,the gazette,2026-03-01\n"
)

ROWS = [row for pack in shipped_packs() for row in pack.rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(Settings(home=tmp_path_factory.mktemp("facts") / "home"), Clock())
    make_home(made, "The ministry")
    return made


@pytest.fixture(scope="module")
def store(home: Home) -> Iterator[Store]:
    """Open a store with two packs that disagree, and a check by a person."""
    with home.store() as opened:
        known = Knowledge(home.library(opened, "command line").scope())
        other = (
            PACK.replace(b"Office of Aldria", b"Office of Bevora")
            .replace(b'ratified = "no"', b'ratified = "2003"')
            .replace(b'name = "Aldria"', b'name = "Great Aldria"')
        )
        for content in (PACK, other):
            key = KeySet.generate().identity()
            given = Given(signature=sign_pack(content, key), by=key.public().fingerprint())
            known.add(known.offer(content, "x.toml", given))
        look = Look(about="party:budapest-2001.us", by="Legal adviser", on=home.now().date(),
                    source="the chart")  # fmt: skip
        record(known, look, home.now())
        yield opened


@pytest.fixture(scope="module")
def client(home: Home, store: Store) -> Iterator[TestClient[Any]]:
    with desk(home, store) as opened:
        yield opened


@contextmanager
def desk(home: Home, store: Store) -> Iterator[TestClient[Any]]:
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner=None,
        gate=open_gate("security officer"),
        work=DeskWork(home, store, StoredJobs(home, store)),
    )
    with TestClient(app, base_url="http://127.0.0.1:8321") as opened:
        yield opened


def rows(client: TestClient[Any], path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return list(json.loads(answer.content)["rows"])


def words(client: TestClient[Any], path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", main)).split())


@pytest.mark.parametrize("table", [name for name in TABLES if name not in ("trial", "state_name")])
def test_every_table_that_ships_is_listed_with_mark_source_day_and_pack(
    table: str, client: TestClient[Any]
) -> None:
    told = rows(client, f"/facts/as/json?table={table}&words=legation")
    found = {one["key"]: one for one in told if one["pack"].startswith("legation/")}
    shipped = [row for row in ROWS if table_of(row) == table]
    assert found.keys() >= {row.key for row in shipped}
    for row in shipped:
        one = found[row.key]
        assert one["source"] == row.source
        assert one["as_of"] == row.as_of.isoformat()
        if row.key != "budapest-2001.us":
            assert one["mark"] == mark_of(row)
        assert one["mark"] in one["states"]
        assert one["mark"] in one["line"]


@pytest.mark.parametrize(
    ("table", "asked", "said"),
    [
        ("norm", "Illegal", ""),
        ("offence", "budapest illegal access", "title: Illegal access"),
        ("norm", "gge critical infrastructure", "weight: political"),
        ("law", "fraud abuse", "Computer Fraud and Abuse Act (18 U.S.C. 1030), year: 1986"),
        ("law", "misuse", "Computer Misuse Act 1990, year: 1990"),
        ("position", "speech attorney", "stance: rejected"),
        ("position", "letter parliament", "stance: adopted"),
        (
            "rule",
            "neutrality council",
            "number: 154, title: Neutrality and Security Council actions",
        ),
        ("rule", "neutrality council", "number_2013: 95"),
        ("control", "boundary", "number: SC-7"),
        ("source", "rollins", "supports: agreement:us-cn-2015"),
        ("quotation", "palmerston", "an anecdote: nobody knows that it was said"),
        ("correction", "drastically", "basis: FireEye, June 2016"),
        ("agreement", "geneva summit", "standing: suspended 2022, suspended: 2022"),
    ],
)
def test_what_the_article_speaks_of_is_found_on_the_desk(
    table: str, asked: str, said: str, client: TestClient[Any]
) -> None:
    text = words(client, f"/facts?table={table}&words={asked}")
    assert said in text
    assert ("No fact fits" in text) == (said == "")


def test_facts_are_narrowed_by_their_mark(client: TestClient[Any]) -> None:
    checked = rows(client, "/facts/as/json?mark=checked")
    assert [(one["key"], one["mark"]) for one in checked] == [("budapest-2001.us", "")]
    assert checked[0]["checks"] == ["checked by Legal adviser on 2026-03-01: holds (the chart)"]
    odd = rows(client, "/facts/as/json?mark=contradicted")
    assert {(one["table"], one["key"]) for one in odd} == {
        ("party", "river.xa"), ("state_name", "xa")
    }  # fmt: skip
    assert {one["pack"] for one in odd} == {"Office of Aldria/accords", "Office of Bevora/accords"}
    assert all(one["mark"] for one in rows(client, "/facts/as/json?mark=not checked"))
    assert rows(client, "/facts/as/json?mark=none") == []


def test_the_page_of_facts_names_its_packs_and_how_they_are_signed(
    client: TestClient[Any],
) -> None:
    text = words(client, "/facts")
    assert "shipped with legation, anchored by its SHA-256" in text
    assert "Office of Aldria/accords, 2026-03-01, signed by " in text
    assert "this desk/checks, 2026-03-01, recorded at this desk" in text


def test_a_state_s_page_shows_both_of_two_packs_that_disagree(client: TestClient[Any]) -> None:
    page = words(client, "/state/XA")
    both = (
        "packs contradict each other whether Aldria [as Office of Aldria/accords says] / Great "
        "Aldria [as Office of Bevora/accords says] is bound by River pact: "
        "Office of Aldria/accords: no [as of 2026-02-01; from memory, not checked"
    )
    assert both in page
    assert "Office of Bevora/accords: yes [as of 2026-02-01; from memory, not checked" in page
    (one,) = (
        one
        for one in rows(client, "/state/XA/as/json")
        if (one["agreement"], one["question"]) == ("river", "ratified")
    )
    assert one["answer"] == "contradicted"
    assert [said.partition(" [")[0] for said in one["says"]] == [
        "Office of Aldria/accords: no", "Office of Bevora/accords: yes"
    ]  # fmt: skip
    table = client.get("/state/XA/as/csv").text
    assert "Office of Aldria/accords: no" in table
    assert "Office of Bevora/accords: yes" in table


def test_a_suspended_agreement_is_told_as_such_on_the_page_and_in_the_files(
    client: TestClient[Any],
) -> None:
    told = [one for one in rows(client, "/state/RU/as/json") if one["agreement"] == "us-ru-2021"]
    assert {one["question"]: one["answer"] for one in told} == {
        "signed": "yes", "implemented": "suspended", "tried": "suspended"
    }  # fmt: skip
    for one in told:
        assert one["status"] == "suspended since 2022"
        assert one["as_of"] == "2025-10-29"
        assert one["sources"] == [
            "World Economic Forum note of 2021-06-17 (cited in the article); to be confirmed there"
        ]
    text = words(client, "/state/RU")
    assert "for Russia, US-Russia Geneva summit" in text
    assert "suspended since 2022: it does not count as in use" in text


def test_each_answer_on_a_state_s_page_has_its_source_mark_and_day(
    client: TestClient[Any],
) -> None:
    told = rows(client, "/state/SE/as/json")
    assert len(told) > 50
    for one in told:
        assert one["sources"]
        assert one["as_of"]
        assert one["mark"] in one["sentence"]
        assert one["as_of"] in one["sentence"]
    page = words(client, "/state/SE")
    for one in told:
        if one["answer"] != "yes":
            assert one["sources"][0] in page


def test_the_list_of_states_answers_with_counts_and_cannot_tell(client: TestClient[Any]) -> None:
    lines = {one["code"]: one for one in rows(client, "/states/as/json")}
    # The convention of 2024, and the pact of which the list is whole.
    assert (lines["US"]["not_signed"], lines["US"]["suspended"]) == (2, 1)
    assert lines["US"]["signed_not_known"] > 0
    assert (lines["XA"]["contradicted"], lines["XA"]["can_tell"]) == (1, "yes")
    for code in ("US", "XA", "FR"):
        answers = rows(client, f"/state/{code}/as/json")
        for question in ("signed", "ratified", "implemented", "tried"):
            own = [one["answer"] for one in answers if one["question"] == question]
            assert lines[code][f"not_{question}"] == own.count("no")
            assert lines[code][f"{question}_not_known"] == own.count("not known")
            marked = [
                one
                for one in answers
                if (one["question"], one["answer"]) == (question, "no") and one["mark"]
            ]
            assert lines[code][f"not_{question}_not_checked"] == len(marked)
        days = [one["as_of"] for one in answers if one["answer"] != "not known"]
        assert lines[code]["as_of"] == min(days)
        assert lines[code]["answers"] == len(answers)
    assert {one["code"] for one in rows(client, "/states/as/json?gap=suspended")} == {"RU", "US"}
    assert "US" in {one["code"] for one in rows(client, "/states/as/json?gap=not signed")}
    # That somebody has not signed is named in the press, and that talks are suspended from memory.
    assert lines["US"]["not_signed_not_checked"] == lines["US"]["suspended_not_checked"] == 1
    assert "2 (with a mark: 1), not known: " in words(client, "/states?words=united states")
    assert "suspended: 1 (with a mark: 1)" in words(
        client, "/states?words=united states&gap=suspended"
    )
    first = rows(client, "/states/as/json?order=signed")[0]
    assert first["not_signed"] == max(one["not_signed"] for one in lines.values())


def test_of_a_state_of_which_nothing_is_known_the_list_cannot_tell(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(home, "The ministry")
    with home.store() as store, desk(home, store) as client:
        unknown = rows(client, "/states/as/json?gap=cannot tell")
        codes = {one["code"] for one in unknown}
        assert {one["can_tell"] for one in unknown} == {"cannot tell"}
        assert "ZM" in codes
        assert not {"US", "FR", "NG"} & codes
        answers = {one["answer"] for one in rows(client, "/state/ZM/as/json")}
        assert answers == {"not known"}
        assert words(client, "/states?words=zambia").count("cannot tell") >= 6


@contextmanager
def checking_desk(home: Home, store: Store, *roles: Role) -> Iterator[TestClient[Any]]:
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner=None,
        gate=open_gate(*roles),
        work=DeskWork(home, store, StoredJobs(home, store), UNPROTECTED),
    )
    with TestClient(app, base_url="http://127.0.0.1:8321") as opened:
        yield opened


def stated(client: TestClient[Any], **other: str) -> dict[str, str]:
    """Return what a person states on the form of a fact."""
    asked = {"fact": "party:budapest-2001.us", "pack": "legation/agreements"}
    form = client.get("/facts/check", params=asked).text
    token = re.search(r'name="form_token" value="([^"]*)"', form)
    assert token
    given = {"found": "holds", "source": "the chart of 1 March", "by": "Policy analyst"}
    return asked | given | {"on": "2026-03-01", "form_token": token[1]} | other


def send(client: TestClient[Any], given: dict[str, str]) -> Any:
    headers = {"Origin": "http://127.0.0.1:8321"}
    return client.post("/facts/check", data=given, headers=headers, follow_redirects=False)


def test_a_policy_analyst_marks_a_fact_as_checked_and_the_trail_says_who(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(home, "The ministry")
    with home.store() as store, checking_desk(home, store, "policy") as client:
        place = "/facts?table=party&words=budapest-2001.us"
        before = html.unescape(client.get(place).text)
        assert "Policy analyst" not in before
        assert "/facts/check?fact=party%3Abudapest-2001.us&pack=" in before
        answer = send(client, stated(client))
        assert answer.status_code == 303
        told = "checked by Policy analyst on 2026-03-01: holds (the chart of 1 March)"
        assert told in html.unescape(client.get(answer.headers["Location"]).text)
        (entry,) = store.audit.entries(verb=CHECKED)
        assert (entry.event.actor, entry.event.subject) == ("test", "party:budapest-2001.us")
        assert entry.event.detail["found"] == "holds"
        assert told in html.unescape(client.get("/facts/as/csv?table=party").text)


@pytest.mark.parametrize(
    "other",
    [
        {"found": "perhaps"},
        {"on": "yesterday"},
        {"on": "2026-03-09"},
        {"on": "2001-01-01"},
        {"source": " "},
        {"by": ""},
        {"fact": "party:nobody"},
        {"pack": "nobody/nothing"},
    ],
)
def test_a_check_that_says_too_little_or_of_nothing_is_refused_and_leaves_nothing(
    tmp_path: Path, other: dict[str, str]
) -> None:
    home = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(home, "The ministry")
    with home.store() as store, checking_desk(home, store, "legal") as client:
        answer = send(client, stated(client, **other))
        assert answer.status_code in (400, 404, 422)
        assert not store.audit.entries(verb=CHECKED)


def test_a_check_on_the_desk_names_nobody_whose_name_is_held_or_was_erased(
    tmp_path: Path,
) -> None:
    home = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(home, "The ministry")
    with home.store() as store, checking_desk(home, store, "policy") as client:
        vault = vault_of(home.keys(UNPROTECTED))
        registers = Registers(home.library(store, "command line").scope(), lambda: vault)
        assert not registers.take(TABLES_OF_MINISTRY["missions"], "missions.csv").refused
        assert not registers.take(HOLDER, "holders.csv").refused
        answer = send(client, stated(client, by="Berg, Anna"))
        assert answer.status_code in (400, 422)
        assert "held sealed" in answer.text
        assert "Berg" not in answer.text
        assert not store.audit.entries(verb=CHECKED)


def test_who_may_not_check_facts_is_shown_no_way_to_and_refused(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(home, "The ministry")
    with home.store() as store, checking_desk(home, store, "security officer") as client:
        assert "/facts/check" not in client.get("/facts").text
        for answer in (client.get("/facts/check"), send(client, {})):
            assert answer.status_code == 403
