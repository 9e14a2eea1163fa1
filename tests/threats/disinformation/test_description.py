"""A campaign in words: roles, grades with reasons, bursts, and what cannot be shown."""

from collections import Counter
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.threats.disinformation.batches import Batches
from legation.threats.disinformation.clocks import clock_of
from legation.threats.disinformation.coordination import Coordination, Found, Rule
from legation.threats.disinformation.description import (
    Known,
    Material,
    describe,
    most_shared,
    score_of,
)
from legation.threats.disinformation.evidence import evidence_rows, shares, validated
from legation.threats.disinformation.findings import LEAST_P, Campaign, Look
from legation.threats.disinformation.grading import grade_of, held_without_the_middle
from legation.threats.disinformation.likened import Likened
from legation.threats.disinformation.similarity import SharedUses
from worlds.crowds import Crowd, batches_of, crowd, planted
from worlds.readers import require_read, require_told

FEW = "fewer than 5 accounts held together by validated ties"


@cache
def searched(seed: int = 3) -> tuple[Crowd, Batches, Found]:
    people = planted(crowd(seed), seed)
    batches = batches_of(people.rows, accounts=people.accounts)
    return people, batches, Coordination().detect(batches)


def described(*, p_value: float | None = None, **more: object) -> Campaign:
    people, batches, found = searched()
    cluster = found.clusters[0]
    cluster = cluster if p_value is None else replace(cluster, p_value=p_value)
    times = [row[4] for row in people.rows if row[2] in set(cluster.accounts.tolist())]
    material = Material(
        ids=[f"a{n}" for n in range(people.accounts)],
        post_times=np.array(times, dtype=np.int64),
        **({"languages": ("en",)} | more),  # type: ignore[arg-type]  # a test names fields of its own choice
    )
    campaign = describe(found, cluster, batches, material, Rule())
    require_read(campaign)  # whatever is asked of it
    return campaign


def test_the_same_posts_give_the_same_campaign() -> None:
    assert described() == described()


def test_members_come_best_first_with_their_layers() -> None:
    members = described().accounts
    assert [m.score for m in members] == sorted((m.score for m in members), reverse=True)
    assert {m.layers for m in members} == {("repost",)}
    assert all(0 <= m.score <= 1 and 0 <= m.q <= 0.01 for m in members)


def test_a_grade_comes_with_its_reasons() -> None:
    campaign = described()
    assert campaign.grade == "high"
    assert any("p = " in reason for reason in campaign.grade_reasons)
    assert any("shared objects on" in reason for reason in campaign.grade_reasons)


def test_a_campaign_is_named_by_language_layer_day_and_two_terms() -> None:
    plain = described()
    day = np.datetime64(plain.first, "s").astype("datetime64[D]")
    texts, others = ("close the bridge",) * 9, ("the sun is up",) * 2000
    told: dict[str, Any] = {"text_languages": ("en",) * 9, "text_authors": range(9)}
    assert plain.name == f"English repost campaign since {day}"
    rare = ("close the bridge",) * 9 + ("the sun is up",) * 191
    told_rare: dict[str, Any] = {"text_languages": ("en",) * 200, "text_authors": range(200)}
    said = described(texts=rare, background=others, **told_rare)
    assert said.terms
    assert said.name == plain.name
    assert said.no_narrative.endswith("the most frequent stands in 9 of 200")
    assert described(texts=texts, background=others, **told).name == f"{plain.name}: bridge, close"


def test_an_unknown_language_is_said_in_the_name() -> None:
    campaign = described(languages=("und",))
    day = np.datetime64(campaign.first, "s").astype("datetime64[D]")
    assert campaign.name == f"repost campaign since {day}, language unknown"


