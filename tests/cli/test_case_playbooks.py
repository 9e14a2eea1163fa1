"""`legation case playbook`, `tick`, `rumour`: what is first, what was done, when to stay silent."""

import json

from worlds.case_shell import CASE, FACT, RIGHTS, CaseShell
from worlds.shell import legation

T4 = "t4-impersonation"


def test_a_step_is_ticked_with_its_hand_and_the_last_word_holds(cases: CaseShell) -> None:
    said = cases.case("playbook", CASE).out
    assert f"{T4}: " in said
    assert "overdue" in said
    assert "voice-clone: " in said
    first = cases.told("playbook", CASE, T4)["playbooks"][0]["next"]
    cases.case("tick", CASE, T4, first, "--done", "--words", "kept with its hash", "--actor", "Ann")
    (told,) = cases.told("playbook", CASE, T4)["playbooks"]
    assert told["done"] == [first]
    whole = cases.case("playbook", CASE, T4).out
    assert f"{first}: done, late" in whole
    assert "ticked by Ann, " in whole
    assert ": kept with its hash" in whole
    assert "[unverified: from memory]" in whole
    cases.case("tick", CASE, T4, first, "--not-done")
    assert cases.told("playbook", CASE, T4)["playbooks"][0]["done"] == []


def test_what_is_no_step_or_no_word_is_refused(cases: CaseShell) -> None:
    for words, code, told in (
        ((T4, "no-step", "--done"), 65, "step"),
        (("no-book", "keep", "--done"), 65, "playbook"),
        ((T4, "keep"), 2, "--does-not-apply"),
        ((T4, "keep", "--done", "--not-done"), 2, "--does-not-apply"),
        ((T4, "keep", "--does-not-apply"), 2, "give --words"),
    ):
        found, err = cases.refused("tick", CASE, *words)
        assert (found, told in err) == (code, True), err
    assert cases.refused("playbook", CASE, "no-book")[0] == 2
    assert cases.entries() == FACT


def test_a_step_that_touches_persons_needs_a_rights_test(cases: CaseShell) -> None:
    steps = [
        (book["playbook"]["key"], step["key"])
        for key in ("t5-espionage", T4, "t2-intrusion", "voice-clone")
        for book in cases.told("playbook", CASE, key)["playbooks"]
        for step in book["playbook"]["step"]
        if step["touches_persons"]
    ]
    book, step = steps[0]
    code, err = cases.refused("tick", CASE, book, step, "--done")
    assert (code, "needs a rights test" in err) == (4, True)
    other = cases.add("rights-test", *RIGHTS)
    code, err = cases.refused("tick", CASE, book, step, "--done", "--rights-test", str(other))
    assert (code, "was made for another step" in err) == (4, True)
    assert f"for={book}/{step}" in err
    own = (f"for={book}/{step}", *RIGHTS[1:])
    test = cases.add("rights-test", *own)
    cases.case("tick", CASE, book, step, "--done", "--rights-test", str(test))
    cases.add("genuine-speech", "why=citizens say all of this of their own accord")
    code, err = cases.refused("tick", CASE, book, step, "--done", "--rights-test", str(test))
    assert (code, "this is genuine speech of citizens" in err) == (4, True)


def test_a_rumour_is_asked_about_without_any_home() -> None:
    asked = legation("case", "rumour")
    assert asked.code == 0
    assert "Is it an opinion" in asked.out
    assert "unverified: from memory" in asked.err
    some = legation("case", "rumour", "spread=yes")
    assert some.out.startswith("cannot tell: these questions decide")
    opinion = legation("case", "rumour", "opinion=yes")
    assert opinion.out.startswith("no rumour\n")
    assert json.loads(legation("case", "rumour", "opinion=yes", "--json").out)["missing"] == []
    for words in (("opinion=often",), ("no-question=yes",)):
        assert legation("case", "rumour", *words).code == 65
    assert legation("case", "rumour", "opinion").code == 2
    assert legation("case", "rumour", "opinion=no", "--case", CASE).code == 2


def test_a_rumour_that_was_weighed_is_an_entry_of_a_case(cases: CaseShell) -> None:
    words = ("--case", CASE, "--says", "that the vote was put off", "--rests-on", "3")
    said = cases.case("rumour", "opinion=no", "false=yes", *words)
    assert f"{CASE} entry 4" in said.err
    entry = cases.told("show", CASE)["entries"][-1]
    assert entry["states"]["answers"] == {"opinion": "no", "false": "yes"}
