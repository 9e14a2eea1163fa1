"""Values are said so that a reader can repeat them."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.cli import rooms
from legation.desk import saying, telling
from legation.desk.tongues import speaking, tongues
from worlds.readings import a_campaign, a_run


def test_a_campaign_is_said_in_one_sentence_with_what_is_not_known() -> None:
    assert saying.headline(a_campaign()) == (
        "2 accounts acted together since 3 March 2026 (last on 15 March 2026), with high "
        "confidence; cannot tell by what narrative, nor whom it is aimed at; who directs them, "
        "and whether they deceive, is not known."
    )


def test_surprise_names_chance_beside_what_was_seen() -> None:
    told = (
        "The probability that people of the same hours, layers and languages go as far by "
        "chance, corrected for the search, is under 0.0001."
    )
    campaign = a_campaign()
    assert saying.surprise(campaign) == told
    far = msgspec.structs.replace(campaign.significance, pairs=1984, beyond=14)
    assert saying.surprise(msgspec.structs.replace(campaign, significance=far)) == (
        "Of 1,984 pairs of accounts that meet often, 14 go further than one in a thousand does "
        f"by chance, where chance explains 1.98. {told}"
    )


def test_one_pair_goes_and_many_go() -> None:
    campaign = a_campaign()
    far = msgspec.structs.replace(campaign.significance, pairs=3, beyond=1)
    told = saying.surprise(msgspec.structs.replace(campaign, significance=far))
    assert "1 goes further than one in a thousand" in told


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