@pytest.mark.parametrize(
    ("p_value", "accounts", "objects", "days", "grade", "said"),
    [
        (1e-5, 5, 10, 2, "high", ""),
        (1e-5, 5, 10, 1, "moderate", "not high: one day and one layer only"),
        (1e-3, 5, 10, 2, "moderate", "not high: p is above 0.0001"),
        (
            1e-5,
            4,
            9,
            2,
            "moderate",
            f"not high: {FEW}, fewer than 10 objects",
        ),
        (1e-5, 5, 9, 1, "low", "not moderate: one day and one layer only"),
        (1e-5, 5, 2, 2, "low", "not moderate: fewer than 3 objects"),
    ],
)
def test_a_grade_names_the_condition_that_failed(
    *, p_value: float, accounts: int, objects: int, days: int, grade: str, said: str
) -> None:
    _, batches, found = searched()
    cluster = replace(
        found.clusters[0],
        accounts=np.arange(accounts),
        joined=np.zeros(accounts, dtype=np.bool_),
        p_value=p_value,
    )
    at = np.arange(max(objects, days))
    co = replace(batches.co_actions, object=at % objects, time_a=at % days * 86_400)
    given_grade, reasons = grade_of(
        cluster, Counter({"repost": 9}), at, replace(batches, co_actions=co)
    )
    require_told(reasons)
    assert given_grade == grade
    assert [one for one in reasons if one.startswith("not ")] == ([said] if said else [])


def test_a_star_around_one_account_is_not_high() -> None:
    _, batches, found = searched()
    cluster = replace(
        found.clusters[0],
        accounts=np.arange(7),
        joined=np.zeros(7, dtype=np.bool_),
        p_value=1e-9,
    )
    at = np.arange(12)
    co = replace(batches.co_actions, object=at, time_a=at % 3 * 86_400)
    told = partial(grade_of, cluster, Counter({"repost": 9}), at, replace(batches, co_actions=co))
    star = held_without_the_middle(np.zeros(6, dtype=np.int64), np.arange(1, 7))
    grade, reasons = told(steady=star)
    require_told(reasons)
    assert grade == "moderate"
    said = "not high: without the account in most of its ties fewer than 5 hold together"
    assert reasons[-1] == said
    assert told(steady=held_without_the_middle(*np.triu_indices(7, 1)))[0] == "high"


def test_a_chance_too_small_for_the_machine_is_never_said_to_be_nothing() -> None:
    campaign = described(p_value=0.0)
    assert campaign.significance.p_value == LEAST_P
    (said,) = [one for one in campaign.grade_reasons if one.startswith("p ")]
    assert said == "p < 1e-300, corrected for the search over all parts of the network"
    require_told(campaign.grade_reasons)


def test_the_span_is_that_of_the_co_actions() -> None:
    people, batches, found = searched()
    rows = evidence_rows(found, found.clusters[0], batches)
    co, campaign = batches.co_actions, described()
    times = np.concatenate([co.time_a[rows], co.time_b[rows]])
    assert (campaign.first, campaign.last) == (times.min(), times.max())
    assert sum(campaign.co_actions.values()) == len(rows)
    assert people.accounts == batches.accounts


def test_evidence_tells_validated_ties_from_meetings_of_who_joined() -> None:
    _, batches, found = searched()
    cluster = found.clusters[0]
    rows = evidence_rows(found, cluster, batches)
    assert validated(found, cluster, rows).all()
    alone = int(cluster.accounts[0])
    ends = found.ties.a[cluster.ties], found.ties.b[cluster.ties]
    others = cluster.ties[(ends[0] != alone) & (ends[1] != alone)]
    came = replace(cluster, ties=others, joined=cluster.accounts == alone)
    rows = evidence_rows(found, came, batches)
    co = batches.co_actions
    meetings = (co.account_a[rows] == alone) | (co.account_b[rows] == alone)
    assert meetings.any()
    assert (validated(found, came, rows) == ~meetings).all()


def test_activity_and_hours_count_every_post_of_members() -> None:
    campaign = described()
    total = sum(count for _, count in campaign.activity)
    assert total == sum(campaign.hours)
    assert all(day % 86_400 == 0 for day, _ in campaign.activity)


