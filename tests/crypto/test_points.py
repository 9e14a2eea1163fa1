import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.points import refuse_weak_ed25519, refuse_weak_ml_dsa, refuse_weak_ml_dsa_44
from legation.errors import VerificationError

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SIGN = 1 << 255


def _double(x: int, y: int) -> tuple[int, int]:
    """Double a point of the curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1)."""
    k = D * x * x * y * y % P
    return 2 * x * y * pow(1 + k, -1, P) % P, (y * y + x * x) * pow(1 - k, -1, P) % P


def _roots(square: int) -> list[int]:
    """Return the square roots modulo P, if there are any (RFC 8032, section 5.1.3)."""
    root = pow(square, (P + 3) // 8, P)
    for each in (root, root * pow(2, (P - 1) // 4, P) % P):
        if each * each % P == square % P:
            return [each, -each % P]
    return []


def _small_points() -> set[tuple[int, int]]:
    """Return the points of order 1, 2, 4 and 8, worked out from the curve's equation."""
    quarter = [(x, 0) for x in _roots(-1)]
    # A point of order 8 doubles to (x, 0), which needs y^2 = -x^2. Put into the curve's
    # equation: d x^4 - 2 x^2 - 1 = 0, so x^2 = (1 + root(1 + d)) / d.
    eighth = {
        (x, y)
        for root in _roots(1 + D)
        for x in _roots((1 + root) * pow(D, -1, P) % P)
        for y in _roots(-x * x)
    }
    return {(0, 1), (0, P - 1), *quarter, *eighth}


SMALL = _small_points()
# Every spelling: y or y + p (where it fits in 255 bits), with either sign bit.
SPELLINGS = sorted(
    {
        (value | sign).to_bytes(32, "little")
        for _, y in SMALL
        for value in (y, y + P)
        if value < SIGN
        for sign in (0, SIGN)
    }
)


def test_the_curve_has_eight_points_of_small_order() -> None:
    assert len(SMALL) == 8
    for x, y in SMALL:
        assert (-x * x + y * y - 1 - D * x * x * y * y) % P == 0
        assert _double(*_double(*_double(x, y))) == (0, 1)


def test_there_are_fourteen_spellings_of_them() -> None:
    assert len(SPELLINGS) == 14


@pytest.mark.parametrize("spelling", SPELLINGS, ids=bytes.hex)
def test_every_spelling_of_a_small_order_key_is_refused(spelling: bytes) -> None:
    with pytest.raises(VerificationError, match=r"small order|not canonically"):
        refuse_weak_ed25519(spelling)


def test_without_the_refusal_one_signature_would_verify_many_texts() -> None:
    identity = (1).to_bytes(32, "little")
    forged = identity + bytes(32)
    for number in range(20):
        Ed25519PublicKey.from_public_bytes(identity).verify(forged, f"text {number}".encode())


@pytest.mark.parametrize("y", range(19))
@pytest.mark.parametrize("sign", [0, SIGN])
def test_every_non_canonical_key_is_refused(y: int, sign: int) -> None:
    with pytest.raises(VerificationError, match="canonical"):
        refuse_weak_ed25519((y + P | sign).to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32))
def test_an_honest_key_is_taken(seed: bytes) -> None:
    refuse_weak_ed25519(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(VerificationError, match="bytes"):
        refuse_weak_ed25519(bytes(length))


@given(st.binary(min_size=32, max_size=32))
def test_an_ml_dsa_key_that_anybody_can_sign_for_is_refused(seed: bytes) -> None:
    with pytest.raises(VerificationError, match="t1 is zero"):
        refuse_weak_ml_dsa(seed + bytes(1920))


@pytest.mark.parametrize("length", [0, 1951, 1953])
def test_an_ml_dsa_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(VerificationError, match="bytes"):
        refuse_weak_ml_dsa(b"\x01" * length)


@given(st.binary(min_size=32, max_size=32))
def test_a_witness_s_ml_dsa_key_that_anybody_can_sign_for_is_refused(seed: bytes) -> None:
    with pytest.raises(VerificationError, match="t1 is zero"):
        refuse_weak_ml_dsa_44(seed + bytes(1280))
    refuse_weak_ml_dsa_44(seed + bytes(1279) + b"\x01")


@pytest.mark.parametrize("length", [0, 1311, 1313, 1952])
def test_a_witness_s_ml_dsa_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(VerificationError, match="bytes"):
        refuse_weak_ml_dsa_44(b"\x01" * length)
