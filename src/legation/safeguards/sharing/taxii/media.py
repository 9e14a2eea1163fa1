"""Media types: what a client accepts and sends (TAXII 2.1, section 1.6.8; RFC 9110, section 12).

Names and parameters are read without regard to case, quotes and blanks. A client that names no
version, or takes anything, is given version 2.1.
"""

from collections.abc import Iterator
from typing import Final

TAXII: Final = "application/taxii+json;version=2.1"
STIX: Final = "application/stix+json;version=2.1"
_TYPES: Final = ("application/taxii+json", "application/*", "*/*")
_VERSION: Final = "2.1"


def accepted(header: str | None) -> bool:
    """Tell whether a client takes TAXII 2.1.

    >>> accepted("application/json, Application/TAXII+JSON; Version=2.1; q=0.5")
    True
    """
    if header is None or not header.strip():
        return True
    named: dict[str, float] = {}
    for name, settings in _parts(header):
        if settings.get("version", _VERSION) == _VERSION:
            named[name] = max(named.get(name, 0.0), _quality(settings.get("q")))
    # The more exactly a type is named, the more it counts (RFC 9110, section 12.5.1).
    return next((named[name] for name in _TYPES if name in named), 0.0) > 0


def is_taxii(header: str | None) -> bool:
    """Tell whether what a client sends is TAXII 2.1."""
    found = list(_parts(header or ""))
    if len(found) != 1:
        return False
    name, settings = found[0]
    return name == _TYPES[0] and settings.get("version", _VERSION) == _VERSION


def charset_of(header: str | None) -> str:
    """Return the character set that a content type names; UTF-8 for none."""
    return next((settings.get("charset", "utf-8") for _, settings in _parts(header or "")), "utf-8")


def _parts(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    for part in _split(header, ","):
        name, *settings = _split(part, ";")
        read = {}
        for setting in settings:
            key, _, value = setting.partition("=")
            read[key.strip().lower()] = value.strip().strip('"').lower()
        if name.strip():
            yield name.strip().lower(), read


def _split(text: str, at: str) -> Iterator[str]:
    """Yield the parts between separators that stand in no quotes."""
    begun, quoted, escaped = 0, False, False
    for place, sign in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and sign == "\\":
            escaped = True
        elif sign == '"':
            quoted = not quoted
        elif sign == at and not quoted:
            yield text[begun:place]
            begun = place + 1
    yield text[begun:]


def _quality(text: str | None) -> float:
    try:
        return min(1.0, max(0.0, float(text))) if text is not None else 1.0
    except ValueError:
        return 0.0
