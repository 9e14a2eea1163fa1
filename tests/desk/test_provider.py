"""Log-in by an identity provider: who is let in, and every answer that must not let anybody in."""

import gzip
import html
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from litestar import Litestar
from litestar.testing import TestClient

from legation.app.access.admission import Admission, Client, Group
from legation.app.access.entering import Entrance
from legation.app.access.guests import PROVEN
from legation.app.access.people import Register
from legation.app.access.rules import Rules
from legation.app.access.tokens import Keyring
from legation.desk import provider
from legation.desk.provider import Provider
from legation.desk.server import build_app
from legation.settings import Settings
from legation.store import open_store
from legation.store.opening import Store
from legation.store.sessions import LONGEST
from worlds.gates import Clock, guarded_gate
from worlds.homes import prepare
from worlds.identity_provider import CLIENT, SECRET, IdentityProvider, address_with
from worlds.people import HOST, enrolled
from worlds.readings import small_shelf

HERE = "http://localhost:8321"
BACK = "/log-in/provider/back"
ADMITTED = Admission(
    name="the ministry",
    group=(
        Group(name="analysts", roles=("analyst",)),
        Group(name="press", roles=("press",)),
        Group(name="inspectors", roles=("auditor",)),
    ),
)


class World:
    """A desk, its provider, and one browser."""

    def __init__(self, store: Store, clock: Clock, provider: IdentityProvider) -> None:
        self.store, self.clock, self.provider = store, clock, provider
        self.entrance = Entrance(store, clock)
        Register(store, clock, HOST).add("Ines Adler", ["administrator"])
        client = Client(issuer=provider.issuer, client_id=CLIENT, secret=SECRET, admission=ADMITTED)
        self.known = Provider(client, clock)
        self.gate = guarded_gate(self.entrance, clock)
        self.app = build_app(small_shelf(), banner=None, gate=self.gate, provider=self.known)
        self.browser = self.new_browser()

    def new_browser(self) -> TestClient[Litestar]:
        """Return a browser without any cookie."""
        opened = TestClient(self.app, base_url="http://127.0.0.1:8321")
        opened.base_url = HERE
        return opened

    def leave(
        self, browser: TestClient[Litestar] | None = None, to: str = "", at: str = "/log-in"
    ) -> Any:
        """Press the button of the log-in page, or of the one that asks for a proof."""
        browser = browser or self.browser
        page = browser.get(at, headers={"accept": "text/html"}).text
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token, page
        return browser.post(
            "/log-in/provider",
            data={"form_token": token[1], "to": to} | ({"anew": "yes"} if "/prove" in at else {}),
            headers={"origin": HERE, "sec-fetch-site": "same-origin"},
        )

    def asked(self, **more: Any) -> dict[str, str]:
        """Go to the provider, log in there, and return what the browser brings back."""
        page = self.leave(**more)
        assert page.status_code == 200, page.text
        found = re.search(r'id="on" href="([^"]+)"', page.text)
        assert found
        return self.provider.visit(html.unescape(found[1]))

    def back(self, answer: dict[str, str], browser: TestClient[Litestar] | None = None) -> Any:
        """Come back from another site: what is `SameSite=Strict` stays behind."""
        browser = browser or self.browser
        for name in (self.gate.session_cookie, self.gate.visit_cookie):
            browser.cookies.delete(name)
        return browser.get(address_with(BACK, answer), headers={"sec-fetch-site": "cross-site"})

    def enter(self, **more: Any) -> Any:
        """Log in by the provider, from the button to the desk."""
        return self.back(self.asked(**more))

    def refusals(self) -> list[dict[str, Any]]:
        """Return what the trail tells of those who were not let in."""
        return [entry.event.detail for entry in self.store.audit.entries(verb="session.refuse")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with (
        open_store(url, home=tmp_path, now=clock) as store,
        IdentityProvider(clock).running() as provider,
    ):
        yield World(store, clock, provider)


def test_whom_a_group_admits_becomes_a_person_with_its_roles(world: World) -> None:
    entered = world.enter()
    assert entered.status_code == 200
    person = world.store.people.get("Omar Haddad")
    assert person.roles == ("analyst",)
    assert world.browser.get("/watch/campaigns", headers={"accept": "text/html"}).status_code == 200
    begun = world.store.audit.last("session.begin")
    assert begun is not None
    assert begun.event.subject == person.person_id
    assert begun.event.detail["issuer"] == world.provider.issuer
    added = world.store.audit.entries(verb="person.add")[-1].event
    assert (added.actor, added.detail["roles"]) == ("identity provider", ["analyst"])


def test_the_session_is_one_like_any_other(world: World) -> None:
    entered = world.enter()
    cookies = entered.headers.get_list("set-cookie")
    (session,) = (line for line in cookies if line.startswith("legation-session="))
    assert "HttpOnly" in session
    assert "samesite=strict" in session.lower()
    world.clock.pass_time(minutes=29)
    assert world.browser.get("/watch/campaigns").status_code == 200
    world.clock.pass_time(minutes=30)
    assert world.browser.get("/watch/campaigns").status_code == 401
    world.enter()
    for _ in range(25):
        world.clock.pass_time(minutes=29)
        last = world.browser.get("/watch/campaigns").status_code
    assert last == 401


def test_a_session_of_a_provider_ends_after_its_idle_time_and_after_its_longest(
    world: World,
) -> None:
    world.enter()
    began = world.clock()
    while world.clock() + timedelta(minutes=29) < began + LONGEST:
        world.clock.pass_time(minutes=29)
        assert world.browser.get("/watch/campaigns").status_code == 200
    world.clock.time = began + LONGEST
    assert world.browser.get("/watch/campaigns").status_code == 401
    world.enter()
    world.clock.pass_time(minutes=30)
    assert world.browser.get("/watch/campaigns").status_code == 401


def test_an_answer_comes_back_by_a_cookie_that_other_sites_bring_and_leads_to_the_page(
    world: World,
) -> None:
    left = world.leave(to="/watch/campaigns?grade=high")
    (way,) = (c for c in left.headers.get_list("set-cookie") if c.startswith("legation-way="))
    assert "samesite=lax" in way.lower()
    assert "HttpOnly" in way
    assert "Max-Age=300" in way
    found = re.search(r'id="on" href="([^"]+)"', left.text)
    assert found
    entered = world.back(world.provider.visit(html.unescape(found[1])))
    assert 'href="/watch/campaigns?grade=high"' in entered.text
    assert world.browser.cookies.get("legation-way") is None


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "/\\e.example"]
)
def test_a_log_in_leads_to_no_other_site(world: World, to: str) -> None:
    entered = world.enter(to=to)
    assert entered.status_code == 200
    assert "elsewhere.example" not in entered.text
    assert "e.example" not in entered.text


