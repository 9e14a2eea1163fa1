"""`legation case attribute` and `agree`: weighed, proposed by one person, set by another."""

from worlds.case_shell import CASE, STANDING, CaseShell


def test_an_attribution_is_proposed_by_one_person_and_set_by_another(cases: CaseShell) -> None:
    number = cases.proposed()
    assert (
        "Nothing is attributed: it waits for a second person" in cases.case("attribute", CASE).out
    )
    words = ("--words", "I read all of it and agree")
    last = cases.entries()
    for who, code, told in (
        ("Ann", 4, "the role analyst may not decide on an attribution"),
        ("command line", 4, "this is done by a person of the desk"),
        ("Fay", 4, "the role press may not"),
        ("Nobody", 3, "Nobody"),
    ):
        found, err = cases.refused("agree", CASE, str(number), *words, "--actor", who)
        assert (found, told in err) == (code, True), err
    assert cases.refused("agree", CASE, "3", *words, "--actor", "Dan")[0] == 3
    assert cases.entries() == last
    cases.case("agree", CASE, str(number), *words, "--actor", "Dan")
    said = cases.case("attribute", CASE).out
    assert "attributed to XB by the ministry on 2026-03-01 (operational)" in said
    assert "very likely (80 to 95 %); confidence moderate" in said
    assert "by Ann and Dan" in said
    assert cases.told("attribute", CASE)["in_force"]["number"] == number


def test_the_matrix_shows_what_nobody_weighed_and_then_nobody_leads(cases: CaseShell) -> None:
    cases.add("hypothesis", "key=theirs", "kind=state", "says=their service did it", "party=XB")
    cases.add("weighed", "item=3", "hypothesis=theirs", "fit=-1", "why=the paper was ours")
    said = cases.case("attribute", CASE).out
    assert said.count("not weighed") >= len(STANDING)
    assert "cannot tell: the intervals of the first hypotheses overlap" in said
    for key in STANDING:
        assert key in said
    told = cases.told("attribute", CASE)
    assert told["ranking"]["leader"] is None
    assert {one["kind"] for one in told["gaps"]} >= {"cells", "hands", "layers"}


def test_what_the_answer_hangs_on_and_what_others_claim_stand_beside_it(cases: CaseShell) -> None:
    cases.add("claimed", "party=XB", "by=EU", "on=2026-02-25", "how=a statement",
              "source=https://example.org/statement")  # fmt: skip
    cases.weighed()
    cases.add("state-link", "test=organ", "party=XB", "answers=status | yes | 3")
    said = cases.case("attribute", CASE).out
    assert "attributed to XB by EU on 2026-02-25" in said
    assert "leader: theirs" in said
    assert "it hangs on item 3: then cannot tell" in said
    assert "link to XB by ARSIWA 4" in said
    assert "[unverified: from memory]" in said
    assert "technical    missing" in said


def test_who_proposes_says_in_which_sense_and_how_surely(cases: CaseShell) -> None:
    last = cases.entries()
    assert cases.refused("attribute", CASE, "--party", "XB")[0] == 2
    shared = ("--layer", "operational", "--party", "XB", "--confidence", "low", "--actor", "Ann")
    code, err = cases.refused("attribute", CASE, *shared, "--rests-on", "3")
    assert (code, "likelihood" in err) == (65, True)
    sure = ("--likelihood", "probably", "--rests-on", "3")
    code, err = cases.refused("attribute", CASE, *shared, *sure)
    assert (code, "likelihood" in err) == (65, True)
    code, err = cases.refused("attribute", CASE, *shared, "--likelihood", "likely",
                              "--rests-on", "77")  # fmt: skip
    assert (code, "rests_on: there is no entry 77" in err) == (65, True)
    assert cases.entries() == last
