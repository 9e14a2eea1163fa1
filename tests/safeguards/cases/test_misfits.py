"""A value that does not fit its field is refused in words of whoever wrote it."""

from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.safeguards.cases.entries import KINDS, read_body, tag_of
from legation.safeguards.cases.typed import form_of

SAID = {"entry": "said", "says": "a letter came", "on": "2026-02-19", "source": "the press"}
TASK = {"entry": "task", "what": "ask", "owner": "press", "due": "2026-03-01"}


@pytest.mark.parametrize(
    ("value", "told", "hint"),
    [
        (SAID | {"verified": "checked"}, "f/verified: 'checked' is none of its", "choose from: "),
        ({"entry": "said", "says": "x"}, "f/on: this is missing", "said has: says"),
        (SAID | {"saya": "x"}, "f: there is no field saya", "said has: says"),
        (SAID | {"says": "x" * 5_000}, "f/says: this is longer than 4000 characters", "said has"),
        (SAID | {"says": 3}, "f/says: this is no text", "said has"),
        (TASK | {"rests_on": [1, 0]}, "f/rests_on/2: this is less than 1", "task has"),
        (TASK | {"rests_on": "a"}, "f/rests_on: this is no list", "task has"),
        (TASK | {"rests_on": ["a"]}, "f/rests_on/1: this is no number", "task has"),
        (
            {"entry": "decision", "what": "x", "touches_persons": "perhaps"},
            "f/touches_persons: this is neither true nor false",
            "decision has",
        ),
        (
            {"entry": "decision", "what": "x", "considered": ["a"]},
            "f/considered/1: this is no table of fields",
            "decision has",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_place_and_what_stands_there(
    value: dict[str, Any], told: str, hint: str
) -> None:
    with pytest.raises(RecordError) as bad:
        read_body(value, "f")
    assert str(bad.value).startswith(told)
    assert bad.value.hint.startswith(hint)


@pytest.mark.parametrize("kind", KINDS, ids=tag_of)
def test_whoever_chooses_wrongly_is_told_the_choices(kind: type) -> None:
    """Each field of each kind that has choices lists them, in whatever type they are wrapped."""
    shape = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    for field in form_of(tag_of(kind)):
        if field.kind != "choice":
            continue
        value = {"entry": tag_of(kind)} | {
            one.encode_name: "x" for one in shape.values() if one.required
        }
        # What is read before the field at fault is right; msgspec reads in the order of the input.
        first = {"entry": tag_of(kind), field.name: "no such word"}
        with pytest.raises(RecordError) as bad:
            read_body(first | {name: given for name, given in value.items() if name not in first})
        assert bad.value.hint == f"choose from: {', '.join(one for one in field.choices if one)}"
