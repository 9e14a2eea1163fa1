"""Who may be told: what is kept never becomes wider, and what leaves is no wider than that."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.app.home import Home
from legation.app.marking import level_to_leave
from legation.app.recording import keep_findings
from legation.errors import DeniedError
from legation.settings import Settings, read_settings
from legation.stix.tlp import Tlp, level_of, marking_ref
from legation.threats.disinformation.findings import Report
from worlds.found_campaigns import RUN, found_campaign
from worlds.homes import make_home

LEVELS = st.sampled_from(Tlp)


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@given(LEVELS, LEVELS, st.none() | LEVELS)
def test_sharing_never_widens_a_marking(kept: Tlp, own: Tlp, asked: Tlp | None) -> None:
    if asked is not None and asked < kept:
        with pytest.raises(DeniedError):
            level_to_leave(kept, own=own, asked=asked)
    else:
        level = level_to_leave(kept, own=own, asked=asked)
        assert level >= kept
        assert level == (max(kept, own) if asked is None else asked)


def found(home: Home, run_id: str) -> None:
    """Record one campaign of a run under the home's level."""
    with home.store() as store:
        run = msgspec.structs.replace(RUN, run_id=run_id)
        report = Report(run=run, campaigns=(found_campaign(),))
        keep_findings(store, report, now(), marking=home.marking)


def level(home: Home, asked: Tlp | None = None) -> Tlp | None:
    """Export the campaign and return the one level that its objects carry."""
    with home.store() as store:
        library = home.library(store, "test")
        bundle = library.export([found_campaign().campaign_id], "stix", asked).content
    things = json.loads(bundle)["objects"]
    (only,) = {ref for thing in things for ref in thing.get("object_marking_refs", ())}
    return level_of(only)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_home(Home(Settings(home=tmp_path / "home"), now))
    return tmp_path / "home"


def desk(folder: Path, name: str) -> Home:
    return Home(read_settings(environ={}, home=folder, default_tlp=name), now)


def test_the_setting_says_under_which_level_findings_are_kept(folder: Path) -> None:
    found(desk(folder, "green"), "run-1")
    assert level(desk(folder, "green")) is Tlp.GREEN
    assert level(desk(folder, "clear")) is Tlp.GREEN
    assert level(desk(folder, "red")) is Tlp.RED
    assert level(desk(folder, "red"), Tlp.GREEN) is Tlp.GREEN
    with pytest.raises(DeniedError):
        level(desk(folder, "clear"), Tlp.CLEAR)


def test_a_campaign_found_again_under_a_wider_setting_keeps_its_level(folder: Path) -> None:
    found(desk(folder, "red"), "run-1")
    found(desk(folder, "green"), "run-2")
    assert level(desk(folder, "green")) is Tlp.RED
    with desk(folder, "green").store() as store:
        assert store.objects.find("user-account", marking=marking_ref(Tlp.GREEN)).items == ()


def test_a_member_that_is_kept_under_a_stricter_level_keeps_the_whole_there(folder: Path) -> None:
    found(desk(folder, "red"), "run-1")
    other = msgspec.structs.replace(found_campaign(), campaign_id="c-other")
    with desk(folder, "green").store() as store:
        run = msgspec.structs.replace(RUN, run_id="run-2")
        keep_findings(store, Report(run=run, campaigns=(other,)), now(), marking=Tlp.GREEN)
        library = desk(folder, "green").library(store, "test")
        with pytest.raises(DeniedError):
            library.export(["c-other"], "stix", Tlp.AMBER)
