"""How accounts post, counted from posts."""

from collections import Counter
from contextlib import closing

from hypothesis import given, settings

from legation.store import coaction
from legation.store.coaction_numbers import number_accounts
from legation.store.duck import connect
from legation.store.traits import LEAST_USES, TRAITS, trait_columns
from worlds.coactions import START, Post, load, posts

HOUR = START // 3600 % 24
Told = dict[tuple[str, str], list[int]]


def told(rows: list[Post]) -> Told:
    """Return for each account and trait its uses of each category, most first."""
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        number_accounts(connection, "post")
        columns = trait_columns(connection)
        prepared = coaction.prepared(connection, ("text",), 3600)
        ids = coaction.account_ids(prepared)
    found: Told = {}
    for account, trait, uses in zip(
        columns["account"].tolist(),
        columns["trait"].tolist(),
        columns["uses"].tolist(),
        strict=True,
    ):
        found.setdefault((ids[account], TRAITS[trait]), []).append(uses)
    return {key: sorted(uses, reverse=True) for key, uses in found.items()}


def written(texts: list[str], **more: object) -> list[Post]:
    values = [
        {"post_id": f"p{n}", "account_id": "one", "time": START + n, "text": text} | more
        for n, text in enumerate(texts)
    ]
    return [Post(**one) for one in values]  # type: ignore[arg-type] # values of many types


def test_hours_hashtags_and_hosts_are_counted() -> None:
    rows = written(
        ["a"] * 5,
        hashtags=("Noon", "gates"),
        urls=("https://www.News.example/a?b", "http://news.example/c"),
    )
    found = told(rows)
    assert found["one", "rhythm"] == [5]
    assert found["one", "hashtags"] == [5, 5]
    assert found["one", "hosts"] == [10]


def test_hashtags_are_the_same_in_any_case() -> None:
    shouted = Post(post_id="q", account_id="one", time=START, text="a", hashtags=("NOON",))
    rows = [*written(["a"] * 4, hashtags=("Noon",)), shouted]
    assert told(rows)["one", "hashtags"] == [5]


def test_whose_uses_are_few_has_no_profile() -> None:
    assert told(written(["a"] * (LEAST_USES - 1), hashtags=("noon",))) == {}


def test_style_is_the_shape_of_own_texts_and_not_of_reposts() -> None:
    shouted = told(written(["WAKE UP!"] * 6))
    mild = told(written(["Wake up, @you..."] * 6))
    assert shouted["one", "style"] == mild["one", "style"] == [6] * 9
    with closing(connect(threads=1)) as connection:
        load(
            connection,
            written(["WAKE UP!"] * 6)
            + [
                Post(post_id=f"m{n}", account_id="two", time=START, text="Wake up, @you...")
                for n in range(6)
            ],
        )
        number_accounts(connection, "post")
        columns = trait_columns(connection)
    style = columns["trait"] == TRAITS.index("style")
    kinds = [set(columns["category"][style & (columns["account"] == n)].tolist()) for n in (0, 1)]
    assert len(kinds[0] - kinds[1]) == 4
    assert ("one", "style") not in told(written(["WAKE UP!"] * 6, repost_key="original"))


@settings(max_examples=15, deadline=None)
@given(posts(most=40))
def test_hours_are_those_of_the_clock_and_the_order_does_not_matter(rows: list[Post]) -> None:
    found = told(rows)
    assert found == told(rows[::-1])
    for account in {row.account_id for row in rows}:
        hours = Counter(row.time // 3600 % 24 for row in rows if row.account_id == account)
        enough = hours.total() >= LEAST_USES
        assert found.get((account, "rhythm"), []) == (
            sorted(hours.values(), reverse=True) if enough else []
        )


def test_a_time_before_1970_has_its_hour() -> None:
    rows = written(["a"] * 5, time=-1800)
    with closing(connect(threads=1)) as connection:
        load(connection, rows)
        number_accounts(connection, "post")
        columns = trait_columns(connection)
    rhythm = columns["trait"] == TRAITS.index("rhythm")
    assert columns["category"][rhythm].tolist() == [23]
