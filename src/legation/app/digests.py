"""Digests: how much is new in a list that somebody wants to be told about.

What a list is, is its address with the filter in it; whoever can count an address lends the
counting (the desk does). A digest counts what its person may know on that day, is sent at most
once in its period and not in its quiet hours, and says two numbers and a link.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

import msgspec

from legation.errors import LegationError, NotFoundError, UsageError
from legation.safeguards.duty import channels
from legation.safeguards.duty.hours import is_quiet, read_quiet, zone_named
from legation.safeguards.duty.wording import digest_letter

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.store.digests import Digest, Period
    from legation.store.opening import Store
    from legation.store.people import Person
    from legation.store.rota import Channel

Count = Callable[["Home", "Store", "Person", str], tuple[str, ...]]
"""Returns the keys of what an address lists for a person, as far as they may know it."""
PERIODS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
_MOST: Final = 20
# Counting is a look of its own: not at every round, and not longer after what came than this.
_LOOK_AGAIN: Final = timedelta(minutes=5)


def ask_digest(
    home: "Home", store: "Store", person: "Person", given: dict[str, str], count: Count
) -> "Digest":
    """Write down a digest, switched off.

    Raises:
        UsageError: A part of it is not understood, or the address is of no list.
    """
    address, period = given.get("address", "").strip(), given.get("period", "day")
    if period not in PERIODS:
        raise UsageError(f"no period {period!r:.20}", hint=f"choose from: {', '.join(PERIODS)}")
    kind = given.get("kind", "mail")
    if kind not in channels.KINDS:
        raise UsageError(f"no channel {kind!r:.20}", hint=f"choose: {', '.join(channels.KINDS)}")
    quiet, zone = given.get("quiet", "").strip(), given.get("zone", "").strip() or "UTC"
    read_quiet(quiet)
    zone_named(zone)
    count(home, store, person, address)
    if len(store.digests.find(person_id=person.person_id)) >= _MOST:
        raise UsageError(f"you have {_MOST} digests", hint="remove one first")
    return store.digests.add(
        person.person_id, address, period=cast("Period", period), quiet=quiet, zone=zone, kind=kind
    )


def put_digests(home: "Home", store: "Store", count: Count, looked: dict[str, datetime]) -> None:
    """Put the digests that are due into the outbox.

    Args:
        home: The home.
        store: Its open store.
        count: Counts a list.
        looked: When each was counted last; it grows.
    """
    for digest in due_digests(home, store, looked):
        looked[digest.digest_id] = home.now()
        _put(home, store, digest, count)


def due_digests(home: "Home", store: "Store", looked: Mapping[str, datetime]) -> "list[Digest]":
    """Return the digests whose lists are to be counted now."""
    now = home.now()
    return [
        one
        for one in store.digests.find(sends=True)
        if _is_due(home, one)
        and (one.digest_id not in looked or now - looked[one.digest_id] >= _LOOK_AGAIN)
    ]


def _is_due(home: "Home", digest: "Digest") -> bool:
    now = home.now()
    if digest.sent is not None and now - digest.sent < PERIODS[digest.period]:
        return False
    return not is_quiet(digest.quiet, digest.zone, now)


def _put(home: "Home", store: "Store", digest: "Digest", count: Count) -> None:
    """Count and put one; nothing new is told by nothing."""
    try:
        way = _way(store, digest)
        keys = count(home, store, _person(store, digest), digest.address)
    except LegationError as fault:
        if str(fault) != digest.fault:
            store.digests.note_fault(digest.digest_id, str(fault))
        return
    seen = {hashlib.sha256(f"{digest.digest_id} {key}".encode()).hexdigest()[:16] for key in keys}
    new = len(seen - set(digest.seen))
    if not new:
        return
    letter = digest_letter(
        home.settings,
        digest.kind,  # type: ignore[arg-type]  # checked when it was asked for
        way.address,
        digest_id=digest.digest_id,
        new=new,
        whole=len(seen),
    )
    with store.transaction():
        key = f"{digest.digest_id} {home.now().isoformat()}"
        store.sendings.put(digest.kind, digest.digest_id, msgspec.json.encode(letter), key=key)
        store.digests.note_sent(digest.digest_id, seen)


def _person(store: "Store", digest: "Digest") -> "Person":
    person = store.people.get(digest.person_id)
    if person.disabled is not None:
        raise NotFoundError("its person may not enter any more", hint="remove it")
    return person


def _way(store: "Store", digest: "Digest") -> "Channel":
    for way in store.rota.channels([digest.person_id]):
        if way.kind == digest.kind:
            return way
    raise NotFoundError(
        f"you have no channel by {digest.kind}", hint="add one on the page of your channels"
    )
