"""A log-in through an identity provider of another site, in a real browser, out and back.

The desk is `localhost` and the provider `127.0.0.1`, so to the browser they are two sites: what
is `SameSite=Strict` stays behind on the way back, as it does between two real names.
"""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from legation.app.access.admission import Admission, Client, Group
from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.desk.listening import listen
from legation.desk.provider import Provider
from legation.desk.server import build_app, server_of
from legation.store import open_store
from legation.store.opening import Store
from worlds.browsing import IN_BROWSER, judged
from worlds.gates import guarded_gate
from worlds.people import HOST
from worlds.readings import small_shelf

ADMITTED = Admission(name="the ministry", group=(Group(name="analysts", roles=("analyst",)),))
MOCK = """
import sys, werkzeug.serving
from oidc_provider_mock import User, app
people = [
    User(sub="s-1", claims={"name": "Omar Haddad", "groups": ["analysts"]}),
    User(sub="s-2", claims={"name": "Ada Brunel", "groups": ["others"]}),
]
made = app(require_nonce=True, user_claims=people)
werkzeug.serving.make_server("127.0.0.1", int(sys.argv[1]), made, threaded=True).serve_forever()
"""
pytestmark = IN_BROWSER


@dataclass
class World:
    """A desk and its provider as they run, and what the browser heard."""

    store: Store
    at: str
    issuer: str
    mock: "subprocess.Popen[bytes]"
    heard: list[str] = field(default_factory=list)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def mock() -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A provider of others' making, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", MOCK, str(port)],
        env=os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(issuer, timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield issuer, program
    finally:
        program.kill()
        program.wait(20)


@pytest.fixture
def world(tmp_path: Path, mock: tuple[str, "subprocess.Popen[bytes]"]) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    issuer, program = mock
    client = Client(issuer=issuer, client_id="desk", secret="secret", admission=ADMITTED)  # noqa: S106 - the mock takes any
    with open_store(url, home=tmp_path, now=_now) as store, listen(0) as listening:
        Register(store, _now, HOST).add("Ines Adler", ["administrator"])
        gate = guarded_gate(Entrance(store, _now), _now)  # type: ignore[arg-type]  # a real clock
        app = build_app(small_shelf(), banner=None, gate=gate, provider=Provider(client, _now))
        server = server_of(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            at = f"http://localhost:{listening.getsockname()[1]}"
            yield World(store, at, issuer, program)
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    context = browser.new_context(base_url=world.at)
    opened = context.new_page()
    # The provider's own pages say what they like; ours say nothing.
    opened.on(
        "console",
        lambda message: (
            world.heard.append(message.text)
            if message.location.get("url", "").startswith(world.at)
            else None
        ),
    )
    yield opened
    context.close()
    # A refusal is told by the browser in its console; nothing of the policy may stand there.
    assert [text for text in world.heard if "the server responded with" not in text] == []


def _log_in_as(page: Page, subject: str, at: str = "/log-in") -> None:
    page.goto(at)
    page.get_by_role("button", name="Log in through the ministry").click()
    page.get_by_role("button", name=subject, exact=True).click()


def test_a_person_goes_to_the_provider_and_comes_back_signed_in(world: World, page: Page) -> None:
    page.goto("/campaigns?grade=high")
    assert page.url == f"{world.at}/log-in?to=%2Fcampaigns%3Fgrade%3Dhigh"
    page.get_by_role("button", name="Log in through the ministry").click()
    page.wait_for_url(f"{world.issuer}/oauth2/authorize?*")
    assert "code_challenge_method=S256" in page.url
    assert "nonce=" in page.url
    page.get_by_role("button", name="s-1", exact=True).click()
    page.wait_for_url(f"{world.at}/watch/campaigns?grade=high")
    assert page.locator(".who").inner_text().startswith("Omar Haddad")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(world.at)}
    assert cookies["legation-session"]["sameSite"] == "Strict"
    assert cookies["legation-session"]["httpOnly"]
    assert "legation-way" not in cookies
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/log-in")
    page.goto("/campaigns")
    assert "/log-in" in page.url
    verbs = [entry.event.verb for entry in world.store.audit.entries()]
    assert verbs == ["person.add", "enrolment.link", "person.add", "session.begin", "session.end"]


def test_who_is_in_no_admitted_group_is_told_so(world: World, page: Page) -> None:
    _log_in_as(page, "s-2")
    page.get_by_role("heading", name="none of your groups is admitted").wait_for()
    assert page.get_by_role("link", name="Log in").get_attribute("href") == "/log-in"
    refusal = world.store.audit.last("session.refuse")
    assert refusal is not None
    assert refusal.event.detail["sub"] == "s-2"


def test_a_refusal_at_the_provider_and_an_answer_used_twice_let_nobody_in(
    world: World, page: Page
) -> None:
    page.goto("/log-in")
    page.get_by_role("button", name="Log in through the ministry").click()
    page.get_by_role("button", name="Deny").click()
    page.get_by_role("heading", name="answer is to no question").or_(
        page.get_by_role("heading", name="did not vouch for you")
    ).wait_for()
    answers: list[str] = []
    page.on("request", lambda sent: answers.append(sent.url) if "/back?" in sent.url else None)
    _log_in_as(page, "s-1")
    page.wait_for_url(f"{world.at}/")
    page.context.clear_cookies()
    page.goto(answers[-1])
    page.get_by_role("heading", name="this browser asked no identity provider").wait_for()
    assert world.store.audit.last("session.begin") is not None


@pytest.mark.parametrize("name", ["log-in", "leaving", "keys"])
def test_the_pages_on_the_way_keep_the_rules_of_accessibility(
    world: World, page: Page, name: str
) -> None:
    if name == "log-in":
        page.goto("/log-in")
    elif name == "leaving":
        page.route(f"{world.issuer}/**", lambda route: route.abort())
        page.goto("/log-in")
        page.route(
            "**/log-in/provider",
            lambda route: route.fulfill(
                response=(got := route.fetch()),
                body=got.text().replace('http-equiv="refresh"', 'name="held"'),
            ),
        )
        page.get_by_role("button", name="Log in through the ministry").click()
        page.get_by_role("heading", name="To the identity provider").wait_for()
    else:
        _log_in_as(page, "s-1")
        page.wait_for_url(f"{world.at}/")
        page.goto("/keys")
    judged(page)
