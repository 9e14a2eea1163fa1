"""The reference of cases says what the types, packs and rules say, and leaves no kind out."""

import re

import pytest
from case_reference import PAGES, made, updated

from legation.knowledge.norms import Norms
from legation.knowledge.shipped import shipped_packs
from legation.safeguards.cases.entries import TAGS
from legation.safeguards.cases.responses.catalogue import RESPONSES
from legation.safeguards.cases.rules import CORRECTED
from legation.safeguards.cases.typed import form_of

TEXTS = {page.stem: page.read_text("utf-8") for page in PAGES}


@pytest.mark.parametrize("page", TEXTS)
def test_the_pages_stand_as_they_are_drawn(page: str) -> None:
    assert updated(TEXTS[page]) == TEXTS[page]


def test_a_page_that_fell_behind_is_drawn_anew() -> None:
    old = TEXTS["cases"].replace("| `hypothesis` | yes | a key |", "")
    assert old != TEXTS["cases"]
    assert updated(old) == TEXTS["cases"]


def test_each_part_stands_on_one_page() -> None:
    whole = "\n".join(TEXTS.values())
    for name, text in made().items():
        assert len(text) > 100, name
        assert whole.count(text) == 1, name


@pytest.mark.parametrize("kind", TAGS)
def test_each_kind_of_entry_is_there_with_all_its_fields(kind: str) -> None:
    section = TEXTS["cases"].split(f"\n### `{kind}`\n")[1].split("\n#")[0]
    told = {
        name: needed == "yes"
        for name, needed in re.findall(r"^\| `([\w-]+)` \| (yes|no) \|", section, re.MULTILINE)
    }
    assert told == {one.name: one.required for one in form_of(kind)}
    assert ("It can be corrected." in section) == (TAGS[kind] in CORRECTED)


def test_each_norm_question_and_answer_that_ships_is_there() -> None:
    norms = Norms(shipped_packs(), today=shipped_packs()[0].as_of)
    for one in norms.forms:
        assert f"\n| `{one.form.name}` | {one.title}" in TEXTS["norms"], one.form.name
    assert [key for key in norms.questions if f"\n| `{key}` |" not in TEXTS["norms"]] == []
    assert [one.key for one in RESPONSES if f"\n### `{one.key}`\n" not in TEXTS["answers"]] == []


def test_no_row_of_the_reference_says_that_an_act_is_against_the_law() -> None:
    for name in ("statuses", "reasons", "answers", "rungs", "scales"):
        assert not re.search(r"\b(un|il)lawful|\billegal|\bwrongful", made()[name]), name
