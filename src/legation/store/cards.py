"""An index card: what the store must know of an object to file it.

It is read off the bytes, which stay as they are. Content is compared by value (order of
keys and blanks do not count, nor does the precision in which `modified` is written), so
that a partner's copy of our object is known again.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from legation.errors import BadInputError
from legation.stix.extensions import extension_id
from legation.stix.ids import observable_id
from legation.stix.labels import Label, label_of
from legation.store.values import indexed, instant, plain

INDEXED = ("name", "value", "relationship_type", "account_login", "user_id", "external_id")
# Of our extension `register`: which register an object is a row of, and its key there.
REGISTER = ("register", "key")
# Rows of knowledge packs are found as the rows of one register.
KNOWLEDGE = "knowledge"
# By which an entry of a case names it.
CASE_REF = f"extensions.{extension_id('entry')}.case_ref"
MARKINGS = ("object_marking_refs", "granular_markings.marking_ref")
_ID = re.compile(
    r"([a-z0-9][a-z0-9-]{1,248}[a-z0-9])--"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
# What an object tells of, by its type: an arrow of its ends, words of what they are about.
_TOLD = {
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref", "observed_data_refs", "where_sighted_refs"),
    "note": ("object_refs",),
    "opinion": ("object_refs",),
    "language-content": ("object_ref",),
}
_HINT = "give one STIX 2.1 object, as JSON in UTF-8"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is filed of one version of an object.

    Attributes:
        version: Tells versions of one object apart: the instant of `modified`; of
            `created` for a marking; the content's hash for an observable.
        modified: The instant of `modified` in sortable form; empty for an observable.
        created: The instant of `created` in sortable form, or empty.
        created_by: Id of the creator, or empty.
        content_sha256: Of the value, however it is written.
        raw_sha256: Of the bytes as given.
        label: Who may know it, as it says itself.
        needs: Ids of what it tells of: who may not know one of these may not know it.
        references: Property and the id it points to.
        properties: Property and value, as indexed.
        said: What a note says, by which it can be found; empty for all else, and for the note that
            tells how a finding was made: it says the same each time.
    """

    object_id: str
    object_type: str
    version: str
    modified: str
    created: str
    created_by: str
    revoked: bool
    content_sha256: str
    raw_sha256: str
    label: Label
    needs: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str], ...]
    said: str
    raw: bytes

    def text_kind(self) -> tuple[str, str]:
        """Return what a note's text is, and where it stands: a note, or an entry of a case."""
        case = next((to for name, to in self.references if name == CASE_REF), "")
        return ("case", case) if case else ("note", "")


def read_card(raw: bytes) -> Card:
    """Read the card of one object.

    Raises:
        BadInputError: The bytes are not one object with an id and the times it needs.
    """
    value = _decoded(raw)
    object_id, object_type = _identity(value)
    created = _time(value, "created", object_id)
    modified = _time(value, "modified", object_id)
    marking = object_type == "marking-definition"
    if created and not modified and not marking:
        raise BadInputError(
            "an object with `created` has no `modified`",
            place=object_id,
            hint="STIX 2.1 asks for both (section 3.2)",
        )
    content = _content_sha256(value, created, modified)
    return Card(
        object_id=object_id,
        object_type=object_type,
        version=modified or (created if marking else "") or content,
        modified=modified,
        created=created,
        created_by=indexed(_text(value, "created_by_ref")),
        revoked=value.get("revoked") is True,
        content_sha256=content,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
        label=label_of(value),
        needs=tuple(sorted(set(_needs(value)))),
        references=tuple(sorted(set(_references(value, "")))),
        properties=(
            *((name, indexed(_text(value, name))) for name in INDEXED if name in value),
            *_registered(value),
        ),
        said=_said(value),
        raw=raw,
    )


def _registered(value: dict[str, Any]) -> list[tuple[str, str]]:
    if isinstance(_inside(value, "extensions", extension_id("knowledge")), dict):
        return [("register", KNOWLEDGE)]
    content = _inside(value, "extensions", extension_id("register"))
    if not isinstance(content, dict):
        return []
    return [(name, indexed(_text(content, name))) for name in REGISTER if name in content]


def _said(value: dict[str, Any]) -> str:
    if value["type"] != "note" or _inside(value, "extensions", extension_id("run")) is not None:
        return ""
    parts = (_text(value, name) for name in ("abstract", "content") if name in value)
    return "\n".join(part for part in parts if part)


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as bad:
        raise BadInputError(f"this is not JSON: {bad}", place="", hint=_HINT) from bad
    if not isinstance(value, dict):
        raise BadInputError("this is no JSON object", place="", hint=_HINT)
    return value


def _identity(value: dict[str, Any]) -> tuple[str, str]:
    object_id, object_type = value.get("id"), value.get("type")
    found = _ID.fullmatch(object_id) if isinstance(object_id, str) else None
    if found is None or object_type == "bundle":
        raise BadInputError(f"{object_id!r:.90} is no id of an object", place="/id", hint=_HINT)
    if found[1] != object_type:
        raise BadInputError(
            f"the type {object_type!r:.90} is not that of the id", place=found[0], hint=_HINT
        )
    return found[0], found[1]


def _time(value: dict[str, Any], name: str, object_id: str) -> str:
    return instant(_text(value, name), f"{object_id}/{name}") if name in value else ""


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name, "")
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()


def _content_sha256(value: dict[str, Any], created: str, modified: str) -> str:
    times = {"created": created, "modified": modified}
    same = value | {name: time for name, time in times.items() if time}
    return hashlib.sha256(msgspec.json.encode(same, order="sorted")).hexdigest()


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each property that ends in `_ref` or `_refs`, at any depth, with its target."""
    if isinstance(value, dict):
        for name, inner in value.items():
            below = f"{path}.{name}" if path else name
            if name.endswith(("_ref", "_refs")):
                targets = inner if isinstance(inner, list) else [inner]
                yield from ((indexed(below), found) for found in targets if _is_id(found))
            else:
                yield from _references(inner, below)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner, path)


def _needs(value: dict[str, Any]) -> Iterator[str]:
    """Yield what an object tells of; a finding tells of all its members."""
    for name in _TOLD.get(value["type"], ()):
        yield from filter(_is_id, _list(value.get(name)))
    if value["type"] == "grouping":
        # It bears the name of its campaign; what else it lists can be left out.
        listed = filter(_is_id, _list(value.get("object_refs")))
        yield from (each for each in listed if each.startswith("campaign--"))
    if value["type"] == "observed-data":
        # What was captured for a campaign tells of it.
        belongs = _inside(value, "extensions", extension_id("capture"), "belongs_to_ref")
        yield from filter(_is_id, _list(belongs))
    if value["type"] == "campaign":
        for member in _list(
            _inside(value, "extensions", extension_id("campaign"), "finding", "accounts")
        ):
            pseudonym = _inside(member, "account_id")
            if isinstance(pseudonym, str) and pseudonym:
                yield observable_id("user-account", {"user_id": plain(pseudonym)})


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [] if found is None else [found]


def _inside(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_id(found: Any) -> bool:
    return isinstance(found, str) and _ID.fullmatch(found) is not None
