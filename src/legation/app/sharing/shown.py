"""What somebody is shown of a sending before it goes: what it is known by, and what is lost of it.

What goes is what was shown: a sending that says what it was shown as is refused where anything of
it has changed since.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from legation.formats.profiles.catalogue import EXPORTS
from legation.formats.profiles.losses import Loss, Piece
from legation.safeguards.sharing.gate.context import Preview
from legation.safeguards.sharing.gate.labels import Markings
from legation.stix.labels import Label, all_joined
from legation.stix.tlp import Tlp


def digest_of(preview: Preview) -> str:
    """Return what a preview is known by: SHA-256 of the exact values that would leave."""
    return hashlib.sha256(msgspec.json.encode(preview.leaving, order="sorted")).hexdigest()


def losses_of(preview: Preview, profile: str) -> tuple[Loss, ...]:
    """Return what a package of a profile would not carry as it is."""
    return EXPORTS[profile]([Piece(value) for value in preview.leaving]).losses


def label_of_all(values: Sequence[Mapping[str, Any]], default: Tlp) -> Label:
    """Return the label of what goes with all of them, their parts included.

    Args:
        values: The objects, with the definitions of their markings.
        default: Level of what states none.
    """
    markings = Markings(values, default=max(default, Tlp.GREEN))
    found = []
    for value in values:
        found.append(markings.label(value))
        parts = markings.parts(value)
        levels = [Tlp.RED] if parts is None else [one.tlp for one in parts if one.tlp is not None]
        found += [Label(tlp=level) for level in levels]
    return all_joined(found)