def test_roles_follow_the_groups_and_who_has_none_left_is_out_at_once(world: World) -> None:
    world.enter()
    inside = world.browser.cookies.get("legation-session")
    person_id = world.store.people.get("Omar Haddad").person_id
    jobs = [
        world.store.jobs.add(kind, kind, {}, actor=person_id, place="").job_id
        for kind in ("watch", "places")
    ]
    world.provider.person["groups"] = ["press", "others"]
    other = world.new_browser()
    assert world.back(world.asked(browser=other), other).status_code == 200
    assert world.store.people.get("Omar Haddad").roles == ("press",)
    changed = world.store.audit.last("person.roles")
    assert changed is not None
    assert changed.event.detail == {"roles": ["press"], "before": ["analyst"]}
    # What they had asked for as an analyst does not go on without them.
    assert [world.store.jobs.get(each).state for each in jobs] == ["cancelled", "waiting"]
    world.provider.person["groups"] = []
    assert world.enter().status_code == 403
    assert world.store.jobs.get(jobs[1]).state == "cancelled"
    ended = world.store.audit.entries(verb="job.cancel")
    assert [(one.event.actor, one.event.subject) for one in ended] == [
        ("identity provider", each) for each in jobs
    ]
    world.browser.cookies.set("legation-session", str(inside))
    assert world.browser.get("/watch/campaigns").status_code == 401
    assert world.refusals()[-1]["reason"] == "none of your groups is admitted to this desk"


@pytest.mark.parametrize("groups", [None, [], ["others"], "others", [7], ["Analysts"]])
def test_who_is_unknown_and_in_no_admitted_group_is_refused_and_noted(
    world: World, groups: Any
) -> None:
    world.provider.person["groups"] = groups
    refused = world.enter()
    assert refused.status_code == 403
    assert [person.name for person in world.store.people.every()] == ["Ines Adler"]
    assert world.refusals() == [
        {
            "step": "provider",
            "address": "testclient",
            "reason": "none of your groups is admitted to this desk",
            "sub": "s-1",
        }
    ]


