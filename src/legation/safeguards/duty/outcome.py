"""How a try to send ended, as every channel says it; and the time that one may take.

`unsure` is an answer of its own: the line broke after the words had left, so the other side
may have them. Then another try may double them, which is better than silence.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import msgspec

# A try is cut after this time, whatever the other side does; the lease holds longer.
DEADLINE_S = 20.0


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a try ended.

    Attributes:
        state: `taken`; `refused` for good; `unreached`, so try again; `unsure`, so try again.
        words: What the other side said, in our words.
    """

    state: Literal["taken", "refused", "unreached", "unsure"]
    words: str


@contextmanager
def within(seconds: float, line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut a line when its time is over: a slow answer, byte by byte, would never time out."""

    def cut() -> None:
        held = line()
        if held is not None:
            with suppress(OSError):
                # Of the plain socket: TLS would wait for the other side.
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
