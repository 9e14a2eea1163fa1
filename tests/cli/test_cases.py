"""`legation case`: opened, listed, shown as of any day, written by words, taken back, closed."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.safeguards.cases.case_file import read_case_file
from worlds.case_shell import CASE, FACT, CaseShell
from worlds.shell import legation

WORKED = Path(__file__).parents[1] / "worlds" / "cases" / "bundestag-2015.toml"


def test_a_case_is_opened_from_a_file_listed_and_shown(cases: CaseShell) -> None:
    said = cases.case("open", WORKED)
    bodies = read_case_file(WORKED.read_bytes(), WORKED.name)
    number = said.out.split()[0]
    assert number == "2026-0002"
    shown = cases.told("show", number)
    assert len(shown["entries"]) == len(bodies)
    assert [one["number"] for one in cases.told("list")] == [number, CASE]
    assert cases.told("list", "--party", "fr")[0]["number"] == CASE
    assert "No such case" in cases.case("list", "--status", "closed").err
    assert "does not say whether an act was unlawful" in cases.case("show", number).err


def test_a_home_without_cases_says_that_there_is_none_yet(tmp_path: Path) -> None:
    home = tmp_path / "home"
    legation("init", "--home", home)
    said = legation("case", "list", "--home", home)
    assert said.code == 0
    assert said.err.startswith("There is no case yet. Next: legation case open FILE")
    asked = legation("case", "list", "--status", "closed", "--home", home)
    assert asked.err.startswith("No such case. ")


def test_a_case_that_is_opened_twice_is_told_and_opened_all_the_same(cases: CaseShell) -> None:
    words = ("--title", "Letters in the name of a ministry", "--type", "T4", "--began")
    said = cases.case("open", *words, "2026-02-19")
    assert said.out.startswith("2026-0002")
    assert f"A case of this title is there: {CASE}\n" in said.err
    assert "of this title" not in cases.case("open", *words, "2026-02-18").err
    again = cases.case("open", *words, "2026-02-19", "--json")
    assert f"{CASE}, 2026-0002" in again.err
    assert json.loads(again.out)["number"] == "2026-0004"


def test_a_template_sets_tasks_that_are_shown_with_owner_and_day_unless_it_is_long_over(
    cases: CaseShell,
) -> None:
    words = ("--title", "A vote", "--type", "T4", "--template", "election", "--began")
    cases.case("open", *words, datetime.now(UTC).date().isoformat())
    shown = cases.case("show", "2026-0002").out
    assert re.search(r"\n\d+ +\d{4}-\d\d-\d\d +contact point +tell the electoral", shown)
    said = cases.case("open", *words, "2015-05")
    assert "No tasks were set: the occasion ended more than a month ago, or began more" in said.err
    assert "contact point" not in cases.case("show", "2026-0003").out


def test_a_correction_takes_over_what_it_does_not_repeat(cases: CaseShell, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("four letters", "utf-8")
    evidence = json.loads(cases.did("evidence", "capture", page, "--json").out)["evidence_id"]
    number = cases.case(
        "add", CASE, "said", "says=three letters", "on=2026-02-19", "source=press", "medium=scan",
        "known=2026-02-20", "reliability=B", "credibility=2", "url=https://example.org/letters",
        "verified=verified-excerpt", "--evidence", evidence,
    ).out.split()[-1]  # fmt: skip
    before = cases.told("show", CASE)["entries"][-1]["states"]
    said = cases.case("add", CASE, "said", "says=four letters", "--corrects", number)
    assert "Taken over from the entry that is corrected: on, known, source, url" in said.err
    after = cases.told("show", CASE)["entries"][-1]["states"]
    assert after == before | {"says": "four letters"}
    cases.case("add", CASE, "said", "url=", "files=", "known=", "--corrects", number)
    last = cases.told("show", CASE)["entries"][-1]["states"]
    assert last == after | {"url": "", "files": [], "known": None}
    assert cases.refused("add", CASE, "task", "what=look", "--corrects", number)[0] == 65


def test_a_file_that_does_not_fit_opens_nothing(cases: CaseShell, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(WORKED.read_text("utf-8").replace('began = "2015', 'began = "2031'), "utf-8")
    code, err = cases.refused("open", file)
    assert (code, "began" in err) == (65, True)
    assert len(cases.told("list")) == 1


def test_parts_of_an_entry_are_typed_with_bars_and_again_for_each(cases: CaseShell) -> None:
    number = cases.add(
        "state-link", "test=organ", "party=XB",
        "answers=status | yes | 3 | the unit stands in its law", "answers=capacity | unknown",
    )  # fmt: skip
    entry = cases.told("show", CASE)["entries"][-1]
    assert entry["number"] == number
    parts = entry["states"]["answers"]
    assert [(one["element"], one["answer"], one["rests_on"]) for one in parts] == [
        ("status", "yes", [3]),
        ("capacity", "unknown", []),
    ]
    cases.add("circumstances", "injured=own", "obligations=force: no", "rests_on=3",
              "obligations=humanitarian: no")  # fmt: skip
    told = cases.told("show", CASE)["entries"][-1]["states"]["obligations"]
    assert told == {"force": "no", "humanitarian": "no"}
    code, err = cases.refused("add", CASE, "state-link", "test=organ", "party=XB",
                              "answers=no-such | no")  # fmt: skip
    assert code == 65
    assert "'no-such' is no element of this test" in err


def test_what_was_typed_in_no_utf_8_is_refused_as_such(cases: CaseShell) -> None:
    code, err = cases.refused("add", CASE, "said", "says=\udcff", "on=2026", "source=us")
    assert code == 2
    assert "is no text in UTF-8" in err


def test_an_entry_of_no_kind_that_can_be_read_is_refused(cases: CaseShell, tmp_path: Path) -> None:
    file = tmp_path / "entries.toml"
    for kind in ('["said"]', "{ a = 1 }", "5"):
        file.write_text(f"[[entries]]\nentry = {kind}\n", "utf-8")
        code, err = cases.refused("import", CASE, file)
        assert (code, "is no kind of entry" in err) == (65, True), kind


def test_the_kinds_of_entries_are_listed_with_the_order_of_their_parts() -> None:
    told = legation("case", "kinds").out
    assert "answers=element | answer | rests_on | says" in told
    assert "[obligations=NAME: VALUE]" in told


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", CASE, "said", "says"), 2, "'says' is no field"),
        (("add", CASE, "said", "on=2026", "on=2026"), 2, "the field 'on' stands twice"),
        (("add", CASE, "thing", "a=b"), 65, "'thing' is no kind of entry"),
        (("add", CASE, "said", "says=x", "on=2031-01-01", "source=y"), 65, "2031-01-01 lies ahead"),
        (("add", "2026-0009", "said", "says=x", "on=2026", "source=y"), 3, "no case 2026-0009"),
        (("add", CASE, "task", "what=x", "owner=y", "due=2026-12-01", "rests_on=99"), 65,
         "there is no entry 99 that holds"),
        (("move", CASE, "attributed", "--why", "others did so"), 5, "no attribution is in force"),
        (("close", CASE, "--outcome", "no threat", "--why", "x"), 65, "no reason is given"),
        (("withdraw", CASE, "1", "--why", "it was nothing at all"), 65, "this is not taken back"),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_told_and_nothing_is_written(
    cases: CaseShell, words: tuple[str, ...], code: int, told: str
) -> None:
    found, err = cases.refused(*words)
    assert found == code
    assert told in err
    assert cases.entries() == FACT


def test_an_entry_is_corrected_taken_back_and_believed_as_of_a_day(cases: CaseShell) -> None:
    words = ("says=four letters were sent", "on=2026-02-19", "source=the press office")
    cases.case("add", CASE, "said", *words, "--corrects", "3")
    held = [one["says"] for one in cases.told("show", CASE)["entries"]]
    assert "four letters were sent" in held
    assert len(cases.told("show", CASE, "--all")["entries"]) == len(held) + 1
    cases.case("withdraw", CASE, "3", "--why", "the press office took it back")
    assert "four letters were sent" not in str(cases.told("show", CASE))
    code, err = cases.refused("show", CASE, "--as-of", "2020-01-01")
    assert (code, "was not open then" in err) == (3, True)


def test_entries_of_a_file_come_all_or_not_at_all(cases: CaseShell, tmp_path: Path) -> None:
    file = tmp_path / "entries.toml"
    entry = '[[entries]]\nentry = "said"\nsays = "a fourth letter came"\non = {}\nsource = "x"\n'
    file.write_text(entry.format('"2026-02"') + entry.format('"2031"'), "utf-8")
    code, err = cases.refused("import", CASE, file)
    assert (code, "2/on" in err) == (65, True)
    file.write_text(entry.format('"2026-02"') * 2, "utf-8")
    assert cases.case("import", CASE, file).out == f"{CASE} entries 4 to 5\n"
    assert cases.told("import", CASE, file) == {"number": CASE, "entries": [6, 7]}


def test_a_case_closes_with_its_outcome_and_opens_again(cases: CaseShell) -> None:
    why = ("--why", "the paper came from a theatre, as all can see")
    cases.case("close", CASE, "--outcome", "no threat", *why)
    assert cases.told("list", "--open") == []
    cases.case("move", CASE, "triaged", *why)
    assert cases.told("list")[0]["status"] == "triaged"
