"""A run's way into a home: recorded once, whole, with proofs that the desk can page through."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.importing import Intakes, Reading
from legation.app.library import DETECTOR
from legation.app.listing import Query
from legation.app.recording import keep_findings
from legation.app.watching import look
from legation.crypto.key_files import UNPROTECTED
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.errors import NotFoundError, VerificationError
from legation.rights.pseudonyms import Pseudonymiser
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.agreement import content_of
from legation.store.notices import Addressee
from legation.store.opening import Store
from legation.threats.disinformation.findings import Report
from store.objects_made import cleared
from worlds.gates import open_gate
from worlds.homes import make_home
from worlds.planted_posts import START as TOWN_START
from worlds.planted_posts import write_town

START = datetime(2026, 4, 1, 9, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


class World:
    """A home that has looked at a town, or has still to be given posts."""

    report: Report

    def __init__(self, folder: Path, *, posts: bool = True) -> None:
        self.clock = Clock()
        self.home = Home(Settings(home=folder / "home"), self.clock)
        make_home(self.home)
        self.town = write_town(folder / "town.jsonl")
        self.store: Store = self.home.store()
        self.intakes = Intakes(self.home, self.store, UNPROTECTED)
        if posts:
            self.intakes.take(self.town, Reading())
            report = look(self.home, self.store)
            assert report is not None
            self.report = report

    @property
    def reading(self) -> StoredReading:
        return StoredReading(self.home.library(self.store, "test"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("recorded"))
    yield made
    made.store.close()


def test_the_same_posts_are_looked_at_once(world: World) -> None:
    before = world.store.audit.head()
    assert look(world.home, world.store) is None
    assert world.store.audit.head() == before


def test_the_run_its_campaigns_and_its_audit_entry_stand_together(world: World) -> None:
    run = world.store.runs.newest(DETECTOR)[0]
    entry = world.store.audit.entries(verb="detect.coordination")[0].event
    assert run.run_id == world.report.run.run_id == entry.subject
    assert entry.detail == {
        "campaigns": 1,
        "posts": world.report.run.posts,
        "facts": world.store.runs.get(run.run_id).fingerprint(),
        "lake": content_of(world.store.lake, run.run_id),
    }
    assert len(run.facts["campaigns"]) == 1
    assert run.input_sha256 == world.store.lake.fingerprint("posts")


def test_what_is_read_back_is_what_was_found(world: World) -> None:
    kept = world.home.library(world.store, "test").latest()
    assert kept is not None
    assert kept.run == world.report.run
    assert kept.campaigns == world.report.campaigns


def test_the_members_are_the_rings_pseudonyms(world: World) -> None:
    names = Pseudonymiser(world.home.keys(UNPROTECTED).pseudonym_secret)
    members = {member.account_id for member in world.report.campaigns[0].accounts}
    assert members == {names.of(f"ring_{number}") for number in range(8)}


def test_every_tie_opens_to_its_posts(world: World) -> None:
    campaign = world.report.campaigns[0]
    members = sorted(member.account_id for member in campaign.accounts)
    opened, reading = 0, world.reading
    for one, other in combinations(members, 2):
        shown = reading.tie(campaign.campaign_id, (other, one), after=None, limit=3)
        opened += shown.total
        assert len(shown.rows) == 3
        assert shown.tie.post_pairs == 160
        assert {shown.tie.tie, *(row.tie for row in shown.rows)} == {"validated"}
        assert shown.tie.expected is not None
        assert shown.tie.q is not None
        assert 0 < shown.tie.expected < 80
        assert 0 <= shown.tie.q <= 0.01
        assert all(row.text_a and row.text_b for row in shown.rows)
        assert all(abs(row.time_b - row.time_a) == row.lag_s for row in shown.rows)
    assert opened == sum(campaign.co_actions.values())


def test_pages_of_ties_join_without_gap_or_repetition(world: World) -> None:
    campaign_id = world.report.campaigns[0].campaign_id
    pairs: list[tuple[str, str]] = []
    after: str | None = None
    while True:
        page = world.reading.ties(campaign_id, account=None, after=after, limit=9)
        pairs += [(tie.account_a, tie.account_b) for tie in page.ties]
        after = page.after
        if after is None:
            break
    assert page.total == len(pairs) == len(set(pairs)) == 28


def test_ties_of_one_account_are_its_own(world: World) -> None:
    campaign = world.report.campaigns[0]
    account = campaign.accounts[0].account_id
    page = world.reading.ties(campaign.campaign_id, account=account, after=None, limit=50)
    assert page.total == 7
    assert all(account in (tie.account_a, tie.account_b) for tie in page.ties)


@pytest.mark.parametrize("after", ["nonsense", "-1", "999", "9" * 30])
def test_a_page_that_does_not_exist_is_not_found(world: World, after: str) -> None:
    campaign_id = world.report.campaigns[0].campaign_id
    with pytest.raises(NotFoundError):
        world.reading.ties(campaign_id, account=None, after=after, limit=9)


def test_the_first_page_and_the_list_say_the_same(world: World) -> None:
    today = world.reading.today()
    page = world.reading.campaigns(Query(), after=None, limit=10)
    assert today.run == world.report.run
    assert today.grades == {"high": 1}
    assert today.top == page.lines
    assert (page.total, page.after) == (1, None)


@pytest.mark.parametrize(
    ("query", "total"),
    [
        (Query(grade="high"), 1),
        (Query(grade="low"), 0),
        (Query(layer="repost"), 1),
        (Query(layer="link"), 0),
        (Query(words="HARBOUR treaty"), 1),
        (Query(words="no such word"), 0),
    ],
)
def test_the_list_is_narrowed_by_the_query(world: World, query: Query, total: int) -> None:
    assert world.reading.campaigns(query, after=None, limit=10).total == total


@pytest.mark.parametrize("kind", ["stix", "csv", "graphml", "gexf", "json"])
def test_every_kind_of_file_is_written(world: World, kind: str) -> None:
    reading = world.reading
    assert kind in reading.kinds()
    made = reading.export((world.report.campaigns[0].campaign_id,), kind)
    assert made.content
    assert b"ring_" not in made.content


def test_a_masked_export_below_high_keeps_no_post_and_no_mention(
    tmp_path: Path,
) -> None:
    weak = World(tmp_path)
    lower = msgspec.structs.replace(
        weak.report.campaigns[0],
        campaign_id="c-lower",
        grade="moderate",
        quotations=(
            msgspec.structs.replace(
                weak.report.campaigns[0].quotations[0], post_id="p77", text="see @ann_example now"
            ),
        ),
    )
    run = msgspec.structs.replace(weak.report.run, run_id="run-lower", input_sha256="00" * 32)
    keep_findings(weak.store, Report(run=run, campaigns=(lower,)), weak.clock())
    library = weak.home.library(weak.store, "test")
    for kind in ("stix", "json"):
        text = library.export(["c-lower"], kind).content.decode()
        assert "ann_example" not in text
        assert '"p77"' not in text
    weak.store.close()


def test_a_campaign_found_again_is_a_new_version_of_the_same_object(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.clock.time += timedelta(days=1)
    more = tmp_path / "more.jsonl"
    rows = [
        {
            "post_id": f"q{number}",
            "account_id": f"person_{number}",
            "created_at": f"2026-03-25T10:{number:02}:00+00:00",
            "text": "rain",
        }
        for number in range(30)
    ]
    more.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    world.intakes.take(more, Reading())
    again = look(world.home, world.store)
    assert again is not None
    ids = [run.facts["campaigns"] for run in world.store.runs.newest(DETECTOR, limit=2)]
    history = world.store.objects.history(ids[0][0])
    assert ids[0] == ids[1]
    assert [version.value()["created"] for version in history] == [
        history[0].value()["created"]
    ] * 2
    assert history[0].modified < history[1].modified
    kept = world.home.library(world.store, "test").latest()
    assert kept is not None
    assert kept.run == again.run
    world.store.close()


def test_an_empty_store_has_an_empty_first_page(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path / "home"), Clock())
    make_home(home)
    with home.store() as store:
        assert look(home, store) is None
        reading = StoredReading(home.library(store, "test"))
        assert reading.today().run is None
        assert reading.campaigns(Query(), after=None, limit=10).lines == ()
        with pytest.raises(NotFoundError):
            reading.campaign("c-1")


def test_batches_late_and_shuffled_end_in_the_findings_of_one_run(
    world: World, tmp_path: Path
) -> None:
    other = World(tmp_path, posts=False)
    lines = world.town.read_text("utf-8").splitlines()
    random.Random(5).shuffle(lines)  # noqa: S311 - an order, no secret
    report = None
    for number in range(3):
        part = tmp_path / f"part{number}.jsonl"
        part.write_text("\n".join(lines[number::3]), "utf-8")
        other.intakes.take(part, Reading())
        report = look(other.home, other.store)
    assert report is not None
    here, there = _by_clear_name(world, world.report), _by_clear_name(other, report)
    assert here == there
    other.store.close()


def test_a_campaign_that_gains_a_member_is_a_new_version_of_the_same_object(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, posts=False)
    lines = world.town.read_text("utf-8").splitlines()
    early = tmp_path / "early.jsonl"
    early.write_text(
        "\n".join(x for x in lines if json.loads(x)["account_id"] != "ring_7"), "utf-8"
    )
    ids = []
    for file in (early, world.town):
        world.intakes.take(file, Reading())
        report = look(world.home, world.store)
        assert report is not None
        ids.append(report.campaigns[0].campaign_id)
    library = world.home.library(world.store, "test")
    (campaign,) = (library.latest() or pytest.fail("no run")).campaigns
    assert ids[0] != ids[1] == campaign.campaign_id
    assert campaign.lineage == ids[0]
    assert library.campaign(ids[0])[0] == campaign
    app = build_app(world.reading, banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        told = ["of an earlier run" in client.get(f"/campaign/{name}").text for name in ids]
    assert told == [True, False]
    objects = [row.facts["campaigns"] for row in world.store.runs.newest(DETECTOR, limit=2)]
    assert objects[0] == objects[1]
    assert len(world.store.objects.history(objects[0][0])) == 2
    world.store.close()


def test_a_campaign_that_comes_back_after_a_run_without_it_keeps_its_label_and_is_told(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, posts=False)
    rows = world.town.read_text("utf-8").splitlines()
    early = tmp_path / "early.jsonl"
    early.write_text("\n".join(x for x in rows if json.loads(x)["account_id"] != "ring_7"), "utf-8")
    world.intakes.take(early, Reading())
    first = look(world.home, world.store)
    assert first is not None
    (object_id,) = world.store.runs.newest(DETECTOR)[0].facts["campaigns"]
    red = Label(tlp=Tlp.RED, compartments=("grain",))
    world.store.labels.set(object_id, red, actor="ann", reason="for the few")
    nothing = msgspec.structs.replace(
        first, campaigns=[], run=msgspec.structs.replace(first.run, run_id="run-without")
    )
    world.clock.time += timedelta(days=1)
    keep_findings(world.store, nothing, world.clock())
    assert world.store.runs.newest(DETECTOR)[0].facts["campaigns"] == []
    world.clock.time += timedelta(days=1)
    world.intakes.take(world.town, Reading())
    again = look(world.home, world.store)
    assert again is not None
    assert again.campaigns[0].campaign_id != first.campaigns[0].campaign_id
    assert world.store.runs.newest(DETECTOR)[0].facts["campaigns"] == [object_id]
    assert world.store.labels.in_force([object_id])[object_id] == red
    ann = Addressee(
        person_id="ann", roles=("analyst",), cleared=cleared(tlp=Tlp.RED, compartments=("grain",))
    )
    told = world.store.notices.as_read_by(ann).find()
    assert [each.kind for each in told] == ["campaign.back", "campaign.new"]
    world.store.close()


def _by_clear_name(world: World, report: Report) -> dict[str, tuple[object, ...]]:
    """Return what is said of each member, by its name in the town.

    Homes have keys of their own, so members are added up in another order: q may differ in the
    last of its digits.
    """
    names = Pseudonymiser(world.home.keys(UNPROTECTED).pseudonym_secret)
    clear = {names.of(f"ring_{number}"): f"ring_{number}" for number in range(8)}
    return {
        clear.get(one.account_id, one.account_id): (
            one.role,
            one.score,
            f"{one.q:.12e}",
            one.layers,
            one.objects,
            one.partners,
        )
        for campaign in report.campaigns
        for one in campaign.accounts
    }


def test_a_run_over_the_lake_reports_what_its_imports_rejected(tmp_path: Path) -> None:
    world = World(tmp_path, posts=False)
    rows = ("p1,ann,2026-03-02T10:00:00Z", "p2,ben,not a time", "p3,,2026-03-02T10:00:09Z")
    file = tmp_path / "some.csv"
    file.write_text("\n".join(["post_id,account_id,created_at", *rows]) + "\n", "utf-8")
    world.intakes.take(file, Reading())
    report = look(world.home, world.store)
    world.store.close()
    assert report is not None
    assert (report.run.posts, report.run.rejected_rows) == (1, 2)


def test_who_writes_the_rings_sentences_joins_it_and_opens_to_the_posts(tmp_path: Path) -> None:
    world = World(tmp_path, posts=False)
    rows = [
        {
            "post_id": f"s{account}{number}",
            "account_id": account,
            "created_at": (TOWN_START + timedelta(days=number, hours=hour)).isoformat(),
            "text": f"our fleet number {chr(97 + number) * 9} keeps every promise it has made",
        }
        for number in range(20)
        for account, hour in ((f"ring_{number % 8}", 3), ("copyist", 15))
    ]
    with world.town.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    world.intakes.take(world.town, Reading())
    report = look(world.home, world.store)
    assert report is not None
    (campaign,) = report.campaigns
    copyist = Pseudonymiser(world.home.keys(UNPROTECTED).pseudonym_secret).of("copyist")
    (member,) = [one for one in campaign.accounts if one.layers == ("similarity",)]
    assert member.account_id == copyist
    name, reading = campaign.campaign_id, world.reading
    page = reading.ties(name, account=copyist, after=None, limit=50)
    assert page.total == member.partners > 0
    for tie in page.ties:
        shown = reading.tie(name, (tie.account_a, tie.account_b), after=None, limit=50)
        assert tie.layers == {"similarity": shown.total}
        assert (tie.expected, tie.q, tie.tie) == (None, None, "joined")
        assert {row.tie for row in shown.rows} == {"joined"}
        assert all(
            row.text_a == row.text_b and "our fleet" in str(row.text_a) for row in shown.rows
        )
    for kind in ("stix", "graphml", "csv"):
        assert copyist.encode() in reading.export((name,), kind).content
    world.store.close()


def test_a_word_that_is_an_accounts_name_marks_no_campaign(tmp_path: Path) -> None:
    world = World(tmp_path, posts=False)
    rows = [
        {
            "post_id": f"s{account}{number}",
            "account_id": account,
            "created_at": (TOWN_START + timedelta(days=number % 20, hours=number % 7)).isoformat(),
            "text": f"the treaty of our harbour number {number} is a promise that nobody keeps",
        }
        for number in range(60)
        for account in (f"ring_{number % 8}", *(["treaty"] if not number else []))
    ]
    with world.town.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    world.intakes.take(world.town, Reading())
    report = look(world.home, world.store)
    world.store.close()
    assert report is not None
    (campaign,) = report.campaigns
    name = Pseudonymiser(world.home.keys(UNPROTECTED).pseudonym_secret).of("treaty")
    said = [campaign.name, *(term.term for term in campaign.terms)]
    assert "harbour" in " ".join(said)
    assert not [word for word in said if name.removeprefix("acct-") in word]


def test_a_history_tells_what_each_run_said_and_who_came(tmp_path: Path) -> None:
    world = World(tmp_path)
    first = world.report.campaigns[0]
    history = world.reading.history(first.campaign_id)
    assert [(one.same, one.came, one.shared) for one in history.sightings] == [(True, None, 8)]
    fewer = msgspec.structs.replace(
        first, campaign_id="c-fewer", accounts=first.accounts[:-2], grade="low"
    )
    run = msgspec.structs.replace(world.report.run, run_id="run-later")
    later = msgspec.structs.replace(world.report, run=run, campaigns=(fewer,))
    world.clock.time += timedelta(days=1)
    keep_findings(world.store, later, world.clock())
    history = world.reading.history("c-fewer")
    world.store.close()
    newer, older = history.sightings
    assert (newer.campaign_id, newer.same, newer.came, newer.went) == ("c-fewer", True, 0, 2)
    assert (older.campaign_id, older.same, older.shared) == (first.campaign_id, False, 6)
    assert (newer.grade, older.grade) == ("low", first.grade)
    assert [version.run_id for version in history.versions] == ["run-later", older.run_id]


def test_the_ties_between_groups_are_all_ties(world: World) -> None:
    campaign = world.report.campaigns[0]
    ids = sorted(member.account_id for member in campaign.accounts)
    vertices = {name: "left" if place < 3 else name for place, name in enumerate(ids)}
    found = world.reading.links(campaign.campaign_id, vertices, limit=5)
    every = world.reading.ties(campaign.campaign_id, account=None, after=None, limit=99)
    assert (found.ties, found.inside[0].ties, len(found.between)) == (every.total, 3, 5)
    assert found.total == every.total - 3 - 2 * 5
    strengths = [link.post_pairs for link in found.between]
    assert strengths == sorted(strengths, reverse=True)
    assert world.reading.links(campaign.campaign_id, {}, limit=5).total == 0


def test_days_and_meetings_are_those_of_the_evidence(world: World) -> None:
    campaign = world.report.campaigns[0]
    days = world.reading.days(campaign.campaign_id)
    page = world.reading.evidence(campaign.campaign_id, layer=None, after=None, limit=10)
    assert sum(sum(line.met.values()) for line in days) == page.total
    assert sum(line.post_pairs for line in days) == page.post_pairs == campaign.post_pairs
    assert sum(line.posts for line in days) == sum(posts for _, posts in campaign.activity)
    assert len(page.rows) == 10
    assert all(row.text_a for row in page.rows)
    firsts = [min(row.time_a, row.time_b) for row in page.rows]
    assert firsts == sorted(firsts)
    none = world.reading.evidence(campaign.campaign_id, layer="link", after=None, limit=10)
    assert (none.total, none.rows) == (0, ())


def test_what_is_held_about_members_is_told_without_a_look(world: World) -> None:
    holding = world.reading.holding(world.report.campaigns[0].campaign_id)
    assert (holding.members, holding.names, holding.looked) == (8, 8, 0)
    assert holding.last_day is not None


def test_members_carry_their_community_into_the_store(world: World) -> None:
    kept = world.reading.campaign(world.report.campaigns[0].campaign_id).campaign
    assert {member.part for member in kept.accounts} == {1}


def test_proofs_that_are_damaged_are_told_as_such(tmp_path: Path) -> None:
    world = World(tmp_path)
    (file,) = (world.home.folder / "lake").glob("ties/*/*.parquet")
    file.write_bytes(b"no parquet")
    with pytest.raises(VerificationError, match="cannot be read"):
        world.reading.ties(world.report.campaigns[0].campaign_id, account=None, after=None, limit=5)
    world.store.close()
