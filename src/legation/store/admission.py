"""Whether a version may enter the register, and which version is then the latest.

The rules are those of STIX 2.1, section 3.6, made safe against what really arrives:
versions late or twice, two contents for one version, a second author, life after
revocation, a clock that runs ahead. What is the latest does not depend on the order of
arrival: the first revocation if there is one, else the greatest `modified`. An observable
has no `modified`: its latest content by arrival counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from legation.errors import ConflictError
from legation.store.cards import Card
from legation.store.values import sortable

AHEAD = timedelta(days=1)
_SEEN = "the stored version stays; ask the sender for a new version of its own"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A version that the store has."""

    seq: int
    version: str
    modified: str
    created: str
    created_by: str
    revoked: bool
    content_sha256: str


def admit(card: Card, known: Sequence[Known], now: datetime) -> Known | None:
    """Return the stored version that the card repeats; None when it is a new one.

    Args:
        card: What arrives.
        known: All versions of the same object that the store has.
        now: For the check of a `modified` in the future, which would mask all others.

    Raises:
        ConflictError: The card contradicts what is stored.
    """
    for other in known:
        if other.version == card.version:
            if other.content_sha256 != card.content_sha256:
                raise _conflict(card, "has another content under the same version", _SEEN)
            return other
    if card.modified:
        _check_lineage(card, known)
        if card.modified > sortable(now + AHEAD):
            raise _conflict(card, "is modified in the future", "check the sender's clock and ours")
    elif known and card.object_type == "marking-definition":
        raise _conflict(card, "redefines a marking", "a marking never changes; refuse its source")
    return None


def latest(known: Sequence[Known]) -> Known:
    """Return the version that holds."""
    revocations = [version for version in known if version.revoked and version.modified]
    if revocations:
        return min(revocations, key=lambda version: version.modified)
    return max(known, key=lambda version: (version.modified, version.seq))


def _check_lineage(card: Card, known: Sequence[Known]) -> None:
    for other in known:
        if (other.created, other.created_by) != (card.created, card.created_by):
            raise _conflict(card, "has another creator or time of creation", _SEEN)
        if other.revoked and other.modified < card.modified:
            raise _conflict(card, "was revoked before", "a revoked object gets no new version")


def _conflict(card: Card, what: str, hint: str) -> ConflictError:
    return ConflictError(f"{card.object_id} ({card.modified or 'no version'}) {what}", hint=hint)
