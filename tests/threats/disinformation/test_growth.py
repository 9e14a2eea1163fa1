"""Single accounts that join a campaign, and those that must not."""

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import Batches
from legation.threats.disinformation.clocks import clocks, ticks
from legation.threats.disinformation.coordination import Coordination
from legation.threats.disinformation.growth import Joined, grow
from worlds.crowds import Row, batches_of, crowd, planted


def with_extra(extra: list[Row], *, more: int) -> tuple[set[int], int]:
    """Return the joined accounts among those after the planted campaign, and the first of them."""
    base = crowd(4)
    people = planted(base, 4, accounts=12, objects=14)
    batches = batches_of(people.rows + extra, accounts=people.accounts + more)
    member = np.zeros(batches.accounts, dtype=np.bool_)
    member[base.accounts : base.accounts + 12] = True
    return set(grown(batches, member).account.tolist()), people.accounts


def grown(batches: Batches, member: NDArray[np.bool_], *, barred: int | None = None) -> Joined:
    did, never = batches.actions, np.zeros(batches.accounts, dtype=np.bool_)
    if barred is not None:
        never[barred] = True
    clock = clocks(did.account, did.time, accounts=batches.accounts)
    return grow(
        did,
        batches.co_actions,
        batches.languages,
        member,
        fdr=0.01,
        behind=ticks(batches.co_actions, clock),
        barred=never,
    )


def helper_rows(objects: int) -> tuple[list[Row], int]:
    base = crowd(4)
    people = planted(base, 4, accounts=12, objects=14)
    me = people.accounts
    starts = {
        item: min(r[4] for r in people.rows if r[1] == 10**7 + item) for item in range(objects)
    }
    return [(0, 10**7 + item, me, 10**6 + item, at + 60) for item, at in starts.items()], me


def test_a_helper_who_meets_the_campaign_on_many_objects_joins() -> None:
    rows, me = helper_rows(8)
    joined, first = with_extra(rows, more=1)
    assert me == first
    assert me in joined


def test_one_post_that_meets_the_campaign_is_never_enough() -> None:
    rows, me = helper_rows(1)
    joined, _ = with_extra(rows, more=1)
    assert me not in joined


def test_ordinary_people_do_not_join() -> None:
    joined, first = with_extra([], more=0)
    assert {account for account in joined if account < first - 12} == set()


def test_without_a_campaign_nobody_joins() -> None:
    base = crowd(4)
    batches = batches_of(base.rows, accounts=base.accounts)
    found = Coordination().detect(batches)
    nobody = np.zeros(base.accounts, dtype=np.bool_)
    assert found.clusters == ()
    assert not len(grown(batches, nobody).account)


def test_who_is_always_the_earlier_one_does_not_join() -> None:
    rows, me = helper_rows(8)
    early = [(*row[:4], row[4] - 120) for row in rows]
    joined, _ = with_extra(early, more=1)
    assert me not in joined


def test_two_posts_that_repeat_the_campaign_let_a_helper_join_that_is_copied_too() -> None:
    rows, me = helper_rows(8)
    mixed = [(*row[:4], row[4] - (120 if n > 1 else 0)) for n, row in enumerate(rows)]
    assert me in with_extra(mixed, more=1)[0]
    assert me not in with_extra([*mixed[1:]], more=1)[0]


def test_who_only_is_copied_cannot_join() -> None:
    rows, me = helper_rows(8)
    base = crowd(4)
    people = planted(base, 4, accounts=12, objects=14)
    batches = batches_of(people.rows + rows, accounts=people.accounts + 1)
    member = np.zeros(batches.accounts, dtype=np.bool_)
    member[base.accounts : base.accounts + 12] = True
    assert me in grown(batches, member).account
    assert me not in grown(batches, member, barred=me).account
