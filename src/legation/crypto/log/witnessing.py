"""A witness's decision: cosign that a log only grew, or refuse and say why.

Pure: the witness's last cosigned checkpoint, the new one and a proof go in, a decision comes
out. Who runs it must keep the new checkpoint on the disk before the cosignature leaves, and
decide one request at a time (C2SP tlog-witness). Two histories of one log are evidence that
anybody can check: two checkpoints that the log signed, and what the larger one truly begins
with.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import SIZE, Checkpoint, parse_checkpoint
from legation.crypto.log.keys import NoteKey, verified
from legation.crypto.log.merkle import (
    NodeReader,
    TreeHead,
    prove_consistency,
    roots_of,
    tree_root,
    verify_consistency,
)
from legation.crypto.log.notes import SignedNote, decoded, encoded, parse_note
from legation.crypto.log.policies import verify_log_signed
from legation.crypto.log.proofs import parse_hashes
from legation.errors import BadInputError, VerificationError

EVIDENCE_TYPE: Final = "legation/split-view/v1"

_OLD = "old "
_LARGEST = 4 << 20


class Reason(StrEnum):
    """Why a witness refuses."""

    UNKNOWN_LOG = "unknown-log"
    NO_CHECKPOINT = "no-checkpoint"
    NOT_SIGNED = "not-signed"
    OTHER_OLD_SIZE = "other-old-size"
    NOT_CONSISTENT = "not-consistent"
    SPLIT_VIEW = "split-view"


@final
class WitnessRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a log asks of a witness (`add-checkpoint`); nothing of it is verified yet.

    Attributes:
        old_size: Size of the checkpoint that the witness cosigned last, 0 for none.
        proof: The consistency proof from that size.
        checkpoint: The new checkpoint.
    """

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: SignedNote

    def encode(self) -> bytes:
        """Return the request's body."""
        lines = (f"{_OLD}{self.old_size}", *map(encoded, self.proof), "", "")
        return "\n".join(lines).encode() + self.checkpoint.encode()


@final
class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Two histories of one log, both signed by it.

    Attributes:
        older: The smaller checkpoint.
        newer: The larger one, or one of the same size.
        root: What the newer tree has at the older one's size.
        proof: The consistency proof from that to the newer tree.
    """

    older: SignedNote
    newer: SignedNote
    root: bytes
    proof: tuple[bytes, ...]

    def encode(self) -> bytes:
        """Return a file that anybody can check."""
        file = _EvidenceFile(
            type=EVIDENCE_TYPE,
            older=self.older.encode().decode(),
            newer=self.newer.encode().decode(),
            root=encoded(self.root),
            proof=[encoded(each) for each in self.proof],
        )
        return msgspec.json.format(msgspec.json.encode(file)) + b"\n"


@final
class MayCosign(msgspec.Struct, frozen=True, kw_only=True):
    """The log only grew; the witness may cosign, once it has kept the checkpoint.

    Attributes:
        checkpoint: What to cosign.
        note: The log's note of it, to keep.
    """

    checkpoint: Checkpoint
    note: SignedNote


@final
class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The witness does not cosign.

    Attributes:
        reason: Why, in one word.
        why: Why, in a sentence.
        last_size: The size that the witness cosigned last, 0 for none.
        evidence: Two histories, if these two checkpoints and the proof show them.
    """

    reason: Reason
    why: str
    last_size: int = 0
    evidence: Evidence | None = None


def decide(
    request: WitnessRequest,
    logs: Mapping[str, Sequence[NoteKey]],
    last: SignedNote | None,
) -> MayCosign | Refused:
    """Decide whether a checkpoint may be cosigned.

    Args:
        request: What the log asks.
        logs: The keys of each log that is watched, by its name; all keys must have signed.
        last: The checkpoint of this log that the witness cosigned last.

    Returns:
        That it may, or the reason why not. A proof that fits neither checkpoint is no evidence:
        see `contradiction`, which reads the log.
    """
    old = parse_checkpoint(last) if last else None
    size = old.head.size if old else 0
    new = _signed(request.checkpoint, logs, size)
    if isinstance(new, Refused):
        return new
    if last is None or old is None:
        if request.old_size:
            return _other_size(request, 0)
        if request.proof:
            why = "the first checkpoint needs no proof"
            return Refused(reason=Reason.NOT_CONSISTENT, why=why)
        return MayCosign(checkpoint=new, note=request.checkpoint)
    if old.origin != new.origin:
        return Refused(
            reason=Reason.UNKNOWN_LOG, why="the checkpoint kept is another log's", last_size=size
        )
    return _compared(request, last, old, new)


def contradiction(older: SignedNote, newer: SignedNote, newer_nodes: NodeReader) -> Evidence:
    """Build the evidence that one log has two histories, by reading the newer one.

    Args:
        older: A checkpoint that the log signed.
        newer: Another one, not smaller.
        newer_nodes: Reads the tree of the newer one (`TileReader.nodes`).

    Raises:
        VerificationError: There is no contradiction: the newer one continues the older one.
        UsageError: The older one is larger.
    """
    old, new = parse_checkpoint(older).head, parse_checkpoint(newer).head
    proof = prove_consistency(old.size, new.size, newer_nodes)
    root = new.root if old.size == new.size else tree_root(old.size, newer_nodes)
    if root == old.root:
        raise _no_evidence("the newer checkpoint continues the older one")
    return Evidence(older=older, newer=newer, root=root, proof=proof)


