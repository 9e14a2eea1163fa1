"""Receipts gathered while partners read, and written together.

To write at each page that is read would make readers wait for one another. So what was fetched
is gathered in memory and written once a second, and at the end. What a power cut takes is a
second of receipts: that none is there proves nothing.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from legation.errors import LegationError

if TYPE_CHECKING:
    from legation.store.exchange.receipts import Receipts

_SECOND: Final = 1.0
_MOST: Final = 1_000_000
_log = logging.getLogger(__name__)


@final
class Receipting:
    """Gathers receipts; called by many threads."""

    def __init__(self, receipts: "Receipts", now: Callable[[], datetime]) -> None:
        """Write into these."""
        self._receipts, self._now = receipts, now
        self._fetched: dict[str, set[int]] = defaultdict(set)
        self._gathered = 0
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __call__(self, partner_id: str, added: Iterable[int]) -> None:
        """Note that a partner fetched versions."""
        with self._lock:
            if self._gathered > _MOST:
                return
            mine = self._fetched[partner_id]
            before = len(mine)
            mine.update(added)
            self._gathered += len(mine) - before
            if self._timer is None and self._gathered:
                self._timer = threading.Timer(_SECOND, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what was gathered; what cannot be written now is written later."""
        with self._lock:
            fetched, self._fetched = self._fetched, defaultdict(set)
            self._gathered, timer, self._timer = 0, self._timer, None
        if timer is not None:
            timer.cancel()
        for partner_id, added in fetched.items():
            try:
                self._receipts.add(partner_id, added, self._now())
            except LegationError as bad:
                _log.warning("receipts wait: %s", bad)
                self(partner_id, added)
