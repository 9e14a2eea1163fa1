"""A home whose newest run found many campaigns, and a desk over it with people."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, final

import msgspec
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.home import Home, identity_of
from legation.app.indexing import index_run
from legation.app.jobs import InlineJobs, Runner
from legation.app.libraries import Libraries
from legation.app.library import DETECTOR
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.desk.gate import Gate, form_token
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.formats.campaign import Statement, campaign_objects
from legation.rights.roles import Role
from legation.settings import Settings
from legation.stix.codec import encode_object
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from legation.threats.disinformation.findings import (
    CAVEAT,
    Campaign,
    Grade,
    Member,
    Quotation,
    Term,
)
from worlds.gates import Clock
from worlds.large_campaigns import pseudonym
from worlds.people import enrolled
from worlds.readings import a_campaign, a_run

from .homes import make_home

HERE = "http://127.0.0.1:8321"
GRADES: tuple[Grade, ...] = ("high", "moderate", "low")
_DAY = 86_400
_START = 1_772_409_600


def one_of_many(number: int) -> Campaign:
    """Return a campaign; its numbers run in different orders."""
    members = tuple(
        Member(
            account_id=pseudonym(number * 100 + place),
            role="amplifier",
            score=0.9,
            q=0.001,
            layers=("repost",),
            objects=5,
            partners=3,
        )
        for place in range(2 + number * 7 % 11)
    )
    return a_campaign(
        campaign_id=f"c-{number:03d}",
        name=f"{'ÉtéZebra'[number % 8]} group {number}",
        grade=GRADES[number % 3],
        first=_START + number * _DAY,
        last=_START + (number * 5 % 17 + number) * _DAY,
        accounts=members,
        ties=number * 3 % 13,
        terms=(
            Term(term=f"harbour{number}", posts=9, ratio=14.0),
            Term(term="大使馆", posts=3, ratio=2.0),
        ),
        quotations=(Quotation(post_id=f"p{number}", text="الســـفارة مغلقة", accounts=2, posts=3),),
    )


def many_home(folder: Path, campaigns: int, now: Clock, **given: Any) -> Home:
    """Make a home whose newest run found so many campaigns."""
    home = Home(Settings(home=folder, compartments=("talks",), **given), now)
    make_home(home, "Invented ministry")
    with home.store() as store, store.transaction():
        run = a_run(run_id="run-many", input_sha256=store.lake.fingerprint("posts"))
        statement = Statement(
            identity=identity_of(store),
            created=now(),
            marking=Tlp.AMBER,
            caveat=CAVEAT,
            masked=False,
        )
        found = [one_of_many(number) for number in range(campaigns)]
        named = {}
        for one in found:
            things = campaign_objects(one, run, statement)
            store.objects.put_many(map(encode_object, things))
            named[one.campaign_id] = things[0].id
        facts = {"run": msgspec.to_builtins(run), "campaigns": list(named.values())}
        store.runs.record(
            run.run_id, detector=DETECTOR, input_sha256=run.input_sha256, rule={}, facts=facts
        )
        index_run(store, run.run_id, found, named)
    return home


@final
class Person:
    """Somebody who is signed in, with a browser."""

    def __init__(self, client: TestClient[Any], secret: str) -> None:
        self.client = client
        self.secret = secret

    def page(self, path: str, status: int = 200) -> str:
        """Return the text of a page."""
        answer = self.client.get(path, headers=self._cookie())
        assert answer.status_code == status, answer.text
        return answer.text

    def get(self, path: str) -> Any:
        """Return an answer, without going on where it leads."""
        return self.client.get(path, headers=self._cookie(), follow_redirects=False)

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form."""
        own = {"origin": HERE, "sec-fetch-site": "same-origin"}
        return self.client.post(
            path,
            data={"form_token": form_token(self.secret), **fields},
            headers=self._cookie() | own,
            follow_redirects=False,
        )

    def _cookie(self) -> dict[str, str]:
        return {"cookie": f"legation-session={self.secret}"}


@final
class ListedDesk:
    """A desk over many campaigns."""

    def __init__(self, home: Home, store: Store, client: TestClient[Any], clock: Clock) -> None:
        self.home, self.store, self.client, self.clock = home, store, client, clock

    def person(self, name: str, *roles: Role) -> Person:
        """Let somebody in."""
        return Person(self.client, enrolled(self.store, self.clock, name, *roles))


@contextmanager
def listed_desk(folder: Path, campaigns: int = 60, **given: Any) -> Iterator[ListedDesk]:
    """Open a desk over a new home with so many campaigns."""
    clock = Clock()
    home = many_home(folder / "home", campaigns, clock, **given)
    with home.store() as store:
        work = DeskWork(home, store, InlineJobs(Runner(home, UNPROTECTED, works()), store))
        gate = Gate(
            Entrance(store, clock, home.rules(store)), guest=None, binding=Binding(), now=clock
        )
        app = build_app(
            StoredReading(home.library(store, "desk"), Libraries(home, store)),
            banner=None,
            gate=gate,
            work=work,
        )
        with TestClient(app, base_url=HERE) as client:
            yield ListedDesk(home, store, client, clock)
