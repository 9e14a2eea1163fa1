"""A desk over a home that holds everything several times, and a count of what its pages ask.

So a page that asks once for each row is found, and a list that is short has more than one row.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, final

import msgspec
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import event

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.cases.books import book_of
from legation.app.cases.filing import Filing
from legation.app.duty import Duty
from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given
from legation.app.heads import sign_head
from legation.app.importing import Intakes, Reading
from legation.app.jobs import InlineJobs, Runner
from legation.app.libraries import Libraries
from legation.app.ordering import add_order
from legation.app.persons import vault_of
from legation.app.registers import Registers
from legation.app.sharing.outgoing import Outgoing
from legation.app.sharing.policies import set_policy
from legation.app.sharing.roster import Roster
from legation.app.statements.desk import StatementDesk
from legation.app.statements.drafts import Wording
from legation.app.statements.signing import Signing
from legation.app.watching import look
from legation.app.work import works
from legation.crypto.codes import fingerprint
from legation.crypto.key_files import UNPROTECTED, Passphrase
from legation.desk.gate import Gate
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.rights.orders import Draft
from legation.rights.roles import ROLES, Role
from legation.safeguards.cases.deciding.bodies import Decision
from legation.safeguards.statements.drafting import Draft as Said
from legation.safeguards.statements.drafting import drafted
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.duck import connect
from legation.store.values import microseconds
from worlds.found_copies import put_copies
from worlds.invented_cases import bodies
from worlds.many_campaigns import Person
from worlds.ministry import TABLES
from worlds.partners_sent import partners_send
from worlds.people import enrolled
from worlds.planted_posts import write_town
from worlds.sharing_home import POLICY
from worlds.statement_desk import ISSUER, PASSPHRASE, TEXT, begin_register
from worlds.watchmen import DAY, Watchmen, watchmen

_HERE: Final = "http://127.0.0.1:8321"
_LATER: Final = (
    '{"post_id": "p1", "account_id": "late", "created_at": "2026-03-22T10:00:00Z", "text": "x"}\n'
)
_HOLDERS: Final = (
    b"key,mission,role,person,protected,since,until,source,as_of\n"
    b"chief,paris,head of mission,Anna Berg,yes,2024-01-01,,the gazette,2026-03-01\n"
    b"deputy,paris,deputy,Bo Alm,no,2024-01-01,,the gazette,2026-03-01\n"
)
_ORDER: Final = Draft(
    threat="T1",
    target="accounts-acting-together",
    watched="accounts that post the word for grain in one text",
    expression="none is kept from posting; opinions are not looked at",
    legality="article 4 of the invented law",
    aim="find accounts that post one text about the treaty within seconds",
    necessity="single posts do not show that they are made together",
    proportionality="public posts only, under pseudonyms",
    safeguards="the legal adviser agrees, and complaints go to the ombudsman",
    actor="ann",
    ends="2026-06-15",
)
_EVERY_ROLE: Final = tuple(role for role in ROLES if role != "auditor")
# What is no page: files to keep, assets, and a stream that stays open.
_NO_PAGE: Final = re.compile(r"/as/|/paper/|\.csv$|/events$|^/static|^/help-image")
# What is asked of the engine itself, and no question of the store.
_NOT_ASKED: Final = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@final
class Questions:
    """Counts what is asked of the database, its stamp and the lake."""

    def __init__(self, men: Watchmen) -> None:
        self.asked: list[str] = []
        self._duck = connect()
        event.listen(men.store._database.engine, "before_cursor_execute", self._sql)
        men.store.stamp()
        men.store._database.stamp._kept.set_trace_callback(self._note)

    def _sql(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._note(statement)

    def _note(self, statement: str) -> None:
        if not statement.upper().startswith(_NOT_ASKED):
            self.asked.append(" ".join(statement.split()))

    def register(self, name: str, columns: Any) -> None:
        """Stand in for a connection to the lake."""
        self._duck.register(name, columns)

    def execute(self, statement: str, values: Any) -> Any:
        """Stand in for a connection to the lake."""
        self._note(statement)
        return self._duck.execute(statement, values)


@final
class BusyDesk:
    """A desk over a home that holds everything several times."""

    def __init__(self, men: Watchmen, person: Person, ids: dict[str, str], app: Any) -> None:
        self.men, self.person, self.ids, self.app = men, person, ids, app
        self.questions = Questions(men)

    def pages(self) -> list[str]:
        """Return the address of every page."""
        paths = {
            re.sub(r"\{(\w+)(:\w+)?\}", lambda at: self.ids[at[1]], route.path)
            for route in self.app.routes
            if isinstance(route, HTTPRoute) and "GET" in route.methods
        }
        paths |= {path.replace("/groups", "/links") for path in paths}
        paths = {path.replace("/agreement/paris", "/agreement/budapest-2001") for path in paths}
        paths = {path.replace("/enter/csv", "/enter/said") for path in paths}
        paths |= {f"/search?q={word}" for word in ("ring", "harbour")}
        fact = "?fact=party:budapest-2001.us&pack=legation/agreements"
        paths = {path + fact * (path == "/facts/check") for path in paths}
        return sorted(
            path + f"?a={self.ids['a']}&b={self.ids['b']}" * path.endswith("/tie")
            for path in paths
            if not _NO_PAGE.search(path)
        )

    def ask(self, path: str) -> tuple[int, list[str]]:
        """Ask for a page; return its status and what it asked itself."""
        self.questions.asked.clear()
        answer = self.person.get(path)
        return answer.status_code, list(self.questions.asked)

    def write(self, *, minute: bool) -> None:
        """Let another program write, and a minute pass, after which the session is noted."""
        self.men.clock.pass_time(seconds=61 if minute else 1)
        with self.men.home.store() as other:
            other.notices.add(
                "import.undone", to=("analyst",), key=str(self.men.clock()), object_id=""
            )


@contextmanager
def busy_desk(folder: Path, **given: Any) -> Iterator[BusyDesk]:
    """Open such a desk, with one person of all roles but the auditor's."""
    with watchmen(folder, **given) as men:
        men.clock.pass_time(days=31)  # the posts are of March
        home, store = men.home, men.store
        jobs = InlineJobs(Runner(home, UNPROTECTED, works()), store)
        work = DeskWork(home, store, jobs, UNPROTECTED)
        libraries = Libraries(home, store)
        entrance = Entrance(store, men.clock, home.rules(store))
        gate = Gate(entrance, guest=None, binding=Binding(), now=men.clock)
        app = build_app(
            StoredReading(home.library(store, "desk"), libraries),
            banner=None,
            gate=gate,
            work=work,
        )
        with TestClient(app, base_url=_HERE) as client:
            secret = enrolled(store, men.clock, "Ora", *_EVERY_ROLE)
            guest = entrance.guest(secret)
            ids = _filled(folder, men, work, guest)
            # Days have passed: the session is another.
            session = fingerprint(secret)
            store.sessions.begin(session, guest.person_id, proven=True)
            person = Person(client, secret)
            for name in ("One", "Two"):
                person.post("/filters", list="campaigns", asked="", name=name)
            for mark in ("seen", "open"):
                person.post("/watch/campaigns/mark", row=[ids["campaign_id"]], mark=mark)
            desk = BusyDesk(men, person, ids, app)
            library = libraries.of(guest)
            library.proofs(ids["campaign_id"])._proofs._connection = desk.questions  # type: ignore[assignment]  # stands in for a connection
            yield desk


