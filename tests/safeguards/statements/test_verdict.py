"""Four verdicts, the same bytes each time, and never a fifth."""

import ast
import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import legation.safeguards.statements
from legation.errors import ConflictError, VerificationError
from legation.safeguards.statements.holding import HeldStatements
from legation.safeguards.statements.statement import Change, Statement
from legation.safeguards.statements.verdict import (
    Verdict,
    serialised,
    told,
    verdict_on_file,
    verdict_on_text,
)
from legation.safeguards.statements.verifying import Issuer, Verified, key_of, verify_file
from worlds.statements import (
    ISSUER,
    NAME,
    NOON,
    OTHERS,
    TEXT,
    WITNESSED,
    filed,
    log,
    statement,
    verified,
)

AS_OF = NOON + timedelta(days=1)
CORRECTED = TEXT.replace("3 May", "4 May")
CORRECTION = statement(
    "2026/118",
    CORRECTED,
    issued=NOON + timedelta(hours=1),
    changes=(Change(relation="corrects", number="2026/117", reason="The date was wrong."),),
)
OTHER = "The embassy in Velmar closes on Friday for the national holiday of Aldania."


def held(*said: Statement) -> HeldStatements:
    register = HeldStatements("aldania.example/log", AS_OF)
    for one in said:
        register.add(verified(one))
    return register


def check(data: bytes) -> Verified:
    return verify_file(data, ISSUER, log)


REGISTER = held(statement(), statement("2026/9", OTHER))


def test_a_pasted_copy_is_genuine_and_current() -> None:
    verdict = verdict_on_text(
        TEXT.replace("\n\n", "\r\n> "[:2]).replace(" ", "\u00a0", 3), REGISTER
    )
    assert verdict.verdict == "current"
    assert (verdict.number, verdict.issuer, verdict.languages) == ("2026/117", NAME, ("en",))
    assert (verdict.part, verdict.differences, verdict.see) == ("whole", (), ())
    assert told(verdict) == f"Genuine and current: {NAME}, 2026/117."


def test_a_corrected_text_is_genuine_and_says_where_to_look() -> None:
    register = held(statement(), CORRECTION)
    verdict = verdict_on_text(TEXT, register)
    assert verdict.verdict == "replaced"
    assert [(one.relation, one.number, one.reason) for one in verdict.see] == [
        ("corrects", "2026/118", "The date was wrong.")
    ]
    assert verdict_on_text(CORRECTED, register).verdict == "current"


@pytest.mark.parametrize("relation", ["corrects", "retracts", "supersedes"])
def test_every_change_ends_what_is_current(relation: str) -> None:
    change = Change(relation=relation, number="2026/117", reason="See there.")  # type: ignore[arg-type]  # one of three
    register = held(statement("2026/120", OTHER, changes=(change,)), statement())
    assert verdict_on_text(TEXT, register).verdict == "replaced"
    assert verdict_on_file(filed(statement()), check, register).verdict == "replaced"


def test_a_change_by_another_issuer_changes_nothing() -> None:
    tarvia = Issuer(name="Ministry of Foreign Affairs of Tarvia", keys=OTHERS.public())
    theirs = statement(
        "2026/118",
        OTHER,
        issuer=tarvia.name,
        key=key_of(tarvia.keys),
        changes=(Change(relation="retracts", number="2026/117", reason="It is not so."),),
    )
    register = held(statement())
    register.add(verify_file(filed(theirs, OTHERS), tarvia, log))
    assert verdict_on_text(TEXT, register).verdict == "current"
    assert verdict_on_text(OTHER, register).issuer == tarvia.name


@pytest.mark.parametrize(
    ("old", "new"),
    [("not ", ""), ("did", "did not"), ("3 May", "13 May"), ("Tarvia", "Velia"), ("May", "June")],
)
def test_one_word_that_changes_the_meaning_is_told(old: str, new: str) -> None:
    verdict = verdict_on_text(TEXT.replace(old, new, 1), REGISTER)
    assert verdict.verdict == "altered"
    assert (verdict.number, verdict.part, len(verdict.differences)) == ("2026/117", "mixed", 1)


def test_an_excerpt_is_not_as_issued_and_says_so() -> None:
    verdict = verdict_on_text("We did not order any attack.", REGISTER)
    assert (verdict.verdict, verdict.part) == ("altered", "excerpt")
    assert [one.kind for one in verdict.differences] == ["missing"]
    quoted = verdict_on_text(f"According to the ministry: {TEXT} So far its words.", REGISTER)
    assert (quoted.verdict, quoted.part) == ("altered", "quoted")
    cut = verdict_on_text("order any attack. And so on, as they say.", REGISTER)
    assert cut.verdict != "current"


def test_what_is_not_ours_is_not_found_as_of_a_time() -> None:
    verdict = verdict_on_text("Rain is expected in all of the north tomorrow.", REGISTER)
    assert told(verdict) == "Not found in this register (as of 2026-11-26T12:00:00Z)."
    assert verdict_on_text("", REGISTER).verdict == "not-found"


