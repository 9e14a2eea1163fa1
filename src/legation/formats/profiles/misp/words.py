"""What MISP calls things: its attribute types, its object templates, its tags.

Templates and types are those of misp-objects and MISP 2.5. A property that no template has
a place for stays in the attached bundle alone.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from legation.formats.profiles.disarm import technique_of
from legation.stix.objects import Json
from legation.stix.tlp import Tlp

# STIX observable -> MISP attribute type and the property that is its value.
ATTRIBUTES: Final[Mapping[str, tuple[str, str]]] = {
    "autonomous-system": ("AS", "number"),
    "domain-name": ("domain", "value"),
    "email-addr": ("email", "value"),
    "hostname": ("hostname", "value"),
    "ipv4-addr": ("ip-dst", "value"),
    "ipv6-addr": ("ip-dst", "value"),
    "mac-addr": ("mac-address", "value"),
    "mutex": ("mutex", "name"),
    "url": ("url", "value"),
    "windows-registry-key": ("regkey", "key"),
}
# The same of a comparison in a pattern.
COMPARED: Final[Mapping[str, str]] = {
    f"{kind}:{name}": type_ for kind, (type_, name) in ATTRIBUTES.items() if kind != "hostname"
} | {"file:name": "filename"}
# How STIX writes the names of hashes (2.1, section 10.7) and MISP the types.
HASHES: Final[Mapping[str, str]] = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-512": "sha512",
    "SHA3-256": "sha3-256",
    "SHA3-512": "sha3-512",
    "SSDEEP": "ssdeep",
    "TLSH": "tlsh",
}
RULES: Final = ("sigma", "snort", "yara")
_SUMMARY: Final = {"name": "name", "description": "description"}


class Template(msgspec.Struct, frozen=True):
    """A MISP object and where the properties of a STIX type go in it.

    Attributes:
        name: Name of the template.
        places: Relation by property; the first are those of which one must be there.
        needs: How many of the first.
        comment: Property that stands as the object's comment.
    """

    name: str
    places: Mapping[str, str]
    needs: int = 1
    comment: str = ""


TEMPLATES: Final[Mapping[str, Template]] = {
    "attack-pattern": Template("attack-pattern", {"name": "name", "description": "summary"}),
    "course-of-action": Template("course-of-action", _SUMMARY),
    "email-message": Template(
        "email",
        {"subject": "subject", "body": "email-body", "message_id": "message-id"},
        3,
    ),
    "file": Template(
        "file", {"name": "filename", "size": "size-in-bytes", "mime_type": "mimetype"}
    ),
    "identity": Template(
        "identity",
        {
            "name": "name",
            "description": "description",
            "identity_class": "identity_class",
            "contact_information": "contact_information",
            "sectors": "sectors",
            "roles": "roles",
        },
    ),
    "incident": Template("incident", {**_SUMMARY, "incident_type": "incident_type"}),
    "infrastructure": Template(
        "infrastructure",
        {**_SUMMARY, "infrastructure_types": "infrastructure_type", "aliases": "alias"},
    ),
    "intrusion-set": Template(
        "intrusion-set",
        {
            **_SUMMARY,
            "aliases": "aliases",
            "goals": "goals",
            "resource_level": "resource_level",
            "primary_motivation": "primary-motivation",
        },
        2,
    ),
    "location": Template(
        "geolocation",
        {
            "country": "country",
            "region": "region",
            "city": "city",
            "latitude": "latitude",
            "longitude": "longitude",
            "description": "text",
        },
        5,
        "name",
    ),
    "malware": Template(
        "malware",
        {
            "is_family": "is_family",
            **_SUMMARY,
            "aliases": "alias",
            "malware_types": "malware_type",
            "capabilities": "capability",
        },
    ),
    "media-content": Template(
        "news-media", {"url": "url", "content": "content", "title": "title"}, 2
    ),
    "narrative": Template("narrative", {"description": "narrative-summary"}, 1, "name"),
    "note": Template("annotation", {"content": "text"}, 1, "abstract"),
    "report": Template("report", {"name": "title", "description": "summary"}, 2),
    "software": Template(
        "software",
        {
            "name": "name",
            "vendor": "vendor",
            "version": "version",
            "cpe": "cpe",
            "languages": "language",
        },
    ),
    "user-account": Template(
        "user-account",
        {
            "user_id": "user-id",
            "account_login": "username",
            "account_type": "account-type",
            "display_name": "display-name",
        },
        2,
    ),
    "vulnerability": Template(
        "vulnerability", {"name": "summary", "description": "description"}, 2
    ),
    "x509-certificate": Template(
        "x509",
        {
            "serial_number": "serial-number",
            "issuer": "issuer",
            "subject": "subject",
            "signature_algorithm": "signature_algorithm",
        },
        2,
    ),
}
PERSON: Final = Template("person", {"name": "full-name", "description": "text", "roles": "role"})
POST: Final = Template("microblog", {"url": "url", "content": "post", "title": "title"}, 2)
_POSTS: Final = re.compile(r"post|social|microblog|tweet", re.IGNORECASE)
# Words that a label must not say: they would speak as a marking or a galaxy.
_SPEAKS: Final = re.compile(r"\s*(tlp|pap|misp-galaxy)\s*:", re.IGNORECASE)
_TAGGABLE: Final = re.compile(
    r"[^\s\"\x00-\x1f\x7f\ud800-\udfff](?:[^\"\x00-\x1f\x7f\ud800-\udfff]*[^\s\"\x00-\x1f\x7f\ud800-\udfff])?"
)
_LONGEST_TAG: Final = 200
# STIX 2.1, appendix A: Admiralty Credibility, from the least confidence of each.
_ADMIRALTY: Final = ((80, "1"), (60, "2"), (40, "3"), (20, "4"), (0, "5"))
_JUDGED: Final = ((70, "high"), (30, "moderate"), (0, "low"))
# What is judged by a person rather than observed.
_JUDGMENTS: Final = frozenset(
    {
        "campaign",
        "grouping",
        "incident",
        "intrusion-set",
        "note",
        "opinion",
        "report",
        "threat-actor",
    }
)


def template_of(value: Json, *, persons: bool) -> Template | None:
    """Return the MISP object that an object becomes, or None."""
    kind = value["type"]
    if kind == "identity" and value.get("identity_class") == "individual":
        return PERSON if persons else None
    if kind == "media-content" and _POSTS.search(str(value.get("media_category", ""))):
        return POST
    return TEMPLATES.get(kind)


def tlp_tag(level: Tlp) -> str:
    """Return the tag of the taxonomy `tlp` (TLP 2.0).

    >>> tlp_tag(Tlp.AMBER_STRICT)
    'tlp:amber+strict'
    """
    return str(level).lower()


def label_tag(label: Any) -> str:
    """Return the tag that a label becomes, or nothing where it must not or cannot be one."""
    if not isinstance(label, str) or len(label) > _LONGEST_TAG or _SPEAKS.match(label):
        return ""
    # A tag may have quotes around a value: namespace:predicate="value".
    bare = re.sub(r'="([^"]*)"$', r"=\1", label)
    return label if _TAGGABLE.fullmatch(bare) else ""


def galaxy_tag(value: Json) -> str:
    """Return the tag of the galaxy that a technique stands in, or nothing."""
    found, name = technique_of(value), value.get("name")
    if found is None or not isinstance(name, str) or not _TAGGABLE.fullmatch(name):
        return ""
    if found[0] == "disarm":
        return f'misp-galaxy:disarm-techniques="{name}"'
    return f'misp-galaxy:mitre-attack-pattern="{name} - {found[1]}"'


def confidence_tag(value: Json) -> str:
    """Return the word for a confidence, or nothing.

    What was judged goes on the scale of analysts, what was observed on the Admiralty's.
    """
    said = value.get("confidence")
    if not isinstance(said, int) or isinstance(said, bool) or not 0 <= said <= 100:  # noqa: PLR2004
        return ""
    judged = value["type"] in _JUDGMENTS
    scale = _JUDGED if judged else _ADMIRALTY
    word = next(word for least, word in scale if said >= least)
    if judged:
        return f'estimative-language:confidence-in-analytic-judgment="{word}"'
    return f'admiralty-scale:information-credibility="{word}"'
