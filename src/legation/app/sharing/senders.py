"""Who sent something, as a reader is told.

Who the partners are is itself a secret: whoever may read the roster is told the name, everybody
else a code that is always the same and says nothing of who it is. What the desk shows, lists and
hands out names a sender by these functions and in no other way.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import Protocol

    from legation.store.exchange.partners import Partner

    class Named(Protocol):
        """Somebody of the roster."""

        @property
        def name(self) -> str:
            """Return how people of the house call them."""


KNOWS: Final = "partner.read"
"""The verb of whoever may know who the partners are."""
_DIGITS: Final = 6
_HOUSE: Final = "this desk"


def code_of(partner_id: str) -> str:
    """Return what a partner is called before those who may not know who it is.

    Args:
        partner_id: Its random id.

    >>> code_of("4f2a91c3-0000-4000-8000-000000000000")
    'partner 4f2a91'
    """
    return f"partner {partner_id.replace('-', '')[:_DIGITS]}" if partner_id else _HOUSE


def called(partner: "Named | None", partner_id: str, verbs: Collection[str]) -> str:
    """Return what a reader is told of who sent something.

    Args:
        partner: Who it is; None: nobody of the roster.
        partner_id: The random id under which it stands.
        verbs: What the reader may do on the desk.
    """
    return partner.name if partner is not None and KNOWS in verbs else code_of(partner_id)


def by_inbox(partners: "Collection[Partner]") -> "Mapping[int, Partner]":
    """Return partners by the number of the collection into which each writes."""
    return {one.inbox: one for one in partners}
