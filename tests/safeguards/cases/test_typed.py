"""Entries as people type them: each field by its own type, there and back."""

from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.safeguards.cases.attribution.state_link import LinkAnswer, Linked, link_tests
from legation.safeguards.cases.circumstances import Circumstances
from legation.safeguards.cases.entries import KINDS, tag_of
from legation.safeguards.cases.responses.answering.steps import Chosen, PassedOver
from legation.safeguards.cases.typed import form_of, read_typed, texts_of
from worlds.invented_cases import bodies

CHOSEN = Chosen(
    answer="note-verbale",
    against="FR",
    touches=False,
    why="it is the least that is heard",
    instead_of=(PassedOver(rung=1, why="no line is open"), PassedOver(rung=2, why="as above")),
    rests_on=(3, 4),
)
ELEMENT = next(iter(link_tests()["organ"].elements))
LINKED = Linked(
    test="organ",
    party="FR",
    answers=(LinkAnswer(element=ELEMENT, answer="yes", rests_on=(3, 4), says="by its statute"),),
)


@pytest.mark.parametrize(
    "body",
    [
        *bodies(),
        CHOSEN,
        LINKED,
        Circumstances(injured="own", obligations={"force": "no"}, pending=True, rests_on=(3,)),
    ],
)
def test_what_is_typed_from_an_entry_gives_the_entry(body: Any) -> None:
    assert read_typed(tag_of(body), texts_of(body)) == body


def test_parts_stand_in_lines_with_bars() -> None:
    assert texts_of(CHOSEN)["instead_of"] == "1 | no line is open\n2 | as above"
    assert read_typed("chosen", texts_of(CHOSEN)) == CHOSEN


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_form_with_all_that_it_must_have(kind: type[msgspec.Struct]) -> None:
    fields = {one.name: one for one in form_of(tag_of(kind))}  # type: ignore[arg-type]  # all are bodies
    for declared in msgspec.structs.fields(kind):
        assert fields[declared.encode_name].required == declared.required
    for one in fields.values():
        assert (one.kind == "choice") <= bool(one.choices)
        assert (one.kind in ("lines", "part")) == bool(one.parts)


def test_the_kinds_of_fields_are_those_of_their_types() -> None:
    fields = {one.name: one.kind for one in form_of("chosen")}
    assert fields["touches"] == "yes or no"
    assert fields["rests_on"] == "numbers"
    assert fields["instead_of"] == "lines"
    assert fields["why"] == "words"
    assert {one.name: one.kind for one in form_of("said")}["files"] == "files"
    assert {one.name: one.kind for one in form_of("circumstances")}["obligations"] == "mapping"
    assert {one.name: one.kind for one in form_of("effect")}["before"] == "part"
    assert {one.name: one.kind for one in form_of("weighed")}["fit"] == "number"


@pytest.mark.parametrize(
    ("kind", "texts", "place"),
    [
        (
            "task",
            {"what": "x", "owner": "y", "due": "2026-03-02", "rests_on": "a,b"},
            "rests_on/1",
        ),
        (
            "chosen",
            {"answer": "no-action", "touches": "perhaps", "why": "x", "rests_on": "1"},
            "touches",
        ),
        ("said", {"says": "x", "on": "soon", "source": "y"}, "on"),
        ("said", {"says": "x", "on": "2026", "source": "y", "colour": "red"}, ""),
    ],
)
def test_what_does_not_fit_is_told_with_its_field(
    kind: str, texts: dict[str, str], place: str
) -> None:
    with pytest.raises(RecordError) as found:
        read_typed(kind, texts)
    assert found.value.place == place


def test_the_most_parts_of_a_list_are_no_number_of_letters() -> None:
    fields = {one.name: one for one in form_of("decision")}
    assert fields["what"].most == 4000
    assert (fields["answers"].most, fields["considered"].most) == (None, None)