def test_an_entry_of_the_users_list_stands_beside_the_campaign() -> None:
    people, _, found = searched()
    entry = Known(kind="press agency", rule="listed", source="our list")
    agency = f"a{int(found.clusters[0].accounts[0])}"
    (shown,) = described(known={agency: entry}).lookalikes
    assert (shown.kind, shown.accounts, shown.source) == ("press agency", 1, "our list")
    assert described().lookalikes == ()
    assert people.accounts > 0


def test_who_joins_by_likeness_is_a_member_that_says_so_and_lifts_no_grade() -> None:
    people, _, _ = searched()
    none = np.zeros(0, dtype=np.int64)
    gained = Likened(
        account=np.array([people.accounts - 1]),
        q=np.array([1e-6]),
        hits=np.array([12]),
        partners=np.array([4]),
        uses=SharedUses(none, none, none, none, none),
    )
    before, after = described(), described(likened=gained)
    (new,) = (member for member in after.accounts if member not in before.accounts)
    assert (new.account_id, new.layers, new.role) == (
        f"a{people.accounts - 1}",
        ("similarity",),
        "amplifier",
    )
    assert (new.objects, new.partners, new.q, new.score) == (12, 4, 1e-6, score_of(1e-6))
    assert after.campaign_id != before.campaign_id
    assert (after.grade, after.significance, after.co_actions, after.ties) == (
        before.grade,
        before.significance,
        before.co_actions,
        before.ties,
    )
    assert set(after.grade_reasons) > set(before.grade_reasons)
    assert any("1 account joined by likeness of wording" in one for one in after.grade_reasons)
    assert any("1 account joined by likeness of wording" in one for one in after.cannot_show)


@pytest.mark.parametrize(
    ("gained", "said"),
    [
        (1, "fewer than 1"),
        (49, "fewer than 1"),
        (50, "about 1"),
        (151, "about 2"),
        (400, "about 4"),
    ],
)
def test_how_many_joined_by_chance_is_not_rounded_up(gained: int, said: str) -> None:
    people, _, found = searched()
    outside = np.setdiff1d(np.arange(people.accounts), found.clusters[0].accounts)
    none = np.zeros(0, dtype=np.int64)
    likened = Likened(
        account=np.resize(outside, gained),
        q=np.full(gained, 1e-3),
        hits=np.full(gained, 3),
        partners=np.full(gained, 1),
        uses=SharedUses(none, none, none, none, none),
    )
    (line,) = (x for x in described(likened=likened).cannot_show if "likeness of wording act" in x)
    assert line.endswith(f"expect {said} of them to be chance.")


def test_a_coarse_clock_is_said() -> None:
    said = " ".join(described(clock_resolution_s=60).cannot_show)
    assert "60 s" in said
    assert "60 s" not in " ".join(described().cannot_show)


def test_data_without_texts_say_so() -> None:
    assert any("no texts" in line for line in described().cannot_show)
    texts = ("one of the members wrote this",)
    assert not any("no texts" in line for line in described(texts=texts).cannot_show)


def test_techniques_are_suggested_only_from_layers_seen() -> None:
    techniques = described().techniques
    assert techniques
    assert all("repost" in technique.because for technique in techniques)


def test_the_most_shared_objects_are_shared_by_most_members() -> None:
    _, batches, found = searched()
    cluster, did, met = found.clusters[0], batches.actions, batches.co_actions
    rows = evidence_rows(found, cluster, batches)
    shown = most_shared(cluster, found, batches, limit=3)
    assert shown.shape == (3, 4)
    assert shown[0][2] == shown[:, 2].max() >= 9
    for post, layer, accounts, posts in shown.tolist():
        (thing,) = np.unique(did.object[(did.post == post) & np.isin(did.object, met.object[rows])])
        own = np.isin(did.account, cluster.accounts) & (did.object == thing)
        assert set(did.layer[own].tolist()) == {layer}
        assert (accounts, posts) == (len(np.unique(did.account[own])), own.sum())
        assert post in {*met.post_a[rows].tolist(), *met.post_b[rows].tolist()}


