"""Progress as it happens: one answer that stays open and tells of a job until it ends.

A stream is a coroutine of the server's own thread, never a thread; how many may be open, and for
how long, is bounded, and whoever finds none free asks again and again instead. At each step
it is looked anew who the browser is: a session that is over, a role that was taken, ends it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Final, final
from weakref import WeakKeyDictionary

import msgspec

from legation.desk.saying import told_text
from legation.errors import BusyError, NotFoundError

if TYPE_CHECKING:
    from legation.store.jobs import Job, LogLine

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
MOST: Final = 32
MOST_OF_ONE: Final = 4
_STEP_S: Final = 0.4
_BEATS: Final = 35
_STEPS: Final = 2_250  # a quarter of an hour, then the page asks for another
_BEAT: Final = b": \n\n"


class Did(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a job did.

    Attributes:
        at: When, as the `datetime` attribute of a page wants it.
        words: What, in the reader's language.
    """

    at: str
    words: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is.

    Attributes:
        begun: When it began; empty while it waits.
        did: What it did so far, in order, as its page lists it.
    """

    state: str
    percent: int
    words: str
    begun: str = ""
    did: tuple[Did, ...] = ()


def progress_of(job: "Job", log: "Sequence[LogLine]") -> Progress:
    """Return how far a job is, all that its page says while it runs."""
    return Progress(
        state=job.state,
        percent=job.percent,
        words=told_text(job.words),
        begun=job.started.strftime(_TIME) if job.started else "",
        did=tuple(Did(at=one.at.strftime(_TIME), words=told_text(one.words)) for one in log),
    )


@final
class _Place:
    """What one stream takes of the number that may be open."""


@final
class Streams:
    """The streams that are open.

    Args:
        step_s: How long a stream waits between two looks.

    Attributes:
        stopping: Tells whether the server is about to end, and they with it.
    """

    def __init__(self, step_s: float = _STEP_S) -> None:
        """Have none open."""
        self._step_s = step_s
        self._open: WeakKeyDictionary[_Place, str] = WeakKeyDictionary()
        self.stopping: Callable[[], bool] = lambda: False

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._open)

    def of(self, person_id: str, look: Callable[[], Progress | None]) -> AsyncIterator[bytes]:
        """Open a stream for somebody.

        Args:
            person_id: Who.
            look: Says how far the job is; None once nothing may be told any more.

        Raises:
            BusyError: Too many are open.
        """
        own = sum(one == person_id for one in self._open.values())
        if len(self._open) >= MOST or own >= MOST_OF_ONE:
            raise BusyError("too many pages follow a job", hint="ask for its state instead")
        place = _Place()
        # It is free by itself when nobody holds the stream any more, begun or not.
        self._open[place] = person_id
        return self._told(look, place)

    async def _told(
        self, look: Callable[[], Progress | None], place: "_Place"
    ) -> AsyncIterator[bytes]:
        try:
            async for part in self._parts(look):
                yield part
        finally:
            # Whoever left is gone now: what went wrong on the way may hold the stream for long.
            self._open.pop(place, None)

    async def _parts(self, look: Callable[[], Progress | None]) -> AsyncIterator[bytes]:
        said = None
        for step in range(_STEPS):
            now = _seen(look)
            if now is None or self.stopping():
                return
            if now != said:
                said = now
                yield b"data: " + msgspec.json.encode(now) + b"\n\n"
            elif step % _BEATS == 0:
                yield _BEAT
            if now.state not in ("waiting", "running"):
                return
            await asyncio.sleep(self._step_s)


def _seen(look: Callable[[], Progress | None]) -> Progress | None:
    try:
        return look()
    except NotFoundError:
        return None
