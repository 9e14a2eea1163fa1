"""What was handed in, sorted out: of each object the newest version, and what cannot be judged.

Only the newest version of an object leaves: an older one may say what was taken back since, under a
marking that was too wide. It is found by the instants of `modified`, so the order of arrival does
not matter. Where two contents claim one version, or two authors one object, nobody can tell which
is meant, and neither goes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from legation.errors import LegationError
from legation.safeguards.sharing.gate.context import Verdict
from legation.safeguards.sharing.gate.parts import ID, Json, written
from legation.stix.ids import kind_of
from legation.stix.timestamps import Timestamp

# STIX nests four deep; a text that nests deeper than this is meant to break its reader.
_DEEPEST: Final = 40
_UNVERSIONED: Final = Timestamp("0001-01-01T00:00:00Z")


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What can be judged.

    Attributes:
        newest: The newest version of each object, by id.
        times: When each of its versions was made, the oldest first; none where it has none.
        read: Every value that could be read, older versions with it.
        held: What is held already.
    """

    newest: dict[str, Json]
    times: dict[str, tuple[Timestamp, ...]]
    read: tuple[Json, ...]
    held: tuple[Verdict, ...]


def sorted_out(objects: Iterable[Json]) -> Intake:
    """Sort out what was handed in; nothing of it is lost."""
    held: list[Verdict] = []
    found: dict[str, dict[bytes, Json]] = defaultdict(dict)
    for value in objects:
        if fault := _fault(value):
            held.append(_refused(value, fault))
        else:
            found[value["id"]][written(value)] = value
    newest: dict[str, Json] = {}
    times: dict[str, tuple[Timestamp, ...]] = {}
    for name in sorted(found):
        values = [found[name][text] for text in sorted(found[name])]
        ordered = sorted(values, key=lambda value: _version(value).moment)
        if conflict := _conflict(ordered):
            held += [_refused(value, conflict) for value in ordered]
            continue
        newest[name] = ordered[-1]
        moments = {_version(value).moment: _version(value) for value in ordered}
        times[name] = tuple(moments.values()) if "modified" in ordered[-1] else ()
        held += [_refused(value, "a newer version stands in its place") for value in ordered[:-1]]
    read = tuple(value for texts in found.values() for _, value in sorted(texts.items()))
    return Intake(newest=newest, times=times, read=read, held=tuple(held))


def _fault(value: Any) -> str:
    """Return why a value cannot be judged; empty: it can."""
    if not isinstance(value, Mapping) or _depth(value) > _DEEPEST:
        return "it is no object, or nests too deep to be read"
    name, kind = value.get("id"), value.get("type")
    if not isinstance(name, str) or not ID.fullmatch(name) or kind_of(name) != kind:
        return "it has no id, or one of another type"
    if kind == "bundle":
        return "a bundle is no object: its objects are handed in one by one"
    try:
        written(value)
        for time in ("created", "modified"):
            if time in value:
                Timestamp(value[time])
    except (LegationError, TypeError, UnicodeEncodeError, OverflowError):
        return "its times or numbers are none of STIX"
    if "modified" in value and "created" not in value:
        return "it has `modified` and no `created`"
    return ""


def _conflict(ordered: list[Json]) -> str:
    last = ordered[-1]
    if len(ordered) > 1 and _version(ordered[-2]).moment == _version(last).moment:
        return "two contents claim to be its newest version"
    if len({str(value.get("created_by_ref", "")) for value in ordered}) > 1:
        return "its versions are by different authors"
    return ""


def _version(value: Json) -> Timestamp:
    return Timestamp(value["modified"]) if "modified" in value else _UNVERSIONED


def _refused(value: Any, why: str) -> Verdict:
    known = isinstance(value, Mapping)
    return Verdict(
        object_id=str(value.get("id", ""))[:300] if known else "",
        modified=str(value.get("modified", ""))[:40] if known else "",
        outcome="held",
        reasons=(why,),
    )


def _depth(value: Any) -> int:
    deepest, layer = 0, [value]
    while layer and deepest <= _DEEPEST:
        deepest += 1
        below: list[Any] = []
        for part in layer:
            if isinstance(part, Mapping):
                below += part.values()
            elif isinstance(part, list | tuple):
                below += part
        layer = below
    return deepest
