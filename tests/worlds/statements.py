"""Statements of an invented ministry, and a log that believes what it is told once."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from legation.crypto.signing import SigningIdentity
from legation.errors import VerificationError
from legation.safeguards.statements.statement import Attachment, Change, Statement, Version
from legation.safeguards.statements.statement_file import StatementFile, write_file
from legation.safeguards.statements.verifying import (
    Issuer,
    Logged,
    Verified,
    issue,
    key_of,
    verify_file,
)

ALDANIA = SigningIdentity(bytes(range(32)), bytes(range(32, 64)))
OTHERS = SigningIdentity(bytes(range(64, 96)), bytes(range(96, 128)))
NAME = "Ministry of Foreign Affairs of Aldania"
ISSUER = Issuer(name=NAME, keys=ALDANIA.public())
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
WITNESSED = NOON + timedelta(minutes=5)
SALT = "5a" * 32
TEXT = "The talks with Tarvia begin on 3 May in Velmar.\n\nWe did not order any attack."


def statement(number: str = "2026/117", text: str = TEXT, **changed: Any) -> Statement:
    """Return a statement in three languages; one under embargo has a salt."""
    if changed.get("embargo") is not None:
        changed.setdefault("salt", SALT)
    plain = Statement(
        issuer=NAME,
        office="Office of the Spokesperson",
        number=number,
        key=key_of(ALDANIA.public()),
        issued=NOON,
        versions=(
            Version(language="en", text=text),
            Version(language="fr", text="Les pourparlers avec la Tarvie commencent le 3 mai."),
            Version(language="ar", text="تبدأ المحادثات في الثالث من مايو."),
        ),
    )
    return msgspec.structs.replace(plain, **changed)


def whole() -> Statement:
    """Return a statement in which every part stands."""
    return statement(
        embargo=NOON + timedelta(hours=2),
        changes=(
            Change(relation="supersedes", number="2026/99", reason="Talks were moved."),
            Change(relation="corrects", number="2026/101", reason="The date was wrong."),
        ),
        attachments=(Attachment(name="annex 1.pdf", size=12, sha256=hashlib.sha256().hexdigest()),),
    )


def proof_of(entry: bytes) -> bytes:
    """Return what `log` takes for a proof."""
    return b"proof " + hashlib.sha256(entry).hexdigest().encode()


def log(entry: bytes, proof: bytes, cosignatures: bytes) -> Logged:
    """Stand for the log: exactly one proof and one cosignature hold for an entry."""
    if proof != proof_of(entry) or cosignatures != b"witness":
        raise VerificationError("the proof does not hold", hint="ask the log")
    return Logged(log="aldania.example/log", index=7, witnessed=WITNESSED)


def filed(said: Statement, by: SigningIdentity = ALDANIA) -> bytes:
    """Return a signed and logged statement as a file."""
    parts = issue(said, by)
    return write_file(logged(parts))


def logged(parts: StatementFile) -> StatementFile:
    """Add proof and cosignature."""
    return msgspec.structs.replace(parts, proof=proof_of(parts.entry), cosignatures=b"witness")


def verified(said: Statement) -> Verified:
    """Return a statement that went through file and verification."""
    return verify_file(filed(said), ISSUER, log)
