"""Joins by likeness: who writes like a campaign, and the ordinary people who must not join."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from legation.threats.disinformation.exposure import DAY
from legation.threats.disinformation.similarity import (
    KINDS,
    SEASON,
    Alike,
    Profiles,
    likeness,
    shared_uses,
)

TAG, HOST, WORDING = range(len(KINDS))
Use = tuple[int, int, int, int]
"""(account, kind, feature, time)"""


def profiles_of(uses: list[Use]) -> Profiles:
    """Return the first uses, as the store does."""
    first: dict[tuple[int, int, int, int], int] = {}
    for account, kind, feature, time in sorted(uses, key=lambda use: use[3]):
        first.setdefault((account, kind, feature, -1 if kind == WORDING else time // DAY), time)
    rows = [(account, kind, feature, at) for (account, kind, feature, _), at in first.items()]
    return Profiles(*np.array(sorted(rows), dtype=np.int64).reshape(-1, 4).T)


def ask(
    uses: list[Use], *, members: int, accounts: int, languages: NDArray[np.int64] | None = None
) -> tuple[Alike, set[int]]:
    """Ask with one campaign of the first `members` accounts."""
    campaign = np.where(np.arange(accounts) < members, 0, -1)
    spoken = np.zeros(accounts, dtype=np.int64) if languages is None else languages
    alike = likeness(profiles_of(uses), campaign, spoken, fdr=0.01)
    return alike, set(alike.account.tolist())


def ordinary(draw: np.random.Generator, accounts: range, *, uses: int = 20) -> list[Use]:
    """Return people with wordings of their own and hashtags that everybody likes."""
    rows: list[Use] = []
    for account in accounts:
        for n in range(uses):
            time = int(draw.integers(0, SEASON))
            rows.append((account, WORDING, 10**6 + account * 1000 + n, time))
            rows.append((account, TAG, int(draw.zipf(1.5)) % 50, time))
    return rows


def sheet(accounts: range, *, lines: int, later: int = 0) -> list[Use]:
    """Return accounts that say the campaign's lines, hours apart."""
    return [
        (account, WORDING, line, line * 2 * DAY + account * 20_000 + later)
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
    assert alike.kind.tolist() == [WORDING]
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
        (account, kind, feature, time + (3 * SEASON if account in helpers else 0))
        for account, kind, feature, time in rows
    ]
    assert ask(moved, members=10, accounts=211)[1] == set()


def test_lines_that_other_people_say_too_are_no_evidence() -> None:
    rows, _ = world()
    petition = sheet(range(10, 40), lines=12, later=5 * DAY)
    assert ask(rows + petition, members=10, accounts=211)[1] == set()


def fans(seed: int, *, members: int, people: int) -> list[Use]:
    """Return a fan group: members and others draw hashtags and wordings from one stock."""
    draw = np.random.default_rng(seed)
    share = 1 / np.arange(1, 2001)
    rows = []
    for account in range(members + people):
        for feature in draw.choice(2000, 40, p=share / share.sum()).tolist():
            time = int(draw.integers(0, SEASON))
            rows += [(account, TAG, feature, time), (account, WORDING, feature, time)]
    return rows


def test_ordinary_members_of_a_fan_group_do_not_join_a_campaign_inside_it() -> None:
    for seed, (members, people) in enumerate([(200, 30), (100, 100), (10, 200)]):
        uses = fans(seed, members=members, people=people)
        assert ask(uses, members=members, accounts=members + people)[1] == set()


