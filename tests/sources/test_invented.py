"""The invented world is repeatable, neutral, and hides what it says it hides."""

import itertools
from collections import Counter, defaultdict
from pathlib import Path

import msgspec

from legation.sources.invented import (
    DAYS,
    START,
    STATES,
    InventedPost,
    Truth,
    invent,
    write_world,
)
from legation.sources.invented_words import LANGUAGES, Words

POSTS, TRUTH = invent()


def _ties(posts: list[InventedPost], truth: Truth) -> tuple[set[str], set[str]]:
    """Return members and others that share two or more reposted or copied objects in a minute."""
    actions: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for post in posts:
        for key in (post.repost_key, *(url.partition("?")[0] for url in post.urls)):
            if key is not None:
                actions[key].append((post.created_at.timestamp(), post.account_id))
    shared: Counter[tuple[str, str]] = Counter()
    for rows in actions.values():
        met = {
            tuple(sorted((a, b)))
            for (s, a), (t, b) in itertools.combinations(sorted(rows), 2)
            if t - s <= 60 and a != b
        }
        shared.update((a, b) for a, b in met)
    tied = {account for pair, n in shared.items() if n >= 2 for account in pair}
    hidden = {member for campaign in truth.campaigns for member in campaign.members}
    return tied & hidden, tied - hidden


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second, other = (tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    assert write_world(first, seed=3) == write_world(second, seed=3)
    write_world(other, seed=4)
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()


def test_the_file_reads_back_as_the_posts(tmp_path: Path) -> None:
    truth = write_world(tmp_path / "world.jsonl")
    lines = (tmp_path / "world.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line, type=InventedPost) for line in lines] == POSTS
    assert truth == TRUTH


def test_swapping_the_states_swaps_the_names_and_nothing_else() -> None:
    swapped, truth = invent(states=(STATES[1], STATES[0]))
    names = {name: form for name, form in _name_pairs() if name != form}
    assert [_renamed(post, names) for post in POSTS] == swapped
    assert [c.members for c in truth.campaigns] == [c.members for c in TRUTH.campaigns]
    assert [c.against for c in truth.campaigns] == [c.against for c in reversed(TRUTH.campaigns)]


def _name_pairs() -> list[tuple[str, str]]:
    words, pairs = Words(STATES), []
    for language in LANGUAGES:
        a, b = words._names[language]
        pairs += [(a, b), (b, a)]
    return pairs


def _renamed(post: InventedPost, names: dict[str, str]) -> InventedPost:
    text = post.text
    for place, name in enumerate(names):
        text = text.replace(name, f"\0{place}\0")
    for place, name in enumerate(names):
        text = text.replace(f"\0{place}\0", names[name])
    return msgspec.structs.replace(post, text=text)


def test_it_has_the_size_of_a_small_real_export() -> None:
    assert 28_000 < TRUTH.posts == len(POSTS) < 34_000
    assert 3_800 < TRUTH.accounts < 4_200
    assert {post.lang for post in POSTS} == set(LANGUAGES)


def test_posts_stand_in_order_inside_the_fortnight_with_distinct_ids() -> None:
    times = [post.created_at.timestamp() for post in POSTS]
    assert times == sorted(times)
    assert times[0] >= START
    assert times[-1] < START + DAYS * 86400
    assert len({post.post_id for post in POSTS}) == len(POSTS)


def test_reposts_and_answers_point_to_earlier_posts() -> None:
    at = {post.post_id: post.created_at for post in POSTS}
    pointed = [(p, p.repost_key or p.reply_to) for p in POSTS if p.repost_key or p.reply_to]
    assert len(pointed) > 5_000
    assert all(key is not None and at[key] <= post.created_at for post, key in pointed)


def test_a_bare_threshold_finds_the_hidden_members_and_some_ordinary_people_too() -> None:
    members, others = _ties(POSTS, TRUTH)
    assert len(members) >= 40
    assert 20 <= len(others) <= 80  # the burst ties people at a bare threshold: the hard part


def test_hidden_members_also_talk_as_others_do() -> None:
    hidden = {member for campaign in TRUTH.campaigns for member in campaign.members}
    lines = [post for post in POSTS if post.account_id in hidden]
    pushed = [p for p in lines if any(name in p.text for name in ("Aldri", "Bevor", "Bévor"))]
    assert len(pushed) < 0.75 * len(lines)
    assert len({campaign.members for campaign in TRUTH.campaigns}) == 2
    assert not set(TRUTH.campaigns[0].members) & set(TRUTH.campaigns[1].members)
