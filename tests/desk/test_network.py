"""A network is collapsed without losing anybody, opened within bounds, and drawn the same twice."""

import json
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from legation.desk.layout import WIDTH, drawn
from legation.desk.network import (
    MOST_VERTICES,
    groups_of,
    members_of,
    network_of,
    opened_by,
    toggled,
)
from legation.desk.reading import Links
from legation.desk.server import build_app
from legation.errors import NotFoundError
from legation.threats.disinformation.findings import Campaign, Member, Role
from worlds.gates import open_gate
from worlds.readings import Shelf, a_campaign, a_run, a_tie

ROLES: tuple[Role, ...] = ("originator", "amplifier", "bridge")


def _campaign(sizes: list[tuple[int | None, Role, int]]) -> Campaign:
    member = a_campaign().accounts[0]
    accounts: list[Member] = []
    for part, role, number in sizes:
        start = len(accounts)
        accounts += [
            msgspec.structs.replace(member, account_id=f"acct-{start + n:05}", role=role, part=part)
            for n in range(number)
        ]
    return a_campaign(accounts=tuple(accounts))


_sizes = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 5)), st.sampled_from(ROLES), st.integers(1, 9)),
    min_size=1,
    max_size=8,
)


@given(_sizes)
def test_every_member_stands_in_one_group(sizes: list[tuple[int | None, Role, int]]) -> None:
    campaign = _campaign(sizes)
    held = [member.account_id for group in groups_of(campaign) for member in group.members]
    assert sorted(held) == sorted(member.account_id for member in campaign.accounts)
    assert len({group.key for group in groups_of(campaign)}) == len(groups_of(campaign))


@given(_sizes, st.data())
def test_opening_groups_neither_loses_nor_doubles_an_account(
    sizes: list[tuple[int | None, Role, int]], data: st.DataObject
) -> None:
    campaign = _campaign(sizes)
    keys = [group.key for group in groups_of(campaign)]
    opened = data.draw(st.lists(st.sampled_from(keys), unique=True))
    network = network_of(campaign, opened, lambda _: Links())
    assert sum(vertex.size for vertex in network.vertices) == len(campaign.accounts)
    assert set(network.opened) == set(opened)


def test_beyond_the_bound_the_others_stand_together_and_are_counted() -> None:
    campaign = _campaign([(1, "amplifier", 4_000), (2, "bridge", 10)])
    network = network_of(campaign, ("1-amplifier",), lambda _: Links())
    assert len(network.vertices) == MOST_VERTICES
    assert network.accounts_left_out == 4_010 - 10 - (MOST_VERTICES - 2)
    assert sum(vertex.size for vertex in network.vertices) == 4_010


def test_communities_beyond_counting_stand_together() -> None:
    campaign = _campaign([(part, "amplifier", 1) for part in range(1, 601)])
    groups = groups_of(campaign)
    assert len(groups) == 400
    assert groups[-1].key == "rest"
    assert sum(len(group.members) for group in groups) == 600
    assert members_of(campaign, "rest") == groups[-1].members


def test_a_group_that_is_none_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        network_of(a_campaign(), ("9-bridge",), lambda _: Links())
    with pytest.raises(NotFoundError):
        members_of(a_campaign(), "9-bridge")


def test_a_small_network_of_one_group_stands_open_until_it_is_closed() -> None:
    alone, two = _campaign([(1, "bridge", 9)]), _campaign([(1, "bridge", 9), (2, "bridge", 9)])
    assert opened_by(None, alone) == ("1-bridge",)
    assert opened_by(None, two) == ()
    assert opened_by(toggled(("1-bridge",), "1-bridge"), alone) == ()
    assert opened_by("2-bridge,1-bridge,2-bridge", two) == ("2-bridge", "1-bridge")


def test_links_between_groups_and_inside_are_told_apart() -> None:
    campaign = _campaign([(1, "amplifier", 2), (2, "amplifier", 1)])
    ties = [a_tie(account_a=a, account_b=b) for a, b in (("0", "1"), ("0", "2"), ("1", "2"))]
    ties = [
        msgspec.structs.replace(
            tie, account_a=f"acct-0000{tie.account_a}", account_b=f"acct-0000{tie.account_b}"
        )
        for tie in ties
    ]
    shelf = Shelf(run=a_run(), all_campaigns=[campaign], all_ties=ties)
    network = network_of(
        campaign, (), lambda vertices: shelf.links("campaign--1", vertices, limit=10)
    )
    assert [group.inside for group in network.groups] == [1, 0]
    assert [(link.a, link.b, link.ties, link.post_pairs) for link in network.links] == [
        ("1-amplifier", "2-amplifier", 2, 24)
    ]


