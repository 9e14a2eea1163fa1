"""Need-to-know for what partners sent: its label as the gate reads it, and whether it is met.

What came stands beside the register and has no label there. So it is read off the object each
time: all families of TLP, the definitions that its own sender sent, markings of parts, `labels`
and our extension. A page shows the whole object, so the strictest of all this holds; a marking
that was forged or is not known is the strictest of all; what says nothing has the house's default.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.safeguards.sharing.gate.labels import Markings
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp

if TYPE_CHECKING:
    from legation.app.scope import Scope

Item = tuple[int, Mapping[str, Any]]
"""The number of a collection, and the JSON value of an object in it."""
_STRICTEST: Final = Label(tlp=Tlp.RED, pap=Pap.RED)
_DEFINITION: Final = "marking-definition"
# Of one object: more markings than that are no marking but a flood.
_MOST_REFS: Final = 200


@final
class Knowing:
    """What of that which partners sent one reader may know, within one answer of the desk."""

    def __init__(self, scope: "Scope") -> None:
        """Judge for the reader of a scope."""
        self._scope = scope
        self._asked: set[tuple[int, str]] = set()
        self._taught: set[int] = set()
        self._definitions: dict[int, list[dict[str, Any]]] = {}
        self._markings: dict[int, Markings] = {}
        self._decided: dict[Label, bool] = {}

    def teach(self, numbers: Iterable[int], definitions: Iterable[Item]) -> None:
        """Take all definitions of some collections, so that they need not be asked for.

        Args:
            numbers: Of the collections.
            definitions: All that stand in them.
        """
        new = set(numbers) - self._taught
        self._taught |= new
        for number in new:
            self._definitions[number] = []
            self._markings.pop(number, None)
        for number, value in definitions:
            if number in new:
                self._definitions[number].append(dict(value))

    def labels(self, items: Sequence[Item]) -> list[Label]:
        """Return the label of each object, as it stands in its collection."""
        self._learn({(number, ref) for number, value in items for ref in _refs(value)})
        return [self._label(number, value) for number, value in items]

    def known(self, labels: Iterable[Label]) -> list[bool]:
        """Tell for each label whether the reader may know what stands under it."""
        asked = list(labels)
        new = list(dict.fromkeys(one for one in asked if one not in self._decided))
        if new:
            allowed = self._scope.policies().allow(self._scope.reader, "object.read", new)
            self._decided |= dict(zip(new, allowed, strict=True))
        return [self._decided[one] for one in asked]

    def default(self) -> Label:
        """Return the label of what says nothing of itself."""
        return Label(tlp=max(self._scope.marking, Tlp.GREEN))

    def _learn(self, wanted: set[tuple[int, str]]) -> None:
        """Read the definitions that were not asked for before, each by its own collection."""
        new = {one for one in wanted - self._asked if one[0] not in self._taught}
        if not new:
            return
        self._asked |= new
        for one in self._scope.store.arrivals.named(new, every=True):
            value = msgspec.json.decode(one.raw, type=dict[str, Any])
            self._definitions.setdefault(one.number, []).append(value)
            self._markings.pop(one.number, None)

    def _label(self, number: int, value: Mapping[str, Any]) -> Label:
        markings = self._markings.get(number)
        if markings is None:
            markings = Markings(self._definitions.get(number, ()), self.default().tlp)
            self._markings[number] = markings
        parts = markings.parts(value)
        if parts is None or markings.forged.intersection(_refs(value)) or _is_flood(value):
            return markings.label(value).joined(_STRICTEST)
        found = markings.label(value)
        for part in parts:
            found = found.joined(Label(tlp=part.tlp or Tlp.CLEAR, pap=part.pap or Pap.CLEAR))
        return found


def _refs(value: Mapping[str, Any]) -> list[str]:
    """Return the ids of the markings that an object names, be they of it or of its parts."""
    whole, rows = value.get("object_marking_refs"), value.get("granular_markings")
    refs = list(whole) if isinstance(whole, list) else []
    parts = rows if isinstance(rows, list) else []
    refs += [row.get("marking_ref") for row in parts if isinstance(row, dict)]
    refs += [value.get("id")] if value.get("type") == _DEFINITION else []
    named = [one for one in refs if isinstance(one, str)]
    return list(dict.fromkeys(named))[:_MOST_REFS]


def _is_flood(value: Mapping[str, Any]) -> bool:
    return len(_refs(value)) >= _MOST_REFS
