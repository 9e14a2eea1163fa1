import re
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from hypothesis import given
from hypothesis import strategies as st

import legation
from legation.crypto.keys import KeySet
from legation.crypto.signing import (
    ED25519_SIGNATURE_BYTES,
    SIGNATURE_BYTES,
    PublicIdentity,
    sign,
    verifier_of,
    verify,
)
from legation.errors import UsageError, VerificationError

NOTE, STATEMENT = "legation/note/v1", "legation/statement/v1"
alice = KeySet.generate().identity()
mallory = KeySet.generate().identity()
ALICE, MALLORY = alice.public(), mallory.public()
TEXT = b"The talks begin on Monday."
SIGNED = sign(TEXT, NOTE, alice)


@given(st.binary(max_size=200))
def test_what_was_signed_verifies(message: bytes) -> None:
    verify(message, sign(message, NOTE, alice), NOTE, ALICE)


def test_a_signature_is_both_signatures_in_order() -> None:
    assert len(SIGNED) == SIGNATURE_BYTES == 64 + 3309


@given(st.integers(0, SIGNATURE_BYTES * 8 - 1))
def test_a_signature_with_any_bit_changed_is_refused(bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VerificationError):
        verify(TEXT, bytes(changed), NOTE, ALICE)


@given(st.integers(0, len(TEXT) * 8 - 1))
def test_a_text_with_any_bit_changed_is_refused(bit: int) -> None:
    changed = bytearray(TEXT)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VerificationError):
        verify(bytes(changed), SIGNED, NOTE, ALICE)


@given(st.integers(0, SIGNATURE_BYTES + 50).filter(lambda length: length != SIGNATURE_BYTES))
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(VerificationError):
        verify(TEXT, SIGNED.ljust(length, b"\x00")[:length], NOTE, ALICE)


def test_one_good_leg_does_not_carry_a_bad_one() -> None:
    cut = ED25519_SIGNATURE_BYTES
    forged = sign(TEXT, NOTE, mallory)
    for mixed in (SIGNED[:cut] + forged[cut:], forged[:cut] + SIGNED[cut:]):
        with pytest.raises(VerificationError):
            verify(TEXT, mixed, NOTE, ALICE)
    halves = PublicIdentity(ed25519=ALICE.ed25519, ml_dsa_65=MALLORY.ml_dsa_65)
    with pytest.raises(VerificationError):
        verify(TEXT, SIGNED, NOTE, halves)


def test_a_signature_of_another_signer_is_refused() -> None:
    with pytest.raises(VerificationError):
        verify(TEXT, SIGNED, NOTE, MALLORY)


def test_a_signature_for_one_purpose_is_refused_for_another() -> None:
    with pytest.raises(VerificationError):
        verify(TEXT, SIGNED, STATEMENT, ALICE)


def test_bare_signatures_over_the_text_are_refused() -> None:
    bare = Ed25519PrivateKey.from_private_bytes(alice.ed25519_seed).sign(TEXT)
    bare += MLDSA65PrivateKey.from_seed_bytes(alice.ml_dsa_65_seed).sign(TEXT, NOTE.encode())
    with pytest.raises(VerificationError):
        verify(TEXT, bare, NOTE, ALICE)


def test_the_signed_bytes_are_those_of_the_documented_frame() -> None:
    framed = b"legation signature 1\x00" + bytes([len(NOTE)]) + NOTE.encode() + TEXT
    classical = Ed25519PrivateKey.from_private_bytes(alice.ed25519_seed)
    classical.public_key().verify(SIGNED[:64], framed)
    quantum_safe = MLDSA65PrivateKey.from_seed_bytes(alice.ml_dsa_65_seed).public_key()
    quantum_safe.verify(SIGNED[64:], framed, NOTE.encode())


@pytest.mark.parametrize(
    "purpose", ["", "note", "legation/note", "legation/Note/v1", "legation/note/v0", f"{NOTE}\n"]
)
def test_a_purpose_of_another_form_is_refused(purpose: str) -> None:
    with pytest.raises(UsageError):
        sign(TEXT, purpose, alice)
    with pytest.raises(UsageError):
        verify(TEXT, SIGNED, purpose, ALICE)


