"""What a list shows to one person besides its rows: their filters, and what they just did.

A desk whose reading has no library behind it (a test's, a bare demonstration) has none of it.
"""

from typing import Any, Final
from urllib.parse import urlencode

from legation.app.access.entering import Guest
from legation.app.acting import Acting
from legation.app.filters import Filters, address_of
from legation.desk.answers import Ask
from legation.desk.reading import Reading
from legation.errors import NotFoundError

# Lists whose rows can be acted on many at once, in a way that can be undone.
_ACTED: Final = ("campaigns",)


def own(request: Ask, reading: Reading, of: str, asked: dict[str, str]) -> dict[str, Any]:
    """Return what the templates of a list need for the person who looks.

    Args:
        request: Who asks.
        reading: What they may know.
        of: The list's name among `filters.LISTS`.
        asked: What the address asks, without the key of a page.
    """
    library = reading.library()
    guest: Guest | None = request.scope.get("user")
    if library is None or guest is None:
        return {"list_name": "", "filters": (), "recent": (), "asked": "", "held": ()}
    scope = library.scope()
    shown = Filters(scope, guest.person_id, guest.roles).shown(of)
    return {
        "list_name": of,
        "filters": [(one, address_of(one)) for one in shown],
        "recent": Acting(scope, guest.person_id).recent() if of in _ACTED else (),
        "asked": urlencode(asked),
        "held": sorted(scope.reader.clearance.compartments),
    }


def filters_of(request: Ask, reading: Reading) -> Filters:
    """Return the filters of the person who asks.

    Raises:
        NotFoundError: This desk has none.
    """
    library = reading.library()
    if library is None:
        raise NotFoundError("this desk keeps no filters", hint="open a desk with a home")
    guest: Guest = request.user
    return Filters(library.scope(), guest.person_id, guest.roles)


def acting_of(request: Ask, reading: Reading) -> Acting:
    """Return what the person who asks does with rows.

    Raises:
        NotFoundError: Nothing can be done on this desk.
    """
    library = reading.library()
    if library is None:
        raise NotFoundError("nothing can be done on this desk", hint="open a desk with a home")
    return Acting(library.scope(), request.user.person_id)
