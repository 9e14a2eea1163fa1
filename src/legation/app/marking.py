"""Who may be told: the level under which findings are kept and leave.

Sharing never widens a marking. What is kept keeps its level or takes a stricter one, and
what leaves carries the strictest of all that goes with it, the desk's own level, or a
level that a person asks for and that is no wider than what is kept.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from legation.errors import DeniedError, StepUpError
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.rights.clearance import Reader
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


def refuse_unproven(reader: "Reader", label: "Label", *, own: Tlp) -> None:
    """Refuse to let leave what is above AMBER when no passkey was shown just now.

    Args:
        reader: Who takes it out.
        label: Of what leaves.
        own: The desk's level, under which it leaves at least.

    Raises:
        StepUpError: No passkey was shown.
    """
    leaves = msgspec.structs.replace(label, tlp=max(label.tlp, own))
    if above_amber(leaves) and not reader.proven:
        raise StepUpError(
            "what is above TLP:AMBER leaves only after your passkey was shown again",
            hint="show it on the desk; a token takes nothing of this out",
        )


def above_amber(label: "Label") -> bool:
    """Tell whether a label asks for more than TLP:AMBER: a level, a compartment, some parties."""
    return label.tlp > Tlp.AMBER or bool(label.levels or label.compartments or label.restricted)
