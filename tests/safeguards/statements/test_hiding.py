"""Whoever hands out a copy hides no withdrawal and no revocation in it."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.errors import LegationError, VerificationError
from legation.safeguards.statements.register_copy import (
    CopiedEntry,
    CopiedStatement,
    OpenedRegister,
    open_copy,
    read_copy,
    write_copy,
)
from legation.safeguards.statements.statement import Change, write_statement
from legation.safeguards.statements.statement_file import (
    StatementFile,
    embargo_of,
    read_file,
    write_file,
)
from legation.safeguards.statements.verdict import verdict_on_file, verdict_on_text
from worlds.hidden_changes import (
    EARLY,
    FILES,
    FIRST,
    PROVED,
    SAID,
    SECOND,
    STANDS,
    UNSAID,
    after_revocation,
    embargoed,
    opened,
    refused,
    replayed,
    unproved,
    with_entry,
    with_proof,
)
from worlds.register_copies import ANCHOR, NOW, copied, first_line, line_of, proved, signed
from worlds.statements import NOON, statement

REFUSED, OPENED, UNPROVED = refused(), opened(), unproved()


def register(data: bytes) -> OpenedRegister:
    return open_copy(data, ANCHOR, NOW)


def word(data: bytes, text: str) -> str:
    return verdict_on_text(text, register(data).held).verdict


def test_an_honest_copy_tells_the_withdrawal_and_the_revocation() -> None:
    found = register(after_revocation())
    assert found.faults == ()
    said = verdict_on_text(SAID, found.held)
    assert (said.verdict, [one.number for one in said.see]) == ("replaced", ["2026/2"])
    assert verdict_on_text(UNSAID, found.held).verdict == "current"


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_copy_from_which_something_public_was_taken_is_refused(name: str) -> None:
    with pytest.raises(VerificationError) as told:
        register(REFUSED[name])
    assert "copy" in told.value.hint or "register" in told.value.hint


@pytest.mark.parametrize("name", sorted(OPENED))
def test_a_copy_that_is_whole_is_opened(name: str) -> None:
    assert register(OPENED[name]).faults == ()


def test_a_withdrawal_that_is_shown_by_its_entry_alone_is_told_as_left_out() -> None:
    with pytest.raises(VerificationError, match="statement 1 of the log is public"):
        register(with_entry(after_revocation(), 1))


def test_an_embargo_that_is_over_for_more_than_an_hour_is_told() -> None:
    assert register(embargoed(timedelta(hours=1))).embargoed == 1
    with pytest.raises(VerificationError, match="public since 2026-11-25T13:59:59Z"):
        register(embargoed(timedelta(hours=1, seconds=1)))


def test_a_revocation_that_is_left_out_of_a_copy_is_missed() -> None:
    with pytest.raises(VerificationError, match="key directory 2 that the checkpoint names"):
        register(after_revocation(directories=[FIRST]))


def test_a_directory_that_stands_behind_an_older_one_is_not_taken_for_followed() -> None:
    """The anchor's version is the last that is followed; what stands before it was passed over."""
    with pytest.raises(VerificationError):
        register(after_revocation(directories=[SECOND, FIRST]))


@pytest.mark.parametrize("name", sorted(UNPROVED))
def test_a_withdrawal_without_its_proof_still_withdraws(name: str) -> None:
    found = register(UNPROVED[name])
    assert [fault.index for fault in found.faults] == [1]
    said = verdict_on_text(SAID, found.held)
    assert (said.verdict, [one.reason for one in said.see]) == ("replaced", ["Nothing was agreed."])
    assert verdict_on_text(UNSAID, found.held).verdict != "current"
    on_file = verdict_on_file(write_file(FILES[0]), found.verify, found.held)
    assert on_file.verdict == "replaced"


def test_a_change_by_a_stranger_or_with_a_broken_signature_changes_nothing() -> None:
    forged = msgspec.structs.replace(FILES[1], signature=FILES[0].signature)
    found = register(copied([FILES[0], forged]))
    assert [fault.index for fault in found.faults] == [1]
    assert verdict_on_text(SAID, found.held).verdict == "current"


def test_a_file_without_proof_of_a_revoked_key_is_no_evidence_by_itself() -> None:
    bare = with_proof(1)["none"]
    found = register(UNPROVED["proof: none"])
    with pytest.raises(VerificationError, match="revoked"):
        verdict_on_file(write_file(bare), found.verify, found.held)


@pytest.mark.parametrize("keep", [True, False])
def test_an_old_checkpoint_is_not_fresh_by_cosignatures_that_do_not_cover_its_line(
    keep: bool,
) -> None:
    """What was cosigned by ML-DSA-44 for the next checkpoint of the same size holds for it too."""
    data = replayed(keep=keep)
    assert register(data).held.as_of == EARLY[0]
    with pytest.raises(VerificationError, match="too long ago"):
        open_copy(data, ANCHOR, EARLY[0] + timedelta(days=1, seconds=1))


