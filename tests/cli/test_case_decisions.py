"""`legation case decide`, `sign`, `record`, `verify`: decided, signed by two, held by itself."""

import json
from pathlib import Path

import pytest

from worlds.case_shell import CASE, PEOPLE, CaseShell
from worlds.shell import legation

DECIDED = (
    *("what=we ask them by telephone", "legal_basis=none is needed for a call"),
    *("considered=a public statement | | it would spread what nobody read",),
    *("touches_persons=no", "review=2031-01-01"),
)


def decided(cases: CaseShell) -> int:
    number = cases.chosen("--no-touches")
    return cases.add("decision", *DECIDED, f"answers={number}", actor="Eve")


def signed(cases: CaseShell, entry: int, *people: str) -> None:
    for who in people:
        cases.case("sign", CASE, str(entry), "--role", PEOPLE[who], "--actor", who)


def test_a_decision_shows_its_gaps_until_two_people_signed_it(cases: CaseShell) -> None:
    assert "No decision yet" in cases.case("decide", CASE).err
    entry = decided(cases)
    said = cases.case("decide", CASE).out
    assert f"entry {entry}: not complete" in said
    assert "nobody has signed" in said
    signed(cases, entry, "Eve")
    assert "only one person has signed" in cases.case("decide", CASE).out
    signed(cases, entry, "Dan")
    (record,) = cases.told("decide", CASE)["records"]
    assert (record["complete"], record["gaps"]) == (True, [])
    assert [hand["name"] for hand in record["hands"]] == ["Eve", "Dan"]


def test_a_signature_is_given_to_what_stands_by_a_person_who_may(cases: CaseShell) -> None:
    entry = decided(cases)
    last = cases.entries()
    sha256 = cases.told("decide", CASE)["records"][0]["sha256"]
    for words, code in (
        ((str(entry), "--role", "x", "--actor", "Nobody"), 3),
        ((str(entry), "--role", "x", "--actor", "Dan", "--sha256", "0" * 64), 5),
        ((str(entry), "--role", "x", "--actor", "Dan", "--sha256", sha256[:3]), 5),
        (("3", "--role", "x", "--actor", "Dan"), 3),
        ((str(entry), "--role", "minister of everything", "--actor", "Dan"), 65),
        ((str(entry), "--role", "policy", "--actor", "Dan"), 65),
        ((str(entry), "--role", "x"), 2),
    ):
        assert cases.refused("sign", CASE, *words)[0] == code, words
    assert cases.entries() == last
    cases.case("sign", CASE, str(entry), "--role", "legal", "--actor", "Dan", "--sha256", sha256)
    cases.add("decision", *DECIDED, "answers=4", f"changes={entry}", actor="Eve")
    said = cases.case("decide", CASE).out
    assert "given to an earlier state, does not count" in said
    code, err = cases.refused("sign", CASE, str(entry), "--role", "legal", "--actor", "Dan",
                              "--sha256", sha256)  # fmt: skip
    assert (code, "the decision has another hash" in err) == (5, True)


def test_a_record_is_checked_without_any_home(cases: CaseShell, tmp_path: Path) -> None:
    entry = decided(cases)
    signed(cases, entry, "Eve", "Dan")
    file = tmp_path / "record.json"
    said = cases.case("record", CASE, str(entry), "-o", file)
    fingerprint = said.err.rpartition("way: ")[2].strip()
    checked = legation("case", "verify", file)
    assert checked.code == 0, checked.err
    assert "decided: we ask them by telephone" in checked.out
    assert "signed by Eve (policy)" in checked.out
    assert fingerprint in checked.out
    assert "Compare the fingerprint" in checked.err
    assert legation("case", "verify", file, "--fingerprint", fingerprint).code == 0
    assert legation("case", "verify", file, "--fingerprint", "0" * 64).code == 65
    record = json.loads(legation("case", "verify", file, "--json").out)["record"]
    assert [one["states"]["entry"] for one in record["rests_on"]] == ["chosen"]
    report = cases.did("audit", "report", "exports").out
    assert "decision.export" in report
    assert cases.refused("record", CASE, "3")[0] == 3


def test_a_record_with_gaps_says_so_first_and_its_check_ends_with_one(
    cases: CaseShell, tmp_path: Path
) -> None:
    entry, file = decided(cases), tmp_path / "record.json"
    signed(cases, entry, "Eve")
    said = cases.case("record", CASE, str(entry), "-o", file).err.splitlines()
    assert said[:2] == [
        "INCOMPLETE: this decision lacks 1 thing before it can be relied on",
        "  signatures: only one person has signed",
    ]
    assert said[-1].startswith("The file is signed, the decision is not complete; tell")
    checked = legation("case", "verify", file)
    assert checked.code == 1
    first = checked.out.splitlines()[:2]
    assert first[0].startswith("INCOMPLETE: ")
    assert first[1] == "  signatures: only one person has signed"
    assert legation("case", "verify", file, "--json").code == 1


@pytest.mark.parametrize("part", ["record", "marking", "signature", "fingerprint", "purpose"])
def test_a_record_that_was_changed_is_refused(cases: CaseShell, tmp_path: Path, part: str) -> None:
    told = json.loads(cases.case("record", CASE, str(decided(cases))).out)
    file = tmp_path / "record.json"
    value = told[part]
    changed = value.replace("telephone", "letter") if part == "record" else f"A{value[1:]}"
    assert changed != value
    file.write_text(json.dumps(told | {part: changed}), "utf-8")
    found = legation("case", "verify", file)
    assert (found.code, found.out) == (65, "")
    assert "legation: hint: " in found.err


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"record": 3}', b"\xff"])
def test_what_is_no_record_is_told_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(content)
    found = legation("case", "verify", file)
    assert (found.code, "this is no decision record" in found.err) == (65, True)
    assert legation("case", "verify", tmp_path / "none.json").code == 65
