"""By whose hand a case is written: what one person alone cannot bring about by commands."""

import pytest

from worlds.case_shell import CASE, CaseShell

CALL = ("hotline-call", "--why", "to hear what they know of it", "--rests-on", "3",
        "--against", "DE", "--no-touches")  # fmt: skip
WHY = ("--why", "that was a mistake")


def test_an_attribution_that_was_withdrawn_is_not_set_again_by_one_person(
    cases: CaseShell,
) -> None:
    number = cases.attributed()
    back = cases.add("attribution-withdrawn", f"to={number}", "words=we were wrong", actor="Dan")
    code, err = cases.refused("withdraw", CASE, str(back), *WHY, "--actor", "Ann")
    assert (code, "takes a second person" in err) == (65, True)
    assert cases.told("attribute", CASE)["in_force"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("add", CASE, "said", "says=so it was", "on=2026-02-20", "source=x"),
        ("add", CASE, "genuine-speech", "why=an auditor says that this is genuine"),
        ("add", CASE, "moved", "to=closed", "outcome=not pursued", "why=because I say so here"),
        ("open", "--title", "Another", "--type", "T4", "--began", "2026-02-19"),
    ],
)
def test_who_may_not_write_cases_writes_none_in_their_own_name(
    cases: CaseShell, words: tuple[str, ...]
) -> None:
    cases.did("admin", "add", "Aud", "--role", "auditor")
    why = ("--reason", "looks at cases of this desk")
    cases.did("admin", "clearance", "Aud", "--tlp", "red", "--pap", "red", *why)
    last = cases.entries()
    code, err = cases.refused(*words, "--actor", "Aud")
    assert (code, "may not write into cases" in err) == (4, True)
    assert cases.entries() == last


def test_what_bars_an_answer_is_taken_back_by_another_than_who_gives_it(cases: CaseShell) -> None:
    bar = cases.add("genuine-speech", "why=citizens say this of their own accord")
    _, err = cases.refused("answer", CASE, *CALL, "--actor", "Eve")
    assert "genuine" in err
    code, err = cases.refused("withdraw", CASE, str(bar), *WHY)
    assert (code, "name one with --actor" in err) == (4, True)
    cases.case("withdraw", CASE, str(bar), *WHY, "--actor", "Eve")
    code, err = cases.refused("answer", CASE, *CALL, "--actor", "Eve")
    assert (code, "whoever took back what bars this" in err) == (4, True)
    assert cases.refused("answer", CASE, *CALL)[0] == 4
    closing = ("moved", "to=closed", "outcome=not pursued", "why=nothing can be said of it")
    assert "whoever took back" in cases.refused("add", CASE, *closing, "--actor", "Eve")[1]
    cases.did("admin", "add", "Gil", "--role", "policy")
    why = ("--reason", "deals with cases of this desk")
    cases.did("admin", "clearance", "Gil", "--tlp", "red", "--pap", "red", *why)
    assert cases.case("answer", CASE, *CALL, "--actor", "Gil").out


def test_it_is_said_that_an_answer_rests_on_what_was_taken_back(cases: CaseShell) -> None:
    cases.case("assess", CASE, "forged=yes", "--rests-on", "3")
    met = [one["name"] for one in cases.told("assess", CASE)["norms"] if one["result"] == "met"]
    assert met
    assert cases.told("assess", CASE)["fallen"] == []
    cases.case("withdraw", CASE, "3", *WHY)
    told = cases.told("assess", CASE)
    assert [one["name"] for one in told["norms"] if one["result"] == "met"] == []
    assert told["fallen"] == [{"entry": 4, "on": [3]}]
    line = "entry 4 rests on what was taken back, and opens nothing any more: 3"
    assert line in cases.case("assess", CASE).out


def test_it_is_said_that_the_link_changed_after_the_second_person_agreed(cases: CaseShell) -> None:
    cases.weighed()
    sure = ("likelihood=very likely", "confidence=moderate", "rests_on=3")
    for layer in ("technical", "operational", "legal"):
        basis = ("basis=the paper and the stamps", "gaps=who paid")
        cases.add("layer", f"layer={layer}", "party=XB", *sure, *basis)
    link = ("state-link", "test=directed", "party=XB")
    cases.add(*link, "answers=overall-control | yes | 3 | it paid for all of it")
    said = cases.case(
        "attribute", CASE, "--layer", "legal", "--party", "XB", "--likelihood", "very likely",
        "--confidence", "moderate", "--rests-on", "3", "--actor", "Ann",
    )  # fmt: skip
    number = said.out.split()[-1]
    cases.case("agree", CASE, number, "--words", "I read all of it and agree", "--actor", "Dan")
    last = cases.add(*link, "answers=instructed | yes | 3 | the order was found", actor="Ann")
    force = cases.told("attribute", CASE)["in_force"]
    assert (force["relinked"], [one["result"] for one in force["links"]]) == ([last], ["disputed"])
    shown = cases.case("attribute", CASE).out
    assert f"the link to the state changed after they agreed (entries {last})" in shown
    cases.case("agree", CASE, number, "--words", "I read the order too", "--actor", "Dan")
    force = cases.told("attribute", CASE)["in_force"]
    assert (force["relinked"], [one["result"] for one in force["links"]]) == ([], ["met"])
