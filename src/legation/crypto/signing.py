"""Signatures that hold while either Ed25519 or ML-DSA-65 holds.

Both keys sign the same bytes and both must verify: Ed25519 against an error in the
young scheme, ML-DSA-65 (FIPS 204) against a quantum computer. Every signature is
made for one purpose, named in the signed bytes, so that a signature on a note can
never be shown as one on a statement. The exact bytes are signed; nothing is
re-ordered, normalised or parsed before the signatures hold.
"""

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from legation.crypto.points import refuse_weak_ed25519, refuse_weak_ml_dsa
from legation.crypto.selftest import require_known_answers
from legation.errors import UsageError, VerificationError

ED25519_SIGNATURE_BYTES = 64
ML_DSA_65_SIGNATURE_BYTES = 3309
SIGNATURE_BYTES = ED25519_SIGNATURE_BYTES + ML_DSA_65_SIGNATURE_BYTES

_FRAME = b"legation signature 1\x00"
_FINGERPRINT = b"legation identity 1\x00"
# Keys that are kept ready; a desk knows a few hundred signers at most.
_VERIFIERS: Final = 256
_PURPOSE = re.compile(r"legation/[a-z][a-z-]{0,62}/v[1-9][0-9]{0,3}")


class PublicIdentity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The two public keys of one signer; weak ones are refused when it is made or read.

    Attributes:
        ed25519: 32 bytes (RFC 8032).
        ml_dsa_65: 1,952 bytes (FIPS 204).
    """

    ed25519: bytes
    ml_dsa_65: bytes

    def __post_init__(self) -> None:
        """Refuse keys that nobody should trust."""
        refuse_weak_ed25519(self.ed25519)
        refuse_weak_ml_dsa(self.ml_dsa_65)

    def fingerprint(self) -> str:
        """Return what two people compare: eight groups of eight hexadecimal digits."""
        digest = hashlib.sha256(_FINGERPRINT + self.ed25519 + self.ml_dsa_65).hexdigest()
        return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


class Signer(Protocol):
    """What holds both private keys of one signer: in memory, or in a device that never shows them.

    Only `sign` and `log.signers` ask for bare signatures: they say in the signed bytes what each
    is for.
    """

    def public(self) -> PublicIdentity:
        """Return the public half."""
        ...

    def sign_ed25519(self, message: bytes) -> bytes:
        """Sign bytes that name their purpose, by RFC 8032."""
        ...

    def sign_ml_dsa_65(self, message: bytes, context: bytes) -> bytes:
        """Sign bytes that name their purpose, by FIPS 204, in a context."""
        ...


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """The two private keys of one signer, in memory.

    Attributes:
        ed25519_seed: 32 secret bytes.
        ml_dsa_65_seed: 32 secret bytes.
    """

    ed25519_seed: bytes = field(repr=False)
    ml_dsa_65_seed: bytes = field(repr=False)

    def public(self) -> PublicIdentity:
        """Return the public half."""
        require_known_answers()
        return PublicIdentity(
            ed25519=Ed25519PrivateKey.from_private_bytes(self.ed25519_seed)
            .public_key()
            .public_bytes_raw(),
            ml_dsa_65=MLDSA65PrivateKey.from_seed_bytes(self.ml_dsa_65_seed)
            .public_key()
            .public_bytes_raw(),
        )

    def sign_ed25519(self, message: bytes) -> bytes:
        """Sign bytes that name their purpose, by RFC 8032."""
        return Ed25519PrivateKey.from_private_bytes(self.ed25519_seed).sign(message)

    def sign_ml_dsa_65(self, message: bytes, context: bytes) -> bytes:
        """Sign bytes that name their purpose, by FIPS 204, in a context."""
        return MLDSA65PrivateKey.from_seed_bytes(self.ml_dsa_65_seed).sign(message, context)


def sign(message: bytes, purpose: str, by: Signer) -> bytes:
    """Sign exact bytes for one purpose.

    Args:
        message: What is signed, byte for byte.
        purpose: What the signature is for, as `legation/statement/v1`.
        by: The signer.

    Returns:
        3,373 bytes: the Ed25519 signature, then the ML-DSA-65 signature.

    Raises:
        UsageError: The purpose is not of that form.
        SelfTestError: A primitive does not give its published answer.
    """
    require_known_answers()
    context = _context(purpose)
    framed = _framed(message, context)
    return by.sign_ed25519(framed) + by.sign_ml_dsa_65(framed, context)


def verify(message: bytes, signature: bytes, purpose: str, by: PublicIdentity) -> None:
    """Verify that the signer signed exactly these bytes for this purpose.

    Args:
        message: What was signed, byte for byte.
        signature: What `sign` returned.
        purpose: What the signature must be for.
        by: The signer whose keys are registered.

    Raises:
        VerificationError: One of the two signatures does not hold.
        UsageError: The purpose is not of the form `legation/<thing>/v<number>`.
        SelfTestError: A primitive does not give its published answer.
    """
    verifier_of(by.ed25519, by.ml_dsa_65).verify(message, signature, purpose)


@final
class Verifier:
    """Verifies what one signer signed: the keys are read and judged once, not at each signature.

    Attributes:
        fingerprint: Of both keys, as `PublicIdentity.fingerprint` writes it.
    """

    __slots__ = ("_ed25519", "_ml_dsa_65", "fingerprint")

    def __init__(self, by: PublicIdentity) -> None:
        """Read the keys.

        Raises:
            VerificationError: A key is weak, or no key.
            SelfTestError: A primitive does not give its published answer.
        """
        require_known_answers()
        refuse_weak_ed25519(by.ed25519)
        refuse_weak_ml_dsa(by.ml_dsa_65)
        try:
            self._ed25519 = Ed25519PublicKey.from_public_bytes(by.ed25519)
            self._ml_dsa_65 = MLDSA65PublicKey.from_public_bytes(by.ml_dsa_65)
        except ValueError as broken:
            raise _refusal() from broken
        self.fingerprint = by.fingerprint()

    def verify(self, message: bytes, signature: bytes, purpose: str) -> None:
        """Verify that the signer signed exactly these bytes for this purpose; see `verify`.

        Raises:
            VerificationError: One of the two signatures does not hold.
            UsageError: The purpose is not of its form.
        """
        context = _context(purpose)
        if len(signature) != SIGNATURE_BYTES:
            raise _refusal()
        framed = _framed(message, context)
        try:
            self._ed25519.verify(signature[:ED25519_SIGNATURE_BYTES], framed)
            self._ml_dsa_65.verify(signature[ED25519_SIGNATURE_BYTES:], framed, context)
        except (InvalidSignature, ValueError) as broken:
            raise _refusal() from broken


@lru_cache(maxsize=_VERIFIERS)
def verifier_of(ed25519: bytes, ml_dsa_65: bytes) -> Verifier:
    """Return what verifies for two keys; those asked for last are kept, by all their bytes.

    Args:
        ed25519: 32 bytes.
        ml_dsa_65: 1,952 bytes.

    Raises:
        VerificationError: A key is weak, or no key.
        SelfTestError: A primitive does not give its published answer.
    """
    return Verifier(PublicIdentity(ed25519=ed25519, ml_dsa_65=ml_dsa_65))


def framed_for(message: bytes, purpose: str) -> bytes:
    """Return the bytes that both keys sign: the message in the frame of its purpose.

    Raises:
        UsageError: The purpose is not of the form `legation/<thing>/v<number>`.
    """
    return _framed(message, _context(purpose))


def _context(purpose: str) -> bytes:
    if not _PURPOSE.fullmatch(purpose):
        raise UsageError(
            f"{purpose!r} is no purpose of a signature",
            hint="write it as legation/<thing>/v<number>, as legation/statement/v1",
        )
    return purpose.encode("ascii")


def _framed(message: bytes, context: bytes) -> bytes:
    # The length before the context makes the frame readable in one way only.
    return _FRAME + bytes([len(context)]) + context + message


def _refusal() -> VerificationError:
    return VerificationError(
        "the signature does not hold",
        hint="the text, the signature, the purpose or the signer's keys differ from what was "
        "signed; get the original again, and compare fingerprints with the signer",
    )
