"""Gathering cosignatures: the witnesses of a register are asked, and none is believed unverified.

A publisher shows each witness that its log only grew since that one cosigned last; what comes back
is verified by the witness's keys before it counts. A witness without a line gets the same request
as a file. Who does not answer, or refuses, is told by name.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import StrEnum
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import SIZE, Checkpoint, parse_checkpoint
from legation.crypto.log.keys import Signed, verified
from legation.crypto.log.merkle import prove_consistency
from legation.crypto.log.notes import SignatureLine, SignedNote, parse_signatures
from legation.crypto.log.policies import Policy, Witness, verify_checkpoint
from legation.crypto.log.tiles import FileReader, TileReader
from legation.crypto.log.witnessing import WitnessRequest
from legation.errors import BadInputError, LegationError, NotFoundError, VerificationError

REQUEST_SUFFIX: Final = ".witness-request"
COSIGNATURE_SUFFIX: Final = ".cosignature"

# From size 0, from the size that it told, and once more if its log grew meanwhile.
_TRIES: Final = 3
_MOST_AT_ONCE: Final = 16
# How far a witness's clock may be ahead of ours, in seconds.
_AHEAD: Final = 300
_DONE, _CONFLICT = 200, 409
_SIZE_KIND: Final = "text/x.tlog.size"

Send = Callable[[str, bytes], tuple[int, str, bytes]]


class Outcome(StrEnum):
    """What a witness did."""

    COSIGNED = "cosigned"
    SILENT = "silent"
    REFUSED = "refused"
    UNBELIEVED = "unbelieved"
    AHEAD = "ahead"
    UNASKED = "unasked"


@final
class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What became of asking one witness.

    Attributes:
        name: The witness.
        outcome: What it did: `ahead` says that it cosigned more entries than this log has.
        why: In a sentence; empty where it cosigned.
        lines: Its cosignatures, verified.
    """

    name: str
    outcome: Outcome
    why: str = ""
    lines: tuple[SignatureLine, ...] = ()


