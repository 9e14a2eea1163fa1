"""Every door lists the same campaigns in the same order, and an old id leads to what it is now."""

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from legation.app.home import Home
from legation.app.listing import Query
from legation.app.recording import keep_findings
from legation.cli.watching import say_found
from legation.desk.stored import StoredReading
from legation.settings import Settings
from legation.threats.disinformation.findings import Campaign, Report
from worlds.found_campaigns import report_of
from worlds.homes import make_home
from worlds.shell import legation

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
GRADES = ("low", "high", "moderate", "high", "low", "moderate")


def found() -> Report:
    """Return campaigns in an order that is none of grades or days."""
    report = report_of("run-1", GRADES)
    lasts = (5, 1, 4, 6, 5, 2)
    some = tuple(
        msgspec.structs.replace(one, last=one.last + 86_400 * day)
        for one, day in zip(report.campaigns, lasts, strict=True)
    )
    return msgspec.structs.replace(report, campaigns=some)


def renamed(campaign: Campaign, name: str) -> Campaign:
    """Return a campaign with one member more, hence of another id."""
    more = msgspec.structs.replace(campaign.accounts[0], account_id=f"acct-{'z' * 26}")
    return msgspec.structs.replace(campaign, campaign_id=name, accounts=(*campaign.accounts, more))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = Home(Settings(home=tmp_path_factory.mktemp("one") / "home"), lambda: NOW)
    make_home(place)
    return place


@pytest.fixture(scope="module")
def report(home: Home) -> Report:
    first = found()
    run = msgspec.structs.replace(first.run, run_id="run-2")
    grown = tuple(
        renamed(one, "campaign-now") if one.campaign_id == "campaign-3" else one
        for one in first.campaigns
    )
    second = msgspec.structs.replace(first, run=run, campaigns=grown)
    with home.store() as store:
        keep_findings(store, first, NOW)
        keep_findings(store, second, NOW + timedelta(hours=1))
    return second


def test_today_the_list_the_shell_and_watch_have_one_order(home: Home, report: Report) -> None:
    with home.store() as store:
        reading = StoredReading(home.library(store, "test"))
        today = [one.campaign_id for one in reading.today().top]
        listed = [one.campaign_id for one in reading.campaigns(Query(), after=None, limit=50).lines]
    shell = json.loads(legation("campaign", "list", "--json", "--home", home.folder).out)
    said = io.StringIO()
    with redirect_stdout(said):
        say_found(report)
    by_grade = [
        "campaign-now",
        "campaign-1",
        "campaign-2",
        "campaign-5",
        "campaign-0",
        "campaign-4",
    ]
    assert listed == by_grade
    assert today == by_grade[: len(today)]
    assert len(today) == 5
    assert [one["campaign_id"] for one in shell["campaigns"]] == by_grade
    table = legation("campaign", "list", "--home", home.folder).out
    for text in (table, said.getvalue()):
        assert [row.split()[0] for row in text.splitlines()[1:]] == by_grade


def test_an_id_of_an_earlier_run_leads_to_the_campaign_of_now_and_says_so(
    home: Home, report: Report, tmp_path: Path
) -> None:
    assert "campaign-now" in {one.campaign_id for one in report.campaigns}
    told = "campaign-3 is an id of an earlier run"
    shown = legation("campaign", "show", "campaign-3", "--home", home.folder)
    assert shown.code == 0
    assert told in shown.err
    assert shown.out.startswith("campaign-now")
    as_json = json.loads(
        legation("campaign", "show", "campaign-3", "--json", "--home", home.folder).out
    )
    assert (as_json["asked"], as_json["goes_on_as"]) == ("campaign-3", "campaign-now")
    assert as_json["campaign"]["campaign_id"] == "campaign-now"
    file = tmp_path / "out.csv"
    left = legation(
        "campaign", "export", "campaign-3", "--csv", "--out", file, "--home", home.folder
    )
    assert told in left.err
    assert "campaign-now" in file.read_text("utf-8")


@pytest.mark.parametrize("asked", ["campaign-now", "campaign-n", "campaign-1"])
def test_an_id_of_now_or_its_start_says_nothing_of_earlier_runs(
    home: Home, report: Report, asked: str
) -> None:
    assert report.campaigns
    shown = legation("campaign", "show", asked, "--home", home.folder)
    assert "earlier run" not in shown.err
    as_json = json.loads(legation("campaign", "show", asked, "--json", "--home", home.folder).out)
    assert (as_json["asked"], as_json["goes_on_as"]) == (asked, None)
