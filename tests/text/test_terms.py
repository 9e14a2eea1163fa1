"""The words that mark some posts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from legation.text.terms import MAX_POSTS, MIN_POSTS, MIN_RATIO, find_terms, words

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


def test_no_posts_have_no_terms() -> None:
    assert find_terms([], BACKGROUND) == ()
    assert find_terms(["", "!"], []) == ()


def test_of_many_posts_an_even_sample_is_read() -> None:
    posts = [f"the bridge is closed {i % 2}" for i in range(3 * MAX_POSTS)]
    found = find_terms(posts, BACKGROUND)
    assert {term.posts for term in found if term.term == "bridge"} <= {MAX_POSTS}
    assert found
