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
from legation.stix.tlp import Tlp, level_of


def digest_of(preview: Preview, partner_id: str) -> str:
    """Return what a preview is known by: SHA-256 of for whom it is, and of the exact values."""
    told = msgspec.json.encode((partner_id, preview.leaving), order="sorted")
    return hashlib.sha256(told).hexdigest()


def losses_of(preview: Preview, profile: str) -> tuple[Loss, ...]:
    """Return what a package of a profile would not carry as it is."""
    return EXPORTS[profile]([Piece(value) for value in preview.leaving]).losses


def label_of_all(values: Sequence[Mapping[str, Any]], default: Tlp) -> Label:
    """Return the label of what goes with all of them, their parts included.

    Args:
        values: The objects, with the definitions of their markings.
        default: Level of what states none.
    """
    return all_joined(labels_of(values, default).values())


def labels_of(values: Sequence[Mapping[str, Any]], default: Tlp) -> dict[str, Label]:
    """Return the label of each, its parts included, by its id.

    A definition of a level tells that something of this level goes, so that is its own.

    Args:
        values: The objects, with the definitions of their markings.
        default: Level of what states none.
    """
    markings = Markings(values, default=max(default, Tlp.GREEN))
    found = {}
    for value in values:
        parts = markings.parts(value)
        levels = [Tlp.RED] if parts is None else [one.tlp for one in parts if one.tlp is not None]
        stated = level_of(value["id"])
        levels += [] if stated is None else [stated]
        own = markings.label(value)
        found[value["id"]] = all_joined([own, *(Label(tlp=level) for level in levels)])
    return found
