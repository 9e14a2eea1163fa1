"""What a campaign gains by likeness: who, how sure, and what each of them opens to."""

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from legation.threats.disinformation.batches import (
    DEFAULT_LAYERS,
    LAYERS,
    SIMILARITY,
    Batches,
    acted,
)
from legation.threats.disinformation.coordination import Coordination, Found
from legation.threats.disinformation.likened import Likened, liken, nobody
from legation.threats.disinformation.similarity import Wordings
from legation.threats.disinformation.traits import Profiles
from worlds.crowds import batches_of, crowd, planted

FDR = 0.01
SHEET = 40


@cache
def searched() -> tuple[Batches, Found]:
    """Return a crowd in which one campaign acts together, and nine more accounts."""
    people = planted(crowd(3), 3)
    # The last accounts never act on anything, as those who join by likeness may.
    batches = batches_of(people.rows, accounts=people.accounts + 9)
    languages = batches.languages.copy()
    languages[people.accounts :] = languages[0]
    batches = replace(batches, languages=languages)
    return batches, Coordination().detect(batches)


def written(batches: Batches, found: Found, *, by_others: bool) -> Wordings:
    """Return wordings: everybody says own things; the last account says the campaign's."""
    chance = np.random.default_rng(5)
    rows: list[tuple[int, int, int]] = []
    for account in range(batches.accounts):
        own = chance.integers(10**6, 10**12, 30).tolist()
        rows += [(account, feature, int(chance.integers(0, 10**6))) for feature in own]
    for cluster in found.clusters:
        for feature in range(SHEET):
            member = int(cluster.accounts[feature % len(cluster.accounts)])
            rows.append((member, feature, 1000 * feature))
    copies = range(batches.accounts - (9 if by_others else 1), batches.accounts)
    for account in copies:
        rows += [(account, feature, 1000 * feature + 77) for feature in range(SHEET)]
    table: NDArray[np.int64] = np.array(rows, dtype=np.int64)
    return Wordings(table[:, 0], table[:, 1], table[:, 2])


def lived(batches: Batches, found: Found) -> Profiles:
    """Return hours of posting: members in the morning, everybody else all day."""
    member = np.zeros(batches.accounts, dtype=np.bool_)
    for cluster in found.clusters:
        member[cluster.accounts] = True
    rows = [
        (account, 0, hour, 1 + (7 if member[account] and hour < 9 else 0))
        for account in range(batches.accounts)
        for hour in range(24)
    ]
    return Profiles(*np.array(rows, dtype=np.int64).T)


@cache
def gained() -> tuple[Batches, Found, tuple[Likened, ...]]:
    batches, found = searched()
    return (
        batches,
        found,
        liken(
            written(batches, found, by_others=False), lived(batches, found), found, batches, fdr=FDR
        ),
    )


def test_who_writes_a_campaigns_sentences_joins_it_and_nobody_else_does() -> None:
    batches, found, likened = gained()
    assert len(likened) == len(found.clusters) > 0
    assert [one.account.tolist() for one in likened] == [[batches.accounts - 1]]
    assert likened[0].hits.tolist() == [SHEET]
    assert likened[0].q[0] <= FDR


def test_each_use_stands_beside_a_members_use_of_the_same_words() -> None:
    batches, found, (one,) = gained()
    uses = one.uses
    assert sorted(uses.feature.tolist()) == list(range(SHEET))
    assert set(uses.account.tolist()) == {batches.accounts - 1}
    assert set(uses.member.tolist()) <= set(found.clusters[0].accounts.tolist())
    assert (uses.time - uses.member_time).tolist() == [77] * SHEET
    assert one.partners.tolist() == [len(set(uses.member.tolist()))]


def test_no_member_joins_the_campaign_it_is_in() -> None:
    _, found, (one,) = gained()
    assert not np.isin(one.account, found.clusters[0].accounts).any()


def test_a_members_other_name_does_not_join_the_campaign_that_the_member_is_in() -> None:
    batches, found, (one,) = gained()
    (joined,) = one.account.tolist()
    member = int(found.clusters[0].accounts[0])
    stranger = next(n for n in range(batches.accounts) if n not in found.clusters[0].accounts)
    for other, stays in ((member, []), (stranger, [joined])):
        pair = np.array([min(other, joined)]), np.array([max(other, joined)])
        (again,) = liken(
            written(batches, found, by_others=False),
            lived(batches, found),
            found,
            batches,
            fdr=FDR,
            selves=pair,
        )
        assert again.account.tolist() == stays
        assert set(again.uses.account.tolist()) == set(stays)


def test_words_that_many_others_use_are_nobodys_and_join_nobody() -> None:
    batches, found = searched()
    (one,) = liken(
        written(batches, found, by_others=True), lived(batches, found), found, batches, fdr=FDR
    )
    assert one.account.tolist() == []
    assert nobody().uses.account.tolist() == one.uses.account.tolist()


def test_how_alike_the_members_are_is_told_beside_who_joins() -> None:
    _, found, (one,) = gained()
    assert one.traits is not None
    members = found.clusters[0].accounts
    assert (one.traits.rank[0, members] == 1.0).all()
    assert np.isnan(one.traits.rank[1:]).all()


def test_without_a_campaign_nobody_is_asked() -> None:
    batches, found = searched()
    none = Found((), found.ties, found.tests, found.searched, found.candidates)
    assert (
        liken(
            written(batches, found, by_others=False), lived(batches, found), none, batches, fdr=FDR
        )
        == ()
    )


def test_likeness_is_asked_for_by_name_and_is_no_way_of_acting() -> None:
    assert DEFAULT_LAYERS[-1] == SIMILARITY
    assert acted(DEFAULT_LAYERS) == DEFAULT_LAYERS[:-1]
    assert acted(LAYERS) == LAYERS
