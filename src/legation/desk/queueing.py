"""Requests that wait on one line, and answers that nobody takes: both are bounded.

HTTP/1.1 lets a client send the next request before the last was answered (RFC 9112, section 9.3.2).
Browsers do not, and each that waits takes a hundred times its bytes. So nothing more is read
while any waits, too many at once are the last that a line brings, and a line whose client takes
nothing of its answers is cut.
"""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_WAITING: Final = 16
"""Requests of one line behind the one that is being answered."""
MOST_STALLED: Final = 120.0
"""Seconds in which a client has to take something of what waits for it: a system tells that there
is room again once a third of its own 4 MB is free, and the slowest lines carry 16 kB a second."""


class QueueingProtocol(HttpToolsProtocol):
    """The server's protocol, whose queues are bounded."""

    longest_stall: ClassVar[float] = MOST_STALLED

    def __init__(self, *args: Any, **more: Any) -> None:
        """Begin as the server does."""
        super().__init__(*args, **more)
        self._full = False
        self._answered: Any = None
        self._untaken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, which is not read on while requests wait in it."""
        super().connection_made(transport)
        self.flow = _Held(transport, self._waits)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let a connection go, with all that waited in it."""
        self._taken()
        self.pipeline.clear()
        # The server tells the last request that was read; it is another that is being answered.
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        """Take a request.

        Raises:
            ValueError: Too many wait before it; the parser stops at it.
        """
        if len(self.pipeline) >= MOST_WAITING:
            self._full = True
            raise ValueError("too many requests wait on this line")
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the line is full."""
        if not self._full:
            super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, but for what is too much: this ends with what waits."""
        if self._full and self.pipeline:
            self.flow.pause_reading()
            self.pipeline[0][0].keep_alive = False  # of these the last one to be answered
        else:
            self.refuse_unread(msg)

    def refuse_unread(self, msg: str) -> None:
        """Answer what is no request."""
        super().send_400_response(msg)

    def pause_writing(self) -> None:
        """Wait for a client to take what was written."""
        super().pause_writing()
        if self._untaken is None:
            self._wait_for(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Write on."""
        self._taken()
        super().resume_writing()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _waits(self) -> bool:
        return self._full or bool(self.pipeline)

    def _wait_for(self, size: int) -> None:
        self._untaken = self.loop.call_later(self.longest_stall, self._cut, size)

    def _cut(self, before: int) -> None:
        """Cut a line whose client took nothing."""
        size = self.transport.get_write_buffer_size()
        if size >= before:
            self._untaken = None
            self.transport.abort()
        else:
            self._wait_for(size)

    def _taken(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None


class _Held(FlowControl):
    """Reads on only where nothing waits; whoever answers a request asks to read on."""

    def __init__(self, transport: asyncio.Transport, waits: Callable[[], bool]) -> None:
        super().__init__(transport)
        self._waits = waits

    def resume_reading(self) -> None:
        if not self._waits():
            super().resume_reading()
