"""Need-to-know through the doors' own parts: what is hidden is on no page, count or file."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from legation.app.agreeing import verify_reading
from legation.app.home import Home
from legation.app.labelling import Wanted, labels_of, object_named, set_label
from legation.app.listing import Query
from legation.app.names import open_names
from legation.app.recording import keep_findings
from legation.crypto.key_files import UNPROTECTED
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.errors import DeniedError, NotFoundError, UsageError, VerificationError
from legation.formats.campaign import account_id
from legation.rights.intrusion import STATED
from legation.rights.policies import Policies, read_policies
from legation.rights.sealed_names import Look
from legation.settings import read_settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.threats.disinformation.findings import Campaign, LanguageShare, Report
from worlds.found_campaigns import RUN, found_campaign
from worlds.gates import open_gate
from worlds.homes import make_home

START = datetime(2026, 4, 1, 9, tzinfo=UTC)
REASON = "the ministry has published it"
LADDER = ("restricted", "confidential", "secret")


def other_campaign() -> Campaign:
    """Return a campaign that shares nothing with the found one."""
    one = found_campaign()
    pseudonyms = [f"acct-{letter * 26}" for letter in "stuvwxyz"]
    accounts = tuple(
        msgspec.structs.replace(member, account_id=name)
        for member, name in zip(one.accounts, pseudonyms, strict=False)
    )
    return msgspec.structs.replace(
        one,
        campaign_id="c-other",
        name="Corsican harbour",
        accounts=accounts,
        ties=one.ties + 7,
        languages=(LanguageShare(language="co", share=1.0),),
        co_actions={"reply": 40},
    )


class World:
    """A home with two campaigns, one of which a compartment hides from the outsider."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.time = folder, START
        self.home = self._home(
            reader_compartments=("talks",), reader_level="secret", reader_party="XA"
        )
        make_home(self.home)
        self.outside = self._home()
        self.store: Store = self.home.store()
        both = (found_campaign(), other_campaign())
        run = msgspec.structs.replace(RUN, validated_ties=sum(one.ties for one in both))
        keep_findings(self.store, Report(run=run, campaigns=both), self.now())

    def _home(self, **held: Any) -> Home:
        shared: dict[str, Any] = {"ladder": LADDER, "compartments": ("talks", "visits")}
        return Home(
            read_settings(environ={}, home=self.folder / "home", **shared, **held), self.now
        )

    def now(self) -> datetime:
        return self.time

    def set(self, name: str, home: Home | None = None, reason: str = "", **parts: object) -> Label:
        home = home or self.home
        wanted = msgspec.convert(parts, Wanted)
        object_id = object_named(home, self.store, name, "test")
        return set_label(home, self.store, object_id, wanted, actor="test", reason=reason)

    def outsider(self) -> StoredReading:
        return StoredReading(self.outside.library(self.store, "outsider"))

    def insider(self) -> StoredReading:
        return StoredReading(self.home.library(self.store, "insider"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def test_a_hidden_campaign_is_in_no_list_count_facet_or_search(world: World) -> None:
    before = world.outsider().campaigns(Query(), after=None, limit=10)
    assert before.total == 2
    world.set("c-other", compartments=("talks",))
    page = world.outsider().campaigns(Query(), after=None, limit=10)
    assert [line.campaign_id for line in page.lines] == [found_campaign().campaign_id]
    assert (page.total, "co" in page.languages, "reply" in page.layers) == (1, False, False)
    assert world.outsider().campaigns(Query(words="harbour"), after=None, limit=9).total == 0
    today = world.outsider().today()
    assert sum(today.grades.values()) == len(today.top) == 1
    assert today.run is not None
    assert today.run.validated_ties == found_campaign().ties
    assert world.insider().campaigns(Query(), after=None, limit=10).total == 2


def test_a_desk_that_is_open_forgets_what_becomes_hidden(world: World) -> None:
    reading = world.outsider()
    assert reading.campaign("c-other").campaign.name == "Corsican harbour"
    world.set("c-other", compartments=("talks",))
    with pytest.raises(NotFoundError):
        reading.campaign("c-other")
    world.set("c-other", compartments=(), reason=REASON)
    assert reading.campaign("c-other").campaign.name == "Corsican harbour"


def test_every_page_of_a_hidden_campaign_reads_as_that_of_an_absent_one(world: World) -> None:
    world.set("c-other", level="secret")
    app = build_app(world.outsider(), banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        for path in ("", "/ties", "/accounts", "/tie?a=x&b=y", "/as/stix", "/ties/as/csv"):
            hidden, absent = (
                client.get(f"/campaign/{name}{path}") for name in ("c-other", "c-absent")
            )
            assert hidden.status_code == absent.status_code == 404
            assert hidden.text.replace("c-other", "") == absent.text.replace("c-absent", "")
        for path in (
            "/",
            "/watch/campaigns",
            "/today.json",
            "/watch/campaigns/as/csv",
            "/watch/campaigns/as/stix",
        ):
            assert "harbour" not in client.get(path).text
            assert "c-other" not in client.get(path).text


def test_a_finding_over_a_hidden_member_is_hidden(world: World) -> None:
    pseudonym = other_campaign().accounts[0].account_id
    world.set(pseudonym, compartments=("talks",))
    assert world.outsider().campaigns(Query(), after=None, limit=10).total == 1
    with pytest.raises(NotFoundError):
        world.outside.library(world.store, "outsider").export(["c-other"], "stix")
    with pytest.raises(NotFoundError):
        world.outside.library(world.store, "outsider").proofs("c-other")
    assert world.insider().marking(("c-other",), members=True) == "TLP:AMBER · talks"


def test_the_name_behind_a_hidden_account_is_told_to_be_absent(world: World) -> None:
    pseudonym = other_campaign().accounts[0].account_id
    reasons = dict.fromkeys(STATED, "a reason of some length")
    look = Look(actor="outsider", at=START, **reasons)
    said = []
    for _ in range(2):
        with pytest.raises(NotFoundError) as refused:
            open_names(world.outside, world.store, [pseudonym], look, UNPROTECTED)
        said.append(str(refused.value))
        if len(said) == 1:
            world.set(pseudonym, compartments=("talks",))
    assert said[0] == said[1]


def test_what_leaves_carries_the_whole_label(world: World) -> None:
    world.set("c-other", level="secret", compartments=("talks",), releasable_to=("XA",))
    exported = world.home.library(world.store, "insider").export(["c-other"], "stix")
    things = json.loads(exported.content)["objects"]
    stated = [thing for thing in things if thing["type"] in ("campaign", "user-account", "note")]
    assert all("talks" in json.dumps(thing["extensions"]) for thing in stated)
    assert any(thing.get("name") == "legation label" for thing in things)
    entry = world.store.audit.entries(verb="campaign.export")[0].event
    assert (entry.actor, entry.subject) == ("insider", "c-other")
    assert entry.detail["label"] == "SECRET · TLP:AMBER · talks · releasable to XA"


def test_a_wider_label_needs_a_reason_and_the_officers_role(world: World) -> None:
    world.set("c-other", tlp=Tlp.RED)
    with pytest.raises(DeniedError, match="no reason"):
        world.set("c-other", tlp=Tlp.GREEN)
    settings = msgspec.structs.replace(world.home.settings, reader_roles=("analyst",))
    with pytest.raises(DeniedError, match=r"label\.widen"):
        world.set("c-other", Home(settings, world.now), reason=REASON, tlp=Tlp.GREEN)
    world.set("c-other", reason=REASON, tlp=Tlp.GREEN)
    widened = world.store.audit.entries(verb="label.widen")
    assert [entry.event.detail for entry in widened] == [
        {"from": "TLP:RED", "to": "TLP:GREEN", "reason": REASON}
    ]
    (made,) = world.store.audit.entries(verb="label.set")
    assert made.event.subject == object_named(world.home, world.store, "c-other", "test")


def test_nobody_labels_what_they_may_not_know(world: World) -> None:
    world.set("c-other", compartments=("talks",))
    with pytest.raises(NotFoundError):
        world.set("c-other", world.outside, tlp=Tlp.RED)
    hidden = object_named(world.home, world.store, "c-other", "test")
    for read in (object_named, labels_of):
        with pytest.raises(NotFoundError):
            read(world.outside, world.store, hidden, "test")


def test_a_name_that_nobody_could_hold_is_refused(world: World) -> None:
    for parts in ({"compartments": ("tlaks",)}, {"level": "secert"}):
        with pytest.raises(UsageError, match="in the settings"):
            world.set("c-other", **parts)
    with pytest.raises(UsageError, match="already"):
        world.set("c-other", tlp=Tlp.AMBER)


def test_older_labels_are_shown_to_those_who_meet_them(world: World) -> None:
    world.set("c-other", compartments=("talks",))
    world.set("c-other", compartments=(), reason=REASON)
    name = object_named(world.outside, world.store, "c-other", "test")
    told = [one.text for one in labels_of(world.outside, world.store, name, "test")]
    assert told == ["TLP:AMBER", "TLP:AMBER"]
    assert len(labels_of(world.home, world.store, name, "test")) == 3


def test_looks_above_amber_are_in_the_trail_once_a_minute(world: World) -> None:
    world.set("c-other", tlp=Tlp.AMBER_STRICT)
    name = object_named(world.home, world.store, "c-other", "test")
    reading = world.outsider()
    for minutes in (0, 0, 2):
        world.time += timedelta(minutes=minutes)
        reading.campaign("c-other")
        reading.campaign(found_campaign().campaign_id)
        reading.today()
    for verb in ("campaign.read", "campaign.list"):
        found = world.store.audit.entries(verb=verb)
        assert [(each.event.actor, each.event.subject) for each in found] == [
            ("outsider", name)
        ] * 2


def test_the_page_shows_the_highest_label_on_it(world: World) -> None:
    world.set("c-other", compartments=("talks",), level="confidential")
    one = found_campaign()
    account = account_id(one.accounts[0].account_id)
    world.set(account, tlp=Tlp.RED)
    with TestClient(
        build_app(world.insider(), banner="EXERCISE", gate=open_gate()),
        base_url="http://127.0.0.1:8321",
    ) as client:
        assert "CONFIDENTIAL · TLP:AMBER · talks · EXERCISE" in client.get("/watch/campaigns").text
        assert "TLP:RED · EXERCISE" in client.get(f"/campaign/{one.campaign_id}").text
        assert "<bdi>EXERCISE</bdi>" in client.get("/words").text


def test_a_campaign_found_again_keeps_its_label(world: World) -> None:
    world.set("c-other", compartments=("talks",))
    run = msgspec.structs.replace(RUN, run_id="run-again")
    world.time += timedelta(hours=1)
    report = Report(run=run, campaigns=(found_campaign(), other_campaign()))
    keep_findings(world.store, report, world.now())
    assert world.outsider().campaigns(Query(), after=None, limit=10).total == 1


def test_policies_that_read_otherwise_than_the_store_are_told() -> None:
    assert verify_reading(read_policies("")) > 1000
    with pytest.raises(VerificationError, match="disagree"):
        verify_reading(Policies("permit (principal, action, resource);"))
