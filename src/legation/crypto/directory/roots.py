"""Root keys: who together decides the key directory, and the anchor that people compare.

A root set is n keys of which any k must sign. Its hash is the anchor: sixty-four digits that a
ministry prints, reads out on the telephone and puts into the domain, and from which a stranger
reaches everything else.
"""

import hashlib
from collections import Counter
from typing import Final, Self, final

import msgspec

from legation.crypto.signing import PublicIdentity
from legation.errors import BadInputError

MOST_ROOT_KEYS: Final = 20

_ROOT = b"legation root 1\x00"
_THRESHOLD_BYTES = 2
_DIGITS = 64


def fingerprint_of(keys: PublicIdentity) -> str:
    """Return a signer's fingerprint as files write it: 64 hexadecimal digits without blanks."""
    return keys.fingerprint().replace(" ", "")


@final
class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """What a verifier trusts before all else: the hash of a root set.

    Attributes:
        sha256: 32 bytes.
    """

    sha256: bytes

    def __str__(self) -> str:
        """Return what two people compare: eight groups of eight hexadecimal digits."""
        digits = self.sha256.hex()
        return " ".join(digits[at : at + 8] for at in range(0, _DIGITS, 8))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an anchor as people write it: blanks and capitals do not matter.

        Raises:
            BadInputError: It has not 64 hexadecimal digits.
        """
        digits = "".join(text[: 8 * _DIGITS].split()).lower()
        if len(digits) != _DIGITS or set(digits) - set("0123456789abcdef"):
            raise BadInputError(
                f"{text!r:.80} is no anchor",
                place="anchor",
                hint="copy all eight groups of eight digits, from what the ministry printed",
            )
        return cls(sha256=bytes.fromhex(digits))


@final
class RootSet(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that decide together, and how many of them must.

    Attributes:
        threshold: How many must sign.
        keys: The keys, ascending by fingerprint.
    """

    threshold: int
    keys: tuple[PublicIdentity, ...]

    def __post_init__(self) -> None:
        """Refuse a set in another order, one that is too large, and one that nobody can meet."""
        marks = [fingerprint_of(each) for each in self.keys]
        if not 1 <= len(marks) <= MOST_ROOT_KEYS:
            raise _refusal(f"a root set has 1 to {MOST_ROOT_KEYS} keys, not {len(marks)}")
        if marks != sorted(marks):
            raise _refusal("the root keys do not ascend by fingerprint")
        halves = Counter(half for each in self.keys for half in (each.ed25519, each.ml_dsa_65))
        if max(halves.values()) > 1:
            raise _refusal("one root key stands there twice")
        if not 1 <= self.threshold <= len(marks):
            raise _refusal(f"{self.threshold} of {len(marks)} keys cannot sign")

    @classmethod
    def of(cls, threshold: int, *keys: PublicIdentity) -> Self:
        """Return the set of these keys, in whatever order they were given.

        Raises:
            BadInputError: It is none: see the class.
        """
        return cls(threshold=threshold, keys=tuple(sorted(keys, key=fingerprint_of)))

    def by_fingerprint(self) -> dict[str, PublicIdentity]:
        """Return the keys by fingerprint."""
        return {fingerprint_of(each): each for each in self.keys}

    def anchor(self) -> Anchor:
        """Return what people compare."""
        hashed = hashlib.sha256(_ROOT + self.threshold.to_bytes(_THRESHOLD_BYTES, "big"))
        for each in self.keys:
            hashed.update(each.ed25519 + each.ml_dsa_65)
        return Anchor(sha256=hashed.digest())


def _refusal(what: str) -> BadInputError:
    return BadInputError(what, place="root keys", hint="name each root key once, in order")
