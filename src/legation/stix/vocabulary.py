"""The types of STIX objects that legation works with today.

One class for each type; a new one is a class here (or in a file of its own) and a
line in `TYPES`. A type that is not listed is still read and written whole.
"""

from collections.abc import Mapping
from typing import Final, Literal

from legation.stix.objects import DomainObject, Identifier, Json, Observable, StixObject
from legation.stix.timestamps import Timestamp


class Identity(DomainObject, frozen=True, kw_only=True):
    """A person, a group, an organisation or a program."""

    type: Literal["identity"] = "identity"
    name: str
    description: str | None = None
    identity_class: str | None = None
    sectors: tuple[str, ...] | None = None


class Campaign(DomainObject, frozen=True, kw_only=True):
    """Acts that belong together over a time."""

    type: Literal["campaign"] = "campaign"
    name: str
    description: str | None = None
    aliases: tuple[str, ...] | None = None
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None
    objective: str | None = None


class Grouping(DomainObject, frozen=True, kw_only=True):
    """Objects that share a context."""

    type: Literal["grouping"] = "grouping"
    name: str | None = None
    description: str | None = None
    context: str
    object_refs: tuple[Identifier, ...]


class Note(DomainObject, frozen=True, kw_only=True):
    """Words about other objects."""

    type: Literal["note"] = "note"
    abstract: str | None = None
    content: str
    authors: tuple[str, ...] | None = None
    object_refs: tuple[Identifier, ...]


class Relationship(DomainObject, frozen=True, kw_only=True):
    """An arrow between two objects."""

    type: Literal["relationship"] = "relationship"
    relationship_type: str
    description: str | None = None
    source_ref: Identifier
    target_ref: Identifier
    start_time: Timestamp | None = None
    stop_time: Timestamp | None = None


class Infrastructure(DomainObject, frozen=True, kw_only=True):
    """Systems and services that serve a purpose: here, those that are to be protected."""

    type: Literal["infrastructure"] = "infrastructure"
    name: str
    description: str | None = None
    infrastructure_types: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    first_seen: Timestamp | None = None
    last_seen: Timestamp | None = None


class Event(DomainObject, frozen=True, kw_only=True):
    """Something that happens (the `event` of the OASIS incident extension suite).

    Attributes:
        status: not-occurred, ongoing, occurred, pending or undetermined.
        event_types: Words for what it is.
        goal: What is to be reached.
    """

    type: Literal["event"] = "event"
    status: str
    name: str | None = None
    description: str | None = None
    event_types: tuple[str, ...] | None = None
    goal: str | None = None
    start_time: Timestamp | None = None
    start_time_fidelity: str | None = None
    end_time: Timestamp | None = None
    end_time_fidelity: str | None = None
    sighting_refs: tuple[Identifier, ...] | None = None


class Incident(DomainObject, frozen=True, kw_only=True):
    """Something that happened and is dealt with: of ours, a case."""

    type: Literal["incident"] = "incident"
    name: str
    description: str | None = None


class UserAccount(Observable, frozen=True, kw_only=True):
    """An account on a platform; ours carry a pseudonym as `user_id`."""

    type: Literal["user-account"] = "user-account"
    user_id: str | None = None
    account_login: str | None = None
    account_type: str | None = None
    display_name: str | None = None


class ObservedData(DomainObject, frozen=True, kw_only=True):
    """Something that was seen, and when."""

    type: Literal["observed-data"] = "observed-data"
    first_observed: Timestamp
    last_observed: Timestamp
    number_observed: int
    object_refs: tuple[Identifier, ...] | None = None


class LanguageContent(DomainObject, frozen=True, kw_only=True):
    """Words of another object in another language."""

    type: Literal["language-content"] = "language-content"
    object_ref: Identifier
    object_modified: Timestamp | None = None
    contents: Json


class Location(DomainObject, frozen=True, kw_only=True):
    """A place, or who stands for it: ours are states, by their codes alone."""

    type: Literal["location"] = "location"
    name: str | None = None
    description: str | None = None
    country: str | None = None


class File(Observable, frozen=True, kw_only=True):
    """A file, by its hash; its bytes stay where they are."""

    type: Literal["file"] = "file"
    hashes: Mapping[str, str] | None = None
    size: int | None = None
    name: str | None = None
    mime_type: str | None = None


class Url(Observable, frozen=True, kw_only=True):
    """An address of the web."""

    type: Literal["url"] = "url"
    value: str


class MarkingDefinition(StixObject, frozen=True, kw_only=True):
    """A rule of handling that objects point to; it has no versions."""

    type: Literal["marking-definition"] = "marking-definition"
    created: Timestamp
    created_by_ref: Identifier | None = None
    name: str | None = None
    definition_type: str | None = None
    definition: Json | None = None


class ExtensionDefinition(DomainObject, frozen=True, kw_only=True):
    """Declares properties that STIX lacks."""

    type: Literal["extension-definition"] = "extension-definition"
    name: str
    description: str | None = None
    schema: str
    version: str
    extension_types: tuple[str, ...]
    extension_properties: tuple[str, ...] | None = None


TYPES: Final[Mapping[str, type[StixObject]]] = {
    "campaign": Campaign,
    "event": Event,
    "extension-definition": ExtensionDefinition,
    "file": File,
    "grouping": Grouping,
    "identity": Identity,
    "incident": Incident,
    "infrastructure": Infrastructure,
    "language-content": LanguageContent,
    "location": Location,
    "marking-definition": MarkingDefinition,
    "note": Note,
    "observed-data": ObservedData,
    "relationship": Relationship,
    "url": Url,
    "user-account": UserAccount,
}
