"""Whose id becomes which, and every place that points at it.

An object leaves under OpenCTI's id, and the id that it had stands first in its `stix_ids`,
where OpenCTI itself keeps the ids that others use. No two objects leave under one id: where
OpenCTI would make one of them, the second keeps its own, so that the way back stays open.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from legation.formats.profiles.envelope import is_id, version_of
from legation.formats.profiles.losses import Report, step
from legation.formats.profiles.opencti.ids import EXTENSION, opencti_id
from legation.stix.objects import Json
from legation.stix.tlp import level_of

STIX_IDS: Final = "stix_ids"
# Lists of ids that others use: they are no references.
_KEPT: Final = (STIX_IDS, "x_opencti_stix_ids")
_OURS: Final = "the id that OpenCTI gives to it; the one before stands in its stix_ids"
_POINTS: Final = "points at the id that OpenCTI gives"
_Ids = dict[str, str]


def outward(values: Sequence[Json], report: Report) -> list[Json]:
    """Return objects under OpenCTI's ids."""
    ids = _given(_representatives(values), _mentioned(values), report)
    moved = {old: new for old, new in ids.items() if old != new}
    return [_sent(value, moved, report) for value in values]


def ids_before(values: Sequence[Json]) -> dict[str, str]:
    """Return, for OpenCTI's ids of objects, the ids that they had before they left for it."""
    there, before = _mentioned(values), {}
    recorded: dict[str, set[str]] = {}
    for value in values:
        recorded.setdefault(value["id"], set()).add(_first(value))
    often = Counter(one for found in recorded.values() for one in found)
    for new, value in _representatives(values).items():
        first = recorded[new]
        old = next(iter(first))
        fits = len(first) == 1 and is_id(old) and old.partition("--")[0] == value["type"]
        if fits and old not in there and often[old] == 1 and opencti_id(value) == new:
            before[new] = old
    return before


def inward(value: Json, before: Mapping[str, str], report: Report) -> Json:
    """Return an object under the id that it had; it points at others by theirs."""
    new = value["id"]
    got: dict[str, Any] = rewritten(
        value, before, lambda at: report.add(new, at, "changed", "the id before OpenCTI's")
    )
    if new not in before:
        return got
    said = dict(got["extensions"][EXTENSION])
    said[STIX_IDS] = said[STIX_IDS][1:]
    if not said[STIX_IDS]:
        del said[STIX_IDS]
    bare = said == {"extension_type": "property-extension"}
    at = f"/extensions/{EXTENSION}{'' if bare else step(STIX_IDS)}"
    report.add(new, at, "moved", "the first id that it keeps is the object's again")
    if bare:
        return without_extension(got, EXTENSION)
    return {**got, "extensions": {**got["extensions"], EXTENSION: said}}


def rewritten(value: Any, ids: Mapping[str, str], tell: Callable[[str], None], at: str = "") -> Any:
    """Return a JSON value in which each text that is one of the ids became the other.

    Args:
        value: Any JSON value.
        ids: What becomes what.
        tell: Is given the pointer of each change.
        at: Pointer of the value.
    """
    if isinstance(value, str):
        if value not in ids:
            return value
        tell(at)
        return ids[value]
    if isinstance(value, Mapping):
        made = {}
        for name, part in value.items():
            inner = at + step(name)
            if name in ids:
                tell(inner)
            kept = name in _KEPT
            made[ids.get(name, name)] = part if kept else rewritten(part, ids, tell, inner)
        return made
    if isinstance(value, list | tuple):
        return [rewritten(part, ids, tell, f"{at}/{no}") for no, part in enumerate(value)]
    return value


def without_extension(value: Json, name: str) -> Json:
    """Return an object without one of its extensions; without the last, it has none."""
    kept = {other: part for other, part in value["extensions"].items() if other != name}
    if kept:
        return {**value, "extensions": kept}
    return {other: part for other, part in value.items() if other != "extensions"}


