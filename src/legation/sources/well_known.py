"""What a host serves under `/.well-known/`: asked once, by https, and only where somebody asks.

A host that leads elsewhere is not followed: the name that a person typed is the one that is asked.
"""

from collections.abc import Callable
from typing import Final

from legation.sources.web_page import fetch, is_public

MOST_BYTES: Final = 20_000


def fetch_well_known(url: str, *, allowed: Callable[[str], bool] = is_public) -> bytes:
    """Fetch one small file.

    Args:
        url: Its address.
        allowed: Which network addresses may be asked.

    Raises:
        DeniedError: It leads to an address that may not be asked.
        UnreachableError: It does not answer, not with a file, or leads elsewhere.
        BadInputError: It is too large.
    """
    return fetch(url, most_bytes=MOST_BYTES, allowed=allowed, redirects=0).raw
