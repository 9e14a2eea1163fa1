"""Versions without the names of what a reader may not know."""

from typing import TYPE_CHECKING, Any

import msgspec

from legation.store.cards import read_card

if TYPE_CHECKING:
    from legation.store.versions import Version


def without(version: "Version", hidden: set[str]) -> "Version":
    """Return a version that does not name what is hidden; its hash is that of what is left."""
    if not hidden:
        return version
    raw = msgspec.json.encode(_kept(version.value(), hidden))
    content = read_card(raw).content_sha256
    return msgspec.structs.replace(version, raw=raw, content_sha256=content)


def _kept(value: Any, hidden: set[str]) -> Any:
    if isinstance(value, list):
        return [_kept(part, hidden) for part in value if not _names(part, hidden)]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, part in value.items():
        left = _kept(part, hidden)
        # STIX knows no empty list: what is empty now is left out.
        if not _names(part, hidden) and (left != [] or part == []):
            kept[name] = left
    return kept


def _names(part: Any, hidden: set[str]) -> bool:
    return isinstance(part, str) and part in hidden