def has_room(value: Json) -> bool:
    """Tell whether OpenCTI's extension can stand on an object."""
    extensions = value.get("extensions", {})
    return isinstance(extensions, Mapping) and isinstance(extensions.get(EXTENSION, {}), Mapping)


def _sent(value: Json, moved: _Ids, report: Report) -> Json:
    old = value["id"]
    sent: dict[str, Any] = rewritten(value, moved, lambda at: _tell(report, old, at))
    if old not in moved:
        return sent
    extensions = sent.get("extensions", {})
    extension = extensions.get(EXTENSION, {"extension_type": "property-extension"})
    others = extension.get(STIX_IDS, [])
    extension = {**extension, STIX_IDS: [old, *others]}
    _tell_shift(report, old, len(others))
    return {**sent, "extensions": {**extensions, EXTENSION: extension}}


def _tell(report: Report, old: str, at: str) -> None:
    report.add(old, at, "changed", _OURS if at == "/id" else _POINTS)


def _tell_shift(report: Report, old: str, count: int) -> None:
    if count:
        at = f"/extensions/{EXTENSION}/{STIX_IDS}"
        report.add(old, at, "moved", "one place further: the id that the object had stands first")


def _given(chosen: Mapping[str, Json], mentioned: set[str], report: Report) -> _Ids:
    """Return by id the one that each object leaves under; those that point wait for theirs."""
    ids: _Ids = {}
    taken: set[str] = set()
    waiting = dict(chosen)
    while ready := [old for old, value in waiting.items() if not _awaits(value, waiting)]:
        for old in ready:
            new = _wanted(waiting.pop(old), ids)
            if new != old and (new in taken or new in mentioned):
                why = "OpenCTI makes one object of it and another that its facts name alike"
                report.add(old, "", "changed", why)
                new = old
            ids[old] = new
            taken.add(new)
    for old in waiting:
        report.add(old, "/id", "changed", "OpenCTI gives another: objects point round in a circle")
    return ids | {old: old for old in waiting}


def _wanted(value: Json, ids: _Ids) -> str:
    old: str = value["id"]
    if not has_room(value) or level_of(old) is not None:
        return old
    return opencti_id(rewritten(value, ids, lambda _: None)) or old


def _awaits(value: Json, waiting: Mapping[str, Json]) -> bool:
    return any(ref in waiting for ref in _references(value))


def _references(value: Json) -> Iterator[str]:
    # Only what gives an id counts: all else may point round.
    names: dict[str, tuple[str, ...]] = {
        "relationship": ("source_ref", "target_ref"),
        "sighting": ("sighting_of_ref", "where_sighted_refs"),
        "observed-data": ("object_refs",),
        "email-message": ("from_ref",),
        "file": ("parent_directory_ref",),
        "network-traffic": ("src_ref", "dst_ref"),
    }
    for name in names.get(value["type"], ()):
        part = value.get(name)
        parts = part if isinstance(part, list) else [part]
        yield from (one for one in parts if isinstance(one, str))


def _representatives(values: Iterable[Json]) -> dict[str, Json]:
    latest: dict[str, Json] = {}
    for value in values:
        known = latest.get(value["id"])
        if known is None or version_of(value) >= version_of(known):
            latest[value["id"]] = value
    return latest


def _mentioned(values: Iterable[Json]) -> set[str]:
    found: set[str] = set()
    for value in values:
        found.update(_texts(value))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "--" in value:
            yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(name)
            if name not in _KEPT:
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _first(value: Json) -> str:
    """Return the first id that others use for an object, or nothing."""
    extension = value["extensions"].get(EXTENSION, {}) if _has_extensions(value) else {}
    found = extension.get(STIX_IDS) if isinstance(extension, Mapping) else None
    first = found[0] if isinstance(found, list) and found else ""
    return first if isinstance(first, str) else ""


def _has_extensions(value: Json) -> bool:
    return isinstance(value.get("extensions"), Mapping)
