"""Masking hides who said it, and does so once and for all."""

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.formats.masking import (
    MASK,
    QUOTATION_LENGTH,
    mask_campaign,
    mask_mentions,
    shorten,
)
from worlds.found_campaigns import found_campaign

_WORDS = st.sampled_from(
    [
        "@a_b",
        "@a.b",
        "x@y.example",
        "\uff20wide",
        "https://",
        "a.b/",
        "x",
        "…",
        ".",
        "@",
        " ",
        "#tag",
    ]
)
_TEXTS = st.lists(_WORDS | st.text(max_size=4), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@alice says", "@… says"),
        ("RT @alice: hi", "RT @…: hi"),
        ("by @alice@mastodon.example now", "by @… now"),
        ("by @alice.bsky.social", "by @…"),
        ("mail john.doe@aldria.example!", "mail @…!"),
        ("\uff20alice", "@…"),
        ("https://x.example/alice/status/1?s=20", "https://x.example/…"),
        ("t.example/alice", "t.example/…"),
        ("https://alice.blog.example", "https://….blog.example"),
        ("https://alice:pw@x.example/a", "https://…"),
        ("https://@alice and https://host/alice", "https://… and https://host/…"),
        ("HTTPS://X.EXAMPLE/@a b", "HTTPS://X.EXAMPLE/… b"),
        ("at alice.blog.example today", "at ….blog.example today"),
        ("alice.blog.example/p/0", "….blog.example/…"),
        ("see blog.example. Or 1.2.3", "see blog.example. Or 1.2.3"),
        ("3.5 percent. Really", "3.5 percent. Really"),
        ("#hashtags stay", "#hashtags stay"),
        ("no mention", "no mention"),
    ],
)
def test_handles_addresses_and_paths_are_hidden(text: str, masked: str) -> None:
    assert mask_mentions(text) == masked


@given(_TEXTS)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_mentions(text)
    assert mask_mentions(once) == once


@given(
    _TEXTS.map(lambda text: f"{text} "),
    st.text("abcdefghijklmnopqrstuvwxyz_", min_size=6, max_size=15),
    st.text(" abc", max_size=20),
)
def test_no_mention_survives(before: str, handle: str, after: str) -> None:
    secret = f"q{handle}q"
    assert secret not in mask_mentions(f"{before}@{secret} {after}")


@given(st.text(max_size=200))
def test_a_shortened_text_is_short_and_begins_like_the_whole(text: str) -> None:
    short = shorten(text)
    assert len(short) <= QUOTATION_LENGTH
    assert short == text or text.startswith(short.removesuffix(MASK))


def test_a_grade_of_high_is_left_whole() -> None:
    campaign = msgspec.to_builtins(found_campaign("high"))
    assert mask_campaign(campaign) == campaign


def test_account_pseudonyms_and_figures_stay() -> None:
    campaign = msgspec.json.decode(msgspec.json.encode(found_campaign("low")))
    masked = mask_campaign(campaign)
    changed = {name for name, part in campaign.items() if masked[name] != part}
    # A name before a registered domain may be its author's; an official one stands on record.
    assert changed == {"terms", "quotations", "domains"}
    for one, other in zip(campaign["domains"], masked["domains"], strict=True):
        assert {name for name in one if one[name] != other[name]} == {"host"}
        assert other["host"] == "….a1dria.example"


@pytest.mark.parametrize("letters", ["a", "a.", "@", "a@", "https://", "…", "a/", "."])
def test_a_post_of_a_million_letters_is_masked_in_linear_time(letters: str) -> None:
    start = time.process_time()
    mask_mentions(letters * (1_000_000 // len(letters)))
    assert time.process_time() - start < 5
