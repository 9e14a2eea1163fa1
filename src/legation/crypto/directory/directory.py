"""What a key directory says; reading it proves nothing, `following` does.

Every rule of the format stands here, so what cannot be written cannot be read either: keys in
use once, times in order, a policy that can be met, names without anything hidden.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Final, final

import msgspec

from legation.crypto.directory.roots import RootSet
from legation.crypto.log.keys import KeyType, NoteKey
from legation.crypto.log.policies import Policy, Window, Witness
from legation.crypto.signing import PublicIdentity
from legation.errors import BadInputError, UsageError

PURPOSE: Final = "legation/directory/v1"
"""What the signatures of a directory are for (see `crypto.signing`)."""
NO_PREVIOUS: Final = "0" * 64
LONGEST_LIFE: Final = timedelta(days=1100)
LONGEST_FRESH: Final = 31_622_400
"""Seconds: a leap year."""
LAST_VERSION: Final = 999_999_999
LONGEST_NAME: Final = 500
MOST_WITNESSES: Final = 30
MOST_EARLIER: Final = 100
MOST_ISSUER_KEYS: Final = 600

_HEX = set("0123456789abcdef")
_LOG_TYPES = [KeyType.ED25519, KeyType.ML_DSA_65]
# A cosignature by ML-DSA-44 does not cover the line of a checkpoint that names the directory.
_WITNESS_TYPES = (
    [KeyType.COSIGNATURE_ED25519],
    [KeyType.COSIGNATURE_ED25519, KeyType.COSIGNATURE_ML_DSA_44],
)
# Controls, blanks other than the plain one, and what is unseen or turns the reading order; the
# joiners of Persian and Indian names (U+200C, U+200D) are none of these.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)


@final
class IssuerKey(msgspec.Struct, frozen=True, kw_only=True):
    """Keys that may speak under a name, and when.

    Attributes:
        name: The issuer, as statements give it.
        keys: What signs for it.
        since: From when on they count, in UTC.
        revoked: From when on they no longer count; None while they do.
    """

    name: str
    keys: PublicIdentity
    since: datetime
    revoked: datetime | None = None


@final
class EarlierLogKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Keys that the log signed with before it got others.

    Attributes:
        keys: Ed25519, then ML-DSA-65.
        until: The last time at which a witness's cosignature beside theirs counts.
    """

    keys: tuple[NoteKey, ...]
    until: datetime


