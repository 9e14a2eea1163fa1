"""Sealing of files larger than memory.

A stream's opening hands out plaintext before the end of the stream is proved. So the
plaintext goes into a part file that takes its name only after the last chunk is
proved: a truncated, lengthened or altered file leaves nothing at the target.
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from legation.crypto.durable import written_whole
from legation.crypto.sealing import MAGIC, SealingKey, seal_does_not_hold
from legation.crypto.selftest import require_known_answers
from legation.errors import NotFoundError

_FILE = b"legation sealed file 1\x00"
_PIECE = 1 << 20


def seal_file(source: Path, target: Path, key: SealingKey, context: bytes) -> None:
    """Seal a file into another.

    Args:
        source: The file to hide; it is left as it is.
        target: The sealed file; a file already there is kept.
        key: The key that will open it.
        context: Where the sealed file belongs; not secret.

    Raises:
        NotFoundError: There is no such source.
        ConflictError: The target is there already.
    """
    require_known_answers()
    encryptor = Cobblestone256Encryptor(key.secret, _FILE + context)
    with written_whole(target, replace=False) as sealed:
        sealed.write(MAGIC)
        for piece in _pieces(source):
            sealed.write(encryptor.update(piece))
        sealed.write(encryptor.finalize())


def open_sealed_file(source: Path, target: Path, key: SealingKey, context: bytes) -> None:
    """Open a sealed file into another, which appears only when all of it is proved.

    Args:
        source: What `seal_file` wrote.
        target: The opened file, mode 0600; a file already there is kept.
        key: The key it was sealed with.
        context: The place it was sealed for.

    Raises:
        VerificationError: The file, the key or the context is not the one sealed with.
        NotFoundError: There is no such source.
        ConflictError: The target is there already.
    """
    require_known_answers()
    decryptor = Cobblestone256Decryptor(key.secret, _FILE + context)
    with written_whole(target, replace=False) as opened:
        try:
            for piece in _body(source):
                opened.write(decryptor.update(piece))
            opened.write(decryptor.finalize())
        except (InvalidTag, ValueError) as broken:
            raise seal_does_not_hold() from broken


def _pieces(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except (FileNotFoundError, IsADirectoryError) as gone:
        raise NotFoundError(f"no file at {source}", hint="check the path") from gone


def _body(source: Path) -> Iterator[bytes]:
    pieces = _pieces(source)
    first = next(pieces, b"")
    if not first.startswith(MAGIC):
        raise seal_does_not_hold()
    yield first[len(MAGIC) :]
    yield from pieces
