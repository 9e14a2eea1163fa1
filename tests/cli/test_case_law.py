"""`legation case assess`: which norms are met, by whose answers, and what is still to be asked."""

from worlds.case_shell import CASE, FACT, CaseShell


def test_answers_become_entries_and_norms_are_met_by_them(cases: CaseShell) -> None:
    said = cases.case("assess", CASE, "forged=yes", "coercive=disputed", "--rests-on", "3",
                      "--note", "seen on the paper", "--actor", "Dan")  # fmt: skip
    assert said.out == f"{CASE} entries 4 to 5\n"
    told = cases.told("assess", CASE)
    assert "does not say whether an act is unlawful" in told["caveat"]
    results = [one["result"] for one in told["norms"]]
    assert results == sorted(results, key=("met", "disputed", "unknown", "not met").index)
    forgery = next(one for one in told["norms"] if one["name"] == "budapest 7")
    (element,) = forgery["elements"]
    assert (element["question"], element["answer"], element["entry"]) == ("forged", "yes", 4)
    assert (element["rests_on"], element["note"]) == ([3], "seen on the paper")
    assert forgery["mark"].startswith("unverified")
    assert {one["state"]: one["said"] for one in forgery["bound"]} == {"FR": "bound"}
    access = next(one for one in told["norms"] if one["name"] == "budapest 2")
    assert access["unasked"] == ["access"]


def test_what_is_shown_first_is_what_may_be_met_with_its_mark(cases: CaseShell) -> None:
    cases.case("assess", CASE, "forged=yes", "--rests-on", "3")
    said = cases.case("assess", CASE)
    assert "budapest 7: met  (binding)" in said.out
    assert "unverified: from memory, not checked" in said.out
    assert "views differ:" in said.out
    assert "budapest 2: not met" not in said.out
    assert "--all lists them" in said.out
    assert "questions still open: legation case assess" in said.err
    assert 'counts as "no: nothing on record says so"' in said.err
    every = cases.case("assess", CASE, "--all").out
    assert "budapest 2: not met" in every
    # A treaty that is not in force binds nobody: it stands apart, on the desk too.
    assert "\nuncc 12: met" in every
    assert "\nuncc 12" not in said.out


def test_an_unknown_article_or_question_is_told_and_nothing_is_written(cases: CaseShell) -> None:
    for words, told in (
        (("--norm", "budapest 99"), "unknown article number 'budapest 99'"),
        (("acess=yes", "--rests-on", "3"), "did you mean 'access'?"),
        (("access=perhaps", "--rests-on", "3"), "answer"),
        (("access=yes",), "rests on nothing"),
        (("access=yes", "forged=yes", "--rests-on", "9"), "there is no entry 9"),
    ):
        code, err = cases.refused("assess", CASE, *words)
        assert (code, told in err) == (65, True), err
    for words in (("access",), ("access=yes", "access=no"), ("--rests-on", "3")):
        assert cases.refused("assess", CASE, *words)[0] == 2
    assert cases.entries() == FACT


def test_one_norm_is_shown_whole_and_rules_of_war_only_once_a_person_opened_them(
    cases: CaseShell,
) -> None:
    told = cases.case("assess", CASE, "--norm", "budapest 2").out
    assert "budapest 2: not met" in told
    assert "never asked: access" in told
    assert "budapest 3" not in told
    code, err = cases.refused("assess", CASE, "--norm", "tallinn 92")
    assert (code, "is a rule for armed conflict" in err) == (2, True)
    cases.add("threshold", "why=shells fell on the same day", "rests_on=3")
    assert "tallinn 92" in cases.case("assess", CASE, "--norm", "tallinn 92").out


def test_only_questions_that_can_change_a_result_are_asked(cases: CaseShell) -> None:
    before = {one["key"] for group in cases.told("assess", CASE, "--ask")["open"]
              for one in group["questions"]}  # fmt: skip
    assert "access" in before
    cases.case("assess", CASE, "access=yes", "--rests-on", "3")
    asked = cases.case("assess", CASE, "--ask").out
    assert "  access: " not in asked
    assert "for: " in asked
    assert set(cases.told("assess", CASE, "--ask")) & {"norms", "gaps"} == set()


def test_a_power_that_no_law_gives_is_listed(cases: CaseShell) -> None:
    number = cases.add("power", "needed=to look into the account of the sender", "state=FR")
    (gap,) = cases.told("assess", CASE, "--gaps")["gaps"]
    assert (gap["entry"], gap["why"]) == (number, "no law in force gives this power")
    said = cases.case("assess", CASE, "--gaps").out
    assert "FR  to look into the account of the sender: no law in force gives this power" in said


def test_what_was_answered_later_was_not_believed_then(cases: CaseShell) -> None:
    cases.case("assess", CASE, "forged=yes", "--rests-on", "3")
    code, _ = cases.refused("assess", CASE, "--as-of", "2020-01-01")
    assert code == 3
