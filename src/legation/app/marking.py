"""Who may be told: the level under which findings are kept and leave.

Sharing never widens a marking. What is kept keeps its level or takes a stricter one, and
what leaves carries the strictest of all that goes with it, the desk's own level, or a
level that a person asks for and that is no wider than what is kept.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from legation.errors import DeniedError
from legation.stix.tlp import Tlp, level_of_object

if TYPE_CHECKING:
    from legation.store.opening import Store


def kept_level(store: "Store", ids: Iterable[str]) -> Tlp:
    """Return the strictest level of those objects that the store has; CLEAR when it has none."""
    from legation.stix.codec import decode_object

    found = store.objects.get_many(list(ids))
    levels = (
        # An object of the store that states no level was not marked by us: nobody may be told.
        level_of_object(decode_object(version.raw, place=object_id), default=Tlp.RED)
        for object_id, version in found.items()
    )
    return max(levels, default=Tlp.CLEAR)


def level_to_leave(kept: Tlp, *, own: Tlp, asked: Tlp | None) -> Tlp:
    """Return the level of what leaves.

    Args:
        kept: Strictest level of what goes with it.
        own: The desk's level.
        asked: What a person asks for; None means the stricter of the other two.

    Raises:
        DeniedError: What is asked for is wider than what is kept.
    """
    if asked is None:
        return max(kept, own)
    if asked < kept:
        raise DeniedError(
            f"the store holds this under {kept}, and {asked} would tell more people",
            hint=f"leave --tlp out, or ask for {kept} or stricter",
        )
    return asked
