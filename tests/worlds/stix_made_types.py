"""What an invented object of each type of STIX 2.1 says; `stix_made` puts the rest around it.

The values are invented: `.example` domains and addresses that are kept for documentation.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .stix_made import StixMaker

Says = Callable[["StixMaker"], dict[str, Any]]


def _named(noun: str, **more: Any) -> Says:
    return lambda maker: {"name": f"{noun} {maker.chance.randrange(10**9)}", **more}


def _host(maker: "StixMaker") -> str:
    return f"host-{maker.chance.getrandbits(48):x}.example"


def _digest(maker: "StixMaker") -> str:
    return hashlib.sha256(maker.chance.randbytes(16)).hexdigest()


THINGS: Mapping[str, Says] = MappingProxyType({
    "attack-pattern": _named("Technique", external_references=[
        {"source_name": "invented", "external_id": "T0001"}]),
    "campaign": _named("Campaign", objective="To be believed"),
    "course-of-action": _named("Answer"),
    "grouping": lambda m: {
        "name": "Group", "context": "suspicious-activity", "object_refs": [m.identifier("url")]},
    "identity": _named("Ministry", identity_class="organization"),
    "incident": _named("Incident"),
    "indicator": lambda m: {
        "pattern": f"[domain-name:value = '{_host(m)}']",
        "pattern_type": "stix",
        "valid_from": m.when(),
        "indicator_types": ["malicious-activity"]},
    "infrastructure": _named("Relay", infrastructure_types=["hosting-malware"]),
    "intrusion-set": _named("Set"),
    "location": lambda m: {
        "latitude": m.chance.randrange(-90, 90) + 0.5, "longitude": 12.25},
    "malware": _named("Tool", is_family=False, malware_types=["backdoor"]),
    "malware-analysis": lambda m: {
        "product": "invented", "result": "benign", "analysis_started": m.when()},
    "note": lambda m: {"content": "Seen twice.", "object_refs": [m.identifier("report")]},
    "observed-data": lambda m: {
        "first_observed": m.when(),
        "last_observed": m.when(),
        "number_observed": 1 + m.chance.randrange(9),
        "object_refs": [m.identifier("domain-name")]},
    "opinion": lambda m: {
        "opinion": "neutral", "object_refs": [m.identifier("report")]},
    "report": lambda m: {
        "name": "Report",
        "published": m.when(),
        "report_types": ["campaign"],
        "object_refs": [m.identifier("campaign"), m.identifier("indicator")]},
    "threat-actor": _named("Actor", threat_actor_types=["unknown"]),
    "tool": _named("Program", tool_types=["remote-access"]),
    "vulnerability": _named("Weakness"),
    "relationship": lambda m: {
        "relationship_type": "indicates",
        "source_ref": m.identifier("indicator"),
        "target_ref": m.identifier("campaign")},
    "sighting": lambda m: {"sighting_of_ref": m.identifier("indicator"), "count": 3},
    "language-content": lambda m: {
        "object_ref": m.identifier("campaign"),
        "contents": {"de": {"name": "Kampagne"}, "fr": {"name": "Campagne"}}},
    "extension-definition": lambda m: {
        "name": f"Extension {m.chance.randrange(10**9)}",
        "schema": "https://schemas.example/extension.json",
        "version": "1.0.0",
        "created_by_ref": m.identifier("identity"),
        "extension_types": ["property-extension"]},
})  # fmt: skip

OBSERVABLES: Mapping[str, Says] = MappingProxyType({
    "artifact": lambda m: {
        "mime_type": "text/plain",
        "payload_bin": base64.b64encode(m.chance.randbytes(30)).decode()},
    "autonomous-system": lambda m: {"number": 64496 + m.chance.randrange(10**6)},
    "directory": lambda m: {"path": f"/srv/{m.chance.getrandbits(40):x}"},
    "domain-name": lambda m: {"value": _host(m)},
    "email-addr": lambda m: {"value": f"desk@{_host(m)}"},
    "email-message": lambda m: {
        "is_multipart": False, "subject": f"Note {m.chance.getrandbits(40)}", "body": "Invented."},
    "file": lambda m: {"name": "letter.pdf", "hashes": {"SHA-256": _digest(m)}},
    "ipv4-addr": lambda m: {
        "value": f"198.51.{m.chance.randrange(256)}.{m.chance.randrange(256)}"},
    "ipv6-addr": lambda m: {"value": f"2001:db8::{m.chance.randrange(1, 65535):x}"},
    "mac-addr": lambda m: {
        "value": ":".join(f"{byte:02x}" for byte in m.chance.randbytes(6))},
    "mutex": lambda m: {"name": f"lock-{m.chance.getrandbits(48):x}"},
    "network-traffic": lambda m: {
        "protocols": ["tcp"],
        "src_ref": m.identifier("ipv4-addr"),
        "dst_port": m.chance.randrange(1, 65535)},
    "process": lambda m: {"pid": m.chance.randrange(2, 10**6), "command_line": "invented --now"},
    "software": lambda m: {"name": f"Program {m.chance.getrandbits(40)}", "vendor": "Invented"},
    "url": lambda m: {"value": f"https://{_host(m)}/a?b=c"},
    "user-account": lambda m: {
        "user_id": str(m.chance.getrandbits(48)), "account_type": "twitter"},
    "windows-registry-key": lambda m: {
        "key": f"HKEY_LOCAL_MACHINE\\Software\\Invented{m.chance.getrandbits(40)}"},
    "x509-certificate": lambda m: {
        "hashes": {"SHA-256": _digest(m)}, "issuer": "CN=Invented", "is_self_signed": True},
})  # fmt: skip

# STIX 2.1, section 6: the properties from which an identifier follows.
CONTRIBUTING: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "artifact": ("payload_bin",),
    "autonomous-system": ("number",),
    "directory": ("path",),
    "domain-name": ("value",),
    "email-addr": ("value",),
    "email-message": ("subject", "body"),
    "file": ("hashes", "name"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "mac-addr": ("value",),
    "mutex": ("name",),
    "network-traffic": ("src_ref", "dst_port", "protocols"),
    "process": (),
    "software": ("name", "vendor"),
    "url": ("value",),
    "user-account": ("account_type", "user_id"),
    "windows-registry-key": ("key",),
    "x509-certificate": ("hashes",),
})  # fmt: skip
