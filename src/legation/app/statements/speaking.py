"""Who may speak now, by a key directory that was followed: asked before anything is signed.

A register would refuse nothing that its own publisher signs; readers would, and too late.
"""

from datetime import datetime
from pathlib import Path

import msgspec

from legation.crypto.directory.directory import Directory
from legation.crypto.directory.roots import fingerprint_of
from legation.crypto.tokens import TokenAccess
from legation.errors import DeniedError
from legation.safeguards.statements.statement import time_text


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Where the issuer's key is.

    Attributes:
        key: Its file; None for the one in the publisher's folder.
        access: How a PKCS#11 token is reached; None for a key in the file.
    """

    key: Path | None = None
    access: TokenAccess | None = None


def require_speaker(directory: Directory, issuer: str, key: str, now: datetime) -> None:
    """Let a key speak for an issuer.

    Args:
        directory: Who may speak.
        issuer: As statements give it.
        key: Fingerprint of the keys that will sign.
        now: The time.

    Raises:
        DeniedError: The key directory does not let this key speak for it now.
    """
    for row in directory.issuers:
        if row.name != issuer or fingerprint_of(row.keys) != key:
            continue
        if row.revoked is not None and row.revoked <= now:
            raise DeniedError(
                f"the keys were revoked at {time_text(row.revoked)}",
                hint="sign by keys that the newest key directory names for this issuer",
            )
        if row.since > now:
            raise DeniedError(
                f"the keys count from {time_text(row.since)} only",
                hint="sign by keys that count now, or wait",
            )
        return
    names = ", ".join(dict.fromkeys(one.name for one in directory.issuers))
    raise DeniedError(
        f"the keys may not speak for {issuer!r:.60}",
        hint=f"the key directory lets speak: {names}; publish a directory with these keys",
    )
