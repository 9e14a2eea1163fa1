"""What was judged, as one posting: the good objects to be kept, the others for the quarantine."""

from collections.abc import Sequence

from legation.formats.envelope import Refused, Taken
from legation.store.exchange.collections import Posting
from legation.store.exchange.quarantined import Held


def posting_of(judged: Sequence[Taken | Refused], number: int, partner_id: str) -> Posting:
    """Return what a partner adds to a collection.

    Args:
        judged: Its objects in their order.
        number: Of the collection.
        partner_id: Who adds.
    """
    return Posting(
        number=number,
        partner_id=partner_id,
        items=tuple((one.facts, one.raw) for one in judged if isinstance(one, Taken)),
        held=tuple(
            Held(
                object_id=one.object_id,
                version_text=one.version_text,
                kind="invalid",
                reason=str(one.error),
                raw=one.raw,
            )
            for one in judged
            if isinstance(one, Refused)
        ),
    )