def _filled(folder: Path, men: Watchmen, work: DeskWork, guest: Any) -> dict[str, str]:
    """Put everything into a home several times; return an id of each kind."""
    home, store = men.home, men.store
    people: tuple[tuple[str, Role], ...] = (
        ("Ann", "analyst"),
        ("Ben", "analyst"),
        ("Cyn", "security officer"),
        ("Dan", "legal"),
    )
    secrets = {name: enrolled(store, men.clock, name, role) for name, role in people}
    men.ids |= {name: store.people.get(name).person_id for name in (*secrets, "Ora")}
    guests = {
        name: Entrance(store, men.clock, home.rules(store)).guest(of)
        for name, of in secrets.items()
    }
    intakes = Intakes(home, store, UNPROTECTED)
    registers = _keep_registers(men)
    for number in range(3):
        file = folder / f"posts{number}.jsonl"
        if number == 0:
            write_town(file)
        else:
            file.write_text(_LATER.replace("p1", f"later{number}"), "utf-8")
        intakes.take(file, Reading())
        look(home, store)
        men.clock.pass_time(minutes=5)
    library = home.library(store, "desk")
    kept = library.latest()
    assert kept
    campaign_id = kept.campaigns[0].campaign_id
    object_id = library.object_id(campaign_id)
    tie = library.proofs(campaign_id).ties().rows[0]
    room = Room(home, store, UNPROTECTED)
    met = library.proofs(campaign_id).meetings(limit=3).rows
    for pair, _ in met:
        room.keep_post(campaign_id, pair.account_a, pair.post_a, actor=guest.person_id)
    for number in range(4):
        raw = f"The harbour closes, notice {number}".encode()
        given = Given(name=f"note{number}.txt", campaign=campaign_id)
        capture = room.take(room.prepare(raw), given, actor=guest.person_id)
        for lang in ("ar", "fr"):
            room.translate(capture.evidence_id, lang=lang, text="x y", machine="M 1", actor="test")
    for name in ("Ann", "Ben", "Ora"):
        men.shift(name, days=30)
        Duty(home, store, "test").set_channels(name, [f"mail:{name.lower()}@aldria.example"])
    calls = [men.call(str(number), object_id) for number in range(4)]
    men.go(60)
    duty = Duty(home, store, men.ids["Ann"])
    for number in range(4):
        duty.write(men.ids["Ann"], "open", f"entry {number}", objects=[object_id], to="")
        duty.write(men.ids["Ann"], "handover", f"over {number}", objects=[object_id], to="Ora")
    imports = store.imports.newest("posts", limit=50)
    for one in imports:
        work.undo(
            one.import_id, one.import_id[:8], "the file was damaged by its maker", guests["Ann"]
        )
    request = work.deciding.waiting_for(guest)[0]
    for number in range(4):
        work.watch(actor=guest.person_id)
        store.notices.add("campaign.new", to=("analyst",), key=f"n{number}", object_id=object_id)
        work.waking.ask_digest({"address": "/jobs"}, guest)
        sign_head(store, men.clock(), home.keys(UNPROTECTED).identity(), actor="test")
        men.clock.pass_time(days=1)
    cases, partner = _open_cases(men), _send(men, object_id)
    job = store.jobs.find(limit=1)[0]
    with work.receive("posts.csv", guest.person_id) as coming:
        coming.write(b"post_id,account_id,created_at,text\np1,ann,2026-03-02T10:00:00Z,hello\n")
        upload = coming.finish()
    notices = work.waking.notices(guest).find(limit=1)
    return {
        **_say(men, object_id),
        **partners_send(store, men.clock, (object_id, store.cases.get(cases[0]).object_id)),
        "campaign_id": campaign_id,
        "evidence_id": capture.evidence_id,
        "upload_id": upload.upload_id,
        "import_id": imports[0].import_id,
        "job_id": job.job_id,
        "request_id": request.request_id,
        "ref": calls[0].ref,
        "shift_id": store.rota.between(men.clock(), men.clock() + DAY)[0].shift_id,
        "digest_id": work.waking.digests(guest)[0].digest_id,
        "person_id": men.ids["Ben"],
        "number": str(notices[0].seq),
        "of": "groups",
        "name": "how-to/jobs",
        "code": "fr",
        "key": "paris",
        "country": "FR",
        "case": cases[0],
        "entry": str(len(bodies()) + 1),
        "order_id": store.orders.every()[0].order_id,
        "threat": "T6",
        "object_id": registers.id_of("proofs", "paris-watched"),
        "register": "missions",
        "partner": partner,
        "sent": object_id,
        "kind": "csv",
        "a": tie.account_a,
        "b": tie.account_b,
    }


