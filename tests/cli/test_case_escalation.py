"""`legation case escalation`: pairs of states, by what their cases say, and the ways to calm."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from worlds.case_shell import CaseShell

TODAY = datetime.now(UTC).date()


def incident(cases: CaseShell, days_ago: int, *, by: str = "XB", harmed: str = "FR") -> None:
    """Open a case of some days ago in which somebody names a party."""
    on = str(TODAY - timedelta(days=days_ago))
    words = ("--title", "Systems fail", "--type", "T3", "--began", on, "--known", on)
    number = cases.case("open", *words).out.split()[0]
    cases.case("add", number, "victim", "kind=state", f"party={harmed}")
    cases.case("add", number, "claimed", f"party={by}", "by=a firm", f"on={on}", "how=a report",
               "source=the firm")  # fmt: skip


def test_a_pair_warns_with_its_reasons_and_the_call_stands_first(cases: CaseShell) -> None:
    for days in (1, 3, 5, 8, 10, 12, 20, 200, 300):
        incident(cases, days)
    (pair,) = cases.told("escalation")["pairs"]
    assert ([pair["a"], pair["b"]], pair["verdict"]) == (["FR", "XB"], "warns")
    assert pair["rate"]["low"] < pair["rate"]["ratio"] < pair["rate"]["high"]
    said = cases.case("escalation")
    assert "FR XB  warns" in said.out
    assert "Ways to calm, the quickest first\n  Hotline call" in said.out
    assert "silence is no all-clear" in said.err
    whole = cases.case("escalation", "XB", "fr").out
    assert "FR XB: warns" in whole
    assert "warns: more incidents in the last weeks than in the past of this very pair" in whole
    assert "by chance, for all pairs: " in whole
    assert "needs a contact point of the other side that answers" in whole


def test_which_side_is_named_changes_nothing_but_the_side(cases: CaseShell) -> None:
    for days in (1, 3, 5, 8, 10, 12, 20, 200, 300):
        incident(cases, days, by="FR", harmed="XB")
    (pair,) = cases.told("escalation")["pairs"]
    assert ([pair["a"], pair["b"]], pair["verdict"]) == (["FR", "XB"], "warns")


def test_too_little_on_record_is_told_and_is_no_all_clear(cases: CaseShell) -> None:
    said = cases.case("escalation", "FR", "SE").out
    assert "FR SE: cannot tell: nothing is on record between the two" in said
    cases.add("claimed", "party=XB", "by=a firm", "on=2026-02-21", "how=a report", "source=x")
    (pair,) = cases.told("escalation")["pairs"]
    assert pair["verdict"] in ("cannot tell", "no warning")
    assert pair["missing"]
    assert cases.told("escalation", "--as-of", "2020-01-01")["pairs"] == []


def test_talks_ahead_and_answers_stand_beside_a_pair(cases: CaseShell, tmp_path: Path) -> None:
    cases.attributed()
    number = cases.chosen("--no-touches")
    cases.add("step", f"of={number}", "what=called", f"on={TODAY}", "words=we asked them",
              "source=the duty officer")  # fmt: skip
    soon = TODAY + timedelta(days=10)
    rows = "key,kind,name,starts,ends,parties,stakes,source\n"
    row = f"round-1,round,The round,{soon}T09:00Z,{soon}T17:00Z,FR|XB,the treaty,the calendar\n"
    file = tmp_path / "talks.csv"
    file.write_text(rows + row, "utf-8")
    cases.did("event", "import", file)
    (pair,) = cases.told("escalation", "FR", "XB")["pairs"]
    # The call is a move to calm: what it asks is not told as open beside it.
    assert {one["sign"]: one["of"] for one in pair["reasons"]} == {"talks": ["round-1"]}


def test_a_pair_is_two_known_codes(cases: CaseShell) -> None:
    for words in (("FR",), ("FR", "FR"), ("FR", "Narnia")):
        assert cases.refused("escalation", *words)[0] == 2, words


def test_what_a_desk_of_no_state_answers_counts_for_no_pair(
    cases: CaseShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nobody said which state" not in cases.case("escalation").err
    monkeypatch.delenv("LEGATION_STATE")
    assert "Nobody said which state" in cases.case("escalation").err
