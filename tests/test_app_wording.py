"""What marks a campaign in words is what it says, never who says it."""

import pytest

from legation.app.wording import Wording, unnamed
from legation.text.terms import words


@pytest.mark.parametrize(
    "text",
    [
        "Read alice.blog.example/alice/1 now",
        "Read alice.blog.example now",
        "Read https://alice.blog.example/p now",
        "Read blog.example/@alice/alice now",
        "Read @alice now",
    ],
)
def test_no_part_of_a_link_or_mention_that_may_name_its_author_becomes_a_term(text: str) -> None:
    said = words(unnamed(text))
    assert "alice" not in said
    assert {"read", "now"} <= set(said)


def test_who_a_post_is_credited_to_leaves_no_word_behind() -> None:
    assert words(unnamed("Read now via @alice, RT @ben: the bridge")) == [
        *("read", "now", "the", "bridge"),
    ]
    assert "via" in words(unnamed("a road via Geneva"))


def test_a_text_without_its_author_is_told_the_same_however_many_stand_beside_it() -> None:
    texts = [f"the bridge will be closed to traffic on the morning of day {n}" for n in range(40)]
    alone, beside = Wording(texts[:1]), Wording([*texts, None, "мост закроют для движения утром"])
    assert alone.said(texts[0]) == beside.said(texts[0]) == unnamed(texts[0])
    assert alone.language(texts[0]) == beside.language(texts[0]) == "en"
    assert beside.language("мост закроют для движения утром") == "ru"
    assert beside.language(None) == "und"
