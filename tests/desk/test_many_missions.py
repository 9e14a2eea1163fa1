"""Two hundred states, five hundred missions, five thousand channels: few questions, little anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import event

from legation.app.balancing import Balancing
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.registers import Registers
from legation.balance.weighing import ancestors
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from legation.store.opening import Store
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.many_missions import CHANNELS, MISSIONS, STATES, tables

MOST = 10
NOT_ASKED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
PAGES = (
    *("/", "/balance", "/balance?order=name&state=FR", "/mission/m0", "/mission/m0/T6"),
    *("/registers", "/state/FR"),
)
# A channel of mail: its credit and its part of the surface against five threats, what is at
# stake on it for four of these; and the bars, balances and mission above these.
TOUCHED = 5 + 5 + 4 + 3 * 5 + 1


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(Settings(home=tmp_path_factory.mktemp("many") / "home"), Clock())
    make_home(made)
    return made


@pytest.fixture(scope="module")
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        registers = Registers(home.library(opened, "command line").scope())
        added = {}
        for name, content in tables().items():
            taken = registers.take(content, name)
            assert not taken.refused
            added[name] = taken.added
        assert (added["missions"], added["channels"]) == (MISSIONS, CHANNELS) == (500, 5_000)
        assert len({one.row.state for one in registers.rows("missions")}) == STATES == 200  # type: ignore[union-attr]  # missions have states
        yield opened


@pytest.fixture
def asked(store: Store) -> Iterator[list[str]]:
    """Collect what the store is asked."""
    met: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(NOT_ASKED):
            met.append(" ".join(statement.split()))

    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield met
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def client(home: Home, store: Store) -> Iterator[TestClient[Any]]:
    app = build_app(
        StoredReading(home.library(store, "test")),
        banner=None,
        gate=open_gate("security officer"),
        work=DeskWork(home, store, StoredJobs(home, store)),
    )
    with TestClient(app, base_url="http://127.0.0.1:8321") as opened:
        yield opened


def changed(name: str) -> bytes:
    """Return the table of channels in which one has another name."""
    table = tables()["channels"]
    assert b"m0-c0,m0,mail,Way 0," in table
    return table.replace(b"m0-c0,m0,mail,Way 0,", f"m0-c0,m0,mail,{name},".encode())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_over_all_of_them_asks_at_most_ten_questions(
    client: TestClient[Any], asked: list[str], path: str
) -> None:
    assert client.get(path).status_code == 200
    assert len(asked) <= MOST, "\n".join(asked)


def test_the_count_of_questions_sees_them(home: Home, store: Store, asked: list[str]) -> None:
    Registers(home.library(store, "command line").scope()).rows("missions")
    assert any("FROM" in statement for statement in asked)


def test_one_change_among_all_of_them_touches_its_ancestors_and_nothing_else(
    home: Home, store: Store
) -> None:
    balancing = Balancing()
    scope = home.library(store, "command line").scope()
    registers = Registers(scope)
    first = balancing.balance(scope)
    assert len(first.standings) == MISSIONS
    assert first.made == len(first.nodes) > 30_000
    assert balancing.balance(scope).made == 0
    assert registers.take(changed("Post"), "channels").changed == 1
    again = balancing.balance(scope)
    touched = ancestors(first.nodes, registers.id_of("channels", "m0-c0"))
    assert again.made == len(touched) == TOUCHED
    mission = registers.id_of("missions", "m0")
    own = {mission, registers.id_of("channels", "m0-c0")}
    assert {name.partition("|")[0] for name in touched} == own
    assert again.nodes == Balancing().balance(scope).nodes


def test_one_more_proof_touches_the_threats_that_it_names_and_no_other_mission(
    home: Home, store: Store
) -> None:
    balancing = Balancing()
    scope = home.library(store, "command line").scope()
    registers = Registers(scope)
    before = balancing.balance(scope)
    head = tables()["proofs"].partition(b"\n")[0]
    row = b"m7-again,m7,m7-c0,breach,T6,2026-02-20,2026-02-21,failed,desk,log"
    assert registers.take(b"\n".join([head, row, b""]), "proofs").added == 1
    after = balancing.balance(scope)
    differs = {name for name, node in after.nodes.items() if node != before.nodes[name]}
    mission, channel = registers.id_of("missions", "m7"), registers.id_of("channels", "m7-c0")
    parts = ("chance", "exposure", "safeguards", "balance")
    assert differs == {
        f"{channel}|T6|credit",
        *(f"{mission}|T6|{part}" for part in parts),
        f"{mission}|mission",
    }
    assert after.made == len(differs) == 6


def test_the_paper_of_very_many_missions_has_the_table_alone(home: Home, store: Store) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    app = build_app(StoredReading(home.library(store, "test")), banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        answer = client.get("/balance/paper/pdf?state=FR")
        whole = client.get("/balance/paper/pdf")
    assert answer.status_code == whole.status_code == 200
    few, many = (
        "".join(one.extract_text() for one in PdfReader(BytesIO(each.content)).pages)
        for each in (answer, whole)
    )
    assert "each mission has a paper of its own" not in " ".join(few.split())
    assert "each mission has a paper of its own" in " ".join(many.split())
