"""Reading a whole log back: every hash is computed again from the entries.

Anybody who has a copy of the folder can do this, a monitor or the publisher after a repair.
"""

from collections.abc import Sequence

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.files import CHECKPOINT
from legation.crypto.log.keys import NoteKey, verified
from legation.crypto.log.merkle import HASH_BYTES, Frontier, leaf_hash
from legation.crypto.log.notes import SignedNote, parse_note
from legation.crypto.log.policies import verify_log_signed
from legation.crypto.log.tiles import (
    HEIGHT,
    WIDTH,
    Bundle,
    FileReader,
    Tile,
    bundles_of,
    decode_bundle,
)
from legation.errors import BadInputError, NotFoundError, VerificationError

_HINT = "the log's files are damaged or were rewritten: restore them from a mirror, and tell others"


def verify_log(
    read: FileReader, log_keys: Sequence[NoteKey], *, note: SignedNote | None = None
) -> Checkpoint:
    """Verify a whole log: signatures, entries, every tile, and the root.

    Reads each file once and holds a few tiles at a time.

    Args:
        read: Gives the bytes of a file of the log.
        log_keys: The log's keys; each must have signed the checkpoint.
        note: A checkpoint to check against, other than the one in the folder.

    Returns:
        The checkpoint that all of it leads to.

    Raises:
        VerificationError: The first contradiction, with its file.
        NotFoundError: A file is missing.
        BadInputError: The checkpoint cannot be read.
    """
    note = note or parse_note(read(CHECKPOINT), place=CHECKPOINT)
    verify_log_signed(log_keys, verified(note, log_keys))
    checkpoint = parse_checkpoint(note, place=CHECKPOINT)
    frontier, rows = Frontier(), dict[int, bytearray]()
    for bundle in bundles_of(0, checkpoint.head.size):
        for entry in _entries(read, bundle):
            for node, value in frontier.append(leaf_hash(entry)):
                level, inner = divmod(node.level, HEIGHT)
                if inner:
                    continue
                row = rows.setdefault(level, bytearray())
                row += value
                if len(row) == WIDTH * HASH_BYTES:
                    _same(read, Tile(level, node.index // WIDTH), row)
                    row.clear()
    for level, row in rows.items():
        if row:
            index = (frontier.size >> HEIGHT * level) // WIDTH
            _same(read, Tile(level, index, len(row) // HASH_BYTES), row)
    if frontier.root() != checkpoint.head.root:
        raise VerificationError("the entries do not lead to the signed root", hint=_HINT)
    return checkpoint


def _entries(read: FileReader, bundle: Bundle) -> list[bytes]:
    try:
        try:
            return decode_bundle(read(bundle.path), bundle.width, place=bundle.path)
        except NotFoundError:
            if bundle.width == WIDTH:
                raise
            whole = read(bundle.full.path)
            return decode_bundle(whole, WIDTH, place=bundle.full.path)[: bundle.width]
    except BadInputError as bad:
        raise VerificationError(str(bad), hint=_HINT) from bad


def _same(read: FileReader, tile: Tile, row: bytearray) -> None:
    try:
        content = read(tile.path)
    except NotFoundError:
        if tile.width == WIDTH:
            raise
        content = read(tile.full.path)[: len(row)]
    if content != row:
        raise VerificationError(f"{tile.path} has other hashes than the entries", hint=_HINT)
