"""Single accounts that join a campaign, and those that must not."""

import numpy as np

from legation.threats.disinformation.coordination import Coordination
from legation.threats.disinformation.growth import grow
from worlds.crowds import Row, batches_of, crowd, planted


def with_extra(extra: list[Row], *, more: int) -> tuple[set[int], int]:
    """Return the joined accounts among those after the planted campaign, and the first of them."""
    base = crowd(4)
    people = planted(base, 4, accounts=12, objects=14)
    batches = batches_of(people.rows + extra, accounts=people.accounts + more)
    member = np.zeros(batches.accounts, dtype=np.bool_)
    member[base.accounts : base.accounts + 12] = True
    joined = grow(
        batches.actions,
        batches.co_actions,
        batches.languages,
        member,
        fdr=0.01,
    )
    return set(joined.account.tolist()), people.accounts


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
    assert not len(
        grow(batches.actions, batches.co_actions, batches.languages, nobody, fdr=0.01).account
    )
