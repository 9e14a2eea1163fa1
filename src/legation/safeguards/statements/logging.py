"""What the log of a register says of a statement: its place, and when witnesses saw it.

`verifying.verify_file` asks for a proof without knowing of logs; here it meets `crypto.log`. A
proof made before the log changed its keys still holds, if witnesses saw it in the time of these.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from legation.crypto.directory.directory import Directory
from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.notes import SignatureLine, SignedNote, parse_signatures
from legation.crypto.log.policies import (
    ANY_TIME,
    Policy,
    Window,
    Witnessed,
    verify_checkpoint,
)
from legation.crypto.log.proofs import LogProof as Proof
from legation.crypto.log.proofs import parse_proof, verify_proof
from legation.errors import BadInputError, VerificationError
from legation.safeguards.statements.verifying import Logged, LogProof

Earlier = Sequence[tuple[Policy, datetime]]
"""Policies with keys that a log had before, each with the time until which it had them."""

_HINT = "get the statement from its issuer again, with its proof"


def logged_by(
    policy: Policy,
    *,
    earlier: Earlier = (),
    remembered: Checkpoint | None = None,
) -> LogProof:
    """Return what verifies the proofs of statement files as a policy asks.

    Args:
        policy: The log's keys, the witnesses, and how many of them are needed.
        earlier: Policies with keys that the log had before, each with the time until which it
            had them; only what enough witnesses saw by then counts.
        remembered: A checkpoint that was seen before: another one of its size is a fork.

    Returns:
        A function of entry, proof and cosignatures; what it returns has as `witnessed` the time
        at which the quorum was reached, None when the policy asks for no witness. It raises
        VerificationError: the proof does not hold, or too few witnesses have cosigned.
    """

    def verify(entry: bytes, proof: bytes, cosignatures: bytes) -> Logged:
        read = _read(proof, cosignatures)
        asked, window = _asked(read.checkpoint, policy, earlier)
        found = verify_proof(entry, read, asked, window=window, remembered=remembered)
        return Logged(
            log=found.checkpoint.origin,
            index=read.index,
            witnessed=reached(found.by, asked.quorum),
        )

    return verify


def log_of(directory: Directory) -> LogProof:
    """Return what verifies proofs as a key directory asks, those of earlier log keys too."""
    return logged_by(directory.policy, earlier=_earlier(directory))


def witnessed_by(note: SignedNote, directory: Directory) -> Witnessed:
    """Verify a checkpoint of any day as a key directory asks.

    Raises:
        VerificationError: As `verify_checkpoint`.
    """
    policy, window = _asked(note, directory.policy, _earlier(directory))
    return verify_checkpoint(note, policy, window)


def reached(by: Mapping[str, datetime], quorum: int) -> datetime | None:
    """Return when that many witnesses had seen a checkpoint; None when none are asked for.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2026, 3, number, tzinfo=UTC)
    >>> reached({"a": day(3), "b": day(1), "c": day(2)}, 2).day
    2
    """
    times = sorted(by.values())
    return times[quorum - 1] if 0 < quorum <= len(times) else None


def vouched_for(until: Mapping[str, datetime], quorum: int) -> datetime | None:
    """Return up to when that many witnesses vouch for a checkpoint; None without any.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2026, 3, number, tzinfo=UTC)
    >>> vouched_for({"a": day(4), "b": day(1), "c": day(2)}, 2).day
    2
    """
    times = sorted(until.values(), reverse=True)
    return times[quorum - 1] if 0 < quorum <= len(times) else None


def _earlier(directory: Directory) -> Earlier:
    return [
        (policy, window.not_after)
        for policy, window in directory.earlier_policies()
        if window.not_after is not None
    ]


def _read(proof: bytes, cosignatures: bytes) -> Proof:
    try:
        read = parse_proof(proof)
        if not cosignatures:
            return read
        note = read.checkpoint.with_signatures(_lines(cosignatures))
    except BadInputError as bad:
        raise VerificationError(str(bad), hint=_HINT) from bad
    return Proof(index=read.index, path=read.path, checkpoint=note, extra=read.extra)


def _lines(cosignatures: bytes) -> tuple[SignatureLine, ...]:
    try:
        return parse_signatures(cosignatures.decode(), place="cosignatures")
    except UnicodeDecodeError as bad:
        raise VerificationError("the cosignatures are no UTF-8", hint=_HINT) from bad


def _asked(note: SignedNote, policy: Policy, earlier: Earlier) -> tuple[Policy, Window]:
    """Return the policy of the keys that claim the checkpoint; today's when it is nobody's."""
    claimed = {(line.name, line.key_id) for line in note.signatures}
    if not claimed >= {(key.name, key.key_id) for key in policy.log_keys}:
        for before, until in earlier:
            # Without witnesses nothing tells when these keys signed.
            if before.quorum and claimed >= {(k.name, k.key_id) for k in before.log_keys}:
                return before, Window(not_after=until)
    return policy, ANY_TIME
