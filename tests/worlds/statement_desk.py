"""A desk with a register of statements, and the people who draft, approve and publish."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, final

import httpx
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.home import Home
from legation.app.jobs import InlineJobs, Runner
from legation.app.libraries import Libraries
from legation.app.statements.directories import Changes
from legation.app.statements.directories import draft as next_version
from legation.app.statements.directories import sign as sign_version
from legation.app.statements.drafts import read, told
from legation.app.statements.house import ISSUER_KEY, ROOT_KEY, Beginning
from legation.app.statements.keys import make_key, open_signer
from legation.app.statements.shelf import Shelf
from legation.app.work import works
from legation.crypto.codes import fingerprint
from legation.crypto.directory.files import read_directory_file, write_directory_file
from legation.crypto.holder_files import Kind
from legation.crypto.key_files import UNPROTECTED, Passphrase
from legation.desk.gate import Gate, form_token
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.rights.roles import Role
from legation.safeguards.statements.key_directories import directories_in, put_directory
from legation.store.opening import Store

from .gates import Clock
from .homes import new_home
from .people import ALL, enrolled

SITE: Final = "http://127.0.0.1:8321"
ISSUER: Final = "Ministry of Aldria"
ORIGIN: Final = "statements.aldria.example/log"
PASSPHRASE: Final = "seven quiet herons cross the harbour"  # noqa: S105 - of a test
OTHER_KEY: Final = "other-issuer.key"
TEXT: Final = "The harbour stays open.\nNo ship was turned away on 3 May, and none will be."
PEOPLE: Final[dict[str, tuple[Role, ...]]] = {
    "Pia": ("press",),
    "Pol": ("policy",),
    "Lea": ("legal",),
    "Sam": ("security officer",),
    "Ana": ("analyst",),
}


def begin_register(home: Home) -> Shelf:
    """Begin the register of a home."""
    shelf = Shelf(home.folder, home.now)
    said = Beginning(origin=ORIGIN, issuer=ISSUER, name="Keys of Aldria")
    shelf.house.begin(said, Passphrase(PASSPHRASE))
    return shelf


def let_speak(shelf: Shelf, issuer: str) -> None:
    """Let another issuer speak, by a key of its own beside the first one's."""
    house, passphrase = shelf.house, Passphrase(PASSPHRASE)
    keys = shelf.folder / "private" / "keys"
    make_key(keys / OTHER_KEY, Kind.ISSUER, passphrase)
    before, now = list(directories_in(house.public).values()), shelf.now()
    changes = Changes(issuers=[(issuer, Path(f"{keys / OTHER_KEY}.pub"))])
    newest = read_directory_file(before[-1])
    changed = next_version(newest, changes, now)
    with open_signer(keys / ROOT_KEY, Kind.ROOT, passphrase) as signer:
        data = write_directory_file(sign_version(changed, signer))
    put_directory(house.public, data, house.anchor, now)
    house.remake()


def change_speaker(shelf: Shelf) -> None:
    """Put the other issuer's key in the place of the one by which the desk signs, and back."""
    keys = shelf.folder / "private" / "keys"
    for one, other in ((ISSUER_KEY, "aside"), (OTHER_KEY, ISSUER_KEY), ("aside", OTHER_KEY)):
        (keys / one).rename(keys / other)