def test_a_pair_of_posts_counts_once_for_a_campaign_whatever_it_shares() -> None:
    _, batches, found = searched()
    rows = evidence_rows(found, found.clusters[0], batches)
    twice = replace(
        batches,
        co_actions=type(batches.co_actions)(
            *(
                np.concatenate([column, column])
                for column in (
                    getattr(batches.co_actions, name) for name in batches.co_actions.__slots__
                )
            )
        ),
    )
    again = Coordination().detect(twice)
    co = batches.co_actions
    pairs = set(zip(co.post_a[rows].tolist(), co.post_b[rows].tolist(), strict=True))
    people, _, _ = searched()
    material = Material(
        ids=[f"a{n}" for n in range(people.accounts)], post_times=np.array([0]), languages=("en",)
    )
    told = describe(again, again.clusters[0], twice, material, Rule())
    assert sum(told.co_actions.values()) == 2 * len(rows)
    assert told.post_pairs == described().post_pairs == len(pairs)


def test_the_languages_are_shares_of_posts_and_name_what_can_be_told() -> None:
    campaign = described(languages=("und",) * 5 + ("ar",) * 3 + ("en",) * 2)
    assert [(one.language, one.share) for one in campaign.languages] == [
        ("und", 0.5),
        ("ar", 0.3),
        ("en", 0.2),
    ]
    assert campaign.posts_read == 10
    assert campaign.name.startswith("Arabic repost campaign")


def test_accounts_that_joined_one_by_one_are_said_not_to_count_for_the_grade() -> None:
    _, batches, found = searched()
    cluster = replace(
        found.clusters[0], accounts=np.arange(6), joined=np.array([False] * 4 + [True] * 2)
    )
    rows = evidence_rows(found, found.clusters[0], batches)
    _, reasons = grade_of(cluster, Counter({"repost": 9}), rows, batches)
    assert reasons[0].startswith("4 accounts held together by")
    assert reasons[-1] == f"not high: {FEW}"
    require_told(reasons)


def test_masked_texts_say_that_clear_ones_can_give_another_grade() -> None:
    texts = ("one of the members wrote this",)
    said = "read in clear can give another p-value and grade"
    assert any(said in line for line in described(texts=texts, masked=True).cannot_show)
    assert not any(said in line for line in described(texts=texts).cannot_show)


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ("far", "6 of 1810 pairs of accounts beyond their 1-in-1,000 mark, chance explains 1.81"),
        (
            "near",
            "6 of 40 pairs that hold it together beyond their 1-in-20 mark, chance explains 2",
        ),
        ("farthest", "the farthest of 1810 pairs of accounts, of which chance explains 1.81e-06"),
    ],
)
def test_what_stands_beside_p_is_what_p_comes_from(look: Look, said: str) -> None:
    trials = 40 if look == "near" else 1810
    rate = {"far": 0.001, "near": 0.05, "farthest": 1e-9}[look]
    _, batches, found = searched()
    cluster = replace(
        found.clusters[0], look=look, reached=6, trials=trials, rate=rate, observed=3459
    )
    rows = evidence_rows(found, cluster, batches)
    _, reasons = grade_of(cluster, Counter({"repost": 9}), rows, batches)
    assert said in reasons
    assert not any("3459" in one for one in reasons)
    require_told(reasons)