def verify_evidence(evidence: Evidence, log_keys: Sequence[NoteKey]) -> None:
    """Verify that a log has two histories; whoever has its keys can do so.

    Args:
        evidence: The two checkpoints, and what the newer one begins with.
        log_keys: The log's keys; each must have signed both.

    Raises:
        VerificationError: This does not show it.
    """
    try:
        older, newer = parse_checkpoint(evidence.older), parse_checkpoint(evidence.newer)
    except BadInputError as bad:
        raise _no_evidence(str(bad)) from bad
    for note in (evidence.older, evidence.newer):
        verify_log_signed(log_keys, verified(note, log_keys))
    if older.origin != newer.origin:
        raise _no_evidence("the checkpoints are of two logs")
    if evidence.root == older.head.root:
        raise _no_evidence("the newer checkpoint begins as the older one says")
    if older.head.size == 0:
        raise _no_evidence("every log begins with an empty one")
    begins = TreeHead(size=older.head.size, root=evidence.root)
    verify_consistency(begins, newer.head, evidence.proof)


def parse_request(content: bytes, *, place: str = "request") -> WitnessRequest:
    """Read the body of an `add-checkpoint` request (C2SP tlog-witness).

    Raises:
        BadInputError: It is none.
    """
    if len(content) > _LARGEST:
        raise _refusal("it is too large", place)
    top, parted, below = content.partition(b"\n\n")
    try:
        first, *rows = top.decode("ascii").split("\n")
    except UnicodeDecodeError as bad:
        raise _refusal("it is no ASCII above the checkpoint", place) from bad
    size = first.removeprefix(_OLD) if first.startswith(_OLD) and parted else ""
    if not SIZE.fullmatch(size):
        raise _refusal("it does not begin with the old size", place)
    return WitnessRequest(
        old_size=int(size),
        proof=parse_hashes(rows, place=place),
        checkpoint=parse_note(below, place=place),
    )


def parse_evidence(content: bytes, *, place: str = "evidence") -> Evidence:
    """Read a file of evidence.

    Raises:
        BadInputError: It is none.
    """
    if len(content) > _LARGEST:
        raise _refusal("it is too large", place)
    try:
        file = msgspec.json.decode(content, type=_EvidenceFile)
        older, newer = file.older.encode(), file.newer.encode()
    except (msgspec.DecodeError, UnicodeError) as bad:
        raise _refusal("it is no evidence of a split view", place) from bad
    if file.type != EVIDENCE_TYPE:
        raise _refusal(f"its type is not {EVIDENCE_TYPE}", place)
    return Evidence(
        older=parse_note(older, place=place),
        newer=parse_note(newer, place=place),
        root=decoded(file.root, "the root", place=place),
        proof=parse_hashes(file.proof, place=place),
    )


@final
class _EvidenceFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    type: str
    older: str
    newer: str
    root: str
    proof: list[str]


def _signed(
    note: SignedNote, logs: Mapping[str, Sequence[NoteKey]], size: int
) -> Checkpoint | Refused:
    origin = note.text.partition("\n")[0]
    keys = logs.get(origin)
    if keys is None:
        why = f"no log {origin!r:.60} is watched"
        return Refused(reason=Reason.UNKNOWN_LOG, why=why, last_size=size)
    try:
        verify_log_signed(keys, verified(note, keys))
    except VerificationError as bad:
        return Refused(reason=Reason.NOT_SIGNED, why=str(bad), last_size=size)
    try:
        return parse_checkpoint(note)
    except BadInputError as bad:
        return Refused(reason=Reason.NO_CHECKPOINT, why=str(bad), last_size=size)


def _compared(
    request: WitnessRequest, last: SignedNote, old: Checkpoint, new: Checkpoint
) -> MayCosign | Refused:
    size = old.head.size
    if new.head.size == size and new.head.root != old.head.root:
        evidence = Evidence(older=last, newer=request.checkpoint, root=new.head.root, proof=())
        return _split(size, evidence)
    if request.old_size != size or new.head.size < size:
        return _other_size(request, size)
    try:
        verify_consistency(old.head, new.head, request.proof)
    except VerificationError as bad:
        return _not_consistent(request, last, (old, new), str(bad))
    return MayCosign(checkpoint=new, note=request.checkpoint)


def _not_consistent(
    request: WitnessRequest, last: SignedNote, pair: tuple[Checkpoint, Checkpoint], why: str
) -> Refused:
    old, new = (each.head for each in pair)
    try:
        begins, ends = roots_of(old, new.size, request.proof)
    except VerificationError:
        begins, ends = old.root, b""
    if old.size and ends == new.root and begins != old.root:
        # The proof fits the new tree alone, so it shows what that tree begins with.
        return _split(
            old.size,
            Evidence(older=last, newer=request.checkpoint, root=begins, proof=request.proof),
        )
    return Refused(reason=Reason.NOT_CONSISTENT, why=why, last_size=old.size)


def _split(size: int, evidence: Evidence) -> Refused:
    return Refused(
        reason=Reason.SPLIT_VIEW,
        why=f"the log has two histories of its first {size} entries",
        last_size=size,
        evidence=evidence,
    )


def _other_size(request: WitnessRequest, size: int) -> Refused:
    why = f"the request starts from {request.old_size} entries, the last cosigned has {size}"
    return Refused(reason=Reason.OTHER_OLD_SIZE, why=why, last_size=size)


def _no_evidence(why: str) -> VerificationError:
    return VerificationError(
        f"this shows no two histories: {why}", hint="compare two checkpoints of one log"
    )


def _refusal(why: str, place: str) -> BadInputError:
    return BadInputError(
        f"this cannot be read: {why}", place=place, hint="get it again from who made it"
    )
