"""The normal form, and its twin in the store's engine."""

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.text.normalise import (
    AFTER_NFC,
    BEFORE_NFC,
    MIN_CHARACTERS,
    SUBSTANTIAL,
    is_substantial,
    normalise,
)

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("https://t.co/Ab", "www.a.org", "@Desk", "@a@b.example", "@", "http", "İ", "ΛΟΓΟΣ"),
            *(
                "H\u200b\u0331",
                "e\u0301",
                "\u00a0",
                "\u3000",
                "\t",
                "\x00",
                "\u200d",
                "ﬁ",
                "\uff26",
            ),
            *("мир", "和平会谈", "สันติภาพ", " ", "!", "\U0001f54a\ufe0f", "\u0085"),
        ]
    ),
    max_size=14,
).map("".join)


def in_duckdb(texts: Sequence[str]) -> list[tuple[str, bool]]:
    form = "lower(s)"
    values: list[object] = []
    for step in BEFORE_NFC:
        form = f"regexp_replace({form}, ?, ?, 'g')"
        values += [step.pattern, step.by]
    form = f"nfc_normalize({form})"
    for step in AFTER_NFC:
        form = f"regexp_replace({form}, ?, ?, 'g')"
        values += [step.pattern, step.by]
    with duckdb.connect() as lake:
        rows = lake.execute(
            f"with n as (select i, trim({form}, ' ') as t from (select unnest(?) as s, "
            "generate_subscripts(?, 1) as i)) "
            "select t, length(t) >= ? and regexp_matches(t, ?) from n order by i",
            [*values, list(texts), list(texts), MIN_CHARACTERS, SUBSTANTIAL],
        ).fetchall()
    return [(str(form), bool(enough)) for form, enough in rows]


@settings(deadline=None, max_examples=120)
@given(st.lists(ANY | FRAGMENTS, min_size=1, max_size=20))
def test_python_and_duckdb_give_the_same_form(texts: list[str]) -> None:
    expected = [(normalise(text), is_substantial(normalise(text))) for text in texts]
    assert in_duckdb(texts) == expected


def test_every_single_character_has_the_same_form_in_python_and_duckdb() -> None:
    characters = [chr(i) for i in range(0x20000) if not 0xD800 <= i <= 0xDFFF]
    assert [form for form, _ in in_duckdb(characters)] == [normalise(one) for one in characters]


@given(ANY | FRAGMENTS)
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(FRAGMENTS, st.sampled_from(["https://a.example/x?y", "@someone", "\u200b", " \n"]))
def test_links_mentions_and_blanks_at_the_end_change_nothing(text: str, added: str) -> None:
    assert normalise(f"{text} {added}") == normalise(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("DO not MISS  this https://t.co/x", "do not miss this"),
        ("@a: see WWW.Example.org/Page now", ": see now"),
        ("@user@example.social hello", "hello"),
        ("ﬁ stays", "ﬁ stays"),
        ("pay\u200bments", "payments"),
        ("İSTANBUL", "istanbul"),
        ("", ""),
    ],
)
def test_the_form_is_as_documented(text: str, form: str) -> None:
    assert normalise(text) == form


@pytest.mark.parametrize(
    ("normal", "enough"),
    [
        ("one two three fourfourfour", True),
        ("one two threethreethreethree", False),
        ("a b c d", False),
        ("大使馆今天宣布与邻国恢复和平谈判并开放边境口岸", True),
        ("大使馆今天宣布和平谈判 aaaaaaaaaaaaaaaaa", False),
    ],
)
def test_short_texts_tie_nobody(normal: str, enough: bool) -> None:
    assert is_substantial(normal) is enough
