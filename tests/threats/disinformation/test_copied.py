"""To be copied is no act: ordinary people whose posts are repeated on purpose are no members."""

from collections import Counter

import numpy as np
import pytest

from legation.threats.disinformation.batches import Batches, Numbers
from legation.threats.disinformation.clocks import clocks, ticks
from legation.threats.disinformation.coordination import Cluster, Coordination
from legation.threats.disinformation.copied import LEAST_ACTS, copied, mostly_copied, order_of
from legation.threats.disinformation.description import Material, describe
from legation.threats.disinformation.evidence import evidence_rows
from legation.threats.disinformation.findings import Campaign
from worlds.crowds import Crowd, Row, batches_of, copying, crowd, planted

COPIERS = 30


def searched(seed: int, *, own_words: bool) -> tuple[Batches, Crowd, set[int]]:
    base = crowd(seed, accounts=2000, posts=12_000, evening=False)
    people, neighbours = copying(base, seed, own_words=own_words, copiers=COPIERS)
    return batches_of(people.rows, accounts=people.accounts), people, neighbours


def told(batches: Batches, cluster: Cluster) -> Campaign:
    found = Coordination().detect(batches)
    material = Material(
        ids=[f"a{n}" for n in range(batches.accounts)],
        post_ids={int(post): f"p{post}" for post in cluster.copied.post},
        post_times=np.array([0], np.int64),
        languages=(),
    )
    return describe(found, found.clusters[0], batches, material, Coordination().rule)


@pytest.mark.parametrize("seed", range(3))
def test_people_whose_own_words_are_copied_stand_beside_the_campaign(seed: int) -> None:
    batches, people, neighbours = searched(seed, own_words=True)
    (cluster,) = Coordination().detect(batches).clusters
    copiers = set(range(people.accounts - COPIERS, people.accounts))
    assert set(cluster.accounts.tolist()) == copiers
    assert set(cluster.copied.account.tolist()) == neighbours
    assert (cluster.copied.posts == 10).all()
    assert (cluster.copied.copiers == COPIERS).all()


@pytest.mark.parametrize("seed", range(3))
def test_people_whose_reposts_are_repeated_are_members_only_if_they_follow_too(seed: int) -> None:
    batches, people, neighbours = searched(seed, own_words=False)
    found = Coordination().detect(batches)
    (cluster,) = found.clusters
    rows = evidence_rows(found, cluster, batches)
    co = batches.co_actions
    later = Counter(np.where(co.time_a > co.time_b, co.account_a, co.account_b)[rows].tolist())
    ordinary = set(cluster.accounts.tolist()) - set(
        range(people.accounts - COPIERS, batches.accounts)
    )
    assert len(ordinary & neighbours) <= 1
    assert all(later[account] >= LEAST_ACTS for account in ordinary)
    assert len(cluster.copied.account) >= 4


def test_no_figure_of_a_campaign_rests_on_those_it_copies() -> None:
    batches, people, neighbours = searched(1, own_words=True)
    alone = Crowd(
        [row for row in people.rows if row[0] == 0 or row[2] not in neighbours], people.accounts
    )
    (ours,) = Coordination().detect(batches).clusters
    (theirs,) = Coordination().detect(batches_of(alone.rows, accounts=alone.accounts)).clusters
    assert ours.accounts.tolist() == theirs.accounts.tolist()
    assert (ours.pairs, ours.beyond, ours.trials) == (theirs.pairs, theirs.beyond, theirs.trials)
    assert len(ours.ties) == len(theirs.ties)


def test_a_lone_copier_of_many_people_makes_no_campaign_of_them() -> None:
    base = crowd(2, accounts=2000, posts=12_000, evening=False)
    people, _ = copying(base, 2, own_words=True, copiers=1, neighbours=20)
    assert not Coordination().detect(batches_of(people.rows, accounts=people.accounts)).clusters


