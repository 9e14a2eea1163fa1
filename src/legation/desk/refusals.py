"""What the server itself answers, below all pages: to bytes that are no request.

Such an answer passes no fence, so it brings the fence's headers with it: no answer of
this desk is without them. Nobody has shown who they are yet, so a request's head is bounded
in bytes, lines and time, its body in time, and the number of connections is, too: of all, and
of one address. Where an address has all that it may have, its longest unfinished request
makes room: whoever leaves requests half sent keeps nobody out, not even beside them.
"""

import asyncio
from typing import Any, ClassVar, Final

from legation.desk.fence import HEADERS
from legation.desk.limits import network_of
from legation.desk.queueing import QueueingProtocol

MOST_BYTES: Final = 64 * 1024
"""Of a head: browsers send 1 to 4 kB, proxies cut at 8 to 32 kB."""
MOST_LINES: Final = 100
"""Of a head: the number that Apache takes."""
MOST_SECONDS: Final = 20.0
"""For a head, from its connection or its first byte on: the least that Apache waits."""
MOST_CONNECTIONS: Final = 1000
"""At once: a mission's people have six each; a process may open 1,024 files."""
MOST_OF_ADDRESS: Final = 250
"""At once: forty browsers behind one address; four such addresses fill the desk."""
LEAST_RATE: Final = 16 * 1024
"""Bytes a second: a form has the time of a head, and a second more for each of these that it has
sent. The slowest lines of missions (satellite, 128 kbit/s) carry as much."""

_UNREADABLE: Final = 400
_SAID: Final = {
    408: "Request Timeout",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
}


class FencedProtocol(QueueingProtocol):
    """The server's protocol, whose own refusals are fenced, and which waits for nothing forever."""

    behind_proxy: ClassVar[bool] = False

    def __init__(self, *args: Any, **more: Any) -> None:
        """Begin as the server does."""
        super().__init__(*args, **more)
        self._read = 0
        self._head = 0
        self._status = _UNREADABLE
        self._waiting: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None
        self._begun = 0.0
        self._sent = 0
        self.came_from = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there are not too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS and self._open() > MOST_CONNECTIONS:
            transport.close()
            return
        if not self.behind_proxy:
            self.came_from = network_of(self.client[0] if self.client else "")
            if not self._has_room():
                transport.close()
                return
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go."""
        self._arrived()
        self._ended()
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
        """End the wait for a head, and begin that for its body."""
        self._arrived()
        if self.behind_proxy:
            told = [value for name, value in self.headers if name == b"x-forwarded-for"]
            last = told[-1].rpartition(b",")[2].strip() if told else b""
            self.came_from = network_of(last.decode("latin-1"))
            if not self._has_room():
                self._status = 429
                raise ValueError("this address has too many requests")
        self._begun, self._sent = self.loop.time(), 0
        self._sending = self.loop.call_later(MOST_SECONDS, self._still_sending)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._sent += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the wait for a body."""
        self._ended()
        super().on_message_complete()

    def waits_since(self) -> float | None:
        """Return since when a request is unfinished here; None where nothing is waited for."""
        return self._begun if self._waiting or self._sending else None

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, or let what waits before it be answered."""
        self._arrived()
        self._ended()
        super().send_400_response(msg)

    def refuse_unread(self, msg: str) -> None:
        """Refuse what cannot be read as a request."""
        self._refuse(self._status, "" if self._status in _SAID else msg)

    def refusal(self, status: int, said: str) -> tuple[str, bytes]:
        """Return media type and body of such a refusal."""
        del status
        return "text/plain; charset=utf-8", f"{said}\n".encode("ascii", "replace")

    def _open(self) -> int:
        return sum(not one.transport.is_closing() for one in self.connections)

    def _has_room(self) -> bool:
        """Tell whether this address may have one more, the oldest unfinished one closed for it."""
        of_it: list[Any] = [one for one in self.connections if self._is_of_it(one)]
        if len(of_it) <= MOST_OF_ADDRESS:
            return True
        waited = [one for one in of_it if one is not self and one.waits_since() is not None]
        if waited:
            min(waited, key=lambda one: one.waits_since() or 0.0).give_way()
        return bool(waited)

    def _is_of_it(self, one: Any) -> bool:
        closing = one is not self and one.transport.is_closing()
        return bool(one.came_from == self.came_from) and not closing

    def give_way(self) -> None:
        """Close what is unfinished."""
        self._late()

    def _wait(self) -> None:
        self._begun = self.loop.time()
        self._read = 0
        self._waiting = self.loop.call_later(MOST_SECONDS, self._late)

    def _arrived(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _ended(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _still_sending(self) -> None:
        """Wait on for a body that comes fast enough, or that the desk itself lets wait."""
        waited = self.loop.time() - self._begun
        left = MOST_SECONDS + self._sent / LEAST_RATE - waited
        if self.flow.read_paused:
            left = MOST_SECONDS
        if left > 0:
            self._sending = self.loop.call_later(left, self._still_sending)
        else:
            self._late()

    def _late(self) -> None:
        answering = self.cycle is not None and self.cycle.response_started
        half = self._read or (self._sending is not None and not answering)
        self._arrived()
        self._ended()
        if half:
            self._refuse(408)
        else:
            self.transport.close()

    def _refuse(self, status: int, msg: str = "") -> None:
        self._arrived()
        self._ended()
        kind, body = self.refusal(status, msg or _SAID[status])
        headers = HEADERS | {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        told = (f"{name}: {said}" for name, said in headers.items())
        lines = [f"HTTP/1.1 {status} {_SAID.get(status, 'Bad Request')}", *told]
        self.transport.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        self.transport.close()


class ProxiedProtocol(FencedProtocol):
    """The same behind a proxy of the house, which says in each request from where it comes."""

    behind_proxy: ClassVar[bool] = True
