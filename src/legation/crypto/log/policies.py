"""Which signatures a checkpoint needs before anybody may rely on it.

A policy names one log with its keys, all of which must have signed, and witnesses of whom a
number must have cosigned. A witness counts when each of its keys cosigned, within the time
that the verifier allows: after a key was revoked, what was witnessed before it still stands,
and a checkpoint that no witness has seen lately is stale.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.keys import NoteKey, Signed, verified
from legation.crypto.log.merkle import verify_consistency
from legation.crypto.log.notes import SignedNote
from legation.errors import BadInputError, UsageError, VerificationError

_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@final
class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who watches that a log only grows.

    Attributes:
        name: What the verifier calls it.
        keys: Its keys; each of them must have cosigned for it to count.
    """

    name: str
    keys: tuple[NoteKey, ...]


@final
class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier asks of a checkpoint.

    Attributes:
        origin: The log's name.
        log_keys: The log's keys; each of them must have signed.
        witnesses: Those whose cosignatures count.
        quorum: How many of them must have cosigned.
    """

    origin: str
    log_keys: tuple[NoteKey, ...]
    witnesses: tuple[Witness, ...] = ()
    quorum: int = 0

    def __post_init__(self) -> None:
        """Refuse a policy that asks for nothing, or counts one witness twice."""
        cosigning = [key for each in self.witnesses for key in each.keys]
        fault = ""
        if not self.log_keys or any(key.type.cosigns for key in self.log_keys):
            fault = "it needs keys of the log, which are no witness's keys"
        elif not all(each.keys for each in self.witnesses):
            fault = "a witness has no key"
        elif not all(key.type.cosigns for key in cosigning):
            fault = "a witness has a key that does not cosign"
        elif not 0 <= self.quorum <= len(self.witnesses):
            fault = f"{len(self.witnesses)} witnesses cannot give {self.quorum} cosignatures"
        elif len({each.name for each in self.witnesses}) != len(self.witnesses):
            fault = "two witnesses have one name"
        else:
            every = [key.public for key in (*self.log_keys, *cosigning)]
            if len(set(every)) != len(every):
                fault = "one key stands in it twice"
        if fault:
            raise UsageError(f"this is no policy: {fault}", hint="write each key and name once")

    @property
    def keys(self) -> tuple[NoteKey, ...]:
        """Return all keys, the log's first."""
        return (*self.log_keys, *(key for each in self.witnesses for key in each.keys))


@final
class Window(msgspec.Struct, frozen=True, kw_only=True):
    """When a cosignature must have been made for it to count; both ends count.

    Attributes:
        not_before: For freshness; None asks for none.
        not_after: For revoked keys, or now; None for any time.
    """

    not_before: datetime | None = None
    not_after: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether a time is in it."""
        return (self.not_before is None or self.not_before <= at) and (
            self.not_after is None or at <= self.not_after
        )


ANY_TIME: Final = Window()


@final
class Witnessed(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that a policy holds for.

    Attributes:
        checkpoint: What the log said.
        by: The witnesses that counted, by name, and when each had cosigned with all of its keys.
        until: The same witnesses, and up to when each vouches with all of its keys. A cosignature
            by ML-DSA-44 covers size and root alone (C2SP tlog-cosignature), so it holds for
            another text of the same tree too; the Ed25519 key beside it does not.
    """

    checkpoint: Checkpoint
    by: dict[str, datetime]
    until: dict[str, datetime]


def verify_checkpoint(note: SignedNote, policy: Policy, window: Window = ANY_TIME) -> Witnessed:
    """Verify a checkpoint as a policy asks.

    Args:
        note: The signed checkpoint.
        policy: What it needs.
        window: When its cosignatures must have been made.

    Returns:
        The checkpoint, and who vouches for it.

    Raises:
        VerificationError: It is another log's, a signature does not hold or is missing, or the
            quorum is not reached in time.
        SelfTestError: A primitive does not give its published answer.
    """
    try:
        checkpoint = parse_checkpoint(note)
    except BadInputError as bad:
        raise VerificationError(str(bad), hint=bad.hint) from bad
    if checkpoint.origin != policy.origin:
        raise VerificationError(
            f"this is the log {checkpoint.origin!r:.60}, not {policy.origin!r:.60}",
            hint="ask the log that you meant, or use the policy of this one",
        )
    held = verified(note, policy.keys)
    verify_log_signed(policy.log_keys, held)
    times = _times(policy.witnesses, held)
    inside = {name: found for name, rows in times.items() if all(found := _within(rows, window))}
    if len(inside) < policy.quorum:
        raise _no_quorum(len(inside), len(times), policy)
    return Witnessed(
        checkpoint=checkpoint,
        by={name: max(map(min, rows)) for name, rows in inside.items()},
        until={name: min(map(max, rows)) for name, rows in inside.items()},
    )


def verify_log_signed(log_keys: Sequence[NoteKey], held: Iterable[Signed]) -> None:
    """Verify that each key of a log is among the signatures that hold.

    Raises:
        VerificationError: One is missing.
    """
    by = {each.key for each in held}
    missing = [key for key in log_keys if key not in by]
    if missing:
        raise VerificationError(
            f"{', '.join(map(repr, missing))} has not signed the checkpoint",
            hint="a signature was removed: get the checkpoint again from the log",
        )


def verify_same_log(one: Checkpoint, other: Checkpoint, proof: Sequence[bytes]) -> None:
    """Verify that of two checkpoints one continues the other, whichever is older.

    Args:
        one: A checkpoint whose signatures were verified.
        other: Another one.
        proof: The consistency proof from the smaller to the larger; empty for equal sizes.

    Raises:
        VerificationError: They are of two logs, or of two histories of one log.
    """
    if one.origin != other.origin:
        raise VerificationError("the checkpoints are of two logs", hint="compare those of one log")
    older, newer = sorted((one.head, other.head), key=lambda head: head.size)
    verify_consistency(older, newer, proof)


def _times(witnesses: Iterable[Witness], held: Iterable[Signed]) -> dict[str, list[list[datetime]]]:
    """Return for each witness all of whose keys cosigned the times of each key."""
    by_key: dict[NoteKey, list[datetime]] = defaultdict(list)
    for each in held:
        # A cosignature without a time does not say that the log only grew until then.
        if each.time is not None and 0 < each.time <= _LAST_SECOND:
            by_key[each.key].append(datetime.fromtimestamp(each.time, UTC))
    return {
        each.name: [by_key[key] for key in each.keys]
        for each in witnesses
        if all(by_key.get(key) for key in each.keys)
    }


def _within(rows: Sequence[Sequence[datetime]], window: Window) -> list[list[datetime]]:
    """Return of the times of each key those in the window."""
    return [[at for at in row if window.holds(at)] for row in rows]


def _no_quorum(counted: int, cosigned: int, policy: Policy) -> VerificationError:
    asked = f"{policy.quorum} of {len(policy.witnesses)} witnesses"
    if cosigned >= policy.quorum:
        return VerificationError(
            f"{asked} must have cosigned in the time that counts; {counted} have, "
            f"and {cosigned - counted} at another time",
            hint="the checkpoint is stale, or was made after a key was revoked: get a new one",
        )
    return VerificationError(
        f"{asked} must have cosigned; {cosigned} have",
        hint="ask the log for a checkpoint with more cosignatures, or wait for its witnesses",
    )
