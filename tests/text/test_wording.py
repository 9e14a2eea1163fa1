"""A pasted copy keeps its wording; what changes the meaning changes it."""

# ruff: noqa: RUF001 -- texts stand in their own scripts

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from legation.text.wording import digest, tidy, wording

# Signs that the rule treats, and some that they may meet.
TREATED = (
    "\t\n\v\f\r\u0085\u00a0\u00ad\u061c\u1680\u2009\u200b\u200c\u200d\u200e\u200f\u2010\u2011\u2013"
    "\u2018\u2019\u201c\u201d\u201e\u2026\u2028\u202e\u202f\u2060\u2068\u3000\ufb01\ufe0f\ufeff"
    "\ufe8d\ufefb aée\u0301\u0300かカ\u3099中文אبمक\u094d.-\"'"
)
TEXTS = st.text(st.one_of(st.sampled_from(TREATED), st.characters()), max_size=40)


@given(TEXTS)
@example("e\u200c\u0301")
@example("\u212a\u200d\u0301")
@example("か \u3099")
@settings(max_examples=400)
def test_the_wording_of_a_wording_is_itself(text: str) -> None:
    assert wording(wording(text)) == wording(text)


@given(TEXTS)
@settings(max_examples=400)
def test_a_tidy_text_stays_and_says_the_same(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert wording(tidy(text)) == wording(text)


def test_every_character_keeps_its_wording_when_it_is_treated_twice() -> None:
    # Every sign up to the Han characters, what stands behind Hangul, and a sample of the rest.
    alike = (*range(0x3400), *range(0xD7A4, 0x11000), *range(0x11000, sys.maxunicode, 251))
    for code in alike:
        for text in (f"a{chr(code)}b", f"中{chr(code)} 文", f"م{chr(code)}\u200cم"):
            once = wording(text)
            assert wording(once) == once, hex(code)
            assert wording(tidy(text)) == once, hex(code)


@pytest.mark.parametrize(
    ("issued", "pasted"),
    [
        ("The talks begin\non Monday.", "> \u00a0The talks begin on Monday.\r\n"[2:]),
        ("Les «\u00a0faits\u00a0» sont clairs\u202f: non.", "Les « faits » sont clairs : non."),
        ("He said “no”; we don’t.", 'He said "no"; we don\'t.'),
        ("Nous avons proposé.", unicodedata.normalize("NFD", "Nous avons proposé.")),
        ("The official office", "The o\ufb03cial o\ufb03ce"),
        ("The ministry regrets", "The minis\u00ad\ntry re\u00adgrets"),
        ("双方同意举行会谈。", "双方同意\n举行会谈。"),
        ("لا نقبل ذلك", "\u200f\ufefb نقبل ذلك"),
        ("end to end… now", "end\u2010to\u2011end".replace("\u2010to\u2011", " to ") + "... now"),
        ("A\n\nB", "\ufeffA\u2028B"),
        ("1\u202f000 km", "1 000 km"),
    ],
)
def test_what_programs_change_is_undone(issued: str, pasted: str) -> None:
    assert wording(issued) == wording(pasted)
    assert digest(issued) == digest(pasted)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cannot", "can not"),
        ("notable", "not able"),
        ("1 000", "1000"),
        ("we re-sign", "we resign"),
        ("5\u201310", "510"),
        ("5\u201310", "5-10"),
        ("Let's eat, Grandma", "Let's eat Grandma"),
        ("the State", "the state"),
        ("10 m²", "10 m2"),
        ("\u0430ttack", "attack"),
        ("from 10 - 20", "from \u200f10 - 20\u200f"),
        ("vote 12", "vote \u202e12\u202c"),
        ("نامه\u200cای", "نام\u200cهای"),
        ("แข็งแรง ไม่มี", "แข็ง แรงไม่มี"),
        ("3\u201a5", "3'5"),
        ("5\u2032", "5'"),
        ("١٠", "10"),
    ],
)
def test_what_could_be_read_otherwise_stays_apart(one: str, other: str) -> None:
    assert wording(one) != wording(other)
    assert wording(tidy(one)) != wording(tidy(other))


@given(st.lists(st.text("abc中ไม", min_size=1, max_size=4), min_size=1, max_size=6))
def test_blanks_part_words_however_many_and_whatever_they_are(words: list[str]) -> None:
    spoken = wording(" ".join(words))
    for blank in ("\n", "\r\n", "\u00a0", " \t ", "\u2003\u202f", "\v", "\u2029\u2028"):
        assert wording(blank.join(words)) == spoken


def test_a_tidy_text_keeps_paragraphs_quotes_and_dashes() -> None:
    text = "“One”\u00a0– two… \r\n\r\n\r\n\r\n  Three.\n"
    assert tidy(text) == "“One” – two…\n\nThree."


PDF = (
    "The min\u00ad\nister will re\u00ad\r\nsign on Mon\u00ad\u2028day;\nthe talks go\u00ad on,"
    " and the co-\noperation with them."
)


def test_a_soft_hyphen_joins_with_one_line_end_and_with_nothing_else() -> None:
    said = "The minister will resign on Monday; the talks go on, and the co- operation with them."
    assert wording(PDF) == said
    assert wording("now \u00ad\nhere") == wording("now\u00ad \nhere") == "now here"
    assert wording("now\u00ad\n\nhere") == "now here"
    assert wording(tidy(PDF)) == said
