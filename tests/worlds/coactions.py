"""Small worlds of posts, and a plain join beside ours: no buckets, no SQL, no numbers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from legation.store.coaction_text import TextRule
from legation.text import normalise as rules
from legation.text.near_duplicates import find_near_duplicates

if TYPE_CHECKING:
    import duckdb

START = 1_600_000_000


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `post`, as far as these tests need it."""

    post_id: str
    account_id: str
    time: int
    text: str | None = None
    lang: str | None = None
    urls: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    image_hashes: tuple[str, ...] = ()
    is_repost: bool = False
    repost_key: str | None = None
    reply_to: str | None = None
    clock_s: int = 1


class Met(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """A co-action by names."""

    layer: str
    key: str
    account_a: str
    account_b: str
    post_a: str
    post_b: str


def _group(texts: Sequence[str]) -> NDArray[np.int64]:
    return find_near_duplicates(texts).representative


RULE = TextRule(
    before_nfc=tuple((step.pattern, step.by) for step in rules.BEFORE_NFC),
    after_nfc=tuple((step.pattern, step.by) for step in rules.AFTER_NFC),
    least_characters=rules.MIN_CHARACTERS,
    substantial=rules.SUBSTANTIAL,
    group=_group,
)

_PHRASE = "the embassy will close its gates at noon on the day before the talks begin"
TEXTS = (
    _PHRASE,
    f"{_PHRASE.upper()} https://t.example/x",
    f"{_PHRASE}!",
    f"{_PHRASE}!!",
    "the harbour stays open for ships of every flag until the end of the week",
    "good morning",
    "",
)


def posts(*, spread: int = 9000, least: int = 0, most: int = 40) -> st.SearchStrategy[list[Post]]:
    """Draw posts of few accounts on few things, many of them at once or just in the window."""
    near = st.one_of(
        st.integers(0, spread),
        st.sampled_from([0, 59, 60, 61, 299, 300, 301, 3599, 3600, 3601, 7200, 7201]),
    )
    few = st.sampled_from(["one", "two", "three", "four"])
    row = st.builds(
        Post,
        post_id=st.just(""),
        account_id=st.sampled_from(["Ä", "b", "C", "d", "e"]),
        time=near.map(lambda seconds: START + seconds),
        text=st.none() | st.sampled_from(TEXTS),
        urls=st.lists(few, max_size=3, unique=True).map(tuple),
        hashtags=st.lists(few, max_size=4, unique=True).map(tuple),
        image_hashes=st.lists(few, max_size=2, unique=True).map(tuple),
        repost_key=st.none() | few,
        is_repost=st.booleans(),
        reply_to=st.none() | few,
    )
    return st.lists(row, min_size=least, max_size=most).map(_told_apart)


def _told_apart(rows: list[Post]) -> list[Post]:
    return [
        msgspec.structs.replace(row, post_id=f"p{number:05}") for number, row in enumerate(rows)
    ]


def load(connection: "duckdb.DuckDBPyConnection", rows: Sequence[Post]) -> None:
    """Make the relation `post`, as the intake does."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE post (post_id VARCHAR, account_id VARCHAR, time BIGINT, "
        "text VARCHAR, lang VARCHAR, urls VARCHAR[], hashtags VARCHAR[], "
        "image_hashes VARCHAR[], is_repost BOOLEAN, repost_key VARCHAR, reply_to VARCHAR, "
        "clock_s INTEGER)"
    )
    if rows:
        names = Post.__struct_fields__
        values = [
            [list(v) if isinstance(v, tuple) else v for v in msgspec.structs.astuple(row)]
            for row in rows
        ]
        places = f"({', '.join('?' * len(names))})"
        connection.execute(
            f"INSERT INTO post ({', '.join(names)}) VALUES {', '.join([places] * len(rows))}",
            [value for row in values for value in row],
        )


_Rank = tuple[int, tuple[int, str], tuple[int, str], str, str]
"""Lag, the earlier and the later post (by time, then id), and the posts of `a` and `b`."""


def plain_join(rows: Sequence[Post], layer: str, window_s: int) -> set[Met]:
    """Compare every post with every other and keep, for each object and pair, the closest."""
    found: dict[tuple[str, str, str], list[_Rank]] = defaultdict(list)
    keys = _keys(rows, layer)
    for one, other in combinations(rows, 2):
        a, b = sorted((one, other), key=lambda post: post.account_id)
        lag = abs(a.time - b.time)
        if a.account_id != b.account_id and lag <= window_s:
            earlier, later = sorted([(a.time, a.post_id), (b.time, b.post_id)])
            for key in keys[a.post_id] & keys[b.post_id]:
                found[key, a.account_id, b.account_id].append(
                    (lag, earlier, later, a.post_id, b.post_id)
                )
    return {
        Met(layer=layer, key=key, account_a=a, account_b=b, post_a=best[3], post_b=best[4])
        for (key, a, b), met in found.items()
        for best in [min(met)]
    }


def plain_ties(met: set[Met], least: int) -> dict[tuple[str, str], int]:
    """Weigh pairs by their distinct pairs of posts."""
    shared = defaultdict(set)
    for one in met:
        shared[one.account_a, one.account_b].add((one.post_a, one.post_b))
    return {pair: len(pairs) for pair, pairs in shared.items() if len(pairs) >= least}


def _keys(rows: Sequence[Post], layer: str) -> dict[str, set[str]]:
    alike = _chiefs(rows) if layer == "near-text" else {}
    return {row.post_id: set(_keys_of(row, layer, alike)) for row in rows}


def _keys_of(row: Post, layer: str, alike: dict[str, str]) -> Iterator[str]:
    match layer:
        case "repost" if row.repost_key:
            yield row.repost_key
        case "link":
            yield from row.urls
        case "image":
            yield from row.image_hashes
        case "hashtags" if len(row.hashtags) >= 3:
            yield " ".join(row.hashtags)
        case "reply" if row.reply_to:
            yield row.reply_to
        case "text" if _said(row):
            yield _said(row)
        case "near-text" if _said(row) in alike:
            yield alike[_said(row)]
        case _:
            return


def _said(row: Post) -> str:
    normal = rules.normalise(row.text or "")
    own = not row.is_repost and row.repost_key is None
    return normal if own and rules.is_substantial(normal) else ""


def _chiefs(rows: Sequence[Post]) -> dict[str, str]:
    texts = sorted({_said(row) for row in rows} - {""})
    chief = _group(texts) if texts else np.empty(0, np.int64)
    named = {text: texts[place] for text, place in zip(texts, chief.tolist(), strict=True)}
    sizes: dict[str, int] = defaultdict(int)
    for name in named.values():
        sizes[name] += 1
    return {text: name for text, name in named.items() if sizes[name] > 1}
