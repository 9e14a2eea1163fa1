"""Labels: who may know an object, on five scales that all must be met.

TLP stands in the object's markings, as STIX has it. What STIX lacks stands in our `label`
extension: PAP (what may be done with it), the rung of a national ladder, compartments, and
the parties it is releasable to. Joining two labels never widens: what is drawn from two
objects is known to those only who may know both.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any, Final, TypeVar

import msgspec

from legation.settings import LabelName, PapName
from legation.stix.extensions import carry, extension_id
from legation.stix.objects import StixObject
from legation.stix.tlp import Tlp, level_of, marking_ref, strictest

# A compartment that nobody is given: a label that cannot be read closes its object.
UNREADABLE: Final = "unreadable label"
# Whoever is told nothing by an unmarked definition is told what everybody has published.
_PUBLIC: Final = ("marking-definition", "extension-definition")
_Thing = TypeVar("_Thing", bound=StixObject)


class Pap(IntEnum):
    """A level of the Permissible Actions Protocol; a greater one is stricter."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    RED = 3

    def __str__(self) -> str:
        """Return the level as it is written."""
        return f"PAP:{self.name}"


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """Who may know an object.

    Attributes:
        tlp: Its TLP level.
        pap: Its PAP level.
        levels: Rungs of the national ladder that all must be held; one, unless labels met.
        compartments: Compartments that all must be held.
        restricted: Whether it is for some parties only.
        releasable_to: Those parties; none means that nobody is left.
    """

    tlp: Tlp
    pap: Pap = Pap.CLEAR
    levels: tuple[str, ...] = ()
    compartments: tuple[str, ...] = ()
    restricted: bool = False
    releasable_to: tuple[str, ...] = ()

    def joined(self, other: "Label") -> "Label":
        """Return the label of what is drawn from both."""
        limits = [set(one.releasable_to) for one in (self, other) if one.restricted]
        return Label(
            tlp=max(self.tlp, other.tlp),
            pap=max(self.pap, other.pap),
            levels=_sorted({*self.levels, *other.levels}),
            compartments=_sorted({*self.compartments, *other.compartments}),
            restricted=bool(limits),
            releasable_to=_sorted(set.intersection(*limits)) if limits else (),
        )

    def text(self, ladder: Sequence[str] = ()) -> str:
        """Write the label as one line, the national level first.

        >>> Label(tlp=Tlp.RED, levels=("secret",), compartments=("talks",)).text(("secret",))
        'SECRET · TLP:RED · talks'
        """
        top = highest(self.levels, ladder)
        parts = [top.upper(), str(self.tlp)]
        parts += [str(self.pap)] if self.pap else []
        parts += self.compartments
        if self.restricted:
            parts.append(f"releasable to {', '.join(self.releasable_to) or 'nobody'}")
        return " · ".join(part for part in parts if part)


class _Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What the extension carries."""

    pap: PapName = "clear"
    levels: tuple[LabelName, ...] = ()
    compartments: tuple[LabelName, ...] = ()
    restricted: bool = False
    releasable_to: tuple[LabelName, ...] = ()


def all_joined(labels: Iterable[Label]) -> Label:
    """Return the label of what is drawn from all of them; of nothing, TLP:CLEAR."""
    found = Label(tlp=Tlp.CLEAR)
    for label in labels:
        found = found.joined(label)
    return found


def highest(levels: Collection[str], ladder: Sequence[str]) -> str:
    """Return the highest of some rungs; one that is not on the ladder stands above all."""
    strange = sorted(set(levels) - set(ladder))
    known = [rung for rung in ladder if rung in levels]
    return (strange or known or [""])[-1]


def widens(new: Label, old: Label, ladder: Sequence[str]) -> bool:
    """Tell whether somebody who may not know under the old label may know under the new."""
    top, before = highest(new.levels, ladder), highest(old.levels, ladder)
    return (
        new.tlp < old.tlp
        or new.pap < old.pap
        or not _reaches(top, before, ladder)
        or not {*old.compartments} <= {*new.compartments}
        or (old.restricted and not new.restricted)
        or (old.restricted and not {*new.releasable_to} <= {*old.releasable_to})
    )


def label_of(value: Mapping[str, Any]) -> Label:
    """Return the label that an object states of itself, as a JSON value.

    An object without a marking is for nobody but those who may know all: TLP:RED, unless it
    is a definition, which is published. A label that cannot be read closes its object.
    """
    extensions = value.get("extensions")
    carried = extensions.get(extension_id("label")) if isinstance(extensions, Mapping) else None
    try:
        said = msgspec.convert(carried or {}, _Carried)
    except msgspec.ValidationError:
        return Label(tlp=Tlp.RED, pap=Pap.RED, compartments=(UNREADABLE,))
    return Label(
        tlp=_tlp_of(value),
        pap=Pap[said.pap.upper()],
        levels=_sorted(said.levels),
        compartments=_sorted(said.compartments),
        restricted=said.restricted or bool(said.releasable_to),
        releasable_to=_sorted(said.releasable_to),
    )


def labelled(thing: _Thing, label: Label) -> _Thing:
    """Return the object under a label, in place of the one that it states."""
    others = [ref for ref in thing.object_marking_refs or () if level_of(ref) is None]
    extensions = {
        name: content
        for name, content in (thing.extensions or {}).items()
        if name != extension_id("label")
    }
    said = {
        "pap": label.pap.name.lower() if label.pap else (),
        "levels": label.levels,
        "compartments": label.compartments,
        "restricted": label.restricted or (),
        "releasable_to": label.releasable_to,
    }
    if any(part != () for part in said.values()):
        extensions |= carry("label", said)
    return msgspec.structs.replace(
        thing,
        object_marking_refs=(marking_ref(label.tlp), *others),
        extensions=extensions or None,
    )


def _tlp_of(value: Mapping[str, Any]) -> Tlp:
    granular = value.get("granular_markings") or ()
    markings = value.get("object_marking_refs") or ()
    if not isinstance(granular, list | tuple) or not isinstance(markings, list | tuple):
        return Tlp.RED
    parts = (
        part.get("marking_ref", "") if isinstance(part, Mapping) else None for part in granular
    )
    refs = [*markings, *parts]
    if not all(isinstance(ref, str) for ref in refs):
        return Tlp.RED
    refs = [ref for ref in refs if ref]
    if not refs and value.get("type") in _PUBLIC:
        return Tlp.CLEAR
    return strictest(refs, default=Tlp.RED)


def _reaches(top: str, before: str, ladder: Sequence[str]) -> bool:
    if not before or top == before:
        return True
    return before in ladder and top in ladder and ladder.index(top) >= ladder.index(before)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
