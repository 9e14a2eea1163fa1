"""Personal fields, each sealed under a key of its own that is destroyed to erase it.

A record is one field of one thing, such as the name of who holds an office. It is sealed under a
fresh key, and that key is sealed ("wrapped") under the desk's. Who destroys the wrapped key
has erased the field wherever its sealed bytes have gone since, and the SHA-256 of these bytes
stays, so that what the audit trail says of them can still be checked. `store` keeps records.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final, final

import msgspec

from legation.errors import DeniedError, UsageError, VerificationError
from legation.rights.framing import Sealer, framed, place_of, unframed
from legation.rights.intrusion import Intrusion, require_actor
from legation.rights.lettering import folded
from legation.rights.purposes import purpose_to

KEY_BYTES: Final = 32
_WORD: Final = re.compile(r"\w+")
# A shorter word of a name, such as "de" or "von", tells of nobody.
_TELLING: Final = 4
_FIELD: Final = b"legation personal field 1"
_KEY: Final = b"legation personal key 1"
_MARK: Final = b"legation erased name 1\0"
# How a letter with two dots is written without them.
_WRITTEN_OUT: Final = ("ae", "oe", "ue")
# A single word that is shorter could be any word, and no first and last name without a blank.
_LONG: Final = 9
_LETTERS: Final = "letters in order"
# No name that is held has more words; a longer one is looked for by its first ones.
_MOST_WORDS: Final = 6


class PersonalField(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed record.

    Attributes:
        record_id: Its own name, which says nothing.
        subject: Id of the object that it is a field of.
        field: Name of the field.
        purpose: Key of the purpose it is held for.
        until: Last day (UTC) on which it may be opened; then it is erased.
        sealed: The text under the record's key; empty once erased.
        wrapped: The record's key under the desk's; empty once erased.
        sha256: Of the sealed bytes as they were made, in hexadecimal; it outlives them.
    """

    record_id: str
    subject: str
    field: str
    purpose: str
    until: date
    sealed: bytes
    wrapped: bytes
    sha256: str

    def expired(self, now: datetime) -> bool:
        """Tell whether the retention rule asks for erasure."""
        return now.astimezone(UTC).date() > self.until


class PersonalLook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person's look at personal fields; it cannot be made without its reasons.

    Attributes:
        purpose: Key of a purpose to open.
        actor: Who looks.
        at: When, aware.
        test: The five-part test, kept in the audit trail with the look.
    """

    purpose: str
    actor: str
    at: datetime
    test: Intrusion

    def __post_init__(self) -> None:
        """Refuse a look without its reasons."""
        require_actor(self.actor)
        purpose_to("open", self.purpose)
        if self.at.tzinfo is None:
            raise UsageError("the time of the look has no zone", hint="give the time in UTC")


def refuse_repeating(name: str, words: Iterable[str]) -> None:
    """Refuse words that repeat a personal name, or a word of it: they stay for ever.

    Args:
        name: What is sealed.
        words: What goes into the audit trail.

    Raises:
        DeniedError: They do.
    """
    said, looked_for = " ".join(words).casefold(), name.casefold().strip()
    parts = {word for word in _WORD.findall(looked_for) if len(word) >= _TELLING}
    whole = bool(looked_for) and looked_for in said
    if whole or not parts.isdisjoint(_WORD.findall(said)):
        raise DeniedError(
            "the reasons repeat the personal name",
            hint="name the office and not the person: reasons stay in the audit trail when "
            "the name is erased",
        )


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared, in one order for all.

    >>> words_of("Doe, J\u00e1ne") == words_of("jane DOE") == ("doe", "jane")
    True
    """
    return tuple(sorted(_words(name)))


def names_in(text: str, most: int = _MOST_WORDS) -> set[tuple[str, ...]]:
    """Return all words that stand side by side in a text, as `words_of` gives them."""
    words = _words(text)
    return {
        tuple(sorted(words[at : at + size]))
        for size in range(2, most + 1)
        for at in range(len(words) - size + 1)
    }


def letters_of(name: str) -> tuple[str, ...]:
    """Return the letters of a name, in which blanks, order and ways to write it do not matter.

    Letters that look alike are one, and so are an umlaut and its two letters. Two names of the same
    letters are taken for one: whoever is refused by chance is told of it, and can be let in.

    >>> letters_of("G\u00fcnther Bl\u00fcm") == letters_of("BluemGuenther")
    True
    """
    bare = folded(name).replace(" ", "")
    for two in _WRITTEN_OUT:
        bare = bare.replace(two, two[0])
    return (_LETTERS, "".join(sorted(bare)))


