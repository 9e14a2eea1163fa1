"""One word that changes what a statement says is never passed over, in ten words and in any text.

Texts of an invented ministry stand in a register, in scripts that part words by blanks and in one
that does not. Whatever word is put in, left out or replaced, the verdict is `altered`, and the word
is shown.
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from legation.safeguards.statements.holding import HeldStatements
from legation.safeguards.statements.statement import Version
from legation.safeguards.statements.verdict import verdict_on_text
from legation.text.wording import digest, tidy
from worlds.ministry_texts import TONGUES, Ministry, parted
from worlds.statements import NOON, statement, verified

EACH = 30
SHORTEST = 10
NEGATIONS = {
    "en": ("not", "never", "no"),
    "fr": ("pas", "jamais", "ne"),
    "ar": ("لا", "لم", "لن"),
    "zh": ("不", "未", "没"),
}


def _texts() -> dict[str, list[str]]:
    world = Ministry(20_261_127)
    made: dict[str, list[str]] = {}
    for of in TONGUES:
        said = (world.statement(of) for _ in range(5 * EACH))
        long = dict.fromkeys(tidy(one) for one in said if len(parted(one)[0]) >= SHORTEST)
        made[of.code] = sorted(long, key=len)[:EACH]
    return made


TEXTS = _texts()


@pytest.fixture(scope="module")
def register() -> HeldStatements:
    held = HeldStatements("aldania.example/log", NOON)
    for language, texts in TEXTS.items():
        for number, text in enumerate(texts):
            versions = (Version(language=language, text=text),)
            held.add(verified(statement(f"{language}/{number}", versions=versions)))
    return held


@st.composite
def turned(draw: st.DrawFn) -> tuple[str, str]:
    """Return a registered text, and the same with one word put in, left out or replaced."""
    language = draw(st.sampled_from(sorted(NEGATIONS)))
    text = draw(st.sampled_from(TEXTS[language]))
    words, between = parted(text)
    place = draw(st.integers(0, len(words) - 1))
    other = draw(st.sampled_from([one for one in TEXTS[language] if one != text]))
    put = draw(
        st.one_of(
            st.sampled_from(NEGATIONS[language]),  # not
            st.integers(0, 99_999).map(str),  # a number
            st.dates().map(lambda day: f"{day:%d.%m.%Y}"),  # a date
            st.sampled_from(parted(other)[0]),  # a name or any other word of the ministry
            st.sampled_from(("Qvelmaria", "Tarvoshka", "巴", "زرافة")),  # one that it never used
        )
    )
    way = draw(st.sampled_from(("put in", "left out", "replaced")))
    end = place if way == "put in" else place + 1
    return text, between.join([*words[:place], *([] if way == "left out" else [put]), *words[end:]])


@given(turned())
@settings(max_examples=400, deadline=None)
def test_one_word_is_always_told_as_altered(
    register: HeldStatements, texts: tuple[str, str]
) -> None:
    text, changed = texts
    assume(not register.by_wording(digest(changed)))
    verdict = verdict_on_text(changed, register)
    assert verdict.verdict == "altered", (text, changed)
    assert verdict.differences
    assert verdict.same > 0


@pytest.mark.parametrize("language", sorted(NEGATIONS))
def test_every_word_of_the_shortest_texts_is_told_when_it_is_left_out_or_denied(
    register: HeldStatements, language: str
) -> None:
    for text in TEXTS[language][:8]:
        words, between = parted(text)
        for place in range(len(words)):
            rest = words[place + 1 :]
            for changed in (
                [*words[:place], *rest],
                [*words[:place], NEGATIONS[language][0], *words[place:]],
            ):
                said = between.join(changed)
                if not register.by_wording(digest(said)):
                    assert verdict_on_text(said, register).verdict == "altered", (text, said)


def test_the_texts_are_of_ten_words_and_up() -> None:
    for language in NEGATIONS:
        sizes = sorted(len(parted(text)[0]) for text in TEXTS[language])
        assert sizes[0] in range(SHORTEST, SHORTEST + 10), language
