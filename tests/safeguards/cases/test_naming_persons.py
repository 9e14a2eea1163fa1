"""The plain rule by which a letter leaves out what may name a person."""

import pytest

from legation.safeguards.cases.responses.answering.naming_persons import NO_CAPITALS, may_name


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("the letters were written by Jane Roe of the unit", "Jane Roe"),
        ("Ursula von der Leyen was shown them", "Ursula von der Leyen"),
        ("Minister Roe was shown them", "Minister Roe"),
        ("J. Roe and Jane ROE wrote", "J. Roe"),
        ("Jordan Roe wrote to Chad", "Jordan Roe"),
        ("written by ana@example.org", "ana@example.org"),
        ("Владимир Петров сказал", "Владимир Петров"),
        ("قالت الوزارة ذلك", NO_CAPITALS),
    ],
)
def test_what_may_name_a_person_is_found(said: str, found: str) -> None:
    assert may_name(said) == found


@pytest.mark.parametrize(
    "said",
    [
        "",
        "three letters on the paper of the ministry were sent",
        "In May 2015 the United Kingdom and France told the European Union",
        "The Federal Ministry of Foreign Affairs said so on Monday",
        "Council Decision (CFSP) 2019/797 and Regulation (EU) 2019/796",
        "the minister and the President said so",
        "NATO told the UN",
    ],
)
def test_states_organisations_months_and_offices_name_no_person(said: str) -> None:
    assert may_name(said) == ""


def test_a_name_of_one_word_is_missed_as_the_rule_says() -> None:
    assert may_name("it was written by Roe") == ""