def _open_cases(men: Watchmen) -> list[str]:
    scope = men.home.library(men.store, men.ids["Ora"]).scope()
    filing = Filing(scope, men.home.folder / "evidence", book_of(scope))
    decision = Decision(what="nothing is said for now", touches_persons=False)
    rows = [filing.open([*bodies(), decision]) for _ in range(3)]
    return [row.number for row in rows]


def _say(men: Watchmen, object_id: str) -> dict[str, str]:
    """Draft statements that answer a campaign, and publish two; return ids of the last two."""
    shelf = begin_register(men.home)
    wording = Wording(
        draft=Said(issuer=ISSUER, office="Press", versions=drafted([("en", TEXT)])),
        label=Label(tlp=Tlp.GREEN),
        answers=object_id,
    )
    writes, approves = (
        StatementDesk(men.home.library(men.store, men.ids[name]).scope(), shelf)
        for name in ("Ora", "Cyn")
    )
    for number in range(4):
        text = drafted([("en", f"Notice {number}.\n{TEXT}")])
        said = msgspec.structs.replace(wording.draft, versions=text)
        row = writes.begin(msgspec.structs.replace(wording, draft=wording.draft))
        row = writes.change(row.draft, msgspec.structs.replace(wording, draft=said), seen=row.seq)
        if number % 2 == 0:
            row = approves.approve(row.draft, sha256=said.sha256, words="", seen=row.seq)
            signing = Signing(writes)
            signing.done(signing.begin(row.draft, seen=row.seq), Passphrase(PASSPHRASE))
    (copy, *_) = put_copies(men.store, men.clock(), (ISSUER, row.number))
    return {"draft": str(row.draft), "place": "1", "copy": str(copy)}


def _send(men: Watchmen, object_id: str) -> str:
    """Send a campaign to two of three partners; return the id of the first."""
    scope = men.home.library(men.store, men.ids["Ora"]).scope()
    roster = Roster(men.store, men.clock, "test")
    for name in ("Aldria", "Bevora", "Cyria"):
        partner = roster.add(name, party="QMA")
        for _ in range(3):
            roster.let_in(name)
        if name != "Cyria":
            set_policy(scope, name, POLICY.replace(b'"green"', b'"amber"'), "policy")
            Outgoing(scope, men.home.keys(UNPROTECTED)).push(name, [object_id])
            sent = men.store.ledger.find(partner_id=partner.partner_id)
            fetched = {microseconds(one.added) for one in sent}
            men.store.receipts.add(partner.partner_id, fetched, men.clock())
    return men.store.partners.get("Aldria").partner_id


def _keep_registers(men: Watchmen) -> Registers:
    scope = men.home.library(men.store, "command line").scope()
    registers = Registers(scope, lambda: vault_of(men.home.keys(UNPROTECTED)))
    for register, content in {**TABLES, "names": _HOLDERS}.items():
        assert not registers.take(content, register).refused
    for threat in ("T1", "T2", "T3"):
        add_order(men.store, msgspec.structs.replace(_ORDER, threat=threat), men.home.now())
    return registers
