"""What accounts write with, from posts: wordings, hashtags, hosts."""

import hashlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from legation.errors import UsageError
from legation.store import coaction
from legation.store.duck import connect
from legation.store.profiles import DAY, KINDS, profile_columns, wording_posts, words_of
from legation.threats.disinformation import similarity
from worlds.coactions import RULE, START, Post, load, posts

DATA = Path(__file__).parents[3] / "shared" / "data" / "posts" / "posts.parquet"
SENTENCE = "the embassy will close its gates at noon"
Named = tuple[str, str, str, int]
"""(account, kind, what was written, time)"""


def profiled(rows: list[Post], layers: tuple[str, ...] = ("text",)) -> list[Named]:
    """Return the uses by names."""
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, layers, clock_resolution_s=1, window_s=3600, rule=RULE
        )
        columns = profile_columns(connection)
        ids = coaction.account_ids(prepared)
        words = words_of(connection, columns["feature"].tolist())
        order = ("account", "kind", "feature", "time")
        uses = zip(*(columns[name].tolist() for name in order), strict=True)
        return sorted((ids[a], KINDS[k], words[k, feature], at) for a, k, feature, at in uses)


def post(number: int, account: str = "one", *, text: str | None = None, **more: object) -> Post:
    values = {"post_id": f"p{number}", "account_id": account, "time": START + number, "text": text}
    return Post(**(values | more))  # type: ignore[arg-type] # values of many types


def features(rows: list[Post]) -> list[int]:
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        columns = profile_columns(connection)
        wordings = columns["kind"] == KINDS.index("wording")
        found: list[int] = columns["feature"][wordings].tolist()
        return found


def test_a_wording_is_the_same_under_other_signs_links_mentions_hashtags_and_case() -> None:
    variants = [
        f"{SENTENCE}!!",
        f"{SENTENCE.upper()}... https://t.example/a",
        f"@desk «{SENTENCE}» #noon #gates",
        "the embassy, will close - its gates at 'noon'",
    ]
    rows = [post(n, f"account {n}", text=text) for n, text in enumerate(variants)]
    assert len(features(rows)) == len(variants)
    assert len(set(features(rows))) == 1


def test_a_repost_is_no_wording_of_the_one_who_reposts() -> None:
    rows = [
        post(1, text=SENTENCE, is_repost=True),
        post(2, "two", text=SENTENCE, repost_key="original"),
    ]
    assert profiled(rows) == []


def test_what_is_short_without_its_hashtags_is_no_wording() -> None:
    assert features([post(1, text="so true #embassy #closes #its #gates #atnoon")]) == []


def test_hashtags_and_hosts_count_once_a_day_and_a_wording_once() -> None:
    link = "https://www.News.example/a?b"
    rows = [
        post(n, text=SENTENCE, hashtags=("Noon",), urls=(link,), time=START // DAY * DAY + at)
        for n, at in enumerate((50, 100, DAY + 7))
    ]
    first = START // DAY * DAY + 50
    assert profiled(rows) == [
        ("one", "hashtag", "noon", first),
        ("one", "hashtag", "noon", first - 50 + DAY + 7),
        ("one", "host", "news.example", first),
        ("one", "host", "news.example", first - 50 + DAY + 7),
        ("one", "wording", SENTENCE, first),
    ]


def test_a_use_of_a_wording_is_found_in_its_post() -> None:
    rows = [
        post(1, text=f"{SENTENCE}, said the desk"),
        post(2, "two", text=f"«{SENTENCE.upper()}» #gates"),
        post(3, "two", text=f"{SENTENCE}!"),
        post(4, text=SENTENCE),
    ]
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        columns = profile_columns(connection)
        uses = (columns["account"], columns["feature"], columns["time"])
        found, digests = wording_posts(connection, *uses)
        names = dict(connection.execute("SELECT post, post_id FROM coaction_post").fetchall())
    assert sorted(names[n] for n in found.tolist()) == ["p1", "p2", "p4"]
    letters = "".join(SENTENCE.split())
    digest = hashlib.sha256(letters.encode()).hexdigest()
    said = {names[n]: each for n, each in zip(found.tolist(), digests, strict=True)}
    assert said["p2"] == said["p4"] == digest != said["p1"]


def test_profiles_without_prepared_texts_are_refused_with_a_hint() -> None:
    with closing(connect(threads=1)) as connection:
        load(connection, [post(1, text=SENTENCE)])
        coaction.prepare(connection, ("repost",), clock_resolution_s=1, window_s=3600)
        with pytest.raises(UsageError) as refused:
            profile_columns(connection)
        assert "text" in refused.value.hint


def test_no_posts_give_empty_columns() -> None:
    with closing(connect(threads=1)) as connection:
        load(connection, [])
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        assert [len(column) for column in profile_columns(connection).values()] == [0] * 4
        assert words_of(connection, []) == {}


def test_the_store_and_the_detector_name_the_kinds_and_columns_alike() -> None:
    assert KINDS == similarity.KINDS
    with closing(connect(threads=1)) as connection:
        load(connection, [post(1, text=SENTENCE)])
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        profiles = similarity.Profiles(**profile_columns(connection))
        assert profiles.kind.tolist() == [KINDS.index("wording")]
        assert profiles.feature.dtype == np.int64


@settings(max_examples=12, deadline=None)
@given(posts(most=25))
def test_the_order_of_posts_does_not_matter(rows: list[Post]) -> None:
    assert profiled(rows) == profiled(rows[::-1])


@pytest.mark.data
def test_real_posts_give_wordings_that_open_to_what_was_written() -> None:
    if not DATA.exists():
        pytest.skip("the shared sample of posts is not here")
    with closing(connect("1500MB", threads=2)) as connection:
        connection.execute(
            "CREATE TEMP VIEW post AS SELECT post_id, account_id, "
            "epoch(created_at)::BIGINT AS time, text, urls, hashtags, is_repost, repost_key "
            f"FROM read_parquet('{DATA}') WHERE source IN ('gopdebate', 'airline')"
        )
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        columns = profile_columns(connection)
        words = words_of(connection, columns["feature"].tolist())
        pairs = zip(columns["kind"].tolist(), columns["feature"].tolist(), strict=True)
        assert set(pairs) == set(words)
        counts = np.bincount(columns["kind"], minlength=len(KINDS))
        assert counts.min() > 1000
