"""Definitions that go along: whoever is told of a marking or an extension can look it up.

Definitions are published, so they go wherever something that leaves points to them, and nowhere
else. Those of our extensions and of the levels of TLP are known here and need not be handed in;
an object that has the id of one of them and says something else is forged, and refused.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from legation.safeguards.sharing.gate.emitting import levels_in
from legation.safeguards.sharing.gate.parts import DEFINITIONS, Json, references, written
from legation.stix.codec import mapping_of
from legation.stix.extensions import AUTHOR, KINDS, definition
from legation.stix.ids import kind_of
from legation.stix.tlp import Family, Tlp, level_of, marking_definition, marking_ref

_FAMILIES: Final[tuple[Family, ...]] = ("oasis", "opencti", "tlp1")


@cache
def public() -> Mapping[str, Json]:
    """Return what everybody may know, by id.

    These are the definitions of the levels in all families, those of our extensions, and the
    identity that states ours.
    """
    levels = [
        marking_definition(level, family)
        for family in _FAMILIES
        for level in Tlp
        if level_of(marking_ref(level, family)) is level
    ]
    things = [*levels, AUTHOR, *map(definition, KINDS)]
    return {thing.id: mapping_of(thing) for thing in things}


def is_forged(value: Json) -> bool:
    """Tell whether an object has the id of one of our definitions and says something else.

    Others write the definitions of levels in ways of their own; `stix.tlp` judges these.
    """
    known = public().get(value["id"])
    if known is None or level_of(value["id"]) is not None:
        return False
    return written(known) != written(value)


def with_definitions(newest: Mapping[str, Json], at_hand: Iterable[Json]) -> dict[str, Json]:
    """Return objects with the definitions that they point to, as far as these are at hand."""
    shelf = {str(value.get("id")): value for value in at_hand if value.get("type") in DEFINITIONS}
    found = dict(newest)
    wanted = {name for value in newest.values() for name in pointed_definitions(value)}
    for name in sorted(wanted & shelf.keys() - public().keys()):
        found.setdefault(name, shelf[name])
    return found


def pointed_definitions(value: Json) -> set[str]:
    """Return the ids of the definitions that an object points to."""
    refs = value.get("object_marking_refs")
    found = {ref for ref in refs if isinstance(ref, str)} if isinstance(refs, list) else set()
    rows = value.get("granular_markings")
    for row in rows if isinstance(rows, list) else ():
        ref = row.get("marking_ref") if isinstance(row, Mapping) else None
        found |= {ref} if isinstance(ref, str) else set()
    extensions = value.get("extensions")
    found |= set(extensions) if isinstance(extensions, Mapping) else set()
    return {name for name in found if kind_of(name) in DEFINITIONS}


def wanted_definitions(values: Mapping[str, Json], statements: Container[str]) -> set[str]:
    """Return the definitions among some objects that the others point to.

    Args:
        values: Objects and definitions, by id.
        statements: Markings that leave as they are; what others say, our label says.
    """
    found: set[str] = set()
    waiting = [name for name, value in values.items() if value["type"] not in DEFINITIONS]
    while waiting:
        value = values[waiting.pop()]
        named = {
            name
            for name in pointed_definitions(value)
            if name in statements or kind_of(name) != "marking-definition"
        } | {to for _, to in references(value)}
        fresh = {name for name in named & values.keys() if kind_of(name) in DEFINITIONS} - found
        found |= fresh
        waiting += fresh
    return found


def along(values: Iterable[Json]) -> list[Json]:
    """Return what is public and is pointed to by what leaves, in the order of ids."""
    wanted = {name for value in values for name in _pointed(value)} & public().keys()
    for name in list(wanted):
        author = public()[name].get("created_by_ref")
        wanted |= {str(author)} & public().keys()
    return [public()[name] for name in sorted(wanted)]


def _pointed(value: Json) -> Iterator[str]:
    yield from levels_in(value)
    yield from pointed_definitions(value)
    yield from (target for _, target in references(value))
