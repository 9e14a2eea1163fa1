"""Long work beside the loop: what takes seconds waits its turn, and the pages go on.

The loop that answers everybody does one thing at a time. Reading a stranger's file and
setting a paper take seconds, so they are done by two threads of their own, of which one person
has one at a time: a person's files keep neither the pages nor the files of others waiting.
What a file is made of is read on the loop itself, so files are bounded too: one person has few
on the way at once, and whoever else waits goes in between.
"""

import asyncio
import contextvars
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar, final

from litestar.types import ASGIApp, Receive, Scope, Send

from legation.errors import BusyError

P = ParamSpec("P")
T = TypeVar("T")
MOST: Final = 2
"""How many a person may have at once: with four, two people could take all turns."""


@final
class Aside:
    """Threads for work that is asked for by people."""

    def __init__(self, threads: int = 2, most: int = MOST) -> None:
        """Take the number of threads, and how much one person may have under way."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="aside")
        self._most = most
        self._under_way: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Lock] = {}

    async def do(self, person: str, work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Do work in its turn.

        Raises:
            BusyError: This person has as much under way as one may have.
        """
        if self._under_way[person] >= self._most:
            raise BusyError(
                f"{self._most} of your files are being read or set already",
                hint="wait until one is done, then try again",
            )
        self._under_way[person] += 1
        told = contextvars.copy_context()
        try:
            async with self._turns.setdefault(person, asyncio.Lock()):
                return await asyncio.get_running_loop().run_in_executor(
                    self._threads, lambda: told.run(work, *args, **more)
                )
        finally:
            self._under_way[person] -= 1
            if not self._under_way[person]:
                del self._under_way[person]
                self._turns.pop(person, None)


@final
class Turns:
    """How many files each person has on the way."""

    def __init__(self, most: int = MOST) -> None:
        """Take how many one person may have."""
        self._most = most
        self._on_the_way: Counter[str] = Counter()

    async def take(self, person: str, scope: Any) -> None:
        """Count a file until its answer has gone, and let whoever else waits go first.

        Raises:
            BusyError: This person has as many on the way as one may have.
        """
        if self._on_the_way[person] >= self._most:
            raise BusyError(
                f"{self._most} of your files are on the way already",
                hint="wait until one is there, then try again",
            )
        self._on_the_way[person] += 1
        scope[_GIVEN_BACK] = lambda: self._give_back(person)
        await asyncio.sleep(0)

    def _give_back(self, person: str) -> None:
        self._on_the_way[person] -= 1
        if not self._on_the_way[person]:
            del self._on_the_way[person]


@final
class GivingBack:
    """Gives back the turn of each file once its answer has gone, or failed."""

    def __init__(self, inner: ASGIApp) -> None:
        """Stand around an application whose gate counts files."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        try:
            await self._inner(scope, receive, send)
        finally:
            held: Any = scope  # a server's own dictionary, which may hold one more key
            if give_back := held.get(_GIVEN_BACK):
                give_back()


_GIVEN_BACK: Final = "legation.turn"
ASIDE: Final = Aside()
