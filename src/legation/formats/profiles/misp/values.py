"""Values as MISP writes them: times, levels, yes and no; and which properties its parts have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from legation.errors import RecordError, UsageError
from legation.stix.codec import mapping_of
from legation.stix.objects import Json
from legation.stix.timestamps import Timestamp
from legation.stix.tlp import Tlp, level_named, marking_definition, marking_ref

# Numbers and settings of one server: they say nothing elsewhere.
SERVER: Final = frozenset(
    {
        "id", "event_id", "object_id", "org_id", "orgc_id", "sharing_group_id", "attribute_count",
        "distribution", "proposal_email_lock", "locked", "disable_correlation", "SharingGroup",
        "event_creator_email", "protected", "attachment_id", "template_uuid",
        "template_version", "meta-category", "description", "value1", "value2", "Org",
        "publish_timestamp", "sighting_timestamp", "referenced_id", "referenced_type",
        "source_uuid",
    }
)  # fmt: skip
# What is read of an attribute, an event and an object.
SAID: Final = frozenset(
    {
        "uuid", "type", "category", "to_ids", "timestamp", "comment", "value", "data", "Tag",
        "first_seen", "last_seen", "deleted", "object_relation",
    }
)  # fmt: skip
EVENT_SAID: Final = frozenset(
    {
        "uuid", "info", "date", "timestamp", "published", "analysis", "threat_level_id", "Tag",
        "Orgc", "Attribute", "Object", "EventReport", "Galaxy",
    }
)  # fmt: skip
OBJECT_SAID: Final = frozenset(
    {
        "uuid", "name", "comment", "timestamp", "Attribute", "ObjectReference", "deleted",
    }
)  # fmt: skip


def level_tags(thing: Json) -> list[str]:
    """Return the ids of the levels that the tags of an event or an attribute state."""
    found = (level_in(str(tag.get("name"))) for tag in mappings(thing.get("Tag")))
    return [ref for ref in found if ref]


def origin(said: Json) -> list[str]:
    """Return labels that keep what MISP called an attribute."""
    names = ("type", "category", "object_relation")
    return [f'misp:{name}="{said[name]}"' for name in names if said.get(name)]


def level_in(tag: str) -> str:
    """Return the id of the level that a tag states, or nothing; an unknown one is RED."""
    name = tag.strip().lower()
    if not name.startswith("tlp:"):
        return ""
    name = name.removeprefix("tlp:")
    name = {"white": "clear", "ex:chr": "red"}.get(name, name)
    try:
        return marking_ref(level_named(name))
    except UsageError:
        # A level that nobody knows is the strictest.
        return marking_ref(level_named("red"))


def definition(ref: str) -> dict[str, Any]:
    """Return the published definition of a level of the OASIS family."""
    level = next(level for level in Tlp if marking_ref(level) == ref)
    return mapping_of(marking_definition(level))


def instant(said: Any) -> str:
    """Return a time of MISP's as STIX writes it, or nothing."""
    text = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    try:
        if text.isdecimal():
            return Timestamp.at(int(text)).text if int(text) else ""
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, RecordError):
        return ""
    return Timestamp.of(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).text


def later(one: str, other: str) -> str:
    """Return the later of two times; the other may be missing."""
    return other if other and Timestamp(other).moment >= Timestamp(one).moment else one


def uuid_in(said: Any) -> str | None:
    """Return a UUID as it is written, or None."""
    try:
        return str(UUID(said)) if isinstance(said, str) else None
    except ValueError:
        return None


def yes(said: Any) -> bool:
    """Tell whether MISP says yes."""
    return said in (True, 1, "1", "true")


def filled(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping without what is empty: STIX forbids it."""
    return {name: part for name, part in value.items() if part not in (None, [], {}, "")}


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return the mappings in a list, or nothing."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
