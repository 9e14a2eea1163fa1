"""What is true of a graph of objects that is handed to the gate.

Each object, and each part under a marking of its own, bears a token that stands nowhere else, and
the world knows under which label the token stands: it chose the label before it wrote the
markings. So whoever finds a token in what left can tell whether it may be there, without asking
the code that decided. What an object tells of is written down here once more, in the plainest way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from legation.safeguards.sharing.gate.context import Context
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Family, Tlp

Value = dict[str, Any]
TODAY = date(2026, 11, 27)
SECRET = b"the secret of an invented house."
LADDER = ("restricted", "secret")
COMPARTMENTS = ("talks", "radar")
PARTIES = ("QMA", "QMB", "QMC")
FAMILIES: tuple[Family, ...] = ("oasis", "opencti", "tlp1")
NOBODY = Label(tlp=Tlp.RED, pap=Pap.RED, compartments=("of nobody",))
UNKNOWN = Label(tlp=Tlp.RED, pap=Pap.RED)

DOMAIN = (
    "identity", "identity", "campaign", "threat-actor", "indicator", "malware", "attack-pattern",
    "infrastructure", "location", "intrusion-set", "x-thing",
)  # fmt: skip
OBSERVED = (
    "ipv4-addr", "domain-name", "url", "file", "artifact", "user-account", "email-addr",
    "email-message", "network-traffic", "directory",
)  # fmt: skip
TELLING = (
    "relationship", "relationship", "sighting", "note", "opinion", "report", "grouping",
    "observed-data", "language-content",
)  # fmt: skip
# What is told of, and what is listed, by type.
_TOLD = {
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref", "observed_data_refs", "where_sighted_refs"),
    "note": ("object_refs",),
    "opinion": ("object_refs",),
    "language-content": ("object_ref",),
}


@dataclass
class Graph:
    """What is handed to the gate, with the truth about it.

    Attributes:
        objects: In the order in which they were made.
        policy: The partner's.
        context: What the desk knows.
        tokens: The label under which each token stands, by itself.
        owner: The object that bears each token.
        newest: The newest version of each object.
        own: What each object's label is, by id, without what it tells of.
    """

    objects: list[Value]
    policy: Policy
    context: Context
    tokens: dict[str, Label] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    newest: dict[str, Value] = field(default_factory=dict)
    own: dict[str, Label] = field(default_factory=dict)

    def truth(self, name: str) -> Label:
        """Return the label of an object with all that it tells of, by walking."""
        found, waiting, seen = self.own[name], [name], {name}
        while waiting:
            for other in told_of(self.newest[waiting.pop()]):
                if other not in self.newest:
                    found = found.joined(UNKNOWN)
                elif other not in seen:
                    seen.add(other)
                    found = found.joined(self.own[other])
                    waiting.append(other)
        return found

    def token_label(self, token: str) -> Label:
        """Return the label under which a token stands, with that of its object."""
        return self.tokens[token].joined(self.truth(self.owner[token]))


def told_of(value: Value) -> list[str]:
    """Return the ids of what an object tells of."""
    found: list[str] = []
    for name in _TOLD.get(value["type"], ()):
        part = value.get(name, [])
        found += part if isinstance(part, list) else [part]
    if value["type"] == "grouping":
        found += [one for one in value.get("object_refs", []) if one.startswith("campaign--")]
    return found


def references(value: Any, name: str = "") -> Iterator[str]:
    """Yield every id that stands where a reference is meant, at any depth."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from references(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from references(part, name)
    elif isinstance(value, str) and name.endswith(("_ref", "_refs")) and "--" in value:
        yield value


def may_know(label: Label, policy: Policy) -> bool:
    """Tell whether a policy lets its partner know what stands under a label."""
    rungs = LADDER[: LADDER.index(policy.sharing.level) + 1] if policy.sharing.level else ()
    return (
        str(label.tlp).removeprefix("TLP:").lower() in _up_to(policy.sharing.tlp)
        and label.pap.name.lower() in _up_to(policy.action.pap)
        and set(label.levels) <= set(rungs)
        and set(label.compartments) <= set(policy.sharing.compartments)
        and (not label.restricted or policy.partner in label.releasable_to)
    )


def _up_to(ceiling: str) -> list[str]:
    order = ["clear", "green", "amber", "amber+strict", "red"]
    return order[: order.index(ceiling) + 1]
