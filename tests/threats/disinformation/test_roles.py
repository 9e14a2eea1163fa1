"""Bridges, bursts, languages and quotations of a described campaign."""

from functools import cache

import numpy as np

from legation.threats.disinformation.batches import Batches
from legation.threats.disinformation.coordination import Coordination, Found, Rule
from legation.threats.disinformation.description import Material, describe
from legation.threats.disinformation.findings import Campaign, Quotation
from worlds.crowds import Crowd, batches_of, crowd

HOUR, DAY = 3600, 86_400


@cache
def two_groups() -> tuple[Crowd, Batches, Found, int]:
    """Two groups of eight with objects of their own, and one account that acts with both."""
    base = crowd(11)
    rows, post, bridge = list(base.rows), 10**6, base.accounts + 16
    for item in range(24):
        start = (60 + item * 3 % 100) * HOUR
        group = item % 2
        members = [base.accounts + 8 * group + n for n in range(8)]
        for place, account in enumerate([*members, bridge]):
            turn = (place + item // 2) % 9  # nobody is always the first
            rows.append((0, 10**7 + item, account, post, start + 30 * (turn + 1)))
            post += 1
    people = Crowd(rows, base.accounts + 17)
    batches = batches_of(people.rows, accounts=people.accounts, languages=1)
    return people, batches, Coordination().detect(batches), bridge


def described(times: list[int], quotations: tuple[Quotation, ...] = ()) -> Campaign:
    people, batches, found, _ = two_groups()
    material = Material(
        ids=[f"a{n}" for n in range(people.accounts)],
        post_times=np.array(times, dtype=np.int64),
        languages=("ru",),
        texts=["the bridge must close today"] * 30,
        text_languages=["ru"] * 30,
        text_authors=[n % 5 for n in range(30)],
        background=["sun and rain tomorrow"] * 300,
        quotations=quotations,
    )
    return describe(found, found.clusters[0], batches, material, Rule())


def test_an_account_between_two_groups_is_a_bridge() -> None:
    *_, bridge = two_groups()
    roles = {member.account_id: member.role for member in described([0]).accounts}
    assert roles[f"a{bridge}"] == "bridge"
    assert list(roles.values()).count("bridge") == 1


def test_a_day_far_above_the_usual_is_a_burst() -> None:
    quiet = [day * DAY + 60 * n for day in range(20) for n in range(4)]
    loud = [30 * DAY + n for n in range(400)]
    campaign = described(quiet + loud)
    (burst,) = campaign.bursts
    assert campaign.burst_days == 1
    assert (burst.start, burst.end, burst.posts, burst.usual) == (30 * DAY, 31 * DAY, 400, 4)


def test_even_days_have_no_burst() -> None:
    assert described([day * DAY + n for day in range(20) for n in range(4)]).bursts == ()


def test_the_languages_are_those_of_the_members() -> None:
    assert [(one.language, one.share) for one in described([0]).languages] == [("ru", 1.0)]


def test_the_narrative_is_told_against_the_background_with_posts() -> None:
    quotation = Quotation(post_id="p1", text="the bridge must close today", accounts=9, posts=9)
    campaign = described([0], (quotation,))
    assert campaign.quotations == (quotation,)
    bridge = {(one.posts, one.accounts) for one in campaign.terms if "bridge" in one.term}
    assert bridge == {(30, 5)}
    assert campaign.compared
    assert (campaign.compared.posts, campaign.compared.background) == (30, 300)
    assert not any("rain" in term.term for term in campaign.terms)
