"""A form of a case calls each field and each choice what people call it."""

import html
import re
from collections.abc import Iterator

import pytest

from legation.desk.case_help import HELP
from legation.desk.case_labels import CONTEXTS, LABELS, PARTS, FormField, labelled
from legation.desk.vocabulary import VOCABULARY
from legation.safeguards.cases.entries import TAGS
from legation.safeguards.cases.typed import form_of
from worlds.case_desk import CaseDesk, case_desk

CASE = "2026-0001"
OPEN = {
    "title": "Letters in the name of a ministry",
    "type": "T4",
    "domain": "political",
    "began": "2026-02",
    "known": "2026-02-20",
}
FIELDS = [
    pytest.param(kind, one, id=f"{kind}.{one.name}") for kind in TAGS for one in labelled(kind)
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseDesk]:
    with case_desk(tmp_path_factory.mktemp("desk"), state="FR") as opened:
        assert opened.people["Ann"].post("/cases", **OPEN).status_code == 303
        yield opened


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_each_field_and_each_part_of_one_has_its_label(kind: str, field: FormField) -> None:
    assert field.label in VOCABULARY["field of an entry"], kind
    assert all(label in VOCABULARY["field of an entry"] for _, label in field.parts)
    assert not field.help or field.help in VOCABULARY["help on a field"]


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_each_choice_has_a_word_that_can_be_translated(kind: str, field: FormField) -> None:
    typed = next(one for one in form_of(kind) if one.name == field.name)
    assert set(typed.choices) <= {one.value for one in field.choices}
    for one in (*field.choices, *field.names):
        assert one.words in VOCABULARY[one.context], one


@pytest.mark.parametrize("kind", TAGS)
def test_no_two_fields_of_a_form_are_called_alike(kind: str) -> None:
    labels = [one.label for one in labelled(kind)]
    assert len(labels) == len(set(labels))


def test_no_label_is_kept_for_a_field_that_no_kind_has() -> None:
    names = {one.name for kind in TAGS for one in form_of(kind)}
    pairs = {(kind, one.name) for kind in TAGS for one in form_of(kind)}
    for table in (LABELS, HELP, CONTEXTS):
        for of in table:
            if isinstance(of, tuple):
                assert of in pairs
            else:
                # A name of which each kind means another thing needs no label of its own.
                assert of in names
                left = {pair for pair in pairs if pair[1] == of} - table.keys()
                assert left, of
    assert PARTS.keys() <= names


# What gives a hand to something has its form once that is chosen: see test_case_hands.
@pytest.mark.parametrize("kind", sorted(TAGS.keys() - {"agreed", "signed"}))
def test_a_form_ties_each_field_to_its_label_and_help(desk: CaseDesk, kind: str) -> None:
    page = desk.people["Ann"].page(f"/case/{CASE}/enter/{kind}")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for told in re.findall(r'aria-describedby="([^"]+)"', page):
        assert set(told.split()) <= set(ids)
    for one in labelled(kind):
        if one.kind != "files":
            assert f'id="f-{one.name}"' in page
            assert f'<code dir="ltr">{one.name}</code>' in page
            assert one.label in _text(page)
            assert (f'id="h-{one.name}"' in page) >= bool(one.help)


def test_a_form_shows_codes_with_their_meaning_and_keeps_the_values(desk: CaseDesk) -> None:
    page = desk.people["Ann"].page(f"/case/{CASE}/enter/said")
    assert '<option value="B">B: usually reliable</option>' in page
    assert '<option value="from-memory">from memory, not checked</option>' in page


def test_a_fault_leads_to_its_field(desk: CaseDesk) -> None:
    told = {"says": "three letters were sent", "on": "soon", "source": "the press office"}
    page = desk.enter("Ann", CASE, "said", **told).text
    assert '<a href="#f-on">When it happened</a> <code dir="ltr">on</code>: ' in page
    assert re.search(
        r'<input id="f-on"[^>]* aria-invalid="true" aria-describedby="fault h-on"', page
    )


def test_a_fault_within_a_part_leads_to_the_field_that_holds_it(desk: CaseDesk) -> None:
    told = {"test": "organ", "party": "XA", "answers": "nothing | yes | 1 | so it is"}
    page = desk.enter("Ann", CASE, "state-link", **told).text
    assert '<a href="#f-answers">Answers to what the test asks</a>' in page
    assert '<code dir="ltr">answers.0.element</code>' in page


def test_several_rights_are_ticked_and_stay_ticked(desk: CaseDesk) -> None:
    rights = ["privacy", "expression"]
    page = desk.enter("Ann", CASE, "rights-test", rights=rights, excluded="neither").text
    assert re.findall(r'name="rights" value="([^"]+)" checked', page) == rights


def _text(page: str) -> str:
    return html.unescape(re.sub("<[^>]+>", "", page))
