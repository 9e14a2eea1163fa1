"""What a partner sent, as people read it: each object in the version that holds."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from legation.errors import NotFoundError
from legation.store.exchange.reading import Wanted
from legation.store.values import moment

if TYPE_CHECKING:
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """One object that came.

    Attributes:
        version: As the object states it; empty where it has none.
        name: Its name or value, as far as it has one.
        confidence: 0 to 100 as the object states it, at most as much as we give the partner; None:
            neither says.
        revoked: Whether its author took it back.
        came: When.
    """

    object_id: str
    object_type: str
    version: str
    name: str
    confidence: int | None
    revoked: bool
    came: datetime


class ReceivedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what came, and where the next one begins; None at the end."""

    items: tuple[Received, ...]
    next: int | None


def received(
    store: "Store",
    partner: "Partner",
    *,
    kinds: tuple[str, ...] = (),
    after: int = 0,
    limit: int = 100,
) -> ReceivedPage:
    """Return a page of what a partner sent, in the order in which it came.

    Args:
        store: The open store.
        partner: Who sent it.
        kinds: Only of these types; none: of any.
        after: `next` of the page before.
        limit: How many at most.
    """
    wanted = Wanted(types=kinds or None)
    with store.collections.reading(partner.inbox) as shelf:
        found, more = shelf.page(wanted, after_us=after, limit=limit, most_bytes=64_000_000)
    items = []
    for entry in found:
        value = msgspec.json.decode(entry.raw, type=dict[str, Any])
        named = next((value[name] for name in ("name", "value", "abstract") if name in value), "")
        items.append(
            Received(
                object_id=entry.object_id,
                object_type=value["type"],
                version=entry.version_text,
                name=named if isinstance(named, str) else "",
                confidence=given(value.get("confidence"), partner.confidence),
                revoked=value.get("revoked") is True,
                came=moment(entry.added_us),
            )
        )
    return ReceivedPage(items=tuple(items), next=found[-1].added_us if more else None)


def bytes_of(store: "Store", partner: "Partner", object_id: str) -> bytes:
    """Return an object that a partner sent as the bytes that came, in the version that holds.

    Raises:
        NotFoundError: The partner sent none of this id that was taken in.
    """
    wanted = Wanted(ids=(object_id,))
    with store.collections.reading(partner.inbox) as shelf:
        found, _ = shelf.page(wanted, after_us=0, limit=1, most_bytes=64_000_000)
    if not found:
        raise NotFoundError(
            f"{partner.name} sent nothing with the id {object_id!r:.100}",
            hint="see share received, and share quarantine list for what was not taken in",
        )
    return found[0].raw


def given(stated: object, partner: int | None) -> int | None:
    """Return how much we give an object: what it states, at most as much as we give its sender.

    >>> given(90, 40), given(None, 40), given(30, None), given(None, None)
    (40, 40, 30, None)
    """
    known = [one for one in (stated, partner) if isinstance(one, int)]
    return min(known) if known else None
