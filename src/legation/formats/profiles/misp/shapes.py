"""One STIX object as a MISP attribute or a MISP object, with what of it goes there.

What stays behind is in the bundle that is attached to every event, and is told.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard
from uuid import UUID, uuid5

import msgspec

from legation.errors import RecordError
from legation.formats.profiles.misp.patterns import value_of
from legation.formats.profiles.misp.words import (
    ATTRIBUTES,
    HASHES,
    RULES,
    Template,
    confidence_tag,
    label_tag,
    template_of,
    tlp_tag,
)
from legation.stix.extensions import extension_id
from legation.stix.ids import LEGATION_NAMESPACE
from legation.stix.labels import label_of
from legation.stix.objects import Json
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, level_of

# MISP keeps a value in a column of 65,535 bytes.
_LONGEST: Final = 65_000
# Every shape says these: the type by its own, the id by its UUID.
IMPLIED: Final = ("type", "id", "spec_version")
_Told = tuple[str, str, str]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What an object becomes.

    Attributes:
        content: The attribute or object as MISP's JSON.
        is_object: Whether it is an object, which others can point from.
        carried: Properties that are in it as they were.
        told: Properties that are in it otherwise: name, what, why.
    """

    content: dict[str, Any]
    is_object: bool
    carried: frozenset[str]
    told: tuple[_Told, ...]


def shaped(value: Json, uuid: str, *, persons: bool) -> Shape | None:
    """Return what an object becomes in MISP, or None where it has no shape there.

    Args:
        value: The object.
        uuid: The UUID that it takes there.
        persons: Whether a person becomes an object; else only the attached bundle has it.
    """
    kind = value["type"]
    if kind == "indicator":
        return _indicator(value, uuid)
    if kind in ATTRIBUTES:
        type_, name = ATTRIBUTES[kind]
        if not fits(value.get(name)):
            return None
        content = {"type": type_, "value": text_of(value[name]), "to_ids": False}
        return _attribute(value, uuid, content, frozenset({name}))
    template = template_of(value, persons=persons)
    return None if template is None else _object(value, uuid, template)


def made_uuid(*facts: str) -> str:
    """Return the UUID that these facts always give."""
    name = "\0".join(("misp", *facts)).encode("utf-8", "surrogatepass").hex()
    return str(uuid5(LEGATION_NAMESPACE, name))


def uuid_of(identifier: str) -> str:
    """Return the UUID in an id."""
    return str(UUID(identifier.partition("--")[2]))


def seconds(value: Json) -> str:
    """Return when an object was last changed, as MISP writes it; 0 where it does not say."""
    for name in ("modified", "created"):
        if isinstance(said := value.get(name), str):
            try:
                return str(max(0, int(Timestamp(said).instant.timestamp())))
            except (RecordError, OverflowError):
                continue
    return "0"


def day(stamp: str) -> str:
    """Return the day of a time in seconds."""
    return datetime.fromtimestamp(int(stamp), UTC).date().isoformat()


def fits(value: Any) -> bool:
    """Tell whether a value can stand as the value of an attribute, as it is."""
    if not isinstance(value, str | int | float):
        return False
    text = text_of(value)
    trimmed = text.strip().strip("\x00").strip()
    if not trimmed or trimmed != text or len(text) > _LONGEST:
        return False
    try:
        return len(text.encode()) <= _LONGEST
    except UnicodeEncodeError:
        # Half of a surrogate pair: MISP stores UTF-8.
        return False


def is_text(value: Any) -> TypeGuard[str]:
    """Tell whether a value is text that can stand in MISP, as it is."""
    return isinstance(value, str) and fits(value)


