"""What is to be shared, gathered around what somebody names: as its reader may know it.

A campaign alone says little: its members, relations and notes belong to it. So what points to
the named objects comes along, and then all that any of these refers to. Nothing comes that the
reader may not know; the gate decides afterwards what of it leaves.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from legation.errors import NotFoundError, UsageError
from legation.stix.codec import mapping_of, object_of
from legation.stix.labels import labelled
from legation.store.cards import read_card

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.store.readable import KnownObjects
    from legation.store.versions import Version

# More is not looked through by anybody before it leaves.
MOST: Final = 20_000
_PAGE: Final = 1_000


def gathered(scope: "Scope", ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return objects around the named ones as JSON values, each under its label in force.

    Args:
        scope: Who shares, from which store.
        ids: What is named; nothing: all that the reader may know.

    Raises:
        NotFoundError: One of them is not there, or this reader may not know it.
        UsageError: There are too many.
    """
    known = scope.objects
    found: dict[str, Version] = {}
    if ids:
        found = known.get_many(ids)
        for one in ids:
            if one not in found:
                raise NotFoundError(f"there is no object {one!r:.90}", hint="check the id")
        for one in list(found):
            found |= {each.object_id: each for each in _pointing(known, one)}
        _close(known, found)
    else:
        found = {each.object_id: each for each in _pages(known)}
    labels = scope.store.labels.in_force(found)
    values = []
    for version in found.values():
        thing = object_of(version.value(), place=version.object_id)
        label = labels.get(version.object_id)
        marked = thing if label is None or _is_definition(thing.type) else labelled(thing, label)
        values.append(mapping_of(marked))
    return values


def _close(known: "KnownObjects", found: "dict[str, Version]") -> None:
    """Add what these refer to, and what that refers to, to the end."""
    last = list(found.values())
    while last:
        wanted = {
            target
            for version in last
            for _, target in read_card(version.raw).references
            if target not in found
        }
        last = list(known.get_many(wanted).values())
        found |= {each.object_id: each for each in last}
        _refuse_many(found)


def _pointing(known: "KnownObjects", object_id: str) -> "Iterable[Version]":
    after: int | None = None
    while True:
        page = known.find(refers_to=object_id, after=after, limit=_PAGE)
        yield from page.items
        if page.next is None:
            return
        after = page.next


def _pages(known: "KnownObjects") -> "Iterable[Version]":
    after: int | None = None
    count = 0
    while True:
        page = known.find(after=after, limit=_PAGE)
        count += len(page.items)
        if count > MOST:
            raise _too_many()
        yield from page.items
        if page.next is None:
            return
        after = page.next


def _refuse_many(found: "dict[str, Version]") -> None:
    if len(found) > MOST:
        raise _too_many()


def _too_many() -> UsageError:
    return UsageError(
        f"these are more than {MOST:,} objects",
        hint="name a campaign, a case or objects, and share them one after the other",
    )


def _is_definition(kind: str) -> bool:
    return kind in ("marking-definition", "extension-definition")
