"""A statement in a real browser: one drafts it, another approves, it is signed and verifies."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from legation.crypto.codes import fingerprint
from legation.rights.roles import Role
from worlds.browsing import IN_BROWSER
from worlds.people import enrolled
from worlds.served_desk import new_home, served
from worlds.shell import legation
from worlds.statement_desk import ISSUER, PASSPHRASE, TEXT, begin_register

pytestmark = IN_BROWSER

PEOPLE: Final[tuple[tuple[str, Role], ...]] = (("Pia", "press"), ("Lea", "legal"))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    """Make a home with a register, and let two people in; return their sessions."""
    home = new_home(tmp_path, now)
    begin_register(home)
    found = {}
    with home.store() as store:
        for name, role in PEOPLE:
            found[name] = enrolled(store, now, name, role)
            store.sessions.prove(fingerprint(found[name]))
    return found


@pytest.fixture
def address(tmp_path: Path, secrets: dict[str, str]) -> Iterator[str]:
    from legation.app.home import Home
    from legation.settings import Settings

    assert secrets
    with served(Home(Settings(home=tmp_path / "home"), now), guarded=True, runs=False) as at:
        yield at


def opened(browser: Browser, address: str, secret: str) -> Page:
    context = browser.new_context()
    context.add_cookies([{"name": "legation-session", "value": secret, "url": address}])
    return context.new_page()


def test_a_statement_goes_from_a_draft_to_a_file_that_the_shell_verifies(
    browser: Browser, address: str, secrets: dict[str, str], tmp_path: Path
) -> None:
    press, legal = (opened(browser, address, secrets[name]) for name in ("Pia", "Lea"))
    press.goto(f"{address}/statements")
    press.get_by_role("link", name="Draft a statement").click()
    press.get_by_label("Office").fill("Press office")
    press.locator("#language-1").fill("en")
    press.locator("#text-1").fill(TEXT)
    press.get_by_label("TLP level").select_option("green")
    press.get_by_role("button", name="Begin the draft").click()
    expect(press.locator("h1")).to_contain_text("The harbour stays open.")
    expect(press.locator("main")).to_contain_text(ISSUER)
    place = press.url
    expect(press.get_by_role("button", name="Approve these words")).to_have_count(0)
    legal.goto(place)
    legal.get_by_role("button", name="Approve these words").click()
    expect(legal.locator("main")).to_contain_text("Approved by")
    expect(legal.locator("main")).to_contain_text("Lea")
    press.goto(place)
    press.get_by_label("Passphrase of the issuer\N{RIGHT SINGLE QUOTATION MARK}s key").fill(
        PASSPHRASE
    )
    press.get_by_role("button", name="Sign and publish").click()
    expect(press.get_by_role("heading", name="Where it was posted")).to_be_visible()
    press.goto(f"{address}/statement/0")
    with press.expect_download() as download:
        press.get_by_role("link", name="STATEMENT", exact=True).click()
    file, pasted = tmp_path / "said.statement", tmp_path / "pasted.txt"
    download.value.save_as(file)
    public = tmp_path / "home" / "register" / "public"
    (trust := tmp_path / "trust").write_bytes(
        (tmp_path / "home" / "register" / "private" / "trust").read_bytes()
    )
    given = ("--register", public, "--trust", trust)
    told = legation("statement", "verify", file, *given)
    assert told.code == 0, told.err
    assert "Genuine and current" in told.out
    pasted.write_text(TEXT.replace("No ship", "One ship"), "utf-8")
    legal.goto(f"{address}/statements/check")
    legal.get_by_label("Text, pasted").fill(pasted.read_text("utf-8"))
    legal.get_by_role("button", name="Check", exact=True).click()
    expect(legal.get_by_role("status")).to_contain_text("Not as issued")
    with legal.expect_download() as verdict:
        legal.get_by_role("button", name="Check, and take the verdict along").click()
    taken = Path(verdict.value.path()).read_text("utf-8")
    assert legation("statement", "lookup", pasted, *given, "--json").out == taken
    page = (public / "index.html").as_uri()
    legal.goto(page)
    expect(legal.get_by_role("cell", name="The harbour stays open.")).to_be_visible()