def test_an_auditor_has_no_other_role_by_groups_either(world: World) -> None:
    world.provider.person["groups"] = ["inspectors", "analysts"]
    assert world.enter().status_code == 403
    world.provider.person["groups"] = ["inspectors"]
    assert world.enter().status_code == 200
    assert world.browser.get("/log").status_code == 200
    assert world.browser.get("/watch/campaigns").status_code == 403


def test_a_disabled_person_stays_out(world: World) -> None:
    world.enter()
    Register(world.store, world.clock, HOST).disable("Omar Haddad")
    assert world.browser.get("/watch/campaigns").status_code == 401
    assert world.enter().status_code == 403
    refusal = world.store.audit.entries(verb="session.refuse")[-1].event
    assert refusal.actor == world.store.people.get("Omar Haddad").person_id
    assert refusal.detail["reason"] == "this person may not enter any more"


def test_a_person_of_the_host_is_found_by_subject_and_keeps_their_roles(world: World) -> None:
    Register(world.store, world.clock, HOST).add("Ada Brunel", ["policy"])
    world.entrance.vouching(world.known.client).tie("Ada Brunel", "s-9")
    world.provider.person = {"sub": "s-9", "name": "Somebody Else", "groups": ["press"]}
    assert world.enter().status_code == 200
    assert world.store.people.get("Ada Brunel").roles == ("policy",)
    assert world.browser.get("/watch/campaigns").status_code == 200


def test_a_name_lets_nobody_in_as_somebody_else(world: World) -> None:
    world.provider.person["name"] = "Ines Adler"
    assert world.enter().status_code == 200
    names = [person.name for person in world.store.people.every()]
    assert names[0] == "Ines Adler"
    assert re.fullmatch(r"Ines Adler \([0-9a-f]{6}\)", names[1])
    assert world.store.people.get("Ines Adler").roles == ("administrator",)


@pytest.mark.parametrize(
    "name",
    [
        "identity provider",
        "Command  Line",
        "nobody",
        "n\u043ebody",
        "the desk",
        "p-0123456789abcdef",
    ],
)
def test_nobody_enters_under_the_name_of_what_is_no_person(world: World, name: str) -> None:
    world.provider.person["name"] = name
    assert world.enter().status_code == 200
    assert re.fullmatch("person [0-9a-f]{6}", world.store.people.every()[1].name)


@pytest.mark.parametrize("name", ["\u0406nes Adler", "ines adler", "Ines Ad1er", "InesAdler"])
def test_a_name_that_can_be_taken_for_that_of_somebody_is_marked(world: World, name: str) -> None:
    world.provider.person["name"] = name
    assert world.enter().status_code == 200
    shown = world.store.people.every()[1].name
    assert re.fullmatch(rf"{name} \([0-9a-f]{{6}}\)", shown)


def test_no_provider_gives_the_verbs_of_an_administrator(world: World) -> None:
    register = Register(world.store, world.clock, HOST)
    register.add("Ada Brunel", ["administrator", "analyst"])
    vouching = world.entrance.vouching(world.known.client)
    vouching.tie("Ada Brunel", "s-9")
    vouching.tie("Ines Adler", "s-8")
    world.provider.person = {"sub": "s-9", "name": "Ada Brunel"}
    assert world.enter().status_code == 200
    assert world.browser.get("/people").status_code == 403
    assert world.browser.get("/watch/campaigns").status_code == 200
    world.provider.person = {"sub": "s-8", "name": "Ines Adler"}
    refused = world.enter()
    assert refused.status_code == 403
    assert "by passkey only" in refused.text


def _set(name: str, value: Any) -> Callable[[IdentityProvider], None]:
    return lambda provider: setattr(provider, name, value)


def _claim(**claims: Any) -> Callable[[IdentityProvider], None]:
    return _set("changes", claims)


def _late(provider: IdentityProvider) -> None:
    now = int(provider.now().timestamp())
    provider.changes = {"iat": now - 400, "exp": now - 61}


def _foreign_key(provider: IdentityProvider) -> None:
    provider.signed_by = RSAKey.generate_key(2048, {"kid": "one"})


def _in(seconds: int, *names: str) -> Callable[[IdentityProvider], None]:
    def change(provider: IdentityProvider) -> None:
        provider.changes = dict.fromkeys(names, int(provider.now().timestamp()) + seconds)

    return change


