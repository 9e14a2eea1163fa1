"""To be copied is no act: members who only are copied are marked, and none hides by it."""

import numpy as np
import pytest

from legation.threats.disinformation.batches import Batches, Numbers
from legation.threats.disinformation.coordination import Coordination
from legation.threats.disinformation.copied import mostly_copied, order_of
from legation.threats.disinformation.description import Material, describe
from legation.threats.disinformation.findings import Campaign
from worlds.crowds import Row, batches_of, copying, crowd, planted

COPIERS = 30


def told(batches: Batches) -> Campaign:
    found = Coordination().detect(batches)
    material = Material(
        ids=[f"a{n}" for n in range(batches.accounts)],
        post_times=np.array([0], np.int64),
        languages=(),
    )
    return describe(found, found.clusters[0], batches, material, Coordination().rule)


def marked(campaign: Campaign) -> set[int]:
    return {int(one.account_id[1:]) for one in campaign.accounts if one.copied}


@pytest.mark.parametrize("seed", range(3))
def test_people_whose_own_words_are_copied_are_marked_and_lift_no_grade(seed: int) -> None:
    base = crowd(seed, accounts=2000, posts=12_000, evening=False)
    people, neighbours = copying(base, seed, own_words=True, copiers=COPIERS)
    campaign = told(batches_of(people.rows, accounts=people.accounts))
    # Whoever leads an operation looks the same: taken out, they would hide it.
    members = {int(one.account_id[1:]) for one in campaign.accounts}
    assert members == neighbours | set(range(people.accounts - COPIERS, people.accounts))
    assert marked(campaign) == neighbours
    held = next(reason for reason in campaign.grade_reasons if "held together" in reason)
    assert held.startswith(f"{COPIERS} accounts")
    assert any("only or mostly copied" in reason for reason in campaign.cannot_show)


@pytest.mark.parametrize("seed", range(3))
def test_members_who_take_turns_are_not_marked(seed: int) -> None:
    people = planted(crowd(seed), seed)
    assert not marked(told(batches_of(people.rows, accounts=people.accounts)))


def rows_of(times: list[list[int]]) -> list[Row]:
    """Make an object of each list, on which account n posts at the nth time."""
    return [
        (0, item, account, 100 * item + account, time)
        for item, row in enumerate(times)
        for account, time in enumerate(row)
    ]


def asked(times: list[list[int]]) -> tuple[Batches, Numbers]:
    batches = batches_of(rows_of(times), accounts=len(times[0]))
    return batches, batches.co_actions.time_a - batches.co_actions.time_b


def led(times: list[list[int]]) -> list[bool]:
    batches, behind = asked(times)
    order = order_of(batches.co_actions, np.arange(len(behind)), behind)
    return [bool(one) for one in mostly_copied(order, accounts=batches.accounts, fdr=0.01)]


def test_what_the_clock_cannot_tell_apart_is_no_order() -> None:
    seconds = [[1000 * n + 7, *(1000 * n + 7 + k for k in range(1, 30))] for n in range(1, 11)]
    minutes = [[time // 60 * 60 for time in row] for row in seconds]
    assert led(seconds)[0]
    assert led([[row[0]] * 30 for row in seconds]) == [False] * 30
    assert led(minutes) == [False] * 30


def test_who_acts_in_the_same_second_as_others_is_not_copied_by_those_who_come_later() -> None:
    times = [[1000 * n] * 15 + [1000 * n + 60, 1000 * n + 90, 1000 * n + 120] for n in range(60)]
    assert led(times)[:15] == [False] * 15


def test_few_posts_among_few_cannot_tell_a_copied_account_from_turns() -> None:
    assert led([[100 * n, 100 * n + 5, 100 * n + 9] for n in range(1, 4)]) == [False] * 3
