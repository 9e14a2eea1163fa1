"""What a pasted text comes from is found, and what is nobody's is not."""

# ruff: noqa: RUF001 -- texts stand in their own scripts

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.errors import BadInputError, ConflictError
from legation.text.lookup import Index
from legation.text.postings import Postings

FORMULA = "The Ministry of Foreign Affairs of the Republic presents its compliments and states that"
TEXTS = {
    "1/en": "The Ministry did not order any attack on the port of Velmar today.",
    "2/en": "Talks begin on Monday in the old town hall; both sides attend with ten experts each.",
    "3/zh": "外交部发言人表示，双方同意于下周一在首都举行会谈。",
    "4/ja": "外務省は、両国が来週月曜日に首都で会談を行うことに合意したと発表した。",
    "5/th": "กระทรวงการต่างประเทศไม่ได้สั่งให้โจมตีท่าเรือในวันนี้",
    "6/ar": "لم تأمر الوزارة بأي هجوم على الميناء اليوم ولن تفعل ذلك أبدا.",
    "7/ru": "Министерство не отдавало приказа об атаке на порт Вельмар.",
}


def world(count: int, seed: int = 1) -> tuple[list[str], Random]:
    """Make statements of words as rare as words are; every other begins with a formula."""
    random = Random(seed)  # noqa: S311 -- the same each time
    vocabulary = [f"{random.choice('bdfgklmnprst')}{rank:x}" for rank in range(5000)]
    sums = np.cumsum([1 / (rank + 3) for rank in range(5000)]).tolist()
    texts = []
    for number in range(count):
        said = random.choices(vocabulary, cum_weights=sums, k=random.randint(20, 160))
        texts.append(" ".join([FORMULA, *said] if number % 2 else said))
    return texts, random


@pytest.fixture(scope="module")
def held() -> Index:
    index = Index()
    for key, text in TEXTS.items():
        index.add(key, text)
    return index


@pytest.mark.parametrize(
    ("key", "pasted", "told"),
    [
        ("1/en", "The Ministry did order any attack on the port of Velmar today.", ("not", "")),
        (
            "1/en",
            "The Ministry did not order any attack on the port of Tarvia today.",
            ("Velmar", "Tarvia"),
        ),
        (
            "2/en",
            "Talks begin on Friday in the old town hall; both sides attend with ten experts each.",
            ("Monday", "Friday"),
        ),
        (
            "2/en",
            "Talks begin on Monday in the old town hall; both sides attend with 10 experts each.",
            ("ten", "10"),
        ),
        ("3/zh", "外交部发言人表示，双方不同意于下周一在首都举行会谈。", ("", "不")),
        (
            "4/ja",
            "外務省は、両国が来週火曜日に首都で会談を行うことに合意したと発表した。",
            ("月", "火"),
        ),
        ("6/ar", "تأمر الوزارة بأي هجوم على الميناء اليوم ولن تفعل ذلك أبدا.", ("لم", "")),
        ("7/ru", "Министерство отдавало приказа об атаке на порт Вельмар.", ("не", "")),
    ],
)
def test_one_word_is_told_in_every_script(
    held: Index, key: str, pasted: str, told: tuple[str, str]
) -> None:
    match = held.find(pasted)
    assert match is not None
    assert match.key == key
    assert [(one.registered, one.pasted) for one in match.alignment.differences] == [told]


def test_thai_without_its_negation_is_told(held: Index) -> None:
    match = held.find("กระทรวงการต่างประเทศได้สั่งให้โจมตีท่าเรือในวันนี้")
    assert match is not None
    assert match.key == "5/th"
    assert [one.kind for one in match.alignment.differences] == ["missing"]


def test_the_same_wording_is_found_whatever_its_layout(held: Index) -> None:
    pasted = TEXTS["2/en"].replace(" on ", " on\u00a0").replace(" in ", "\r\nin ")
    match = held.find(f"  {pasted}\n")
    assert match is not None
    assert (match.key, match.score, match.alignment.differences) == ("2/en", 1.0, ())


