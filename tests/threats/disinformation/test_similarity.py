"""Joins by likeness: who writes like a campaign, and the ordinary people who must not join."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from legation.threats.disinformation.exposure import DAY
from legation.threats.disinformation.similarity import (
    SEASON,
    Alike,
    Wordings,
    likeness,
    shared_uses,
)

Use = tuple[int, int, int]
"""(account, wording, time)"""


def wordings_of(uses: list[Use]) -> Wordings:
    """Return the first uses, as the store does."""
    first: dict[tuple[int, int], int] = {}
    for account, feature, time in sorted(uses, key=lambda use: use[2]):
        first.setdefault((account, feature), time)
    rows = [(account, feature, at) for (account, feature), at in first.items()]
    return Wordings(*np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T)


def ask(
    uses: list[Use], *, members: int, accounts: int, languages: NDArray[np.int64] | None = None
) -> tuple[Alike, set[int]]:
    """Ask with one campaign of the first `members` accounts."""
    campaign = np.where(np.arange(accounts) < members, 0, -1)
    spoken = np.zeros(accounts, dtype=np.int64) if languages is None else languages
    alike = likeness(wordings_of(uses), campaign, spoken, fdr=0.01)
    return alike, set(alike.account.tolist())


def ordinary(draw: np.random.Generator, accounts: range, *, uses: int = 20) -> list[Use]:
    """Return people with wordings of their own."""
    rows: list[Use] = []
    for account in accounts:
        for n in range(uses):
            time = int(draw.integers(0, SEASON))
            rows.append((account, 10**6 + account * 1000 + n, time))
    return rows


def sheet(accounts: range, *, lines: int, later: int = 0) -> list[Use]:
    """Return accounts that say the campaign's lines, hours apart."""
    return [
        (account, line, line * 2 * DAY + account * 20_000 + later)
        for account in accounts
        for line in range(lines)
    ]


def world(*, helpers: int = 1, around: int = 200, lines: int = 12) -> tuple[list[Use], range]:
    """Return ten members, people around, and helpers who say the members' lines later."""
    draw = np.random.default_rng(3)
    aside = range(10 + around, 10 + around + helpers)
    rows = sheet(range(10), lines=lines) + ordinary(draw, range(10, 10 + around))
    return rows + sheet(aside, lines=lines, later=DAY), aside


def test_an_account_that_says_the_campaigns_lines_days_later_joins_with_its_reason() -> None:
    rows, helpers = world()
    alike, joined = ask(rows, members=10, accounts=211)
    assert joined == set(helpers)
    assert alike.hits[0] == 12 > 20 * alike.expected[0]
    assert alike.q[0] <= 0.01


def test_one_line_in_common_is_never_enough() -> None:
    rows, _ = world(lines=1)
    assert ask(rows, members=10, accounts=211)[1] == set()


def test_without_a_campaign_nobody_joins() -> None:
    rows, _ = world(helpers=5)
    assert ask(rows, members=0, accounts=215)[1] == set()


def test_nobody_joins_when_there_is_nobody_around_to_compare_with() -> None:
    rows, _ = world(around=0)
    assert ask(rows, members=10, accounts=11)[1] == set()


def test_a_handful_of_posts_around_is_too_little_to_compare_with() -> None:
    rows, _ = world(around=0)
    stranger = ordinary(np.random.default_rng(2), range(11, 12), uses=4)
    assert ask(rows + stranger, members=10, accounts=12)[1] == set()


def test_people_of_another_language_are_not_the_people_around() -> None:
    rows, helpers = world()
    other = np.where(np.isin(np.arange(211), [*range(10), *helpers]), 1, 0)
    assert ask(rows, members=10, accounts=211, languages=other)[1] == set()
    assert ask(rows, members=10, accounts=211)[1] == set(helpers)


def test_people_of_another_season_are_not_the_people_around() -> None:
    rows, helpers = world()
    moved = [
        (account, feature, time + (3 * SEASON if account in helpers else 0))
        for account, feature, time in rows
    ]
    assert ask(moved, members=10, accounts=211)[1] == set()


def test_lines_that_other_people_say_too_are_no_evidence() -> None:
    rows, _ = world()
    petition = sheet(range(10, 40), lines=12, later=5 * DAY)
    assert ask(rows + petition, members=10, accounts=211)[1] == set()


def fans(seed: int, *, members: int, people: int) -> list[Use]:
    """Return a fan group: members and others draw wordings from one stock."""
    draw = np.random.default_rng(seed)
    share = 1 / np.arange(1, 2001)
    rows = []
    for account in range(members + people):
        for feature in draw.choice(2000, 40, p=share / share.sum()).tolist():
            time = int(draw.integers(0, SEASON))
            rows.append((account, feature, time))
    return rows


