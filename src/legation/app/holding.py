"""What the desk holds about a campaign's members as persons: sealed names, and looks at them.

Nothing sealed is opened here. The answers are counts, last days and entries of the audit
trail, so that a legal adviser sees what is held without anybody looking at a name.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from legation.store.opening import Store

_LATEST: Final = 20


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a member's clear name; a trail of an older release states no safeguards."""

    at: datetime
    actor: str
    account_id: str
    purpose: str
    safeguards: str = ""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of a campaign's members.

    Attributes:
        members: All of them.
        names: Those whose clear name is kept, sealed.
        first_day: The earliest last day of one of these names; None when none is kept.
        last_day: The latest one: after it no name of a member is left.
        looked: How often a member's name was looked at.
        looks: The latest looks, newest first.
    """

    members: int
    names: int
    first_day: date | None
    last_day: date | None
    looked: int
    looks: tuple[Look, ...]


def holding_of(store: "Store", pseudonyms: "Sequence[str]") -> Holding:
    """Return what is held of these accounts."""
    names, first, last = store.names.kept(pseudonyms)
    looked, entries = store.names.looks_among(pseudonyms, _LATEST)
    return Holding(
        members=len(pseudonyms),
        names=names,
        first_day=first,
        last_day=last,
        looked=looked,
        looks=tuple(
            Look(
                at=entry.event.at,
                actor=entry.event.actor,
                account_id=entry.event.subject,
                purpose=str(entry.event.detail.get("purpose", "")),
                safeguards=str(entry.event.detail.get("safeguards", "")),
            )
            for entry in entries
        ),
    )