TEXTS = (SAID, UNSAID, STANDS, "There is no agreement.", "The talks go on.", "Nobody was hurt.")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[StatementFile], set[str]]:
    """Statements of one key, some of which withdraw earlier ones; and the texts withdrawn."""
    files, gone = [], set[str]()
    for at, text in enumerate(TEXTS[: draw(st.integers(2, len(TEXTS)))]):
        changed = draw(st.integers(-1, at - 1))
        changes: tuple[Change, ...] = ()
        if changed >= 0:
            gone.add(TEXTS[changed])
            changes = (Change(relation="retracts", number=f"2026/{changed}", reason="No."),)
        files.append(signed(statement(f"2026/{at}", text, changes=changes)))
    return files, gone


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(histories(), st.data())
def test_nothing_that_is_taken_from_a_copy_makes_a_withdrawn_text_current(
    history: tuple[list[StatementFile], set[str]], data: st.DataObject
) -> None:
    """Entries in the place of statements, fewer directories, other proofs: in any number."""
    files, gone = history
    honest = [proved(files, at, EARLY) for at in range(len(files))]
    copy = read_copy(after_revocation(honest))
    late = [proved(files, at) for at in range(len(files))]
    entries: list[CopiedStatement | CopiedEntry] = []
    for at, one in enumerate(honest):
        other = data.draw(st.integers(0, len(files) - 1))
        cut = data.draw(st.integers(0, len(one.proof)))
        shown = data.draw(
            st.sampled_from(["as it is", "as it is", "none", "late", "other", "cut", "entry"])
        )
        proof = {
            "none": b"",
            "late": late[at].proof,
            "other": honest[other].proof,
            "cut": one.proof[:cut],
        }.get(shown, one.proof)
        parts = msgspec.structs.replace(one, proof=proof)
        put = CopiedEntry(one.entry) if shown == "entry" else CopiedStatement(write_file(parts))
        entries.append(put)
    kept = data.draw(st.sampled_from([(FIRST, SECOND), (SECOND,), (FIRST,)]))
    changed = write_copy(msgspec.structs.replace(copy, entries=tuple(entries), directories=kept))
    try:
        found = register(changed)
    except LegationError:
        return
    assert not [text for text in gone if verdict_on_text(text, found.held).verdict == "current"]


def test_the_log_holds_the_end_of_an_embargo_and_nothing_else_of_the_text() -> None:
    until = NOON + timedelta(hours=2)
    kept = signed(statement(embargo=until))
    lines = kept.entry.decode().splitlines()
    assert lines[3:] == ["embargo 2026-11-25T14:00:00Z"]
    assert embargo_of(kept.entry) == until
    assert len(signed(statement()).entry.splitlines()) == 3


@given(st.binary(max_size=400))
def test_an_entry_is_made_of_any_bytes(octets: bytes) -> None:
    parts = StatementFile(signed=octets, signature=b"")
    assert parts.entry.startswith(b"legation statement entry 1\n")
    lead = b"legation statement 1\nissuer a\noffice b\nnumber 1\nkey c\nissued d\n"
    kept = StatementFile(signed=lead + octets, signature=b"")
    assert (len(kept.entry.splitlines()) == 4) == (
        octets[:8] == b"embargo " and octets[28:29] == b"\n" and len(kept.entry) > 157
    )


def test_a_line_of_an_embargo_elsewhere_is_none() -> None:
    line = b"embargo 2026-05-03T10:00:00Z\n"
    six = [b"legation statement 1\n", b"issuer a\n", b"office b\n", b"number 1\n", b"key c\n"]
    for signed_bytes in (
        line,
        b"".join([*six, line]),
        b"".join([*six, b"\n", line]),
        b"".join([*six, b"issued d\n", b"salt\n", line]),
        b"".join([*six, b"issued d\n", line[:-1]]),
        b"".join([*six, b"issued d\n", line.replace(b"Z", b"z")]),
    ):
        assert len(StatementFile(signed=signed_bytes, signature=b"").entry.splitlines()) == 3
    whole = b"".join([*six, b"issued d\n", line])
    assert StatementFile(signed=whole, signature=b"").entry.endswith(line)


def test_a_text_under_embargo_has_a_salt_and_no_other_has_one() -> None:
    kept = statement(embargo=NOON)
    assert b"\nembargo 2026-11-25T12:00:00Z\nsalt 5a5a" in write_statement(kept)
    for bad in (
        msgspec.structs.replace(kept, salt=""),
        msgspec.structs.replace(kept, salt="5A" * 32),
        msgspec.structs.replace(kept, embargo=None),
    ):
        with pytest.raises(LegationError, match="salt"):
            write_statement(bad)


def test_the_line_of_a_checkpoint_names_version_and_hash() -> None:
    assert first_line() == line_of(FIRST)
    word_, version, sha256 = line_of(SECOND).split(" ")
    assert (word_, version, len(sha256)) == ("directory", "2", 64)
    assert read_file(write_file(PROVED[0])) == PROVED[0]
