"""The first administrator's way in, and everybody's after, in a real browser with a virtual key."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from legation.app.access.entering import Entrance
from legation.app.access.people import Register
from legation.desk.server import build_app
from legation.errors import DeniedError
from legation.store import open_store
from legation.store.opening import Store
from worlds.browsing import IN_BROWSER, judged, served
from worlds.gates import Clock, guarded_gate
from worlds.homes import prepare
from worlds.people import HOST
from worlds.readings import small_shelf

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
pytestmark = IN_BROWSER


@dataclass
class Desk:
    """A desk with people, as it runs for a test."""

    store: Store
    clock: Clock
    at: str
    entrance: Entrance

    def invite(self, name: str, *roles: str) -> str:
        """Add somebody and return the address of their link."""
        _, secret = Register(self.store, self.clock, HOST).add(name, roles)
        return f"{self.at}/enrol#{secret}"

    def verbs(self) -> list[str]:
        """Return what the audit trail has, in order."""
        return [entry.event.verb for entry in self.store.audit.entries(limit=1000)]


@dataclass
class Visitor:
    """A browser with a key of its own, and what it heard."""

    context: BrowserContext
    page: Page
    heard: list[str] = field(default_factory=list)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    prepare(tmp_path)
    url = f"sqlite:///{tmp_path / 'objects.sqlite'}"
    with open_store(url, home=tmp_path, now=clock) as store:
        entrance = Entrance(store, clock)
        gate = guarded_gate(entrance, clock)
        with served(lambda _: build_app(small_shelf(), banner=None, gate=gate)) as address:
            yield Desk(store, clock, address, entrance)


@pytest.fixture
def visit(browser: Browser, desk: Desk) -> Iterator[Callable[[], Visitor]]:
    """Open a browser with an empty virtual key, as often as there are people."""
    opened: list[Visitor] = []

    def one() -> Visitor:
        context = browser.new_context(base_url=desk.at)
        visitor = Visitor(context, context.new_page())
        visitor.page.on("console", lambda message: visitor.heard.append(message.text))
        visitor.page.on("pageerror", lambda error: visitor.heard.append(str(error)))
        session = context.new_cdp_session(visitor.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        opened.append(visitor)
        return visitor

    yield one
    for visitor in opened:
        visitor.context.close()
        # A refusal is told by the browser in its console; nothing else may stand there.
        assert [text for text in visitor.heard if "the server responded with" not in text] == []


def _make_passkey(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/kit")


def _confirm_kit(page: Page) -> list[str]:
    page.get_by_role("button", name="Show my recovery codes").click()
    page.locator(".codes").wait_for()
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_label("Type one of the codes").fill(codes[3].lower())
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(re.compile(r"/(people|log)?$"))
    return codes


def _log_in(page: Page) -> None:
    page.goto("/log-in")
    page.get_by_role("button", name="Log in with your passkey").click()


def test_the_first_administrator_enrols_confirms_leaves_and_comes_back(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    link = desk.invite("Ines Adler", "administrator")
    page = visit().page
    _make_passkey(page, link)

    for place in ("/", "/people", "/log"):  # nothing is open before the kit is confirmed
        page.goto(place)
        assert page.url == f"{desk.at}/kit"
    codes = _confirm_kit(page)
    assert len(set(codes)) == 10
    assert page.locator("h1").inner_text() == "People"
    # On a narrow screen the role makes room for the rooms.
    told = " ".join((page.locator(".who").text_content() or "").split())
    assert told.startswith("Ines Adler administrator")
    page.goto("/kit")
    assert page.url == f"{desk.at}/people"

    (before,) = (c for c in page.context.cookies() if c["name"] == "legation-session")
    assert (before["httpOnly"], before["sameSite"], before["secure"]) == (True, "Strict", False)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/log-in")
    page.goto("/people")
    assert page.url == f"{desk.at}/log-in?to=%2Fpeople"
    page.get_by_role("button", name="Log in with your passkey").click()
    page.wait_for_url("**/people")
    (after,) = (c for c in page.context.cookies() if c["name"] == "legation-session")
    assert before["value"] != after["value"]
    assert desk.verbs() == [
        "person.add",
        "enrolment.link",
        "person.enrol",
        "kit.make",
        "kit.confirm",
        "session.end",
        "session.begin",
    ]
    trail = "".join(str(entry) for entry in desk.store.audit.entries())
    assert not any(secret in trail for secret in (*codes, before["value"], link[-43:]))


def test_a_link_that_was_used_or_is_too_old_is_refused(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    link = desk.invite("Ines Adler", "administrator")
    _make_passkey(visit().page, link)
    late = desk.invite("Omar Haddad", "analyst")
    desk.clock.pass_time(minutes=15)
    for refused in (link, late, f"{desk.at}/enrol#nothing"):
        page = visit().page
        page.goto(refused)
        page.get_by_role("button", name="Make a passkey").click()
        page.get_by_text("this link does not hold").wait_for()
        assert "legation admin recover NAME" in page.locator("#said").inner_text()
    assert desk.verbs().count("session.refuse") == 3


def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    page = visit().page
    _make_passkey(page, desk.invite("Omar Haddad", "analyst"))
    _confirm_kit(page)
    desk.clock.pass_time(minutes=29)
    page.goto("/watch/campaigns")
    assert page.url == f"{desk.at}/watch/campaigns"
    desk.clock.pass_time(minutes=30)
    page.goto("/watch/campaigns")
    assert page.url.startswith(f"{desk.at}/log-in")
    _log_in(page)
    page.wait_for_url(f"{desk.at}/")
    for _ in range(25):
        desk.clock.pass_time(minutes=29)
        page.goto("/watch/campaigns")
    assert page.url.startswith(f"{desk.at}/log-in")


def test_a_recovery_code_leads_once_to_a_new_passkey_and_kit(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    first = visit()
    _make_passkey(first.page, desk.invite("Omar Haddad", "analyst"))
    codes = _confirm_kit(first.page)
    second = visit()
    second.page.goto("/recover")
    for code, reached in ((codes[0], True), (codes[0], False)):
        second.page.goto("/recover")
        second.page.get_by_label("Recovery code").fill(code)
        second.page.get_by_role("button", name="Go on").click()
        second.page.locator("#ask, [role=alert]").wait_for()
        assert (second.page.get_by_role("alert").count() == 0) == reached
        if reached:
            second.page.wait_for_url("**/enrol#*")
            link = second.page.url
    _make_passkey(second.page, link)
    assert set(_confirm_kit(second.page)).isdisjoint(codes)
    first.page.goto("/watch/campaigns")  # the first session ended with the first passkey
    assert first.page.url.startswith(f"{desk.at}/log-in")
    first.page.get_by_role("button", name="Log in with your passkey").click()
    first.page.get_by_text("does not know that passkey").wait_for()
    assert "recovery.code" in desk.verbs()


def test_a_second_key_is_added_named_used_and_the_first_removed(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    visitor = visit()
    page = visitor.page
    _make_passkey(page, desk.invite("Omar Haddad", "analyst"))
    old_codes = _confirm_kit(page)
    page.get_by_role("link", name="Your keys").click()
    page.get_by_role("link", name="show your passkey again").click()
    page.get_by_role("button", name="Show my passkey").click()
    page.wait_for_url("**/keys")
    assert page.locator("caption").inner_text() == "1 key"
    assert page.get_by_role("button", name="Remove").count() == 0
    page.get_by_label("Name", exact=True).fill("the same device")
    page.get_by_role("button", name="Make a further passkey").click()
    page.get_by_text("holds a key of yours already").wait_for()

    session = visitor.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | {"transport": "usb"}})
    page.get_by_label("Name", exact=True).fill("Key in the safe")
    page.get_by_role("button", name="Make a further passkey").click()
    page.get_by_role("rowheader", name="Key in the safe").wait_for()
    page.get_by_label("New name of Key in the safe").fill("Key in the vault")
    page.get_by_role("button", name="Rename Key in the safe").click()
    page.get_by_role("rowheader", name="Key in the vault").wait_for()

    page.get_by_role("button", name="Show a new recovery kit").click()
    page.locator(".codes").wait_for()
    new_codes = page.locator(".codes code").all_inner_texts()
    assert set(new_codes).isdisjoint(old_codes)
    kits = desk.entrance._kits
    kits.person_of(old_codes[1])  # the old paper is good until the new one is confirmed
    page.get_by_label("Type one of the codes").fill(new_codes[2])
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"{desk.at}/")
    kits.person_of(new_codes[1])
    with pytest.raises(DeniedError):
        kits.person_of(old_codes[1])

    desk.clock.pass_time(minutes=11)
    page.goto("/keys")
    assert page.get_by_role("button", name="Remove").count() == 0
    page.get_by_role("link", name="show your passkey again").click()
    page.get_by_role("button", name="Show my passkey").click()
    page.wait_for_url("**/keys")
    page.get_by_role("button", name="Remove First key").click()
    page.get_by_text("the last one stays").wait_for()
    assert [verb for verb in desk.verbs() if verb.startswith(("key.", "kit."))] == [
        "kit.make",
        "kit.confirm",
        "key.add",
        "key.name",
        "kit.make",
        "kit.confirm",
        "key.remove",
    ]


def test_a_role_sees_its_own_rooms_and_is_told_who_may_see_the_others(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    administrator, auditor = visit().page, visit().page
    _make_passkey(administrator, desk.invite("Ines Adler", "administrator"))
    _confirm_kit(administrator)
    administrator.get_by_role("textbox", name="Name").fill("Ada Brunel")
    administrator.get_by_role("group", name="Roles").last.get_by_label("auditor").check()
    administrator.get_by_role("button", name="Add and show the link").click()
    link = administrator.locator("#link").inner_text()
    _make_passkey(auditor, link)
    _confirm_kit(auditor)
    assert auditor.url == f"{desk.at}/log"
    assert auditor.locator("tbody tr").count() == len(desk.verbs())
    assert auditor.get_by_role("link", name="Campaigns").count() == 0
    for page, place in (
        (administrator, "/watch/campaigns"),
        (administrator, "/log"),
        (auditor, "/watch/campaigns"),
    ):
        page.goto(place)
        assert page.locator(".trail").inner_text() == "403"
        assert "security officer" in page.locator(".lede").inner_text()
    auditor.goto("/")
    assert auditor.url == f"{desk.at}/log"
    administrator.goto("/people")
    administrator.get_by_role("button", name="Disable Ada Brunel").click()
    administrator.get_by_text("disabled").wait_for()
    auditor.goto("/log")
    assert auditor.url.startswith(f"{desk.at}/log-in")
    assert desk.verbs().count("route.deny") == 3


def test_a_form_of_another_site_or_without_its_token_changes_nothing(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    page = visit().page
    _make_passkey(page, desk.invite("Ines Adler", "administrator"))
    _confirm_kit(page)
    page.get_by_role("textbox", name="Name").fill("Mallory")
    page.get_by_role("group", name="Roles").last.get_by_label("analyst").check()
    # As a page would that has no script of ours: ours asks for the token of the session anew.
    page.get_by_role("button", name="Add and show the link").evaluate(
        "button => { button.form.form_token.value = 'guess'; button.form.submit() }"
    )
    page.get_by_text("this form is not of your session").wait_for()
    elsewhere = page.context.new_page()
    elsewhere.goto("data:text/html,<title>elsewhere</title>")
    elsewhere.set_content(
        f"<form method=post action='{desk.at}/people'>"
        "<input name=name value=Mallory><input name=role value=analyst><button>Win</button></form>"
    )
    elsewhere.get_by_role("button").click()
    elsewhere.get_by_text("not sent from a page of this desk").wait_for()
    assert [person.name for person in desk.store.people.every()] == ["Ines Adler"]
    page.goto("/people")
    assert page.locator("h1").inner_text() == "People"


def test_a_desk_without_a_person_shows_only_what_to_do(visit: Callable[[], Visitor]) -> None:
    page = visit().page
    for place in ("/", "/log-in", "/enrol", "/watch/campaigns", "/words"):
        page.goto(place)
        assert "no person yet" in page.locator("h1").inner_text()
        assert "legation admin add NAME" in page.locator(".lede").inner_text()


def test_the_page_of_new_codes_keeps_the_rules_of_accessibility(
    desk: Desk, visit: Callable[[], Visitor]
) -> None:
    page = visit().page
    _make_passkey(page, desk.invite("Ines Adler", "administrator"))
    page.get_by_role("button", name="Show my recovery codes").click()
    page.locator(".codes").wait_for()
    judged(page)