@final
class StatementDeskWorld:
    """The desk, its store, and a browser for each person."""

    def __init__(self, home: Home, store: Store, clock: Clock) -> None:
        self.home, self.store, self.clock = home, store, clock
        self.work = DeskWork(home, store, InlineJobs(Runner(home, UNPROTECTED, works()), store))
        self.shelf = self.work.shelf
        self._held = ExitStack()
        entrance = Entrance(store, clock, home.rules(store))
        gate = Gate(entrance, guest=None, binding=Binding(), now=clock)
        reading = StoredReading(home.library(store, "desk"), Libraries(home, store))
        app = build_app(reading, banner=None, gate=gate, work=self.work)
        self.client = self._held.enter_context(TestClient(app, base_url=SITE))
        self._entrance = entrance
        self.ids: dict[str, str] = {}
        self._secrets: dict[str, str] = {}

    def let_in(self, name: str, *roles: Role, held: Any = ALL) -> None:
        """Let somebody in."""
        self._secrets[name] = enrolled(self.store, self.clock, name, *roles, held=held)
        self.ids[name] = self.store.people.get(name).person_id
        session = fingerprint(self._secrets[name])  # as if the passkey was shown just now
        self.store.sessions.prove(session)

    def get(self, name: str, path: str, status: int = 200) -> httpx.Response:
        """Ask for a page as somebody."""
        answer = self.client.get(path, headers=self._cookie(name), follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer

    def post(
        self, name: str, path: str, status: int = 303, files: Any = None, **fields: Any
    ) -> httpx.Response:
        """Send a form as somebody."""
        own = {"origin": SITE, "sec-fetch-site": "same-origin"}
        answer = self.client.post(
            path,
            data={"form_token": form_token(self._secret(name)), **fields},
            files=files,
            headers=self._cookie(name) | own,
            follow_redirects=False,
        )
        assert answer.status_code == status, answer.text
        return answer

    def draft(self, name: str = "Pia", **changed: Any) -> int:
        """Draft a statement as somebody; return its number among drafts."""
        place = self.post(name, "/statements", **{**FIELDS, **changed}).headers["location"]
        return int(place.rpartition("/")[2])

    def seen(self, draft: int) -> str:
        """Return the number of a draft's last entry."""
        return str(self.store.statements.get(draft).seq)

    def act(self, name: str, draft: int, act: str, status: int = 303, **fields: Any) -> str:
        """Do something to a draft as somebody who has just read it; return the page."""
        given = {"seen": self.seen(draft), **fields}
        return self.post(name, f"/draft/{draft}/{act}", status, **given).text

    def approve(self, name: str, draft: int, status: int = 303) -> str:
        """Approve the wording that stands there."""
        page = self.get(name, f"/draft/{draft}").text
        found = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
        assert found
        return self.act(name, draft, "approve", status, sha256=found[1])

    def publish(self, name: str, draft: int, status: int = 303, **fields: Any) -> str:
        """Sign and publish a draft as somebody who types the passphrase."""
        return self.act(name, draft, "publish", status, **{"passphrase": PASSPHRASE, **fields})

    def number(self, draft: int) -> str:
        """Return the number of the statement that a draft became."""
        return self.store.statements.get(draft).number

    def place(self, draft: int) -> str:
        """Return the address of the statement that a draft became."""
        issued = told(map(read, self.store.statements.entries(draft))).issued
        assert issued
        place = f"/statement/{issued.index}"
        assert f'href="{place}"' in self.get("Ana", f"/draft/{draft}").text
        return place

    def state(self, draft: int) -> str:
        """Return how a draft stands."""
        return self.store.statements.get(draft).state

    def close(self) -> None:
        """Close the browser."""
        self._held.close()

    def _cookie(self, name: str) -> dict[str, str]:
        return {"cookie": f"legation-session={self._secret(name)}"}

    def _secret(self, name: str) -> str:
        if name not in self._secrets:
            self.let_in(name, *PEOPLE[name])
        return self._secrets[name]


FIELDS: Final[dict[str, Any]] = {
    "issuer": ISSUER,
    "office": "Press office",
    "language": ["en", "ar"],
    "text": [TEXT, "الميناء مفتوح.\nلم تُرفض أي سفينة."],
    "tlp": "green",
}


@contextmanager
def statement_desk(folder: Path, *, register: bool = True) -> Iterator[StatementDeskWorld]:
    """Open such a desk over a new home."""
    clock = Clock()
    home = new_home(folder / "home", clock)
    if register:
        begin_register(home)
    with home.store() as store:
        world = StatementDeskWorld(home, store, clock)
        try:
            yield world
        finally:
            world.close()
