"""The lists of one campaign: accounts, groups, lines, days; and the orders of ties and evidence.

What stands in the finding is put in order here, and by nothing else. Ties and evidence may be
many, and are put in order where they lie (`store.proofs_turned`); here is only how the heads
of their columns ask for it.
"""

import hashlib
from dataclasses import replace
from typing import Final, TypeVar

from legation.desk.listing import Heads, Listing, said
from legation.desk.network import ROLE_PLACES, Group
from legation.desk.reading import DayLine, Link
from legation.threats.disinformation.findings import Member

_Row = TypeVar("_Row")

ACCOUNTS: Final[Listing[Member]] = Listing(
    path="/campaign/{campaign_id}/accounts",
    order="score",
    keys={
        "score": lambda one: (one.score, one.account_id),
        "account": lambda one: one.account_id,
        "role": lambda one: (one.role, one.account_id),
        "q": lambda one: (one.q, one.account_id),
        "partners": lambda one: (one.partners, one.account_id),
        "objects": lambda one: (one.objects, one.account_id),
    },
    key=lambda one: _key(one.account_id),
    fits={
        "group": lambda _one, _asked: True,  # whose members the rows are
        "role": lambda one, asked: one.role == asked,
        "layer": lambda one, asked: asked in one.layers,
        "words": lambda one, asked: said(one.account_id)(asked),
    },
)
GROUPS: Final[Listing[Group]] = Listing(
    path="/campaign/{campaign_id}/coordination/groups",
    order="group",
    keys={
        "group": lambda one: _placed(one.key),
        "accounts": lambda one: (len(one.members), one.key),
        "role": lambda one: (one.role, one.key),
        "ties": lambda one: (one.inside, one.key),
    },
    key=lambda one: one.key,
    fits={
        "open": lambda _one, _asked: True,  # which groups the picture shows opened
        "role": lambda one, asked: one.role == asked,
    },
)
LINKS: Final[Listing[Link]] = Listing(
    path="/campaign/{campaign_id}/coordination/links",
    order="objects",
    keys={
        "objects": lambda one: (one.post_pairs, one.a, one.b),
        "from": lambda one: (one.a, one.b),
        "to": lambda one: (one.b, one.a),
        "ties": lambda one: (one.ties, one.a, one.b),
        "validated": lambda one: (one.validated, one.a, one.b),
    },
    key=lambda one: _key(one.a, one.b),
    fits={
        "open": lambda _one, _asked: True,
        "end": lambda one, asked: asked in (one.a, one.b),
    },
)
DAYS: Final[Listing[DayLine]] = Listing(
    path="/campaign/{campaign_id}/spread",
    order="day",
    keys={
        "day": lambda one: one.day,
        "posts": lambda one: (one.posts, one.day),
        "met": lambda one: (one.post_pairs, one.day),
    },
    key=lambda one: str(one.day),
    fits={"layer": lambda one, asked: asked in one.met},
)


def of_campaign(listing: Listing[_Row], campaign_id: str) -> Listing[_Row]:
    """Return a list as that of one campaign."""
    return replace(listing, path=listing.path.format(campaign_id=campaign_id))


def heads_of(path: str, asked: dict[str, str], usual: str) -> Heads:
    """Return the heads of a list that is put in order where it lies."""
    given = {name: value for name, value in asked.items() if name != "after"}
    return Heads(path=path, given=given, order=asked.get("order", usual))


def _key(*parts: str) -> str:
    """Return what stands in an address for a row: it stays in the browser, and names nobody."""
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _placed(key: str) -> tuple[bool, int, int]:
    """Return where a group stands in the picture: the largest community first, the rest last.

    >>> sorted(["rest", "0-bridge", "10-bridge", "2-bridge"], key=_placed)
    ['2-bridge', '10-bridge', '0-bridge', 'rest']
    """
    part, _, role = key.partition("-")
    number = int(part) if part.isdecimal() else 0
    return number == 0, number, ROLE_PLACES.get(role, len(ROLE_PLACES))
