"""Names of states in each language are those that the United Nations uses there.

`un_short_names.csv` has the short names of UNTERM (and, of two states, those of the list M49 of
the United Nations Statistics Division), as the open table `datasets/country-codes` of 2026-05-15
gives them.
"""

import csv
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from legation.knowledge.states import states

TABLE = Path(__file__).parents[1] / "standards/un_short_names.csv"
# Of these the United Nations' name states the form of the state (republic, federation, union). The
# English list has the name without it, by one rule for all, and so have the translations.
WITHOUT_THE_FORM = frozenset(
    ("BO", "FM", "GB", "IR", "KP", "KR", "LA", "MD", "PS", "RU", "SY", "TZ", "US", "VE")
)


@cache
def said(language: str) -> dict[str, str]:
    """Return the names of states as the desk says them."""
    catalogue = files("legation.desk").joinpath(f"locale/{language}/LC_MESSAGES/desk.po")
    with Path(str(catalogue)).open("rb") as file:
        return {
            str(one.id): str(one.string)
            for one in read_po(file)
            if one.context == "name of a state"
        }


def unmarked(name: str) -> str:
    """Return a name without the signs of Arabic vowels, which a text may leave out."""
    return "".join(sign for sign in name if not 0x064B <= ord(sign) <= 0x0652)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_state_is_called_as_the_united_nations_call_it(language: str) -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    assert len(rows) == 197
    assert rows.keys() >= WITHOUT_THE_FORM
    otherwise = {
        code: (name, row[language])
        for code, row in rows.items()
        if unmarked(name := said(language)[states()[code]])
        != unmarked(unicodedata.normalize("NFC", row[language]))
    }
    assert otherwise.keys() == WITHOUT_THE_FORM


def test_a_name_without_the_form_of_the_state_is_so_in_english_as_in_french() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    for code in WITHOUT_THE_FORM:
        assert len(states()[code]) < len(rows[code]["en"])
        assert len(said("fr")[states()[code]]) < len(rows[code]["fr"])
