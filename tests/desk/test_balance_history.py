"""What was believed on a day is told again as it was, at both doors, whatever came after."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.registers import Registers
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from legation.store.opening import Store
from worlds.gates import Clock, open_gate
from worlds.homes import make_home
from worlds.ministry import TABLES
from worlds.shell import legation

FIRST, LATER = "2026-03-01", "2026-03-04"
PAGES = ("/mission/bevora", "/mission/bevora/T6", "/mission/paris/T6")


class History:
    """A home whose registers were rewritten and thinned out three days later."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.home = Home(Settings(home=folder), self.clock)
        make_home(self.home)

    def registers(self, store: Store) -> Registers:
        return Registers(self.home.library(store, "command line").scope())

    def enter(self, store: Store) -> None:
        for name, content in TABLES.items():
            assert not self.registers(store).take(content, name).refused

    def rewrite(self, store: Store) -> None:
        """Change a channel, and take a breach, a jewel and a whole mission out of the registers."""
        self.clock.pass_time(days=3)
        table = TABLES["channels"].replace(
            b"paris-mail,paris,mail,Mail,", b"paris-mail,paris,mail,Post,"
        )
        assert self.registers(store).take(table, "channels").changed == 1
        gone = (
            ("proofs", "bevora-mail-breach-0"),
            ("jewels", "bevora-papers"),
            ("missions", "tokyo"),
        )
        for register, key in gone:
            self.remove(store, self.registers(store).id_of(register, key))

    def remove(self, store: Store, object_id: str) -> None:
        value = json.loads(store.objects.get(object_id).raw)
        stamp = f"{self.clock():%Y-%m-%dT%H:%M:%S.000Z}"
        store.objects.put(json.dumps(value | {"revoked": True, "modified": stamp}).encode())

    def desk(self, store: Store) -> TestClient[Any]:
        app = build_app(
            StoredReading(self.home.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(self.home, store, StoredJobs(self.home, store)),
        )
        return TestClient(app, base_url="http://127.0.0.1:8321")


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "home")


@pytest.fixture
def store(history: History) -> Iterator[Store]:
    with history.home.store() as opened:
        history.enter(opened)
        yield opened


def words_of(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    note = "This is what was believed at the end of 2026-03-01."
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).replace(note, "").split())


def test_the_desk_tells_again_what_it_told_on_a_day(history: History, store: Store) -> None:
    with history.desk(store) as client:
        then = {path: words_of(client.get(path).text) for path in PAGES}
        listed = client.get("/balance/as/json").content
        history.rewrite(store)
        for path, told in then.items():
            assert words_of(client.get(path).text) != told
            page = client.get(f"{path}?as_of={FIRST}").text
            assert f"This is what was believed at the end of {FIRST}." in page
            assert words_of(page) == told
            # Whoever follows a link stays on that day.
            links = re.findall(r'href="(/mission/[^"]+)"', page[page.index("<main") :])
            assert links
            assert all(link.endswith(f"?as_of={FIRST}") for link in links)
        again = client.get(f"/balance/as/json?as_of={FIRST}").content
        assert json.loads(again)["rows"] == json.loads(listed)["rows"]
        assert "Embassy in Tokyo" in client.get(f"/balance?as_of={FIRST}").text
        assert "Embassy in Tokyo" not in client.get("/balance").text


def test_every_file_of_an_earlier_day_holds_what_was_believed_then(
    history: History, store: Store
) -> None:
    with history.desk(store) as client:
        then = {path: client.get(f"{path}/as/json").json()["rows"] for path in PAGES}
        bundle = client.get("/mission/paris/T6/as/stix").json()["objects"]
        history.rewrite(store)
        for path, rows in then.items():
            assert client.get(f"{path}/as/json").json()["rows"] != rows
            assert client.get(f"{path}/as/json?as_of={FIRST}").json()["rows"] == rows
        again = client.get(f"/mission/paris/T6/as/stix?as_of={FIRST}").json()["objects"]
        channel = history.registers(store).id_of("channels", "paris-mail")
        assert [one for one in again if one["id"] == channel] == [
            one for one in bundle if one["id"] == channel
        ]
        assert {one["id"] for one in again if one["type"] == "note"} == {
            one["id"] for one in bundle if one["type"] == "note"
        }


def test_a_removed_object_opens_on_a_day_when_it_was_believed(
    history: History, store: Store
) -> None:
    gone = history.registers(store).id_of("jewels", "bevora-papers")
    history.rewrite(store)
    with history.desk(store) as client:
        assert client.get(f"/mission/bevora/object/{gone}").status_code == 404
        page = client.get(f"/mission/bevora/object/{gone}?as_of={FIRST}")
        assert page.status_code == 200
        assert "bevora-papers" in page.text


def test_a_breach_that_was_taken_back_opens_as_long_as_it_counts(
    history: History, store: Store
) -> None:
    taken_back = history.registers(store).id_of("proofs", "bevora-mail-breach-0")
    history.rewrite(store)
    with history.desk(store) as client:
        for day in ("", f"?as_of={FIRST}"):
            page = client.get(f"/mission/bevora/object/{taken_back}{day}")
            assert page.status_code == 200
            assert "Counts for the chance of T5, T6" in page.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("as_of=yesterday", 400),
        ("as_of=2026-03-01T10:00:00", 400),
        ("as_of=NaN", 400),
        ("as_of=9999-12-31", 400),
        ("as_of=9999-12-31T23:59:59-12:00", 400),
        ("as_of=0001-01-01T00:00:00%2B12:00", 400),
        ("as_of=0001-01-01", 200),
        ("colour=blue", 400),
    ],
)
def test_a_day_that_cannot_be_asked_for_is_refused_in_words(
    history: History, store: Store, asked: str, status: int
) -> None:
    with history.desk(store) as client:
        assert client.get(f"/balance?{asked}").status_code == status
        expected = status if status == 400 else 404
        assert client.get(f"/mission/paris?{asked}").status_code == expected
        assert client.get(f"/mission/paris/T6?{asked}").status_code == expected


def test_before_the_first_entry_the_desk_says_that_nothing_was_on_record(
    history: History, store: Store
) -> None:
    with history.desk(store) as client:
        assert "No mission was on record then" in client.get("/balance?as_of=2020-01-01").text


def test_a_terminal_tells_again_what_it_told_on_a_day(history: History) -> None:
    folder = history.home.folder
    asked = (
        ("show",),
        ("explain", "bevora", "T6"),
        ("explain", "paris", "T6"),
        ("explain", "tokyo", "T1"),
    )

    def told(*words: str, day: str = FIRST) -> tuple[int, str]:
        said = legation("balance", *words, "--as-of", day, "--home", folder)
        return said.code, said.out

    with history.home.store() as store:
        history.enter(store)
    then = {words: told(*words) for words in asked}
    with history.home.store() as store:
        history.rewrite(store)
    for words, before in then.items():
        assert told(*words) == before
        assert told(*words, day=LATER) != before
    assert told("explain", "tokyo", "T1", day=LATER)[0] == 3


@pytest.mark.parametrize("day", ["9999-12-31T23:59:59-12:00", "NaN", "2026-02-30", "2026-03-01T1"])
def test_a_terminal_refuses_a_day_that_cannot_be(history: History, day: str) -> None:
    said = legation("balance", "show", "--as-of", day, "--home", history.home.folder)
    assert said.code == 2
    assert "legation: hint: " in said.err
