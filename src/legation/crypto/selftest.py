"""The primitives must give their published answers before anything relies on them.

A wheel built against another back end may lack ML-DSA or compute something else; a
damaged machine may too. So the first use of a signature, a seal or a key file in a
process asks each primitive a question with a published answer, forwards and, where
it can refuse, with an altered question. One wrong answer, and legation refuses to
go on.
"""

import functools
import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.exceptions import (
    InternalError,
    InvalidSignature,
    InvalidTag,
    UnsupportedAlgorithm,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from legation.crypto import vectors
from legation.errors import SelfTestError

_REFUSALS = (InvalidSignature, InvalidTag, ValueError)
# What a back end without the primitive, or with a broken one, is known to raise.
_FAULTS = (*_REFUSALS, UnsupportedAlgorithm, InternalError, HashingError, AttributeError, TypeError)


def _hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def argon2id(passphrase: bytes, salt: bytes, passes: int, kibibytes: int, lanes: int) -> bytes:
    """Derive 32 bytes from a passphrase (RFC 9106); for `key_files` and the self-test."""
    return hash_secret_raw(passphrase, salt, passes, kibibytes, lanes, hash_len=32, type=Type.ID)


def _ed25519_public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _ed25519_sign(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def _ed25519_verify(public: bytes, signature: bytes, message: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def _ml_dsa_public(seed: bytes) -> bytes:
    return MLDSA65PrivateKey.from_seed_bytes(seed).public_key().public_bytes_raw()


def _ml_dsa_sign(seed: bytes, message: bytes, context: bytes) -> bytes:
    return MLDSA65PrivateKey.from_seed_bytes(seed).sign(message, context)


def _ml_dsa_verify(public: bytes, signature: bytes, message: bytes, context: bytes) -> None:
    MLDSA65PublicKey.from_public_bytes(public).verify(signature, message, context)


def _aes_gcm(key: bytes, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
    return AESGCM(key).encrypt(nonce, plaintext, data)


def _cobblestone_open(key: bytes, context: bytes, ciphertext: bytes) -> bytes:
    decryptor = Cobblestone256Decryptor(key, context)
    return decryptor.update(ciphertext) + decryptor.finalize()


@dataclass(frozen=True, slots=True)
class Primitives:
    """The primitives legation stands on, as the installed libraries provide them."""

    hmac_sha256: Callable[[bytes, bytes], bytes] = _hmac_sha256
    argon2id: Callable[[bytes, bytes, int, int, int], bytes] = argon2id
    ed25519_public: Callable[[bytes], bytes] = _ed25519_public
    ed25519_sign: Callable[[bytes, bytes], bytes] = _ed25519_sign
    ed25519_verify: Callable[[bytes, bytes, bytes], None] = _ed25519_verify
    ml_dsa_public: Callable[[bytes], bytes] = _ml_dsa_public
    ml_dsa_sign: Callable[[bytes, bytes, bytes], bytes] = _ml_dsa_sign
    ml_dsa_verify: Callable[[bytes, bytes, bytes, bytes], None] = _ml_dsa_verify
    aes_gcm: Callable[[bytes, bytes, bytes, bytes], bytes] = _aes_gcm
    cobblestone_open: Callable[[bytes, bytes, bytes], bytes] = _cobblestone_open


@functools.cache
def require_known_answers() -> None:
    """Test the installed primitives once in this process.

    Raises:
        SelfTestError: A primitive does not give its published answer. Every later
            call tests again, and refuses again.
    """
    check_known_answers(Primitives())


def check_known_answers(primitives: Primitives) -> None:
    """Ask each primitive for its published answer.

    Raises:
        SelfTestError: One answer is wrong, or an altered question is answered.
    """
    for name, test in _tests(primitives):
        try:
            holds = test()
        except _FAULTS as fault:
            raise _refusal(name) from fault
        if not holds:
            raise _refusal(name)


def _tests(given: Primitives) -> Iterator[tuple[str, Callable[[], bool]]]:
    yield (
        "HMAC-SHA256",
        lambda: given.hmac_sha256(vectors.HMAC_KEY, vectors.HMAC_MESSAGE) == vectors.HMAC_TAG,
    )
    yield (
        "Argon2id",
        lambda: (
            given.argon2id(vectors.ARGON2_PASSWORD, vectors.ARGON2_SALT, 2, 256, 1)
            == vectors.ARGON2_KEY
        ),
    )
    yield (
        "AES-256-GCM",
        lambda: (
            given.aes_gcm(
                vectors.AES_GCM_KEY,
                vectors.AES_GCM_NONCE,
                vectors.AES_GCM_PLAINTEXT,
                vectors.AES_GCM_DATA,
            )
            == vectors.AES_GCM_CIPHERTEXT
        ),
    )
    yield "Cobblestone-256", lambda: _cobblestone_holds(given)
    yield "Ed25519", lambda: _ed25519_holds(given)
    yield "ML-DSA-65", lambda: _ml_dsa_holds(given)


def _cobblestone_holds(given: Primitives) -> bool:
    key, context = vectors.COBBLESTONE_KEY, vectors.COBBLESTONE_CONTEXT
    sealed = vectors.COBBLESTONE_CIPHERTEXT
    return given.cobblestone_open(
        key, context, sealed
    ) == vectors.COBBLESTONE_PLAINTEXT and _refuses(
        lambda: given.cobblestone_open(key, context, _altered(sealed))
    )


def _ed25519_holds(given: Primitives) -> bool:
    public, message = vectors.ED25519_PUBLIC, vectors.ED25519_MESSAGE
    signature = vectors.ED25519_SIGNATURE
    given.ed25519_verify(public, signature, message)
    return (
        given.ed25519_public(vectors.ED25519_SEED) == public
        and given.ed25519_sign(vectors.ED25519_SEED, message) == signature
        and _refuses(lambda: given.ed25519_verify(public, _altered(signature), message))
    )


def _ml_dsa_holds(given: Primitives) -> bool:
    message, context = vectors.ML_DSA_MESSAGE, vectors.ML_DSA_CONTEXT
    public = given.ml_dsa_public(vectors.ML_DSA_SEED)
    given.ml_dsa_verify(public, vectors.ML_DSA_SIGNATURE, message, context)
    # Signing is hedged with fresh randomness, so its answer is verified, not compared.
    fresh = given.ml_dsa_sign(vectors.ML_DSA_SEED, message, context)
    given.ml_dsa_verify(public, fresh, message, context)
    return (
        hashlib.sha256(public).digest() == vectors.ML_DSA_PUBLIC_SHA256
        and _refuses(lambda: given.ml_dsa_verify(public, _altered(fresh), message, context))
        and _refuses(lambda: given.ml_dsa_verify(public, fresh, message, b""))
    )


def _altered(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def _refuses(act: Callable[[], object]) -> bool:
    try:
        act()
    except _REFUSALS:
        return True
    return False


def _refusal(name: str) -> SelfTestError:
    return SelfTestError(
        f"{name} does not give its published answer on this machine",
        hint="nothing was signed, sealed or opened; install the cryptography and argon2-cffi "
        "wheels named in the lock file, and check the machine's memory",
    )
