"""What a server's refusal means for whoever asked.

Lenient: an error message needs no title, no shape and no media type (OpenTAXII sends neither
title nor, for some, JSON); then its status speaks alone. What a server says is quoted, cut
short, and never taken for words of ours.
"""

from typing import Final

import msgspec

from legation.errors import (
    BadInputError,
    DeniedError,
    LegationError,
    NotFoundError,
    UnreachableError,
)
from legation.sources.taxii.line import Answer

_TAXII: Final = "ask the partner for the address of a TAXII 2.1 API root"
_LIST: Final = "list the partner's collections; ask for access where it should be there"
# What kind of error each status is, in what words, and what the reader can do.
_MEANINGS: Final[dict[int, tuple[type[LegationError], str, str]]] = {
    400: (BadInputError, "does not take this", "check the filter, the ids and what was sent"),
    401: (
        DeniedError,
        "asks who we are",
        "check the name and password, token or certificate for this partner",
    ),
    403: (
        DeniedError,
        "does not let us",
        "ask the partner which collections are open to us, and for what",
    ),
    404: (NotFoundError, "is not there, or not for us", _LIST),
    406: (UnreachableError, "does not speak TAXII 2.1", _TAXII),
    410: (NotFoundError, "is there no more", _LIST),
    413: (BadInputError, "finds the envelope too large", "send fewer objects at once"),
    415: (UnreachableError, "does not speak TAXII 2.1", _TAXII),
    422: (BadInputError, "does not take these objects", "check the objects that were sent"),
}


def refusal(answer: Answer, place: str) -> LegationError:
    """Return what to raise for an answer that is no success.

    Args:
        answer: With a status from 300 to 499.
        place: What was asked.
    """
    kind, words, hint = _MEANINGS.get(
        answer.status, (UnreachableError, "gives no usable answer", "ask the partner")
    )
    said = f"{words} ({answer.status}){_said(answer.body)}"
    if issubclass(kind, BadInputError):
        return kind(f"the server {said}", place=place, hint=hint)
    return kind(f"{place} {said}", hint=hint)


def _said(body: bytes | bytearray) -> str:
    """Quote an error message (3.6.1), as far as it is one."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    parts = [found.get(name) for name in ("title", "description", "message")]
    words = [f"{part!r:.100}" for part in parts if isinstance(part, str) and part]
    return f": it says {', '.join(words)}" if words else ""