def test_hashtags_of_a_viral_evening_join_nobody() -> None:
    draw = np.random.default_rng(8)
    rows = [
        (account, TAG, int(draw.zipf(1.4)) % 400, int(draw.integers(0, DAY // 2)))
        for account in range(600)
        for _ in range(int(draw.zipf(1.8)) % 60)
    ]
    assert ask(rows, members=10, accounts=600)[1] == set()


def tagged(accounts: tuple[int, ...], *, late: int = 0) -> list[Use]:
    """Return accounts with the campaign's fifteen hashtags, one a day; 210 comes late."""
    return [
        (account, TAG, 10**4 + n, n * DAY + account * 60 + (late if account == 210 else 0))
        for account in accounts
        for n in range(15)
    ]


def test_hashtags_alone_join_nobody() -> None:
    rows = ordinary(np.random.default_rng(5), range(10, 210)) + tagged((*range(10), 210))
    assert ask(rows, members=10, accounts=211)[1] == set()


def test_hashtags_of_the_campaigns_days_stand_beside_the_wordings_and_later_ones_do_not() -> None:
    rows, _ = world()
    for late, kinds in ((0, [WORDING, TAG]), (10 * DAY, [WORDING])):
        alike, joined = ask(rows + tagged((*range(10), 210), late=late), members=10, accounts=211)
        assert joined == {210}
        assert sorted(alike.kind.tolist()) == sorted(kinds)


def test_a_few_fans_among_many_people_do_not_join_a_campaign_in_their_topic() -> None:
    topic = [use for use in fans(4, members=200, people=30) if use[1] == TAG]
    rows = topic + ordinary(np.random.default_rng(6), range(230, 700))
    lines = sheet(range(200), lines=6)
    assert ask(rows + lines, members=200, accounts=700)[1] == set()


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
    alike = likeness(profiles_of(rows + second), campaign, np.zeros(221, np.int64), fdr=0.01)
    assert alike.account.tolist() == [210]
    assert alike.campaign.tolist() == [7]


def test_a_likeness_opens_to_the_nearest_members_uses() -> None:
    rows, _ = world()
    profiles = profiles_of(rows)
    campaign = np.where(np.arange(211) < 10, 0, -1)
    languages = np.zeros(211, dtype=np.int64)
    alike = likeness(profiles, campaign, languages, fdr=0.01)
    shared = shared_uses(profiles, campaign, languages, alike)
    assert set(shared.account.tolist()) == {210}
    assert len(shared.account) == alike.hits[0]
    for feature, time, member, at in zip(
        shared.feature.tolist(),
        shared.time.tolist(),
        shared.member.tolist(),
        shared.member_time.tolist(),
        strict=True,
    ):
        others = [use for use in rows if use[0] < 10 and use[1:3] == (WORDING, feature)]
        assert (member, WORDING, feature, at) in others
        assert abs(at - time) == min(abs(use[3] - time) for use in others)


def test_without_what_it_shares_an_account_does_not_join() -> None:
    rows, _ = world()
    profiles = profiles_of(rows)
    campaign = np.where(np.arange(211) < 10, 0, -1)
    languages = np.zeros(211, dtype=np.int64)
    shared = shared_uses(
        profiles, campaign, languages, likeness(profiles, campaign, languages, fdr=0.01)
    )
    proofs = set(zip(shared.account.tolist(), shared.feature.tolist(), strict=True))
    kept = [row for row in rows if (row[0], row[2]) not in proofs]
    assert ask(kept, members=10, accounts=211)[1] == set()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_the_numbers_of_accounts_matter(seed: int) -> None:
    rows, _ = world(helpers=2, around=60)
    draw = np.random.default_rng(seed)
    names = draw.permutation(72)
    campaign = np.full(72, -1)
    campaign[names[:10]] = 0
    profiles = profiles_of([(int(names[a]), kind, what, at) for a, kind, what, at in rows])
    order = draw.permutation(len(profiles.time))
    shuffled = Profiles(*(getattr(profiles, name)[order] for name in Profiles.__slots__))
    alike = likeness(shuffled, campaign, np.zeros(72, np.int64), fdr=0.01)
    _, plain = ask(rows, members=10, accounts=72)
    assert set(alike.account.tolist()) == {int(names[account]) for account in plain} != set()