def text_of(value: Any) -> str:
    """Return a value as MISP writes it."""
    if isinstance(value, bool):
        return str(int(value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def tags_of(value: Json) -> tuple[list[str], list[_Told]]:
    """Return an object's own tags, and which properties they say in other words."""
    tags: list[str] = []
    told: list[_Told] = []
    levels = [level for ref in _texts(value.get("object_marking_refs")) if (level := _level(ref))]
    if levels:
        tags.append(tlp_tag(max(levels)[1]))
        why = f"the tag {tags[0]} says the level; other markings are in the attached bundle"
        told.append(("object_marking_refs", "renamed", why))
    if _has_label(value):
        pap = str(label_of(value).pap)
        tags.append(pap)
        why = f"the tag {pap} says a part of it; the rest is in the attached bundle"
        told.append(("extensions", "renamed", why))
    if confidence := confidence_tag(value):
        tags.append(confidence)
        told.append(("confidence", "changed", f"as a word on a scale: {confidence}"))
    return [*tags, *filter(None, map(label_tag, _list(value.get("labels"))))], told


def all_taggable(value: Json) -> bool:
    """Tell whether an object has labels, and every one is among its tags."""
    labels = _list(value.get("labels"))
    return bool(labels) and all(map(label_tag, labels))


def _indicator(value: Json, uuid: str) -> Shape | None:
    kind, pattern = value.get("pattern_type", "stix"), value.get("pattern")
    if not isinstance(pattern, str):
        return None
    if isinstance(kind, str) and kind in RULES and is_text(pattern):
        content = {"type": kind, "value": pattern, "to_ids": True}
        return _attribute(value, uuid, content, frozenset({"pattern", "pattern_type"}))
    if kind != "stix":
        return None
    simple = value_of(pattern)
    if simple is not None and fits(simple[1]):
        content = {"type": simple[0], "value": simple[1], "to_ids": True}
        shape: Shape | None = _attribute(value, uuid, content, frozenset())
        told = [("pattern", "changed", "the value alone is the attribute")]
    else:
        template = Template("stix2-pattern", {"pattern": "stix2-pattern"}, 1, "description")
        shape, told = _object(value, uuid, template), []
    told.append(("pattern_type", "renamed", "its shape and its IDS flag say it"))
    return shape and msgspec.structs.replace(shape, told=(*shape.told, *told))


def _attribute(value: Json, uuid: str, content: dict[str, Any], carried: frozenset[str]) -> Shape:
    comment = value.get("description")
    if is_text(comment):
        content["comment"] = comment
        carried |= {"description"}
    tags, told = tags_of(value)
    content |= {"uuid": uuid, "timestamp": seconds(value), "Tag": [{"name": tag} for tag in tags]}
    carried |= {"labels"} if all_taggable(value) else frozenset()
    return Shape(content=content, is_object=False, carried=carried, told=(*told, _when(value)))


def _object(value: Json, uuid: str, template: Template) -> Shape | None:
    tags, told = tags_of(value)
    found: list[tuple[str, str, str]] = []
    carried = set()
    for name, relation in template.places.items():
        said = value.get(name)
        parts = said if isinstance(said, list) else [said]
        if parts and all(map(fits, parts)):
            found += [(name, relation, text_of(part)) for part in parts]
            carried.add(name)
    found += [("hashes", kind, said) for kind, said in _hashes(value, template)]
    first = list(template.places)[: template.needs]
    if not any(name in first or name == "hashes" for name, _, _ in found):
        return None
    if _hashes_whole(value, found):
        carried.add("hashes")
    comment = value.get(template.comment)
    if template.comment and is_text(comment):
        carried.add(template.comment)
    else:
        comment = ""
    stamp = seconds(value)
    attributes = [
        {
            "uuid": made_uuid(uuid, relation, str(number)),
            "object_relation": relation,
            "value": said,
            "timestamp": stamp,
            # An object of MISP has no tags of its own: its parts have them.
            "Tag": [{"name": tag} for tag in tags],
            "to_ids": relation == "stix2-pattern",
        }
        for number, (_, relation, said) in enumerate(found)
    ]
    carried |= {"labels"} if all_taggable(value) else set()
    content = {
        "uuid": uuid,
        "name": template.name,
        "comment": comment,
        "timestamp": stamp,
        "Attribute": attributes,
    }
    return Shape(
        content=content,
        is_object=True,
        carried=frozenset(carried),
        told=(*told, _when(value)),
    )


def _hashes(value: Json, template: Template) -> Iterator[tuple[str, str]]:
    hashes = value.get("hashes")
    if template.name not in ("file", "x509") or not isinstance(hashes, Mapping):
        return
    for name, kind in HASHES.items():
        relation = kind if template.name == "file" else f"x509-fingerprint-{kind}"
        known = template.name == "file" or kind in ("md5", "sha1", "sha256")
        if known and is_text(said := hashes.get(name)):
            yield relation, said


def _hashes_whole(value: Json, found: list[tuple[str, str, str]]) -> bool:
    hashes = value.get("hashes")
    there = sum(name == "hashes" for name, _, _ in found)
    return isinstance(hashes, Mapping) and len(hashes) == there


def _when(value: Json) -> _Told:
    if "modified" not in value:
        return ("created", "changed", "MISP keeps whole seconds")
    return ("modified", "changed", "MISP keeps whole seconds")


def _level(ref: str) -> tuple[int, Tlp] | None:
    level = level_of(ref)
    return None if level is None else (int(level), level)


def _has_label(value: Json) -> bool:
    extensions = value.get("extensions")
    said = extensions.get(extension_id("label")) if isinstance(extensions, Mapping) else None
    return isinstance(said, Mapping)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [part for part in _list(value) if isinstance(part, str)]
