"""What one kind of export is: its mapping, how it is recognised, where its fields are published."""

import msgspec

from legation.store.reading.mapping import Mapping

HASHTAG = r"[#\x{FF03}]([\p{L}\p{N}\p{M}_]+)"
"""A hashtag in running text (RE2); the sign may be full-width."""
MENTION = r"@([\p{L}\p{N}_]+(?:[.-][\p{L}\p{N}_]+)*)"
"""A mention in running text (RE2), with the dots and hyphens of hosts inside."""
LINK = r"(https?://[^\s\"<>\\]+)"
"""A link in running text or in a JSON string (RE2)."""


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of export.

    Attributes:
        title: For the reader.
        fields_from: The published list of fields that the mapping follows.
        signs: Columns (or JSON paths) that together tell this kind from all others.
        mapping: How it is read; its name is the preset's name.
    """

    title: str
    fields_from: str
    signs: tuple[str, ...]
    mapping: Mapping

    @property
    def name(self) -> str:
        """Return the name by which a user asks for it."""
        return self.mapping.name
