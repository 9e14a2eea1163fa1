"""The resources of TAXII 2.1 as they are written (sections 3.6, 4 and 5).

Optional properties that would be empty are left out, lists above all: the standard has no
empty list. Instants have microseconds everywhere.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from legation.safeguards.sharing.taxii.media import STIX, TAXII
from legation.store.exchange.access import Collection
from legation.store.exchange.reading import Entry
from legation.store.values import moment

FIRST: Final = "X-TAXII-Date-Added-First"
LAST: Final = "X-TAXII-Date-Added-Last"


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one object of a request."""

    id: str
    version: str
    message: str = ""


def instant(added_us: int) -> str:
    """Write an instant of the server."""
    return written(moment(added_us))


def written(at: datetime) -> str:
    """Write an aware instant in UTC with microseconds."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def discovery(title: str, contact: str, roots: Sequence[str]) -> dict[str, Any]:
    """Return the discovery resource; roots are addresses, the first is the default."""
    told: dict[str, Any] = {"title": title}
    if contact:
        told["contact"] = contact
    if roots:
        told |= {"default": roots[0], "api_roots": list(roots)}
    return told


def api_root(title: str, largest: int) -> dict[str, Any]:
    """Return an API root resource."""
    return {"title": title, "versions": [TAXII], "max_content_length": largest}


def collection(one: Collection) -> dict[str, Any]:
    """Return a collection resource as its reader reaches it."""
    told: dict[str, Any] = {"id": one.collection_id, "title": one.title}
    if one.description:
        told["description"] = one.description
    if one.alias:
        told["alias"] = one.alias
    return told | {"can_read": one.reads, "can_write": one.writes, "media_types": [STIX]}


def collections(some: Sequence[Collection]) -> dict[str, Any]:
    """Return the collections resource."""
    return {"collections": [collection(one) for one in some]} if some else {}


def envelope(entries: Sequence[Entry], following: str) -> bytes:
    """Return an envelope around the bytes of objects as they are."""
    parts = [_going_on(following)] if following else []
    if entries:
        parts.append(b'"objects":[' + b",".join(entry.raw for entry in entries) + b"]")
    return b"{" + b",".join(parts) + b"}"


def manifest(entries: Sequence[Entry], following: str) -> bytes:
    """Return a manifest resource."""
    parts = [_going_on(following)] if following else []
    if entries:
        records = [
            {
                "id": entry.object_id,
                "date_added": instant(entry.added_us),
                "version": version_of(entry),
                "media_type": STIX,
            }
            for entry in entries
        ]
        parts.append(b'"objects":' + msgspec.json.encode(records))
    return b"{" + b",".join(parts) + b"}"


def versions(entries: Sequence[Entry], following: str) -> bytes:
    """Return a versions resource."""
    parts = [_going_on(following)] if following else []
    if entries:
        parts.append(b'"versions":' + msgspec.json.encode([version_of(one) for one in entries]))
    return b"{" + b",".join(parts) + b"}"


def version_of(entry: Entry) -> str:
    """Return the version of an object; of one that has none, when it was added (section 3.4.1)."""
    return entry.version_text or instant(entry.added_us)


def dates(entries: Sequence[Entry]) -> Mapping[str, str]:
    """Return the headers that say when the first and the last object of a page were added."""
    if not entries:
        return {}
    return {FIRST: instant(entries[0].added_us), LAST: instant(entries[-1].added_us)}


def status(
    status_id: str, at: datetime, successes: Sequence[Detail], failures: Sequence[Detail]
) -> bytes:
    """Return a status resource of a request that is done (section 4.3.1)."""
    told: dict[str, Any] = {
        "id": status_id,
        "status": "complete",
        "request_timestamp": written(at),
        "total_count": len(successes) + len(failures),
        "success_count": len(successes),
    }
    if successes:
        told["successes"] = successes
    told["failure_count"] = len(failures)
    if failures:
        told["failures"] = failures
    return msgspec.json.encode(told | {"pending_count": 0})


def _going_on(following: str) -> bytes:
    return b'"more":true,"next":' + msgspec.json.encode(following)
