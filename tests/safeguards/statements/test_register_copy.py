"""A register copy is written in one way, and opened by an anchor alone."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.directory.directory import IssuerKey
from legation.crypto.directory.roots import Anchor
from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.register_copy import (
    CopiedEntry,
    CopiedStatement,
    OpenedRegister,
    RegisterCopy,
    open_copy,
    read_copy,
    write_copy,
)
from legation.safeguards.statements.statement_file import StatementFile, write_file
from legation.safeguards.statements.verdict import verdict_on_file, verdict_on_text
from legation.safeguards.statements.verifying import key_of
from worlds.register_copies import (
    ANCHOR,
    BEGAN,
    NOW,
    ORIGIN,
    WITNESSED,
    copied,
    directory,
    directory_file,
    policy,
    proved,
    signed,
)
from worlds.statements import ALDANIA, NAME, NOON, OTHERS, TEXT, statement

OCTETS = st.binary(min_size=1, max_size=60)
ENTRIES = st.one_of(OCTETS.map(CopiedStatement), OCTETS.map(CopiedEntry))
COPIES = st.builds(
    RegisterCopy,
    directories=st.lists(OCTETS, min_size=1, max_size=3).map(tuple),
    checkpoint=OCTETS,
    entries=st.lists(ENTRIES, max_size=5).map(tuple),
)
SMALL = RegisterCopy(
    directories=(b"one",), checkpoint=b"note", entries=(CopiedStatement(b"a"), CopiedEntry(b"b"))
)


@given(COPIES)
def test_what_is_written_is_read_again(copy: RegisterCopy) -> None:
    assert read_copy(write_copy(copy)) == copy


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadInputError):
        read_copy(data)


@given(COPIES, st.data())
def test_a_changed_copy_is_refused_or_is_written_back_as_it_came(
    copy: RegisterCopy, data: st.DataObject
) -> None:
    changed = bytearray(write_copy(copy))
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        read = read_copy(bytes(changed))
    except BadInputError:
        return
    assert write_copy(read) == changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"copy 1", b"copy 2"),
        (b"directories 1", b"directories 01"),
        (b"directories 1", b"directories 0"),
        (b"directories 1", b"directories 10001"),
        (b"directories 1", b"directories +1"),
        (b"directory 3", b"directory 2"),
        (b"directory 3", b"directory 9999999"),
        (b"checkpoint 4", b"checkpoint"),
        (b"entries 2", b"entries 3"),
        (b"entries 2", b"entries 1"),
        (b"entries 2", b"entries 99999999"),
        (b"statement 1", b"proof 1"),
        (b"entry 1\nb", b"entry 0\n"),
        (b"end\n", b"end"),
        (b"end\n", b"end\n\n"),
    ],
)
def test_a_second_spelling_is_refused(before: bytes, after: bytes) -> None:
    data = write_copy(SMALL)
    assert before in data
    with pytest.raises(BadInputError, match="byte"):
        read_copy(data.replace(before, after, 1))


def test_an_empty_part_cannot_be_written() -> None:
    with pytest.raises(BadInputError):
        write_copy(RegisterCopy(directories=(), checkpoint=b"note", entries=()))
    with pytest.raises(BadInputError):
        write_copy(RegisterCopy(directories=(b"one",), checkpoint=b"", entries=()))


def test_a_register_without_statements_has_a_copy() -> None:
    copy = RegisterCopy(directories=(b"one",), checkpoint=b"note", entries=())
    assert read_copy(write_copy(copy)) == copy


FIRST, SECOND = signed(statement()), signed(statement("2026/118", "There is no agreement yet."))
COPY = copied([FIRST, SECOND])
HOUR = timedelta(hours=1)


def opened(data: bytes = COPY, now: datetime = NOW, **given: Any) -> OpenedRegister:
    return open_copy(data, given.pop("anchor", ANCHOR), now, **given)


def revoked(at: datetime) -> bytes:
    keys = IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN, revoked=at)
    return directory_file(directory(issuers=(keys,)))


def word(register: OpenedRegister, parts: StatementFile) -> str:
    return verdict_on_file(write_file(parts), register.verify, register.held).verdict


def test_a_copy_opens_by_an_anchor_alone() -> None:
    register = opened()
    assert register.held.name == ORIGIN
    assert register.held.as_of == register.seen == WITNESSED
    assert register.checkpoint.head.size == 2
    assert (register.faults, register.embargoed) == ((), 0)
    assert verdict_on_text(TEXT, register.held).verdict == "current"
    assert verdict_on_text("There is an agreement yet.", register.held).verdict == "altered"
    assert word(register, FIRST) == word(register, proved([FIRST, SECOND], 0)) == "current"


def test_the_time_of_a_copy_is_the_last_for_which_enough_witnesses_vouch() -> None:
    times = (WITNESSED - HOUR, WITNESSED, WITNESSED - 2 * HOUR)
    register = opened(copied([FIRST], times=times))
    assert register.held.as_of == WITNESSED - HOUR
    assert register.seen == WITNESSED - HOUR


def test_without_witnesses_the_last_signed_time_counts() -> None:
    said = directory_file(directory(policy=policy(0)))
    register = opened(copied([FIRST], directories=[said], times=(None,) * 3))
    assert register.held.as_of == NOON


def test_another_anchor_opens_nothing() -> None:
    with pytest.raises(VerificationError, match="root keys"):
        opened(anchor=Anchor(sha256=bytes(32)))


def test_an_older_directory_than_remembered_is_refused() -> None:
    with pytest.raises(VerificationError, match="older"):
        opened(remembered=2)


def test_a_stale_copy_gives_no_verdict() -> None:
    opened(now=WITNESSED + 24 * HOUR)
    with pytest.raises(VerificationError, match="too long ago"):
        opened(now=WITNESSED + 24 * HOUR + timedelta(seconds=1))


def test_a_copy_from_the_future_is_refused() -> None:
    opened(now=WITNESSED - timedelta(minutes=10))
    with pytest.raises(VerificationError, match="still to come"):
        opened(now=WITNESSED - timedelta(minutes=11))


def test_too_few_witnesses_give_no_verdict() -> None:
    with pytest.raises(VerificationError, match="2 of 3 witnesses"):
        opened(copied([FIRST], times=(WITNESSED, None, None)))


def test_a_checkpoint_of_other_log_keys_is_refused() -> None:
    with pytest.raises(VerificationError):
        opened(copied([FIRST], log=OTHERS))


@pytest.mark.parametrize("change", ["left out", "put in", "swapped", "hidden"])
def test_entries_that_do_not_lead_to_the_signed_root_are_refused(change: str) -> None:
    copy = read_copy(COPY)
    one, two = copy.entries
    entries = {
        "left out": (one,),
        "put in": (one, two, one),
        "swapped": (two, one),
        "hidden": (one, CopiedEntry(FIRST.entry)),
    }[change]
    with pytest.raises(VerificationError, match="root"):
        opened(write_copy(msgspec.structs.replace(copy, entries=entries)))


def test_what_is_under_embargo_is_counted_and_not_shown() -> None:
    kept = signed(
        statement("2026/118", "There is no agreement yet.", embargo=NOW + timedelta(days=1))
    )
    register = opened(copied([FIRST, kept.entry]))
    assert register.embargoed == 1
    assert verdict_on_text("There is no agreement yet.", register.held).verdict == "not-found"


def test_a_statement_that_does_not_verify_is_left_out_and_listed() -> None:
    forged = msgspec.structs.replace(SECOND, signature=FIRST.signature)
    stranger = signed(statement("9", key=key_of(OTHERS.public())), OTHERS)
    again = signed(statement("2026/117", "Another text under the same number."))
    no_statement = StatementFile(signed=b"x", signature=FIRST.signature)
    register = opened(copied([FIRST, forged, stranger, again, no_statement]))
    assert [fault.index for fault in register.faults] == [1, 2, 3, 4]
    assert verdict_on_text("There is no agreement yet.", register.held).verdict == "not-found"
    assert verdict_on_text(TEXT, register.held).verdict == "current"


def test_after_a_revocation_only_what_was_witnessed_before_counts() -> None:
    later = [revoked(WITNESSED - HOUR)]
    with_proof = proved([FIRST], 0, (WITNESSED - 2 * HOUR,) * 3)
    register = opened(copied([with_proof, SECOND], directories=later))
    assert [fault.index for fault in register.faults] == [1]
    assert verdict_on_text(TEXT, register.held).verdict == "current"
    assert word(register, with_proof) == word(register, FIRST) == "current"
    with pytest.raises(VerificationError, match="revoked"):
        register.verify(write_file(SECOND))


def test_a_log_that_was_seen_before_the_revocation_needs_no_more_proof() -> None:
    register = opened(copied([FIRST, SECOND], directories=[revoked(WITNESSED + HOUR)]))
    assert register.faults == ()


def test_without_witnesses_nothing_of_a_revoked_key_counts() -> None:
    keys = IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN, revoked=WITNESSED)
    said = directory_file(directory(policy=policy(0), issuers=(keys,), issued=NOON))
    register = opened(copied([proved([FIRST], 0)], directories=[said]))
    assert [fault.index for fault in register.faults] == [0]


def test_a_proof_of_another_place_does_not_count() -> None:
    early = proved([FIRST, SECOND], 1, (WITNESSED - 2 * HOUR,) * 3)
    register = opened(copied([early, FIRST], directories=[revoked(WITNESSED - HOUR)]))
    assert [fault.index for fault in register.faults] == [0, 1]


def test_a_key_does_not_count_before_its_time() -> None:
    keys = IssuerKey(name=NAME, keys=ALDANIA.public(), since=WITNESSED + HOUR)
    register = opened(copied([FIRST], directories=[directory_file(directory(issuers=(keys,)))]))
    assert [fault.index for fault in register.faults] == [0]
    with pytest.raises(VerificationError, match="not count yet"):
        register.verify(write_file(FIRST))


def test_a_file_with_a_proof_that_does_not_hold_has_no_verdict() -> None:
    register = opened()
    for proof in (proved([SECOND], 0).proof, proved([FIRST], 0, (WITNESSED, None, None)).proof):
        with pytest.raises(VerificationError):
            register.verify(write_file(msgspec.structs.replace(FIRST, proof=proof)))
    with pytest.raises(VerificationError):
        register.verify(write_file(msgspec.structs.replace(FIRST, proof=b"no proof")))


def test_a_file_that_is_newer_than_the_copy_is_not_called_current() -> None:
    newer = proved([FIRST, SECOND], 1, (WITNESSED + HOUR / 2,) * 3)
    register = opened(copied([FIRST]))
    assert word(register, newer) == "not-found"
    assert word(register, SECOND) == "not-found"
