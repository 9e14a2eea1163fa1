"""Likeness in rhythm, hashtags, hosts and style: what a rank means and what it must not do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.store import traits as store
from legation.threats.disinformation.traits import (
    LEAST_AROUND,
    TRAITS,
    Profiles,
    compare,
    weights,
)

MEMBERS, PEOPLE = 12, 80
Use = tuple[int, int, int, int]
"""(account, trait, category, uses)"""


def profiles_of(rows: list[Use]) -> Profiles:
    return Profiles(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def lives(
    draw: np.random.Generator, accounts: range, hours: list[int], trait: int = 0
) -> list[Use]:
    """Return accounts that post forty times, at these hours."""
    rows = []
    for account in accounts:
        found, counts = np.unique(draw.choice(hours, 40), return_counts=True)
        rows += [
            (account, trait, *row) for row in zip(found.tolist(), counts.tolist(), strict=True)
        ]
    return rows


def world(seed: int, *, like: int = 0) -> tuple[Profiles, np.ndarray, np.ndarray, np.ndarray]:
    """Return members who post in the morning, people who post all day, and some like members."""
    draw = np.random.default_rng(seed)
    accounts = MEMBERS + PEOPLE + like
    rows = lives(draw, range(MEMBERS), [6, 7, 8, 9])
    rows += lives(draw, range(MEMBERS, MEMBERS + PEOPLE), list(range(24)))
    rows += lives(draw, range(MEMBERS + PEOPLE, accounts), [6, 7, 8, 9])
    member = np.arange(accounts) < MEMBERS
    return profiles_of(rows), member, ~member, np.zeros(accounts, np.int64)


def test_members_of_one_rhythm_are_told_from_people_of_any() -> None:
    profiles, member, outside, languages = world(1)
    alike = compare(profiles, member, outside, languages)
    assert (alike.rank[0, member] > 0.95).all()
    share, low, high = alike.separation(0, member)
    assert 0.5 < low < share <= high <= 1.0
    assert (alike.members[0], alike.around[0]) == (MEMBERS, PEOPLE)


def test_an_outsider_with_the_members_rhythm_ranks_high_and_weighs_more() -> None:
    profiles, member, outside, languages = world(2, like=3)
    alike = compare(profiles, member, outside, languages)
    assert (alike.rank[0, -3:] > 0.9).all()
    weight = weights(alike, outside)
    assert (weight[-3:] > 1.5).all()
    assert np.isclose(weight[outside].mean(), 1.0)
    assert weight.min() > 0.4


def test_where_members_live_like_everybody_the_trait_tells_nothing() -> None:
    shares = []
    for seed in range(20):
        draw = np.random.default_rng(seed)
        rows = lives(draw, range(MEMBERS + PEOPLE), list(range(24)))
        member = np.arange(MEMBERS + PEOPLE) < MEMBERS
        alike = compare(profiles_of(rows), member, ~member, np.zeros(len(member), np.int64))
        shares.append(alike.separation(0, member)[0])
    assert abs(np.mean(shares) - 0.5) < 0.06


def test_one_thing_that_everybody_does_gives_nobody_a_rank_above_another() -> None:
    rows = [(account, 2, 5, 9) for account in range(MEMBERS + PEOPLE)]
    member = np.arange(MEMBERS + PEOPLE) < MEMBERS
    alike = compare(profiles_of(rows), member, ~member, np.zeros(len(member), np.int64))
    assert (alike.rank[2] == 0.5).all()


def test_too_few_people_around_or_members_and_it_cannot_be_told() -> None:
    draw = np.random.default_rng(3)
    for members, people in ((MEMBERS, LEAST_AROUND - 1), (1, PEOPLE)):
        rows = lives(draw, range(members + people), list(range(24)))
        member = np.arange(members + people) < members
        alike = compare(profiles_of(rows), member, ~member, np.zeros(len(member), np.int64))
        assert np.isnan(alike.rank).all()
        assert np.allclose(weights(alike, ~member)[~member], 1.0)


def test_people_who_write_in_other_languages_are_not_around() -> None:
    profiles, member, outside, _ = world(4)
    alike = compare(profiles, member, outside, np.where(member, 0, 1))
    assert alike.around.tolist() == [0] * len(TRAITS)
    assert np.isnan(alike.rank).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_rows_does_not_matter_and_ranks_are_shares(seed: int) -> None:
    profiles, member, outside, languages = world(5, like=2)
    order = np.random.default_rng(seed).permutation(len(profiles.uses))
    shuffled = Profiles(*(getattr(profiles, name)[order] for name in Profiles.__slots__))
    one, other = (compare(p, member, outside, languages).rank for p in (profiles, shuffled))
    assert np.allclose(one, other, equal_nan=True)
    told = one[np.isfinite(one)]
    assert ((told >= 0) & (told <= 1)).all()


def test_the_store_and_the_detector_name_the_traits_alike() -> None:
    assert store.TRAITS == TRAITS


@pytest.mark.parametrize("members", [2, 3, 400])
def test_an_interval_is_wide_for_few_members_and_never_without_width(members: int) -> None:
    draw = np.random.default_rng(6)
    rows = lives(draw, range(members), [6]) + lives(draw, range(members, members + 90), [20])
    member = np.arange(members + 90) < members
    alike = compare(profiles_of(rows), member, ~member, np.zeros(len(member), np.int64))
    share, low, high = alike.separation(0, member)
    assert share == 1.0 == high
    assert low == pytest.approx(1 - 3.8415 / (3.8415 + min(members, 90)), abs=1e-3)
