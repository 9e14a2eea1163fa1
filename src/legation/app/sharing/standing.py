"""Partners as people of the house see them: who comes by how many keys, what the policy lets go.

Nothing here tells of what was sent or came: that is for who may know each of those objects.
"""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from legation.app.sharing.policies import policy_of, silent_of
from legation.errors import NotFoundError
from legation.safeguards.sharing.gate.policy import Policy
from legation.sources.taxii.feed import FeedState, read_state
from legation.store.exchange.access import Collection
from legation.store.exchange.feeds import KeptFeed
from legation.store.exchange.partners import Partner, PartnerKey

if TYPE_CHECKING:
    from legation.store.opening import Store


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand with a partner.

    Attributes:
        policy: In force for it.
        silent: Why nothing leaves to it at all; empty: something may.
        keys: How many keys open something.
    """

    partner: Partner
    policy: Policy
    silent: str
    keys: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A partner with all that belongs to it.

    Attributes:
        keys: All that there ever were.
        reached: The collections that it reaches.
        others: Those that it does not.
        feeds: Where its server is read, and how far that came; None: it was never read.
    """

    standing: Standing
    keys: tuple[PartnerKey, ...]
    reached: tuple[Collection, ...]
    others: tuple[Collection, ...]
    feeds: tuple[tuple[KeptFeed, FeedState | None], ...]


def standings(store: "Store", now: datetime) -> list[Standing]:
    """Return how things stand with each partner, by the order in which they came."""
    keys = store.partners.every_key()
    return [_standing(one, keys.get(one.partner_id, []), now) for one in store.partners.every()]


def seen(store: "Store", name: str, now: datetime) -> Seen:
    """Return a partner with all that belongs to it.

    Raises:
        NotFoundError: There is none of this name or id.
    """
    every = store.partners.every()
    partner = next((one for one in every if name in (one.partner_id, one.name)), None)
    if partner is None:
        raise NotFoundError(f"there is no partner {name!r:.60}", hint="see partner list")
    keys = store.partners.keys(partner.partner_id)
    reached = store.collections.granted(partner.partner_id)
    numbers = {one.number for one in reached}
    # The own collections of other partners are nobody else's.
    own = {box for one in every for box in (one.inbox, one.outbox)}
    return Seen(
        standing=_standing(partner, keys, now),
        keys=tuple(keys),
        reached=tuple(reached),
        others=tuple(one for one in store.collections.every() if one.number not in numbers | own),
        feeds=tuple(
            (one, read_state(one.state) if one.state else None)
            for one in store.feeds.every()
            if one.partner_id == partner.partner_id
        ),
    )


def _standing(partner: Partner, keys: list[PartnerKey], now: datetime) -> Standing:
    return Standing(
        partner=partner,
        policy=policy_of(partner),
        silent=silent_of(partner, now.date()),
        keys=sum(one.holds(now) for one in keys) * (partner.ended is None),
    )
