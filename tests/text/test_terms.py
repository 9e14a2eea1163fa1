"""The words that mark some posts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from legation.text.terms import (
    MAX_POSTS,
    MIN_AUTHORS,
    MIN_POSTS,
    MIN_RATIO,
    MIN_SHARE,
    find_terms,
    words,
)

BACKGROUND = [f"the weather in the town is fine on day {i}" for i in range(400)]
POST = st.lists(st.sampled_from(["the", "is", "bridge", "closed", "和平会谈", "мост"]), max_size=8)
POSTS = st.lists(POST.map(" ".join), min_size=1, max_size=30)


def test_a_campaigns_words_stand_out_and_common_words_do_not() -> None:
    posts = [f"the bridge is closed in the town, tell number {i}" for i in range(40)]
    found = {term.term: term for term in find_terms(posts, BACKGROUND)}
    assert {"bridge", "closed"} & {word for term in found for word in term.split()}
    assert not {"the", "is", "in", "town"} & set(found)
    assert all(term.ratio > MIN_RATIO for term in found.values())


@settings(deadline=None)
@given(POSTS)
def test_posts_are_counted_once_for_each_term(posts: list[str]) -> None:
    for found in find_terms(posts, BACKGROUND):
        holding = [post for post in posts if f" {found.term} " in f" {' '.join(words(post))} "]
        assert found.posts == len(holding) >= MIN_POSTS


@settings(deadline=None)
@given(POSTS)
def test_the_order_of_posts_changes_no_term(posts: list[str]) -> None:
    turned = list(reversed(posts))
    assert find_terms(turned, BACKGROUND[::-1]) == find_terms(posts, BACKGROUND)


@given(POSTS)
def test_posts_like_the_background_have_no_terms(posts: list[str]) -> None:
    assert find_terms(posts, posts) == ()


def test_where_no_blank_parts_words_pairs_of_letters_are_terms() -> None:
    found = find_terms(["和平会谈失败"] * 20, BACKGROUND)
    assert "会谈" in {term.term for term in found}


def test_a_term_is_what_several_authors_say() -> None:
    posts = ["close the bridge"] * 40 + ["the weather in the town is fine"] * 160
    assert find_terms(posts, BACKGROUND, authors=[n % 20 for n in range(200)])
    assert find_terms(posts, BACKGROUND, authors=[0] * 20 + [1] * 20 + [*range(2, 162)]) == ()


def test_the_interval_knows_that_posts_of_one_author_are_not_independent() -> None:
    posts = ["close the bridge"] * 40 + ["the weather in the town is fine"] * 160
    (apart,) = find_terms(posts, BACKGROUND, authors=range(200), limit=1)
    (together,) = find_terms(posts, BACKGROUND, authors=[n // 10 for n in range(200)], limit=1)
    assert apart.term == together.term
    assert apart.ratio == together.ratio
    assert together.low < apart.low < apart.ratio < apart.high < together.high


@settings(deadline=None)
@given(POSTS)
def test_every_floor_holds_for_what_is_told(posts: list[str]) -> None:
    for found in find_terms(posts, BACKGROUND):
        assert found.posts >= max(MIN_POSTS, MIN_SHARE * len(posts))
        assert found.authors >= MIN_AUTHORS
        assert MIN_RATIO <= found.low <= found.ratio <= found.high


def test_a_quote_at_the_end_of_a_word_is_no_part_of_it() -> None:
    assert words("'#wirliebentrump' don't l\u2019union\u2019") == [
        "#wirliebentrump",
        "don't",
        "l\u2019union",
    ]


def test_what_a_sharing_button_writes_is_no_term() -> None:
    found = {one.term for one in find_terms(["close the bridge via"] * 40, BACKGROUND)}
    assert "bridge" in found
    assert not any("via" in term.split() for term in found)


def test_no_posts_have_no_terms() -> None:
    assert find_terms([], BACKGROUND) == ()
    assert find_terms(["", "!"], []) == ()


def test_of_many_posts_an_even_sample_is_read() -> None:
    posts = [f"the bridge is closed {i % 2}" for i in range(3 * MAX_POSTS)]
    found = find_terms(posts, BACKGROUND)
    assert {term.posts for term in found if term.term == "bridge"} <= {MAX_POSTS}
    assert found
