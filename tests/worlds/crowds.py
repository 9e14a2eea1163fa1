"""Small crowds: actions of ordinary people around popular objects, and campaigns planted in them.

`plain_join` is the definition of a co-action written without buckets, to judge the store's join
and to feed the detector's own tests.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from legation.threats.disinformation.batches import Actions, Batches, CoActions, LoneActs

# So many posts of each are repeated.
_COPIED = 10
Row = tuple[int, int, int, int, int]
"""(layer, object, account, post, time)"""
Rank = tuple[int, int, tuple[int, int], int, int, int, int]
"""Lag, earlier time, lower and higher post; then the row's posts and times."""


def actions_of(rows: Iterable[Row]) -> Actions:
    """Return distinct rows on objects that two accounts act on, sorted as the store sorts them."""
    kept = sorted(set(rows), key=lambda r: (r[0], r[1], r[4], r[3]))
    actors: dict[tuple[int, int], set[int]] = defaultdict(set)
    for layer, item, account, _, _ in kept:
        actors[layer, item].add(account)
    shared = [row for row in kept if len(actors[row[0], row[1]]) > 1]
    held = Counter((row[0], row[3]) for row in kept)
    told = [(*row, held[row[0], row[3]]) for row in shared]
    return Actions(*np.array(told, dtype=np.int64).reshape(-1, 6).T)


def lone_of(rows: Iterable[Row], window_s: int) -> LoneActs:
    """Return the acts on objects of one account, counted in each bin."""
    rows = set(rows)
    actors: dict[tuple[int, int], set[int]] = defaultdict(set)
    acts: dict[tuple[int, int, int, int], int] = {}
    held = Counter((layer, post) for layer, _, _, post, _ in rows)
    for layer, item, account, post, time in rows:
        actors[layer, item].add(account)
        act = (layer, account, time // window_s, item)
        acts[act] = min(acts.get(act, held[layer, post]), held[layer, post])
    count = Counter(
        (layer, account, bin_, objects)
        for (layer, account, bin_, item), objects in acts.items()
        if len(actors[layer, item]) == 1
    )
    columns = np.array([(*key, n) for key, n in sorted(count.items())], dtype=np.int64)
    return LoneActs(*columns.reshape(-1, 5).T)


def plain_join(actions: Actions, window_s: int) -> CoActions:
    """Return for each layer, object and pair of accounts its closest pair of posts."""
    best: dict[tuple[int, int, int, int], Rank] = {}
    by_object: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    columns = (actions.layer, actions.object, actions.account, actions.post, actions.time)
    for layer, item, account, post, time in zip(*(c.tolist() for c in columns), strict=True):
        by_object[layer, item].append((account, post, time))
    for (layer, item), rows in by_object.items():
        for a, post_a, time_a in rows:
            for b, post_b, time_b in rows:
                lag = abs(time_a - time_b)
                if a >= b or lag > window_s:
                    continue
                posts = (min(post_a, post_b), max(post_a, post_b))
                rank = (lag, min(time_a, time_b), posts, post_a, post_b, time_a, time_b)
                key = (a, b, layer, item)
                best[key] = min(best.get(key, rank), rank)
    found = [(layer, item, a, b, *rank[3:]) for (a, b, layer, item), rank in sorted(best.items())]
    return CoActions(*np.array(found, dtype=np.int64).reshape(-1, 8).T)


def batches_of(
    rows: Iterable[Row], *, accounts: int, window_s: int = 3600, languages: int = 1
) -> Batches:
    """Return the batches of the rows; account n speaks language n modulo `languages`."""
    rows = list(rows)
    actions = actions_of(rows)
    return Batches(
        actions=actions,
        lone=lone_of(rows, window_s),
        co_actions=plain_join(actions, window_s),
        accounts=accounts,
        languages=np.arange(accounts, dtype=np.int64) % languages,
        window_s=window_s,
    )


@dataclass(frozen=True)
class Crowd:
    """Rows and the number of accounts."""

    rows: list[Row]
    accounts: int


def crowd(
    seed: int, *, accounts: int = 400, days: int = 10, posts: int = 6000, evening: bool = True
) -> Crowd:
    """Return ordinary people: each hour has its popular objects; one evening is viral."""
    draw = np.random.default_rng(seed)
    activity = draw.pareto(1.5, accounts) + 0.2
    who = draw.choice(accounts, posts, p=activity / activity.sum())
    hour = draw.integers(0, days * 24, posts)
    if evening:
        hour[: posts // 4] = draw.integers(68, 72, posts // 4)
    popular = np.minimum(draw.zipf(1.6, posts), 40)
    rows = [
        (0, int(h * 100 + p), int(a), n, int(h * 3600 + draw.integers(0, 3600)))
        for n, (a, h, p) in enumerate(zip(who, hour, popular, strict=True))
    ]
    return Crowd(rows, accounts)


def planted(base: Crowd, seed: int, *, accounts: int = 10, objects: int = 10) -> Crowd:
    """Return the crowd with a campaign: new accounts that act on new objects within minutes."""
    draw = np.random.default_rng(seed)
    hours = sorted({row[4] // 3600 for row in base.rows})
    post = max(row[3] for row in base.rows) + 1
    rows = list(base.rows)
    for item in range(objects):
        start = int(draw.choice(hours)) * 3600 + int(draw.integers(0, 1800))
        for member in range(accounts):
            time = start + int(draw.integers(0, 600))
            rows.append((0, 10**7 + item, base.accounts + member, post, time))
            post += 1
    return Crowd(rows, base.accounts + accounts)


def copying(
    base: Crowd, seed: int, *, own_words: bool, copiers: int = 30, neighbours: int = 8
) -> tuple[Crowd, set[int]]:
    """Return the crowd with copiers, and the ordinary people whose posts they repeat soon after.

    Args:
        base: The ordinary people; each of them writes words of their own, too.
        seed: Of chance.
        own_words: Whether words of their own are copied; else their reposts, by reposting the same.
        copiers: New accounts that repeat ten posts of each of these people.
        neighbours: People who are copied; none of them knows of it.
    """
    draw = np.random.default_rng(seed)
    fresh = max(row[3] for row in base.rows) + 1
    said = [(3, 10**8 + n, row[2], fresh + n, row[4]) for n, row in enumerate(base.rows)]
    posts = Counter(row[2] for row in base.rows)
    usual = [account for account, many in posts.items() if many >= _COPIED]
    chosen = set(draw.choice(usual, neighbours, replace=False).tolist())
    rows = [*base.rows, *said]
    left = dict.fromkeys(chosen, _COPIED)
    post = fresh + len(said)
    for layer, item, account, _, time in draw.permutation(
        said if own_words else base.rows
    ).tolist():
        if not left.get(account):
            continue
        left[account] -= 1
        for copier in range(copiers):
            soon = int(time) + int(draw.integers(20, 900))
            rows.append((layer, item, base.accounts + copier, post, soon))
            post += 1
    return Crowd(rows, base.accounts + copiers), chosen