@final
class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What witnesses answered.

    Attributes:
        note: The checkpoint with all that was verified; of each key the newest stands.
        heard: What became of each witness, in the policy's order.
        reached: Whether as many have cosigned as the policy asks for.
    """

    note: SignedNote
    heard: tuple[Heard, ...]
    reached: bool

    @property
    def lines(self) -> tuple[SignatureLine, ...]:
        """Return what was added."""
        return tuple(line for each in self.heard for line in each.lines)


def gather(
    note: SignedNote,
    read: FileReader,
    policy: Policy,
    addresses: Mapping[str, str],
    *,
    send: Send,
    now: Callable[[], datetime],
) -> Gathered:
    """Ask the witnesses of a log to cosign its checkpoint.

    Args:
        note: The log's checkpoint, signed by its keys.
        read: Gives the bytes of a file of the log, for the proofs.
        policy: The log's keys, its witnesses and how many are needed.
        addresses: Where each witness is asked, by its name; without one it is not asked.
        send: Posts a request to an address; returns status, media type and body.
        now: The clock.

    Returns:
        The checkpoint with what was verified, and what became of each witness.

    Raises:
        VerificationError: The checkpoint is not the log's.
        NotFoundError: An address is of no witness of the policy.
    """
    strangers = sorted(set(addresses) - {each.name for each in policy.witnesses})
    if strangers:
        raise NotFoundError(
            f"{strangers[0]!r:.60} is no witness of this register",
            hint="name a witness of the key directory",
        )
    checkpoint = verify_checkpoint(note, _without_quorum(policy)).checkpoint

    def ask(witness: Witness) -> Heard:
        address = addresses.get(witness.name)
        if address is None:
            return Heard(name=witness.name, outcome=Outcome.UNASKED, why="it has no address")
        return _Asking(witness, note, checkpoint, read, now).over(address, send)

    with ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="witness") as hands:
        heard = tuple(hands.map(ask, policy.witnesses))
    return _gathered(note, policy, heard)


def write_request(note: SignedNote, read: FileReader, old_size: int) -> bytes:
    """Return the request for a witness that has no line, to be carried to it.

    Args:
        note: The log's checkpoint.
        read: Gives the bytes of a file of the log.
        old_size: How many entries the witness cosigned last; 0 for none.

    Raises:
        UsageError: The log has less entries.
        VerificationError: A file of the log does not lead to the checkpoint.
    """
    head = parse_checkpoint(note).head
    proof = prove_consistency(old_size, head.size, TileReader(read, head).nodes)
    return WitnessRequest(old_size=old_size, proof=proof, checkpoint=note).encode()


def take_in(note: SignedNote, policy: Policy, answers: Sequence[bytes], at: datetime) -> Gathered:
    """Take in cosignatures that came as files.

    Args:
        note: The checkpoint that they are for.
        policy: The log's keys, its witnesses and how many are needed.
        answers: Signature lines, a file of one witness each.
        at: Now.

    Raises:
        BadInputError: A file has no signature lines.
        VerificationError: A file has no cosignature of a witness, or one that does not hold.
    """
    verify_checkpoint(note, _without_quorum(policy))
    heard = dict[str, Heard]()
    for content in answers:
        lines = _lines(content)
        by = {(key.name, key.key_id): each for each in policy.witnesses for key in each.keys}
        whose = next(
            (by[line.name, line.key_id] for line in lines if (line.name, line.key_id) in by), None
        )
        if whose is None:
            raise VerificationError(
                "no witness of this register signed it", hint="ask whose cosignature this is"
            )
        good = believed(whose, note, lines, at)
        heard[whose.name] = Heard(name=whose.name, outcome=Outcome.COSIGNED, lines=good)
    missing = Outcome.UNASKED
    rows = (
        heard.get(each.name, Heard(name=each.name, outcome=missing, why="no file is of it"))
        for each in policy.witnesses
    )
    return _gathered(note, policy, tuple(rows))


def believed(
    witness: Witness, note: SignedNote, lines: Sequence[SignatureLine], at: datetime
) -> tuple[SignatureLine, ...]:
    """Return the cosignatures of a witness for a checkpoint, once each of its keys has signed.

    Args:
        witness: Whose they must be; lines of other keys are left out.
        note: The checkpoint.
        lines: What it answered.
        at: Now: a time well after it is refused, because it would make a stale log look fresh.

    Raises:
        VerificationError: One does not hold, is missing, or has no time or one to come.
    """
    known = {(key.name, key.key_id) for key in witness.keys}
    own = tuple(dict.fromkeys(line for line in lines if (line.name, line.key_id) in known))
    held = verified(SignedNote(text=note.text, signatures=own), witness.keys)
    if {each.key for each in held} != set(witness.keys):
        raise VerificationError(
            "not all of the witness's keys have signed", hint="ask the witness for its keys"
        )
    if not all(_in_time(each, at) for each in held):
        raise VerificationError(
            "a cosignature has no time, or one to come", hint="set the clocks, then ask again"
        )
    return own


@final
class _Asking:
    """One witness that is asked over a line."""

    def __init__(
        self,
        witness: Witness,
        note: SignedNote,
        checkpoint: Checkpoint,
        read: FileReader,
        now: Callable[[], datetime],
    ) -> None:
        self._witness, self._note, self._now = witness, note, now
        self._size = checkpoint.head.size
        self._read = read

    def over(self, address: str, send: Send) -> Heard:
        """Ask until it cosigns or refuses."""
        old = 0
        try:
            for _ in range(_TRIES):
                request = write_request(self._note, self._read, old)
                try:
                    status, kind, body = send(address, request)
                except LegationError as gone:
                    return self._heard(Outcome.SILENT, str(gone))
                if status == _DONE:
                    lines = believed(self._witness, self._note, _lines(body), self._now())
                    return Heard(name=self._witness.name, outcome=Outcome.COSIGNED, lines=lines)
                if status != _CONFLICT:
                    return self._heard(Outcome.REFUSED, f"it answered {status}: {_words(body)}")
                old = _told_size(kind, body)
                if old > self._size:
                    why = f"it cosigned {old} entries, and this log has {self._size}"
                    return self._heard(Outcome.AHEAD, why)
        except (BadInputError, VerificationError) as bad:
            return self._heard(Outcome.UNBELIEVED, str(bad))
        return self._heard(Outcome.REFUSED, "it names another size each time that it is asked")

    def _heard(self, outcome: Outcome, why: str) -> Heard:
        return Heard(name=self._witness.name, outcome=outcome, why=why)


def _gathered(note: SignedNote, policy: Policy, heard: tuple[Heard, ...]) -> Gathered:
    whole = note.renewed(line for each in heard for line in each.lines)
    have = len(verify_checkpoint(whole, _without_quorum(policy)).by)
    return Gathered(note=whole, heard=heard, reached=have >= policy.quorum)


def _without_quorum(policy: Policy) -> Policy:
    return msgspec.structs.replace(policy, quorum=0)


def _in_time(signed: Signed, at: datetime) -> bool:
    return signed.time is not None and 0 < signed.time <= int(at.timestamp()) + _AHEAD


def _lines(content: bytes) -> tuple[SignatureLine, ...]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise BadInputError(
            "this is no cosignature", place="answer", hint="ask the witness again"
        ) from bad
    return parse_signatures(text, place="answer")


def _told_size(kind: str, body: bytes) -> int:
    said = body.removesuffix(b"\n").decode("ascii", "replace")
    if kind.partition(";")[0].strip() != _SIZE_KIND or not SIZE.fullmatch(said):
        raise BadInputError(
            "the witness names no size that it cosigned last", place="answer", hint="ask its people"
        )
    return int(said)


def _words(body: bytes) -> str:
    """Return the front of what a witness says; it is quoted, never trusted."""
    said = body[:200].decode("utf-8", "replace").split("\n")[0]
    return "".join(sign if sign.isprintable() else " " for sign in said)
