"""Questions and forms are rows of packs: what they may say, and which norms have one."""

import pytest

from legation.errors import BadInputError
from legation.knowledge.forms import Form, Question
from legation.knowledge.pack_file import dangling, read_pack
from legation.knowledge.shipped import shipped_packs
from legation.knowledge.tables import points_to
from worlds.lawbooks import LAW, lawbook

FORMS = [row for pack in shipped_packs() for row in pack.rows if isinstance(row, Form)]
ASKED_FOR = {
    "budapest": [str(number) for number in range(2, 12)],
    "uncc": [*(str(number) for number in range(7, 18)), "19"],
    "vcdr": ["22", "24", "27", "29", "30", "40", "41"],
    "vccr": ["31", "33", "35"],
    "un": [*"abcdefghijk"],
    "cma": ["1", "2", "3", "3ZA", "3A"],
}


@pytest.mark.parametrize("family", ASKED_FOR)
def test_each_norm_that_is_asked_for_has_a_form(family: str) -> None:
    named = {one.name for one in FORMS}
    assert {f"{family} {number}" for number in ASKED_FOR[family]} <= named


def test_each_form_has_a_name_of_its_own_and_says_what_it_is_about() -> None:
    assert len({one.name for one in FORMS}) == len(FORMS) >= 60
    families = {one.about.partition(":")[0] for one in FORMS}
    assert families == {"offence", "norm", "rule", "law"}
    # What nobody compared with its text says so.
    assert {one.verified for one in FORMS} == {"from-memory"}


def test_rules_for_armed_conflict_are_those_that_ask_for_one() -> None:
    assert {one.name for one in FORMS if one.threshold} == {
        one.name for one in FORMS if "conflict" in one.all
    }


def test_the_factors_of_scale_and_effects_stand_beside_the_rules_on_force_and_decide_nothing() -> (
    None
):
    beside = {one.name: one.beside for one in FORMS if len(one.beside) > 1}
    assert beside.keys() == {"tallinn 68", "tallinn 69"}
    assert {len(several) for several in beside.values()} == {8}
    deciding = {key for one in FORMS for key in one.elements()}
    assert not deciding & {key for several in beside.values() for key in several}


def test_a_new_law_and_its_form_are_rows_of_a_users_pack() -> None:
    pack = lawbook()
    assert pack.counts()["form"] == 5
    assert list(dangling(pack.rows, ())) == []
    form = next(row for row in pack.rows if row.key == "xa-act.4")
    assert points_to(form) == ("law:xa-act", "question:taken", "question:opened")


def test_a_form_that_names_an_unknown_norm_or_question_is_found() -> None:
    nowhere = lawbook('about = "norm:grain.3"', 'about = "norm:grain.99"')
    assert [named for _, named in dangling(nowhere.rows, ())] == ["norm:grain.99"]
    nothing = lawbook('all = ["war"]', 'all = ["peace"]')
    assert [named for _, named in dangling(nothing.rows, ())] == ["question:peace"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('any = ["opened"]', "any = []", "form river.1: asks for nothing"),
        ('about = "norm:grain.3"', 'about = "trial:grain.3"', "is no norm"),
        ('all = ["opened", "taken"]', 'all = ["taken", "taken"]', "asks taken twice"),
        ('beside = ["loud"]', 'beside = ["taken"]', "asks taken twice"),
        ('number = "4", title = "Intrusion", ', "", "belong to a section of a law"),
        ('name = "grain 3"', 'name = "grain 3", number = "3"', "belong to a section of a law"),
        ('number = "9", title = "War"', 'number = "4", title = "War"', "states law:xa-act 4 twice"),
        ("threshold = true", "treshold = true", "treshold"),
        ('subject = "War", place = 9', 'subject = "War"', "place"),
        ('any = ["opened"]', 'not = ["opened"]', "not"),
    ],
)
def test_a_form_that_does_not_hold_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old.encode() in LAW
    with pytest.raises(BadInputError, match=said) as bad:
        read_pack(LAW.replace(old.encode(), new.encode(), 1), place="law.toml")
    assert bad.value.place.startswith("law.toml: ")


def test_a_question_says_what_is_asked_and_what_counts() -> None:
    rows = [row for pack in shipped_packs() for row in pack.rows if isinstance(row, Question)]
    assert all(row.text.endswith("?") and row.means for row in rows)
    assert len({row.place for row in rows}) == len(rows)
    # A subject is asked of in one go.
    order = [row.subject for row in sorted(rows, key=lambda row: row.place)]
    turns = [one for at, one in enumerate(order) if at == 0 or order[at - 1] != one]
    assert len(turns) == len(set(order))