def test_the_first_to_act_on_most_objects_is_an_originator() -> None:
    base = crowd(6)
    people = planted(base, 6)
    lead = base.accounts
    start = {
        row[1]: min(r[4] for r in people.rows if r[1] == row[1])
        for row in people.rows
        if row[1] >= 10**7
    }
    rows = [
        (*row[:4], start[row[1]] + (400 if row[1] < 10**7 + 3 else -5))
        if row[2] == lead and row[1] >= 10**7
        else row
        for row in people.rows
    ]
    batches = batches_of(rows, accounts=people.accounts)
    found = Coordination().detect(batches)
    material = Material(
        ids=[f"a{n}" for n in range(people.accounts)],
        post_times=np.array([0]),
        languages=("en",),
    )
    campaign = describe(found, found.clusters[0], batches, material, Rule())
    roles = {member.account_id: member.role for member in campaign.accounts}
    assert roles[f"a{lead}"] == "originator"
    require_read(campaign)
    assert any("mostly copied: 1 account;" in said for said in campaign.cannot_show)
    assert [one.account_id for one in campaign.accounts if one.copied] == [f"a{lead}"]
    assert campaign.grade_reasons[0].startswith(f"{len(campaign.accounts) - 1} accounts held")
    assert "1 account only or mostly copied; the number held together leaves them out" in (
        campaign.grade_reasons
    )
    assert list(roles.values()).count("originator") == 1


def test_times_on_full_minutes_alone_are_no_finer_than_a_minute() -> None:
    people, batches, found = searched()
    rows = evidence_rows(found, found.clusters[0], batches)
    assert clock_of(batches, rows, 1) == 1
    co = batches.co_actions
    cut = replace(co, time_a=co.time_a // 60 * 60, time_b=co.time_b // 60 * 60)
    coarse = replace(batches, co_actions=cut)
    assert clock_of(coarse, rows, 1) == 60
    assert clock_of(coarse, rows, 3600) == 3600
    # One account of a source that knows minutes only is enough: nobody leads it by a second.
    one = int(found.clusters[0].accounts[0])
    mixed = replace(
        co,
        time_a=np.where(co.account_a == one, co.time_a // 60 * 60, co.time_a),
        time_b=np.where(co.account_b == one, co.time_b // 60 * 60, co.time_b),
    )
    assert clock_of(replace(batches, co_actions=mixed), rows, 1) == 60
    assert clock_of(batches, rows[:0], 1) == 1
    ids = [f"a{n}" for n in range(people.accounts)]
    material = Material(ids=ids, post_times=np.array([0]), languages=("en",))
    told = describe(found, found.clusters[0], coarse, material, Rule())
    assert told.clock_resolution_s == 60
    assert any("Anything faster than 60 s" in said for said in told.cannot_show)


def test_where_the_clock_tells_no_two_members_apart_nobody_is_an_originator() -> None:
    _, batches, found = searched()
    cluster = found.clusters[0]
    rows = evidence_rows(found, cluster, batches)
    assert shares(cluster, batches, rows).firsts.any()
    noon = np.full_like(batches.co_actions.time_a, 43_200)
    met = replace(batches.co_actions, time_a=noon, time_b=noon)
    assert not shares(cluster, replace(batches, co_actions=met), rows).firsts.any()


def test_shares_count_partners_once() -> None:
    _, batches, found = searched()
    cluster = found.clusters[0]
    did = shares(cluster, batches, evidence_rows(found, cluster, batches))
    assert did.partners.max() <= len(cluster.accounts) - 1
    assert did.shared.min() > 0


def test_no_member_shares_more_objects_than_its_campaign() -> None:
    _, batches, found = searched()
    cluster, campaign = found.clusters[0], described()
    rows = evidence_rows(found, cluster, batches)
    co = batches.co_actions
    total = len(np.unique(co.object[rows]))
    assert f"{total} shared objects on" in " ".join(campaign.grade_reasons)
    for account in cluster.accounts.tolist():
        met = (co.account_a[rows] == account) | (co.account_b[rows] == account)
        (shown,) = (one.objects for one in campaign.accounts if one.account_id == f"a{account}")
        assert shown == len(np.unique(co.object[rows][met])) <= total


@pytest.mark.parametrize(("q", "score"), [(1.0, 0.0), (0.01, 0.5), (1e-8, 0.8)])
def test_the_score_is_the_strength_of_q(q: float, score: float) -> None:
    assert score_of(q) == score


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_lower_rate_never_scores_lower(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= score_of(high) <= score_of(low) <= 1
