"""What a real log proves of a statement, and that nothing else is taken for it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
import pytest

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.merkle import prove_inclusion
from legation.crypto.log.notes import SignedNote
from legation.crypto.log.policies import Policy
from legation.crypto.log.proofs import LogProof as Proof
from legation.crypto.log.signers import NoteSigner, cosign_checkpoint
from legation.errors import VerificationError
from legation.safeguards.statements.logging import logged_by
from legation.safeguards.statements.statement_file import write_file
from legation.safeguards.statements.verifying import Issuer, issue, verify_file
from worlds.logs import (
    PUBLISHER,
    STRANGER,
    WITNESS_NAMES,
    WITNESSES,
    Tree,
    keys_of,
    policy,
)
from worlds.statements import ALDANIA, ISSUER, NOON, statement

MADE = [issue(statement(f"2026-{at:04d}"), ALDANIA) for at in range(3)]
TREE = Tree([one.entry for one in MADE])
HOUR = timedelta(hours=1)


def note(signers: Sequence[NoteSigner] = PUBLISHER, times: Sequence[datetime] = ()) -> SignedNote:
    """Return the log's checkpoint, which the first witnesses cosigned at these times."""
    signed = TREE.note(3, signers)
    checkpoint = parse_checkpoint(signed)
    for name, at in zip(WITNESS_NAMES, times, strict=False):
        signed = signed.with_signatures(cosign_checkpoint(checkpoint, WITNESSES[name], at))
    return signed


def proof(index: int, checkpoint: SignedNote) -> bytes:
    path = prove_inclusion(index, 3, TREE.read)
    return Proof(index=index, path=path, checkpoint=checkpoint).encode()


def lines(checkpoint: SignedNote, after: int = 2) -> bytes:
    return "".join(f"{line}\n" for line in checkpoint.signatures[after:]).encode()


TIMES = (NOON + 2 * HOUR, NOON + HOUR, NOON + 3 * HOUR)
SEEN = note(times=TIMES)


def file(index: int = 1, checkpoint: SignedNote = SEEN, cosignatures: bytes = b"") -> bytes:
    parts = msgspec.structs.replace(MADE[index], proof=proof(index, checkpoint))
    return write_file(msgspec.structs.replace(parts, cosignatures=cosignatures))


def test_a_statement_stands_where_the_log_proves_it_since_the_quorum_saw_it() -> None:
    for quorum, hours in ((1, 1), (2, 2), (3, 3)):
        logged = verify_file(file(), ISSUER, logged_by(policy(quorum))).logged
        assert logged is not None
        assert (logged.log, logged.index) == (policy().origin, 1)
        assert logged.witnessed == NOON + hours * HOUR


def test_without_witnesses_no_time_is_told() -> None:
    logged = verify_file(file(), ISSUER, logged_by(policy(0))).logged
    assert logged is not None
    assert logged.witnessed is None


def test_cosignatures_in_the_file_count_like_those_in_the_checkpoint() -> None:
    bare = file(checkpoint=note(), cosignatures=lines(SEEN))
    logged = verify_file(bare, ISSUER, logged_by(policy(2))).logged
    assert logged is not None
    assert logged.witnessed == NOON + 2 * HOUR


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: file(checkpoint=note()),
        lambda: file(checkpoint=note(times=TIMES[:1])),
        lambda: file(checkpoint=note(STRANGER, TIMES)),
        lambda: file(checkpoint=note(PUBLISHER[:1], TIMES)),
        lambda: file(checkpoint=note(PUBLISHER[1:], TIMES)),
        lambda: file(cosignatures=b"\xff\n"),
        lambda: file(cosignatures=b"no line\n"),
        lambda: file(checkpoint=note(), cosignatures=lines(SEEN).replace(b"A", b"B", 1)),
        lambda: write_file(msgspec.structs.replace(MADE[0], proof=proof(1, SEEN))),
        lambda: write_file(msgspec.structs.replace(MADE[0], proof=b"c2sp.org/tlog-proof@v1\n")),
    ],
    ids=(
        "no quorum",
        "one witness of two",
        "another log's keys",
        "no quantum-safe signature",
        "no classical signature",
        "cosignatures that are no text",
        "cosignatures that are no lines",
        "a cosignature that does not hold",
        "a proof of another statement",
        "no proof",
    ),
)
def test_what_the_log_does_not_prove_is_refused(spoil: Callable[[], bytes]) -> None:
    with pytest.raises(VerificationError):
        verify_file(spoil(), ISSUER, logged_by(policy(2)))


def test_a_fork_of_what_was_seen_before_is_refused() -> None:
    head = msgspec.structs.replace(TREE.heads[3], root=bytes(32))
    seen = Checkpoint(origin=policy().origin, head=head)
    with pytest.raises(VerificationError, match="two histories"):
        verify_file(file(), ISSUER, logged_by(policy(2), remembered=seen))


def test_a_key_that_was_revoked_counts_for_what_was_seen_before_alone() -> None:
    def revoked(hours: int) -> Issuer:
        return msgspec.structs.replace(ISSUER, revoked=NOON + hours * HOUR)

    verify_file(file(), revoked(3), logged_by(policy(2)))
    for hours in (2, 1):
        with pytest.raises(VerificationError, match="revoked"):
            verify_file(file(), revoked(hours), logged_by(policy(2)))
    with pytest.raises(VerificationError, match="revoked"):
        verify_file(file(), revoked(3), logged_by(policy(0)))


def changed_keys(quorum: int) -> tuple[Policy, Policy]:
    """Return the policy of today, whose log has new keys, and that of before."""
    before = policy(quorum)
    return msgspec.structs.replace(before, log_keys=keys_of(STRANGER)), before


def test_a_proof_by_earlier_keys_of_the_log_holds_as_witnesses_saw_it_in_their_time() -> None:
    now, before = changed_keys(2)
    for until, holds in ((3, True), (2, True), (1, False)):
        log = logged_by(now, earlier=[(before, NOON + until * HOUR)])
        if holds:
            assert verify_file(file(), ISSUER, log).logged
        else:
            with pytest.raises(VerificationError, match="at another time"):
                verify_file(file(), ISSUER, log)
    now, before = changed_keys(0)
    with pytest.raises(VerificationError):
        verify_file(file(), ISSUER, logged_by(now, earlier=[(before, NOON + 9 * HOUR)]))