def test_ordinary_members_of_a_fan_group_do_not_join_a_campaign_inside_it() -> None:
    for seed, (members, people) in enumerate([(200, 30), (100, 100), (10, 200)]):
        uses = fans(seed, members=members, people=people)
        assert ask(uses, members=members, accounts=members + people)[1] == set()


def test_uses_redrawn_among_the_people_around_join_nobody() -> None:
    rows, _ = world(helpers=8)
    draw = np.random.default_rng(1)
    for _ in range(20):
        outside = [n for n, row in enumerate(rows) if row[0] >= 10]
        owners = draw.permutation([rows[n][0] for n in outside]).tolist()
        redrawn = list(rows)
        for n, owner in zip(outside, owners, strict=True):
            redrawn[n] = (owner, *rows[n][1:])
        assert ask(redrawn, members=10, accounts=218)[1] == set()


def test_each_joined_account_has_one_campaign_the_likelier_one() -> None:
    rows, _ = world()
    second = sheet(range(211, 221), lines=4, later=3 * DAY)
    campaign = np.full(221, -1)
    campaign[:10], campaign[211:] = 7, 3
    alike = likeness(wordings_of(rows + second), campaign, np.zeros(221, np.int64), fdr=0.01)
    assert alike.account.tolist() == [210]
    assert alike.campaign.tolist() == [7]


def test_a_likeness_opens_to_the_nearest_members_uses() -> None:
    rows, _ = world()
    wordings = wordings_of(rows)
    campaign = np.where(np.arange(211) < 10, 0, -1)
    languages = np.zeros(211, dtype=np.int64)
    alike = likeness(wordings, campaign, languages, fdr=0.01)
    shared = shared_uses(wordings, campaign, languages, alike)
    assert set(shared.account.tolist()) == {210}
    assert len(shared.account) == alike.hits[0]
    for feature, time, member, at in zip(
        shared.feature.tolist(),
        shared.time.tolist(),
        shared.member.tolist(),
        shared.member_time.tolist(),
        strict=True,
    ):
        others = [use for use in rows if use[0] < 10 and use[1] == feature]
        assert (member, feature, at) in others
        assert abs(at - time) == min(abs(use[2] - time) for use in others)


def test_without_what_it_shares_an_account_does_not_join() -> None:
    rows, _ = world()
    wordings = wordings_of(rows)
    campaign = np.where(np.arange(211) < 10, 0, -1)
    languages = np.zeros(211, dtype=np.int64)
    shared = shared_uses(
        wordings, campaign, languages, likeness(wordings, campaign, languages, fdr=0.01)
    )
    proofs = set(zip(shared.account.tolist(), shared.feature.tolist(), strict=True))
    kept = [row for row in rows if (row[0], row[1]) not in proofs]
    assert ask(kept, members=10, accounts=211)[1] == set()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_the_numbers_of_accounts_matter(seed: int) -> None:
    rows, _ = world(helpers=2, around=60)
    draw = np.random.default_rng(seed)
    names = draw.permutation(72)
    campaign = np.full(72, -1)
    campaign[names[:10]] = 0
    wordings = wordings_of([(int(names[a]), what, at) for a, what, at in rows])
    order = draw.permutation(len(wordings.time))
    shuffled = Wordings(*(getattr(wordings, name)[order] for name in Wordings.__slots__))
    alike = likeness(shuffled, campaign, np.zeros(72, np.int64), fdr=0.01)
    _, plain = ask(rows, members=10, accounts=72)
    assert set(alike.account.tolist()) == {int(names[account]) for account in plain} != set()


def test_weights_decide_how_much_evidence_an_account_needs() -> None:
    rows, _ = world(lines=3)
    campaign, languages = np.where(np.arange(211) < 10, 0, -1), np.zeros(211, np.int64)
    wordings = wordings_of(rows)
    plain = likeness(wordings, campaign, languages, fdr=1.0)
    assert plain.account.tolist() == [210]
    for weight in (0.5, 2.0):
        weights = np.ones((1, 211))
        weights[0, 210] = weight
        weighed = likeness(wordings, campaign, languages, weights, fdr=1.0)
        assert np.isclose(weighed.q[0], min(plain.q[0] / weight, 1.0))
        assert weighed.p[0] == plain.p[0]


def test_where_nobody_writes_words_of_their_own_nobody_joins_and_nothing_fails() -> None:
    campaign, languages = np.array([0, 0, -1]), np.zeros(3, dtype=np.int64)
    alike = likeness(wordings_of([]), campaign, languages, fdr=0.01)
    assert len(alike.account) == 0
    assert len(shared_uses(wordings_of([]), campaign, languages, alike).account) == 0
