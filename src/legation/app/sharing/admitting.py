"""Whom a key lets in, and what its policy lets them read today.

A policy has a last day. What was put before then stands there still; from the next day on the
partner knows of its collection, and reads nothing from it.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.safeguards.sharing.gate.policy import Policy, read_policy

if TYPE_CHECKING:
    from legation.store.exchange.access import Access, Doorkeeper

_REMEMBERED: Final = 256


@final
class Admitting:
    """Lets partners in, each as far as its policy goes today."""

    def __init__(self, doorkeeper: "Doorkeeper") -> None:
        """Ask this doorkeeper."""
        self._doorkeeper = doorkeeper

    def admit(self, hashes: Sequence[str], now: datetime) -> "Access | None":
        """Return whom one of these keys lets in now, with all that they reach.

        Args:
            hashes: SHA-256 of what was shown: a token, a client certificate.
            now: The time.
        """
        found = self._doorkeeper.admit(hashes, now)
        if found is None or not found.policy or not _policy(found.policy).silent(now.date()):
            return found
        closed = tuple(
            msgspec.structs.replace(one, reads=False) if one.number == found.outbox else one
            for one in found.reached
        )
        return msgspec.structs.replace(found, reached=closed)


@lru_cache(_REMEMBERED)
def _policy(text: bytes) -> Policy:
    return read_policy(text)
