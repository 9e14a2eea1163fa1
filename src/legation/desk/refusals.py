"""What the server itself answers, below all pages: to bytes that are no request.

Such an answer passes no fence, so it brings the fence's headers with it: no answer of
this desk is without them. Nobody has shown who they are yet, so a request's head is bounded
in bytes, lines and time, and the number of connections is, too.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from legation.desk.fence import HEADERS

MOST_BYTES: Final = 64 * 1024
"""Of a head: browsers send 1 to 4 kB, proxies cut at 8 to 32 kB."""
MOST_LINES: Final = 100
"""Of a head: the number that Apache takes."""
MOST_SECONDS: Final = 20.0
"""For a head, from its connection or its first byte on: the least that Apache waits."""
MOST_CONNECTIONS: Final = 1000
"""At once: a mission's people have six each; a process may open 1,024 files."""

_UNREADABLE: Final = 400
_SAID: Final = {
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
}


class FencedProtocol(HttpToolsProtocol):
    """The server's protocol, whose own refusals are fenced, and which waits for no head forever."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """Begin as the server does."""
        super().__init__(*args, **more)
        self._read = 0
        self._head = 0
        self._status = _UNREADABLE
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there are not too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.close()
            return
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go."""
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that is still not whole counts what it has sent."""
        awaited = self._waiting
        super().data_received(data)
        # What began a head may hold the end of a form before it; it is bounded by one reading.
        if awaited is None or self._waiting is not awaited or self.transport.is_closing():
            return
        self._read += len(data)
        if self._read > MOST_BYTES:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._head = 0
        if self._waiting is None:
            self._wait()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of the head.

        Raises:
            ValueError: It is one too many; the parser tells so to whoever fed it.
        """
        super().on_header(name, value)
        self._head += len(name) + len(value)
        if len(self.headers) > MOST_LINES or self._head > MOST_BYTES:
            self._status = 431
            raise ValueError("this head is too large")  # the parser stops at it

    def on_headers_complete(self) -> None:
        """End the wait for a head."""
        self._arrived()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read as a request."""
        self._refuse(self._status, "" if self._status in _SAID else msg)

    def _wait(self) -> None:
        self._read = 0
        self._waiting = self.loop.call_later(MOST_SECONDS, self._late)

    def _arrived(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _late(self) -> None:
        self._waiting = None
        if self._read:
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int, msg: str = "") -> None:
        self._arrived()
        body = f"{msg or _SAID[status]}\n".encode("ascii", "replace")
        headers = HEADERS | {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        told = (f"{name}: {said}" for name, said in headers.items())
        lines = [f"HTTP/1.1 {status} {_SAID.get(status, 'Bad Request')}", *told]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        self.transport.close()