def test_a_small_order_key_cannot_be_registered() -> None:
    identity = (1).to_bytes(32, "little")
    with pytest.raises(VerificationError, match="small order"):
        PublicIdentity(ed25519=identity, ml_dsa_65=ALICE.ml_dsa_65)
    wire = msgspec.json.encode({"ed25519": identity, "ml_dsa_65": ALICE.ml_dsa_65})
    with pytest.raises(VerificationError, match="small order"):
        msgspec.json.decode(wire, type=PublicIdentity)


def test_a_small_order_key_that_slipped_in_does_not_verify() -> None:
    slipped = PublicIdentity(ed25519=ALICE.ed25519, ml_dsa_65=ALICE.ml_dsa_65)
    identity = (1).to_bytes(32, "little")
    msgspec.structs.force_setattr(slipped, "ed25519", identity)
    with pytest.raises(VerificationError, match="small order"):
        verify(TEXT, identity + bytes(32) + SIGNED[64:], NOTE, slipped)


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing() -> None:
    nowhere = PublicIdentity(ed25519=(2).to_bytes(32, "little"), ml_dsa_65=ALICE.ml_dsa_65)
    with pytest.raises(VerificationError):
        verify(TEXT, SIGNED, NOTE, nowhere)


def test_a_public_identity_survives_the_wire_with_its_fingerprint() -> None:
    read = msgspec.json.decode(msgspec.json.encode(ALICE), type=PublicIdentity)
    assert read == ALICE
    assert read.fingerprint() == ALICE.fingerprint() != MALLORY.fingerprint()
    assert [len(group) for group in read.fingerprint().split(" ")] == [8] * 8


def test_private_keys_show_in_no_representation() -> None:
    assert repr(alice) == "SigningIdentity()"


def test_no_part_but_cryptography_asks_a_key_for_a_bare_signature() -> None:
    source = Path(legation.__file__).parent
    asking = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if re.search(r"\.sign_(?:ed25519|ml_dsa_65)\b", path.read_text("utf-8"))
    }
    assert asking == {"crypto/signing.py", "crypto/log/signers.py", "crypto/tokens.py"}


def test_any_holder_of_both_keys_signs_in_the_same_frame() -> None:
    class Elsewhere:
        """Whatever has public keys and signs bytes."""

        def public(self) -> PublicIdentity:
            return ALICE

        def sign_ed25519(self, message: bytes) -> bytes:
            assert message.startswith(b"legation signature 1\x00")
            return alice.sign_ed25519(message)

        def sign_ml_dsa_65(self, message: bytes, context: bytes) -> bytes:
            assert context == NOTE.encode()
            return alice.sign_ml_dsa_65(message, context)

    verify(TEXT, sign(TEXT, NOTE, Elsewhere()), NOTE, ALICE)


def test_a_verifier_verifies_as_the_function_does_and_for_its_signer_alone() -> None:
    alice = verifier_of(ALICE.ed25519, ALICE.ml_dsa_65)
    alice.verify(TEXT, SIGNED, NOTE)
    assert alice.fingerprint == ALICE.fingerprint()
    for ed25519, ml_dsa_65 in (
        (MALLORY.ed25519, ALICE.ml_dsa_65),
        (ALICE.ed25519, MALLORY.ml_dsa_65),
        (MALLORY.ed25519, MALLORY.ml_dsa_65),
    ):
        with pytest.raises(VerificationError):
            verifier_of(ed25519, ml_dsa_65).verify(TEXT, SIGNED, NOTE)


def test_a_key_is_weighed_again_whatever_was_verified_before() -> None:
    verifier_of(ALICE.ed25519, ALICE.ml_dsa_65).verify(TEXT, SIGNED, NOTE)
    for weak in ((1).to_bytes(32, "little"), bytes(32)):
        for _ in range(2):
            with pytest.raises(VerificationError, match="small order"):
                verifier_of(weak, ALICE.ml_dsa_65)
    with pytest.raises(VerificationError, match="t1 is zero"):
        verifier_of(ALICE.ed25519, ALICE.ml_dsa_65[:32] + bytes(1920))


def test_verifiers_are_kept_in_bounds() -> None:
    for number in range(300):
        seed = number.to_bytes(32, "big")
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        assert verifier_of(public, ALICE.ml_dsa_65) is verifier_of(public, ALICE.ml_dsa_65)
    assert verifier_of.cache_info().currsize <= 256
