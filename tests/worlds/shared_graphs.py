"""Graphs of objects, markings and rules, made at random with the truth about them.

Each object, and each part under a marking of its own, bears a token that stands nowhere else, and
the world knows under which label the token stands: it chose the label before it wrote the
markings, in one of the many ways in which people write them. So whoever finds a token in what left
can tell whether it may be there, without asking the code that decided. What an object tells of is
written down here once more, too, and in the plainest way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import msgspec

from legation.rights.purposes import PURPOSES
from legation.safeguards.sharing.gate.context import Account, Context
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.extensions import extension_id
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Family, Tlp, marking_ref

Value = dict[str, Any]
TODAY = date(2026, 11, 27)
SECRET = b"the secret of an invented house."
LADDER = ("restricted", "secret")
COMPARTMENTS = ("talks", "radar")
PARTIES = ("QMA", "QMB", "QMC")
FAMILIES: tuple[Family, ...] = ("oasis", "opencti", "tlp1")
NOBODY = Label(tlp=Tlp.RED, pap=Pap.RED, compartments=("of nobody",))
UNKNOWN = Label(tlp=Tlp.RED, pap=Pap.RED)
_OPEN = [one.key for one in PURPOSES if one.use == "open" and one.key != "look-for-likenesses"]

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


def random_graph(random: Random, *, most: int = 12) -> Graph:
    """Return a graph of up to so many objects, and as many that tell of them."""
    return _Maker(random).graph(most)


def random_policy(random: Random) -> Policy:
    """Return a policy: often wide, so that much leaves, sometimes odd."""
    wide = random.random() < 0.7
    rule = random.choice(["redact", "redact", "redact", "hold", "send"])
    value = {
        "partner": random.choice(PARTIES),
        "until": date(2026, 12, 31),
        "action": {"pap": random.choice(["clear", "green", "amber", "red"])},
        "sharing": {
            "tlp": random.choice(["clear", "green", "amber", "amber+strict", "red"]),
            "level": random.choice(["", *LADDER]),
            "compartments": random.sample(COMPARTMENTS, random.randint(0, 2)),
            "attribution": random.choice(["named", "pseudonym", "anonymous"]),
            "affected": random.choice(["name", "obfuscate"]),
            "tlp_family": random.choice(FAMILIES),
        },
        "types": {
            "send": ["*"] if wide else sorted(set(random.sample((*DOMAIN, *TELLING), 10))),
            "custom": random.choice([[], ["*"], ["x-thing"]]),
            "hold": [] if wide else [random.choice((*DOMAIN, *OBSERVED))],
        },
        "persons": {"rule": rule} | ({"purpose": random.choice(_OPEN)} if rule == "send" else {}),
        "redaction": {
            "times": random.choice(["exact", "second", "hour", "day"]),
            "strip_bodies": random.random() < 0.5,
            "strip_notes": random.random() < 0.3,
            "sightings": random.choice(["counts", "full"]),
        },
    }
    return msgspec.convert(value, Policy)


def _up_to(ceiling: str) -> list[str]:
    order = ["clear", "green", "amber", "amber+strict", "red"]
    return order[: order.index(ceiling) + 1]


class _Maker:
    """Makes one graph."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._made = 0
        self._default = random.choice([Tlp.GREEN, Tlp.AMBER, Tlp.RED])
        self._definitions: list[Value] = []
        self._graph = Graph([], random_policy(random), Context(secret=SECRET, today=TODAY))

    def graph(self, most: int) -> Graph:
        """Make the graph."""
        random, graph = self._random, self._graph
        for _ in range(random.randint(1, most)):
            self._add(random.choice(OBSERVED if random.random() < 0.4 else DOMAIN))
        for _ in range(random.randint(0, most)):
            self._add(random.choice(TELLING))
        names = sorted(graph.newest)
        house = [name for name in names if name.startswith("identity--")][:1]
        roster = random.sample(names, min(len(names), random.choice([0, 0, 0, 1])))
        shelved = [one for one in self._definitions if random.random() < 0.5]
        graph.objects += [one for one in self._definitions if one not in shelved]
        if random.random() < 0.2:
            graph.objects.append(random.choice(graph.objects))
        graph.context = Context(
            secret=SECRET,
            today=TODAY,
            default=self._default,
            ladder=LADDER,
            house=frozenset(house),
            roster=frozenset(roster),
            names=("Ilse Quartz", "+999 20 7946 0018", "i.quartz@mail.example"),
            accounts=(Account("quartz_ilse", "perch"),),
            definitions=tuple(shelved),
        )
        return graph

    def _add(self, kind: str) -> None:
        random, graph = self._random, self._graph
        value = self._bare(kind)
        label = self._mark(value)
        self._token(value, label)
        self._mark_part(value, label)
        graph.newest[value["id"]], graph.own[value["id"]] = value, label
        graph.objects.append(value)
        if "modified" in value and random.random() < 0.15:
            self._older(value)

    def _older(self, value: Value) -> None:
        """Add a version of before, often under a wider marking: it must not leave."""
        token = self._name()
        self._graph.stale.add(token)
        older = {**value, "modified": value["created"], "x_note": token}
        older.pop("granular_markings", None)
        older["object_marking_refs"] = [marking_ref(Tlp.CLEAR)]
        if older["modified"] != value["modified"]:
            self._graph.objects.insert(0, older)

    def _token(self, value: Value, label: Label) -> None:
        token = self._name()
        place = "name" if value["type"] in DOMAIN else "x_note"
        value[place] = f"{value.get(place, '')} {token}".strip()
        self._graph.tokens[token], self._graph.owner[token] = label, value["id"]

    def _name(self) -> str:
        self._made += 1
        return f"zq{self._made:05d}qz"

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}--{self._random.getrandbits(32):08x}-0000-4000-8000-{self._made:012d}"

    def _time(self) -> str:
        random = self._random
        return (
            f"2026-{random.randint(1, 9):02d}-{random.randint(1, 28):02d}T{random.randint(0, 23):02d}"
            f":{random.randint(0, 59):02d}:{random.randint(0, 59):02d}.{random.randint(0, 999):03d}Z"
        )

    # Objects.

    def _bare(self, kind: str) -> Value:
        random = self._random
        value: Value = {"type": kind, "id": self._id(kind)}
        if kind not in OBSERVED:
            created, modified = sorted([self._time(), self._time()])
            value |= {"spec_version": "2.1", "created": created, "modified": modified}
            author = self._some("identity", 1)
            if author and random.random() < 0.5:
                value["created_by_ref"] = author[0]
        value |= getattr(self, "_" + kind.replace("-", "_"), dict)()
        if kind not in OBSERVED and random.random() < 0.4:
            value["description"] = random.choice([
                "Ilse Quartz was there",
                "of no person",
                f"compare {random.choice(sorted(self._graph.newest) or ['nothing'])}",
                "mail to i.quartz@mail.example or @quartz_ilse",
            ])  # fmt: skip
        if kind not in OBSERVED and random.random() < 0.3:
            value["external_references"] = [
                {"source_name": "page", "url": "https://page.example/1"},
                {"source_name": "other", "external_id": "2"},
            ][: random.randint(1, 2)]
        if random.random() < 0.1:
            value["extensions"] = {
                "extension-definition--aaaaaaaa-0000-4000-8000-000000000001": {
                    "extension_type": "property-extension",
                    "deep": [{"thing_ref": one} for one in self._some("", 2)] or ["none"],
                }
            }
        return value

    def _some(self, kind: str, most: int, *, least: int = 0) -> list[str]:
        known = [name for name in sorted(self._graph.newest) if name.startswith(kind)]
        size = min(len(known), self._random.randint(least, most))
        found = self._random.sample(known, size)
        if self._random.random() < 0.05:
            found.append(self._id(kind or "campaign"))
        return found[:most]

    def _one(self, kind: str = "") -> str:
        found = self._some(kind, 1, least=1)
        return found[0] if found else self._id(kind or "malware")

    def _identity(self) -> Value:
        classes = [{"identity_class": one} for one in ("individual", "organization")]
        return {"name": "Body", **self._random.choice([*classes, {}])}

    def _campaign(self) -> Value:
        return {"name": "Campaign", "first_seen": "2026-01-01T10:11:12Z"}

    def _threat_actor(self) -> Value:
        return {"name": "Actor"} | self._random.choice([{}, {"resource_level": "individual"}])

    def _indicator(self) -> Value:
        first = self._time()
        value = {"pattern": "[domain-name:value = 'a.example']", "pattern_type": "stix"}
        if self._random.random() < 0.3:
            value["pattern"] = "[email-addr:value = 'i.quartz@mail.example']"
        later = first[:17] + "59.999Z"
        return value | {"valid_from": first} | self._random.choice([{}, {"valid_until": later}])

    def _malware(self) -> Value:
        return {"name": "Ware", "is_family": False}

    def _attack_pattern(self) -> Value:
        return {"name": "Technique"}

    def _infrastructure(self) -> Value:
        return {"name": "Hosts"}

    def _intrusion_set(self) -> Value:
        return {"name": "Set"}

    def _location(self) -> Value:
        return {"country": "QM"}

    def _x_thing(self) -> Value:
        return {"x_link_refs": found} if (found := self._some("", 2)) else {"x_other": 3}

    def _ipv4_addr(self) -> Value:
        return {"value": f"198.51.100.{self._random.randint(1, 99)}"}

    def _domain_name(self) -> Value:
        found = self._some("ipv4-addr", 2)
        return {"value": "b.example"} | ({"resolves_to_refs": found} if found else {})

    def _url(self) -> Value:
        return {"value": self._random.choice(["https://c.example/x", "https://x.com/quartz_ilse"])}

    def _file(self) -> Value:
        found = self._some("artifact", 1)
        return {"name": "a.doc"} | ({"content_ref": found[0]} if found else {})

    def _artifact(self) -> Value:
        payload = {"payload_bin": "SWxzZSBRdWFydHo="}
        hashed = {"url": "https://d.example/e", "hashes": {"SHA-256": "ab" * 32}}
        return self._random.choice([payload, hashed])

    def _user_account(self) -> Value:
        return {"user_id": self._random.choice(["quartz_ilse", "other"]), "account_type": "perch"}

    def _email_addr(self) -> Value:
        found = self._some("user-account", 1)
        value = {"value": "i.quartz@mail.example"}
        return value | ({"belongs_to_ref": found[0]} if found else {})

    def _email_message(self) -> Value:
        found = self._some("email-addr", 2)
        value: Value = {"is_multipart": False, "subject": "Hello", "body": "Dear Ilse Quartz"}
        return value | ({"from_ref": found[0], "to_refs": found} if found else {})

    def _network_traffic(self) -> Value:
        found = self._one("ipv4-addr")
        return {"protocols": ["tcp"], "src_ref": found, "start": self._time()}

    def _directory(self) -> Value:
        found = self._some("file", 2) + self._some("directory", 1)
        value = {"path": "C:\\Users\\quartz_ilse\\x"}
        return value | ({"contains_refs": found} if found else {})

    def _relationship(self) -> Value:
        kind = self._random.choice(["targets", "related-to", "uses"])
        return {"relationship_type": kind, "source_ref": self._end(), "target_ref": self._end()}

    def _end(self) -> str:
        # No arrow begins or ends at one of these.
        barred = ("relationship--", "sighting--", "language-content--")
        found = self._one()
        return self._id("malware") if found.startswith(barred) else found

    def _sighting(self) -> Value:
        value: Value = {"sighting_of_ref": self._one("campaign"), "count": 3}
        for name, kind in (("observed_data_refs", "observed-data"), ("where_sighted_refs", "iden")):
            if found := self._some(kind, 2) if kind != "iden" else self._some("identity", 2):
                value[name] = found
        return value

    def _listing(self) -> list[str]:
        return self._some("", 4, least=1) or [self._id("campaign")]

    def _note(self) -> Value:
        value = {"content": "Ilse Quartz told it", "object_refs": self._listing()}
        return value | self._random.choice([{}, {"abstract": "told", "authors": ["Mary Basalt"]}])

    def _opinion(self) -> Value:
        return {"opinion": "agree", "object_refs": self._listing()}

    def _report(self) -> Value:
        return {"name": "Report", "published": self._time(), "object_refs": self._listing()}

    def _grouping(self) -> Value:
        return {"context": "suspicious-activity", "object_refs": self._listing()}

    def _observed_data(self) -> Value:
        seen = self._time()
        return {
            "first_observed": seen,
            "last_observed": seen,
            "number_observed": 1,
            "object_refs": self._listing(),
        }

    def _language_content(self) -> Value:
        target = self._one()
        value = {"object_ref": target, "contents": {"de": {"name": "Ein Name"}}}
        version = self._graph.newest.get(target, {}).get("modified")
        return value | ({"object_modified": version} if version else {})

    # Markings.

    def _mark(self, value: Value) -> Label:
        """Choose a label, and write it in one of the ways in which people do."""
        way = self._random.choice(
            ["none", "level", "level", "level", "level", "two", "unknown", "forged", "forged level",
             "statement", "words", "strange", "tag", "label", "label", "unreadable", "pap"]
        )  # fmt: skip
        return getattr(self, "_by_" + way.replace(" ", "_"))(value)  # type: ignore[no-any-return]

    def _level(self, *, most: Tlp = Tlp.RED) -> tuple[Tlp, str]:
        """Choose a level, the wider ones more often, and an id that says it."""
        weights = [5, 5, 4, 2, 1][: most + 1]
        level = self._random.choices(list(Tlp)[: most + 1], weights)[0]
        family = self._random.choice(FAMILIES)
        # TLP 1 cannot say AMBER+STRICT.
        family = "oasis" if family == "tlp1" and level is Tlp.AMBER_STRICT else family
        return level, marking_ref(level, family)

    def _defined(self, **content: Any) -> str:
        value = {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": self._id("marking-definition"),
            "created": self._time(),
        }
        self._definitions.append(value | content)
        return str(value["id"])

    def _by_none(self, value: Value) -> Label:
        del value
        return Label(tlp=self._default)

    def _by_level(self, value: Value) -> Label:
        level, ref = self._level()
        value["object_marking_refs"] = [ref]
        return Label(tlp=level)

    def _by_two(self, value: Value) -> Label:
        (one, first), (other, second) = self._level(), self._level()
        value["object_marking_refs"] = [first] if first == second else [first, second]
        return Label(tlp=max(one, other))

    def _by_unknown(self, value: Value) -> Label:
        value["object_marking_refs"] = [self._level()[1], self._id("marking-definition")]
        return UNKNOWN

    def _by_forged(self, value: Value) -> Label:
        ref = self._defined(name="TLP:CLEAR", definition_type="tlp", definition={"tlp": "white"})
        value["object_marking_refs"] = [ref]
        return UNKNOWN

    def _by_forged_level(self, value: Value) -> Label:
        ref = marking_ref(Tlp.RED, self._random.choice(FAMILIES))
        said = {"definition_type": "tlp", "definition": {"tlp": "white"}, "name": "TLP:WHITE"}
        self._defined(**said)
        self._definitions[-1]["id"] = ref
        value["object_marking_refs"] = [ref]
        # It is not the partner's to know what somebody forged: RED as the id says, and PAP:RED.
        return Label(tlp=Tlp.RED)

    def _by_statement(self, value: Value) -> Label:
        said = {"statement": self._random.choice(["Terms of use", "(c) Ilse Quartz"])}
        ref = self._defined(definition_type="statement", definition=said)
        level, other = self._level()
        alone = self._random.random() < 0.5
        value["object_marking_refs"] = [ref] if alone else [ref, other]
        return Label(tlp=self._default if alone else level)

    def _by_words(self, value: Value) -> Label:
        level, _ = self._level()
        said = {"statement": f"Marked {level} by its author"}
        value["object_marking_refs"] = [self._defined(definition_type="statement", definition=said)]
        return Label(tlp=level)

    def _by_strange(self, value: Value) -> Label:
        said = {"definition_type": "iep", "definition": {"name": "a policy"}}
        value["object_marking_refs"] = [self._defined(**said)]
        return UNKNOWN

    def _by_tag(self, value: Value) -> Label:
        (said, _), (marked, ref) = self._level(), self._level()
        if value["type"] in OBSERVED:
            return Label(tlp=self._default)
        value["labels"] = ["seen", str(said).lower()]
        value["object_marking_refs"] = [ref]
        return Label(tlp=max(said, marked))

    def _by_pap(self, value: Value) -> Label:
        pap = self._random.choice(list(Pap))
        said = {"definition_type": "statement", "definition": {"statement": str(pap)}}
        level, ref = self._level()
        value["object_marking_refs"] = [ref, self._defined(**said)]
        return Label(tlp=level, pap=pap)

    def _by_label(self, value: Value) -> Label:
        random = self._random
        level, ref = self._level(most=Tlp.AMBER)
        pap = random.choice([Pap.CLEAR, Pap.CLEAR, Pap.GREEN, Pap.AMBER])
        levels = random.sample(LADDER, random.choice([0, 0, 1]))
        compartments = random.sample(COMPARTMENTS, random.choice([0, 0, 1]))
        parties = sorted(random.sample(PARTIES, random.choice([0, 0, 1, 2])))
        content: Value = {"extension_type": "property-extension", "pap": pap.name.lower()}
        content |= {"levels": levels} if levels else {}
        content |= {"compartments": compartments} if compartments else {}
        content |= {"releasable_to": parties} if parties else {}
        value["object_marking_refs"] = [ref]
        value["extensions"] = {**value.get("extensions", {}), extension_id("label"): content}
        return Label(
            tlp=level,
            pap=pap,
            levels=tuple(levels),
            compartments=tuple(compartments),
            restricted=bool(parties),
            releasable_to=tuple(parties),
        )

    def _by_unreadable(self, value: Value) -> Label:
        content = {"extension_type": "property-extension", "levels": "secret"}
        value["extensions"] = {**value.get("extensions", {}), extension_id("label"): content}
        return NOBODY

    def _mark_part(self, value: Value, label: Label) -> None:
        """Mark a part of some objects, with a token of its own in it."""
        if self._random.random() > 0.35 or value["type"] in OBSERVED:
            return
        token = self._name()
        level, ref = self._level()
        if self._random.random() < 0.2:
            level, ref = Tlp.RED, self._id("marking-definition")
        selector = self._planted(value, token)
        value["granular_markings"] = [{"marking_ref": ref, "selectors": [selector]}]
        part = UNKNOWN if "--0" not in ref and level is Tlp.RED else Label(tlp=level)
        self._graph.tokens[token] = Label(tlp=part.tlp).joined(label)
        self._graph.owner[token] = value["id"]

    def _planted(self, value: Value, token: str) -> str:
        random = self._random
        match random.choice(["description", "row", "deep", "listed"]):
            case "row":
                value["labels"] = [*value.get("labels", []), token, "last"]
                return f"labels.[{len(value['labels']) - 2}]"
            case "deep":
                rows = value.setdefault("external_references", [])
                rows.append({"source_name": "deep", "description": token})
                return f"external_references.[{len(rows) - 1}].description"
            case "listed":
                value["x_custom"] = {"inner": [{"said": "first"}, {"said": token}]}
                return random.choice(["x_custom", "x_custom.inner.[1]", "x_custom.inner.[1].said"])
            case _:
                value["description"] = token
                return "description"
