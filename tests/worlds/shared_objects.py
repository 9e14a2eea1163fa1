"""Small objects for tests of the gate, and a policy that sends what a test does not close."""

from typing import Any

import msgspec

from legation.safeguards.sharing.gate.context import Context, Preview, Verdict
from legation.safeguards.sharing.gate.deciding import decide
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.tlp import Tlp, marking_ref
from worlds.shared_truth import SECRET, TODAY

Value = dict[str, Any]
MADE = "2026-03-01T10:41:07.120Z"


def named(kind: str, number: int) -> str:
    """Return an id."""
    return f"{kind}--00000000-0000-4000-8000-{number:012d}"


def thing(kind: str, number: int, tlp: Tlp | None = Tlp.GREEN, **properties: Any) -> Value:
    """Return an object with versions; without a level when none is given."""
    value: Value = {
        "type": kind,
        "spec_version": "2.1",
        "id": named(kind, number),
        "created": MADE,
        "modified": MADE,
    }
    if tlp is not None:
        value["object_marking_refs"] = [marking_ref(tlp)]
    return value | properties


def seen(kind: str, number: int, tlp: Tlp | None = Tlp.GREEN, **properties: Any) -> Value:
    """Return an observable."""
    value = thing(kind, number, tlp, **properties)
    return {name: part for name, part in value.items() if name not in ("created", "modified")}


def policy(**parts: Any) -> Policy:
    """Return a policy that sends everything up to GREEN as it is, but for what is stated."""
    value: Value = {
        "partner": "QMA",
        "until": "2026-12-31",
        "sharing": {"tlp": "green", "attribution": "named", "affected": "name"},
        "types": {"send": ["*"]},
        "persons": {"rule": "redact"},
        "redaction": {
            "times": "exact",
            "strip_bodies": False,
            "strip_notes": False,
            "sightings": "full",
        },
    }
    for name, part in parts.items():
        value[name] = value.get(name, {}) | part if isinstance(part, dict) else part
    return msgspec.convert(value, Policy)


def context(**parts: Any) -> Context:
    """Return what the desk knows: nothing, but for what is stated."""
    plain = Context(secret=SECRET, today=TODAY, default=Tlp.GREEN)
    return msgspec.structs.replace(plain, **parts)


def verdict(preview: Preview, value: Value) -> Verdict:
    """Return what became of an object."""
    found = [
        one
        for one in preview.verdicts
        if (one.object_id, one.modified) == (value["id"], value.get("modified", ""))
    ]
    assert len(found) == 1
    return found[0]


def left(preview: Preview, value: Value) -> Value | None:
    """Return an object as it leaves; None when it is held."""
    sent = verdict(preview, value).sent_id
    return next((dict(one) for one in preview.leaving if one["id"] == sent), None)


def only(value: Value, rules: Policy | None = None, **parts: Any) -> Value | None:
    """Return a lone object as it leaves; None when it is held."""
    return left(decide([value], rules or policy(), context(**parts)), value)


def why(value: Value, rules: Policy | None = None, **parts: Any) -> tuple[str, ...]:
    """Return what is told of a lone object."""
    return verdict(decide([value], rules or policy(), context(**parts)), value).reasons
