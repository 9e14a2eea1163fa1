"""Cursors: where a page ended, signed, so that the server keeps nothing of a walk.

A cursor holds the instant of the last object that was given. Its signature covers who asks, of
which collection, and for what: used by another, elsewhere or with another filter it is refused.
So a walk survives restarts and several processes, and tells nothing to who guesses.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final

from legation.errors import RefusedError

_NUMBER: Final = 8
_MAC: Final = 16
KEY_BYTES: Final = 32


def cursor(key: bytes, asked: bytes, after_us: int) -> str:
    """Return the cursor that goes on after an instant.

    Args:
        key: Of the desk, 32 random bytes.
        asked: Who asks for what, in one form.
        after_us: Instant of the last object given, in microseconds since 1970.
    """
    number = after_us.to_bytes(_NUMBER, "big")
    return base64.urlsafe_b64encode(number + _mac(key, asked, number)).decode().rstrip("=")


def place_of(text: str, key: bytes, asked: bytes) -> int:
    """Return where a cursor goes on.

    Raises:
        RefusedError: It is not one of ours, or was given for something else.
    """
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        sealed = b""
    number = sealed[:_NUMBER]
    # What decodes to the same bytes in another spelling is no cursor that was given.
    exact = len(sealed) == _NUMBER + _MAC and base64.urlsafe_b64encode(sealed).rstrip(b"=") == (
        text.encode("ascii", "replace")
    )
    if not exact or not hmac.compare_digest(sealed[_NUMBER:], _mac(key, asked, number)):
        raise RefusedError(
            400, "`next` is no cursor of this server for this question: begin again without it"
        )
    return int.from_bytes(number, "big")


def _mac(key: bytes, asked: bytes, number: bytes) -> bytes:
    return hmac.new(key, b"legation taxii cursor\0" + number + asked, hashlib.sha256).digest()[
        :_MAC
    ]
