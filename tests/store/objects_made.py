"""STIX objects as bytes, for the store's tests."""

from typing import Any

import msgspec

from legation.rights.clearance import Clearance
from legation.stix.extensions import carry
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp

CAMPAIGN = "campaign--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a01"
OTHER = "campaign--0e0fa2e4-6d1c-4a5b-9d39-2d6a3f9e1a02"
ACCOUNT = "user-account--0d5b424b-93b8-5cd8-ac36-306e1789d63c"
RELATION = "relationship--57b56a43-b8b0-4cba-9deb-34e3e1faed9e"
IDENTITY = "identity--023d105b-752e-4e3c-941c-7d3f3cb15e9e"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
CREATED = "2026-02-01T00:00:00.000Z"


def encoded(value: dict[str, Any]) -> bytes:
    return msgspec.json.encode(value)


def campaign(
    modified: str = "2026-02-01T00:00:00.000Z", object_id: str = CAMPAIGN, **more: Any
) -> bytes:
    return encoded(
        {
            "type": "campaign",
            "spec_version": "2.1",
            "id": object_id,
            "created": CREATED,
            "modified": modified,
            "name": "Spring",
            **more,
        }
    )


def account(**more: Any) -> bytes:
    return encoded({"type": "user-account", "spec_version": "2.1", "id": ACCOUNT, **more})


def relation(source: str, target: str, object_id: str = RELATION, **more: Any) -> bytes:
    return encoded(
        {
            "type": "relationship",
            "spec_version": "2.1",
            "id": object_id,
            "created": CREATED,
            "modified": CREATED,
            "relationship_type": "attributed-to",
            "source_ref": source,
            "target_ref": target,
            **more,
        }
    )


def marking(object_id: str = GREEN, **more: Any) -> bytes:
    return encoded(
        {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": object_id,
            "created": CREATED,
            "name": "TLP:GREEN",
            **more,
        }
    )


def numbered(number: int) -> str:
    return f"campaign--0e0fa2e4-6d1c-4a5b-9d39-{number:012x}"


def labelled_by(**content: Any) -> dict[str, Any]:
    """Return the property that carries a label."""
    return {"extensions": carry("label", content)}


def cleared(**held: Any) -> Clearance:
    """Return a clearance for all levels, for no rung, compartment or party unless it is named."""
    nothing: dict[str, Any] = {"levels": frozenset(), "compartments": frozenset(), "party": ""}
    return Clearance(**{"tlp": Tlp.RED, "pap": Pap.RED, **nothing, **held})
