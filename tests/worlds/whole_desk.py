"""A desk on which everything has happened once, so that each of its pages has something to show."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, final

from litestar import Litestar
from litestar.testing import TestClient

from legation.app.access.admission import Admission, Client
from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.heads import sign_daily
from legation.app.home import Home
from legation.app.jobs import InlineJobs, Runner, StoredJobs
from legation.app.libraries import Libraries
from legation.app.work import WATCH, works
from legation.crypto.codes import fingerprint
from legation.crypto.key_files import UNPROTECTED
from legation.desk.assets import assets
from legation.desk.gate import Gate
from legation.desk.graph_views import settling
from legation.desk.provider import Provider
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from legation.stix.labels import Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from legation.store.opening import Store

from .browsing import served
from .desk_story import PEOPLE, Hand, Story, written
from .gates import Clock
from .homes import make_home
from .people import enrolled, half_enrolled
from .working_desk import HERE

NEWCOMER: Final = "newcomer"
HELD: Final = Held(tlp=Tlp.RED, pap=Pap.RED, level="Secret", compartments=("talks",), party="XA")


@final
@dataclass(kw_only=True, slots=True)
class WholeDesk:
    """What a test needs of the desk that is served.

    Attributes:
        address: Where it is.
        app: The desk, whose routes can be read.
        secrets: Secret of each person's session, by what they are.
        places: Of each route: its addresses, and who is shown each; "" for whoever may.
        added: Routes that are the test's and not the desk's.
    """

    address: str = ""
    app: Litestar = field(init=False)
    secrets: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    added: frozenset[str] = frozenset()


@contextmanager
def whole_desk(folder: Path, *handlers: Any) -> Iterator[WholeDesk]:
    """Fill a new home and serve its desk, on which time and jobs stand still.

    Args:
        folder: Where the home is made.
        handlers: Addresses of the test's own.
    """
    clock = Clock()
    clock.time = datetime(2026, 4, 1, 9, tzinfo=UTC)
    offers = folder / "offered"
    offers.mkdir()
    (offers / f"{written('offered')}.csv").write_text("a,b\n1,2\n", "utf-8")
    settings = Settings(
        home=folder / "home",
        compartments=("talks",),
        reader_compartments=("talks",),
        ladder=("Restricted", "Secret"),
        reader_level="Secret",
        reader_party="XA",
        import_folder=str(offers),
        mail_server="localhost:25",
        mail_from="desk@aldria.example",
        sms_command=("/bin/true", "{to}"),
    )
    home = Home(settings, clock)
    make_home(home, written("ministry"))
    made = WholeDesk(added=frozenset(path for one in handlers for path in one.paths))
    with home.store() as store:
        _fill(made, home, store, folder)

    def opening(held: ExitStack) -> Litestar:
        store = held.enter_context(home.store())
        made.app = _app(home, store, StoredJobs(home, store), handlers)
        return made.app

    with served(opening) as address:
        made.address = address
        yield made


def _app(home: Home, store: Store, jobs: StoredJobs, more: Sequence[Any] = ()) -> Litestar:
    entrance = Entrance(store, home.now, home.rules(store))
    admission = Admission(name=written("provider"))
    client = Client(
        issuer="https://id.aldria.example", client_id="desk", secret="", admission=admission
    )
    return build_app(
        StoredReading(home.library(store, "desk"), Libraries(home, store)),
        banner="INVENTED",
        gate=Gate(entrance, guest=None, binding=Binding(), now=home.now),
        work=DeskWork(home, store, jobs, UNPROTECTED),
        provider=Provider(client, home.now),
        more=more,
    )


def _fill(made: WholeDesk, home: Home, store: Store, folder: Path) -> None:
    for name, roles in PEOPLE.items():
        made.secrets[name] = enrolled(store, home.now, written(name), *roles, held=HELD)
        store.sessions.prove(fingerprint(made.secrets[name]))
    made.secrets[NEWCOMER], _ = half_enrolled(store, home.now, written(NEWCOMER), "analyst")
    ids = {name: store.people.get(written(name)).person_id for name in made.secrets}
    jobs = InlineJobs(Runner(home, UNPROTECTED, works() | settling()), store)
    with TestClient(_app(home, store, jobs), base_url=HERE) as client:
        hands = {name: Hand(client, made.secrets[name], ids[name]) for name in PEOPLE}
        story = Story(home, store, hands)
        story.tell(folder)
    for _ in range(2):
        job = StoredJobs(home, store).submit(WATCH, "Look for campaigns", {}, actor=ids["analyst"])
    StoredJobs(home, store).cancel(job.job_id, actor=ids["analyst"])
    # One job of each kind and state stands for all of them.
    jobs_there = {(one.kind, one.state): one.job_id for one in store.jobs.find(limit=100)}
    for job_id in jobs_there.values():
        story.seen("/job/{job_id:str}", f"/job/{job_id}", "officer")
    sign_daily(home, store, UNPROTECTED)
    head = store.signed_heads.every()[-1][0]
    story.seen("/log/heads/{name:str}/as/{kind:str}", f"/log/heads/{head}/as/txt")
    story.seen("/log/heads/as/{kind:str}", "/log/heads/as/csv")
    built = assets().islands["shell"]
    story.seen("/static/built/{name:str}", built)
    story.seen("/static/{name:str}", "/static/desk.css")
    story.seen("/help-image/{name:str}", "/help-image/campaign.png")
    story.seen("/help/{name:path}", "/help/how-to/jobs")
    made.places = dict(story.places)
