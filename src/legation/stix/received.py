"""What is asked of an object of a partner before it is kept.

First the schemas of OASIS, then what no schema can say: times that exist and stand in order,
ids of the type that a property asks for, selectors that lead somewhere, patterns that are
patterns, TLP definitions that are the published ones. The bytes stay as they came; what is
read off them are the facts by which a version is known.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from legation.errors import LegationError, RecordError
from legation.stix.codec import object_of
from legation.stix.oasis import faults, fits, is_standard
from legation.stix.patterns import verify_pattern
from legation.stix.timestamps import sortable
from legation.stix.tlp import refuse_forged
from legation.stix.vocabulary import MarkingDefinition

_HINT: Final = "compare the object with STIX 2.1, or ask its author for a valid one"
# Pairs of properties of which the first is not after the second; STIX 2.1, sections 4 to 6.
_ORDERED: Final = (
    ("created", "modified"),
    ("valid_from", "valid_until"),
    ("first_seen", "last_seen"),
    ("first_observed", "last_observed"),
    ("start_time", "stop_time"),
    ("start_time", "end_time"),
    ("start", "end"),
)
# What ends when it begins was never so (STIX 2.1, sections 4.7 and 5.1).
_STRICTLY: Final = frozenset({"valid_until", "stop_time"})
_TIMES: Final = tuple(dict.fromkeys((*(name for pair in _ORDERED for name in pair), "published")))
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "created_by_ref": ("identity",),
    "object_marking_refs": ("marking-definition",),
    "where_sighted_refs": ("identity", "location"),
    "observed_data_refs": ("observed-data",),
}
_NO_END: Final = ("bundle", "marking-definition", "language-content")
_RENEWED: Final = ("created", "modified")
# What follows the type in an id (STIX 2.1, section 2.9). No schema of an observable has a creator.
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Digits of a selector's index: no list of an object that is read has as many elements.
_LONGEST_INDEX: Final = 9


class Facts(msgspec.Struct, frozen=True, gc=False):
    """By what one version of an object is known.

    Attributes:
        object_id: Its STIX id.
        object_type: Its type.
        version: The instant of `modified` in sortable form; of `created` for what has no
            versions; empty for an observable.
        version_text: The same as the object writes it.
        created: The instant of `created` in sortable form, or empty.
        created_by: Id of the creator, or empty.
        revoked: Whether its author takes it back.
    """

    object_id: str
    object_type: str
    version: str
    version_text: str
    created: str
    created_by: str
    revoked: bool


def received(value: Any, *, place: str = "") -> Facts:
    """Check an object, and return by what it is known.

    Args:
        value: Its JSON value.
        place: Where it came from, for errors.

    Raises:
        RecordError: It is not as the standard asks; the place names the property.
    """
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise RecordError("an object of STIX has a type", place=f"{place}/type", hint=_HINT)
    if value["type"] == "bundle":
        raise RecordError("a bundle is no object", place=f"{place}/type", hint="send what it holds")
    if not fits(value):
        fault = next(faults(value))
        raise RecordError(fault.message, place=f"{place}{fault.pointer}", hint=_HINT)
    times = _times(value, _TIMES if is_standard(value["type"]) else _RENEWED, place)
    for name, why in _meant(value, times):
        raise RecordError(why, place=f"{place}/{name}", hint=_HINT)
    return _facts(value, times)


def _times(value: dict[str, Any], named: Iterable[str], place: str) -> dict[str, str]:
    """Return the times of an object in sortable form.

    The schemas say nothing of a name that is not of this type, such as `published` of an identity;
    yet whoever reads objects by the name of a property takes it for a time.
    """
    times = {}
    for name in named:
        if name in value:
            try:
                times[name] = sortable(value[name])
            except ValueError as bad:
                raise RecordError(str(bad), place=f"{place}/{name}", hint=_HINT) from bad
            except TypeError as bad:
                raise RecordError(
                    f"{name} is a time, written as a text", place=f"{place}/{name}", hint=_HINT
                ) from bad
    return times


def _facts(value: dict[str, Any], times: Mapping[str, str]) -> Facts:
    versioned = next((name for name in reversed(_RENEWED) if name in times), "")
    return Facts(
        value["id"],
        value["type"],
        times.get(versioned, ""),
        value[versioned] if versioned else "",
        times.get("created", ""),
        value.get("created_by_ref", ""),
        value.get("revoked") is True,
    )


def _meant(value: dict[str, Any], times: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield property and reproach of what no schema can say."""
    kind, object_id = value["type"], value["id"]
    if object_id.partition("--")[0] != kind:
        yield "id", f"the id of a {kind:.60} begins with its type"
    for early, late in _ORDERED:
        if early in times and late in times:
            wrong = times[early] >= times[late] if late in _STRICTLY else times[early] > times[late]
            if wrong:
                yield late, f"{late} is before {early}"
    for name, kinds in _KINDS.items():
        if name in value:
            yield from _of_kind(name, value[name], kinds)
    if "granular_markings" in value:
        yield from _selected(value)
    for check in _OF_TYPE.get(kind, ()):
        yield from check(value)


def _of_kind(name: str, refs: Any, kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(refs, list) is not name.endswith("_refs"):
        yield name, f"{name} is {'a list of ids' if name.endswith('_refs') else 'one id'}"
        return
    for ref in refs if isinstance(refs, list) else [refs]:
        kind, _, unique = ref.partition("--") if isinstance(ref, str) else ("", "", "")
        if kind not in kinds or _UUID.fullmatch(unique) is None:
            yield name, f"{name} names a {' or a '.join(kinds)}, not {_quoted(ref)}"


def _quoted(ref: Any) -> str:
    return f"{ref[:60]!r:.60}" if isinstance(ref, str) else "what is no text"


def _selected(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for number, marking in enumerate(value["granular_markings"]):
        for selector in marking["selectors"]:
            if not _leads(value, selector):
                yield (
                    f"granular_markings/{number}/selectors",
                    f"the selector {selector[:60]!r:.60} leads to nothing",
                )


def _leads(value: Any, selector: str) -> bool:
    for step in selector.split("."):
        if isinstance(value, list) and step.startswith("[") and step.endswith("]"):
            number = step[1:-1]
            plain = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_INDEX
            if not plain or int(number) >= len(value):
                return False
            value = value[int(number)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    return True


def _pattern(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if value["pattern_type"] != "stix" or value.get("pattern_version", "2.1") != "2.1":
        return
    try:
        verify_pattern(value["pattern"])
    except RecordError as bad:
        yield "pattern", str(bad)


def _ends(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("source_ref", "target_ref"):
        if value[name].partition("--")[0] in _NO_END:
            yield name, f"no relationship leads to a {value[name].partition('--')[0]}"


def _sighted(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if value["sighting_of_ref"].partition("--")[0] in _NO_END:
        yield "sighting_of_ref", "what was seen is a statement about the world"


def _published(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        definition = object_of(value)
        if isinstance(definition, MarkingDefinition):
            refuse_forged(definition)
    except LegationError as bad:
        yield "id", str(bad)


_OF_TYPE: Final[Mapping[str, tuple[Callable[[dict[str, Any]], Iterator[tuple[str, str]]], ...]]] = {
    "indicator": (_pattern,),
    "relationship": (_ends,),
    "sighting": (_sighted,),
    "marking-definition": (_published,),
}
