"""TLP in the family of ids that a receiver knows.

Only the ids change here, and the definitions with them: the level stays what it was. Who
may know an object is decided elsewhere, before an export.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from legation.formats.profiles.envelope import marking_refs
from legation.formats.profiles.losses import Report
from legation.stix.codec import mapping_of
from legation.stix.objects import Json
from legation.stix.tlp import Family, Tlp, level_of, marking_definition, marking_ref

_FAMILIES: Final[tuple[Family, ...]] = ("oasis", "opencti", "tlp1")


def remarked(value: Json, family: Family, report: Report) -> Json:
    """Return an object with its levels in a family; a definition of a level becomes the family's.

    TLP 1 has no AMBER+STRICT: there the next stricter level stands for it.
    """
    level = level_of(value["id"]) if value["type"] == "marking-definition" else None
    if level is not None:
        return _defined(value, level, family, report)
    changed = dict(value)
    if isinstance(refs := value.get("object_marking_refs"), list):
        changed["object_marking_refs"] = _refs(refs, family, report, value["id"])
    if isinstance(parts := value.get("granular_markings"), list):
        changed["granular_markings"] = [
            _part(part, family, report, (value["id"], f"/granular_markings/{number}"))
            for number, part in enumerate(parts)
        ]
    return changed


def definitions_missing(values: Iterable[Json]) -> Iterator[dict[str, Any]]:
    """Yield the published definition of each level that objects carry without bringing it."""
    things = list(values)
    there = {value["id"] for value in things}
    used = {ref for value in things for ref in marking_refs(value)}
    for family in _FAMILIES:
        for level in Tlp:
            ref = marking_ref(level, family)
            if ref in used and ref not in there:
                there.add(ref)
                yield mapping_of(marking_definition(level, family))


def once(values: Iterable[Json], report: Report) -> list[Json]:
    """Leave out a definition of a level that is there already."""
    there: set[str] = set()
    kept = []
    for value in values:
        if value["type"] == "marking-definition" and level_of(value["id"]) is not None:
            if value["id"] in there:
                report.add(value["id"], "", "dropped", "the definition is there already")
                continue
            there.add(value["id"])
        kept.append(value)
    return kept


def _defined(value: Json, level: Tlp, family: Family, report: Report) -> Json:
    published = mapping_of(marking_definition(level, family))
    if published != value:
        why = f"the published definition of {level} in the receiver's family stands for it"
        report.add(value["id"], "", "changed", why)
    return published


def _refs(refs: list[Any], family: Family, report: Report, named: str) -> list[Any]:
    found: list[Any] = []
    for number, ref in enumerate(refs):
        at = f"/object_marking_refs/{number}"
        new = _ref(ref, family, report, (named, at))
        if new in found and isinstance(ref, str) and level_of(ref) is not None:
            report.add(named, "/object_marking_refs", "dropped", f"{level_of(ref)} is there twice")
        else:
            found.append(new)
    return found


def _part(part: Any, family: Family, report: Report, place: tuple[str, str]) -> Any:
    if not isinstance(part, Mapping) or "marking_ref" not in part:
        return part
    named, at = place
    new = _ref(part["marking_ref"], family, report, (named, f"{at}/marking_ref"))
    return {**part, "marking_ref": new}


def _ref(ref: Any, family: Family, report: Report, place: tuple[str, str]) -> Any:
    level = level_of(ref) if isinstance(ref, str) else None
    if level is None or ref == marking_ref(level, family):
        return ref
    report.add(*place, "changed", f"{level} by the id that the receiver knows")
    return marking_ref(level, family)
