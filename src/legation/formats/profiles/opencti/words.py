"""What OpenCTI reads: its types, and the properties that it keeps of each.

Taken from the import of its client `pycti`, release 7. What is not listed stays in the file,
where other readers find it, but a platform that reads the file does not keep it.
"""

from collections.abc import Mapping
from typing import Final

from legation.formats.profiles.opencti.ids import (
    EXTENSION,
    MITRE_EXTENSION,
    OBSERVABLE_EXTENSION,
    OBSERVABLES,
)
from legation.stix.ids import CONTRIBUTING

# Types of OpenCTI's own, which its extension declares.
NEW_OBJECTS: Final = frozenset(
    {
        "case-incident", "case-rfi", "case-rft", "channel", "event", "feedback", "language",
        "narrative", "security-coverage", "task",
    }
)  # fmt: skip
NEEDS_NAME: Final = frozenset(
    {
        "attack-pattern", "campaign", "case-incident", "case-rfi", "case-rft", "channel",
        "course-of-action", "event", "feedback", "grouping", "identity", "incident",
        "infrastructure", "intrusion-set", "language", "malware", "narrative", "report", "task",
        "threat-actor", "tool", "vulnerability",
    }
)  # fmt: skip
EXTENSIONS: Final = frozenset({EXTENSION, MITRE_EXTENSION, OBSERVABLE_EXTENSION})
_ANY: Final = frozenset(
    {
        "type", "spec_version", "id", "created", "modified", "created_by_ref", "revoked", "labels",
        "confidence", "lang", "external_references", "object_marking_refs", "extensions",
    }
)  # fmt: skip
_ACTOR: Final = (
    "name", "description", "aliases", "first_seen", "last_seen", "goals", "resource_level",
    "primary_motivation", "secondary_motivations",
)  # fmt: skip
_CASE: Final = ("name", "description", "content", "object_refs", "priority", "severity")
_OBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "attack-pattern": (
        "name", "description", "aliases", "kill_chain_phases", "x_mitre_detection", "x_mitre_id",
        "x_mitre_permissions_required", "x_mitre_platforms",
    ),
    "campaign": ("name", "description", "aliases", "first_seen", "last_seen", "objective"),
    "case-incident": (*_CASE, "response_types"),
    "case-rfi": (*_CASE, "information_types"),
    "case-rft": (*_CASE, "takedown_types"),
    "channel": ("name", "description", "aliases", "channel_types"),
    "course-of-action": ("name", "description", "x_mitre_id"),
    "data-component": ("name", "description", "aliases", "data_source_ref"),
    "data-source": ("name", "description", "aliases", "platforms", "collection_layers"),
    "event": ("name", "description", "aliases", "event_types", "start_time", "stop_time"),
    "feedback": ("name", "description", "object_refs", "rating"),
    "grouping": ("name", "description", "content", "context", "object_refs"),
    "identity": (
        "name", "description", "contact_information", "identity_class", "roles",
        "security_platform_type",
    ),
    "incident": (
        "name", "description", "aliases", "first_seen", "last_seen", "objective", "incident_type",
        "severity", "source",
    ),
    "indicator": (
        "name", "description", "indicator_types", "kill_chain_phases", "pattern", "pattern_type",
        "pattern_version", "valid_from", "valid_until", "x_mitre_platforms",
    ),
    "infrastructure": (
        "name", "description", "aliases", "first_seen", "last_seen", "infrastructure_types",
        "kill_chain_phases",
    ),
    "intrusion-set": _ACTOR,
    "language": ("name", "aliases"),
    "location": (
        "name", "description", "city", "country", "region", "latitude", "longitude", "precision",
    ),
    "malware": (
        "name", "description", "aliases", "architecture_execution_envs", "capabilities",
        "first_seen", "implementation_languages", "is_family", "kill_chain_phases", "last_seen",
        "malware_types", "sample_refs", "operating_system_refs",
    ),
    "malware-analysis": (
        "analysis_definition_version", "analysis_ended", "analysis_engine_version",
        "analysis_sco_refs", "analysis_started", "configuration_version", "host_vm_ref",
        "installed_software_refs", "modules", "operating_system_ref", "product", "result",
        "result_name", "sample_ref", "submitted", "version",
    ),
    "marking-definition": ("name", "definition", "definition_type"),
    "narrative": ("name", "description", "aliases", "narrative_types"),
    "note": ("abstract", "authors", "content", "likelihood", "note_types", "object_refs"),
    "observed-data": ("first_observed", "last_observed", "number_observed", "object_refs"),
    "opinion": ("authors", "explanation", "opinion", "object_refs"),
    "relationship": (
        "relationship_type", "description", "source_ref", "target_ref", "start_time", "stop_time",
        "kill_chain_phases",
    ),
    "report": ("name", "description", "content", "object_refs", "published", "report_types"),
    "security-coverage": ("name", "description", "covered_ref", "coverage"),
    "sighting": (
        "description", "count", "first_seen", "last_seen", "sighting_of_ref", "where_sighted_refs",
    ),
    "task": ("name", "description", "due_date", "object_refs"),
    "threat-actor": (
        *_ACTOR, "personal_motivations", "roles", "sophistication", "threat_actor_types",
    ),
    "tool": ("name", "description", "aliases", "kill_chain_phases", "tool_types", "tool_version"),
    "vulnerability": ("name", "description"),
    "x-mitre-data-component": ("name", "description", "x_mitre_data_source_ref"),
    "x-mitre-data-source": (
        "name", "description", "x_mitre_platforms", "x_mitre_collection_layers",
    ),
}  # fmt: skip
# Beside what gives them their ids.
_OBSERVABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "artifact": ("mime_type", "url", "encryption_algorithm", "decryption_key"),
    "autonomous-system": ("name", "rir"),
    "bank-account": ("value", "bic", "account_number"),
    "directory": ("path_enc", "ctime", "mtime", "atime", "contains_refs"),
    "domain-name": ("resolves_to_refs",),
    "email-addr": ("display_name", "belongs_to_ref"),
    "email-message": (
        "is_multipart", "date", "message_id", "received_lines", "sender_ref", "to_refs", "cc_refs",
        "bcc_refs", "raw_email_ref",
    ),
    "file": (
        "size", "name_enc", "magic_number_hex", "mime_type", "ctime", "mtime", "atime",
        "contains_refs", "content_ref",
    ),
    "ipv4-addr": ("resolves_to_refs", "belongs_to_refs"),
    "ipv6-addr": ("resolves_to_refs", "belongs_to_refs"),
    "media-content": ("title", "description", "content", "media_category", "publication_date"),
    "network-traffic": (
        "is_active", "src_byte_count", "dst_byte_count", "src_packets", "dst_packets",
        "encapsulates_refs", "encapsulated_by_ref", "src_payload_ref", "dst_payload_ref",
    ),
    "payment-card": ("value", "expiration_date", "cvv", "holder_name"),
    "process": (
        "is_hidden", "pid", "created_time", "cwd", "command_line", "environment_variables",
        "opened_connection_refs", "creator_user_ref", "image_ref", "parent_ref", "child_refs",
    ),
    "software": ("languages",),
    "ssh-key": (
        "comment", "expiration_date", "fingerprint_md5", "fingerprint_sha256", "key_length",
        "key_type", "public_key",
    ),
    "user-account": (
        "display_name", "credential", "is_service_account", "is_privileged", "can_escalate_privs",
        "is_disabled", "account_created", "account_expires", "credential_last_changed",
        "account_first_login", "account_last_login",
    ),
    "windows-registry-key": ("modified_time", "creator_user_ref", "number_of_subkeys"),
    "x509-certificate": (
        "is_self_signed", "version", "signature_algorithm", "issuer", "validity_not_before",
        "validity_not_after", "subject", "subject_public_key_algorithm",
        "subject_public_key_modulus", "subject_public_key_exponent", "x509_v3_extensions",
    ),
}  # fmt: skip

READ: Final[Mapping[str, frozenset[str]]] = {
    kind: _ANY | frozenset(names) for kind, names in _OBJECTS.items()
} | {
    kind: _ANY | frozenset(names) | frozenset(_OBSERVABLES.get(kind, ()))
    for kind, names in (*CONTRIBUTING.items(), *OBSERVABLES.items())
}


def reads(kind: str, name: str) -> bool:
    """Tell whether OpenCTI keeps a property of a type; what it calls its own, it keeps."""
    return name in READ.get(kind, ()) or name.startswith("x_opencti_")