HOSTILE: dict[str, Callable[[IdentityProvider], None]] = {
    "another nonce": _claim(nonce="guess"),
    "no nonce": _claim(nonce=None),
    "another audience": _claim(aud="another-desk"),
    "another party": _claim(aud=[CLIENT, "another-desk"], azp="another-desk"),
    "several audiences and no party": _claim(aud=[CLIENT, "another-desk"]),
    "another issuer": _claim(iss="https://elsewhere.example"),
    "no end": _claim(exp=None),
    "an end in words": _claim(exp="9999999999"),
    "over": _late,
    "made long ago": _in(-700, "iat"),
    "made in the future": _in(120, "iat"),
    "not yet": _in(120, "nbf"),
    "no subject": _claim(sub=None),
    "a subject that is no text": _claim(sub=7),
    "an empty subject": _claim(sub=""),
    "no signature": _set("unsigned", True),
    "the public key as a secret": _set("confused", True),
    "a foreign key under a known name": _foreign_key,
    "the name of no key": _set("header", {"alg": "RS256", "kid": "three"}),
    "another provider's answer": _set("answer", {"iss": "https://elsewhere.example"}),
    "a refusal": _set("answer", {"error": "access_denied"}),
    "another code": _set("answer", {"code": "injected"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_an_answer_that_does_not_hold_lets_nobody_in(world: World, what: str) -> None:
    HOSTILE[what](world.provider)
    refused = world.enter()
    assert refused.status_code == 403, refused.text
    assert "legation-session" not in str(refused.headers.get_list("set-cookie"))
    assert [person.name for person in world.store.people.every()] == ["Ines Adler"]
    (refusal,) = world.refusals()
    assert refusal["step"] == "provider"
    assert refusal["reason"]
    assert "session.begin" not in [e.event.verb for e in world.store.audit.entries()]


def test_the_same_world_without_a_fault_lets_somebody_in(world: World) -> None:
    assert world.enter().status_code == 200


def test_a_state_counts_once_in_its_time_and_in_its_browser(world: World) -> None:
    first = world.asked()
    cookie = world.browser.cookies.get("legation-way")
    stranger = world.new_browser()
    assert world.back(first, stranger).status_code == 403  # somebody else's answer, planted
    stranger.cookies.set("legation-way", "guess")
    assert world.back(first, stranger).status_code == 403
    assert world.back(first).status_code == 200
    world.browser.cookies.set("legation-way", str(cookie))
    assert world.back(first).status_code == 403
    late = world.asked()
    world.clock.pass_time(minutes=5, seconds=1)
    assert world.back(late).status_code == 403
    assert len(world.refusals()) == 3  # the first stranger's browser had not asked at all


def test_a_code_of_another_browser_is_not_taken_with_ones_own_state(world: World) -> None:
    attacker = world.new_browser()
    stolen = world.asked()  # the victim's code, seen by somebody
    own = world.asked(browser=attacker)
    refused = world.back(own | {"code": stolen["code"]}, attacker)
    assert refused.status_code == 403
    assert world.refusals()[-1]["reason"] == "the identity provider refused the code"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": "x"},
        {"code": "x", "state": ""},
        {"code": "x", "state": "."},
        {"code": "x", "state": "Ã¶.Ã¶"},
        {"code": "x", "state": "AAAA.AAAA"},
        {"state": "A" * 5000},
    ],
)
def test_what_answers_no_question_is_refused(world: World, answer: dict[str, str]) -> None:
    world.asked()
    assert world.back(answer).status_code == 403


def test_the_way_out_needs_a_form_of_this_desk(world: World) -> None:
    foreign = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    world.browser.get("/log-in", headers={"accept": "text/html"})
    assert world.browser.post("/log-in/provider", headers=foreign).status_code == 403
    own = {"origin": HERE, "sec-fetch-site": "same-origin"}
    assert world.browser.post("/log-in/provider", headers=own).status_code == 403


def test_new_keys_of_the_provider_are_fetched_but_not_at_every_guess(world: World) -> None:
    world.enter()
    world.clock.pass_time(minutes=1)
    world.provider.change_keys()
    assert world.enter().status_code == 200
    fetched = world.provider.asked.count("/keys")
    assert fetched == 2
    world.provider.header["kid"] = "three"
    for _ in range(3):
        assert world.enter().status_code == 403
    assert world.provider.asked.count("/keys") == fetched


def test_a_key_that_is_too_short_proves_nothing(world: World) -> None:
    world.provider.weaken_keys()
    assert world.enter().status_code == 403


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
    ],
)
def test_a_provider_that_names_itself_or_its_places_otherwise_is_not_asked(
    world: World, metadata: dict[str, Any]
) -> None:
    world.provider.metadata = metadata
    assert world.leave().status_code == 403


