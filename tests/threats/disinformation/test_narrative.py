"""By what narrative a campaign's posts are marked, within one language, or why nobody can tell."""

import numpy as np

from legation.threats.disinformation.description import Material
from legation.threats.disinformation.naming import LEAST_MARK, marks
from legation.threats.disinformation.narrative import (
    LEAST_BACKGROUND,
    language_shares,
    main_language,
    narrative,
)
from worlds.readers import require_told

OTHERS = [f"people in the town speak of the weather on day {n}" for n in range(LEAST_BACKGROUND)]
PUSHED = "the bridge must close today"
TALK = "people in the town speak of the weather"


def material(
    texts: list[str],
    *,
    languages: list[str] | None = None,
    members: int = 10,
    background: list[str] | None = None,
) -> Material:
    return Material(
        ids={},
        post_times=np.zeros(0, np.int64),
        languages=(),
        texts=texts,
        text_languages=languages or ["en"] * len(texts),
        text_authors=[at % members for at in range(len(texts))],
        background=OTHERS if background is None else background,
    )


def test_count_share_and_ratio_of_a_term_are_of_the_same_posts() -> None:
    told = narrative(material([PUSHED] * 30 + [TALK] * 170))
    of = told.compared
    assert of
    assert (of.language, of.posts, of.accounts) == ("en", 200, 10)
    assert (of.background, of.others) == (LEAST_BACKGROUND, LEAST_BACKGROUND)
    bridge = next(term for term in told.terms if "bridge" in term.term)
    assert (bridge.posts, bridge.accounts, bridge.background) == (30, 10, 0)
    assert bridge.ratio == (30 / 200) / (0.5 / (LEAST_BACKGROUND + 1))
    assert all(3 <= term.low < term.ratio < term.high for term in told.terms)
    assert told.unknown == ""


def test_function_words_of_another_language_are_no_narrative() -> None:
    texts = ["die stadt und der fluss in der nacht"] * 40
    told = narrative(material(texts, languages=["de"] * 40, background=[]))
    assert (told.terms, told.compared) == ((), None)
    assert (
        told.unknown == "too few posts of other people in German to compare with: 0 of at least 300"
    )
    require_told([told.unknown])


def test_posts_of_another_language_than_the_main_one_are_not_compared() -> None:
    texts = [PUSHED] * 30 + ["die stadt und der fluss in der nacht"] * 20
    told = narrative(material(texts, languages=["en"] * 30 + ["de"] * 20))
    assert told.compared
    assert told.compared.posts == 30
    assert not {"die", "und", "der"} & {word for one in told.terms for word in one.term.split()}


def test_a_term_in_fewer_posts_than_one_of_twenty_names_no_campaign() -> None:
    others = OTHERS * 5
    told = narrative(material([PUSHED] * 9 + [TALK] * 191, background=others))
    assert any("bridge" in term.term for term in told.terms)
    assert marks(told.terms, told.compared) == ()
    assert told.unknown == (
        "no marking term stands in one post of 20; the most frequent stands in 9 of 200"
    )
    require_told([told.unknown])
    texts = [PUSHED] * round(LEAST_MARK * 200) + [TALK] * 190
    enough = narrative(material(texts, background=others))
    assert marks(enough.terms, enough.compared)


def test_what_two_members_say_is_not_what_a_campaign_says() -> None:
    texts = [PUSHED if at % 10 < 2 else TALK for at in range(200)]
    told = narrative(material(texts))
    assert told.terms == ()
    assert told.unknown.startswith("no term stands in 3 posts of 3 members and clearly")
    require_told([told.unknown])


def test_without_texts_or_without_a_main_language_the_reason_is_said() -> None:
    nothing = narrative(material([]))
    assert nothing.unknown == "the data hold no texts of these posts"
    mixed = narrative(material([PUSHED] * 3, languages=["en", "fr", "de"]))
    assert mixed.unknown == "no language has half of the posts whose language can be told"
    require_told([nothing.unknown, mixed.unknown])


def test_posts_whose_language_cannot_be_told_decide_no_main_language() -> None:
    assert main_language(["und"] * 9 + ["ar", "ar", "en"]) == "ar"
    assert main_language(["und"]) == main_language([]) == "und"


def test_languages_that_are_not_listed_are_counted() -> None:
    shares, more = language_shares([f"l{n}" for n in range(11)])
    assert (len(shares), more) == (8, 3)
