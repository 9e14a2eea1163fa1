"""The calendar of talks beside a campaign: told to who may know the talks, and to nobody else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar.testing import TestClient

from legation.app.handing import talks_near
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.registers import Registers
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.threats.disinformation.findings import Campaign
from worlds.gates import open_gate
from worlds.homes import make_home
from worlds.planted_posts import START, write_town
from worlds.shell import legation

HEAD = "key,kind,name,starts,ends,parties,stakes,before,after,source\n"
DAY = START.date().isoformat()
HERE = f"here,round,Grain round,{DAY}T09:00:00Z,{DAY}T18:00:00Z,XA|XB,the grain accord,1,1,a note\n"
FAR = "far,vote,Far vote,2031-01-02T09:00:00Z,2031-01-02T10:00:00Z,XA,a seat,1,1,a note\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(Settings(home=tmp_path / "home"), lambda: datetime(2026, 4, 1, tzinfo=UTC))
    make_home(made)
    return made


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with home.store() as opened:
        yield opened


@pytest.fixture
def campaign(home: Home, store: Store, tmp_path: Path) -> Campaign:
    """Return the one campaign of a town, with two talks on the calendar."""
    found = Registers(home.library(store, "ann").scope())
    assert not found.take((HEAD + HERE + FAR).encode(), "talks.csv").refused
    Intakes(home, store, UNPROTECTED).take(write_town(tmp_path / "town.jsonl"), Reading())
    report = look(home, store)
    assert report is not None
    return report.campaigns[0]


def test_a_campaign_is_shown_with_the_talks_near_which_it_was_active(
    home: Home, store: Store, campaign: Campaign
) -> None:
    (one,) = talks_near(home.library(store, "ann").scope(), campaign)
    assert one.watch.talk == "here"
    assert "the grain accord" in one.watch.because
    assert 0 < one.posts < one.of == sum(posts for _, posts in campaign.activity)


def test_talks_that_a_reader_may_not_know_are_not_told(
    home: Home, store: Store, campaign: Campaign
) -> None:
    scope = home.library(store, "ann").scope()
    (hidden,) = [one.object_id for one in Registers(scope).rows("talks") if one.row.key == "here"]
    closed = Label(tlp=Tlp.RED, compartments=("grain",))
    store.labels.set(hidden, closed, actor="ann", reason="for the few")
    assert talks_near(home.library(store, "ann").scope(), campaign) == ()


def test_the_page_of_a_campaign_tells_of_talks_near_it_under_their_label(
    home: Home, store: Store, campaign: Campaign
) -> None:
    def shown() -> str:
        app = build_app(
            StoredReading(home.library(store, "ann")), banner=None, gate=open_gate("analyst")
        )
        with TestClient(app, base_url="http://127.0.0.1:8321") as client:
            return client.get(f"/campaign/{campaign.campaign_id}").text

    page = shown()
    assert "fall into the watch that is raised until" in page
    assert "round &#39;Grain round&#39;: the grain accord" in page
    assert "That they fall together proves no tie." in page
    assert "Far vote" not in page
    assert "TLP:RED" not in page
    (talks,) = [
        one.object_id
        for one in Registers(home.library(store, "ann").scope()).rows("talks")
        if one.row.key == "here"
    ]
    store.labels.set(talks, Label(tlp=Tlp.RED), actor="ann", reason="a close round")
    assert "TLP:RED" in shown()
    closed = Label(tlp=Tlp.RED, compartments=("grain",))
    store.labels.set(talks, closed, actor="ann", reason="for the few")
    page = shown()
    assert "Grain round" not in page
    assert "fall into the watch" not in page
    assert "TLP:RED" not in page


def test_the_watch_and_the_campaign_say_which_talks_why_and_until_when(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "exports"
    folder.mkdir()
    (tmp_path / "talks.csv").write_text(HEAD + HERE + FAR, "utf-8")
    assert legation("init", "--home", home).code == 0
    assert legation("event", "import", tmp_path / "talks.csv", "--home", home).code == 0
    write_town(folder / "town.jsonl")
    said = legation("watch", "--once", "--every", "0", "--folder", folder, "--home", home)
    assert said.code == 0, said.err
    campaign = said.out.split("\n")[-2].split()[0]
    shown = legation("campaign", "show", campaign, "--home", home).out
    for text in (said.err, shown):
        assert "fall into the watch that is raised until" in text
        assert "round 'Grain round': the grain accord" in text
        assert "proves no tie" in text
        assert "Far vote" not in text
