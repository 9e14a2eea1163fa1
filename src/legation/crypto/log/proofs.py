"""A proof that an entry is in a log, to be kept beside the entry (C2SP tlog-proof).

It is one small text file that holds all that a verifier needs without any network: where the
entry stands, the hashes from it to the root, and the checkpoint with its cosignatures.
"""

from collections.abc import Sequence
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import SIZE, Checkpoint, parse_checkpoint
from legation.crypto.log.merkle import (
    HASH_BYTES,
    leaf_hash,
    prove_inclusion,
    tree_root,
    verify_inclusion,
)
from legation.crypto.log.notes import LARGEST_NOTE, SignedNote, decoded, encoded, parse_note
from legation.crypto.log.policies import (
    ANY_TIME,
    Policy,
    Window,
    Witnessed,
    verify_checkpoint,
)
from legation.crypto.log.tiles import FileReader, TileReader
from legation.errors import BadInputError, VerificationError

SUFFIX: Final = ".tlog-proof"
MOST_HASHES: Final = 63

_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", "index "
_LARGEST = LARGEST_NOTE + (1 << 20)


@final
class LogProof(msgspec.Struct, frozen=True, kw_only=True):
    """All that shows an entry to be in a log; nothing of it is verified yet.

    Attributes:
        index: The entry's number, from 0.
        path: Hashes from the leaf's sibling up to the root's child.
        checkpoint: The signed checkpoint.
        extra: Bytes of the application, which nothing proves.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: SignedNote
    extra: bytes = b""

    def encode(self) -> bytes:
        """Return the proof's file."""
        lines = [_HEADER]
        if self.extra:
            lines.append(_EXTRA + encoded(self.extra))
        lines += [f"{_INDEX}{self.index}", *map(encoded, self.path), "", ""]
        return "\n".join(lines).encode() + self.checkpoint.encode()


def parse_proof(content: bytes, *, place: str = "proof") -> LogProof:
    """Read a proof's file.

    Raises:
        BadInputError: It is none.
    """
    if len(content) > _LARGEST:
        raise _refusal("it is too large", place)
    top, parted, below = content.partition(b"\n\n")
    try:
        lines = top.decode("ascii").split("\n")
    except UnicodeDecodeError as bad:
        raise _refusal("it is no ASCII above the checkpoint", place) from bad
    if lines[0] != _HEADER or not parted:
        raise _refusal(f"it does not begin with {_HEADER}", place)
    rows, extra = lines[1:], b""
    if rows and rows[0].startswith(_EXTRA):
        extra = decoded(rows[0].removeprefix(_EXTRA), "the extra data", place=place)
        if not extra:
            raise _refusal("its extra line is empty", place)
        rows = rows[1:]
    number = rows[0].removeprefix(_INDEX) if rows and rows[0].startswith(_INDEX) else ""
    if not SIZE.fullmatch(number):
        raise _refusal("it names no index", place)
    path = parse_hashes(rows[1:], place=place)
    note = parse_note(below, place=place)
    return LogProof(index=int(number), path=path, checkpoint=note, extra=extra)


def make_proof(
    index: int, checkpoint: SignedNote, read: FileReader, *, today: TileReader | None = None
) -> LogProof:
    """Build the proof of an entry from a log's files.

    Args:
        index: The entry's number, from 0.
        checkpoint: A checkpoint of the log, whose signatures were verified.
        read: Gives the bytes of a file of the log.
        today: Reads what the log has become since; None where it is what the checkpoint says.
            Partial tiles of an earlier day may be gone, and no mirror has them.

    Raises:
        UsageError: The log of that checkpoint has no such entry.
        VerificationError: A file does not lead to the checkpoint's root.
        NotFoundError: A file is missing.
        BadInputError: The note is no checkpoint.
    """
    head = parse_checkpoint(checkpoint).head
    nodes = (today or TileReader(read, head)).nodes
    if today is not None and tree_root(head.size, nodes) != head.root:
        raise VerificationError(
            f"the log's first {head.size} entries are not those of the checkpoint",
            hint="keep both checkpoints: they are evidence; tell the witnesses",
        )
    path = prove_inclusion(index, head.size, nodes)
    return LogProof(index=index, path=path, checkpoint=checkpoint)


def verify_proof(
    entry: bytes,
    proof: LogProof,
    policy: Policy,
    *,
    window: Window = ANY_TIME,
    remembered: Checkpoint | None = None,
) -> Witnessed:
    """Verify, without any network, that an entry is in a log that witnesses watch.

    Args:
        entry: The entry's exact bytes.
        proof: Its proof.
        policy: The log's keys, the witnesses and how many of them are needed.
        window: When the cosignatures must have been made.
        remembered: A checkpoint of this log that the verifier has seen.

    Returns:
        The checkpoint, and who vouches for it.

    Raises:
        VerificationError: The reason why the entry is not shown to be in the log.
        SelfTestError: A primitive does not give its published answer.
    """
    witnessed = verify_checkpoint(proof.checkpoint, policy, window)
    seen = witnessed.checkpoint
    if (
        remembered is not None
        and remembered.origin == seen.origin
        and remembered.head.size == seen.head.size
        and remembered.head.root != seen.head.root
    ):
        raise VerificationError(
            f"the log has two histories of {seen.head.size} entries",
            hint="the checkpoint is forked: keep both, and send them to the witnesses",
        )
    verify_inclusion(leaf_hash(entry), proof.index, proof.path, seen.head)
    return witnessed


def parse_hashes(rows: Sequence[str], *, place: str) -> tuple[bytes, ...]:
    """Read the lines of a proof, one hash each in base64.

    Raises:
        BadInputError: There are more than 63, or one is no hash.
    """
    if len(rows) > MOST_HASHES:
        raise _refusal(f"it has more than {MOST_HASHES} hashes", place)
    path = tuple(decoded(row, "a hash", place=place) for row in rows)
    if any(len(each) != HASH_BYTES for each in path):
        raise _refusal(f"a hash has not {HASH_BYTES} bytes", place)
    return path


def _refusal(why: str, place: str) -> BadInputError:
    return BadInputError(
        f"this is no proof of a log: {why}",
        place=place,
        hint="get the proof again; it is the file beside the entry (C2SP tlog-proof)",
    )
