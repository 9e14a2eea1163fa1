"""A desk with people who deal with cases, each signed in with a passkey that was just shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, final

from litestar.testing import TestClient
from sqlalchemy import event

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.libraries import Libraries
from legation.crypto.codes import fingerprint
from legation.crypto.key_files import UNPROTECTED
from legation.desk.gate import Gate
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.rights.roles import Role
from legation.settings import Settings
from legation.store.opening import Store

from .gates import Clock
from .homes import make_home
from .many_campaigns import HERE, Person
from .people import enrolled

_NOT_ASKED: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
PEOPLE: Final[dict[str, Role]] = {
    "Ann": "analyst",
    "Cyn": "security officer",
    "Dan": "legal",
    "Eve": "policy",
    "Fay": "press",
}


@final
class CaseDesk:
    """A desk, its people, and what each page asks of the store."""

    def __init__(self, home: Home, store: Store, client: TestClient[Any], clock: Clock) -> None:
        self.home, self.store, self.client, self.clock = home, store, client, clock
        self.people = {
            name: Person(client, enrolled(store, clock, name, role))
            for name, role in PEOPLE.items()
        }
        for person in self.people.values():
            store.sessions.prove(fingerprint(person.secret))
        self.asked: list[str] = []
        event.listen(store._database.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.upper().startswith(_NOT_ASKED):
            self.asked.append(" ".join(statement.split()))

    def enter(self, who: str, case: str, tag: str, /, **fields: Any) -> Any:
        """Send the form for one kind of entry."""
        return self.people[who].post(f"/case/{case}/enter/{tag}", **fields)

    def dossier(self, who: str, case: str, key: str) -> None:
        """Open a dossier of a person under the regime that ships."""
        told = {"dossier": key, "regime": "eu-cyber-2019-797", "kind": "person"}
        answer = self.people[who].post(f"/case/{case}/enter/dossier", **told)
        assert answer.status_code == 303, answer.text

    def entered(self, who: str, case: str, tag: str, /, **fields: Any) -> int:
        """Write an entry; return its number."""
        answer = self.enter(who, case, tag, **fields)
        assert answer.status_code == 303, answer.text[answer.text.find("<main") :][:2000]
        return self.store.cases.get(case).entries


@contextmanager
def guarded_desk(
    folder: Path, **given: Any
) -> Iterator[tuple[Home, Store, TestClient[Any], Clock]]:
    """Open a desk of people over a new home: the home, its store, a browser and the clock."""
    clock = Clock()
    home = Home(Settings(home=folder / "home", **given), clock)
    make_home(home)
    with home.store() as store:
        work = DeskWork(home, store, StoredJobs(home, store), UNPROTECTED)
        entrance = Entrance(store, clock, home.rules(store))
        app = build_app(
            StoredReading(home.library(store, "desk"), Libraries(home, store)),
            banner=None,
            gate=Gate(entrance, guest=None, binding=Binding(), now=clock),
            work=work,
        )
        with TestClient(app, base_url=HERE) as client:
            yield home, store, client, clock


@contextmanager
def case_desk(folder: Path, **given: Any) -> Iterator[CaseDesk]:
    """Open such a desk over a new home."""
    with guarded_desk(folder, **given) as opened:
        yield CaseDesk(*opened)
