"""Who is signed in, remembered between two requests of a browser.

A session is looked up again when anything was written to the store since, so that one which
ended, or a person who was disabled, is seen by the next request; and at the latest when its
time is over or the store is to note that it was seen.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Final, final

from legation.app.access.entering import Entrance, Guest

MOST: Final = 1_024


@final
class KnownGuests:
    """Remembers guests by the secret of their session.

    Args:
        now: The clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Know nobody."""
        self._now = now
        # Whether somebody attended stands beside: a page that asks by itself notes no look, so
        # what it found must not answer for one.
        self._known: OrderedDict[tuple[str, bool], tuple[Hashable, datetime, datetime, Guest]] = (
            OrderedDict()
        )

    def of(self, entrance: Entrance, secret: str, *, attended: bool = True) -> Guest:
        """Return who is signed in with a session's secret.

        Args:
            entrance: Knows the sessions.
            secret: The secret.
            attended: Whether a person asks, and not a page by itself.

        Raises:
            NotFoundError: Nobody is.
        """
        key = (secret, attended)
        known, now = self._known.pop(key, None), self._now()
        if known is not None and not known[1] <= now < known[2]:
            # Its time is over, whatever was written: the stamp need not be asked for.
            return entrance.guest(secret, attended=attended)
        stamp = entrance.stamp()
        if known is not None and known[0] == stamp:
            self._known[key] = known
            return known[3]
        guest, until = entrance.guest_until(secret, attended=attended)
        # The stamp of before: what was written meanwhile is seen by the next request.
        self._known[key] = (stamp, now, until, guest)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return guest
