"""The bytes of a key directory that root keys sign, and what they say.

Lines of `name value` in one order, each in one spelling. What is read and written back is the
same bytes, so a program in another language has nothing to normalise.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final, TypeVar

from legation.crypto.directory.directory import (
    Directory,
    EarlierLogKeys,
    IssuerKey,
    policy_of,
)
from legation.crypto.directory.roots import RootSet
from legation.crypto.log.keys import NoteKey, parse_key
from legation.crypto.log.notes import decoded, encoded
from legation.crypto.log.policies import Witness
from legation.crypto.signing import PublicIdentity
from legation.errors import BadInputError

MAX_SIGNED: Final = 3_000_000
"""Bytes of the signed part."""
MAGIC: Final = "legation key directory 1"

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)
_KEY_PARTS = 2
_ISSUER_KEY_VALUES = (3, 4)

_Value = TypeVar("_Value")


def write_directory(directory: Directory) -> bytes:
    """Return the bytes to be signed.

    Raises:
        BadInputError: They would be too many.
    """
    signed = "".join(f"{line}\n" for line in _lines(directory)).encode()
    _check_size(signed)
    return signed


def read_directory(signed: bytes) -> Directory:
    """Return what the signed bytes say. It is a claim until `following` has followed them.

    Raises:
        BadInputError: They are no key directory; the place is the line.
        VerificationError: A key is weak.
    """
    _check_size(signed)
    try:
        text = signed.decode()
    except UnicodeDecodeError as bad:
        raise _refusal("it is not UTF-8", 1) from bad
    if not text.endswith("\n"):
        raise _refusal("the last line has no end", 1)
    return _Reader(text[:-1].split("\n")).directory()


def time_text(instant: datetime) -> str:
    """Return an instant in UTC as files write it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def parse_time(text: str, *, place: str = "time") -> datetime:
    """Read an instant in UTC, in its one spelling.

    Raises:
        BadInputError: It is none.
    """
    try:
        instant = datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        instant = None
    if instant is None or time_text(instant) != text:
        raise BadInputError(
            f"{text!r:.40} is no time in UTC", place=place, hint="write it as 2026-11-25T10:00:00Z"
        )
    return instant


def pair_text(keys: PublicIdentity) -> str:
    """Return both public keys of a signer as lines give them."""
    return f"{encoded(keys.ed25519)} {encoded(keys.ml_dsa_65)}"


def parse_pair(text: str, *, place: str) -> PublicIdentity:
    """Read both public keys of a signer.

    Raises:
        BadInputError: They are not two words in base64.
        VerificationError: One is weak.
    """
    halves = text.split(" ")
    if len(halves) != _KEY_PARTS:
        raise BadInputError(
            "the line has not two keys", place=place, hint="copy the whole line of the key"
        )
    classical, safe = (decoded(half, "a key", place=place) for half in halves)
    return PublicIdentity(ed25519=classical, ml_dsa_65=safe)


def witness_text(witness: Witness) -> str:
    """Return a witness as lines give it: its name and its keys."""
    return " ".join([witness.name, *map(str, witness.keys)])


def parse_witness(text: str, *, place: str) -> Witness:
    """Read a witness: its name and its keys.

    Raises:
        BadInputError: A key is none.
        VerificationError: A key is weak.
    """
    name, *keys = text.split(" ")
    return Witness(name=name, keys=tuple(parse_key(key, place=place) for key in keys))


def _lines(directory: Directory) -> Iterator[str]:
    yield MAGIC
    yield f"name {directory.name}"
    yield f"version {directory.version}"
    yield f"previous {directory.previous}"
    yield f"issued {time_text(directory.issued)}"
    yield f"expires {time_text(directory.expires)}"
    yield f"fresh {directory.fresh}"
    yield f"threshold {directory.roots.threshold}"
    yield from (f"root-key {pair_text(keys)}" for keys in directory.roots.keys)
    yield f"register {directory.policy.origin}"
    yield from (f"log-key {key}" for key in directory.policy.log_keys)
    for each in directory.earlier:
        yield from (f"old-log-key {key} {time_text(each.until)}" for key in each.keys)
    for witness in directory.policy.witnesses:
        yield f"witness {witness_text(witness)}"
    yield f"quorum {directory.policy.quorum}"
    for name, rows in groupby(directory.issuers, key=lambda row: row.name):
        yield f"issuer {name}"
        for row in rows:
            ends = [row.since] if row.revoked is None else [row.since, row.revoked]
            yield " ".join(["key", pair_text(row.keys), *map(time_text, ends)])


