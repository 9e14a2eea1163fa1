"""What a host serves under `/.well-known/`: asked once, by https, and only where somebody asks.

A host that leads elsewhere is not followed: the name that a person typed is the one that is asked.
"""

from collections.abc import Callable
from typing import Final

from legation.errors import UnreachableError
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
    found = fetch(url, most_bytes=MOST_BYTES, allowed=allowed)
    if found.passed:
        raise UnreachableError(
            f"the host leads elsewhere, to {found.url:.80}",
            hint="ask that host by its own name, and compare the printed fingerprint",
        )
    return found.raw
