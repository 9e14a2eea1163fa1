"""Ed25519 alone, for what must fit on paper: a QR code holds 2,953 bytes, ML-DSA-65 needs 3,309.

Only purposes that begin with `legation/classical-` are verified here, so nothing that was signed
to hold by both keys is ever shown as holding by one. Who relies on such a signature says so:
"classical signature only". It is made by `crypto.signing.sign`, of which the first part is kept.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from legation.crypto.points import refuse_weak_ed25519
from legation.crypto.selftest import require_known_answers
from legation.crypto.signing import (
    ED25519_SIGNATURE_BYTES,
    PublicIdentity,
    Signer,
    framed_for,
    sign,
)
from legation.errors import UsageError, VerificationError

_PURPOSES: Final = "legation/classical-"


def sign_classical(message: bytes, purpose: str, by: Signer) -> bytes:
    """Sign exact bytes for a purpose that asks for Ed25519 alone.

    Args:
        message: What is signed, byte for byte.
        purpose: As `legation/classical-short-form/v1`.
        by: The signer.

    Returns:
        64 bytes.

    Raises:
        UsageError: The purpose asks for both signatures.
    """
    _check(purpose)
    return sign(message, purpose, by)[:ED25519_SIGNATURE_BYTES]


def verify_classical(message: bytes, signature: bytes, purpose: str, by: PublicIdentity) -> None:
    """Verify an Ed25519 signature alone.

    Args:
        message: What was signed, byte for byte.
        signature: What `sign_classical` returned.
        purpose: What the signature must be for.
        by: The signer whose keys are registered.

    Raises:
        VerificationError: The signature does not hold.
        UsageError: The purpose asks for both signatures.
    """
    _check(purpose)
    require_known_answers()
    refuse_weak_ed25519(by.ed25519)
    try:
        Ed25519PublicKey.from_public_bytes(by.ed25519).verify(
            signature, framed_for(message, purpose)
        )
    except (InvalidSignature, ValueError) as broken:
        raise VerificationError(
            "the signature does not hold",
            hint="scan it again, and compare the fingerprint of the signer's keys",
        ) from broken


def _check(purpose: str) -> None:
    if not purpose.startswith(_PURPOSES):
        raise UsageError(
            f"{purpose!r:.80} asks for both signatures",
            hint="verify it by `crypto.signing.verify`",
        )
