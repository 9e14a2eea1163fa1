"""Key files of those who hold a key of statements: root, issuer, log and witness.

Each kind has its own first line, so a root key is never read where an issuer's was meant. A root
or issuer key is always under a passphrase; a log and a witness may start unattended, and theirs
may say that nothing but the file's mode protects it. A key in a token leaves here its name, and
the ML-DSA seed of a token that cannot hold it.
"""

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Final, final

import msgspec

from legation.crypto.locked_files import (
    UNPROTECTED,
    Protection,
    is_unprotected,
    read_content,
    read_locked,
    write_locked,
)
from legation.crypto.log.signers import WitnessIdentity
from legation.crypto.signing import SigningIdentity
from legation.errors import BadInputError, UsageError

_SEED_BYTES: Final = 32
_HINT: Final = "check the path; new keys are made by: legation statement keys"


class Kind(StrEnum):
    """What a key is for."""

    ROOT = "root"
    ISSUER = "issuer"
    LOG = "log"
    WITNESS = "witness"

    @property
    def may_be_unprotected(self) -> bool:
        """Tell whether its program may start without anybody who types a passphrase."""
        return self in (Kind.LOG, Kind.WITNESS)

    @property
    def heading(self) -> str:
        """Return what the first line of its files says."""
        return f"{self.value} key"


@final
class Seeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="seeds"):
    """Both secrets, in the file.

    Attributes:
        ed25519: 32 secret bytes.
        ml_dsa: 32 secret bytes: of ML-DSA-44 for a witness, of ML-DSA-65 for others.
    """

    ed25519: bytes
    ml_dsa: bytes

    def __repr__(self) -> str:
        """Show nothing secret."""
        return "Seeds(...)"


@final
class TokenKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="token"):
    """A key that a token holds, and what the token cannot hold of it.

    Attributes:
        token: The token's label.
        label: The key's label in it.
        ed25519: The public key of its Ed25519 key, 32 bytes.
        ml_dsa: The ML-DSA-65 seed, 32 secret bytes; None where the token holds that key too.
        ml_dsa_public: The public key of the token's ML-DSA-65 key; None where the seed is here.
    """

    token: str
    label: str
    ed25519: bytes
    ml_dsa: bytes | None = None
    ml_dsa_public: bytes | None = None

    def __repr__(self) -> str:
        """Show nothing secret."""
        return f"TokenKey(token={self.token!r}, label={self.label!r}, ...)"


Held = Seeds | TokenKey
_HELD: Final[msgspec.json.Decoder[Held]] = msgspec.json.Decoder(Seeds | TokenKey)


def new_seeds() -> Seeds:
    """Make fresh secrets from the machine's random source."""
    return Seeds(ed25519=secrets.token_bytes(_SEED_BYTES), ml_dsa=secrets.token_bytes(_SEED_BYTES))


def write_held(path: Path, kind: Kind, held: Held, protection: Protection) -> None:
    """Write a new key file, mode 0600, whole and flushed to the disk.

    Args:
        path: Where; a file already there is kept, as keys cannot be made again.
        kind: What the key is for.
        held: The secrets, or where they are.
        protection: A passphrase; `UNPROTECTED` for a log or a witness alone.

    Raises:
        UsageError: The kind needs a passphrase, or a witness's key would be in a token.
        ConflictError: A file is there already.
        SelfTestError: A primitive does not give its published answer.
    """
    if protection is UNPROTECTED and not kind.may_be_unprotected:
        raise UsageError(
            f"a {kind.heading} is kept under a passphrase", hint="give a passphrase for it"
        )
    _check(kind, held, place=str(path))
    write_locked(path, kind.heading, msgspec.json.encode(held), protection)


def read_held(path: Path, kind: Kind, protection: Protection) -> Held:
    """Read a key file of that kind.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file, it needs a passphrase that was not given,
            or it is unprotected although a passphrase was given.
        VerificationError: The passphrase is wrong or the file was changed.
        BadInputError: It is no key file, or of another kind.
        SelfTestError: A primitive does not give its published answer.
    """
    payload = read_locked(path, kind.heading, protection, hint=_HINT)
    try:
        held = _HELD.decode(payload)
    except msgspec.DecodeError as bad:
        raise BadInputError(
            "the key file's content is not of this version",
            place=str(path),
            hint="it was written by another version of legation",
        ) from bad
    _check(kind, held, place=str(path))
    return held


def needs_passphrase(path: Path) -> bool:
    """Tell whether a key file is under a passphrase.

    Raises:
        NotFoundError: No file is there.
        DeniedError: Others may read the file.
    """
    return not is_unprotected(read_content(path, hint=_HINT))


def identity_of(seeds: Seeds) -> SigningIdentity:
    """Return what signs with the secrets of a root, issuer or log key."""
    return SigningIdentity(seeds.ed25519, seeds.ml_dsa)


def witness_of(seeds: Seeds) -> WitnessIdentity:
    """Return what cosigns with the secrets of a witness key."""
    return WitnessIdentity(seeds.ed25519, seeds.ml_dsa)


def _check(kind: Kind, held: Held, *, place: str) -> None:
    if isinstance(held, TokenKey):
        if kind is Kind.WITNESS:
            raise UsageError("a witness's key is in no token", hint="keep it in its key file")
        if (held.ml_dsa is None) == (held.ml_dsa_public is None):
            raise _damaged(place)
        seeds = [held.ed25519] + ([held.ml_dsa] if held.ml_dsa is not None else [])
    else:
        seeds = [held.ed25519, held.ml_dsa]
    if any(len(seed) != _SEED_BYTES for seed in seeds):
        raise _damaged(place)


def _damaged(place: str) -> BadInputError:
    return BadInputError(
        f"a secret has not {_SEED_BYTES} bytes, or one is missing",
        place=place,
        hint="restore the key file from its backup",
    )
