"""Verdicts: what a register says of a pasted text or a statement file, in one of four words.

A verdict is computed, never judged: the same register and the same text give the same bytes at
every door, so anybody can compare what the command line, the desk and a page in a browser say. Two
rules keep it safe. Only the whole wording, unchanged, is as issued: an excerpt is shown with what
it leaves out, because a word left out may be a "not". And what is not found is not called false: a
register knows what its issuer said, not what others mean.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Literal, Protocol

import msgspec

from legation.errors import VerificationError
from legation.safeguards.statements.statement import Relation, time_text
from legation.safeguards.statements.verifying import Verified
from legation.stix.canonical import canonical
from legation.text.alignment import Alignment, Difference, align
from legation.text.wording import digest

Word = Literal["current", "replaced", "altered", "not-found"]
Part = Literal["whole", "excerpt", "quoted", "mixed"]

SENTENCES: Final[dict[Word, str]] = {
    "current": "Genuine and current",
    "replaced": "Genuine but corrected or withdrawn",
    "altered": "Not as issued: these words differ",
    "not-found": "Not found in this register",
}
"""The verdicts in English; doors translate them."""


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """A later statement that changed this one.

    Attributes:
        relation: What it did.
        number: Its number: see there.
        reason: Why, as it says.
        issued: When it was issued.
    """

    relation: Relation
    number: str
    reason: str
    issued: datetime


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """One language version of a statement as it stands in a register.

    Attributes:
        issuer: Who issued it.
        number: Its number.
        language: Of this version.
        text: As it was issued.
        signed: SHA-256 of the statement's signed bytes.
        issued: When.
        embargo: Not public before; None without embargo.
        later: Statements that changed it, known at the register's time.
    """

    issuer: str
    number: str
    language: str
    text: str
    signed: str
    issued: datetime
    embargo: datetime | None = None
    later: tuple[Later, ...] = ()


class Register(Protocol):
    """What a verdict asks of a register: the state of one moment, checked before it is asked."""

    @property
    def name(self) -> str:
        """The register's name, such as its log's origin."""

    @property
    def as_of(self) -> datetime:
        """The time up to which it is known: that of its checkpoint."""

    def by_wording(self, wording: str) -> Sequence[Registered]:
        """Return the versions whose wording has this hash."""

    def by_signed(self, signed: str) -> Sequence[Registered]:
        """Return the versions of the statement whose signed bytes have this hash."""

    def near(self, text: str) -> Registered | None:
        """Return the version that a text most likely comes from."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A later statement, as a verdict names it."""

    relation: Relation
    number: str
    reason: str
    issued: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a register says.

    Attributes:
        verdict: `current`, `replaced`, `altered` or `not-found`.
        register: The register's name.
        as_of: The time up to which the register is known.
        issuer: Of the statement; empty when none was found.
        number: Of the statement.
        languages: Of the versions that are meant.
        issued: When the statement was issued.
        embargo: Until when it is not public, while that time has not come; else empty.
        see: Later statements that changed it, in order of time.
        part: How the pasted text lies in the registered one: the `whole`; an `excerpt`, or the
            statement `quoted` in another text, each unchanged; or `mixed`. Empty without one.
        differences: Where the words differ.
        same: Words in common.
        registered_words: Words of the registered text.
        pasted_words: Words of the pasted text.
    """

    verdict: Word
    register: str
    as_of: str
    issuer: str = ""
    number: str = ""
    languages: tuple[str, ...] = ()
    issued: str = ""
    embargo: str = ""
    see: tuple[Seen, ...] = ()
    part: Part | Literal[""] = ""
    differences: tuple[Difference, ...] = ()
    same: int = 0
    registered_words: int = 0
    pasted_words: int = 0

    def __bool__(self) -> bool:
        """Refuse to be asked for yes or no: there are four verdicts."""
        raise TypeError("a verdict is no yes or no; compare its `verdict`")


def verdict_on_text(text: str, register: Register) -> Verdict:
    """Say what a register knows of a text that somebody pasted.

    Args:
        text: As it was pasted.
        register: Whose word is asked.
    """
    exact = register.by_wording(digest(text))
    if exact:
        return _as_issued(exact, register, align(exact[0].text, text))
    near = register.near(text)
    alignment = align(near.text, text) if near else None
    if near is None or alignment is None or not alignment.same:
        return _not_found(register)
    if not alignment.differences:  # the register's index knew more than its hashes
        return _as_issued([near], register, alignment)
    return _of("altered", [near], register, alignment)


def verdict_on_file(
    data: bytes, verify: Callable[[bytes], Verified], register: Register
) -> Verdict:
    """Say what a register knows of a statement file.

    A file that is newer than the copy of the register is not found in it, whatever its own proof
    says: whether it was changed since, this copy cannot tell.

    Args:
        data: The file.
        verify: Verifies it, as `verifying.verify_file` with issuer and log.
        register: Whose word is asked.

    Raises:
        BadInputError: It is no statement file.
        VerificationError: It does not verify: there is no verdict on it, only on its text.
    """
    verified = verify(data)
    if not isinstance(verified, Verified):
        raise VerificationError("the file was not verified", hint="hand in `verify_file`")
    found = register.by_signed(hashlib.sha256(verified.file.signed).hexdigest())
    return _as_issued(found, register, None) if found else _not_found(register)


def serialised(verdict: Verdict) -> bytes:
    """Return a verdict as bytes, the same at every door: canonical JSON (RFC 8785), a line end."""
    return canonical(msgspec.to_builtins(verdict)) + b"\n"


def told(verdict: Verdict) -> str:
    """Return a verdict as one English sentence.

    >>> told(Verdict(verdict="not-found", register="r", as_of="2026-11-25T10:00:00Z"))
    'Not found in this register (as of 2026-11-25T10:00:00Z).'
    """
    parts = [SENTENCES[verdict.verdict]]
    if verdict.see:
        parts.append(f" (see {', '.join(seen.number for seen in verdict.see)})")
    elif verdict.verdict == "not-found":
        parts.append(f" (as of {verdict.as_of})")
    if verdict.number:
        parts.append(f": {verdict.issuer}, {verdict.number}")
    return "".join(parts) + "."


def standing(found: Sequence[Registered]) -> Registered:
    """Return, of equal wordings, the one that stands: a current one first, of these the last."""
    return min(found, key=lambda one: (bool(one.later), -one.issued.timestamp(), one.number))


def _as_issued(
    found: Sequence[Registered], register: Register, alignment: Alignment | None
) -> Verdict:
    best = standing(found)
    versions = [one for one in found if (one.issuer, one.number) == (best.issuer, best.number)]
    return _of("replaced" if best.later else "current", versions, register, alignment)


def _of(
    word: Word, found: Sequence[Registered], register: Register, alignment: Alignment | None
) -> Verdict:
    one = found[0]
    later = sorted(one.later, key=lambda change: (change.issued, change.number, change.relation))
    embargoed = one.embargo is not None and one.embargo > register.as_of
    return Verdict(
        verdict=word,
        register=register.name,
        as_of=time_text(register.as_of),
        issuer=one.issuer,
        number=one.number,
        languages=tuple(sorted({version.language for version in found})),
        issued=time_text(one.issued),
        embargo=time_text(one.embargo) if one.embargo and embargoed else "",
        see=tuple(
            Seen(
                relation=change.relation,
                number=change.number,
                reason=change.reason,
                issued=time_text(change.issued),
            )
            for change in later
        ),
        part=_part(alignment) if alignment else "whole",
        differences=alignment.differences if alignment else (),
        same=alignment.same if alignment else 0,
        registered_words=alignment.registered if alignment else 0,
        pasted_words=alignment.pasted if alignment else 0,
    )


def _part(alignment: Alignment) -> Part:
    """Tell whether the texts differ only by what stands before and after the one in the other."""
    kinds = {one.kind for one in alignment.differences}
    if not kinds:
        return "whole"
    if not all(_at_an_end(one, alignment) for one in alignment.differences):
        return "mixed"
    if kinds == {"missing"}:
        return "excerpt"
    return "quoted" if kinds == {"added"} else "mixed"


def _at_an_end(one: Difference, alignment: Alignment) -> bool:
    begins = one.at == 0 and one.pasted_at == 0
    ends = one.at + one.words == alignment.registered
    return begins or (ends and one.pasted_at + one.pasted_words == alignment.pasted)


def _not_found(register: Register) -> Verdict:
    return Verdict(verdict="not-found", register=register.name, as_of=time_text(register.as_of))
