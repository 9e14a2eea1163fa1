"""What a message of JSON holds, counted before any of it is made.

Thirty megabytes of `0,` are fifteen million values, and a value takes ten times what its text
takes. So lists and names are counted in the bytes; only what has no more of them than a message
of so many honest objects is decoded.
"""

import re
from typing import Final

from legation.errors import BadInputError

MOST_OBJECTS: Final = 50_000
"""Of one message: at 600 bytes each, which is what indicators have, they fill 30 MB."""
MOST_PARTS: Final = 2_000_000
"""Of one message, lists and what stands between commas: in STIX each has 20 bytes and more."""
_HINT: Final = "send it in several requests"
_OTHERS: Final = bytes(set(range(256)) - set(b'"[]{},'))
_LISTED: Final = 2  # how deep a comma stands that parts the objects of a message
_ABOVE: Final = re.compile(rb"[^\[\]{},]*+([\[\]{},])")
_WITHIN: Final = re.compile(
    rb"(?:[^\[\]{}]++|\[[^\[\]{}]*+\]|\{[^\[\]{}]*+\})*+([\[\]{}])"  # innermost ones at once
)


def check_elements(
    data: bytes, *, place: str, objects: int = MOST_OBJECTS, parts: int = MOST_PARTS
) -> None:
    """Refuse a message that holds more than can be made of it.

    Args:
        data: Its JSON; that it is some is not checked.
        place: What errors name.
        objects: How many it may list, its own names among them.
        parts: How many lists and values it may have.

    Raises:
        BadInputError: It has more.
    """
    if _parts(data) < min(objects, parts):
        return
    signs = _signs(data)
    # Texts that hold such signs are counted too: taking them out costs as much as a part does.
    if signs.count(b'"') > parts or _parts(bare := _bare(signs)) > parts:
        raise BadInputError(f"it has more than {parts:,} lists and values", place=place, hint=_HINT)
    if _commas(bare, objects) >= objects:
        raise BadInputError(f"it lists more than {objects:,} objects", place=place, hint=_HINT)


def _parts(data: bytes) -> int:
    return data.count(b",") + data.count(b"[") + data.count(b"{")


def _signs(data: bytes) -> bytes:
    """Return what parts values, and the quotation marks of texts that hold the same signs.

    All of it is done by what runs at the speed of memory and makes no list: an expression that
    looks for texts would make a piece for each.
    """
    plain = data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data
    # A mark that closes beside one that opens may go as well: nothing parts the two texts.
    return plain.translate(None, _OTHERS).replace(b'""', b"")


def _bare(signs: bytes) -> bytes:
    """Return the signs outside of texts."""
    return b"".join(signs.split(b'"')[::2])


def _commas(bare: bytes, most: int) -> int:
    """Return how many commas stand between names and between objects of a message, no deeper."""
    depth = commas = at = 0
    while commas < most:
        found = _ABOVE.match(bare, at) if depth <= _LISTED else _WITHIN.match(bare, at)
        if found is None:
            break
        at = found.end()
        sign = found[1]
        if sign == b",":
            commas += 1
        else:
            depth += 1 if sign in b"[{" else -1
    return commas
