"""A campaign of 10,000 accounts and 50,000 ties opens: what is asked and sent stays small."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import event

from legation.app.library import Library
from legation.desk.network import MOST_LINKS, MOST_VERTICES
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.store.duck import connect
from legation.store.opening import Store
from worlds.gates import open_gate
from worlds.large_campaigns import large_home

HERE = "/campaign/c-large"
TABS = ("", "/coordination", "/evidence", "/techniques", "/spread", "/rights", "/history")


class Counter:
    """Counts what is asked of the database and of the lake."""

    def __init__(self, store: Store, library: Library) -> None:
        self.asked: list[str] = []
        event.listen(store._database.engine, "before_cursor_execute", self._sql)
        self._duck = connect()
        library.proofs("c-large")._proofs._connection = self  # type: ignore[assignment]  # stands in for a connection

    def _sql(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement != "BEGIN":  # opening a transaction asks for nothing
            self.asked.append(statement)

    def register(self, name: str, columns: Any) -> None:
        self._duck.register(name, columns)

    def execute(self, statement: str, values: Any) -> Any:
        self.asked.append(statement)
        return self._duck.execute(statement, values)


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[TestClient, Counter]]:  # type: ignore[type-arg]  # generic over the app
    home = large_home(tmp_path_factory.mktemp("large") / "home", accounts=10_000, ties=50_000)
    with home.store() as store:
        library = home.library(store, "desk")
        counter = Counter(store, library)
        app = build_app(StoredReading(library), banner="TLP:AMBER", gate=open_gate())
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            yield client, counter


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_asks_at_most_ten_questions_and_stays_small(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
    tab: str,
) -> None:
    client, counter = opened
    counter.asked.clear()
    answer = client.get(f"{HERE}{tab}")
    assert answer.status_code == 200
    assert "10,000 accounts" in answer.text
    assert 1 <= len(counter.asked) <= 10
    assert len(answer.content) < 300_000


def test_the_collapsed_network_holds_every_account_and_tie(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, _ = opened
    text = client.get(f"{HERE}/coordination/groups/as/csv").text
    sizes = [int(line.split(",")[-3]) for line in text.strip().splitlines()[1:]]
    assert sum(sizes) == 10_000
    assert (
        "In all: 50,000 pairs of accounts in its evidence."
        in client.get(f"{HERE}/coordination").text
    )


def test_opened_groups_are_bounded_and_what_is_left_out_is_counted(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, counter = opened
    keys = re.findall(r"\?group=([\w-]+)", client.get(f"{HERE}/coordination/groups").text)
    counter.asked.clear()
    answer = client.get(f"{HERE}/coordination", params={"open": ",".join(dict.fromkeys(keys))})
    assert answer.status_code == 200
    assert len(counter.asked) <= 10
    drawn = re.search(r"Drawn, strongest first: ([\d,]+) vertices, ([\d,]+) lines", answer.text)
    left = re.search(r"Left out: ([\d,]+) weaker", answer.text)
    assert drawn is not None
    assert left is not None
    vertices, lines, weaker = (int(n.replace(",", "")) for n in (*drawn.groups(), left[1]))
    assert vertices == answer.text.count(' class="one ') + answer.text.count(' class="group ')
    assert 1_000 < vertices <= MOST_VERTICES
    assert lines == MOST_LINKS
    assert (
        sum(path.count("M") for path in re.findall(r'"strand" d="(M[^"]+)"', answer.text)) == lines
    )
    assert weaker > 0
    assert "accounts stand together in their group" in answer.text
    assert len(answer.content) < 1_000_000


def test_the_script_that_draws_asks_as_little_as_the_page(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, counter = opened
    counter.asked.clear()
    told = client.get(f"{HERE}/coordination/graph").json()
    assert 1 <= len(counter.asked) <= 10
    assert sum(one.get("size", 1) for one in told["nodes"]) == 10_000


def test_the_table_twin_joins_to_the_whole_by_key(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, counter = opened
    seen: list[str] = []
    path = f"{HERE}/coordination/links"
    pages = 0
    while path:
        counter.asked.clear()
        text = client.get(path).text
        assert len(counter.asked) <= 10
        pages += 1
        seen += re.findall(r'<tr><th scope="row"><bdi>([^<]+)</bdi></th><td><bdi>([^<]+)', text)
        found = re.search(r'href="([^"]+)">Next page', text)
        path = found[1].replace("&amp;", "&") if found and pages < 6 else ""
    whole = client.get(f"{HERE}/coordination/links/as/json").json()["rows"]
    assert pages == 6
    assert len(seen) == len(set(seen)) == 300
    pairs = [row["post_pairs"] for row in whole]
    assert pairs == sorted(pairs, reverse=True)


def following(text: str) -> str:
    found = re.search(r'href="([^"]+)">Next page', text)
    return found[1].replace("&amp;", "&") if found else ""


def pairs_of(text: str) -> list[tuple[str, str]]:
    return re.findall(
        r'class="pair"><bdi class="account">([^<]+)</bdi> <bdi class="account">([^<]+)<', text
    )


@pytest.mark.parametrize("order", ["objects", "account", "tie", "expected", "q", "when"])
def test_ties_come_in_each_order_forth_and_back_by_key(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
    order: str,
) -> None:
    client, counter = opened
    rows = client.get(f"{HERE}/ties/as/json?order={order}").json()["rows"]
    whole = [(row["account_a"], row["account_b"]) for row in rows]
    assert len(whole) == len(set(whole)) == 50_000
    for way, expected in ((order, whole), (f"-{order}", whole[::-1])):
        seen, path = [], f"{HERE}/ties?order={way}"
        for _ in range(4):
            counter.asked.clear()
            text = client.get(path).text
            assert len(counter.asked) <= 10
            seen += pairs_of(text)
            path = following(text)
        assert seen == expected[:200]
        assert "acct-" not in path  # an address stays in the browser


def test_the_ties_end_with_the_last_one_and_an_unknown_order_is_refused(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, _ = opened
    text = client.get(f"{HERE}/ties?order=-objects").text
    first = client.get(f"{HERE}/ties/as/csv?order=-objects").text.splitlines()[1].split(",")[1:3]
    assert list(pairs_of(text)[0]) == first
    member = first[0]
    rows = client.get(f"{HERE}/ties/as/json?account={member}").json()["rows"]
    own = client.get(f"{HERE}/ties?account={member}").text
    assert pairs_of(own) == [(row["account_a"], row["account_b"]) for row in rows]
    assert "Next page" not in own
    for path in ("ties", "evidence", "accounts", "coordination/groups", "spread"):
        for file in ("", "/as/csv"):
            answer = client.get(f"{HERE}/{path}{file}?order=colour")
            assert answer.status_code == 400, path
            assert "no order" in answer.text.lower()


@pytest.mark.parametrize("order", ["time", "-time", "lag", "-lag", "layer", "-layer"])
def test_evidence_comes_in_each_order_by_key_and_its_file_likewise(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
    order: str,
) -> None:
    client, counter = opened
    rows = client.get(f"{HERE}/evidence/as/json?order={order}").json()["rows"]
    whole = [(row["time_a"], row["time_b"]) for row in rows]
    seen, path = 0, f"{HERE}/evidence?order={order}"
    for _ in range(4):
        counter.asked.clear()
        text = client.get(path).text
        assert len(counter.asked) <= 10
        times = re.findall(r'class="by">.*?datetime="([^"]+)"', text)
        told = [datetime.fromisoformat(one).timestamp() for one in times]
        assert list(zip(told[::2], told[1::2], strict=True)) == whole[seen : seen + 25]
        seen, path = seen + 25, following(text)
    name = order.removeprefix("-")
    values = [abs(row["lag_s"]) if name == "lag" else row["layer"] for row in rows]
    if name != "time":
        assert values == sorted(values, reverse=order.startswith("-"))


@pytest.mark.parametrize("order", ["score", "account", "role", "q", "partners", "objects"])
def test_accounts_come_in_each_order_and_their_file_likewise(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
    order: str,
) -> None:
    client, _ = opened
    files = [
        [
            row["account_id"]
            for row in client.get(f"{HERE}/accounts/as/json?order={way}").json()["rows"]
        ]
        for way in (order, f"-{order}")
    ]
    assert files[0] == files[1][::-1]
    assert len(set(files[0])) == 10_000
    seen, path = [], f"{HERE}/accounts?order={order}"
    for _ in range(3):
        text = client.get(path).text
        seen += re.findall(r'<th scope="row"><a href="[^"]+"><bdi class="account">([^<]+)', text)
        path = following(text)
    assert seen == files[0][:150]


def test_days_come_in_pages_and_in_each_order(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, _ = opened
    path, pages = f"{HERE}/spread", []
    while path:
        pages.append(client.get(path).text)
        path = following(pages[-1])
    assert len(pages) == 4
    assert "Days 151 to 200 of 200" in pages[-1]
    for order in ("day", "posts", "met"):
        forth, back = (
            [row["day"] for row in client.get(f"{HERE}/spread/as/json?order={way}").json()["rows"]]
            for way in (order, f"-{order}")
        )
        assert forth == back[::-1]


def test_evidence_comes_in_pages_and_its_file_says_where_it_ends(
    opened: tuple[TestClient, Counter],  # type: ignore[type-arg]  # as above
) -> None:
    client, _ = opened
    evidence = client.get(f"{HERE}/evidence")
    assert evidence.text.count('class="meeting"') == 25
    assert "20,000 meetings: a pair of posts meets once for each object" in evidence.text
    made = client.get(f"{HERE}/evidence/as/csv")
    assert "evidence-first-10000-of-20000.TLP-AMBER.csv" in made.headers["content-disposition"]
    assert made.text.count("\n") == 10_001
