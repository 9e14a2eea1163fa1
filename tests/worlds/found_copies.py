"""Altered copies and postings of a statement, as the watch would have found them in posts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from legation.app.statements.in_posts import Changed, Place
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.store.statement_copies import By, CopyFound, Sighting
from legation.text.alignment import Difference

AMBER = Label(tlp=Tlp.AMBER)


def put_copies(
    store: Store,
    now: datetime,
    of: tuple[str, str],
    written: Callable[[str], str] = lambda one: one,
) -> list[int]:
    """Keep three altered copies and a posting of a statement; return the copies' numbers.

    Args:
        store: The store.
        now: When they were posted.
        of: Issuer and number of the statement.
        written: Marks what others wrote.
    """
    issuer, number = of
    found, seen = [], []
    kinds: tuple[By, ...] = ("others", "others", "official")
    for place, by in enumerate(kinds):
        pasted = written(f"changed-{place}")
        change = Difference(
            kind="changed",
            at=place,
            words=1,
            registered="open",
            pasted_at=place,
            pasted_words=1,
            pasted=pasted,
        )
        body = Changed(kept=0.9, covered=0.95, differences=(change,))
        name = sha256(f"{number} {place}".encode()).hexdigest()
        one = CopyFound(
            name=name,
            kind=by,
            issuer=issuer,
            number=number,
            language="en",
            grade="high" if place else "moderate",
            reason=f"90% of the words are those of {number}; 'open' became {pasted!r:.80}",
            label=AMBER,
            body=msgspec.json.encode(body),
        )
        found.append(one)
        seen += [_sighting(one, post, now, by, written) for post in range(place + 1)]
    posting = msgspec.structs.replace(_sighting(found[2], 9, now, "official", written), copy="")
    seen.append(msgspec.structs.replace(posting, how="whole"))
    return list(store.copies.put(found, seen).values())


def _sighting(
    one: CopyFound, post: int, now: datetime, by: By, written: Callable[[str], str]
) -> Sighting:
    place = Place(
        kind="account",
        platform="x",
        name=written("desk"),
        state="FR",
        office=written("office"),
        rule=written("rule"),
        source=written("source"),
    )
    return Sighting(
        batch="a-batch",
        post_id=f"p-{one.name[:6]}-{post}",
        account_id=f"acct-{post}",
        issuer=one.issuer,
        number=one.number,
        language="en",
        how="altered",
        copy=one.name,
        at=now + timedelta(minutes=post),
        label=AMBER,
        body=msgspec.json.encode(place) if by == "official" else b"",
    )
