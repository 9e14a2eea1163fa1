"""Answers that are kept until anybody writes to the store.

A program that asks for the same list again and again need not have it worked out each time.
What is kept is of one person and one address, and is asked for only under the stamp of the
store that it was drawn under: the first write of any program, a label or a role among
them, makes it stale. Nothing is kept whose reading is to be in the trail.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, final

MOST: Final = 256


@final
class Quick:
    """Keeps answers.

    Args:
        stamp: Tells the stamp of the store.
    """

    def __init__(self, stamp: Callable[[], Hashable]) -> None:
        """Keep nothing yet."""
        self._stamp = stamp
        self._at: Hashable = None
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()

    def answer(self, key: Hashable, make: Callable[[], tuple[bytes, bool]]) -> bytes:
        """Return an answer, made anew when something was written since.

        Args:
            key: For whom, and which.
            make: Makes it, and tells whether it may be kept.
        """
        now = self._stamp()  # before it is made: what is written meanwhile makes it stale
        if now != self._at:
            self._kept.clear()
            self._at = now
        if (kept := self._kept.get(key)) is not None:
            return kept
        made, may_stay = make()
        if may_stay:
            self._kept[key] = made
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made