def test_where_the_provider_names_itself_in_its_answer_it_must(world: World) -> None:
    world.provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert world.enter().status_code == 403
    world.provider.answer = {"iss": world.provider.issuer}
    assert world.enter().status_code == 200


def test_a_proof_that_is_asked_for_again_is_the_providers_and_must_be_fresh(world: World) -> None:
    world.enter()
    secret = str(world.browser.cookies.get("legation-session"))
    assert world.entrance.guest(secret).proven is None
    page = world.browser.get("/prove?to=/watch/campaigns", headers={"accept": "text/html"}).text
    assert "Log in again through <bdi>the ministry</bdi>" in page
    assert "door.js" not in page
    now = int(world.clock().timestamp())
    for at, status in ((None, 403), (now - 301, 403), (now + 90, 403), (now - 10, 200)):
        world.provider.changes = {"auth_time": at}
        world.browser.cookies.set("legation-session", secret)
        left = world.leave(at="/prove?to=/watch/campaigns", to="/watch/campaigns")
        assert "prompt=login" in left.text
        assert "max_age=0" in left.text
        found = re.search(r'id="on" href="([^"]+)"', left.text)
        assert found
        answer = world.provider.visit(html.unescape(found[1]))
        assert world.back(answer).status_code == status
    proven = world.entrance.guest(str(world.browser.cookies.get("legation-session")))
    assert proven.proven == world.clock() + PROVEN
    world.clock.pass_time(minutes=6)
    again = world.entrance.guest(str(world.browser.cookies.get("legation-session")))
    assert again.proven is None


def test_the_state_of_a_plain_log_in_gives_no_proof(world: World) -> None:
    answer = world.asked()
    world.provider.changes = {"auth_time": int(world.clock().timestamp())}
    assert world.back(answer | {"state": f"{answer['state']}anew"}).status_code == 403


def test_without_the_provider_its_page_says_so_and_passkeys_go_on(world: World) -> None:
    world.provider.stop()
    page = world.leave()
    assert page.status_code == 503
    assert "the identity provider does not answer" in page.text
    assert "Log in with your passkey" in page.text
    assert world.browser.get("/log-in", headers={"accept": "text/html"}).status_code == 200
    secret = enrolled(world.store, world.clock, "Ada Brunel", "analyst")
    world.browser.cookies.set("legation-session", secret)
    assert world.browser.get("/watch/campaigns").status_code == 200


def test_a_provider_that_goes_away_in_between_lets_nobody_in(world: World) -> None:
    answer = world.asked()
    world.provider.stop()
    assert world.back(answer).status_code == 503


def test_pages_elsewhere_lock_no_address_out_and_write_nothing_into_the_trail(
    world: World,
) -> None:
    picture = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    browser = world.new_browser()
    refused = [browser.get(f"{BACK}?state=x", headers=picture).status_code for _ in range(12)]
    browser.cookies.set("legation-way", "planted")
    refused += [browser.get(f"{BACK}?state=x", headers=picture).status_code for _ in range(12)]
    assert refused == [403] * 24
    assert world.refusals() == []
    assert world.enter().status_code == 200


def _begin_proof(world: World) -> int:
    page = world.browser.get("/prove", headers={"accept": "text/html"}).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token, page
    own = {"origin": HERE, "sec-fetch-site": "same-origin", "x-legation-form": token[1]}
    return world.browser.post("/prove/begin", headers=own).status_code


def test_failures_of_strangers_at_an_address_lock_no_known_session_out_of_its_proof(
    world: World,
) -> None:
    world.browser.cookies.set(
        "legation-session", enrolled(world.store, world.clock, "Ada Brunel", "analyst")
    )
    stranger = world.new_browser()
    stranger.cookies.set("legation-way", "guess")
    tried = [stranger.get(f"{BACK}?state=x").status_code for _ in range(11)]
    assert tried == [403] * 10 + [429]
    assert world.leave(world.new_browser()).status_code == 429
    assert _begin_proof(world) == 200


