"""At entry and when it is opened, the balance tells which proofs count where, and why not."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.missions.invented import tables
from legation.settings import Settings
from worlds.gates import open_gate
from worlds.shell import legation

TODAY = datetime.now(UTC).date()
SITE = "http://127.0.0.1:8321"
HEAD = "key,mission,channel,kind,threats,on,known,outcome,by,source\n"


def proof(  # noqa: PLR0917 - the cells of a row
    key: str, channel: str, kind: str, threats: str, days: int, outcome: str = ""
) -> str:
    on = TODAY - timedelta(days=days)
    return f"{key},paris,{channel},{kind},{threats},{on},{on},{outcome},desk,log\n"


ROWS = (
    proof("counts", "paris-mail", "test", "T6", 4, "held")
    + proof("other-kind", "paris-mail", "test", "T1", 4, "held")
    + proof("in-part", "paris-mail", "test", "T1|T6", 4, "held")
    + proof("no-channel", "", "drill", "T6", 4, "held")
    + proof("unsaid", "paris-mail", "drill", "T6", 4)
    + proof("elsewhere", "tokyo-mail", "test", "T6", 4, "held")
    + proof("old", "paris-mail", "test", "T6", 700, "held")
)
SAID = {
    "other-kind": "does not count among the safeguards against T1: "
    "T1 does not come through a channel of its kind",
    "in-part": "counts among the safeguards against T6; does not count among the safeguards "
    "against T1: T1 does not come through a channel of its kind",
    "no-channel": "does not count among the safeguards against T6: "
    "it names no channel, and a safeguard is tried on a channel",
    "unsaid": "does not count among the safeguards against T6: "
    "nobody said whether the safeguard held",
    "elsewhere": "does not count among the safeguards against T6: "
    "its channel is none of the mission's that day",
    "old": "does not count among the safeguards against T6: "
    "it is older than the 365 days in which a try counts",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    legation("init", "--home", folder)
    for name in ("missions", "channels", "jewels", "proofs"):
        (tmp_path / f"{name}.csv").write_bytes(tables(TODAY)[name])
        assert legation("mission", "import", tmp_path / f"{name}.csv", "--home", folder).code == 0
    return folder


def test_a_terminal_tells_at_entry_where_each_proof_counts_and_why_not(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "more.csv"
    file.write_text(HEAD + ROWS, "utf-8")
    said = legation("mission", "import", file, "--home", home)
    assert said.code == 0
    assert "in the balance 1 count, 1 count in part, 5 count nowhere" in said.out
    assert dict(line.split(": ", 1) for line in said.err.splitlines()) == SAID


def test_a_program_is_told_the_same_as_json(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text(HEAD + ROWS, "utf-8")
    said = legation("mission", "import", file, "--home", home, "--json")
    assert (said.code, said.err) == (0, "")
    (taken,) = json.loads(said.out)
    assert taken["added"] == 7
    told = {one["key"]: "; ".join(one["said"]) for one in taken["counted"] if not one["wholly"]}
    assert told == SAID
    assert {one["key"] for one in taken["counted"] if one["wholly"]} == {"counts"}


def test_of_many_proofs_that_do_not_count_the_first_are_told_and_how_many_more(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "more.csv"
    rows = "".join(proof(f"idle-{n:03}", "", "drill", "T6", 4, "held") for n in range(150))
    file.write_text(HEAD + rows, "utf-8")
    said = legation("mission", "import", file, "--home", home)
    assert "in the balance 0 count, 0 count in part, 150 count nowhere" in said.out
    assert len(said.err.splitlines()) == 21
    assert "and 130 more" in said.err


def test_a_balance_that_is_opened_tells_what_each_proof_counts_for(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "more.csv"
    file.write_text(HEAD + ROWS, "utf-8")
    legation("mission", "import", file, "--home", home)
    said = legation("balance", "explain", "paris", "T6", "--home", home)
    assert re.search(r"- counts  event--\S+: counts 0\.49\n", said.out)
    assert re.search(r"- old  event--\S+: does not count: it is older than the 365 days", said.out)
    assert re.search(r"safeguards: no-channel  event--\S+: does not count: it names no", said.err)
    assert "other-kind" not in said.out
    other = legation("balance", "explain", "paris", "T1", "--home", home)
    assert re.search(r"safeguards: other-kind  event--\S+: does not count: T1 does", other.err)
    told = json.loads(legation("balance", "explain", "paris", "T6", "--home", home, "--json").out)
    assert {use["why"] for use in told["uses"] if use["weight"] == 0} >= {
        "nobody said whether the safeguard held"
    }


def test_the_desk_tells_the_same_at_entry_and_when_it_is_opened(home: Path) -> None:
    house = Home(Settings(home=home), lambda: datetime.now(UTC))
    with house.store() as store:
        app = build_app(
            StoredReading(house.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(house, store, StoredJobs(house, store)),
        )
        with TestClient(app, base_url=SITE) as client:
            page = words_of(taken(client))
            opened = words_of(client.get("/mission/paris/T6").text)
            link = re.search(
                r'href="(/mission/paris/object/[^"]+)"><bdi>in-part<',
                client.get("/mission/paris/T6").text,
            )
            assert link
            row = words_of(client.get(link[1]).text)
    assert "In the balance 1 count, 1 count in part, 5 count nowhere." in page
    for key, said in SAID.items():
        assert f"{key} : {said}" in page
    assert "does not count: nobody said whether the safeguard held" in opened
    assert "What does not count, and why" in opened
    assert "Counts among the safeguards against T6" in row
    assert "Does not count among the safeguards against T1" in row


BREACH = proof("b1", "paris-mail", "breach", "T6", 2, "failed")
LESS = proof("b1", "paris-mail", "attempt", "T6", 2, "failed")


def test_a_terminal_tells_that_a_breach_was_made_to_say_less(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    file.write_text(HEAD + BREACH, "utf-8")
    assert "warning" not in legation("mission", "import", file, "--home", home).err
    file.write_text(HEAD + LESS, "utf-8")
    said = legation("mission", "import", file, "--home", home, "--json")
    ((weakened,),) = (one["weakened"] for one in json.loads(said.out))
    assert (weakened["key"], weakened["columns"], weakened["counts"]) == ("b1", ["kind"], True)
    file.write_text(HEAD + LESS.replace("T6", "T1"), "utf-8")
    said = legation("mission", "import", file, "--home", home)
    assert (
        "legation: warning: b1: this row says less than is on record of a breach, a failed try "
        "or an attempt: kind, threats; it counts as it was until the row names another source\n"
    ) in said.err
    told = f"b1: a breach was changed on {TODAY} by command line: it counts as it was until"
    assert told in legation("balance", "explain", "paris", "T6", "--home", home).err
    assert f"paris: {told}" in legation("balance", "show", "--home", home).err
    shown = json.loads(legation("balance", "show", "paris", "--home", home, "--json").out)
    assert [one["key"] for one in shown["missions"][0]["altered"]] == ["b1", "b1"]


def test_the_desk_tells_that_a_breach_was_made_to_say_less(home: Path) -> None:
    house = Home(Settings(home=home), lambda: datetime.now(UTC))
    with house.store() as store:
        app = build_app(
            StoredReading(house.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(house, store, StoredJobs(house, store)),
        )
        with TestClient(app, base_url=SITE) as client:
            assert "says less than is on record" not in words_of(taken(client, BREACH))
            moved = LESS.replace("paris,paris-mail", "tokyo,tokyo-mail")
            page = words_of(taken(client, moved))
            pages = [client.get(each).text for each in ("/mission/paris", "/mission/paris/T6")]
            link = re.search(r'href="(/mission/paris/object/[^"]+)"><code dir="ltr">b1<', pages[0])
            assert link
            row = client.get(link[1])
    assert "Breaches, failed tries and attempts of which this says less" in page
    assert "b1 ( mission, channel, kind ): it counts as it was" in page
    for each in pages:
        assert f"a breach: changed on {TODAY} by" in words_of(each)
        assert "It counts as it was until its row names another source." in words_of(each)
    assert row.status_code == 200
    assert "tokyo-mail" in words_of(row.text)


def test_what_counts_for_a_mission_opens_there_though_its_channel_is_another_s_now(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "more.csv"
    file.write_text(HEAD + BREACH, "utf-8")
    legation("mission", "import", file, "--home", home)
    moved = tables(TODAY)["channels"].replace(b"paris-mail,paris,", b"paris-mail,tokyo,")
    file.write_bytes(moved)
    legation("mission", "import", file, "--home", home)
    house = Home(Settings(home=home), lambda: datetime.now(UTC))
    with house.store() as store:
        app = build_app(
            StoredReading(house.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(house, store, StoredJobs(house, store)),
        )
        with TestClient(app, base_url=SITE) as client:
            opened = []
            for key in ("paris", "tokyo"):
                page = client.get(f"/mission/{key}/T6").text
                links = set(re.findall(rf'href="(/mission/{key}/object/[^"]+)"', page))
                assert {client.get(link).status_code for link in links} == {200}
                opened.append("> b1<" in page or ">b1<" in page)
    assert opened == [True, True]


def test_a_form_that_takes_a_breach_back_is_answered_with_what_it_does(home: Path) -> None:
    house = Home(Settings(home=home), lambda: datetime.now(UTC))
    with house.store() as store:
        app = build_app(
            StoredReading(house.library(store, "test")),
            banner=None,
            gate=open_gate("security officer"),
            work=DeskWork(house, store, StoredJobs(house, store)),
        )
        with TestClient(app, base_url=SITE) as client:
            taken(client, BREACH)
            token = re.search(
                r'name="form_token" value="([^"]*)"',
                client.get("/registers/proofs/row?key=b1").text,
            )
            assert token
            cells = dict(zip(HEAD.strip().split(","), LESS.strip().split(","), strict=True))
            answer = client.post(
                "/registers/proofs/row",
                data=cells | {"form_token": token[1]},
                headers={"Origin": SITE},
                follow_redirects=False,
            )
    assert answer.status_code == 200
    assert "Breaches, failed tries and attempts of which this says less" in answer.text


def taken(client: TestClient[Any], rows: str = ROWS) -> str:
    form = re.search(r'name="form_token" value="([^"]*)"', client.get("/registers").text)
    assert form
    return client.post(
        "/registers/import",
        data={"form_token": form[1]},
        files={"file": ("proofs.csv", (HEAD + rows).encode())},
        headers={"Origin": SITE},
    ).text


def words_of(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())