def test_vowel_signs_of_arabic_hide_nothing(held: Index) -> None:
    match = held.find("لَمْ تَأْمُر الوِزارة بأي هُجوم على الميناء اليوم ولن تفعل ذلك أبدا.")
    assert match is not None
    assert match.key == "6/ar"
    assert match.alignment.differences != ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "!",
        "Rain",
        "Rain is expected tomorrow in the north.",
        "明日は北部で雨が予想される。",
    ],
)
def test_what_is_nobodys_is_not_found(held: Index, text: str) -> None:
    assert held.find(text) is None


def test_a_register_without_texts_finds_nothing() -> None:
    assert Index().find("The talks begin.") is None


def test_altered_texts_and_excerpts_are_found_and_others_are_not() -> None:
    texts, random = world(1500)
    index = Index()
    for number, text in enumerate(texts):
        index.add(str(number), text)
    found = part = 0
    asked = random.sample(range(1500), 200)
    for number in asked:
        words = texts[number].split(" ")
        for place in random.sample(range(len(words)), len(words) // 5):
            words[place] = random.choice(["", "quite another", f"z{random.randrange(999)}"])
        match = index.find(" ".join(words))
        found += match is not None and match.key == str(number)
        words = texts[number].split(" ")[-max(10, len(words) // 4) :]
        match = index.find(" ".join(words))
        part += match is not None and match.key == str(number) and match.coverage == 1
    assert found >= 198
    assert part >= 198
    others, _ = world(1000, seed=2)
    assert sum(index.find(text) is not None for text in others) <= 1


def test_a_formula_alone_is_no_match_and_a_whole_formula_is() -> None:
    index = Index()
    for number in range(60):
        index.add(str(number), f"{FORMULA} item x{number} y{number} z{number} is closed.")
    other = "we went fishing on that lake and came home with a large pike."
    assert index.find(f"{FORMULA} {other}") is None
    match = index.find(f"{FORMULA} item x7 y7 z7 is not closed.")
    assert match is not None
    assert match.key == "7"


def test_of_two_that_differ_by_one_word_the_nearer_is_found() -> None:
    index = Index()
    text = "The talks on the northern border begin on {} in the old hall of Velmar at noon."
    index.add("old", text.format("Monday"))
    index.add("new", text.format("Tuesday"))
    for day, key in (("Monday", "old"), ("Tuesday", "new")):
        match = index.find(text.format(day).replace("noon", "nine"))
        assert match is not None
        assert match.key == key


def test_equal_wordings_are_found_under_all_their_keys() -> None:
    index = Index()
    index.add("a", "The talks begin.")
    index.add("b", "The  talks\nbegin.")
    match = index.find("The talks began.")
    assert match is not None
    assert (match.key, match.keys, len(index)) == ("a", ("a", "b"), 2)


def test_a_key_stands_for_one_text() -> None:
    index = Index()
    index.add("a", "The talks begin.")
    index.add("a", "The talks\nbegin.")
    with pytest.raises(ConflictError):
        index.add("a", "The talks end.")
    with pytest.raises(BadInputError):
        index.add("b", "\u200b \n")


def test_the_order_of_adding_and_asking_changes_nothing() -> None:
    texts, random = world(300, seed=3)
    whole = Index()
    for number, text in enumerate(texts):
        whole.add(str(number), text)
    grown = Index()
    for number in random.sample(range(300), 300):
        grown.add(str(number), texts[number])
        if number % 7 == 0:
            grown.find(texts[number][:80])
    for text in texts[:60]:
        pasted = text.replace(" b", " not b", 1) + " now"
        assert grown.find(pasted) == whole.find(pasted)


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=30), st.data())
@settings(max_examples=100)
def test_postings_count_as_a_plain_table_does(rows: list[list[int]], data: st.DataObject) -> None:
    postings = Postings()
    keys = np.arange(31, dtype=np.uint64)
    for text, row in enumerate(rows):
        postings.add(text, np.unique(np.array(row, np.uint64)))
        if data.draw(st.booleans()):
            postings.held(keys)
    expected = [sum(key in row for row in rows) for key in range(31)]
    assert postings.held(keys).counts.tolist() == expected
    asked = np.unique(np.array(data.draw(st.lists(st.integers(0, 40), min_size=1)), np.uint64))
    found = postings.nearest(postings.held(asked), np.arange(len(asked)), 50)
    assert sorted(found) == [
        text for text, row in enumerate(rows) if set(row) & set(asked.tolist())
    ]
