"""Signing a statement, and verifying one: the only way to a `Verified` value.

What verifies comes from the keys registered for the issuer that it names, both signatures hold,
it was signed for a statement, and, where a log is asked for, it stands in it. When a key was
revoked, only what witnesses saw before counts: any other time is the forger's to choose.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

import msgspec

from legation.crypto.signing import PublicIdentity, Signer, sign, verifier_of
from legation.errors import UsageError, VerificationError
from legation.safeguards.statements.statement import (
    PURPOSE,
    Statement,
    read_statement,
    write_statement,
)
from legation.safeguards.statements.statement_file import StatementFile, read_file

_MADE_HERE: Final = object()


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """Who may speak under a name, as it stands in the key directory.

    Attributes:
        name: As statements give it.
        keys: The keys that sign for it.
        revoked: Since when these keys no longer count; None while they do.
    """

    name: str
    keys: PublicIdentity
    revoked: datetime | None = None


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """Where a statement stands in a log.

    Attributes:
        log: The log's name (its origin).
        index: Its place, from 0.
        witnessed: When enough witnesses had seen it; None when too few have.
    """

    log: str
    index: int
    witnessed: datetime | None


LogProof = Callable[[bytes, bytes, bytes], Logged]
"""Takes entry, proof and cosignatures; returns the place in the log or raises VerificationError."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A statement whose signatures hold. It has no truth value: it is there, or an error was.

    Attributes:
        statement: What was said.
        file: The bytes it was read from.
        issuer: The directory's entry whose keys hold.
        logged: Its place in the log; None when no log was asked for.
    """

    statement: Statement
    file: StatementFile
    issuer: Issuer
    logged: Logged | None
    made: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a value that no verification made."""
        if self.made is not _MADE_HERE:
            raise UsageError("only `verify_file` makes this value", hint="verify the file")

    def __bool__(self) -> bool:
        """Refuse to be asked for yes or no."""
        raise TypeError("a verified statement is no yes or no; use its parts")


def issue(statement: Statement, by: Signer) -> StatementFile:
    """Sign a statement; the log's proof is added later, by `msgspec.structs.replace`.

    Args:
        statement: Its `key` is that of the signer.
        by: The issuer's keys.

    Raises:
        BadInputError: The statement breaks a rule of the format.
        VerificationError: It names another key.
    """
    if statement.key != key_of(by.public()):
        raise _refusal("the statement names another key than the one that signs")
    signed = write_statement(statement)
    return StatementFile(signed=signed, signature=sign(signed, PURPOSE, by))


def verify_file(data: bytes, issuer: Issuer, log: LogProof | None = None) -> Verified:
    """Verify a statement file.

    Args:
        data: The file.
        issuer: Whose statement it must be.
        log: Verifies the proof of inclusion; None does not ask for one.

    Raises:
        BadInputError: It is no statement file.
        VerificationError: A signature, the issuer, the key, the proof or the time does not hold.
    """
    parts = read_file(data)
    keys = verifier_of(issuer.keys.ed25519, issuer.keys.ml_dsa_65)
    keys.verify(parts.signed, parts.signature, PURPOSE)
    statement = read_statement(parts.signed)
    if statement.issuer != issuer.name:
        raise _refusal(f"the statement is of {statement.issuer!r:.60}, not {issuer.name!r:.60}")
    if statement.key != keys.fingerprint.replace(" ", ""):
        raise _refusal("the statement names another key than the one that signed it")
    logged = logged_in_time(parts, issuer.revoked, log)
    return Verified(statement=statement, file=parts, issuer=issuer, logged=logged, made=_MADE_HERE)


def logged_in_time(
    parts: StatementFile, revoked: datetime | None, log: LogProof | None
) -> Logged | None:
    """Verify that a statement was logged, and seen before its key was revoked.

    Args:
        parts: The statement, with what proves it logged.
        revoked: Since when its key no longer counts; None while it does.
        log: Verifies the proof of inclusion; None does not ask for one.

    Returns:
        Its place in the log; None when no log was asked.

    Raises:
        VerificationError: The proof is missing or does not hold, or is not of a time before.
    """
    logged = None
    if log is not None:
        if not parts.proof:
            raise _refusal("the file has no proof that the statement was logged")
        logged = log(parts.entry, parts.proof, parts.cosignatures)
    if revoked is not None:
        seen = logged.witnessed if logged else None
        if seen is None or seen >= revoked:
            raise _refusal("the key was revoked, and no witness saw the statement before")
    return logged


def key_of(keys: PublicIdentity) -> str:
    """Return the fingerprint of a signer's keys as statements write it."""
    return keys.fingerprint().replace(" ", "")


def _refusal(what: str) -> VerificationError:
    return VerificationError(
        what,
        hint="get the statement from its issuer again; its text can still be looked up in the"
        " register",
    )
