"""Asking a register: of a file that was brought along, or of a folder, and what holds without one.

Every door asks here, so all say the same. Nothing is answered from a register that does not follow
from the reader's anchor, is stale, or is behind what the reader has seen.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import final

import msgspec

from legation.app.statements.handed import Handed
from legation.app.statements.trust import Trust, trust_in, verify_directories, verify_remembered
from legation.crypto.directory.following import follow
from legation.crypto.directory.roots import Anchor
from legation.crypto.log.files import CHECKPOINT, DiskFiles
from legation.crypto.regular_files import read_regular
from legation.errors import NotFoundError, VerificationError
from legation.safeguards.statements.logging import log_of
from legation.safeguards.statements.register_copy import MAX_COPY, OpenedRegister, open_copy
from legation.safeguards.statements.register_folder import COPY, copy_of
from legation.safeguards.statements.statement import read_statement
from legation.safeguards.statements.statement_file import MAX_FILE, read_file
from legation.safeguards.statements.verdict import Verdict, verdict_on_file, verdict_on_text
from legation.safeguards.statements.verifying import Issuer, Verified, key_of, verify_file

MOST_PASTED = 4_000_000
"""Bytes of a text that is looked up."""


@final
class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A register that was verified, and what is to be remembered of it.

    Attributes:
        register: What verdicts ask.
        trust: To be kept for the next time.
    """

    register: OpenedRegister
    trust: Trust

    def on_file(self, data: bytes) -> Verdict:
        """Return the verdict on a statement file.

        Raises:
            BadInputError: It is no statement file.
            VerificationError: It does not verify, so there is no verdict on it.
        """
        return verdict_on_file(data, self.register.verify, self.register.held)

    def on_handed(self, handed: Handed) -> Verdict:
        """Return the verdict on what was handed in: on the file in it, else on its text.

        Raises:
            LegationError: As `on_file`.
        """
        return self.on_file(handed.data) if handed.data else self.on_text(handed.text)

    def on_text(self, text: str) -> Verdict:
        """Return the verdict on a text that somebody pasted."""
        return verdict_on_text(text, self.register.held)


def ask(place: Path, trust: Trust, now: datetime) -> Asked:
    """Open a register.

    Args:
        place: A copy (`.register`), or a public folder, or the publisher's folder around it.
        trust: The anchor, and what was seen before.
        now: The time.

    Raises:
        NotFoundError: Nothing is there.
        BadInputError: It is no register.
        VerificationError: It does not hold, is stale, or was rolled back: there is no verdict.
    """
    data = copy_at(place)
    anchor = Anchor.parse(trust.anchor)
    opened = open_copy(data, anchor, now, trust.directory or None)
    verify_remembered(trust, data, opened)
    newer = trust_in(anchor, opened.directory, opened.checkpoint)
    return Asked(register=opened, trust=newer)


def copy_at(place: Path) -> bytes:
    """Return the copy of a register from a file, or made anew from a folder.

    Raises:
        NotFoundError: Nothing is there.
        BadInputError: It is too large.
    """
    if any((folder / CHECKPOINT).is_file() for folder in (place, place / "public")):
        return copy_of(public_in(place))
    return read_bounded(place / COPY if (place / COPY).is_file() else place, MAX_COPY)


def public_in(place: Path) -> DiskFiles:
    """Return a public folder, given itself or the publisher's folder around it.

    Raises:
        NotFoundError: There is no register.
    """
    for folder in (place, place / "public"):
        if (folder / CHECKPOINT).is_file():
            return DiskFiles(folder)
    raise NotFoundError(f"no register in {place}", hint="name a folder with a checkpoint in it")


def verify_alone(
    data: bytes, directories: Sequence[bytes], trust: Trust, now: datetime
) -> Verified:
    """Verify a statement file by a key directory alone; whether it is current cannot be told.

    Args:
        data: The file.
        directories: Versions of the key directory, the oldest first.
        trust: The anchor, and the version that was seen before.
        now: The time.

    Raises:
        BadInputError: It is no statement file.
        VerificationError: It does not verify.
    """
    directory = follow(Anchor.parse(trust.anchor), directories, now, trust.directory or None)
    verify_directories(trust, directories)
    parts = read_file(data)
    said = read_statement(parts.signed)
    for row in directory.issuers:
        if (row.name, key_of(row.keys)) == (said.issuer, said.key):
            break
    else:
        raise VerificationError(
            f"the key directory lets no such key speak for {said.issuer!r:.60}",
            hint="get the newest key directory; its text can still be looked up in the register",
        )
    log = log_of(directory) if parts.proof else None
    found = verify_file(data, Issuer(name=row.name, keys=row.keys, revoked=row.revoked), log)
    seen = found.logged.witnessed if found.logged else None
    if (seen or now) < row.since:
        raise VerificationError(
            "the key did not speak for the issuer yet when the statement was seen",
            hint="ask the issuer for the statement under the key of that time",
        )
    return found


def read_statement_at(path: Path) -> bytes:
    """Return the bytes of a statement file, bounded.

    Raises:
        NotFoundError: It is not there.
        BadInputError: It is too large.
    """
    return read_bounded(path, MAX_FILE)


def read_bounded(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        NotFoundError: It is not there.
        DeniedError: This user may not read it.
        BadInputError: It is no regular file, is too large, or cannot be read.
    """
    return read_regular(path, most)
