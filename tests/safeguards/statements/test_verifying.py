"""What verifies is what was issued: no bit of a file may differ, no key, no purpose, no time."""

import base64
import os
from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.signing import PublicIdentity, sign
from legation.errors import BadInputError, UsageError, VerificationError
from legation.safeguards.statements.statement import PURPOSE, write_statement
from legation.safeguards.statements.statement_file import (
    MAX_FILE,
    StatementFile,
    read_file,
    write_file,
)
from legation.safeguards.statements.verifying import Issuer, Verified, issue, key_of, verify_file
from worlds.statements import (
    ALDANIA,
    ISSUER,
    NAME,
    NOON,
    OTHERS,
    WITNESSED,
    filed,
    log,
    logged,
    statement,
    whole,
)

REFUSALS = (BadInputError, VerificationError)
FLIPS = int(os.environ.get("LEGATION_STATEMENT_FLIPS", "40000"))
FILE = filed(whole())
PARTS = read_file(FILE)


def refused(data: bytes, issuer: Issuer = ISSUER) -> None:
    with pytest.raises(REFUSALS):
        verify_file(data, issuer, log)


def with_parts(**changed: bytes) -> bytes:
    return write_file(msgspec.structs.replace(PARTS, **changed))


def test_what_was_issued_verifies_with_all_that_it_says() -> None:
    found = verify_file(FILE, ISSUER, log)
    assert found.statement == whole()
    assert found.file == PARTS
    assert found.logged is not None
    assert (found.logged.index, found.logged.witnessed) == (7, WITNESSED)


def test_a_file_is_written_in_one_way() -> None:
    assert write_file(PARTS) == FILE
    assert FILE.decode().endswith("\nend\n")


def test_no_flipped_bit_verifies() -> None:
    """As many bits as `LEGATION_STATEMENT_FLIPS` says: each once, then two at a time."""
    random = Random(117)  # noqa: S311 -- the same each time
    bits = list(range(8 * len(FILE)))
    random.shuffle(bits)
    for number in range(FLIPS):
        bit = bits[number % len(bits)]
        changed = bytearray(FILE)
        changed[bit // 8] ^= 1 << bit % 8
        if number >= len(bits):  # all single ones are done: flip a second
            other = random.randrange(8 * len(FILE))
            if other == bit:
                continue
            changed[other // 8] ^= 1 << other % 8
        try:
            verify_file(bytes(changed), ISSUER, log)
        except REFUSALS:
            continue
        pytest.fail(f"bit {bit} was flipped and the file verifies")


@given(st.integers(0, len(FILE) - 1), st.integers(0, 40), st.binary(max_size=8))
def test_no_cut_or_insertion_verifies(place: int, gone: int, put: bytes) -> None:
    changed = FILE[:place] + put + FILE[place + gone :]
    if changed != FILE:
        refused(changed)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_file_or_the_declared_error(data: bytes) -> None:
    for whole_file in (data, FILE[:25] + data):
        with pytest.raises(BadInputError) as told:
            read_file(whole_file)
        assert told.value.place.startswith("byte ")
        assert told.value.hint


def test_either_signature_stripped_or_swapped_is_refused() -> None:
    lines = FILE.split(b"\n")
    for name in (b"ed25519 ", b"ml-dsa-65 "):
        refused(b"\n".join(line for line in lines if not line.startswith(name)))
        refused(b"\n".join(name if line.startswith(name) else line for line in lines))
    forged = sign(PARTS.signed, PURPOSE, OTHERS)
    other = issue(statement("2026/1"), ALDANIA).signature
    for foreign in (forged, other):
        refused(with_parts(signature=PARTS.signature[:64] + foreign[64:]))
        refused(with_parts(signature=foreign[:64] + PARTS.signature[64:]))
        refused(with_parts(signature=foreign))
    swapped = [line for line in lines if not line.startswith(b"ed25519 ")]
    swapped.insert(len(swapped) - 6, next(line for line in lines if line.startswith(b"ed25519 ")))
    refused(b"\n".join(swapped))


def test_a_signature_for_another_purpose_is_refused() -> None:
    refused(with_parts(signature=sign(PARTS.signed, "legation/note/v1", ALDANIA)))
    refused(with_parts(signature=sign(PARTS.signed, "legation/statement/v2", ALDANIA)))


def test_another_issuer_or_another_key_is_refused() -> None:
    refused(FILE, Issuer(name=NAME, keys=OTHERS.public()))
    refused(FILE, Issuer(name="Ministry of Tarvia", keys=ALDANIA.public()))
    halves = PublicIdentity(ed25519=ISSUER.keys.ed25519, ml_dsa_65=OTHERS.public().ml_dsa_65)
    refused(FILE, Issuer(name=NAME, keys=halves))
    signed = write_statement(statement(key=key_of(OTHERS.public())))
    parts = StatementFile(signed=signed, signature=sign(signed, PURPOSE, ALDANIA))
    refused(write_file(logged(parts)))
    with pytest.raises(VerificationError):
        issue(statement(), OTHERS)


def test_signed_bytes_that_are_no_statement_are_refused() -> None:
    parts = StatementFile(signed=b"hello", signature=sign(b"hello", PURPOSE, ALDANIA))
    refused(write_file(logged(parts)))


def test_a_proof_that_is_missing_or_of_another_statement_is_refused() -> None:
    refused(with_parts(proof=b""))
    refused(with_parts(cosignatures=b""))
    refused(with_parts(proof=read_file(filed(statement())).proof))
    assert verify_file(with_parts(proof=b"", cosignatures=b""), ISSUER).logged is None


def test_after_a_key_was_revoked_only_what_witnesses_saw_before_counts() -> None:
    later = msgspec.structs.replace(ISSUER, revoked=WITNESSED + timedelta(seconds=1))
    assert verify_file(FILE, later, log).statement == whole()
    for revoked in (WITNESSED, NOON - timedelta(days=1)):
        refused(FILE, msgspec.structs.replace(ISSUER, revoked=revoked))
    with pytest.raises(VerificationError, match="witness"):
        verify_file(FILE, later)


def test_base64_in_another_spelling_is_refused() -> None:
    line = b"ed25519 " + base64.b64encode(PARTS.signature[:64])
    for other in (line + b"=", line.rstrip(b"="), line + b" ", line.replace(b"=", b"\n=", 1)):
        refused(FILE.replace(line, other))


def test_line_ends_changed_on_the_way_are_told_with_what_to_do() -> None:
    with pytest.raises(BadInputError, match="byte") as told:
        verify_file(FILE.replace(b"\n", b"\r\n"), ISSUER, log)
    assert "line ends" in told.value.hint


def test_a_file_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(BadInputError, match="at most"):
        read_file(b"x" * (MAX_FILE + 1))
    with pytest.raises(BadInputError, match="length"):
        read_file(FILE.replace(f"signed {len(PARTS.signed)}".encode(), b"signed 9999999", 1))
    with pytest.raises(BadInputError, match="bytes"):
        with_parts(proof=b"x" * 200_001)


def test_a_verified_statement_is_no_yes_or_no_and_is_made_by_nobody_else() -> None:
    found = verify_file(FILE, ISSUER, log)
    with pytest.raises(TypeError):
        bool(found)
    with pytest.raises(UsageError):
        Verified(statement=whole(), file=PARTS, issuer=ISSUER, logged=None, made=None)
    with pytest.raises(AttributeError):
        found.statement = statement()  # type: ignore[misc]  # that it cannot be set is what is tried
