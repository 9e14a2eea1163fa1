"""Bodies of requests that pass no gate: read to a limit, and many large ones wait for one another.

The doors of machines (TAXII, witnesses) read them alike; whose errors are told in which form is
theirs.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Self

from legation.errors import RefusedError

_LONGEST_NUMBER: Final = 18
# Answers before which a body was not read to its end.
_UNREAD: Final = frozenset({408, 413})
# Seconds in which the rest of a refused body is let come and dropped.
_LINGERS: Final = 5.0


class Room:
    """So many bytes that bodies may take in memory; who finds no room waits."""

    def __init__(self, size: int) -> None:
        """Begin with all of it free."""
        self._size = self._free = size
        self._freed = asyncio.Condition()

    def taken(self, size: int) -> "_Taken":
        """Return a block in which so many bytes are taken, or all where there are less."""
        return _Taken(self, min(size, self._size))

    async def take(self, size: int) -> None:
        """Wait for so many bytes."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._free >= size)
            self._free -= size

    async def give(self, size: int) -> None:
        """Give them back."""
        async with self._freed:
            self._free += size
            self._freed.notify_all()


class Held:
    """What one request has taken of a room, as its bytes came; leaving the block gives it back."""

    def __init__(self, room: Room) -> None:
        """Begin with nothing."""
        self._room, self._size = room, 0

    async def more(self, size: int) -> None:
        """Take so many bytes more, or wait for them."""
        await self._room.take(size)
        self._size += size

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give all of it back."""
        if self._size:
            await self._room.give(self._size)


class _Taken:
    def __init__(self, room: Room, size: int) -> None:
        self._room, self._size = room, size

    async def __aenter__(self) -> None:
        if self._size:
            await self._room.take(self._size)

    async def __aexit__(self, *_: object) -> None:
        if self._size:
            await self._room.give(self._size)


def refuse_larger(stated: str, largest: int) -> None:
    """Refuse a stated length that is none, or too large.

    Raises:
        RefusedError: It is.
    """
    if not stated.isdecimal() or len(stated) > _LONGEST_NUMBER or int(stated) > largest:
        raise RefusedError(413, f"a request has at most {largest:,} bytes")


async def body_of(receive: Any, largest: int, held: Held | None = None) -> bytes:
    """Read a body to its end, or to what it may have.

    Args:
        receive: Of the request.
        largest: Bytes that it may have.
        held: Takes room for what has come, never for what was only stated.

    Raises:
        RefusedError: It is larger, or broke off.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "the line broke before the request was whole")
        part = message.get("body", b"")
        size += len(part)
        if size > largest:
            raise RefusedError(413, f"a request has at most {largest:,} bytes")
        if held is not None and part:
            await held.more(len(part))
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


async def sent(
    status: int, headers: Mapping[str, str], body: bytes, line: tuple[Any, Any, Any]
) -> None:
    """Send a whole answer.

    Args:
        status: Of it.
        headers: What it has beside those that every answer has.
        body: Its bytes; a HEAD is answered without.
        line: Scope, receive and send of the request.
    """
    scope, receive, send = line
    told = {
        "cache-control": "no-store",
        "content-length": str(len(body)),
        "x-content-type-options": "nosniff",
    } | {name.lower(): value for name, value in headers.items()}
    packed = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
    unread = status in _UNREAD
    if unread:
        packed.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": packed})
    shown = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": shown, "more_body": unread})
    if unread:
        # Most clients read no answer before they have sent all: a line closed at once tells them
        # only that it broke.
        with suppress(TimeoutError):
            await asyncio.wait_for(_let_come(receive), _LINGERS)
        await send({"type": "http.response.body", "body": b""})


async def live(receive: Any, send: Any) -> None:
    """Answer a server that begins and ends: there is nothing to prepare."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _let_come(receive: Any) -> None:
    """Drop what still comes of a request."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
