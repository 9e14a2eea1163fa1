"""`legation case answer`, `draft`, `clocks`, `takedowns`: chosen, prepared, counted, never sent."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from legation.app.home import Home
from legation.settings import Settings
from worlds.case_shell import CASE, FACT, CaseShell

INSTEAD = (
    *("--instead", "0:looking on says nothing to them"),
    *("--instead", "1:partners were told before the case began"),
    *("--instead", "2:no contact point of theirs is known"),
)
RIGHTS = (
    *("for=takedown-request", "persons=the people who run the page", "rights=expression"),
    *("legality=article 7 of the invented act", "aim=that nobody takes the page for ours"),
    *("necessity=the platform was asked for a mark and refused", "excluded=neither"),
    *("proportionality=one page, and nothing of what is said on it elsewhere",),
    *("safeguards=the ombudsman sees each request", "notice=the platform tells them at once"),
    *("observations=they answer to the legal adviser", "review=the ombudsman, within a month"),
)


def test_the_ladder_gives_each_reason_with_its_article_and_mark(cases: CaseShell) -> None:
    said = cases.case("answer", CASE)
    assert "countermeasure: needs" in said.out
    assert "[ICCPR 17 and 19, unverified]" in said.out
    assert "no-action: open  (lowest that is open)" in said.out
    assert "ways off: " in said.out
    assert "Beside the ladder: the ways to calm\n  hotline-call" in said.out
    assert "No law fixes how sure an attribution must be" in said.err
    told = cases.told("answer", CASE)
    assert [one["number"] for one in told["ladder"]] == list(range(12))
    assert {one["key"] for one in told["exits"]} >= {"hotline-call", "standstill"}
    needs = [
        reason
        for rung in told["ladder"]
        for option in rung["options"]
        if option["key"] == "countermeasure"
        for reason in option["reasons"]
        if reason["kind"] == "needs"
    ]
    assert needs
    assert all(reason["by"]["article"] for reason in needs)


def test_an_answer_is_chosen_by_a_role_that_may_with_each_lower_rung_told_of(
    cases: CaseShell,
) -> None:
    cases.attributed()
    last = cases.entries()
    shared = ("--why", "it is the least that is heard there", "--rests-on", "3", "--against", "XB")
    note = ("answer", CASE, "note-verbale", *shared, "--deadline", "2031-01-01")
    for words, code, told in (
        (("answer", CASE, "note", *shared), 2, "no answer 'note'"),
        (("answer", CASE, "--why", "x"), 2, "nothing is chosen"),
        ((*note, "--actor", "Ann"), 4, "note-verbale is for others to use"),
        ((*note, "--actor", "Eve"), 65, "lower rungs are open and were not tried: 0, 1, 2"),
        ((*note, *INSTEAD, "--instead", "x", "--actor", "Eve"), 2, "'x' names no rung"),
        ((*note, *INSTEAD, "--touches", "--actor", "Eve"), 65, "touches no person"),
        (("answer", CASE, "public-statement", *shared, "--actor", "Fay"), 2, "nobody said whether"),
        (("answer", CASE, "countermeasure", *shared, "--actor", "Eve"), 65, "is not open"),
    ):
        found, err = cases.refused(*words)
        assert (found, told in err) == (code, True), (words, err)
    assert cases.entries() == last
    number = cases.chosen(*INSTEAD, "--deadline", "2031-01-01", key="note-verbale")
    (chosen,) = cases.told("answer", CASE)["chosen"]
    assert (chosen["entry"], chosen["answer"], chosen["touches"]) == (number, "note-verbale", False)
    assert [one["rung"] for one in chosen["instead_of"]] == [0, 1, 2]


def test_a_document_is_prepared_and_waits_and_nothing_sends_it(
    cases: CaseShell, tmp_path: Path
) -> None:
    cases.attributed()
    number = cases.chosen("--no-touches")
    last = cases.entries()
    assert "No document of this case waits" in cases.case("draft", CASE).err
    tried = cases.case("draft", CASE, str(number), "--dry-run")
    assert "Script of a call to XB" in tried.out
    assert "[request: not known]" in tried.out
    assert "COVER NOTE" not in tried.out
    assert "COVER NOTE FOR THE DESK" in tried.err
    assert "Not known: request" in tried.err
    assert cases.refused("draft", CASE, "3")[0] == 65
    assert cases.refused("draft", CASE, str(number), "wishes=x")[0] == 2
    assert cases.entries() == last
    file = tmp_path / "call.txt"
    words = ("request=say whether you know of it", "--output", file, "--actor", "Eve")
    said = cases.case("draft", CASE, str(number), *words)
    assert f"Entry {last + 1}: prepared; it waits for the channel contact-point" in said.err
    assert "say whether you know of it" in file.read_text("utf-8")
    letter, cover = file.read_text("utf-8"), (tmp_path / "call.cover.txt").read_text("utf-8")
    assert not [one for one in ("TLP", "entry", "press office", "XA") if one in letter]
    assert cover.startswith("TLP:AMBER\nCOVER NOTE FOR THE DESK")
    assert "- entry 3 (B2): three letters" in cover
    waiting = cases.told("draft", CASE)["waiting"]
    assert [one["channel"] for one in waiting] == ["contact-point", "cover-note"]
    cases.did("watch", "--once")
    assert cases.told("draft", CASE)["waiting"] == waiting
    with Home(Settings(home=cases.home), lambda: datetime.now(UTC)).store() as store:
        sent, kept = (store.outbox.get(one["draft"]).body.decode() for one in waiting)
    assert not [one for one in ("TLP", "entry", "cover") if one in sent]
    assert "COVER NOTE" in kept
    assert cases.told("answer", CASE)["steps"][-1]["what"] == "prepared"
    assert cases.run("doctor").code == 0


def takedown(cases: CaseShell) -> int:
    cases.add("rights-test", *RIGHTS)
    said = cases.case(
        "answer", CASE, "takedown-request", "--why", "people take the page for ours",
        "--rests-on", str(FACT), "--ground", "xa-act-7", "--platform", "pages", *INSTEAD[:4],
    )  # fmt: skip
    return int(said.out.split()[-1])


def test_of_an_answer_that_is_refused_since_no_document_is_handed_out_or_prepared(
    cases: CaseShell, tmp_path: Path
) -> None:
    number, file = takedown(cases), tmp_path / "letter.txt"
    cases.case("draft", CASE, str(number), "--dry-run")
    cases.add("genuine-speech", "why=citizens say all of this of their own accord")
    last = cases.entries()
    for words in ((), ("--dry-run",), ("-o", file)):
        code, err = cases.refused("draft", CASE, str(number), *words)
        assert (code, "this is genuine speech of citizens" in err) == (65, True)
    code, err = cases.refused("add", CASE, "step", f"of={number}", "what=called", "on=2026-03-01",
                              "words=we asked them", "source=the press office")  # fmt: skip
    assert (code, "genuine speech" in err) == (65, True)
    assert not file.exists()
    assert cases.entries() == last
    assert cases.told("draft", CASE)["waiting"] == []


def test_whoever_may_not_take_a_document_out_has_prepared_none(
    cases: CaseShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, file = takedown(cases), tmp_path / "letter.txt"
    shipped = files("legation.rights").joinpath("need_to_know.cedar").read_text("utf-8")
    own = tmp_path / "own.cedar"
    own.write_text(
        f'{shipped}\n@id("none leave")\n'
        'forbid (principal, action == Action::"case.export", resource);\n',
        "utf-8",
    )
    monkeypatch.setenv("LEGATION_POLICIES", str(own))
    last = cases.entries()
    code, err = cases.refused("draft", CASE, str(number), "-o", file, "--actor", "Fay")
    assert (code, "do not permit case.export" in err) == (4, True)
    assert not file.exists()
    assert cases.entries() == last
    assert cases.told("draft", CASE)["waiting"] == []


def test_what_was_dated_before_the_act_began_cannot_be_entered(cases: CaseShell) -> None:
    number, last = cases.chosen("--no-touches"), cases.entries()
    code, err = cases.refused("add", CASE, "step", f"of={number}", "what=called", "on=1999-03-01",
                              "words=we asked them", "source=the duty officer")  # fmt: skip
    assert (code, "before the act began on 2026-02-19" in err) == (65, True)
    assert cases.entries() == last


def test_the_days_to_each_answer_are_told_as_surely_as_they_are_known(cases: CaseShell) -> None:
    assert "No answer went out yet" in cases.case("clocks", CASE).err
    number = cases.chosen("--no-touches")
    cases.add("step", f"of={number}", "what=called", "on=2026-03", "words=we asked them",
              "source=the duty officer")  # fmt: skip
    (clock,) = cases.told("clocks", CASE)["clocks"]
    assert (clock["of"], clock["answer"]) == (number, "hotline-call")
    assert clock["since_happened"] == {"least": 10, "most": 40}
    assert "10 to 40" in cases.case("clocks", CASE).out


def test_a_takedown_is_asked_for_by_a_law_of_the_land_and_by_no_treaty(cases: CaseShell) -> None:
    cases.case("add", CASE, "rights-test", *RIGHTS)
    asked = (
        *("answer", CASE, "takedown-request", "--why", "people take the page for ours"),
        *("--rests-on", str(FACT), "--platform", "pages", *INSTEAD[:4], "--ground"),
    )
    for ground in ("budapest-2001", "budapest-2001.2", "un-gge-2015.e", "tallinn-2-2017.004"):
        code, err = cases.refused(*asked, ground)
        assert (code, "binds states alone, and is no ground to ask by" in err) == (65, True)
        assert "gb-cma-1990" in err
    for ground in ("gb-cma-1990", "gb-cma-1990.3a"):
        assert "no pack has this law" not in cases.case(*asked, ground).err
        cases.case("add", CASE, "rights-test", *RIGHTS)


def test_takedowns_are_counted_over_all_cases_without_a_name(cases: CaseShell) -> None:
    assert cases.case("takedowns").out == "0 requests\n"
    for case in (CASE, "2026-0002"):
        if case != CASE:
            cases.case("open", "--title", "Another page", "--type", "T4", "--began", "2026-02-19")
            cases.case("add", case, "said", "says=a page", "on=2026-02-19", "source=press")
        fact = str(FACT) if case == CASE else "2"
        cases.case("add", case, "rights-test", *RIGHTS)
        said = cases.case(
            "answer", case, "takedown-request", "--why", "people take the page for ours",
            "--rests-on", fact, "--ground", "xa-act-7", "--platform", "pages", *INSTEAD[:4],
        )  # fmt: skip
        number = said.out.split()[-1]
        assert "xa-act-7: unverified: no pack has this law. Packs have: " in said.err
        decision = cases.case(
            "add", case, "decision", "what=the platform is asked", f"answers={number}",
            "touches_persons=yes", "--actor", "Eve",
        ).out.split()[-1]  # fmt: skip
        for who, role in (("Eve", "policy"), ("Dan", "legal")):
            signed = cases.case("sign", case, decision, "--role", role, "--actor", who)
            assert "xa-act-7: unverified: no pack has this law" in signed.err
        told = "xa-act-7: unverified: no pack has this law"
        assert told in cases.case("decide", case).out
        assert told in cases.case("answer", case).out
        assert "note: unverified: no pack has this law (xa-act-7)" in cases.case("answer", case).out
        step = ("on=2026-03-01", "words=we asked", "source=the press office")
        cases.case("add", case, "step", f"of={number}", "what=sent", *step)
    cases.case("add", CASE, "step", "of=5", "what=refused", "on=2026-03-02", "words=they said no",
               "source=the platform")  # fmt: skip
    (count,) = cases.told("takedowns")["counts"]
    assert (count["platform"], count["ground"]) == ("pages", "xa-act-7")
    assert [count[name] for name in ("asked", "granted", "refused", "waiting")] == [2, 0, 1, 1]
    assert "xa-act-7" in cases.case("takedowns").out
