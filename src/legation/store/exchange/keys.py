"""Keys by which objects of collections are looked for."""

import hashlib
from typing import Final

_63_BITS: Final = (1 << 63) - 1


def key_of(object_id: str) -> int:
    """Return the 63 bits by which an id is looked for; who finds a row still compares the id."""
    return int.from_bytes(hashlib.sha256(object_id.encode()).digest()[:8], "big") & _63_BITS
