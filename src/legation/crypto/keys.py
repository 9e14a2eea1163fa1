"""The secrets of one desk: who it is, what it seals with, how it names persons.

Four independent secrets, so that none can be used in another's place: two seeds that
sign, one key that seals, one that makes pseudonyms. Losing the pseudonym key severs
the tie between old and new pseudonyms; losing the sealing key loses what is sealed.
`key_files` keeps the set on disk.
"""

import secrets
from typing import Self

import msgspec

from legation.crypto.sealing import SealingKey
from legation.crypto.signing import SigningIdentity
from legation.errors import BadInputError

_SECRET_BYTES = 32


class KeySet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All secrets of one desk, 32 bytes each; none shows in a representation.

    Attributes:
        ed25519_seed: Signs, classically.
        ml_dsa_65_seed: Signs, safe from quantum computers.
        sealing_secret: Seals what lies at rest.
        pseudonym_secret: Turns account names into pseudonyms.
    """

    ed25519_seed: bytes
    ml_dsa_65_seed: bytes
    sealing_secret: bytes
    pseudonym_secret: bytes

    def __post_init__(self) -> None:
        """Refuse a secret of the wrong length."""
        for name in self.__struct_fields__:
            if len(getattr(self, name)) != _SECRET_BYTES:
                raise BadInputError(
                    f"the secret has not {_SECRET_BYTES} bytes",
                    place=name,
                    hint="restore the key file from its backup",
                )

    def __repr__(self) -> str:
        """Show nothing secret."""
        return "KeySet(...)"

    @classmethod
    def generate(cls) -> Self:
        """Make fresh secrets from the machine's random source."""
        return cls(
            ed25519_seed=secrets.token_bytes(_SECRET_BYTES),
            ml_dsa_65_seed=secrets.token_bytes(_SECRET_BYTES),
            sealing_secret=secrets.token_bytes(_SECRET_BYTES),
            pseudonym_secret=secrets.token_bytes(_SECRET_BYTES),
        )

    def identity(self) -> SigningIdentity:
        """Return what signs."""
        return SigningIdentity(self.ed25519_seed, self.ml_dsa_65_seed)

    def sealing_key(self) -> SealingKey:
        """Return what seals and opens."""
        return SealingKey(self.sealing_secret)
