"""What accounts write of their own, from posts."""

import hashlib
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings

from legation.errors import UsageError
from legation.store import coaction
from legation.store.duck import connect
from legation.store.wordings import wording_columns, wording_posts
from legation.threats.disinformation import similarity
from worlds.coactions import RULE, START, Post, load, posts

SENTENCE = "the embassy will close its gates at noon"


def used(rows: list[Post], layers: tuple[str, ...] = ("text",)) -> list[tuple[str, int, int]]:
    """Return the uses of wordings: (account, feature, time)."""
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        prepared = coaction.prepare(
            connection, layers, clock_resolution_s=1, window_s=3600, rule=RULE
        )
        columns = wording_columns(connection)
        ids = coaction.account_ids(prepared)
    uses = zip(*(columns[name].tolist() for name in ("account", "feature", "time")), strict=True)
    return sorted((ids[account], feature, at) for account, feature, at in uses)


def post(number: int, account: str = "one", *, text: str | None = None, **more: object) -> Post:
    values = {"post_id": f"p{number}", "account_id": account, "time": START + number, "text": text}
    return Post(**(values | more))  # type: ignore[arg-type] # values of many types


def features(rows: list[Post]) -> list[int]:
    return [feature for _, feature, _ in used(rows)]


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
    assert used(rows) == []


def test_what_is_short_without_its_hashtags_is_no_wording() -> None:
    assert features([post(1, text="so true #embassy #closes #its #gates #atnoon")]) == []


def test_a_wording_is_kept_at_its_first_use() -> None:
    rows = [post(n, text=SENTENCE, time=START + at) for n, at in enumerate((90_000, 50, 100))]
    ((account, _, first),) = used(rows)
    assert (account, first) == ("one", START + 50)


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
        columns = wording_columns(connection)
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
            wording_columns(connection)
        assert "text" in refused.value.hint


def test_no_posts_give_empty_columns() -> None:
    with closing(connect(threads=1)) as connection:
        load(connection, [])
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        assert [len(column) for column in wording_columns(connection).values()] == [0] * 3


def test_the_store_and_the_detector_name_the_columns_alike() -> None:
    with closing(connect(threads=1)) as connection:
        load(connection, [post(1, text=SENTENCE)])
        coaction.prepare(connection, ("text",), clock_resolution_s=1, window_s=3600, rule=RULE)
        wordings = similarity.Wordings(**wording_columns(connection))
        assert wordings.feature.dtype == np.int64


@settings(max_examples=12, deadline=None)
@given(posts(most=25))
def test_the_order_of_posts_does_not_matter(rows: list[Post]) -> None:
    assert used(rows) == used(rows[::-1])
