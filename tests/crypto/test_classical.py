"""Ed25519 alone holds only for purposes that say so."""

import pytest

from legation.crypto.classical import sign_classical, verify_classical
from legation.crypto.signing import SigningIdentity, sign
from legation.errors import UsageError, VerificationError

SIGNER = SigningIdentity(bytes(32), bytes(range(32)))
OTHER = SigningIdentity(bytes(range(32)), bytes(32))
PURPOSE = "legation/classical-short-form/v1"
REFUSALS = (UsageError, VerificationError)


def test_what_was_signed_verifies_and_every_flipped_bit_is_refused() -> None:
    signature = sign_classical(b"said", PURPOSE, SIGNER)
    verify_classical(b"said", signature, PURPOSE, SIGNER.public())
    for bit in range(8 * len(signature)):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VerificationError):
            verify_classical(b"said", bytes(changed), PURPOSE, SIGNER.public())


@pytest.mark.parametrize("length", [0, 63, 65, 3373])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(VerificationError):
        verify_classical(b"said", bytes(length), PURPOSE, SIGNER.public())


def test_other_words_keys_and_purposes_are_refused() -> None:
    signature = sign_classical(b"said", PURPOSE, SIGNER)
    for message, purpose, keys in (
        (b"says", PURPOSE, SIGNER.public()),
        (b"said", PURPOSE, OTHER.public()),
        (b"said", "legation/classical-other/v1", SIGNER.public()),
    ):
        with pytest.raises(VerificationError):
            verify_classical(message, signature, purpose, keys)


@pytest.mark.parametrize(
    "purpose", ["legation/statement/v1", "legation/classical/v1", "classical-"]
)
def test_what_asks_for_both_signatures_never_holds_by_one(purpose: str) -> None:
    with pytest.raises(UsageError):
        sign_classical(b"said", purpose, SIGNER)
    half = sign(b"said", "legation/statement/v1", SIGNER)[:64]
    with pytest.raises(REFUSALS):
        verify_classical(b"said", half, purpose, SIGNER.public())
