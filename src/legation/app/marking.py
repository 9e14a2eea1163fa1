"""Who may be told: the level under which findings are kept and leave.

Sharing never widens a marking. What is kept keeps its level or takes a stricter one, and
what leaves carries the strictest of all that goes with it, the desk's own level, or a
level that a person asks for and that is no wider than what is kept.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from legation.errors import DeniedError
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.stix.labels import Label
    from legation.store.opening import Store


def kept_level(store: "Store", ids: Iterable[str]) -> Tlp:
    """Return the strictest level of those objects that the store has; CLEAR when it has none."""
    return kept_label(store, ids).tlp


def kept_label(store: "Store", ids: Iterable[str]) -> "Label":
    """Return the label of what is drawn from those objects that the store has."""
    from legation.stix.labels import all_joined

    return all_joined(store.labels.in_force(ids).values())


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
