"""A file above AMBER in a real browser, by keyboard: the passkey is asked for, the file comes."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.app.home import Home
from legation.app.libraries import Libraries
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.desk.stored import StoredReading
from legation.settings import Settings
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.opening import Store
from worlds.browsing import AXE, AXE_TAGS, IN_BROWSER
from worlds.gates import Clock, guarded_gate
from worlds.large_campaigns import large_home
from worlds.people import HOST, cleared

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
pytestmark = IN_BROWSER


class Desk:
    """A desk with one campaign under TLP:RED."""

    def __init__(self, store: Store, clock: Clock, at: str) -> None:
        self.store, self.clock, self.at = store, clock, at


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = large_home(tmp_path / "home", accounts=6, ties=6, communities=2)
    clock = Clock()
    home = Home(Settings(home=made.folder), clock)
    with home.store() as store, listen(0) as listening:
        (object_id,) = store.runs.get("run-large").facts["campaigns"]
        store.labels.set(object_id, Label(tlp=Tlp.RED), actor="test", reason="a source")
        gate = guarded_gate(Entrance(store, clock, home.rules(store)), clock)
        reading = StoredReading(home.library(store, "desk"), Libraries(home, store))
        server = server_of(build_app(reading, banner=None, gate=gate))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Desk(store, clock, f"http://localhost:{listening.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join(20)


def enter(page: Page, desk: Desk) -> None:
    """Enrol an analyst with the key of this browser."""
    person, secret = Register(desk.store, desk.clock, HOST).add("Omar Haddad", ["analyst"])
    cleared(desk.store, person)
    page.goto(f"{desk.at}/enrol#{secret}")
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/kit")
    page.get_by_role("button", name="Show my recovery codes").click()
    page.locator(".codes").wait_for()
    code = page.locator(".codes code").all_inner_texts()[3]
    page.get_by_label("Type one of the codes").fill(code)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{desk.at}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_above_amber_asks_for_the_passkey_and_comes_by_keyboard(
    browser: Browser, desk: Desk, scheme: str
) -> None:
    context = browser.new_context(
        base_url=desk.at,
        accept_downloads=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two
    )
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    enter(page, desk)

    page.goto("/campaign/c-large")
    page.locator('a[href="/campaign/c-large/as/csv"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/prove?to=%2Fcampaign%2Fc-large%2Fas%2Fcsv")
    assert desk.store.audit.entries(verb="campaign.export") == []
    found = page.evaluate(
        f"{AXE}; axe.run(document, {{runOnly: {{type: 'tag', values: {AXE_TAGS}}}}})"
    )
    assert found["violations"] == []

    # Who sits there without the key gets nothing.
    session.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": key["authenticatorId"], "isUserVerified": False},
    )
    page.get_by_role("button", name="Show my passkey").focus()
    page.keyboard.press("Enter")
    page.get_by_text("No passkey was shown").wait_for()
    assert desk.store.audit.entries(verb="session.prove") == []
    session.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": key["authenticatorId"], "isUserVerified": True},
    )
    page.get_by_role("button", name="Show my passkey").focus()
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    assert "account_id" in Path(coming.value.path()).read_text("utf-8")
    page.get_by_text("It holds for five minutes").last.wait_for()
    verbs = [one.event.verb for one in desk.store.audit.entries(limit=1000)]
    assert verbs.index("session.prove") < verbs.index("campaign.export")

    desk.clock.pass_time(minutes=5, seconds=1)
    page.goto("/campaign/c-large")
    page.locator('a[href="/campaign/c-large/as/csv"]').first.click()
    page.wait_for_url("**/prove?to=*")
    assert heard == []
    context.close()
