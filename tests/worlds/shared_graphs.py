"""Graphs of objects, markings and rules, made at random with the truth about them.

Labels are written in the many ways in which people write them: in ids of all families, several at
once, unknown ones, forged definitions, statements, words in `labels`, our extension, and on parts.
"""

from datetime import date
from random import Random
from typing import Any

import msgspec

from legation.rights.purposes import PURPOSES
from legation.safeguards.sharing.gate.context import Account, Context
from legation.safeguards.sharing.gate.policy import Policy
from legation.stix.extensions import extension_id
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp, marking_ref
from worlds.shared_bodies import Bodies
from worlds.shared_truth import (
    COMPARTMENTS,
    DOMAIN,
    FAMILIES,
    LADDER,
    NOBODY,
    OBSERVED,
    PARTIES,
    SECRET,
    TELLING,
    TODAY,
    UNKNOWN,
    Graph,
    Value,
)

_OPEN = [one.key for one in PURPOSES if one.use == "open" and one.key != "look-for-likenesses"]


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


class _Maker(Bodies):
    """Makes one graph."""

    def __init__(self, random: Random) -> None:
        policy = random_policy(random)
        super().__init__(random, Graph([], policy, Context(secret=SECRET, today=TODAY)))
        self._default = random.choice([Tlp.GREEN, Tlp.AMBER, Tlp.RED])
        self._definitions: list[Value] = []

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