def test_those_who_are_copied_are_told_with_the_post_that_is_repeated_most() -> None:
    batches, people, neighbours = searched(0, own_words=True)
    (cluster,) = Coordination().detect(batches).clusters
    campaign = told(batches, cluster)
    assert {int(one.account_id[1:]) for one in campaign.copied} == neighbours
    author = {f"p{row[3]}": f"a{row[2]}" for row in people.rows}
    assert all(author[one.post_id] == one.account_id for one in campaign.copied)
    assert any("copied on purpose: 8 accounts beside it" in said for said in campaign.cannot_show)
    assert campaign.grade_reasons[0].startswith("30 accounts held together")
    assert not {one.account_id for one in campaign.copied} & {
        one.account_id for one in campaign.accounts
    }


@pytest.mark.parametrize("seed", range(3))
def test_members_who_take_turns_are_neither_copied_nor_marked(seed: int) -> None:
    people = planted(crowd(seed), seed)
    batches = batches_of(people.rows, accounts=people.accounts)
    (cluster,) = Coordination().detect(batches).clusters
    assert not len(cluster.copied.account)
    assert not any(one.copied for one in told(batches, cluster).accounts)


def test_accounts_that_always_act_in_one_order_stay_a_campaign_without_their_first() -> None:
    people = planted(crowd(3), 3)
    first = people.accounts - 10
    ordered = [
        (layer, item, account, post, time)
        if item < 10**7
        else (layer, item, account, post, time // 3600 * 3600 + 7 + 61 * (account - first))
        for layer, item, account, post, time in people.rows
    ]
    batches = batches_of(ordered, accounts=people.accounts)
    (cluster,) = Coordination().detect(batches).clusters
    assert cluster.copied.account.tolist() == [first]
    assert set(range(first + 1, people.accounts)) <= set(cluster.accounts.tolist())
    assert first not in cluster.accounts


def rows_of(times: list[list[int]]) -> list[Row]:
    """Make an object of each list, on which account n posts at the nth time."""
    return [
        (0, item, account, 100 * item + account, time)
        for item, row in enumerate(times)
        for account, time in enumerate(row)
    ]


def asked(times: list[list[int]]) -> tuple[Batches, Numbers]:
    batches = batches_of(rows_of(times), accounts=len(times[0]))
    did = batches.actions
    return batches, ticks(
        batches.co_actions, clocks(did.account, did.time, accounts=batches.accounts)
    )


def led(times: list[list[int]]) -> list[bool]:
    batches, behind = asked(times)
    order = order_of(batches.co_actions, np.arange(len(behind)), behind)
    return [bool(one) for one in copied(order, accounts=batches.accounts, fdr=0.01)]


def test_what_the_clock_cannot_tell_apart_is_no_order() -> None:
    seconds = [[1000 * n + 7, *(1000 * n + 7 + k for k in range(1, 30))] for n in range(1, 11)]
    minutes = [[time // 60 * 60 for time in row] for row in seconds]
    assert led(seconds)[0]
    assert led(seconds).count(True) == 1
    assert led([[row[0]] * 30 for row in seconds]) == [False] * 30
    assert led(minutes) == [False] * 30


def test_few_posts_among_few_cannot_tell_a_copied_account_from_turns() -> None:
    assert led([[100 * n, 100 * n + 5, 100 * n + 9] for n in range(1, 4)]) == [False] * 3


def test_one_post_that_follows_is_a_coincidence_and_two_of_ten_are_acts() -> None:
    def of(follows: int) -> tuple[bool, bool]:
        times = [
            [1000 * n + (40 if n < follows else 0), *(1000 * n + k for k in range(1, 31))]
            for n in range(10)
        ]
        batches, behind = asked(times)
        order = order_of(batches.co_actions, np.arange(len(behind)), behind)
        return led(times)[0], bool(mostly_copied(order, accounts=31, fdr=0.01)[0])

    assert of(0) == of(1) == (True, True)
    assert of(2) == (False, True)
    assert of(9) == (False, False)


def test_an_account_stands_beside_the_campaign_that_copies_it_most() -> None:
    batches, _, neighbours = searched(2, own_words=True)
    found = Coordination().detect(batches)
    beside = Counter(account for one in found.clusters for account in one.copied.account.tolist())
    assert set(beside) == neighbours
    assert set(beside.values()) == {1}
