"""What is kept of a secret does not tell it, and only the secret fits it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.crypto.codes import fingerprint, new_code, new_secret, parted, verify_code
from legation.errors import DeniedError, VerificationError


def test_a_secret_has_256_bits_and_its_fingerprint_hides_it() -> None:
    secret = new_secret()
    assert len(secret) == 43
    assert secret not in fingerprint(secret)
    assert fingerprint(secret) != fingerprint(new_secret())


def test_a_code_is_proved_as_it_was_typed_and_by_nothing_else() -> None:
    code = new_code()
    selector, secret = parted(code.text.lower().replace("-", " "))
    assert selector == code.selector
    verify_code(secret, code.hash)
    assert secret not in repr(code) + code.hash
    # The least that OWASP gives for it.
    assert code.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    with pytest.raises(DeniedError):
        verify_code(secret[::-1], code.hash)
    with pytest.raises(VerificationError):
        verify_code(secret, "nothing")


@given(st.text())
def test_words_that_are_no_code_are_refused(words: str) -> None:
    try:
        selector, secret = parted(words)
    except DeniedError:
        return
    assert (len(selector), len(secret)) == (5, 20)
