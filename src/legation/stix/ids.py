"""Identifiers of STIX objects.

Observables have the deterministic ids of STIX 2.1, section 2.9, so the same address
seen by two states is one object. Our own objects that must come out the same for the
same input take UUIDv5 in a namespace of our own: the standard forbids its namespace
to anything but observables. All else takes its UUID from an injected maker.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from legation.errors import UsageError
from legation.stix.canonical import canonical

STIX_NAMESPACE: Final = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
# The UUIDv5 of the name "legation" in the namespace of object identifiers (RFC 9562).
LEGATION_NAMESPACE: Final = UUID("88431b99-2039-53e7-9e48-bb61cb98e519")

# STIX 2.1, section 6: "ID Contributing Properties" of each observable.
CONTRIBUTING: Final[Mapping[str, tuple[str, ...]]] = {
    "artifact": ("hashes", "payload_bin"),
    "autonomous-system": ("number",),
    "directory": ("path",),
    "domain-name": ("value",),
    "email-addr": ("value",),
    "email-message": ("from_ref", "subject", "body"),
    "file": ("hashes", "name", "extensions", "parent_directory_ref"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "mac-addr": ("value",),
    "mutex": ("name",),
    "network-traffic": (
        "start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions",
    ),
    "process": (),
    "software": ("name", "cpe", "swid", "vendor", "version"),
    "url": ("value",),
    "user-account": ("account_type", "user_id", "account_login"),
    "windows-registry-key": ("key", "values"),
    "x509-certificate": ("hashes", "serial_number"),
}  # fmt: skip
# One hash only, the first that is there (STIX 2.1, section 2.9).
_HASHES: Final = ("MD5", "SHA-1", "SHA-256", "SHA-512")


def observable_id(kind: str, properties: Mapping[str, Any]) -> str:
    """Return the deterministic id of an observable.

    >>> observable_id("ipv4-addr", {"value": "198.51.100.3"})
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4'

    Args:
        kind: Type of the observable.
        properties: Its properties as JSON values; only contributing ones count.

    Raises:
        UsageError: The type is no observable, or none of its contributing properties is there.
    """
    if kind not in CONTRIBUTING:
        raise UsageError(f"{kind!r} is no observable of STIX 2.1", hint="use new_id for it")
    chosen = {
        name: _one_hash(properties[name]) if name == "hashes" else properties[name]
        for name in CONTRIBUTING[kind]
        if properties.get(name) not in (None, {})
    }
    if not chosen:
        raise UsageError(
            f"this {kind} has no property that gives it an id",
            hint="give one of its contributing properties, or use new_id",
        )
    return _named(kind, STIX_NAMESPACE, chosen)


def fact_id(kind: str, *facts: Any) -> str:
    """Return the id that these facts always give to an object of ours.

    Args:
        kind: Type of the object; two types never share a UUID by chance of equal facts.
        facts: JSON values that make the object what it is.
    """
    return _named(kind, LEGATION_NAMESPACE, [kind, *facts])


def new_id(kind: str, maker: Callable[[], UUID]) -> str:
    """Return a fresh id.

    Args:
        kind: Type of the object.
        maker: Gives the UUID: `uuid4` in the program, a counted one in tests.
    """
    return f"{kind}--{maker()}"


def kind_of(identifier: str) -> str:
    """Return the type that an id names.

    >>> kind_of("user-account--0d5b424b-93b8-5cd8-ac36-306e1789d63c")
    'user-account'
    """
    return identifier.partition("--")[0]


def _named(kind: str, namespace: UUID, name: Any) -> str:
    return f"{kind}--{uuid5(namespace, canonical(name).decode())}"


def _one_hash(hashes: Mapping[str, str]) -> Mapping[str, str]:
    # Of other hashes the standard names no order: the first by name, so that order of
    # arrival does not change an id.
    name = next((known for known in _HASHES if known in hashes), min(hashes))
    return {name: hashes[name]}
