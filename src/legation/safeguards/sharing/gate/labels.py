"""What a label of an object is, whichever of the ways of saying it was used.

TLP is said in three families of ids, by definitions that travel along, by granular markings on
parts, and by some programs in `labels` alone; PAP in definitions, in `labels` and in our own
extension. All are read, and the strictest holds: a marking that cannot be read is TLP:RED, a
definition that says something else than its id is forged and says nothing, a level in `labels`
may raise a level and never lower it, and what says nothing has the house's default.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, final

import msgspec

from legation.errors import RecordError, UsageError, VerificationError
from legation.rights.clearance import Clearance
from legation.safeguards.sharing.gate.parts import (
    DEFINITIONS,
    Json,
    Path,
    all_selected,
    selected,
    written,
)
from legation.safeguards.sharing.gate.policy import Policy
from legation.safeguards.sharing.gate.tags import Levels, levels_in_words, levels_of_tag
from legation.stix.codec import object_of
from legation.stix.labels import UNREADABLE, Label, Pap, label_of
from legation.stix.tlp import Tlp, level_named, level_of, refuse_forged
from legation.stix.vocabulary import MarkingDefinition

_LABELS: Final = frozenset({"label", "labels", "tag", "tags"})
_UNREADABLE: Final = (Tlp.RED, Pap.RED)


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an object under a marking of its own.

    Attributes:
        paths: Where the parts stand.
        tlp: Their level; None when the marking states none.
        pap: What may be done with them; None when it states none.
        ref: The marking.
    """

    paths: tuple[Path, ...]
    tlp: Tlp | None
    pap: Pap | None
    ref: str


@final
class Markings:
    """The markings that are known, and what each of them says.

    Args:
        definitions: Definitions at hand, as JSON values; others are passed over.
        default: Level of what states none.

    Raises:
        UsageError: The default is TLP:CLEAR.
    """

    __slots__ = ("_default", "_said", "forged", "statements")

    def __init__(self, definitions: Iterable[Json], default: Tlp) -> None:
        """Read each definition once."""
        if default is Tlp.CLEAR:
            raise UsageError(
                "what carries no marking is never TLP:CLEAR", hint="take TLP:GREEN or stricter"
            )
        self._default = default
        self._said: dict[str, tuple[Tlp | None, Pap | None]] = {}
        self.forged: set[str] = set()
        self.statements: dict[str, Json] = {}
        seen: dict[str, bytes] = {}
        for value in definitions:
            marking = value.get("id")
            if value.get("type") != "marking-definition" or not isinstance(marking, str):
                continue
            text = written(value)
            if seen.setdefault(marking, text) != text:
                self.forged.add(marking)
            self._learn(marking, value)
        for marking in self.forged:
            self._said[marking] = (level_of(marking) or Tlp.RED, Pap.RED)
            self.statements.pop(marking, None)

    def said(self, marking: str) -> tuple[Tlp | None, Pap | None]:
        """Return the levels that a marking states; of one that cannot be read, the strictest."""
        known = level_of(marking)
        if known is not None:
            return known, None
        return self._said.get(marking, _UNREADABLE)

    def label(self, value: Json) -> Label:
        """Return the label that an object states of itself as a whole."""
        stated = label_of(value)
        refs = value.get("object_marking_refs", ())
        if not _is_texts(refs) or _unreadable(stated):
            return stated.joined(Label(tlp=Tlp.RED, pap=Pap.RED))
        levels = [self.said(ref) for ref in refs]
        tlp = [level for level, _ in levels if level is not None]
        floor = self._floor(value)
        tags = list(_tags(value))
        return msgspec.structs.replace(
            stated,
            tlp=max([max(tlp, default=floor), *(level for level, _ in tags if level is not None)]),
            pap=max([stated.pap, *(pap for _, pap in (*levels, *tags) if pap is not None)]),
        )

    def parts(self, value: Json) -> list[Marked] | None:
        """Return the parts under markings of their own; None when one cannot be read."""
        rows = value.get("granular_markings", ())
        if not isinstance(rows, list | tuple):
            return None
        found = []
        for row in rows:
            if not isinstance(row, Mapping) or not _is_texts(row.get("selectors")):
                return None
            if "marking_ref" not in row and isinstance(row.get("lang"), str):
                continue
            if not isinstance(ref := row.get("marking_ref"), str):
                return None
            tlp, pap = self.said(ref)
            paths = [all_selected(value, selector) for selector in row["selectors"]]
            if () in paths and (tlp, pap) != (None, None):
                return None
            here = tuple(path for some in paths for path in some)
            found.append(Marked(paths=here, tlp=tlp, pap=pap, ref=ref))
        return found

    def unplaced(self, value: Json) -> Label:
        """Return what the markings of parts say that cannot be said of a part alone.

        That is their PAP; and where a part has lost its place with a name that stood in it, its
        level.
        """
        found = Label(tlp=Tlp.CLEAR)
        for row in value.get("granular_markings") or ():
            if not isinstance(ref := row.get("marking_ref"), str):
                continue
            tlp, pap = self.said(ref)
            placed = all(selected(value, selector) for selector in row["selectors"])
            level = Tlp.CLEAR if placed or tlp is None else tlp
            found = found.joined(Label(tlp=level, pap=pap or Pap.CLEAR))
        return found

    def _floor(self, value: Json) -> Tlp:
        return Tlp.CLEAR if value.get("type") in DEFINITIONS else self._default

    def _learn(self, marking: str, value: Json) -> None:
        try:
            thing = object_of(value)
            if not isinstance(thing, MarkingDefinition):
                return
            refuse_forged(thing)
        except RecordError:
            return
        except VerificationError:
            self.forged.add(marking)
            return
        if level_of(marking) is not None:
            return
        said = _stated(thing)
        self._said[marking] = said
        if said == (None, None):
            self.statements[marking] = value


