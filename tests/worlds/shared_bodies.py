"""Objects made at random, of every kind that a feed has, that point to each other.

Some point to what is nowhere; some name the invented Ilse Quartz or the account that is hers.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from legation.stix.timestamps import Timestamp
from worlds.shared_truth import OBSERVED, Graph, Value


class Bodies:
    """Makes objects without their markings."""

    def __init__(self, random: Random, graph: Graph) -> None:
        self._random = random
        self._graph = graph
        self._made = 0

    def _name(self) -> str:
        self._made += 1
        return f"zq{self._made:05d}qz"

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}--{self._random.getrandbits(32):08x}-0000-4000-8000-{self._made:012d}"

    def _time(self) -> str:
        random = self._random
        second = timedelta(milliseconds=random.randrange(270 * 86_400_000))
        return Timestamp.of(datetime(2026, 1, 1, tzinfo=UTC) + second).text

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
        value = {"path": "/srv/users/quartz_ilse/x"}
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
