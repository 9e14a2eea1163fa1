"""Long work beside the loop: what takes seconds waits its turn, and the pages go on.

The loop that answers everybody does one thing at a time. Reading a stranger's file and
setting a paper take seconds, so they are done by two threads of their own: one person's
files keep neither the pages nor the imports of others waiting.
"""

import asyncio
import contextvars
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar, final

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
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: told.run(work, *args, **more)
            )
        finally:
            self._under_way[person] -= 1
            if not self._under_way[person]:
                del self._under_way[person]


ASIDE: Final = Aside()
