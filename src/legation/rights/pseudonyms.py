"""Names of accounts, replaced by pseudonyms that only the desk's key can repeat.

Most accounts belong to people who are no threat to anyone. So an account is stored
under a keyed hash (HMAC-SHA256): the same account gets the same pseudonym, in every
import, and without the key nobody can try names against it. `masking` puts the same
pseudonyms into texts and links; `sealed_names` keeps the clear form, for a while.
"""

import hmac
import re
import unicodedata
from struct import Struct
from typing import final

from legation.errors import RecordError, UsageError

PREFIX = "acct-"
PSEUDONYM = re.compile(r"acct-[a-z2-7]{26}")

_LEAST_KEY_BYTES = 32
_DOMAIN = b"legation pseudonym 1\x00"
_REMEMBERED = 1 << 17
# A DID is unique by itself, so it is reckoned to one platform: that on which DIDs are met.
_OF_DIDS = "bluesky"

# RFC 4648 base 32 in groups of three and two letters: 130 bits of the hash are read as
# eight groups of 15 bits and one of 10.
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_TWO = tuple(a + b for a in _ALPHABET for b in _ALPHABET)
_THREE = tuple(a + b for a in _ALPHABET for b in _TWO)
_WORDS = Struct(">QQI").unpack_from
_EDGES = re.compile(r"\A[@\s]+|\s+\Z")
# The ASCII part of the same: `str.strip` and `\s` agree on these blanks.
_LEADING = "@ \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_FORMAT = "Cf"


@final
class Pseudonymiser:
    """Turns account names into pseudonyms.

    A pseudonym is `acct-` and 26 letters, 130 bits: among a thousand million accounts
    the odds that any two share one are below 1 to 10^21.

    Args:
        key: The desk's pseudonym secret, at least 32 bytes; never shown.
    """

    __slots__ = ("_key", "_places")

    def __init__(self, key: bytes) -> None:
        """Refuse a key that could be guessed."""
        if len(key) < _LEAST_KEY_BYTES:
            raise UsageError(
                f"a pseudonym key has at least {_LEAST_KEY_BYTES} bytes, not {len(key)}",
                hint="take the key from the key file",
            )
        self._key = key
        self._places: dict[str, _Place] = {}

    def of(self, handle: str, platform: str = "") -> str:
        """Return the pseudonym of an account.

        Args:
            handle: The account's name or number, as written; see `normalised`.
            platform: Where the account is; equal names elsewhere are other accounts, but a
                DID is one account wherever it is named.

        Raises:
            RecordError: Nothing is left of the handle: the record names no account.
        """
        place = self._places.get(platform)
        if place is None:
            keyed = _keyed(self._key, platform)
            place = self._places[platform] = _Place(keyed, _keyed(self._key, _OF_DIDS))
        return place[handle]


class _Place(dict[str, str]):
    """The pseudonyms already made for one platform, forgotten when there are too many."""

    __slots__ = ("_keyed", "_of_dids")

    def __init__(self, keyed: hmac.HMAC, of_dids: hmac.HMAC) -> None:
        super().__init__()
        self._keyed = keyed
        self._of_dids = of_dids

    def __missing__(self, handle: str) -> str:
        name = normalised(handle)
        if not name:
            raise RecordError(
                "the account has no name", place="", hint="give the account's handle or number"
            )
        keyed = (self._of_dids if name.startswith("did:") else self._keyed).copy()
        keyed.update(name.encode("utf-8", "surrogatepass"))
        made = PREFIX + _base32(keyed.digest())
        if len(self) >= _REMEMBERED:
            self.clear()
        self[handle] = made
        return made


def normalised(handle: str) -> str:
    """Return one spelling for the many of a handle.

    Leading `@` are dropped, full-width and other compatible letters are written plainly
    (NFKC), case is folded, and invisible format characters vanish.

    >>> normalised(" @Some_Name ")
    'some_name'
    """
    if handle.isascii():
        return handle.lstrip(_LEADING).rstrip().lower()
    before = ""
    # Folding can bring out what folds again; the fixed point comes within a few turns.
    while handle != before:
        before = handle
        folded = unicodedata.normalize("NFKC", _visible(handle).casefold())
        handle = _EDGES.sub("", folded)
    return handle


def _visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) != _FORMAT)


def _base32(digest: bytes) -> str:
    a, b, c = _WORDS(digest)
    three, low = _THREE, 0x7FFF
    return (
        f"{three[a >> 49]}{three[a >> 34 & low]}{three[a >> 19 & low]}{three[a >> 4 & low]}"
        f"{three[(a & 15) << 11 | b >> 53]}{three[b >> 38 & low]}{three[b >> 23 & low]}"
        f"{three[b >> 8 & low]}{_TWO[(b & 255) << 2 | c >> 30]}"
    )


def _keyed(key: bytes, platform: str) -> hmac.HMAC:
    # The length before the platform keeps ("ab", "c") and ("a", "bc") apart.
    place = unicodedata.normalize("NFKC", platform).casefold().encode("utf-8", "surrogatepass")
    return hmac.new(key, _DOMAIN + len(place).to_bytes(4, "big") + place, "sha256")
