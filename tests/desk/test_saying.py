"""Values are said so that a reader can repeat them."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.cli import rooms
from legation.desk import framing, saying, telling
from legation.desk.tongues import speaking, tongues
from legation.threats.disinformation.findings import Compared, Look, Quotation, Term
from worlds.readings import a_campaign, a_run


def test_a_campaign_is_said_in_one_sentence_with_what_is_not_known() -> None:
    assert framing.headline(a_campaign()) == (
        "2 accounts acted together from 3 March 2026 to 15 March 2026, with high confidence; "
        "what they push cannot be told from their words; "
        "not known: whom this is aimed at, who directs the accounts, and whether they deceive."
    )
    one_day = msgspec.structs.replace(a_campaign(), last=a_campaign().first)
    assert framing.headline(one_day).startswith("2 accounts acted together on 3 March 2026, with")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "each with its share of these posts: “grain” 15 %, “قمح” 6 %; not known"),
        ("fr", "distinguent leurs publications en anglais, chacun avec sa part de ces"),
        ("ar", "ومع كل منها نسبتها من هذه المنشورات"),
    ],
)
def test_the_sentence_says_in_which_share_of_the_posts_each_word_stands(
    code: str, said: str
) -> None:
    of = Compared(language="en", posts=200, accounts=9, background=900, others=80)
    terms = tuple(
        Term(term=word, posts=posts, ratio=9.0)
        for word, posts in (("grain", 30), ("قمح", 12), ("rare", 9))
    )
    campaign = msgspec.structs.replace(a_campaign(), terms=terms, compared=of)
    with speaking(tongues()[code]):
        told = framing.headline(campaign)
    assert said in told
    assert "rare" not in told


def test_surprise_names_chance_beside_what_was_seen() -> None:
    told = (
        "The probability that people of the same hours, layers and languages go as far by "
        "chance, corrected for the search, is under 0.0001."
    )
    campaign = a_campaign()
    assert telling.surprise(campaign) == told
    # What was kept before p was told with its look says p alone: no other figure explains it.
    before = msgspec.structs.replace(campaign.significance, pairs=1984, beyond=14)
    assert telling.surprise(msgspec.structs.replace(campaign, significance=before)) == told


@pytest.mark.parametrize(
    ("look", "reached", "trials", "rate", "said"),
    [
        (
            "far",
            14,
            1984,
            0.001,
            (
                "Of 1,984 pairs of accounts that meet often, 14 go further than one in a thousand "
                "does by chance, where chance explains 1.98."
            ),
        ),
        (
            "near",
            9,
            40,
            0.05,
            (
                "Of the 40 pairs of accounts that it takes to hold the campaign together, 9 go "
                "further than one in twenty does by chance, where chance explains 2."
            ),
        ),
        (
            "farthest",
            1,
            1984,
            1e-9,
            (
                "Of 1,984 pairs of accounts that meet often, one goes so far that chance explains "
                "under 0.0001 such pairs."
            ),
        ),
    ],
)
def test_surprise_says_the_figures_that_the_probability_comes_from(
    look: Look, reached: int, trials: int, rate: float, said: str
) -> None:
    campaign = a_campaign()
    of = msgspec.structs.replace(
        campaign.significance,
        observed=3459,
        expected=3431.1,
        beyond=6,
        pairs=1984,
        look=look,
        reached=reached,
        trials=trials,
        rate=rate,
    )
    told = telling.surprise(msgspec.structs.replace(campaign, significance=of))
    assert told.startswith(f"{said} The probability")
    assert "3,4" not in told


def test_a_quotation_counts_its_text_apart_from_what_it_shares() -> None:
    of = Quotation(
        post_id="p",
        text="read this",
        accounts=1,
        posts=1,
        layer="link",
        object_accounts=12,
        object_posts=36,
    )
    assert telling.quoted_words(of) == (
        "Exactly this text: 1 post by 1 account; posting the same link: 36 posts by 12 accounts"
    )
    before = Quotation(post_id="p", text="read this", accounts=12, posts=36)
    assert telling.quoted_words(before) == "36 posts by 12 accounts share what this one shares"


def test_it_is_said_of_which_posts_the_words_were_read() -> None:
    one = a_campaign(hours=(1141, *[0] * 23), posts_read=1141)
    assert telling.read_words(one) == "Read: 1,141 posts, all that the members wrote."
    many = a_campaign(hours=(52_000, *[0] * 23), posts_read=4000)
    assert telling.read_words(many) == "Read: 4,000 posts of 52,000, evenly spaced in time."
    assert telling.share_words(one) == "Share of the posts of the members"
    assert telling.share_words(a_campaign()) == "Share of the members"


def test_numbers_of_a_reason_are_written_as_the_readers_language_writes_them() -> None:
    reasons = (
        ("1 of 2 pairs of accounts beyond their 1-in-1,000 mark", "1 sur 2"),
        ("2,000 co-actions beyond selection, 0.5 by redraw", "0,5 par nouveau tirage"),
        ("p is above 0.01", "p dépasse 0,01"),
    )
    with speaking(tongues()["fr"]):
        for reason, said in reasons:
            told = saying.told_text(reason)
            assert said in told
            assert "1 paires" not in told
        assert "2\N{NARROW NO-BREAK SPACE}000" in saying.told_text(reasons[1][0])


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_banner_and_warning_above_a_page_are_told_in_the_readers_language(code: str) -> None:
    shown = (
        (
            "This run is stale: posts that it looked at have been taken back since. What it found "
            "may rest on them."
        ),
        "This run is not up to date: posts have come in since that it has not looked at.",
        rooms._UNGUARDED,
        rooms._INVENTED,
    )
    with speaking(tongues()[code]):
        for sentence in shown:
            assert saying.told_text(sentence) != sentence


def test_a_run_says_what_it_looked_at() -> None:
    assert telling.looked_at(a_run()) == (
        "31,500 posts by 3,984 accounts, 2 March 2026 to 15 March 2026"
    )


@given(st.floats(0, 1))
def test_a_chance_is_never_said_to_be_nought(p: float) -> None:
    said = saying.chance(p)
    assert said == "under 0.0001" if p < 0.0001 else float(said) > 0


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - bounds are naive
def test_a_moment_reads_back(when: datetime) -> None:
    at = int(when.replace(tzinfo=UTC).timestamp())
    read = datetime.strptime(saying.moment(at), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert int(read.timestamp()) == at


@given(st.floats(0, 10**8))
def test_a_span_has_a_unit(seconds: float) -> None:
    assert saying.span(seconds).split()[-1] in {"s", "min", "h", "days"}


def test_what_has_no_name_keeps_its_own() -> None:
    assert saying.layer("telepathy") == "telepathy"
    assert saying.language("qqq") == "qqq"
