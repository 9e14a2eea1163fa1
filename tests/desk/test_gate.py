"""No address answers content to a stranger, and each role gets what the table gives it."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, get
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.app.access.tokens import Keyring
from legation.app.binding import Binding
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.crypto.codes import fingerprint
from legation.desk import limits
from legation.desk.entering import place_of
from legation.desk.fence import HEADERS, LASTING
from legation.desk.gate import _unmasked, form_token
from legation.desk.limits import Limits
from legation.desk.server import build_app
from legation.desk.working import DeskWork
from legation.rights.roles import OPEN_VERBS, ROLES, TOKEN_VERBS, VERBS, Role, verbs_of
from legation.settings import Settings
from legation.store import open_store
from legation.store.opening import Store
from worlds.gates import Clock, guarded_gate, open_gate
from worlds.homes import prepare
from worlds.people import HOST, enrolled, half_enrolled
from worlds.readings import Shelf, small_shelf
from worlds.soft_key import SoftKey

HERE = "http://localhost:8321"
Client = TestClient[Litestar]
FILLED = {
    "campaign_id": "campaign--1",
    "kind": "csv",
    "name": "desk.css",
    "person_id": "p-0",
    "upload_id": "none",
    "import_id": "none",
    "job_id": "none",
    "filter_id": "none",
    "act_id": "none",
    "key": "none",
    "request_id": "none",
    "of": "groups",
    "evidence_id": "none",
    "code": "fr",
    "number": "1",
    "ref": "NONE2345",
    "shift_id": "none",
    "digest_id": "none",
    "act": "on",
    "threat": "T1",
    "country": "FR",
    "object_id": "none",
    "case": "2026-0001",
    "entry": "1",
    "dossier": "none",
    "order_id": "none",
    "register": "missions",
    "partner": "none",
    "sent": "none",
    "draft": "1",
    "copy": "1",
    "place": "0",
    "sender_id": "none",
    "sent_id": "none",
    "held": "1",
}
QUERY = {"/campaign/{campaign_id:str}/tie": "?a=acct-1&b=acct-2"}


class Desk:
    """A desk with people, asked as a browser asks."""

    def __init__(
        self, store: Store, clock: Clock, folder: Path, binding: Binding | None = None
    ) -> None:
        self.store, self.clock = store, clock
        self.shelf = small_shelf()
        self.entrance = Entrance(store, clock)
        self.gate = guarded_gate(self.entrance, clock, binding)
        self.app = build_app(
            self.shelf, banner=None, gate=self.gate, work=working(store, folder, clock)
        )

    def client(self, secret: str | None = None) -> Client:
        """Return a browser, signed in with a session's secret."""
        scheme = "https" if self.gate.binding.secure else "http"
        opened = _browser(self.app, f"{scheme}://{self.gate.binding.name}:8321")
        if secret is not None:
            opened.cookies.set(self.gate.session_cookie, secret)
        return opened

    def verbs(self) -> list[str]:
        """Return what the audit trail has, in order."""
        return [entry.event.verb for entry in self.store.audit.entries(limit=1000)]


def working(store: Store, folder: Path, clock: Clock) -> DeskWork:
    """Return the rooms Import and Jobs of a store in a folder."""
    home = Home(Settings(home=folder), clock)
    return DeskWork(home, store, StoredJobs(home, store))


def _browser(app: Litestar, at: str = HERE) -> Client:
    """Return a browser; the test client takes a name without a dot only afterwards."""
    opened = TestClient(app, base_url="http://127.0.0.1:8321")
    opened.base_url = at
    return opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as store:
        yield Desk(store, clock, tmp_path)


