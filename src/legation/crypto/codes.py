"""Secrets that are shown once and kept as hashes: links, sessions, tokens, recovery codes.

A secret of 256 random bits needs no slow hash: nobody can guess it, so SHA-256 keeps
it. A recovery code is written down on paper and typed, so it is shorter (100 bits) and kept
by Argon2id (RFC 9106), at the cost that OWASP gives as the least.
"""

import hashlib
import secrets
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from legation.errors import DeniedError, VerificationError

# Crockford's letters: none is taken for another on paper.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_READ: Final = str.maketrans("OIL", "011")
_GROUP: Final = 5
_GROUPS: Final = 5  # the first finds the row, the other four are the secret
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class NewCode(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery code at its making: `text` is shown once, `selector` and `hash` are kept."""

    text: str
    selector: str
    hash: str

    def __repr__(self) -> str:
        """Show nothing secret."""
        return "NewCode(...)"


def new_secret() -> str:
    """Return 256 random bits as text that fits into an address or a cookie."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """Return what is kept of a secret of 256 bits."""
    return hashlib.sha256(b"legation secret 1\n" + secret.encode("utf-8", "replace")).hexdigest()


def new_code() -> NewCode:
    """Make a recovery code."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
    return NewCode(
        text="-".join(groups), selector=groups[0], hash=_HASHER.hash("".join(groups[1:]))
    )


def parted(code: str) -> tuple[str, str]:
    """Return selector and secret of a code as somebody typed it.

    >>> parted("abcde-fghjk mnpqr-stvwx-yzO1l")
    ('ABCDE', 'FGHJKMNPQRSTVWXYZ011')

    Raises:
        DeniedError: It has not the form of a code.
    """
    letters = "".join(code.upper().translate(_AS_READ).split()).replace("-", "")
    if len(letters) != _GROUP * _GROUPS or not set(letters) <= set(_LETTERS):
        raise DeniedError(
            "this is no recovery code", hint="it has five groups of five letters and digits"
        )
    return letters[:_GROUP], letters[_GROUP:]


def verify_code(secret: str, kept: str) -> None:
    """Check the secret part of a code against its hash.

    Raises:
        DeniedError: It is another one.
        VerificationError: The hash was changed.
    """
    try:
        _HASHER.verify(kept, secret)
    except VerifyMismatchError as other:
        raise DeniedError("this recovery code does not hold", hint="try the next one") from other
    except InvalidHashError as bad:
        raise VerificationError(
            "the hash of a recovery code is damaged", hint="restore the last backup"
        ) from bad