def test_of_equal_wordings_the_one_that_stands_is_told() -> None:
    again = statement("2026/130", issued=NOON + timedelta(hours=3))
    register = held(statement(), CORRECTION, again)
    verdict = verdict_on_text(TEXT, register)
    assert (verdict.verdict, verdict.number) == ("current", "2026/130")


def test_a_statement_that_corrects_another_and_has_its_wording_is_current() -> None:
    """A correction of a date of issue, or of another language, leaves a text as it was."""
    again = msgspec.structs.replace(CORRECTION, versions=statement().versions)
    register = held(statement(), again)
    verdict = verdict_on_text(TEXT, register)
    assert (verdict.verdict, verdict.number) == ("current", "2026/118")
    # The file of the one that was corrected is told by its number, not by its words.
    assert verdict_on_file(filed(statement()), check, register).verdict == "replaced"
    gone = Change(relation="retracts", number="2026/118", reason="Neither holds.")
    after = held(statement(), again, statement("2026/119", OTHER, changes=(gone,)))
    assert verdict_on_text(TEXT, after).verdict == "replaced"


def test_of_two_issuers_with_one_wording_the_one_that_stands_is_told() -> None:
    tarvia = Issuer(name="Ministry of Foreign Affairs of Tarvia", keys=OTHERS.public())
    theirs = statement("2026/1", issuer=tarvia.name, key=key_of(tarvia.keys), issued=NOON)
    register = held(statement(), CORRECTION)
    register.add(verify_file(filed(theirs, OTHERS), tarvia, log))
    verdict = verdict_on_text(TEXT, register)
    assert (verdict.verdict, verdict.issuer, verdict.see) == ("current", tarvia.name, ())


def test_a_file_in_the_register_is_told_with_all_its_languages() -> None:
    verdict = verdict_on_file(filed(statement()), check, REGISTER)
    assert (verdict.verdict, verdict.languages) == ("current", ("ar", "en", "fr"))


def test_a_file_that_the_register_should_know_and_does_not_is_not_found() -> None:
    unknown = filed(statement("2026/500"))
    assert verdict_on_file(unknown, check, REGISTER).verdict == "not-found"
    old = HeldStatements("aldania.example/log", NOON - timedelta(days=3))
    newer = verdict_on_file(unknown, check, old)
    # Whether it was changed since, an old copy cannot tell, whatever the file's own proof says.
    assert newer.verdict == "not-found"
    unlogged = verdict_on_file(unknown, lambda data: verify_file(data, ISSUER), old)
    assert unlogged.verdict == "not-found"
    assert WITNESSED < AS_OF


def test_there_is_no_verdict_on_a_file_that_does_not_verify() -> None:
    data = filed(statement()).replace(b"3 May", b"4 May")
    with pytest.raises(VerificationError):
        verdict_on_file(data, check, REGISTER)
    with pytest.raises(VerificationError):
        verdict_on_file(data, lambda _: True, REGISTER)  # type: ignore[arg-type, return-value]  # a yes is no proof


def test_an_embargo_that_still_holds_is_told() -> None:
    register = held(statement(embargo=AS_OF + timedelta(hours=1)))
    assert verdict_on_text(TEXT, register).embargo == "2026-11-26T13:00:00Z"
    assert verdict_on_text(TEXT, held(statement(embargo=AS_OF))).embargo == ""


def test_two_statements_under_one_number_are_a_conflict() -> None:
    register = held(statement())
    register.add(verified(statement()))
    with pytest.raises(ConflictError):
        register.add(verified(statement(text=OTHER)))


@given(st.lists(st.sampled_from(TEXT.split()), max_size=16))
def test_only_the_whole_wording_is_ever_as_issued(words: list[str]) -> None:
    verdict = verdict_on_text(" ".join(words), REGISTER)
    assert verdict.verdict in ("altered", "not-found")
    assert serialised(verdict) == serialised(verdict_on_text("\n".join(words), REGISTER))


def test_a_verdict_has_one_spelling_as_bytes() -> None:
    verdict = verdict_on_text(TEXT.replace("not ", ""), REGISTER)
    data = serialised(verdict)
    assert data.endswith(b"}\n")
    assert list(json.loads(data)) == sorted(json.loads(data))
    assert json.loads(data)["differences"] == [
        {"kind": "missing", "registered": "not", "pasted": "", "at": 12, "pasted_at": 12,
         "words": 1, "pasted_words": 0}
    ]  # fmt: skip


def test_a_verdict_is_no_yes_or_no() -> None:
    with pytest.raises(TypeError):
        bool(Verdict(verdict="not-found", register="r", as_of="t"))


def test_no_word_of_the_verdicts_calls_a_text_forged() -> None:
    folder = Path(legation.safeguards.statements.__file__).parent
    said = [
        node.value.lower()
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert said
    assert [text for text in said if "forged" in text or "fake" in text] == []
