"""What is to be issued, before it has a number: the draft, and the statement it becomes.

A draft comes with a key of its own, so that who asks twice is given the same statement again: a
press of the button, a crash and a second press make one statement with one number.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

import msgspec

from legation.errors import BadInputError, UsageError
from legation.safeguards.statements.statement import Attachment, Change, Statement, Version
from legation.text.wording import tidy

LONGEST_KEY: Final = 200

_PIECE: Final = 1 << 20
_SALT_BYTES: Final = 32
_OF_YEAR: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<place>[0-9]{4,9})", re.ASCII)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that is to be issued.

    Attributes:
        issuer: Who speaks.
        office: Which office of the issuer.
        versions: Its text in each language, tidy; `drafted` makes them so.
        number: Its number; empty for the next one of the year.
        embargo: Not to be published before, in whole seconds; None: at once.
        changes: What it does to earlier statements of the issuer.
        attachments: Files that belong to it, by their hashes.
    """

    issuer: str
    office: str
    versions: tuple[Version, ...]
    number: str = ""
    embargo: datetime | None = None
    changes: tuple[Change, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash by which it is known again."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A draft and the key under which it is issued once.

    Attributes:
        draft: What is to be issued.
        key: A word of whoever asks; the same word is the same statement.
    """

    draft: Draft
    key: str

    def __post_init__(self) -> None:
        """Refuse a key that nobody could give a second time."""
        if not 0 < len(self.key) <= LONGEST_KEY:
            raise UsageError(
                f"a key has 1 to {LONGEST_KEY} characters",
                hint="give each draft a word of its own, such as the number of its file",
            )

    @property
    def name(self) -> str:
        """The hash of the key, as files are named by it."""
        return hashlib.sha256(self.key.encode()).hexdigest()


def drafted(texts: Iterable[tuple[str, str]]) -> tuple[Version, ...]:
    """Return language versions as they are issued: tidy.

    Args:
        texts: Language and text of each, as an editor saved it.
    """
    return tuple(Version(language=language, text=tidy(text)) for language, text in texts)


def attached(name: str, file: BinaryIO) -> Attachment:
    """Return what a statement says of a file that belongs to it, however large it is."""
    hashed, size = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        hashed.update(piece)
        size += len(piece)
    return Attachment(name=name, size=size, sha256=hashed.hexdigest())


def salt_for(draft: Draft) -> str:
    """Return a salt drawn for a statement under embargo; empty where it has none."""
    return secrets.token_hex(_SALT_BYTES) if draft.embargo is not None else ""


def statement_of(
    draft: Draft, number: str, key: str, issued: datetime, salt: str = ""
) -> Statement:
    """Return the statement that a draft becomes.

    Args:
        draft: What is to be issued.
        number: The number that it is given.
        key: Fingerprint of the keys that will sign it.
        issued: When, in whole seconds.
        salt: What `salt_for` has drawn for it.
    """
    return Statement(
        issuer=draft.issuer,
        office=draft.office,
        number=number,
        key=key,
        issued=issued,
        embargo=draft.embargo,
        salt=salt,
        changes=draft.changes,
        attachments=draft.attachments,
        versions=draft.versions,
    )


def next_number(used: Iterable[str], year: int) -> str:
    """Return the number after the last one of a year.

    >>> next_number(["2026-0016", "2025-0400", "2026/99"], 2026)
    '2026-0017'
    """
    found = (_OF_YEAR.fullmatch(number) for number in used)
    places = [int(one["place"]) for one in found if one and int(one["year"]) == year]
    place = max(places, default=0) + 1
    if place >= 10**9:
        raise BadInputError(
            "the year has no number left", place="number", hint="give the number yourself"
        )
    return f"{year:04d}-{place:04d}"
