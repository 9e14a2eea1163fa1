"""Accounts settle by their ties, the same each time; what came of it is kept under the network."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.desk.layout import drawn
from legation.desk.network import MOST_LINKS, MOST_VERTICES, Network, groups_of, network_of
from legation.desk.reading import Link, Links
from legation.desk.settling import AT_ONCE, SEED, Settled, key_of, settle, sunflower
from legation.threats.disinformation.findings import Member
from worlds.large_campaigns import large_campaign, large_home
from worlds.readings import a_campaign
from worlds.working_desk import SAME, WorkingDesk, working_desk

GROUP = "0-amplifier"


def _network(pairs: list[tuple[int, int]], count: int = 30) -> Network:
    members = tuple(
        Member(
            account_id=f"acct-{number}",
            role="amplifier",
            score=0.9,
            q=0.001,
            layers=("repost",),
            objects=5,
            partners=2,
        )
        for number in range(count)
    )
    links = tuple(
        Link(a=f"acct-{a}", b=f"acct-{b}", ties=1, validated=1, post_pairs=9) for a, b in pairs
    )
    return network_of(
        a_campaign(accounts=members), (GROUP,), lambda _: Links(between=links, total=len(links))
    )


PAIRS = st.lists(
    st.tuples(st.integers(0, 29), st.integers(0, 29)).filter(lambda pair: pair[0] < pair[1]),
    unique=True,
    max_size=60,
)


@given(PAIRS)
def test_every_account_has_its_place_within_its_group_and_always_the_same(
    pairs: list[tuple[int, int]],
) -> None:
    network = _network(pairs)
    places = settle(network)
    assert places == settle(network)
    assert set(places) == {one.key for one in network.vertices}
    assert all(math.hypot(x, y) <= SEED * math.sqrt(30) + 0.1 for x, y in places.values())


def test_those_that_are_tied_stand_closer_than_those_that_are_not() -> None:
    half = [(a, b) for a in range(15) for b in range(a + 1, 15)]
    other = [(a + 15, b + 15) for a, b in half]
    places = settle(_network(half + other))

    def mean(pairs: list[tuple[int, int]]) -> float:
        far = [math.dist(places[f"acct-{a}"], places[f"acct-{b}"]) for a, b in pairs]
        return sum(far) / len(far)

    assert mean(half + other) < mean([(a, b) for a in range(15) for b in range(15, 30)]) * 0.7


def test_what_has_settled_is_kept_for_that_network_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "layouts"
    one, other = _network([(0, 1)]), _network([(0, 2)])
    settled = Settled(folder)
    places = settled.of(one)
    (file,) = folder.iterdir()
    assert file.name == f"{key_of(one)}.json"
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(b'{"acct-0":[1.0,2.0]}')
    assert settled.of(one) == {"acct-0": (1.0, 2.0)}
    assert settled.of(other) != settled.of(one)
    file.write_bytes(b"torn")
    assert settled.of(one) == places


def test_what_is_kept_stays_few(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.json").touch()
    Settled(tmp_path).work_out(_network([]))
    assert len(list(tmp_path.iterdir())) == 200


def test_many_accounts_wait_for_a_job_and_stand_like_seeds_until_then(tmp_path: Path) -> None:
    network = _network([], AT_ONCE + 1)
    settled = Settled(tmp_path / "layouts")
    assert settled.of(network) is None
    told: list[int] = []
    settled.work_out(network, told.append)
    assert told == sorted(told)
    assert told[-1] == 100
    assert settled.of(network) is not None
    assert Settled(None).of(network) is None
    first, last = drawn(network), drawn(network, settled.of(network))
    assert first is not None
    assert last is not None
    assert [one.vertex for one in first.spots] == [one.vertex for one in last.spots]
    assert first.spots != last.spots
    assert len(sunflower(3)) == 3


def test_the_key_names_all_that_is_shown() -> None:
    campaign = large_campaign(60, 10, 2)
    links = Links(between=(), total=0)
    one, other = (group.key for group in groups_of(campaign)[:2])
    shown = [(), (one,), (other,), (one, other)]
    keys = {key_of(network_of(campaign, opened, lambda _: links)) for opened in shown}
    assert len(keys) == len(shown)


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    large_home(tmp_path / "home", accounts=700, ties=2_000, communities=1)
    with working_desk(tmp_path, there=True) as opened:
        yield opened


HERE = "/campaign/c-large/coordination"
OPEN = "1-amplifier"


def _graph(desk: WorkingDesk) -> Any:
    return desk.client.get(f"{HERE}/graph", params={"open": OPEN}).json()


def test_a_job_settles_the_network_for_page_picture_and_script(desk: WorkingDesk) -> None:
    before = _graph(desk)
    page = desk.page(f"{HERE}?open={OPEN}")
    assert not before["settled"]
    assert "Place the accounts by their ties" in page
    answer = desk.post(f"{HERE}/layout", open=OPEN)
    assert answer.status_code == 303
    job = desk.page(answer.headers["location"])
    assert "the accounts stand by their ties now" in job
    assert f'href="{HERE}?open={OPEN}#picture"' in job
    after = _graph(desk)
    assert after["settled"]
    assert after["links"] == before["links"]
    assert [one["x"] for one in after["nodes"]] != [one["x"] for one in before["nodes"]]
    settled = desk.page(f"{HERE}?open={OPEN}")
    assert "Place the accounts by their ties" not in settled
    drawn_at = re.findall(r'class="one amplifier" cx="([\d.]+)"', settled)
    assert drawn_at == [str(one["x"]) for one in after["nodes"] if "name" not in one]
    again = desk.post(f"{HERE}/layout", open=OPEN)
    assert again.headers["location"] == f"{HERE}?open={OPEN}"
    assert len(desk.store.jobs.find()) == 1


def test_to_settle_is_a_form_of_this_desk_and_one_job_for_who_asks_twice(
    desk: WorkingDesk,
) -> None:
    bare = desk.client.post(f"{HERE}/layout", data={"open": OPEN}, headers=SAME)
    assert bare.status_code == 403
    assert desk.post(f"{HERE}/layout", open="9-bridge").status_code == 404
    assert desk.post("/campaign/none/coordination/layout", open=OPEN).status_code == 404
    given = {"campaign": "c-large", "open": OPEN}
    waiting = desk.store.jobs.add("layout", "x", given, actor="test", place="elsewhere")
    desk.store.jobs.add("layout", "x", given, actor="somebody else", place="")
    assert desk.store.jobs.find(actor="test") == [waiting]


def test_the_script_is_told_what_the_tables_say(desk: WorkingDesk) -> None:
    told = _graph(desk)
    assert len(told["nodes"]) <= MOST_VERTICES
    assert len(told["links"]) <= MOST_LINKS
    rows = desk.client.get(f"{HERE}/links/as/json", params={"open": OPEN}).json()["rows"]
    keys = [one["key"] for one in told["nodes"]]
    names = {"a", "b", "ties", "validated", "post_pairs"}
    assert [{name: row[name] for name in names} for row in rows] == [
        {"a": keys[a], "b": keys[b], "ties": ties, "validated": held, "post_pairs": pairs}
        for a, b, ties, held, pairs in told["links"]
    ]
    groups = desk.client.get(f"{HERE}/groups/as/json", params={"open": OPEN}).json()["rows"]
    assert [(one["key"], one["accounts"], one["inside"]) for one in told["groups"]] == [
        (row["key"], row["accounts"], row["pairs_inside"]) for row in groups
    ]
    assert desk.client.get(f"{HERE}/graph", params={"other": "x"}).status_code == 400
    assert desk.client.get(f"{HERE}/graph", params={"open": "9-bridge"}).status_code == 404


def test_the_network_leaves_as_a_png_of_the_same_picture(desk: WorkingDesk) -> None:
    answer = desk.client.get(f"{HERE}/as/png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
    wide = int.from_bytes(answer.content[16:20], "big")
    assert wide == 2 * 960
    noted = desk.store.audit.last("campaign.export")
    assert noted is not None
    assert noted.event.detail["kind"] == "png"
