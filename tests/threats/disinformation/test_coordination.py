"""Campaigns: found when planted, absent from ordinary people, the same in any order."""

import numpy as np
import pytest

from legation.threats.disinformation.coordination import Coordination, Found, Rule
from legation.threats.disinformation.evidence import evidence_rows
from worlds.crowds import Crowd, batches_of, crowd, planted


def search(people: Crowd) -> Found:
    batches = batches_of(people.rows, accounts=people.accounts)
    return Coordination(rule=Rule()).detect(batches)


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_campaign_is_found_with_all_its_accounts(seed: int) -> None:
    base = crowd(seed)
    found = search(planted(base, seed))
    assert len(found.clusters) == 1
    members = set(found.clusters[0].accounts.tolist())
    hidden = set(range(base.accounts, base.accounts + 10))
    assert hidden <= members
    assert len(members - hidden) <= 1
    assert found.clusters[0].p_value <= 0.01


@pytest.mark.parametrize("seed", range(6))
def test_ordinary_people_around_a_viral_evening_are_no_campaign(seed: int) -> None:
    assert search(crowd(seed)).clusters == ()


@pytest.mark.parametrize("seed", range(4))
def test_a_campaign_vanishes_when_its_accounts_are_redrawn_within_the_hour(seed: int) -> None:
    people = planted(crowd(seed), seed)
    draw = np.random.default_rng(seed)
    rows = np.array(people.rows)
    hour = rows[:, 4] // 3600
    order = np.lexsort((draw.random(len(rows)), hour))
    rows[np.argsort(hour, kind="stable"), 2] = rows[order, 2]
    redrawn = Crowd([tuple(row) for row in rows.tolist()], people.accounts)
    assert search(redrawn).clusters == ()


def test_the_order_of_rows_does_not_change_a_campaign() -> None:
    people = planted(crowd(1), 1)
    turned = Crowd(people.rows[::-1], people.accounts)
    ours, theirs = search(people).clusters, search(turned).clusters
    assert [c.accounts.tolist() for c in ours] == [c.accounts.tolist() for c in theirs]
    assert [c.p_value for c in ours] == [c.p_value for c in theirs]


@pytest.mark.parametrize("seed", range(3))
def test_renaming_accounts_renames_the_members_and_changes_nothing_else(seed: int) -> None:
    people = planted(crowd(seed), seed)
    name = np.random.default_rng(seed).permutation(people.accounts)
    renamed = Crowd(
        [(*row[:2], int(name[row[2]]), *row[3:]) for row in people.rows], people.accounts
    )
    (ours,), (theirs,) = search(people).clusters, search(renamed).clusters
    assert sorted(name[ours.accounts].tolist()) == theirs.accounts.tolist()
    assert (ours.p_value, len(ours.ties)) == (theirs.p_value, len(theirs.ties))


def test_nothing_to_see_gives_nothing() -> None:
    assert search(Crowd([], 5)).clusters == ()
    assert search(Crowd([(0, 0, 0, 0, 0), (0, 0, 1, 1, 5)], 2)).clusters == ()


def test_every_tie_opens_to_its_posts_and_falls_with_them() -> None:
    people = planted(crowd(2), 2)
    batches = batches_of(people.rows, accounts=people.accounts)
    found = Coordination().detect(batches)
    cluster, co = found.clusters[0], batches.co_actions
    tie = int(cluster.ties[0])
    pair = (int(found.ties.a[tie]), int(found.ties.b[tie]))
    rows = evidence_rows(found, cluster, batches)
    mine = rows[(co.account_a[rows] == pair[0]) & (co.account_b[rows] == pair[1])]
    assert len(mine) >= found.ties.weight[tie]
    posts = set(co.post_a[mine].tolist()) | set(co.post_b[mine].tolist())
    left = Crowd([row for row in people.rows if row[3] not in posts], people.accounts)
    again = batches_of(left.rows, accounts=left.accounts)
    after = Coordination().detect(again)
    kept = {(int(after.ties.a[t]), int(after.ties.b[t])) for c in after.clusters for t in c.ties}
    assert pair not in kept


def test_a_campaign_that_is_alone_in_its_hours_cannot_be_told() -> None:
    base = crowd(5, evening=False)
    alone = [
        (0, 10**7 + item, base.accounts + member, 10**6 + 10 * item + member, 10**8 + item * 10**5)
        for item in range(10)
        for member in range(10)
    ]
    assert search(Crowd(base.rows + alone, base.accounts + 10)).clusters == ()


def test_a_campaign_is_found_however_many_links_each_of_its_posts_holds() -> None:
    people = planted(crowd(1), 1)
    linked = [
        (1, 10 * item + part, account, post, time)
        for _, item, account, post, time in people.rows
        for part in (range(4) if item >= 10**7 else range(1))
    ]
    (cluster,) = search(Crowd(linked, people.accounts)).clusters
    assert set(range(people.accounts - 10, people.accounts)) <= set(cluster.accounts.tolist())


def test_all_pairs_of_accounts_are_counted_as_tests() -> None:
    people = planted(crowd(1), 1)
    assert search(people).tests == people.accounts * (people.accounts - 1) // 2


def test_each_validated_tie_says_what_chance_explains_and_how_sure_it_is() -> None:
    people = planted(crowd(3), 3)
    found = search(people)
    for cluster in found.clusters:
        assert len(cluster.tie_q) == len(cluster.tie_expected) == len(cluster.ties) > 0
        assert (cluster.tie_q <= Rule().fdr).all()
        assert (cluster.tie_expected > 0).all()
        assert (cluster.tie_expected < found.ties.weight[cluster.ties]).all()
        assert cluster.tie_q.min() == cluster.q[~cluster.joined].min()