class _Reader:
    """Takes the lines one by one."""

    def __init__(self, lines: list[str]) -> None:
        self._lines, self._at = lines, 0

    def directory(self) -> Directory:
        if self._value("legation") != MAGIC.partition(" ")[2]:
            raise _refusal("this is no key directory of version 1", 1)
        name, version = self._value("name"), self._whole("version")
        previous = self._value("previous")
        issued, expires = self._time(self._value("issued")), self._time(self._value("expires"))
        fresh = self._whole("fresh")
        roots = self._roots()
        origin = self._value("register")
        log_keys = list(self._every("log-key", self._note_key))
        earlier = list(self._earlier())
        witnesses = list(self._every("witness", self._witness))
        policy = policy_of(origin, log_keys, witnesses, self._whole("quorum"))
        issuers = list(self._issuers())
        if self._at != len(self._lines):
            raise _refusal("something stands where nothing is known to stand", self._at + 1)
        return Directory(
            name=name,
            version=version,
            previous=previous,
            issued=issued,
            expires=expires,
            fresh=fresh,
            roots=roots,
            policy=policy,
            issuers=tuple(issuers),
            earlier=tuple(earlier),
        )

    def _next(self) -> str:
        return self._lines[self._at].partition(" ")[0] if self._at < len(self._lines) else ""

    def _value(self, name: str) -> str:
        if self._next() != name:
            raise _refusal(f"the line {name!r} is missing", self._at + 1)
        self._at += 1
        return self._lines[self._at - 1].partition(" ")[2]

    def _every(self, name: str, read: Callable[[str], _Value]) -> Iterator[_Value]:
        while self._next() == name:
            yield read(self._value(name))

    def _whole(self, name: str) -> int:
        digits = self._value(name)
        if not _WHOLE.fullmatch(digits):
            raise _refusal(f"{digits!r:.40} is no number", self._at)
        return int(digits)

    def _time(self, text: str) -> datetime:
        return parse_time(text, place=f"line {self._at}")

    def _roots(self) -> RootSet:
        threshold = self._whole("threshold")
        return RootSet(threshold=threshold, keys=tuple(self._every("root-key", self._pair)))

    def _pair(self, text: str) -> PublicIdentity:
        return parse_pair(text, place=f"line {self._at}")

    def _note_key(self, text: str) -> NoteKey:
        return parse_key(text, place=f"line {self._at}")

    def _witness(self, text: str) -> Witness:
        return parse_witness(text, place=f"line {self._at}")

    def _earlier(self) -> Iterator[EarlierLogKeys]:
        rows = self._every("old-log-key", self._old_key)
        for until, same in groupby(rows, key=itemgetter(1)):
            yield EarlierLogKeys(keys=tuple(key for key, _ in same), until=until)

    def _old_key(self, text: str) -> tuple[NoteKey, datetime]:
        key, _, until = text.partition(" ")
        return self._note_key(key), self._time(until)

    def _issuers(self) -> Iterator[IssuerKey]:
        for name in self._every("issuer", str):
            if self._next() != "key":
                raise _refusal(f"the issuer {name!r:.60} has no key", self._at)
            for keys, since, revoked in self._every("key", self._issuer_key):
                yield IssuerKey(name=name, keys=keys, since=since, revoked=revoked)

    def _issuer_key(self, text: str) -> tuple[PublicIdentity, datetime, datetime | None]:
        values = text.split(" ")
        if len(values) not in _ISSUER_KEY_VALUES:
            raise _refusal("a key has two halves, and one time or two", self._at)
        keys = self._pair(" ".join(values[:_KEY_PARTS]))
        since, *revoked = map(self._time, values[_KEY_PARTS:])
        return keys, since, revoked[0] if revoked else None


def _check_size(signed: bytes) -> None:
    if len(signed) > MAX_SIGNED:
        raise _refusal(f"a key directory has at most {MAX_SIGNED} bytes", 1)


def _refusal(what: str, line: int) -> BadInputError:
    return BadInputError(
        what,
        place=f"line {line}",
        hint="get the directory again from the register, or from another mirror",
    )
