"""What the registers hand to detectors: official accounts beside the campaigns they act in."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.app.handing import Handing
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.registers import Registers
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.rights.pseudonyms import Pseudonymiser
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.threats.disinformation.description import Known
from worlds.planted_posts import write_town

HEAD = "key,state,kind,name,platform,office,rule,since,source,as_of"
ROW = "{key},{state},account,{name},mastodon,embassy,by its ministry,2026-01-01,a page,2026-02-01"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that nobody has written into."""
    home = Home(Settings(home=tmp_path / "home"), lambda: datetime(2026, 4, 1, tzinfo=UTC))
    home.make("Ministry of Aldria", UNPROTECTED)
    return home


def enter(home: Home, store: Store, *rows: str) -> None:
    """Enter voices as a table."""
    taken = Registers(home.library(store, "ann").scope()).take(
        "\n".join([HEAD, *rows, ""]).encode(), "voices.csv"
    )
    assert not taken.refused


@pytest.mark.parametrize("state", ["FR", "RU", "US", "CN"])
def test_an_official_account_of_any_state_stands_beside_the_campaign_it_acts_in(
    home: Home, tmp_path: Path, state: str
) -> None:
    with home.store() as store:
        enter(home, store, ROW.format(key="emb", state=state, name="ring_3"))
        posts = write_town(tmp_path / "town.jsonl").read_text("utf-8").splitlines()
        placed = tmp_path / "placed.jsonl"
        rows = [json.loads(post) | {"platform": "mastodon"} for post in posts]
        placed.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        Intakes(home, store, UNPROTECTED).take(placed, Reading())
        report = look(home, store, known=Handing(home, store, UNPROTECTED).known())
        assert report is not None
        (campaign,) = report.campaigns
        assert len(campaign.accounts) == 8
        (entry,) = campaign.lookalikes
        assert (entry.kind, entry.accounts) == (f"official account of {state}: embassy", 1)
        assert (entry.rule, entry.source) == ("by its ministry (since 2026-01-01)", "a page")


def test_the_users_own_list_holds_where_both_know_an_account(home: Home) -> None:
    with home.store() as store:
        enter(home, store, ROW.format(key="emb", state="FR", name="ring_3"))
        name = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret).of("ring_3", "mastodon")
        own = Known(kind="agency", rule="of ours", source="us")
        assert Handing(home, store, UNPROTECTED).known({name: own}) == {name: own}


def test_a_row_that_few_may_know_is_not_handed_over(home: Home) -> None:
    with home.store() as store:
        enter(
            home,
            store,
            ROW.format(key="emb", state="FR", name="open"),
            ROW.format(key="few", state="FR", name="hidden"),
        )
        rows = Registers(home.library(store, "ann").scope()).rows("voices")
        (hidden,) = [one.object_id for one in rows if one.row.key == "few"]
        store.labels.set(hidden, Label(tlp=Tlp.RED), actor="ann", reason="for the few")
        names = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret)
        assert set(Handing(home, store, UNPROTECTED).known()) == {names.of("open", "mastodon")}


def test_without_entries_the_keys_stay_closed(home: Home) -> None:
    with home.store() as store:
        home.key_file.unlink()
        assert Handing(home, store, UNPROTECTED).known() == {}
        assert Handing(home, store, None).known() == {}


@pytest.mark.parametrize("written", ["x", "Twitter", "twitter.com"])
@pytest.mark.parametrize("posted", ["x", "X", "twitter", "Twitter"])
def test_an_account_is_known_under_each_name_of_its_platform(
    home: Home, written: str, posted: str
) -> None:
    with home.store() as store:
        enter(
            home, store, ROW.replace("mastodon", written).format(key="a", state="XA", name="@MFA")
        )
        known = Handing(home, store, UNPROTECTED).known()
        names = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret)
        assert names.of("mfa", posted) in known
        assert names.of("mfa", "telegram") not in known
