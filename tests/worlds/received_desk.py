"""A desk to which two partners sent, with people of each role, each with a clearance."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, final

import msgspec
from litestar.testing import TestClient

from legation.app.home import Home
from legation.app.sharing.policies import set_policy
from legation.app.sharing.roster import Roster
from legation.app.sharing.taking import post
from legation.crypto.codes import fingerprint
from legation.desk.gate import form_token
from legation.rights.roles import Role
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from legation.store.exchange.partners import Partner
from legation.store.opening import Store

from .case_desk import guarded_desk
from .gates import Clock
from .many_campaigns import HERE, Person
from .people import enrolled
from .sharing_home import GREEN as OURS
from .sharing_home import POLICY, made

PARTNERS: Final = ("Aldria", "Bevora")
# Who may know what: the analyst all, the green one what is for the community.
PEOPLE: Final[dict[str, tuple[Role, Tlp]]] = {
    "Ann": ("analyst", Tlp.RED),
    "Gus": ("analyst", Tlp.GREEN),
    "Cyn": ("security officer", Tlp.RED),
    "Con": ("contact point", Tlp.RED),
    "Pia": ("press", Tlp.RED),
}
# A mark that turns a line around, a script, Arabic letters.
HOSTILE: Final = (
    "سوق </pre><script>document.title='owned'</script> \u202egnihsihp\u202c https://evil.example/"
)
GREEN: Final = made("tool", 11, Tlp.GREEN, name="green printer", confidence=90)
AMBER: Final = made("tool", 12, Tlp.AMBER, name="amber-secret printer")
NOTE: Final = made(
    "note", 13, Tlp.GREEN, content=HOSTILE, abstract=HOSTILE, object_refs=[GREEN["id"], AMBER["id"]]
)
SPIED: Final = made("indicator", 14, Tlp.GREEN, pattern="[url:value = 'https://x.example/']",
                    pattern_type="stix", valid_from="2026-01-01T00:00:00.000Z",
                    name="letters")  # fmt: skip


@final
class ReceivedDesk:
    """Such a desk."""

    def __init__(self, home: Home, store: Store, client: TestClient[Any], clock: Clock) -> None:
        self.home, self.store, self.client, self.clock = home, store, client, clock
        self.roster = Roster(store, clock, "test")
        for name in PARTNERS:
            self.roster.add(name, party="QMA")
        self.people = {
            name: Person(
                client,
                enrolled(store, clock, name, role, held=Held(tlp=tlp, pap=Pap.RED)),
            )
            for name, (role, tlp) in PEOPLE.items()
        }

    def partner(self, name: str = "Aldria") -> Partner:
        return self.store.partners.get(name)

    def come(self, *objects: Any, name: str = "Aldria") -> None:
        """Let a partner send objects, good or not."""
        raws = [one if isinstance(one, bytes) else msgspec.json.encode(one) for one in objects]
        with self.store.transaction():
            post(self.store, self.partner(name), raws, "line", self.clock())

    def policy(self, name: str = "Aldria", text: bytes = POLICY) -> None:
        scope = self.home.library(self.store, "command line").scope()
        set_policy(scope, name, text, "x.toml")

    def proven(self, name: str) -> None:
        self.store.sessions.prove(fingerprint(self.people[name].secret))

    def at(self, value: Any, name: str = "Aldria") -> str:
        """Return the address of an object's page."""
        return f"/received/{self.partner(name).partner_id}/{value['id']}"

    def page(self, who: str, path: str, status: int = 200) -> str:
        return self.people[who].page(path, status)

    def get(self, who: str, path: str) -> Any:
        return self.people[who].get(path)

    def send(self, who: str, content: bytes, name: str = "x.json", **fields: str) -> Any:
        """Send a file as the form does."""
        person = self.people[who]
        own = {"origin": HERE, "sec-fetch-site": "same-origin"}
        return self.client.post(
            "/received/take",
            data={"form_token": form_token(person.secret), **fields},
            files={"file": (name, content)},
            headers=person._cookie() | own,
            follow_redirects=False,
        )


@contextmanager
def received_desk(folder: Path, **given: Any) -> Iterator[ReceivedDesk]:
    """Open such a desk over a new home."""
    with guarded_desk(folder, **given) as (home, store, client, clock):
        store.objects.put_many([msgspec.json.encode(OURS)])
        yield ReceivedDesk(home, store, client, clock)