@settings(max_examples=25)
@given(_sizes, st.booleans())
def test_the_same_network_is_drawn_in_the_same_place_and_on_the_page(
    sizes: list[tuple[int | None, Role, int]], opened: bool
) -> None:
    campaign = _campaign(sizes)
    keys = [group.key for group in groups_of(campaign)] if opened else []
    one, two = (drawn(network_of(campaign, keys, lambda _: Links())) for _ in range(2))
    assert one == two
    assert one is not None
    assert len(one.spots) == len(network_of(campaign, keys, lambda _: Links()).vertices)
    for spot in one.spots:
        assert spot.x - spot.radius + 1 >= 0
        assert spot.x + spot.radius <= WIDTH + 1
        assert spot.y - spot.radius >= -1
        assert spot.y + spot.radius <= one.height + 1


def test_ties_inside_a_group_are_counted_alike_whether_it_is_open_or_not() -> None:
    closed, opened = _coordination("?open=none"), _coordination("")
    assert "The network, collapsed" in closed
    assert "Ties inside a closed group are not drawn: the table below counts them." in closed
    assert "The network, collapsed" not in opened
    for page in (closed, opened):
        (row,) = re.findall(r"<td>Amplifier</td>\n(.*)\n(.*)\n", page)
        assert row == ('<td class="number">2</td>', '<td class="number">1</td>')
    rows = json.loads(_coordination("/groups/as/json"))["rows"]
    assert [row["pairs_inside"] for row in rows] == [1]
    assert [group["inside"] for group in json.loads(_coordination("/graph"))["groups"]] == [1]


@given(_sizes, st.data())
def test_no_opening_and_no_limit_changes_how_many_ties_a_group_holds(
    sizes: list[tuple[int | None, Role, int]], data: st.DataObject
) -> None:
    campaign = _campaign(sizes)
    names = [one.account_id for one in campaign.accounts]
    ends = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True).map(sorted)
    pairs = data.draw(st.lists(ends, max_size=12, unique_by=tuple)) if len(names) > 1 else []
    ties = [a_tie(account_a=a, account_b=b) for a, b in pairs]
    shelf = Shelf(run=a_run(), all_campaigns=[campaign], all_ties=ties)
    keys = [group.key for group in groups_of(campaign)]
    opened = data.draw(st.lists(st.sampled_from(keys), unique=True))

    def counted(some: list[str], limit: int) -> list[int]:
        found = network_of(
            campaign, some, lambda vertices: shelf.links("campaign--1", vertices, limit=limit)
        )
        return [group.inside for group in found.groups]

    of = {one.account_id: group.key for group in groups_of(campaign) for one in group.members}
    within = [of[a] for a, b in pairs if of[a] == of[b]]
    assert counted(opened, 1) == counted([], 10) == [within.count(key) for key in keys]


def _coordination(asked: str) -> str:
    members = tuple(
        msgspec.structs.replace(one, role="amplifier", part=1) for one in a_campaign().accounts
    )
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign(accounts=members)], all_ties=[a_tie()])
    app = build_app(shelf, banner=None, gate=open_gate())
    with TestClient(app, base_url="http://127.0.0.1:8321") as client:
        return client.get(f"/campaign/campaign--1/coordination{asked}").text


def test_groups_do_not_lie_on_one_another() -> None:
    campaign = _campaign([(part, role, 3 * part) for part in range(1, 8) for role in ROLES])
    picture = drawn(network_of(campaign, (), lambda _: Links()))
    assert picture is not None
    for number, one in enumerate(picture.spots):
        for other in picture.spots[number + 1 :]:
            apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
            assert apart > max(one.radius, other.radius)


def test_nobody_is_no_picture() -> None:
    assert drawn(network_of(a_campaign(accounts=()), (), lambda _: Links())) is None
