"""What a type and a value of MISP are as observables of STIX."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from legation.errors import LegationError
from legation.formats.profiles.misp.patterns import pattern_of
from legation.formats.profiles.misp.words import HASHES
from legation.stix.ids import observable_id
from legation.stix.objects import SPEC, Json

# MISP type -> STIX observable and its property.
_OBSERVED: Final[Mapping[str, tuple[str, str]]] = {
    "domain": ("domain-name", "value"),
    "email": ("email-addr", "value"),
    "email-dst": ("email-addr", "value"),
    "email-reply-to": ("email-addr", "value"),
    "email-src": ("email-addr", "value"),
    "filename": ("file", "name"),
    "hostname": ("domain-name", "value"),
    "link": ("url", "value"),
    "mac-address": ("mac-addr", "value"),
    "mutex": ("mutex", "name"),
    "regkey": ("windows-registry-key", "key"),
    "uri": ("url", "value"),
    "url": ("url", "value"),
}
_HASHES: Final = {misp: stix for stix, misp in HASHES.items()}
_ADDRESSES: Final = ("ip-src", "ip-dst")
_FILES: Final = ("attachment", "malware-sample")
Made = list[dict[str, Any]]


def observed(kind: str, value: str) -> Made | None:
    """Return the observables that a type and a value of MISP are, or None."""
    if kind in _ADDRESSES:
        version = "ipv6-addr" if ":" in value else "ipv4-addr"
        return _made(version, {"value": value})
    if kind in _OBSERVED:
        observable, name = _OBSERVED[kind]
        return _made(observable, {name: value})
    if kind in _HASHES:
        return _made("file", {"hashes": {_HASHES[kind]: value}})
    if kind == "AS" and value.upper().removeprefix("AS").isdecimal():
        return _made("autonomous-system", {"number": int(value.upper().removeprefix("AS"))})
    return _pair(kind, *value.partition("|")[::2])


def _pair(kind: str, first: str, second: str) -> Made | None:
    if kind == "domain|ip" and second:
        both = (observed("domain", first), observed("ip-dst", second))
        return [part for found in both for part in found or ()]
    if kind.startswith("filename|") and second and kind.removeprefix("filename|") in _HASHES:
        hashes = {_HASHES[kind.removeprefix("filename|")]: second}
        return _made("file", {"name": first, "hashes": hashes})
    return None


def file_of(said: Json) -> Made | None:
    """Return the bytes and the name of a file that is in an attribute, or None."""
    data = said.get("data")
    if said["type"] not in _FILES or not isinstance(data, str) or not data:
        return None
    packed = {
        "mime_type": "application/zip",
        "encryption_algorithm": "mime-type-indicated",
        "decryption_key": "infected",
    }
    artifact = {"payload_bin": data} | (packed if said["type"] == "malware-sample" else {})
    made = _made("artifact", artifact)
    name, _, digest = said["value"].partition("|")
    facts = {"name": name} | ({"hashes": {"MD5": digest}} if digest else {})
    named = _made("file", facts)
    if not made or not named:
        return made
    return [*made, named[0] | {"content_ref": made[0]["id"]}]


def _made(kind: str, properties: dict[str, Any]) -> Made | None:
    if "" in properties.values():
        return None
    try:
        identifier = observable_id(kind, properties)
    except LegationError:
        return None
    return [{"type": kind, "spec_version": SPEC, "id": identifier, **properties}]


def _terms(part: Json) -> Iterator[str]:
    kind = part["type"]
    for name, said in part.items():
        if name == "hashes":
            for algorithm, digest in said.items():
                yield pattern_of(f"file:hashes.'{algorithm}'", digest)
        elif name == "number":
            yield f"[autonomous-system:number = {said}]"
        elif name not in ("type", "spec_version", "id"):
            yield pattern_of(f"{kind}:{name}", said)


def pattern(parts: Iterable[Json]) -> str:
    """Return the pattern that all properties of some observables meet."""
    terms = [term for part in parts for term in _terms(part)]
    return _joined(terms) if len(terms) > 1 else terms[0]


def _joined(terms: Iterable[str]) -> str:
    return f"[{' AND '.join(term[1:-1] for term in terms)}]"
