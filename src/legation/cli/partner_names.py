"""Partners by the names that somebody types: a misspelt one is told with the nearest that there is.

Who the partners are is a secret, so no other door tells it: whoever types here is on the host.
"""

from difflib import get_close_matches
from typing import TYPE_CHECKING

from legation.errors import NotFoundError

if TYPE_CHECKING:
    from legation.store.exchange.partners import Partner
    from legation.store.opening import Store

_LONGEST = 120


def partner_of(store: "Store", name: str) -> "Partner":
    """Return a partner by its name or id.

    Raises:
        NotFoundError: There is none; the hint has the nearest name.
    """
    try:
        return store.partners.get(name)
    except NotFoundError as absent:
        names = {one.name.casefold(): one.name for one in store.partners.every()}
        near = get_close_matches(name[:_LONGEST].casefold(), names, 1)
        if not near:
            raise
        raise NotFoundError(str(absent), hint=f"did you mean {names[near[0]]!r:.130}?") from absent
