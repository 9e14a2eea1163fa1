"""Which objects go into which MISP event: one event for each case or campaign.

A case is an incident; a campaign that no incident reaches is one of its own. Each object goes
to the nearest; what many share (authors, markings, techniques, actors, places) goes wherever it is
pointed at, and what belongs to none goes into an event of its own.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from legation.formats.profiles.envelope import bytes_of, is_id, version_of
from legation.formats.profiles.losses import Piece
from legation.stix.objects import Json

_ROOTS: Final = (("incident",), ("campaign",))
# Where there is no case and no campaign, what gathers objects stands for one.
_GATHERERS: Final = ("report", "grouping")
_SHARED: Final = frozenset(
    {
        "attack-pattern", "course-of-action", "extension-definition", "identity", "intrusion-set",
        "location", "marking-definition", "threat-actor", "vulnerability", "x-mitre-matrix",
        "x-mitre-tactic",
    }
)  # fmt: skip


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What one event holds.

    Attributes:
        root: The latest version of the object that the event is about, or None.
        pieces: All objects in it, in one order.
    """

    root: Json | None
    pieces: tuple[Piece, ...]


def in_one_order(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return objects in an order that does not hang on theirs, the same bytes once."""
    keyed = {
        (piece.value["type"], piece.value["id"], version_of(piece.value), raw): Piece(
            piece.value, raw
        )
        for piece in pieces
        for raw in (bytes_of(piece),)
    }
    return tuple(keyed[key] for key in sorted(keyed, key=_sortable))


def cases_of(pieces: Sequence[Piece]) -> tuple[Case, ...]:
    """Return the events that objects make."""
    latest = latest_of(pieces)
    links = _links(latest)
    owner = _owners(latest, links)
    roots = [root for root in dict.fromkeys(owner.values()) if root]
    groups: dict[str, set[str]] = {root: set() for root in roots}
    for identifier, root in owner.items():
        groups.setdefault(root, set()).add(identifier)
    for members in groups.values():
        members.update(_pointed_at(members, links, latest))
    left = set(latest) - set().union(*groups.values())
    if left:
        groups.setdefault("" if len(groups) != 1 else next(iter(groups)), set()).update(left)
    return tuple(
        Case(
            root=latest[root] if root else None,
            pieces=tuple(piece for piece in pieces if piece.value["id"] in members),
        )
        for root, members in groups.items()
    )


def latest_of(pieces: Iterable[Piece]) -> dict[str, Json]:
    """Return the latest version of each object by its id."""
    latest: dict[str, Json] = {}
    for piece in pieces:
        known = latest.get(piece.value["id"])
        if known is None or version_of(piece.value) >= version_of(known):
            latest[piece.value["id"]] = piece.value
    return latest


def _owners(latest: Mapping[str, Json], links: Mapping[str, set[str]]) -> dict[str, str]:
    """Return by id the root of the event that each object goes to; none is an empty text."""
    owner: dict[str, str] = {}
    for kinds in (*_ROOTS, _GATHERERS):
        if kinds == _GATHERERS and owner:
            break
        roots = [one for one, value in latest.items() if value["type"] in kinds]
        _spread([root for root in roots if root not in owner], owner, links, latest)
    known = set(owner.values())
    rest = (one for one in latest if one not in owner and latest[one]["type"] not in _SHARED)
    # One case alone has all that goes with it.
    return owner | dict.fromkeys(rest, known.pop() if len(known) == 1 else "")


def _spread(
    roots: Iterable[str],
    owner: dict[str, str],
    links: Mapping[str, set[str]],
    latest: Mapping[str, Json],
) -> None:
    queue = deque(roots)
    owner.update({root: root for root in queue})
    while queue:
        one = queue.popleft()
        for other in sorted(links[one]):
            if other not in owner and latest[other]["type"] not in _SHARED:
                owner[other] = owner[one]
                queue.append(other)


def _pointed_at(
    members: set[str], links: Mapping[str, set[str]], latest: Mapping[str, Json]
) -> set[str]:
    found: set[str] = set()
    queue = deque(sorted(members))
    while queue:
        for other in links[queue.popleft()]:
            if latest[other]["type"] in _SHARED and other not in found:
                found.add(other)
                queue.append(other)
    # Whoever shares a technique does not share what else points at it.
    return found


def _links(latest: Mapping[str, Json]) -> dict[str, set[str]]:
    links: dict[str, set[str]] = {one: set() for one in latest}
    for one, value in latest.items():
        shared = value["type"] in _SHARED
        for other in _mentions(value):
            if other in latest and other != one:
                links[one].add(other)
                if not shared and latest[other]["type"] not in _SHARED:
                    links[other].add(one)
    return links


def _mentions(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if is_id(value):
            yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _mentions(name)
            yield from _mentions(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _mentions(part)


def _sortable(key: tuple[str, str, str, bytes]) -> tuple[bytes, ...]:
    kind, identifier, version, raw = key
    return (kind.encode(), identifier.encode(), version.encode("utf-8", "surrogatepass"), raw)
