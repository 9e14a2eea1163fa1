"""Requests of many partners kept in one transaction, where they come together.

A disk takes about as long for one object as for a hundred. So whoever comes while another
request is being kept waits beside it, and the next transaction keeps all that wait. Each is
answered when its own objects are on disk, and one that fails takes none of the others along.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import final

from legation.safeguards.sharing.taxii.server import Request
from legation.store.exchange.collections import Collections, Status
from legation.store.exchange.filing import Outcome

# A transaction holds the store's one pen; whoever else writes waits for no more than this.
_MOST_OBJECTS = 5_000


class _Waiting:
    """A request that waits to be kept."""

    __slots__ = ("done", "error", "outcomes", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.outcomes: list[Outcome] = []
        self.error: Exception | None = None
        self.done = False


@final
class Committing:
    """Keeps requests, several at once; called by many threads."""

    def __init__(self, collections: Collections, now: Callable[[], datetime]) -> None:
        """Keep into these collections."""
        self._collections, self._now = collections, now
        self._queue: list[_Waiting] = []
        self._queued = threading.Lock()
        self._writing = threading.Lock()

    def __call__(self, request: Request) -> list[Outcome]:
        """Keep a request; return what became of its objects, all on disk by then.

        Raises:
            LegationError: It could not be kept; nothing of it was.
        """
        mine = _Waiting(request)
        with self._queued:
            self._queue.append(mine)
        with self._writing:
            # Who waited for the pen may find that another has written for them.
            while not mine.done:
                self._keep(self._next())
        if mine.error is not None:
            raise mine.error
        return mine.outcomes

    def _next(self) -> list[_Waiting]:
        with self._queued:
            count = objects = 0
            for one in self._queue:
                objects += len(one.request.posting.items)
                if count and objects > _MOST_OBJECTS:
                    break
                count += 1
            chosen, self._queue = self._queue[:count], self._queue[count:]
        return chosen

    def _keep(self, waiting: list[_Waiting]) -> None:
        try:
            self._write(waiting)
        except Exception as failed:  # noqa: BLE001 - each request is told, and the server goes on
            for one in waiting if len(waiting) > 1 else ():
                self._keep([one])
            if len(waiting) == 1:
                waiting[0].error = failed
        for one in waiting:
            one.done = True

    def _write(self, waiting: list[_Waiting]) -> None:
        def told(found: list[list[Outcome]]) -> list[Status]:
            return [
                Status(
                    status_id=one.request.status_id,
                    partner_id=one.request.posting.partner_id,
                    root=one.request.root,
                    asked=one.request.at,
                    body=one.request.status(outcomes),
                )
                for one, outcomes in zip(waiting, found, strict=True)
            ]

        postings = [one.request.posting for one in waiting]
        found = self._collections.post_many(postings, self._now(), told)
        for one, outcomes in zip(waiting, found, strict=True):
            one.outcomes = outcomes
