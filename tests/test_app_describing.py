"""What marks a campaign in words is what it says, never who says it."""

import pytest

from legation.app.describing import _said
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
    said = words(_said(text))
    assert "alice" not in said
    assert {"read", "now"} <= set(said)


def test_who_a_post_is_credited_to_leaves_no_word_behind() -> None:
    assert words(_said("Read now via @alice, RT @ben: the bridge")) == [
        *("read", "now", "the", "bridge"),
    ]
    assert "via" in words(_said("a road via Geneva"))
