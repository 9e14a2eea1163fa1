"""A text that is not written as its pattern asks is refused in words of a user."""

from typing import Any

import msgspec
import pytest

from legation.errors import RecordError
from legation.safeguards.cases.entries import TAGS, read_body
from legation.safeguards.cases.patterns import refusal
from legation.safeguards.cases.typed import read_typed

OPENED = {
    "title": "Letters", "type": "T4", "domain": "political", "began": "2026-02", "known": "2026",
}  # fmt: skip
SAID = {"says": "a letter came", "on": "2026-02-19", "source": "the press office"}


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("opened", OPENED | {"began": "soon"}, "began: this is no day, month, year or instant"),
        ("opened", OPENED | {"known": "19/02/2026"}, "known: this is no day, month, year"),
        ("said", SAID | {"url": "ftp:x"}, "url: this is no address"),
        ("victim", {"kind": "state", "party": "France"}, "party: this is no code of a state"),
        ("task", {"what": "Answer", "due": "tomorrow"}, "due: this is no day"),
        ("dossier", {"dossier": "The First", "regime": "r", "kind": "person"}, "this is no key"),
        ("reasoned", {"dossier": "a", "serves": ["part one"]}, "this is no key"),
    ],
)
def test_what_is_not_written_so_is_told_in_words(
    kind: str, told: dict[str, Any], said: str
) -> None:
    with pytest.raises(RecordError) as bad:
        read_body({"entry": kind} | told)
    assert said in str(bad.value)
    assert "regex" not in str(bad.value)
    assert bad.value.hint


def test_every_pattern_of_an_entry_has_its_words() -> None:
    found = set()

    def look(kind: Any) -> None:
        pattern = getattr(kind, "pattern", None)
        if pattern is not None:
            found.add(pattern)
        for part in ("type", "item_type", "key_type", "value_type"):
            if hasattr(kind, part):
                look(getattr(kind, part))
        for many in ("types", "fields"):
            for one in getattr(kind, many, ()):
                look(one)

    for shape in TAGS.values():
        look(msgspec.inspect.type_info(shape))
    assert len(found) == 11
    for pattern in found:
        written = pattern.replace("\\", "\\\\")
        assert refusal(f"Expected `str` matching regex '{written}'", "x"), pattern


def test_a_list_is_parted_by_commas_of_latin_and_of_arabic_writing() -> None:
    told = {"kind": "dialogue", "state": "planned", "on": "2026-03", "source": "the calendar"}
    bodies = {
        read_typed("work", told | {"parties": parties})
        for parties in ("FR,DE", "FR, DE", "FR، DE", "FR،DE،")
    }
    assert [msgspec.to_builtins(one)["parties"] for one in bodies] == [("FR", "DE")]
    typed = {"question": "access", "answer": "yes", "rests_on": "1، 2"}
    assert msgspec.to_builtins(read_typed("answered", typed))["rests_on"] == (1, 2)
