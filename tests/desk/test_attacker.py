"""Whoever attacks the desk: real requests, over a real connection, to every address of it.

Nothing is sampled: the addresses are read from the desk itself, so that a new one is attacked
too. All of it holds on SQLite and on PostgreSQL alike.
"""

import http.client
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy import create_engine, make_url, text

from legation.app.access.admission import Admission, Client
from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.app.access.tokens import Keyring
from legation.app.binding import Binding
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.app.libraries import Libraries
from legation.crypto.codes import fingerprint, new_secret
from legation.crypto.key_files import UNPROTECTED
from legation.desk.fence import HEADERS
from legation.desk.gate import Gate, form_token
from legation.desk.provider import Provider
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.streams import MOST_OF_ONE
from legation.desk.working import DeskWork
from legation.rights.roles import ROLES, TOKEN_VERBS, verbs_of
from legation.settings import Settings
from legation.store.opening import Store
from worlds.browsing import served
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.people import enrolled

SERVER = os.environ.get("LEGATION_TEST_PG", "")
GAPS = {"int": "1", "path": "x", "str": "x"}
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n'


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Target:
    """A desk that is attacked."""

    store: Store
    home: Home
    clock: Clock
    address: str = ""
    app: Litestar = field(init=False)
    who: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request as it is written here: no client tidies it up."""
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        found = Answer(answer.status, told, answer.read().decode("utf-8", "replace"))
        connection.close()
        return found

    def person(self, name: str, *roles: Any) -> str:
        """Add somebody who has shown their passkey just now; return the secret of their session."""
        secret = enrolled(self.store, self.clock, name, *roles)
        self.store.sessions.prove(fingerprint(secret))
        self.who[secret] = self.store.people.get(name).person_id
        return secret

    def sign_in(self, secret: str) -> str:
        """Begin another session of somebody, and return its secret."""
        fresh = new_secret()
        person_id = self.who[secret]
        self.store.sessions.begin(fingerprint(fresh), person_id, proven=True)
        self.who[fresh] = person_id
        return fresh

    def routes(self, method: str) -> list[tuple[str, str, bool]]:
        """Return path, verb, and whether the page reads its form itself, of every address."""
        return sorted(
            (
                re.sub(r"\{\w+:(\w+)\}", lambda gap: GAPS[gap[1]], route.path),
                str(handler.opt["verb"]),
                bool(handler.opt.get("streams")),
            )
            for route in self.app.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            if method in handler.http_methods and "verb" in handler.opt
        )

    def acts(self) -> list[str]:
        """Return what the trail tells of, refusals aside."""
        seen = [one.event.verb for one in self.store.audit.entries(limit=10_000)]
        return [verb for verb in seen if verb not in ("route.deny", "session.refuse", "token.use")]


def here(target: Target, secret: str, **changes: str) -> dict[str, str]:
    """Return the headers of a form that a page of the desk sent."""
    return {
        "cookie": f"legation-session={secret}",
        "origin": target.address,
        "sec_fetch_site": "same-origin",
        "x_legation_form": form_token(secret),
        "content_type": "application/x-www-form-urlencoded",
    } | changes


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    clock, database = Clock(), ""
    if request.param == "postgresql":
        if not SERVER:
            pytest.skip("no PostgreSQL: set LEGATION_TEST_PG=postgresql+psycopg://...")
        name = f"legation_attacked_{uuid.uuid4().hex}"
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        database = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    home = Home(Settings(home=tmp_path / "home", database=database), clock)
    make_home(home)
    with home.store() as store:
        made = Target(store, home, clock)

        def opening(held: ExitStack) -> Litestar:
            own = held.enter_context(home.store())
            entrance = Entrance(own, clock, home.rules(own))
            client = Client(
                issuer="https://id.aldria.example",
                client_id="desk",
                secret="",
                admission=Admission(name="the ministry"),
            )
            made.app = build_app(
                StoredReading(home.library(own, "desk"), Libraries(home, own)),
                banner=None,
                gate=Gate(entrance, guest=None, binding=Binding(), now=clock),
                work=DeskWork(home, own, StoredJobs(home, own), UNPROTECTED),
                provider=Provider(client, clock),
            )
            return made.app

        with served(opening) as address:
            made.address = address
            yield made
    if database:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def test_no_form_of_any_address_is_taken_from_elsewhere(target: Target) -> None:
    """Each address, by somebody who may do what it does: only where the form is from is wrong."""
    people = {role: target.person(f"Person {n}", role) for n, role in enumerate(ROLES)}
    other = target.person("Another", "analyst")
    before, number = target.acts(), target.store.people.count()
    posts = target.routes("POST")
    assert len(posts) > 50
    forged = (
        {"origin": "http://evil.example", "sec_fetch_site": "cross-site"},
        {"origin": "http://evil.example"},
        {"origin": "null", "sec_fetch_site": "same-site"},
        {"origin": "", "sec_fetch_site": ""},
        {"x_legation_form": ""},
        {"x_legation_form": form_token(target.sign_in(other))},
        {"x_legation_form": "00" * 64},
    )
    for path, verb, streams in posts:
        who = next((people[role] for role in ROLES if verb in verbs_of([role])), other)
        secret = target.sign_in(who)
        for changes in forged:
            # Failures are counted: time passes, so that the limit hides no hole.
            target.clock.pass_time(seconds=31)
            headers = here(target, secret, **changes)
            body = b"reason=because+of+it&name=x"
            if streams:
                headers["content_type"] = "multipart/form-data; boundary=b"
                body = FILE
            answer = target.ask("POST", path, body, **{n: v for n, v in headers.items() if v})
            assert answer.status == 403, (path, changes, answer.status)
            for name, value in HEADERS.items():
                assert answer.headers[name.lower()] == value
    assert target.acts() == before
    assert target.store.people.count() == number


def test_a_token_opens_files_of_its_scope_at_no_address_more_and_only_while_it_holds(
    target: Target,
) -> None:
    target.person("Omar Haddad", "security officer")
    target.person("Ada Brunel", "security officer")
    keyring = Keyring(target.store, target.clock)
    given = {
        scope: keyring.add("Omar Haddad", name=scope, scopes=[scope], days=2)
        for scope in sorted(TOKEN_VERBS)
    }
    gone = keyring.add("Ada Brunel", name="gone", scopes=sorted(TOKEN_VERBS), days=2)
    taken = keyring.add("Omar Haddad", name="taken", scopes=sorted(TOKEN_VERBS), days=2)
    keyring.revoke(taken[0].token_id)
    Register(target.store, target.clock, "command line").disable("Ada Brunel")
    hidden = target.acts()
    for method in ("GET", "POST"):
        for path, verb, _ in target.routes(method):
            for scope, (_, secret) in given.items():
                target.clock.pass_time(seconds=31)
                answer = target.ask(method, path, authorization=f"Bearer {secret}")
                opened = method == "GET" and verb == scope
                due = {200, 301, 400, 404, 501} if opened else {403}
                assert answer.status in due, (method, path, scope, answer.status)
            for bad in (gone[1], taken[1], "lgn_guess", ""):
                target.clock.pass_time(seconds=31)
                answer = target.ask(method, path, authorization=f"Bearer {bad}")
                closed = verb in TOKEN_VERBS and method == "GET"
                assert answer.status == (401 if closed else 403), (method, path, bad)
    target.clock.pass_time(days=2)
    late = target.ask("GET", "/log.json", authorization=f"Bearer {given['audit.export'][1]}")
    assert late.status == 401
    # A list without rows is a file that leaves, too.
    assert {one for one in target.acts() if one not in hidden} <= {"page.export"}


@pytest.mark.parametrize("how", ["disabled", "demoted", "signed out"])
def test_who_is_put_out_loses_pages_streams_and_jobs_at_once(target: Target, how: str) -> None:
    register = Register(target.store, target.clock, "command line")
    secret = target.person("Omar Haddad", "analyst")
    person_id = target.store.people.get("Omar Haddad").person_id
    job = StoredJobs(target.home, target.store).submit("watch", "Look", {}, actor=person_id)
    cookie = f"legation-session={secret}"
    opened = http.client.HTTPConnection(target.address.removeprefix("http://"), timeout=30)
    opened.request("GET", f"/job/{job.job_id}/events", headers={"Cookie": cookie})
    stream = opened.getresponse()
    assert stream.status == 200
    assert b'"state":"waiting"' in stream.readline()
    assert target.ask("GET", "/watch/campaigns", cookie=cookie).status == 200
    if how == "disabled":
        register.disable("Omar Haddad")
    elif how == "demoted":
        target.store.people.set_roles(person_id, ("auditor",))
    else:
        target.store.sessions.end_all(person_id)
    # It ends by itself: what reads it to its end would else wait until the connection is cut.
    # A look that was under way when they were put out may still be told; none after it is.
    assert stream.read().count(b'"state":') <= 1
    opened.close()
    for path, verb, _ in target.routes("GET"):
        if verb in verbs_of(["analyst"]) - verbs_of(["auditor"]):
            target.clock.pass_time(seconds=31)  # refusals are counted
            cookie = f"legation-session={target.sign_in(secret)}" if how == "demoted" else cookie
            answer = target.ask("GET", path, cookie=cookie)
            assert answer.status == (403 if how == "demoted" else 401), path
    state = target.store.jobs.get(job.job_id).state
    assert state == ("cancelled" if how == "disabled" else "waiting")


def test_one_person_holds_few_streams_and_what_they_leave_is_free_again(target: Target) -> None:
    secret = target.person("Omar Haddad", "analyst")
    person_id = target.store.people.get("Omar Haddad").person_id
    job = StoredJobs(target.home, target.store).submit("watch", "Look", {}, actor=person_id)
    path, cookie = f"/job/{job.job_id}/events", {"Cookie": f"legation-session={secret}"}
    held = []
    for _ in range(MOST_OF_ONE):
        one = http.client.HTTPConnection(target.address.removeprefix("http://"), timeout=30)
        one.request("GET", path, headers=cookie)
        answer = one.getresponse()
        assert answer.status == 200
        assert answer.readline().startswith(b"data: ")
        held.append((one, answer))
    assert target.ask("GET", path, cookie=cookie["Cookie"]).status == 503
    for one, answer in held:
        answer.close()
        one.close()
    for _ in range(100):  # the server sees that they left when it writes to them next
        if not len(target.app.state["streams"]):
            break
        time.sleep(0.1)
    assert len(target.app.state["streams"]) == 0


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "127.0.0.2"]
)
def test_a_foreign_name_of_the_desk_gets_no_page_whatever_else_it_says(
    target: Target, host: str
) -> None:
    port = target.address.rpartition(":")[2]
    for more in ({}, {"X-Forwarded-Host": "localhost"}, {"Forwarded": "host=localhost"}):
        connection = http.client.HTTPConnection("localhost", int(port), timeout=30)
        connection.putrequest("GET", "/log-in", skip_host=True)
        connection.putheader("Host", host)
        for name, value in more.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 421
        assert b"<form" not in answer.read()
        connection.close()


def test_no_address_with_a_gap_reaches_a_file_beside_its_own(target: Target) -> None:
    secret = target.person("Omar Haddad", "analyst", "security officer")
    target.home.folder.joinpath("secret.txt").write_text("the secret of the home", "utf-8")
    depth = "../" * 12
    names = [
        f"{depth}etc/passwd",
        "../settings.py",
        "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "..%5c..%5cetc%5cpasswd",
        "%00",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        f"{target.home.folder}/secret.txt".replace("/", "%2f"),
    ]
    gaps = [
        (route.path, gap)
        for route in target.app.routes
        if isinstance(route, HTTPRoute)
        for gap in re.findall(r"\{\w+:(?:str|path)\}", route.path)
        if any("GET" in handler.http_methods for handler in route.route_handlers)
    ]
    assert len(gaps) > 20
    for path, gap in gaps:
        for name in names:
            asked = re.sub(r"\{\w+:(\w+)\}", lambda one: GAPS[one[1]], path.replace(gap, name))
            answer = target.ask("GET", asked, cookie=f"legation-session={secret}")
            assert answer.status in (200, 301, 303, 400, 403, 404, 501), (asked, answer.status)
            assert not answer.headers.get("location", "/").startswith(("//", "http")), asked
            assert "root:" not in answer.body, asked
            assert "the secret of the home" not in answer.body
            disposition = answer.headers.get("content-disposition", "")
            assert "/" not in disposition.partition("filename=")[2], (asked, disposition)


def test_signs_that_no_name_has_are_no_fault_of_any_address(target: Target) -> None:
    """A NUL, letters that are none, and a number beyond all counting: in addresses and in forms."""
    people = {role: target.person(f"Person {n}", role) for n, role in enumerate(ROLES)}
    odd = "%00a%ff%ed%a0%80%F4%90%80%80"
    queries = ("", f"?words={odd}", f"?after={odd}", f"?before={'9' * 19}", f"?order={odd}")
    fields = "reason name account post row number person role mark words lang text address order"
    form = "&".join(f"{name}={odd}" for name in fields.split())
    for method in ("GET", "POST"):
        for path, verb, streams in target.routes(method):
            if streams:
                continue
            who = next((people[role] for role in ROLES if verb in verbs_of([role])), "")
            strange = path.replace("/x", f"/{odd}").replace("/1", "/999999999999999999")
            asked = [f"{path}{query}" for query in (queries if method == "GET" else queries[:1])]
            for place in dict.fromkeys((strange, *asked)):
                target.clock.pass_time(seconds=31)
                secret = target.sign_in(who or people["analyst"])
                body = form.encode() if method == "POST" else None
                answer = target.ask(method, place, body, **here(target, secret))
                assert answer.status != 500, (method, place)


def test_a_body_beyond_its_bound_is_refused_at_every_address(target: Target) -> None:
    secret = target.person("Ines Adler", "analyst", "security officer", "administrator")
    large = b"a=" + b"x" * 9_000_000
    for path, _, streams in target.routes("POST"):
        if not streams:
            headers = here(target, secret, x_legation_form="")
            answer = target.ask("POST", path, large, **{n: v for n, v in headers.items() if v})
            assert answer.status == 413, path
    # One that does not say how long it is ends where it is too long.
    connection = http.client.HTTPConnection(target.address.removeprefix("http://"), timeout=30)
    headers = {n.replace("_", "-"): v for n, v in here(target, secret).items()}
    headers.pop("x-legation-form")
    parts = (b"x" * 20_000 for _ in range(5))
    connection.request("POST", "/people", parts, headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()
