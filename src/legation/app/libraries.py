"""The campaigns of one home, for each of the people who read them on its desk.

Each person has a library of their own, with what they may know, so no page is drawn with the
eyes of another. It is kept while they read: what was worked out for one page need not be
for the next, and a second look within a minute is one look in the trail.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from legation.app.access.entering import Guest
    from legation.app.home import Home
    from legation.app.library import Library
    from legation.rights.clearance import Clearance, Reader
    from legation.store.opening import Store

_MOST: Final = 32


@final
class Libraries:
    """One library for each reader of a home.

    Args:
        home: The home.
        store: Its open store.
    """

    def __init__(self, home: "Home", store: "Store") -> None:
        """Know of nobody."""
        self._home = home
        self._store = store
        self._kept: OrderedDict[tuple[str, frozenset[str], Clearance], Library] = OrderedDict()

    def of(self, guest: "Guest") -> "Library":
        """Return the library of somebody, for one page.

        Raises:
            DeniedError: It is not known what they may know.
        """
        reader = reader_of(self._home, self._store, guest)
        key = (reader.actor, reader.roles, reader.clearance)
        library = self._kept.pop(key, None) or self._home.library_of(self._store, reader)
        self._kept[key] = library
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return library.for_one_page(reader)


def reader_of(home: "Home", store: "Store", guest: "Guest") -> "Reader":
    """Return who reads on the desk: a person, or in a demonstration whoever has this machine.

    Raises:
        DeniedError: It is not known what they may know.
    """
    if guest.by == "demonstration":
        return home.reader(store, guest.person_id)
    return guest.reader()
