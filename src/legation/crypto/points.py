"""Public keys that nobody should trust, though the primitives accept them.

Eight points of Ed25519's curve have small order: with one of them as identity key a
single fixed signature verifies every text. A point may also have a second,
non-canonical spelling, so that one key gets two names. ML-DSA has a like: a public
key whose vector t1 is zero needs no secret to sign for. PyCA takes all of them,
so they are refused here, when a key is registered and again when it verifies.
"""

from legation.errors import VerificationError

ED25519_BYTES = 32
ML_DSA_44_BYTES = 1312
ML_DSA_65_BYTES = 1952

# The field of RFC 8032, section 5.1, and the y of the points of order 8.
_P = 2**255 - 19
_ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# Orders 1, 2, 4 and 8; each y stands for the points with either sign of x.
_SMALL_ORDER_Y = frozenset({1, _P - 1, 0, _ORDER_8_Y, _P - _ORDER_8_Y})
_SIGN_BIT = 1 << 255
# FIPS 204, section 7.2: the public key is a seed of 32 bytes, then t1.
_ML_DSA_SEED_BYTES = 32

_HINT = "do not register this key; ask its owner, over another channel, for the right one"


def refuse_weak_ed25519(encoded: bytes) -> None:
    """Refuse a public key of small order or with a non-canonical encoding.

    Args:
        encoded: The 32 bytes of RFC 8032, section 5.1.2.

    Raises:
        VerificationError: The key must not be trusted.
    """
    if len(encoded) != ED25519_BYTES:
        raise VerificationError(
            f"an Ed25519 public key has {ED25519_BYTES} bytes, not {len(encoded)}", hint=_HINT
        )
    y = int.from_bytes(encoded, "little") & ~_SIGN_BIT
    if y >= _P:
        raise VerificationError("the Ed25519 public key is not canonically encoded", hint=_HINT)
    if y in _SMALL_ORDER_Y:
        raise VerificationError("the Ed25519 public key has small order", hint=_HINT)


def refuse_weak_ml_dsa(encoded: bytes) -> None:
    """Refuse a public key that anybody can sign for.

    Args:
        encoded: The 1,952 bytes of FIPS 204, algorithm 22, for ML-DSA-65.

    Raises:
        VerificationError: The key must not be trusted.
    """
    _refuse_empty_ml_dsa(encoded, "ML-DSA-65", ML_DSA_65_BYTES)


def refuse_weak_ml_dsa_44(encoded: bytes) -> None:
    """Refuse a witness's public key that anybody can sign for.

    Args:
        encoded: The 1,312 bytes of FIPS 204, algorithm 22, for ML-DSA-44.

    Raises:
        VerificationError: The key must not be trusted.
    """
    _refuse_empty_ml_dsa(encoded, "ML-DSA-44", ML_DSA_44_BYTES)


def _refuse_empty_ml_dsa(encoded: bytes, name: str, length: int) -> None:
    if len(encoded) != length:
        raise VerificationError(
            f"an {name} public key has {length} bytes, not {len(encoded)}", hint=_HINT
        )
    if not any(encoded[_ML_DSA_SEED_BYTES:]):
        raise VerificationError(f"the {name} public key is empty (t1 is zero)", hint=_HINT)