def letters_in(text: str, most: int = _MOST_WORDS) -> set[tuple[str, ...]]:
    """Return the letters of all words side by side in a text, as `letters_of` gives them."""
    words = folded(text).split()
    return {letters_of(word) for word in words if len(word) >= _LONG} | {
        letters_of(" ".join(words[at : at + size]))
        for size in range(2, most + 1)
        for at in range(len(words) - size + 1)
    }


def repeats(name: str, text: str) -> bool:
    """Tell whether a text repeats a name or a word of it that tells of somebody, in any order.

    >>> repeats("Jane Doe-Smith", "letter of Smith"), repeats("Jane Doe", "doejane")
    (True, True)
    """
    mine, theirs = words_of(name), set(_words(text))
    if any(len(word) >= _TELLING and word in theirs for word in mine):
        return True
    joined, letters = "".join(_words(name)), "".join(_words(text))
    turned = "".join(_words(name)[1:] + _words(name)[:1])
    return bool(joined) and (joined in letters or turned in letters)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Cf"))
    return [part for word in _WORD.findall(kept) for part in word.split("_") if part]


@final
@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens personal fields.

    Attributes:
        desk: The desk's sealing key, which wraps the keys of records.
        keyed: Makes a sealer of a record's secret.
        fresh: Gives so many unguessable bytes.
        secret: Makes the marks of erased names; empty: none are made.
    """

    desk: Sealer = field(repr=False)
    keyed: Callable[[bytes], Sealer] = field(repr=False)
    fresh: Callable[[int], bytes] = field(repr=False)
    secret: bytes = field(repr=False, default=b"")

    def mark(self, words: tuple[str, ...]) -> str:
        """Return what an erased name leaves: it tells nothing without the desk's keys.

        Args:
            words: Of `letters_of` or `letters_in`; of `words_of` for older marks.
        """
        if not self.secret:
            raise UsageError("these keys make no marks", hint="give the keys of the desk")
        written = "\0".join(words).encode("utf-8", "surrogatepass")
        return hmac.new(self.secret, _MARK + written, "sha256").hexdigest()

    def seal(
        self, text: str, *, subject: str, name: str, purpose: str, until: date
    ) -> PersonalField:
        """Seal a field under a fresh key.

        Args:
            text: What is hidden.
            subject: Id of the object that it is a field of.
            name: Name of the field.
            purpose: Key of the purpose it is held for.
            until: Last day on which it may be opened.

        Raises:
            DeniedError: The purpose is not on the list.
        """
        purpose_to("hold", purpose)
        record_id = f"person-{self.fresh(16).hex()}"
        secret = self.fresh(KEY_BYTES)
        parts = (record_id, subject, name, purpose, until.isoformat())
        sealed = self.keyed(secret).seal(framed(text), place_of(_FIELD, *parts))
        return PersonalField(
            record_id=record_id,
            subject=subject,
            field=name,
            purpose=purpose,
            until=until,
            sealed=sealed,
            wrapped=self.desk.seal(secret, place_of(_KEY, *parts)),
            sha256=hashlib.sha256(sealed).hexdigest(),
        )

    def open(self, record: PersonalField, now: datetime) -> str:
        """Open a field; the caller has put the look into the audit trail.

        Raises:
            DeniedError: It was erased, or its last day is past.
            VerificationError: It was changed, moved to another row, or sealed with another key.
        """
        if not record.wrapped:
            raise DeniedError(
                f"the record {record.record_id} was erased",
                hint="its key is destroyed: nobody can open it any more",
            )
        if record.expired(now):
            raise DeniedError(
                f"the name was kept until {record.until.isoformat()}",
                hint="nobody may open it any more; the retention rule erases it",
            )
        parts = (
            record.record_id,
            record.subject,
            record.field,
            record.purpose,
            record.until.isoformat(),
        )
        if hashlib.sha256(record.sealed).hexdigest() != record.sha256:
            raise VerificationError(
                f"the sealed bytes of {record.record_id} are not those that were kept",
                hint="keep this store as evidence, and restore the backup",
            )
        secret = self.desk.open(record.wrapped, place_of(_KEY, *parts))
        text = unframed(self.keyed(secret).open(record.sealed, place_of(_FIELD, *parts)))
        if text is None:
            raise VerificationError(
                f"the personal record {record.record_id} is cut short", hint="restore the backup"
            )
        return text
