"""What the room of evidence shows of a capture, and what a person gives to it."""

from typing import TYPE_CHECKING

import msgspec

from legation.app.evidence.vault import State
from legation.app.evidence.words import SURE
from legation.formats.documents.kinds import Kind
from legation.store.evidence import Kept, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from legation.rights.sealed_names import Look


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A capture with what belongs to it.

    Attributes:
        kind: Of the file.
        state: Whether the sealed file is as it was written.
        label: In words.
        text: What was read last; None once its term is over.
        readings: How often it was read, each with an encoding of its own.
        translations: All of them, the newest first.
        campaign: The start of the campaign's own id, for its page; empty for none.
    """

    kept: Kept
    kind: Kind
    state: State
    label: str
    text: Part | None
    readings: int
    translations: tuple[Part, ...]
    campaign: str


class KeptPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post of a campaign that is kept, with its latest translations by language."""

    evidence_id: str
    sha256: str
    translations: tuple[Part, ...]


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """A translation as a person gives it; `machine` is empty for one's own words."""

    lang: str
    text: str
    machine: str = ""


def language_told(part: Part) -> str:
    """Return the language of a text; `und` where it is not sure enough to be told.

    A text that was read under an older rule is judged as one that is read today.
    """
    sure = part.kind != "text" or part.facts.get("confidence", 0.0) >= SURE
    return part.lang if sure else "und"


def latest(parts: "Sequence[Part]") -> tuple[Part, ...]:
    """Return the latest translation in each language."""
    found = {part.lang: part for part in parts if part.kind == "translation"}
    return tuple(found.values())


def reasons_of(look: "Look") -> dict[str, str]:
    """Return the stated reasons of a look, for the trail."""
    return look.stated()
