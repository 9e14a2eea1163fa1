"""How much a list shows somebody: the lists that a digest may be of, by their address.

A new list is one line here. Each is counted as its own page would, for that person: their
verbs, their clearance, the filter that stands in the address.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from legation.app.access.guests import Guest, guest_of
from legation.desk.answers import BATCH, every
from legation.desk.stored import StoredReading
from legation.desk.watch_views import query_of
from legation.errors import UsageError
from legation.store.notices import Addressee

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.desk.reading import CampaignLine
    from legation.store.opening import Store
    from legation.store.people import Person

Counter = Callable[["Home", "Store", Guest, dict[str, str]], tuple[str, ...]]
_LONGEST: Final = 2000
_MOST: Final = 10_000


def count_list(home: "Home", store: "Store", person: "Person", address: str) -> tuple[str, ...]:
    """Return the keys of what an address lists for a person.

    Raises:
        UsageError: There is no list at that address, or its filter is not understood.
        DeniedError: The person may not see the list.
    """
    plain = address.isprintable() and len(address) <= _LONGEST
    try:
        parts = urlsplit(address if plain else "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme or parts.netloc or parts.path not in LISTS:
        raise UsageError(
            f"there is no list at {address!r:.80}",
            hint=f"copy the address of one from your browser: {', '.join(LISTS)}",
        )
    verb, counter = LISTS[parts.path]
    guest = guest_of(person, home.rules(store))
    guest.require(verb)
    asked = dict(parse_qsl(parts.query))
    for place in ("after", "before"):
        asked.pop(place, None)  # a page of the list is not the list
    return counter(home, store, guest, asked)


def _campaigns(
    home: "Home", store: "Store", guest: Guest, asked: dict[str, str]
) -> tuple[str, ...]:
    reader = guest.reader()
    reading = StoredReading(home.library_of(store, reader).for_one_page(reader))
    query = query_of(asked)

    def turn(after: str | None) -> "tuple[tuple[CampaignLine, ...], str | None]":
        turned = reading.campaigns(query, after=after, limit=BATCH)
        return turned.lines, turned.after

    return tuple(line.campaign_id for line in every(turn))


def _notices(home: "Home", store: "Store", guest: Guest, asked: dict[str, str]) -> tuple[str, ...]:
    del home
    cleared = guest.reader().clearance
    reader = Addressee(person_id=guest.person_id, roles=guest.roles, cleared=cleared)
    _refuse_others(asked, "kind", "unread", "order")
    found = store.notices.as_read_by(reader).find(
        kind=asked.get("kind"), unread="unread" in asked, limit=_MOST
    )
    return tuple(str(one.seq) for one in found)


def _jobs(home: "Home", store: "Store", guest: Guest, asked: dict[str, str]) -> tuple[str, ...]:
    del home
    _refuse_others(asked, "order")
    actor = None if "job.others" in guest.verbs else guest.person_id
    known = store.jobs.as_read_by(guest.reader().clearance)
    return tuple(job.job_id for job in known.find(actor=actor, limit=_MOST))


def _refuse_others(asked: dict[str, str], *names: str) -> None:
    for name in asked:
        if name not in names:
            raise UsageError(f"this list has no filter {name!r:.40}", hint="copy its address again")


LISTS: Final[Mapping[str, tuple[str, Counter]]] = {
    "/watch/campaigns": ("campaign.read", _campaigns),
    "/campaigns": ("campaign.read", _campaigns),  # where the list was: addresses kept then hold
    "/notices": ("own.notices", _notices),
    "/jobs": ("job.read", _jobs),
}
