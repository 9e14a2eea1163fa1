"""Sealing at rest: what lies on the disk is unreadable, unalterable and unmovable.

Cobblestone-256 (C2SP chunked encryption: AES-256-GCM in chunks, committing to its
key) takes the salt itself, so nobody can repeat a nonce. The context says what is
sealed and where it belongs; a seal lifted into another row, file or program does
not open. `sealed_files` does the same to files too large for memory.
"""

from dataclasses import dataclass, field

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from legation.crypto.selftest import require_known_answers
from legation.errors import UsageError, VerificationError

KEY_BYTES = 32
# First bytes of everything sealed: tells this form from later ones.
MAGIC = b"lgs1"
OVERHEAD = len(MAGIC) + 72

_BYTES = b"legation sealed bytes 1\x00"


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A secret of 32 bytes that seals and opens.

    Attributes:
        secret: The bytes; they never show in a representation.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a secret of another length."""
        if len(self.secret) != KEY_BYTES:
            raise UsageError(
                f"a sealing key has {KEY_BYTES} bytes, not {len(self.secret)}",
                hint="take the key from the key file",
            )

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        """Seal bytes; see `seal`."""
        return seal(plaintext, self, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Open sealed bytes; see `open_sealed`."""
        return open_sealed(sealed, self, context)


def seal(plaintext: bytes, key: SealingKey, context: bytes) -> bytes:
    """Seal bytes for one place.

    Args:
        plaintext: What is hidden; its length stays visible.
        key: The key that will open it.
        context: Where the sealed bytes belong, as the key of their row; not secret.

    Returns:
        76 bytes more than the plaintext (and 16 for each further 16 KiB).
    """
    require_known_answers()
    encryptor = Cobblestone256Encryptor(key.secret, _BYTES + context)
    return MAGIC + encryptor.update(plaintext) + encryptor.finalize()


def open_sealed(sealed: bytes, key: SealingKey, context: bytes) -> bytes:
    """Open sealed bytes.

    Args:
        sealed: What `seal` returned.
        key: The key it was sealed with.
        context: The place it was sealed for.

    Raises:
        VerificationError: The bytes, the key or the context is not the one sealed with.
    """
    require_known_answers()
    if not sealed.startswith(MAGIC):
        raise seal_does_not_hold()
    decryptor = Cobblestone256Decryptor(key.secret, _BYTES + context)
    try:
        return decryptor.update(sealed[len(MAGIC) :]) + decryptor.finalize()
    except (InvalidTag, ValueError) as broken:
        raise seal_does_not_hold() from broken


def seal_does_not_hold() -> VerificationError:
    """Return the one refusal; it does not tell a wrong key from a changed byte."""
    return VerificationError(
        "the seal does not hold",
        hint="it was sealed with another key or for another place, or it is damaged; "
        "use this desk's key file, or restore the backup",
    )
