"""Names of states in each language are those that the United Nations uses there.

Those stand here that a translator would write otherwise; each is the short name of UNTERM, and so
is a fact that anybody can look up there. Where the United Nations' name states the form of a state
(republic, federation), the desk leaves it out in every language, by one rule for all.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from legation.knowledge.states import states

CALLED = {
    "fr": {
        "BY": "Bélarus",
        "CV": "Cabo Verde",
        "SV": "El Salvador",
        "IQ": "Iraq",
        "KG": "Kirghizistan",
        "LR": "Libéria",
        "MD": "Moldova",
        "NG": "Nigéria",
        "NU": "Nioué",
        "KN": "Saint-Kitts-et-Nevis",
        "TL": "Timor-Leste",
        "TR": "Türkiye",
        "VN": "Viet Nam",
    },
    "ar": {
        "BJ": "بنن",
        "CV": "كابو فيردي",
        "CL": "شيلي",
        "CZ": "تشيكيا",
        "CI": "كوت ديفوار",
        "DO": "الجمهورية الدومينيكية",
        "EC": "إكوادور",
        "GA": "غابون",
        "GW": "غينيا - بيساو",
        "KI": "كيريباس",
        "LR": "ليبريا",
        "LU": "لكسمبرغ",
        "MV": "ملديف",
        "MT": "مالطة",
        "MZ": "موزامبيق",
        "SC": "سيشيل",
        "LK": "سري لانكا",
        "KN": "سانت كيتس ونيفس",
        "TH": "تايلند",
        "UY": "أوروغواي",
        "VN": "فييت نام",
        "ZW": "زمبابوي",
    },
}


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


@pytest.mark.parametrize("language", CALLED)
def test_a_state_is_called_as_the_united_nations_call_it(language: str) -> None:
    called = {code: said(language)[states()[code]] for code in CALLED[language]}
    assert called == CALLED[language]


@pytest.mark.parametrize("language", CALLED)
def test_every_state_has_a_name_in_each_language_and_no_two_have_one(language: str) -> None:
    names = [said(language)[name] for name in states().values()]
    assert all(names)
    assert len(set(names)) == len(names)
