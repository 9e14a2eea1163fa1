"""What is to be shared, gathered around what somebody names: as its reader may know it.

A campaign alone says little: its members, relations and notes belong to it. So what points to
the named objects comes along, and then all that any of these refers to. Two things stay: a case
comes when it is named itself, for that there is one is no part of a campaign; and to an observable
points all in which it was ever met, so it comes with what it refers to alone. Nothing comes that
the reader may not know; the gate decides afterwards what of it leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation.errors import NotFoundError, UsageError
from legation.safeguards.sharing.gate.parts import OBSERVABLES
from legation.stix.codec import mapping_of, object_of
from legation.stix.extensions import extension_id
from legation.stix.labels import label_of, labelled
from legation.store.cards import read_card
from legation.store.labels import ARRIVED

if TYPE_CHECKING:
    from legation.app.scope import Scope
    from legation.stix.labels import Label
    from legation.store.opening import Store
    from legation.store.readable import Readable
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
            if one.partition("--")[0] not in OBSERVABLES:
                found |= {each.object_id: each for each in _about(known, one, ids)}
        close(known, found)
    else:
        found = {each.object_id: each for each in _pages(known)}
    return as_labelled(scope.store, known, found.values())


def as_labelled(
    store: "Store", known: "Readable", versions: "Iterable[Version]"
) -> list[dict[str, Any]]:
    """Return versions as JSON values, each under its label in force.

    Args:
        store: The desk's.
        known: What the reader may know of it.
        versions: Of objects that the reader may know.
    """
    found = {version.object_id: version for version in versions}
    labels = store.labels.in_force(found)
    values = []
    for version in found.values():
        value = version.value()
        thing = object_of(value, place=version.object_id)
        label = labels.get(version.object_id)
        if label is not None and _marked_parts(value):
            label = label_of_whole(store, known, version, label)
        marked = thing if label is None or _is_definition(thing.type) else labelled(thing, label)
        values.append(mapping_of(marked))
    return values


def label_of_whole(store: "Store", known: "Readable", newest: "Version", label: "Label") -> "Label":
    """Return the label of an object as a whole, its marked parts aside; the gate judges these.

    The label in force is as strict as the strictest part, for it says who may read the object
    here. Its level gives way to what the versions state of themselves as a whole; of several
    versions the strictest holds. Nothing gives way where a person has set a label, where a version
    states no level of the whole or marks a part that the newest does not mark, or where the label
    is stricter than all of them say.

    Args:
        store: The desk's.
        known: What the reader may know of it; whoever knows an object knows all its versions.
        newest: The version that would leave.
        label: The object's label in force.
    """
    if any(entry.actor != ARRIVED for entry in store.labels.history(newest.object_id)):
        return label
    values = [version.value() for version in known.history(newest.object_id)]
    parts = _marked_parts(newest.value())
    whole = all(value.get("object_marking_refs") for value in values)
    if not whole or not all(_marked_parts(value) <= parts for value in values):
        return label
    if max(label_of(value).tlp for value in values) != label.tlp:
        return label
    wholes = [label_of({**value, "granular_markings": []}).tlp for value in values]
    return msgspec.structs.replace(label, tlp=min(label.tlp, max(wholes)))


def _marked_parts(value: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return which parts of an object are under which markings of their own."""
    rows = value.get("granular_markings")
    return {
        (str(row["marking_ref"]), str(selector))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and row.get("marking_ref")
        for selector in row.get("selectors") or ("",)
    }


def close(known: "Readable", found: "dict[str, Version]") -> None:
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


def _about(known: "Readable", object_id: str, named: Sequence[str]) -> "Iterable[Version]":
    """Yield what points to an object, entries of cases that are not named aside."""
    for version in _pointing(known, object_id):
        value = version.value()
        entry = extension_of(value, extension_id("entry"))
        of_case = extension_of(value, extension_id("case"))
        if (entry is None or entry.get("case_ref") in named) and of_case is None:
            yield version


def extension_of(value: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return what an object carries in an extension; None where it is no mapping."""
    extensions = value.get("extensions")
    carried = extensions.get(name) if isinstance(extensions, dict) else None
    return carried if isinstance(carried, dict) else None


def _pointing(known: "Readable", object_id: str) -> "Iterable[Version]":
    after: int | None = None
    while True:
        page = known.find(refers_to=object_id, after=after, limit=_PAGE)
        yield from page.items
        if page.next is None:
            return
        after = page.next


def _pages(known: "Readable") -> "Iterable[Version]":
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
