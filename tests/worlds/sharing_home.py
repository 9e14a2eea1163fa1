"""A home with two partners, and a campaign to be shared with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

import msgspec

from legation.app.home import Home
from legation.app.sharing.aligning import put_in_force
from legation.app.sharing.outgoing import Outgoing
from legation.app.sharing.recalling import Had, Recalling
from legation.app.sharing.roster import Roster
from legation.app.sharing.serving import taxii_server
from legation.crypto.key_files import UNPROTECTED
from legation.crypto.keys import KeySet
from legation.safeguards.sharing.taxii.asking import Asked
from legation.stix.tlp import Tlp, marking_ref
from legation.store.opening import Store

from .gates import Clock
from .homes import new_home

POLICY = b"""
partner = "QMA"
until = 2030-01-01
[sharing]
tlp = "green"
attribution = "named"
[action]
pap = "red"
[types]
send = ["*"]
[persons]
rule = "redact"
"""


def made(kind: str, number: int, tlp: Tlp, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{number:08d}-0000-4000-8000-000000000000",
        "created": "2026-01-01T10:20:30.000Z",
        "modified": "2026-01-01T10:20:30.000Z",
        "object_marking_refs": [marking_ref(tlp)],
        **more,
    }


GREEN = made("campaign", 1, Tlp.GREEN, name="letters to editors")
AMBER = made("campaign", 2, Tlp.AMBER, name="what only we know")
TOOL = made("tool", 1, Tlp.GREEN, name="a printer")
USES = made("relationship", 1, Tlp.GREEN, relationship_type="uses",
            source_ref=GREEN["id"], target_ref=TOOL["id"])  # fmt: skip
TIED = made("relationship", 2, Tlp.GREEN, relationship_type="related-to",
            source_ref=GREEN["id"], target_ref=AMBER["id"])  # fmt: skip


@final
class SharingHome:
    """A home with two partners."""

    def __init__(self, home: Home, store: Store, clock: Clock) -> None:
        self.home, self.store, self.clock = home, store, clock
        self.roster = Roster(store, clock, "test")
        self.tokens = {}
        for name, party in (("Aldria", "QMA"), ("Bevora", "QMB")):
            self.roster.add(name, party=party)
            self.tokens[name] = self.roster.let_in(name)
        store.objects.put_many(msgspec.json.encode(one) for one in (GREEN, AMBER, TOOL, USES, TIED))

    def out(self, actor: str = "command line") -> Outgoing:
        scope = self.home.library(self.store, actor).scope()
        return Outgoing(scope, self.home.keys(UNPROTECTED))

    def keys(self) -> KeySet:
        return self.home.keys(UNPROTECTED)

    def recalling(self) -> Recalling:
        return Recalling(self.home.library(self.store, "command line").scope())

    def recall(self, *ids: str, reason: str = "a mistake") -> list[Had]:
        """Take objects back from all who were sent them."""
        return self.recalling().recall(ids, reason, self.keys)

    def policy(self, name: str = "Aldria", text: bytes = POLICY) -> None:
        scope = self.home.library(self.store, "command line").scope()
        put_in_force(scope, name, text, "x.toml", self.keys)

    def read(self, name: str, status: int = 200) -> list[Any]:
        """Return what a partner reads by TAXII."""
        server = taxii_server(self.store, self.clock)
        partner = self.store.partners.get(name)
        number = partner.outbox
        reached = self.store.collections.granted(partner.partner_id)
        collection = next(one.collection_id for one in reached if one.number == number)
        answer = server.answer(
            Asked(
                method="GET",
                path=f"/taxii2/exchange/collections/{collection}/objects/",
                headers={"authorization": f"Bearer {self.tokens[name]}"},
            )
        )
        server.end()
        if answer.status == status != 200:
            return []
        assert answer.status == 200
        found: list[Any] = msgspec.json.decode(answer.body).get("objects", [])
        return found


@contextmanager
def sharing_home(folder: Path) -> Iterator[SharingHome]:
    """Make it, and close it at the end."""
    clock = Clock()
    home = new_home(folder, clock)
    with home.store() as store:
        yield SharingHome(home, store, clock)
