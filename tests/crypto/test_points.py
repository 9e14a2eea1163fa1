import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.points import refuse_weak_ed25519, refuse_weak_ml_dsa, refuse_weak_ml_dsa_44
from legation.errors import VerificationError
from worlds.weak_keys import SIGN, SMALL, SPELLINGS, D, P


def _double(x: int, y: int) -> tuple[int, int]:
    """Double a point of the curve -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1)."""
    k = D * x * x * y * y % P
    return 2 * x * y * pow(1 + k, -1, P) % P, (y * y + x * x) * pow(1 - k, -1, P) % P


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