def barred(label: Label, policy: Policy, ladder: Sequence[str]) -> list[str]:
    """Return why a label keeps an object from the partner: one sentence for each rule."""
    held = clearance(policy, ladder)
    reasons = []
    if label.tlp > held.tlp:
        reasons.append(f"{label.tlp} is above the partner's ceiling {held.tlp}")
    if label.pap > held.pap:
        reasons.append(f"{label.pap} is above the partner's ceiling {held.pap}")
    if strange := sorted(set(label.levels) - held.levels):
        reasons.append(f"the partner does not hold the level {', '.join(strange)}")
    if strange := sorted(set(label.compartments) - held.compartments):
        reasons.append(f"the partner is not in the compartment {', '.join(strange)}")
    if label.restricted and not policy.parties & set(label.releasable_to):
        reasons.append(f"not releasable to {policy.partner}")
    return reasons


def clearance(policy: Policy, ladder: Sequence[str]) -> Clearance:
    """Return what the partner may know.

    Raises:
        UsageError: The policy names a rung that is not on the ladder.
    """
    return Clearance.up_to(
        policy.sharing.level,
        ladder,
        tlp=level_named(policy.sharing.tlp),
        pap=Pap[policy.action.pap.upper()],
        compartments=policy.sharing.compartments,
        party=policy.partner,
    )


def _stated(thing: MarkingDefinition) -> tuple[Tlp | None, Pap | None]:
    """Return the levels in the words of a definition that has no level's id."""
    words = [thing.name, thing.extra.get("x_opencti_definition")]
    words += (thing.definition or {}).values()
    told = " ".join(word for word in words if isinstance(word, str))
    tlp, pap = levels_in_words(told)
    if tlp is not None or pap is not None:
        return tlp, pap
    plain = thing.definition_type == "statement" and not thing.extensions
    return (None, None) if plain else _UNREADABLE


def _tags(value: Json) -> Iterable[Levels]:
    """Yield what is said in `labels`, and in what programs call labels or tags of theirs."""
    for name, part in value.items():
        last = re.split(r"[_\W]+", name.casefold())[-1]
        if name == "labels" or (name != "object_marking_refs" and last in _LABELS):
            yield from map(levels_of_tag, _all_texts(part))
        elif last in ("tlp", "pap"):
            yield from (levels_of_tag(f"{last}:{text}") for text in _all_texts(part))


def _all_texts(part: Any) -> Iterable[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for name, below in part.items():
            yield name
            yield from _all_texts(below)
    elif isinstance(part, list | tuple):
        for below in part:
            yield from _all_texts(below)


def _unreadable(label: Label) -> bool:
    return UNREADABLE in label.compartments


def _is_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
