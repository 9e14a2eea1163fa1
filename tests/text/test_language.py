"""Languages: the model's own answers, in step; and saying so when it cannot be told."""

from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from legation.text.language import UNDETERMINED, identify, identify_groups, scores
from legation.text.normalise import normalise

POSTS = Path(__file__).parents[2].parent / "shared" / "data" / "posts" / "posts.parquet"
SENTENCES = {
    "en": "the two ministers met in the morning and signed the agreement",
    "fr": "les deux ministres se sont rencontrés ce matin et ont signé l'accord",
    "de": "die beiden minister trafen sich am morgen und unterzeichneten das abkommen",
    "es": "los dos ministros se reunieron por la mañana y firmaron el acuerdo",
    "ru": "утром министры встретились и подписали соглашение между странами",
    "uk": "вранці міністри зустрілися й підписали угоду між двома країнами",
    "ar": "التقى الوزيران هذا الصباح ووقعا على الاتفاق بين البلدين",
    "zh": "两国部长今天上午举行会谈并签署了合作协议双方表示满意",
    "ka": "მინისტრები დილით შეხვდნენ და ხელი მოაწერეს შეთანხმებას",
}


def test_sentences_of_nine_languages_are_told_apart() -> None:
    assert identify(list(SENTENCES.values())) == list(SENTENCES)


def test_the_model_says_the_same_text_by_text_and_in_step() -> None:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    languages, confidence = scores(list(SENTENCES.values()))
    for text, language, sure in zip(SENTENCES.values(), languages, confidence, strict=True):
        expected = dict(model.rank(text))
        folded = {"en": ("pcm",), "ar": ("arz", "ary")}.get(language, ())
        assert sure == pytest.approx(sum(expected[code] for code in (language, *folded)), abs=1e-3)


@pytest.mark.parametrize("text", ["", "ok", "👀 " * 20, "ha ha ha", "12345 67890 12345 67890"])
def test_what_cannot_be_told_is_undetermined(text: str) -> None:
    assert identify([text]) == [UNDETERMINED]


@settings(deadline=None, max_examples=40)
@given(st.permutations([*SENTENCES.values(), "ok", "\ud800" * 30]))
def test_the_order_of_texts_changes_no_language(texts: list[str]) -> None:
    assert identify(texts) == [identify([text])[0] for text in texts]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(-3, 3), st.sampled_from([*SENTENCES.values(), "ok", ""]))))
def test_a_group_has_the_language_of_its_first_texts(posts: list[tuple[int, str]]) -> None:
    keys = np.array([key for key, _ in posts], np.int64)
    distinct, languages = identify_groups(keys, [text for _, text in posts], max_chars=60)
    for key, language in zip(distinct.tolist(), languages, strict=True):
        read = ""
        for owner, text in posts:
            if owner == key and len(read) < 60:
                read += text + " "
        assert language == identify([read[:-1][:60]])[0]
    assert distinct.tolist() == sorted(set(keys.tolist()))


@pytest.mark.data
def test_real_posts_in_the_main_languages_are_told_apart() -> None:
    if not POSTS.exists():
        pytest.skip("the shared posts are not on this machine")
    codes = {"English": "en", "Russian": "ru", "German": "de"}
    with duckdb.connect() as lake:
        rows = lake.execute(
            "select text, lang from read_parquet(?) where hash(post_id) % 300 = 0 "
            "and source = 'ira' and lang in ('English', 'Russian', 'German')",
            [str(POSTS)],
        ).fetchall()
    told = identify([normalise(str(text)) for text, _ in rows])
    decided = [(a, codes[b]) for a, (_, b) in zip(told, rows, strict=True) if a != UNDETERMINED]
    assert len(decided) >= 0.85 * len(rows)
    assert sum(a == b for a, b in decided) >= 0.99 * len(decided)
