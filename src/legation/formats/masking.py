"""What is taken out of a campaign before it leaves the house on weak grounds.

A quotation can be searched for, and a mention or a link to a profile names a person.
Below grade "high" the grounds do not bear that, so the export keeps the sense of a
quotation and drops what leads to its author. Masking twice changes nothing more.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

QUOTATION_LENGTH: Final = 80
MASK: Final = "…"

# Each pattern starts only where a run of its letters starts: a post of a million
# letters takes linear time.
_URL = re.compile(r"(https?://)(\S*)", re.IGNORECASE)
_BARE_LINK = re.compile(r"(?<![\w….-])(\.*(?:[\w…-]+\.+)+[\w…-]+)(?::\d+)?/\S*")
# A host that stands alone; its last label has letters only, so "1.2.3" and "e.g.a" are none.
_BARE_HOST = re.compile(r"(?<![\w….@/-])((?:[\w-]++\.){2,}[^\W\d_]{2,})(?![\w…/@-]|\.\w)")
_HOST = re.compile(r"[^/?#]*")
# U+FF20 and U+FE6B are the full-width and the small "@".
_MENTION = re.compile(r"(?<![\w.+-])[\w.+-]*(?:[@\uFF20\uFE6B][\w.+-]+)+(?:/\S*)?")
_MENTION_SIGN = re.compile(r"[@\uFF20\uFE6B]")
_HOST_LABELS = 2
# An official domain is public by its own state's word, and names no person.
_KEPT = frozenset({"account_id", "campaign_id", "official"})


def mask_mentions(text: str) -> str:
    """Hide handles, addresses, the paths of links, and what stands before a registered domain.

    >>> mask_mentions("See @some.one and https://social.example/@some.one/123")
    'See @… and https://social.example/…'
    """
    unnamed = _MENTION.sub(f"@{MASK}", _URL.sub(_url, text))
    shown = _BARE_HOST.sub(lambda match: _host(match[1]), unnamed)
    return _BARE_LINK.sub(lambda match: f"{_host(match[1])}/{MASK}", shown)


def shorten(text: str, length: int = QUOTATION_LENGTH) -> str:
    """Cut a text to a length, the mark of the cut included.

    >>> shorten("one two three", 8)
    'one two…'
    """
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}{MASK}"


def mask_campaign(campaign: Mapping[str, Any]) -> dict[str, Any]:
    """Return a campaign as it may be exported: whole at grade "high", else masked.

    Args:
        campaign: JSON values of a campaign; account ids are pseudonyms already.
    """
    if campaign.get("grade") == "high":
        return dict(campaign)
    masked: dict[str, Any] = _masked(campaign)
    masked["quotations"] = [
        quotation | {"text": shorten(quotation["text"]), "post_id": MASK}
        for quotation in masked.get("quotations", ())
    ]
    return masked


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask_mentions(value)
        case Mapping():
            return {name: part if name in _KEPT else _masked(part) for name, part in value.items()}
        case list() | tuple():
            return [_masked(part) for part in value]
        case _:
            return value


def _url(match: re.Match[str]) -> str:
    scheme, rest = match[1], match[2]
    found = _HOST.match(rest)
    name = found[0] if found else ""
    if _MENTION_SIGN.search(name):
        return f"{scheme}{MASK}"
    return f"{scheme}{_host(name)}{f'/{MASK}' if len(rest) > len(name) else ''}"


def _host(name: str) -> str:
    labels = [label for label in name.partition(":")[0].split(".") if label]
    # A name before the registered domain is often the author's own.
    front = f"{MASK}." if len(labels) > _HOST_LABELS else ""
    return f"{front}{'.'.join(labels[-_HOST_LABELS:])}"
