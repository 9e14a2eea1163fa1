"""What the registers hand to detectors: accounts, domains and names beside the campaigns."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from legation.app.handing import Handing
from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.persons import vault_of
from legation.app.registers import Registers
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.rights.pseudonyms import Pseudonymiser
from legation.rights.purposes import INTERNAL_TEST
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.threats.disinformation.description import Known
from legation.threats.disinformation.findings import Campaign
from worlds.ministry import TABLES
from worlds.planted_posts import write_town

DOMAIN = "{key},{state},domain,{name},,embassy,by its ministry,2026-01-01,a page,2026-02-01"
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


def take_town(home: Home, store: Store, folder: Path, said: Mapping[str, str]) -> None:
    """Take in the town, whose ring says and links what is given by the start of a pushed post."""
    posts = write_town(folder / "town.jsonl").read_text("utf-8").splitlines()
    placed = folder / "placed.jsonl"
    rows = []
    for post in map(json.loads, posts):
        row = post | {"platform": "mastodon"}
        key = str(row["repost_key"])
        for start, text in said.items():
            if key.startswith(start):
                row["text"] = f"{row['text']} {text}"
                row["urls"] = [word for word in text.split() if word.startswith("https://")]
        rows.append(row)
    placed.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert Intakes(home, store, UNPROTECTED).take(placed, Reading()).rows == len(rows)


def looked(home: Home, store: Store) -> Campaign:
    """Look for campaigns and return the only one."""
    handing = Handing(home, store, UNPROTECTED)
    report = look(home, store, known=handing.known(), beside=handing.beside())
    assert report is not None
    (campaign,) = report.campaigns
    return campaign


@pytest.mark.parametrize(("state", "other"), [("FR", "RU"), ("RU", "FR"), ("US", "CN")])
def test_official_domains_and_what_looks_like_them_stand_beside_the_campaign(
    home: Home, tmp_path: Path, state: str, other: str
) -> None:
    said = {
        "pushed-0-": "https://press.mfa.aldria.example/a",
        "pushed-1-0": "https://mfa.a1dria.example/b",
        "pushed-2-": "https://news.test/c",
        "popular-": "https://mfa.brevia.example/not-theirs",
    }
    with home.store() as store:
        take_town(home, store, tmp_path, said)
        plain = looked(home, store)
        assert (plain.domains, plain.names) == ((), ())
        enter(
            home,
            store,
            DOMAIN.format(key="a", state=state, name="mfa.aldria.example"),
            DOMAIN.format(key="b", state=other, name="mfa.brevia.example"),
        )
        campaign = looked(home, store)
        told = [(d.official, d.state, d.way, d.host, d.accounts, d.posts) for d in campaign.domains]
        assert told == [
            ("mfa.aldria.example", state, None, "", 8, 64),
            ("mfa.aldria.example", state, "letters", "mfa.a1dria.example", 8, 8),
        ]
        assert {d.rule for d in campaign.domains} == {"by its ministry (since 2026-01-01)"}
        assert {d.source for d in campaign.domains} == {"a page"}
        # It is context: nothing else of the finding has moved.
        assert msgspec.structs.replace(campaign, domains=()) == plain


def test_the_same_registers_are_no_new_run_and_a_changed_one_is(home: Home, tmp_path: Path) -> None:
    with home.store() as store:
        take_town(home, store, tmp_path, {})
        enter(home, store, DOMAIN.format(key="a", state="FR", name="mfa.aldria.example"))
        looked(home, store)
        handing = Handing(home, store, UNPROTECTED)
        assert look(home, store, known=handing.known(), beside=handing.beside()) is None
        enter(home, store, DOMAIN.format(key="b", state="RU", name="mfa.brevia.example"))
        looked(home, store)


def test_a_protected_name_in_its_posts_is_told_without_it_and_the_use_is_in_the_trail(
    home: Home, tmp_path: Path
) -> None:
    with home.store() as store:
        take_town(home, store, tmp_path, {"pushed-0-": "Anna Berg", "pushed-1-": "Bo Lind"})
        enter_holders(home, store)
        opened = store.audit.entries(verb="person.use")
        campaign = looked(home, store)
        (found,) = campaign.names
        assert (found.role, found.mission, found.posts) == ("head of mission", "paris", 64)
        (use,) = store.audit.entries(verb="person.use")[len(opened) :]
        assert use.event.actor == "watch"
        assert use.event.detail == {"records": 1, **INTERNAL_TEST.parts()}
        told = msgspec.structs.replace(campaign, quotations=(), terms=(), name="")
        assert b"berg" not in msgspec.json.encode(told).lower()


def test_an_erased_name_is_compared_with_nothing(home: Home, tmp_path: Path) -> None:
    with home.store() as store:
        take_town(home, store, tmp_path, {"pushed-0-": "Anna Berg"})
        enter_holders(home, store)
        assert looked(home, store).names
        (record,) = [one for one in store.personal.records() if one.purpose == "protect-holder"]
        store.personal.erase(record.record_id, actor="ann", reason="she asked for it")
        assert looked(home, store).names == ()
        assert Handing(home, store, UNPROTECTED).beside().offices == ()


def enter_holders(home: Home, store: Store) -> None:
    """Enter a mission with one protected name and one that is not."""
    vault = vault_of(home.keys(UNPROTECTED))
    registers = Registers(home.library(store, "ann").scope(), vault=lambda: vault)
    assert not registers.take(TABLES["missions"], "missions.csv").refused
    rows = "\n".join(
        f"{key},paris,{role},{name},{protected},2024-01-01,gazette,2026-03-01"
        for key, role, name, protected in (
            ("chief", "head of mission", "Anna Berg", "yes"),
            ("consul", "consul", "Bo Lind", "no"),
        )
    )
    head = "key,mission,role,person,protected,since,source,as_of"
    assert not registers.take(f"{head}\n{rows}\n".encode(), "holders.csv").refused


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
            DOMAIN.format(key="all", state="FR", name="open.example"),
            DOMAIN.format(key="some", state="FR", name="hidden.test"),
        )
        rows = Registers(home.library(store, "ann").scope()).rows("voices")
        for hidden in [one.object_id for one in rows if one.row.key in {"few", "some"}]:
            store.labels.set(hidden, Label(tlp=Tlp.RED), actor="ann", reason="for the few")
        names = Pseudonymiser(home.keys(UNPROTECTED).pseudonym_secret)
        assert set(Handing(home, store, UNPROTECTED).known()) == {names.of("open", "mastodon")}
        beside = Handing(home, store, None).beside()
        assert [one.domain for one in beside.domains] == ["open.example"]


def test_without_entries_the_keys_stay_closed(home: Home) -> None:
    with home.store() as store:
        home.key_file.unlink()
        assert Handing(home, store, UNPROTECTED).known() == {}
        assert Handing(home, store, None).known() == {}
        assert not Handing(home, store, UNPROTECTED).beside().names()


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