@final
class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """Who may speak, and what proves that they did.

    Attributes:
        name: Whose directory it is, in one line.
        version: 1, 2, …
        previous: SHA-256 of the signed bytes of the version before, in hexadecimal; zeros for 1.
        issued: When it was made, in UTC, whole seconds.
        expires: When it no longer counts, whatever else holds.
        fresh: How many seconds old a register's checkpoint may be.
        roots: The root keys of this version and their threshold.
        policy: What a checkpoint of the register needs: origin, log keys, witnesses, quorum.
        issuers: Who speaks with which keys; rows of one name stand together.
        earlier: Earlier keys of the log, the oldest first.
    """

    name: str
    version: int
    previous: str
    issued: datetime
    expires: datetime
    fresh: int
    roots: RootSet
    policy: Policy
    issuers: tuple[IssuerKey, ...]
    earlier: tuple[EarlierLogKeys, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what breaks a rule of the format."""
        check_line(self.name, "name")
        _need(1 <= self.version <= LAST_VERSION, f"{self.version} is no version", "version")
        plain = len(self.previous) == len(NO_PREVIOUS) and not set(self.previous) - _HEX
        _need(plain, f"{self.previous!r:.80} is no hash", "previous")
        first = self.previous == NO_PREVIOUS
        _need(first == (self.version == 1), "only version 1 has none before it", "previous")
        _check_times(self.issued, self.expires)
        life = self.expires - self.issued
        days = LONGEST_LIFE.days
        _need(timedelta() < life <= LONGEST_LIFE, f"it lives up to {days} days", "expires")
        _need(1 <= self.fresh <= LONGEST_FRESH, f"{self.fresh} seconds are no bound", "fresh")
        self._check_log()
        self._check_issuers()
        twice = [key for key, count in Counter(self._every_key()).items() if count > 1]
        _need(not twice, "one key stands in two places", "keys")

    def earlier_policies(self) -> tuple[tuple[Policy, Window], ...]:
        """Return what checkpoints of earlier log keys need: a policy each, and the time."""
        return tuple(
            (msgspec.structs.replace(self.policy, log_keys=each.keys), Window(not_after=each.until))
            for each in self.earlier
        )

    def _check_log(self) -> None:
        origin = self.policy.origin
        _check_log_keys(origin, self.policy.log_keys, "log-key")
        for each in self.earlier:
            _check_log_keys(origin, each.keys, "old-log-key")
            _check_times(each.until)
        ends = [each.until for each in self.earlier]
        sorted_ends = len(ends) <= MOST_EARLIER and all(a < b for a, b in pairwise(ends))
        _need(sorted_ends, f"up to {MOST_EARLIER} pairs ascend by time", "old-log-key")
        witnesses = self.policy.witnesses
        _need(len(witnesses) <= MOST_WITNESSES, f"over {MOST_WITNESSES} witnesses", "witness")
        for witness in witnesses:
            named = all(key.name == witness.name for key in witness.keys)
            kinds = [key.type for key in witness.keys]
            _need(named, f"a key of {witness.name!r:.60} has another name", "witness")
            _need(
                kinds in _WITNESS_TYPES, "it has Ed25519, and ML-DSA-44 only behind it", "witness"
            )

    def _check_issuers(self) -> None:
        count = len(self.issuers)
        _need(1 <= count <= MOST_ISSUER_KEYS, f"1 to {MOST_ISSUER_KEYS} keys", "issuer")
        names = [name for name, _ in groupby(row.name for row in self.issuers)]
        _need(len(names) == len(set(names)), "one issuer stands in two places", "issuer")
        for name in names:
            check_line(name, "issuer")
        for row in self.issuers:
            _check_times(row.since)
            if row.revoked is not None:
                _check_times(row.revoked)
                _need(row.since <= row.revoked, "a key is revoked before it counts", "key")

    def _every_key(self) -> Iterator[bytes]:
        for signer in (*self.roots.keys, *(row.keys for row in self.issuers)):
            yield from (signer.ed25519, signer.ml_dsa_65)
        for note_key in (*self.policy.keys, *(key for each in self.earlier for key in each.keys)):
            yield note_key.public


def policy_of(
    origin: str, log_keys: Sequence[NoteKey], witnesses: Sequence[Witness], quorum: int
) -> Policy:
    """Return the policy that a file tells.

    Raises:
        BadInputError: It is none: a key stands there twice, or the quorum is out of reach.
    """
    try:
        return Policy(
            origin=origin, log_keys=tuple(log_keys), witnesses=tuple(witnesses), quorum=quorum
        )
    except UsageError as bad:
        raise BadInputError(str(bad), place="register", hint=bad.hint) from bad


def check_line(line: str, place: str) -> None:
    """Refuse a name that is empty, too long, not NFC, or hides something.

    Raises:
        BadInputError: With what to change.
    """
    short = 0 < len(line) <= LONGEST_NAME
    _need(short, f"a name has 1 to {LONGEST_NAME} characters", place)
    found = _HIDDEN.search(line)
    _need(not found, f"{line!a:.60} has a hidden sign", place)
    tidy = unicodedata.is_normalized("NFC", line) and line == line.strip(" ") and "  " not in line
    _need(tidy, f"{line!a:.60} is not tidy: NFC, one blank between words", place)


def _check_log_keys(origin: str, keys: Sequence[NoteKey], place: str) -> None:
    named = all(key.name == origin for key in keys)
    _need(named, "a key of the log has another name", place)
    _need([key.type for key in keys] == _LOG_TYPES, "a log has Ed25519, then ML-DSA-65", place)


def _check_times(*times: datetime) -> None:
    for each in times:
        whole = each.utcoffset() == timedelta() and not each.microsecond
        _need(whole, f"{each} is no time in UTC in whole seconds", "time")


def _need(holds: object, what: str, place: str) -> None:
    if not holds:
        raise BadInputError(what, place=place, hint="see the rules in docs/reference/key-directory")
