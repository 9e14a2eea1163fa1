"""By which terms a campaign is named: frequent ones, and no words of grammar where others are."""

import pytest

from legation.threats.disinformation.findings import Compared, Term
from legation.threats.disinformation.naming import marks

OF = Compared(language="en", posts=200, accounts=9, background=900, others=80)


def named(*terms: str, posts: int = 40) -> list[str]:
    some = tuple(Term(term=one, posts=posts, ratio=9.0) for one in terms)
    return [one.term for one in marks(some, OF)]


@pytest.mark.parametrize("grammar", ["why", "and count", "не", "les", "la"])
def test_words_of_grammar_name_nothing_where_longer_words_mark_the_posts(grammar: str) -> None:
    assert named(grammar, "harbour fees") == ["harbour fees"]


def test_where_only_short_words_mark_the_posts_they_are_kept() -> None:
    assert named("ask", "why") == ["ask", "why"]


@pytest.mark.parametrize("term", ["#nyt", "2026", "حرب", "和平", "g20"])
def test_hashtags_figures_and_other_scripts_are_not_short_by_their_letters(term: str) -> None:
    assert named(term, "harbour") == [term, "harbour"]


def test_a_term_in_fewer_posts_than_one_of_twenty_names_nothing() -> None:
    assert named("harbour", posts=9) == []
    assert named("harbour", posts=10) == ["harbour"]
