"""Persons, bodies and listings as FollowTheMoney entities, one JSON object a line.

The graph tools of those who look into ownership and sanctions read this model. It is written here
without its package: a desk needs six of its schemata, and the package asks for a compiler; tests
hold every entity against the package's own rules. Ids follow from the facts alone, so the same
listing written twice is one entity.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from legation.errors import RecordError
from legation.stix.canonical import canonical

Schema = Literal["Person", "Organization", "Sanction", "Document", "Documentation", "UnknownLink"]
Type = Literal["text", "day", "state", "gender", "address", "url", "identifier", "entity"]

_THING: Final[Mapping[str, Type]] = {
    "name": "text",
    "alias": "text",
    "country": "state",
    "summary": "text",
    "notes": "text",
    "description": "text",
    "sourceUrl": "url",
    "publisher": "text",
    "address": "address",
}
_LEGAL_ENTITY: Final[Mapping[str, Type]] = {
    **_THING,
    "abbreviation": "text",
    "website": "url",
    "legalForm": "text",
    "incorporationDate": "day",
    "registrationNumber": "identifier",
    "idNumber": "identifier",
    "taxNumber": "identifier",
    "jurisdiction": "state",
    "mainCountry": "state",
}
_INTERVAL: Final[Mapping[str, Type]] = {
    "startDate": "day",
    "endDate": "day",
    "date": "day",
    "summary": "text",
    "description": "text",
    "recordId": "text",
    "sourceUrl": "url",
    "publisher": "text",
    "proof": "entity",
}
# What is written of each schema; the model has more.
PROPERTIES: Final[Mapping[str, Mapping[str, Type]]] = {
    "Person": {
        **_LEGAL_ENTITY,
        "title": "text",
        "firstName": "text",
        "lastName": "text",
        "birthDate": "day",
        "birthPlace": "text",
        "birthCountry": "state",
        "nationality": "state",
        "citizenship": "state",
        "passportNumber": "identifier",
        "gender": "gender",
        "position": "text",
    },
    "Organization": _LEGAL_ENTITY,
    "Sanction": {
        **_INTERVAL,
        "entity": "entity",
        "authority": "text",
        "authorityId": "identifier",
        "program": "text",
        "programId": "identifier",
        "programUrl": "url",
        "provisions": "text",
        "status": "text",
        "reason": "text",
        "country": "state",
        "listingDate": "day",
    },
    "Document": {
        **_THING,
        "title": "text",
        "fileName": "text",
        "date": "day",
        "publishedAt": "day",
    },
    "Documentation": {
        **_INTERVAL,
        "document": "entity",
        "entity": "entity",
        "role": "text",
        "status": "text",
    },
    "UnknownLink": {
        **_INTERVAL,
        "subject": "entity",
        "object": "entity",
        "role": "text",
        "status": "text",
    },
}
_REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "Person": ("name",),
    "Organization": ("name",),
    "Sanction": ("entity",),
    "Document": ("fileName",),
    "Documentation": ("document", "entity"),
    "UnknownLink": ("subject", "object"),
}
# Its readers cut an identifier that is longer.
_IDENTIFIER: Final = 64
_DAY: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,250}")
MARKED: Final = "Marking: {}"
GENDERS: Final = ("male", "female", "other")


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One entity.

    Attributes:
        properties: Its values by property, each at least once.
    """

    id: str
    schema: Schema
    properties: Mapping[str, tuple[str, ...]]


def entity_id(schema: Schema, *facts: str) -> str:
    """Return the id that these facts always give to an entity.

    >>> entity_id("Person", "2026-0017", "first")
    'legation-de1427bd275ceff4741a87809f7d11db846532bf'
    """
    digest = hashlib.sha256(canonical([schema, *facts])).hexdigest()
    return f"legation-{digest[:40]}"


def entity(schema: Schema, called: str, properties: Mapping[str, Iterable[str]]) -> Entity:
    """Make an entity; values that come twice are kept once, empty ones are left out.

    Args:
        schema: What it is.
        called: Its id, of `entity_id`.
        properties: Its values by property.

    Raises:
        RecordError: The schema has no such property, a value does not fit it, or one that it
            cannot do without is missing; the place is schema and property.
    """
    allowed = PROPERTIES[schema]
    kept: dict[str, tuple[str, ...]] = {}
    for name, values in properties.items():
        if name not in allowed:
            raise RecordError(
                f"{schema} has no property {name!r}", place=f"{schema}.{name}", hint=_choice(schema)
            )
        found = (_value(one, allowed[name], f"{schema}.{name}") for one in values if one.strip())
        if once := tuple(dict.fromkeys(found)):
            kept[name] = once
    for name in _REQUIRED[schema]:
        if name not in kept:
            raise RecordError(f"a {schema} needs it", place=f"{schema}.{name}", hint="give it")
    return Entity(id=called, schema=schema, properties=kept)


def write_entities(entities: Iterable[Entity], *, marking: str = "") -> bytes:
    """Write entities, one a line, in their order.

    Args:
        entities: Which.
        marking: Who may have them. Lines are cut out and joined with others, so each says it, among
            its notes or, where its schema has none, in its summary.
    """
    return b"".join(msgspec.json.encode(_marked(one, marking)) + b"\n" for one in entities)


def _marked(one: Entity, marking: str) -> Entity:
    if not marking:
        return one
    name = "notes" if "notes" in PROPERTIES[one.schema] else "summary"
    told = (*one.properties.get(name, ()), MARKED.format(marking))
    return msgspec.structs.replace(one, properties={**one.properties, name: told})


def _value(value: str, type_: Type, place: str) -> str:
    value = " ".join(value.split())
    said = _CHECKS[type_](value)
    if said is None:
        raise RecordError(f"{value[:40]!r} is no {type_}", place=place, hint=_HINTS[type_])
    return said


def _text(value: str) -> str | None:
    return value


def _day(value: str) -> str | None:
    if not _DAY.fullmatch(value[:10]) or value[10:11] not in ("", "T"):
        return None
    try:
        date(*(int(part) for part in (*value[:10].split("-"), "1", "1")[:3]))
    except ValueError:
        return None
    return value[:10]


def _state(value: str) -> str | None:
    return value.lower() if re.fullmatch(r"[A-Za-z]{2}", value) else None


def _gender(value: str) -> str | None:
    return value.lower() if value.lower() in GENDERS else None


def _identifier(value: str) -> str | None:
    return value if len(value) <= _IDENTIFIER else None


def _url(value: str) -> str | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in ("http", "https") and parts.hostname else None


def _entity(value: str) -> str | None:
    return value if _ID.fullmatch(value) else None


def _choice(schema: Schema) -> str:
    return f"choose of {', '.join(sorted(PROPERTIES[schema]))}"


_CHECKS: Final = {
    "text": _text,
    "address": _text,
    "day": _day,
    "state": _state,
    "gender": _gender,
    "identifier": _identifier,
    "url": _url,
    "entity": _entity,
}
_HINTS: Final[Mapping[Type, str]] = {
    "text": "give text",
    "address": "give text",
    "day": "write 1970-05-15, or as much of it as is known",
    "state": "give the two letters of ISO 3166-1",
    "gender": "give male, female or other",
    "identifier": f"give at most {_IDENTIFIER} letters",
    "url": "give an address of the web",
    "entity": "give the id of an entity",
}