def test_whom_the_provider_puts_out_keeps_no_token_and_no_role(world: World) -> None:
    world.enter()
    person = world.store.people.get("Omar Haddad")
    keyring = Keyring(world.store, world.clock)
    token, secret = keyring.add(
        "Omar Haddad", name="a program", scopes=["campaign.export"], days=90
    )
    program, bearer = world.new_browser(), {"authorization": f"Bearer {secret}"}
    assert program.get("/campaigns/as/json", headers=bearer).status_code != 401
    world.provider.person["groups"] = []
    assert world.enter().status_code == 403
    assert program.get("/campaigns/as/json", headers=bearer).status_code == 401
    assert world.store.people.get("Omar Haddad").roles == ()
    (revoked,) = world.store.audit.entries(verb="token.revoke")
    assert (revoked.event.actor, revoked.event.subject) == ("identity provider", token.token_id)
    lost = world.store.audit.last("person.roles")
    assert lost is not None
    assert lost.event.detail == {"roles": [], "before": ["analyst"]}
    rules = Rules(world.store, Settings())
    assert rules.verbs(rules.reader(person.person_id)) == frozenset()
    assert rules.known(person.person_id, []) == frozenset()
    # Admitted anew, they have their roles again, and none of their old tokens.
    world.provider.person["groups"] = ["press"]
    assert world.enter().status_code == 200
    assert world.store.people.get("Omar Haddad").roles == ("press",)
    assert program.get("/campaigns/as/json", headers=bearer).status_code == 401


def _tells(world: World, path: str, content: bytes, pieces: int = 1, **headers: str) -> list[int]:
    """Have the provider answer so at a path; return the list of the pieces that it could send."""
    sent: list[int] = []

    def tell(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        for name, said in headers.items():
            handler.send_header(name.replace("_", "-"), said)
        handler.end_headers()
        with suppress(OSError):
            for number in range(pieces):
                handler.wfile.write(content)
                sent.append(number)

    world.provider.instead[path] = tell
    return sent


@pytest.mark.parametrize("path", ["/token", "/keys", "/.well-known/openid-configuration"])
def test_an_answer_without_end_is_not_read_to_its_end(world: World, path: str) -> None:
    sent = _tells(world, path, b" " * (1 << 20), pieces=60)
    left = world.leave()
    if left.status_code == 200:
        found = re.search(r'id="on" href="([^"]+)"', left.text)
        assert found
        left = world.back(world.provider.visit(html.unescape(found[1])))
    assert left.status_code == 503
    assert len(sent) < 30


@pytest.mark.parametrize("path", ["/token", "/keys"])
def test_an_answer_that_unpacks_to_much_is_not_unpacked(world: World, path: str) -> None:
    bomb = gzip.compress(b" " * (4 << 20))
    _tells(world, path, bomb, content_encoding="gzip", content_length=str(len(bomb)))
    assert world.enter().status_code == 503


def test_an_answer_that_drips_is_given_up_and_nobody_waits_for_the_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "_WHOLE_S", 0.3)
    let_go = threading.Event()

    def drip(handler: Any) -> None:
        world.provider.asked.append("drip")
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while not let_go.wait(0.05):
                handler.wfile.write(b" ")

    world.provider.instead["/.well-known/openid-configuration"] = drip
    assert [world.leave().status_code for _ in range(3)] == [503, 503, 503]
    assert world.provider.asked.count("drip") == 1
    let_go.set()
    world.provider.instead.clear()
    world.clock.pass_time(seconds=11)
    assert world.enter().status_code == 200


@pytest.mark.parametrize(
    "answer",
    [
        b'{"expires_in": 1e400, "id_token": "a.b.c"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[1, 2]",
        b'"x"',
        b"\xff",
    ],
)
def test_a_token_answer_that_makes_no_sense_is_no_fault_of_the_desk(
    world: World, answer: bytes
) -> None:
    _tells(world, "/token", answer, content_length=str(len(answer)))
    assert world.enter().status_code in {403, 503}


def test_a_key_that_holds_what_is_no_sign_spoils_no_other_key(world: World) -> None:
    keys = world.provider.page("/keys")
    keys["keys"].insert(0, {"kty": "RSA", "n": "\ud800", "e": "AQAB", "kid": "\udfff"})
    told = json.dumps(keys).encode()
    _tells(world, "/keys", told, content_length=str(len(told)))
    assert world.enter().status_code == 200


def test_whom_a_provider_vouches_for_keeps_no_key_here(world: World) -> None:
    world.enter()
    page = world.browser.get("/keys", headers={"accept": "text/html"})
    assert "keeps no key of yours" in page.text
    assert "door.js" not in page.text


def test_without_a_provider_the_log_in_offers_none(world: World) -> None:
    app = build_app(small_shelf(), banner=None, gate=world.gate)
    browser = TestClient(app, base_url="http://127.0.0.1:8321")
    browser.base_url = HERE
    page = browser.get("/log-in", headers={"accept": "text/html"})
    assert "/log-in/provider" not in page.text
    assert browser.get(BACK).status_code == 404
