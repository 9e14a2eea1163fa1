"""`legation case withdraw` tells what rested on the entry, once that is taken back."""

from worlds.case_shell import CASE, CaseShell


def test_what_rested_on_an_entry_is_told_once_it_is_taken_back(cases: CaseShell) -> None:
    answered = cases.add("answered", "question=forged", "answer=yes", "rests_on=3")
    power = cases.add("power", "needed=to ask for the envelopes", f"rests_on={answered}")
    said = cases.case("withdraw", CASE, "3", "--why", "the press office took it back")
    assert said.out.startswith(f"{CASE} entry ")
    assert "These entries rested on entry 3; they stay, and lose what they rest on:" in said.err
    lines = said.err.splitlines()
    for number, part in ((answered, "forged: yes"), (power, "to ask for the envelopes")):
        assert any(one.startswith(f"{number} ") and part in one for one in lines), said.err


def test_of_an_entry_on_which_nothing_rests_nothing_is_told(cases: CaseShell) -> None:
    said = cases.case("withdraw", CASE, "3", "--why", "the press office took it back")
    assert said.err == ""


def test_what_is_refused_tells_nothing(cases: CaseShell) -> None:
    cases.add("answered", "question=forged", "answer=yes", "rests_on=3")
    _, err = cases.refused("withdraw", CASE, "99", "--why", "the press office took it back")
    assert "rested on" not in err