def routes(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    """Yield each address of an app with its method and handler, those of the frame left out."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            for method in handler.http_methods - {"OPTIONS"}:
                yield method, route.path_format, handler


# Its addresses are walked, and none of the rooms of work is asked at it.
ROOMS = SimpleNamespace(waking=None)
APP = build_app(small_shelf(), banner=None, gate=open_gate(), work=cast("DeskWork", ROOMS))
ROUTES = sorted((method, path) for method, path, _ in routes(APP))
VERB_OF = {(method, path): handler.opt.get("verb") for method, path, handler in routes(APP)}


def _filled(path: str) -> str:
    plain = re.sub(r"\{(\w+)\}", lambda found: FILLED[found[1]], re.sub(":str|:int", "", path))
    return plain + QUERY.get(
        path, "?a=acct-1&b=acct-2" if "/tie/as" in path or path.endswith("/tie") else ""
    )


def _from_here(secret: str | None) -> dict[str, str]:
    """Return the headers of a page of the desk, with the token of its forms."""
    return {
        "origin": HERE,
        "sec-fetch-site": "same-origin",
        "x-legation-form": form_token(secret or ""),
    }


@pytest.mark.parametrize("route", ROUTES)
def test_every_address_declares_a_verb_of_the_table(route: tuple[str, str]) -> None:
    assert VERB_OF[route] in VERBS


def test_only_the_way_in_is_open_and_only_files_take_tokens() -> None:
    open_to_all = {path for (_, path), verb in VERB_OF.items() if verb in OPEN_VERBS}
    assert open_to_all == {
        "/log-in",
        "/log-in/begin",
        "/log-in/finish",
        "/log-in/provider",
        "/log-in/provider/back",
        "/enrol",
        "/enrol/begin",
        "/enrol/finish",
        "/language/{code}",
        "/recover",
        "/static/{name}",
        "/help",
        "/help/{name}",
        "/help-image/{name}",
        "/static/built/{name}",
    }
    files = [(path, verb) for (method, path), verb in VERB_OF.items() if method == "GET"]
    by_token = {path for path, verb in files if verb in TOKEN_VERBS}
    assert all(re.search(r"/as/|/paper/|\.json$", path) for path in by_token)


def test_six_addresses_alone_read_their_form_themselves() -> None:
    streaming = [path for _, path, handler in routes(APP) if handler.opt.get("streams")]
    assert sorted(streaming) == [
        *("/duty/import", "/evidence/send", "/import/send", "/received/take", "/registers/import"),
        "/statements/check",
    ]


def test_an_address_without_a_verb_is_closed() -> None:
    @get("/loose", sync_to_thread=False)
    def loose() -> str:
        return "secret words"

    app = build_app(small_shelf(), banner=None, gate=open_gate(), more=[loose])
    assert ("GET", "/loose") not in VERB_OF
    with _browser(app) as client:
        answer = client.get("/loose")
    assert answer.status_code == 403
    assert "secret words" not in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_gives_it(role: Role, desk: Desk, tmp_path: Path) -> None:
    gate, work = open_gate(role), working(desk.store, tmp_path, desk.clock)
    app = build_app(small_shelf(), banner=None, gate=gate, work=work)
    with _browser(app) as client:
        for method, path in ROUTES:
            if method == "HEAD":
                continue
            verb = VERB_OF[method, path]
            answer = client.request(
                method,
                _filled(path),
                headers=_from_here(gate.shared_secret),
                follow_redirects=False,
            )
            client.cookies.delete("legation-language")  # an address turns the language
            told = f"the role {role} may not" in answer.text
            assert told == (verb not in verbs_of([role])), (method, path)
            assert not told or answer.status_code == 403
            assert not told or "ask somebody who may" in answer.text.lower()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_is_refused_reads_no_content_and_is_noted(role: Role, desk: Desk) -> None:
    secret = enrolled(desk.store, desk.clock, "Somebody", role)
    denied = 0
    with desk.client(secret) as client:
        for method, path in ROUTES:
            if (
                method != "GET"
                or VERB_OF[method, path] in verbs_of([role])
                or denied >= limits.MOST
            ):
                continue
            desk.shelf.asked.clear()
            assert client.get(_filled(path)).status_code == 403
            assert desk.shelf.asked == []
            denied += 1
    assert desk.verbs().count("route.deny") == denied


SECRETS = st.one_of(st.none(), st.just(""), st.text("abcAZ09_-", min_size=1, max_size=60))


@given(
    route=st.sampled_from([route for route in ROUTES if VERB_OF[route] not in OPEN_VERBS]),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]),
    cookie=SECRETS,
    bearer=SECRETS,
    accept=st.sampled_from(["*/*", "text/html", "application/json"]),
    forged=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_no_address_answers_content_without_a_session(
    desk: Desk,
    *,
    route: tuple[str, str],
    method: str,
    cookie: str | None,
    bearer: str | None,
    accept: str,
    forged: bool,
) -> None:
    if not desk.store.people.count():
        Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    desk.clock.pass_time(minutes=6)  # so that no limit hides what is asked
    headers = {"accept": accept}
    if bearer is not None:
        headers["authorization"] = f"Bearer lgn_{bearer}"
    if forged:
        headers |= _from_here(cookie)
    with desk.client(cookie) as client:
        answer = client.request(method, _filled(route[1]), headers=headers, follow_redirects=False)
    assert answer.status_code in (204, 303, 401, 403, 405)
    # A language is a stranger's to choose; it leads back to the first page.
    to = "/" if route[1].startswith("/language") else "/log-in"
    assert answer.status_code != 303 or answer.headers["location"].startswith(to)
    assert desk.shelf.asked == []
    # The switch of languages repeats the address that was asked, and nothing else.
    assert "campaign--1" not in answer.text.partition('<nav class="tongues"')[0]
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("path", ["/job/none/state", "/job/none/events"])
def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    path: str, desk: Desk, tmp_path: Path
) -> None:
    secret = enrolled(desk.store, desk.clock, "Omar Haddad", "analyst")
    gate = guarded_gate(Entrance(desk.store, desk.clock), desk.clock)
    work = working(desk.store, tmp_path, desk.clock)
    app = build_app(small_shelf(), banner=None, gate=gate, work=work)
    for asked, over in ((path, True), ("/alive", False)):
        fresh = enrolled(desk.store, desk.clock, f"Ada {asked}", "analyst") if not over else secret
        with _browser(app) as client:
            client.cookies.set("legation-session", fresh)
            desk.clock.pass_time(minutes=20)
            assert client.get(asked).status_code in (200, 404)
            desk.clock.pass_time(minutes=20)
            assert (client.get("/alive").status_code == 401) == over


def test_a_stranger_is_led_to_the_log_in_and_back(desk: Desk) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    with desk.client() as client:
        answer = client.get(
            "/campaigns?grade=high", headers={"accept": "text/html"}, follow_redirects=False
        )
        page = client.get(answer.headers["location"])
        plain = client.get("/campaigns", headers={"accept": "application/json"})
    assert answer.headers["location"] == "/log-in?to=%2Fcampaigns%3Fgrade%3Dhigh"
    assert 'data-to="/campaigns?grade=high"' in page.text
    assert plain.status_code == 401
    assert set(plain.json()) == {"error", "hint"}


@given(st.text("/\\.:@?#ab \t\n%") | st.text())
def test_a_log_in_leads_to_no_other_place_than_the_desk(to: str) -> None:
    place = place_of(to)
    assert place == "" or re.match(r"/(?![/\\])[^\\\t\n\r]*$", place)


def test_a_page_runs_files_of_ours_and_nothing_that_stands_in_it(desk: Desk) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    with desk.client() as client:
        for path in ("/log-in", "/enrol", "/recover", "/nothing", "/keys", "/jobs", "/job/0/state"):
            page = client.get(path)
            policy = page.headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
            tags = re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL)
            assert tags == ([""] if path in ("/log-in", "/enrol") else [])
            assert page.text.count('<script src="/static/door.js?v=') == len(tags)
        assert client.get("/static/door.js").headers["content-type"].startswith("text/javascript")


def test_a_cookie_is_for_this_desk_alone(tmp_path: Path) -> None:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as store:
        Register(store, clock, HOST).add("Ines Adler", ["administrator"])
        for binding, name, secure in (
            (Binding(), "legation-visit", False),
            (Binding(name="desk.example", behind_proxy=True), "__Host-legation-visit", True),
        ):
            desk = Desk(store, clock, tmp_path, binding)
            with desk.client() as client:
                answer = client.get("/log-in")
                assert client.get("/log-in", headers={"host": "evil.example"}).status_code == 421
            told = answer.headers["set-cookie"]
            assert told.startswith(f"{name}=")
            assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(told.split("; "))
            assert ("Secure" in told) == secure
            assert "Domain" not in told
            assert (answer.headers.get("strict-transport-security") is not None) == secure
    assert "max-age" in LASTING["Strict-Transport-Security"]


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"x-legation-form": "guess"},
        {"x-legation-form": ""},
    ],
)
def test_what_was_not_sent_by_a_page_of_the_desk_changes_nothing(
    changes: dict[str, str], desk: Desk
) -> None:
    secret = enrolled(desk.store, desk.clock, "Ines Adler", "administrator")
    data = {"name": "Mallory", "role": "analyst"}
    with desk.client(secret) as client:
        refused = client.post("/people", data=data, headers=_from_here(secret) | changes)
        bare = client.post("/people", data=data, headers={"x-legation-form": form_token(secret)})
        assert (refused.status_code, bare.status_code) == (403, 403)
        assert desk.store.people.count() == 1
        assert desk.verbs()[-2:] == ["route.deny", "route.deny"]
        taken = client.post("/people", data=data, headers=_from_here(secret))
    assert taken.status_code == 200
    assert desk.store.people.get("Mallory").roles == ("analyst",)
    assert re.search(rf"{HERE}/enrol#[\w-]{{43}}", taken.text)


def test_what_was_sent_or_signed_at_another_port_of_the_same_name_is_not_taken(desk: Desk) -> None:
    _, link = Register(desk.store, desk.clock, HOST).add("Omar Haddad", ["analyst"])
    key = SoftKey(origin="http://localhost:9999")
    elsewhere = {"host": "localhost:9999", "origin": "http://localhost:9999"}
    with desk.client() as client:
        given = _from_here(client.get("/enrol").cookies["legation-visit"])
        asked = client.post("/enrol/begin", json={"link": link}, headers=given).json()
        made = {"link": link, "credential": key.make(asked["options"])}
        for more in ({}, elsewhere):
            refused = client.post("/enrol/finish", json=made, headers=given | more)
            assert refused.status_code == 403
        assert client.post("/log-in/begin", json={}, headers=given).status_code == 200
        forwarded = client.post("/log-in/begin", json={}, headers=given | elsewhere)
        assert forwarded.status_code == 403
    assert desk.store.people.get("Omar Haddad").passkeys == 0


def test_a_form_without_a_session_needs_the_token_of_its_browser(desk: Desk) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    with desk.client() as client:
        assert client.post("/log-in/begin", headers=_from_here(None), json={}).status_code == 403
        visit = client.get("/log-in").cookies["legation-visit"]
        first, second = (
            re.search(r'data-form-token="([0-9a-f]+)"', client.get("/log-in").text)
            for _ in range(2)
        )
        assert first is not None
        assert second is not None
        assert _unmasked(first[1]) == _unmasked(second[1]) == _unmasked(form_token(visit))
        assert first[1] != second[1]
        assert client.post("/log-in/begin", headers=_from_here(visit), json={}).status_code == 200


def test_an_enrolment_and_a_log_in_by_an_authenticator(desk: Desk) -> None:
    _, link = Register(desk.store, desk.clock, HOST).add("Omar Haddad", ["analyst"])
    key = SoftKey(origin=HERE)
    with desk.client() as client:
        visit = client.get("/enrol").cookies["legation-visit"]
        given = _from_here(visit)
        asked = client.post("/enrol/begin", json={"link": link}, headers=given).json()
        assert (asked["name"], asked["roles"]) == ("Omar Haddad", "analyst")
        made = {"link": link, "credential": key.make(asked["options"])}
        entered = client.post("/enrol/finish", json=made, headers=given)
        assert entered.json() == {"to": "/"}
        assert client.get("/", follow_redirects=False).headers["location"] == "/kit"
        again = client.post(
            "/enrol/finish", json=made, headers=_from_here(client.cookies["legation-session"])
        )
        assert again.status_code == 404
    with desk.client() as client:
        given = _from_here(client.get("/log-in").cookies["legation-visit"])
        question = client.post("/log-in/begin", json={}, headers=given).json()
        shown = {"credential": key.show(question)}
        assert client.post("/log-in/finish", json=shown, headers=given).status_code == 200
        assert client.cookies.get("legation-session")
    with desk.client() as client:  # what was shown in one browser is nothing in another
        given = _from_here(client.get("/log-in").cookies["legation-visit"])
        stolen = client.post("/log-in/finish", json=shown, headers=given)
        assert stolen.status_code == 403
    assert desk.verbs()[-2:] == ["session.begin", "session.refuse"]


_DEEP = b"[" * 20_000 + b"]" * 20_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/log-in/finish", b'{"credential": {"a": ' + _DEEP + b"}}"),
        ("/log-in/finish", b'{"credential": ' + _DEEP + b"}"),
        ("/enrol/begin", b'{"link": "\xff"}'),
        ("/enrol/begin", _DEEP),
    ],
)
def test_what_no_script_of_ours_would_send_is_no_fault_of_the_desk(
    path: str, body: bytes, desk: Desk
) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    with desk.client() as client:
        given = _from_here(client.get("/log-in").cookies["legation-visit"])
        told = client.post(path, content=body, headers=given | {"content-type": "application/json"})
        assert told.status_code == 400


def test_an_authenticator_that_answers_in_a_thousand_brackets_is_refused(desk: Desk) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    told = base64.urlsafe_b64encode(_DEEP).decode()
    shown = {"credential": {"id": "AA", "response": {"clientDataJSON": told}}}
    with desk.client() as client:
        given = _from_here(client.get("/log-in").cookies["legation-visit"])
        assert client.post("/log-in/finish", json=shown, headers=given).status_code == 403


def test_who_fails_too_often_has_to_wait_and_is_noted_no_longer(desk: Desk) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    with desk.client() as client:
        given = _from_here(client.get("/recover").cookies["legation-visit"])
        codes = [
            client.post("/recover", data={"code": "x"}, headers=given).status_code
            for _ in range(limits.MOST + 3)
        ]
        waiting = client.post("/log-in/begin", json={}, headers=given)
        assert codes == [403] * limits.MOST + [429] * 3
        assert waiting.status_code == 429
        assert waiting.headers["retry-after"] == "301"
        assert desk.verbs().count("session.refuse") == limits.MOST
        desk.clock.pass_time(minutes=5, seconds=1)
        assert client.post("/log-in/begin", json={}, headers=given).status_code == 200


def test_the_memory_of_failures_is_bounded() -> None:
    known = Limits(Clock())
    for number in range(limits.ADDRESSES + 50):
        known.count(f"192.0.{number // 256}.{number % 256}")
    assert len(known) == limits.ADDRESSES


def test_a_token_reads_files_within_its_scope_and_nothing_else(desk: Desk) -> None:
    enrolled(desk.store, desk.clock, "Omar Haddad", "security officer")
    keyring = Keyring(desk.store, desk.clock)
    token, secret = keyring.add("Omar Haddad", name="SIEM", scopes=["audit.export"], days=2)
    given = {"authorization": f"Bearer {secret}", "accept": "application/json"}
    with desk.client() as client:
        log = client.get("/log.json", headers=given)
        assert log.status_code == 200
        assert log.json()["entries"][0]["verb"] == "token.use"
        for path, status in (("/today.json", 403), ("/", 403), ("/people", 403)):
            assert client.get(path, headers=given).status_code == status
        assert desk.shelf.asked == []
        posted = client.post("/people", headers=given | _from_here(None), data={"name": "M"})
        assert posted.status_code == 403
        desk.clock.pass_time(days=2)
        late = client.get("/log.json", headers=given)
        assert (late.status_code, late.headers["www-authenticate"]) == (401, "Bearer")
    assert desk.verbs().count("token.use") == 2
    assert desk.verbs()[-2:] == ["route.deny", "session.refuse"]
    assert desk.store.tokens.every()[0].token_id == token.token_id


def test_a_token_is_answered_in_json_whatever_goes_wrong(desk: Desk) -> None:
    enrolled(desk.store, desk.clock, "Omar Haddad", "security officer")
    keyring = Keyring(desk.store, desk.clock)
    scopes = ["audit.export", "campaign.export"]
    _, secret = keyring.add("Omar Haddad", name="SIEM", scopes=scopes, days=2)
    given = {"authorization": f"Bearer {secret}", "accept": "text/html, */*"}
    wrong = {"authorization": "bearer lgn_never", "accept": "*/*"}
    asked = (
        ("/log/as/xls", given, 404),
        ("/log.json?before=x", given, 400),
        ("/log/as/csv?colour=red", given, 400),
        ("/campaign/never/ties/as/csv", given, 404),
        ("/people", given, 403),
        ("/no/such/page", given, 404),
        ("/log.json", {**wrong, "authorization": "Bearer lgn_never"}, 401),
        ("/log.json", wrong, 401),
    )
    with desk.client() as client:
        for path, headers, status in asked:
            answer = client.get(path, headers=headers)
            assert (path, answer.status_code) == (path, status)
            assert answer.headers["content-type"].startswith("application/json"), path
            assert set(answer.json()) == {"error", "hint"}
        page = client.get("/no/such/page", headers={"accept": "*/*"})
        assert page.headers["content-type"].startswith("text/html")


def test_before_the_kit_is_confirmed_nothing_else_is_open(desk: Desk) -> None:
    secret, _ = half_enrolled(desk.store, desk.clock, "Omar Haddad", "analyst")
    with desk.client(secret) as client:
        for path in ("/", "/campaigns/as/csv", "/words", "/log"):
            answer = client.get(path, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, "/kit")
        assert "Show my recovery codes" in client.get("/kit").text
    assert desk.shelf.asked == []


def test_behind_a_proxy_the_one_who_asks_is_whom_the_proxy_names(tmp_path: Path) -> None:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as store:
        Register(store, clock, HOST).add("Ines Adler", ["administrator"])
        for proxied, told in ((True, "192.0.2.9"), (False, "testclient")):
            wide = Binding(name="desk.example", public_port=8321, behind_proxy=True)
            binding = wide if proxied else Binding()
            desk = Desk(store, clock, tmp_path, binding)
            with desk.client() as client:
                visit = client.get("/recover").cookies[desk.gate.visit_cookie]
                origin = "https://desk.example:8321" if proxied else HERE
                client.post(
                    "/recover",
                    data={"code": "x"},
                    headers=_from_here(visit)
                    | {"origin": origin, "x-forwarded-for": "203.0.113.5, 192.0.2.9"},
                )
                last = store.audit.entries(verb="session.refuse")[-1].event
                assert last.detail == {"address": told, "step": "recovery code"}
                here = {**_from_here(visit), "origin": origin}
                own = [("x-forwarded-for", "203.0.113.6"), ("x-forwarded-for", "192.0.2.9")]
                client.post("/recover", data={"code": "y"}, headers=[*here.items(), *own])
            first, second = store.audit.entries(verb="session.refuse")[-2:]
            assert first.event.detail == second.event.detail
            assert len(store.audit.entries(verb="session.refuse")) == (2 if proxied else 4)


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("127.0.0.1:8321", "http://localhost:8321/log-in"),
        ("[::1]:8321", "http://localhost:8321/log-in"),
        ("[::1]", "http://localhost/log-in"),
        ("127.0.0.1", "http://localhost/log-in"),
    ],
)
def test_another_name_of_this_machine_leads_to_the_one_that_passkeys_hold_for(
    host: str, place: str, desk: Desk
) -> None:
    Register(desk.store, desk.clock, HOST).add("Ines Adler", ["administrator"])
    with desk.client() as client:
        answer = client.get("/log-in", headers={"host": host}, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (303, place), answer.text


def test_a_demonstration_has_no_people_and_says_who_looks(desk: Desk) -> None:
    del desk
    gate = open_gate()
    app = build_app(Shelf(run=None), banner="DEMONSTRATION", gate=gate)
    with _browser(app) as client:
        page = client.get("/").text
        assert "Test Analyst" in page
        assert "without log-in" in page
        assert "Log out" not in page
        assert client.get("/people").status_code == 403
        for headers, status in ((_from_here(None), 403), (_from_here(gate.shared_secret), 404)):
            answer = client.post("/enrol/begin", json={"link": "x"}, headers=headers)
            assert answer.status_code == status


@pytest.mark.parametrize("place", ["http://[bad", "http://[::1", "//[", "http://a]b"])
def test_a_page_that_a_form_never_came_from_fails_nothing(place: str, desk: Desk) -> None:
    with desk.client() as client:
        answer = client.post("/nope", headers=_from_here(None) | {"referer": place})
        assert answer.status_code < 500


@pytest.mark.parametrize("letters", ["zz", "rot13", "hex", "zlib_codec", "undefined", "utf-16"])
@pytest.mark.parametrize("path", ["/recover", "/log-in/begin"])
def test_a_form_in_letters_that_nobody_knows_is_refused(
    path: str, letters: str, desk: Desk
) -> None:
    body = (
        '--x\r\nContent-Disposition: form-data; name="n"\r\n'
        f"Content-Type: text/plain; charset={letters}\r\n\r\nv\r\n--x--\r\n"
    )
    kind = {"content-type": "multipart/form-data; boundary=x"}
    with desk.client() as client:
        answer = client.post(path, headers=_from_here(None) | kind, content=body.encode())
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("role", "place"), [("auditor", "/log"), ("administrator", "/people"), ("analyst", "")]
)
def test_each_role_begins_in_the_first_room_that_it_may_read(
    role: Role, place: str, desk: Desk
) -> None:
    secret = enrolled(desk.store, desk.clock, "Somebody", role)
    with desk.client(secret) as client:
        first = client.get("/", follow_redirects=False)
        assert first.headers.get("location", "") == place
        assert first.status_code == (303 if place else 200)
        if place:
            refused = client.get("/watch/campaigns")
            assert f"the role {role} may not read campaigns" in refused.text
            assert '<a href="/">Go on to your first page</a>' in refused.text


def test_the_banner_has_the_colour_of_its_level() -> None:
    for level, kind in (
        ("TLP:RED", "tlp-red"),
        ("TLP:AMBER+STRICT", "tlp-amber"),
        ("TLP:GREEN", "tlp-green"),
    ):
        with _browser(build_app(small_shelf(), banner=level, gate=open_gate())) as client:
            assert f'<p class="marking {kind}">' in client.get("/words").text
    with _browser(build_app(small_shelf(), banner="TLP:CLEAR", gate=open_gate())) as client:
        assert '<p class="marking">' in client.get("/words").text


def test_an_administrator_changes_roles_only_with_the_passkey_shown_again(desk: Desk) -> None:
    secret = enrolled(desk.store, desk.clock, "Ada", "administrator")
    enrolled(desk.store, desk.clock, "Omar", "analyst")
    omar = desk.store.people.get("Omar").person_id
    fields = {"role": "press", "reason": "he moves to the press office"}
    with desk.client(secret) as client:
        assert "Other roles" in client.get("/people").text
        headers = _from_here(secret)
        asked = client.post(
            f"/people/{omar}/roles", data=fields, headers=headers, follow_redirects=False
        )
        assert asked.headers["location"].startswith("/prove?anew=1")
        assert desk.store.people.get("Omar").roles == ("analyst",)
        desk.store.sessions.prove(fingerprint(secret))
        client.post(f"/people/{omar}/roles", data=fields, headers=headers, follow_redirects=False)
    assert desk.store.people.get("Omar").roles == ("press",)
