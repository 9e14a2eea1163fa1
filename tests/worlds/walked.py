"""One walk over every page in a real browser, and what is to be said of each.

Each page is opened once for all that is asked of it: that it is answered inside the fence, that
nothing keeps anybody out of it, and that the words of others stand apart.
"""

from typing import Final

import msgspec
from playwright.sync_api import Browser, Page, Response

from .browsing import barriers
from .walking import STRANGER, VISITORS, pages_of, visiting
from .whole_desk import WholeDesk
from .words_apart import REFUSED, mixed_in

# What refuses, fails or is not there is a page too.
REFUSING: Final = {
    "/breaks": 500,
    "/no-such-page": 404,
    "/watch/campaigns?colour=blue": 400,
    "/campaign/none": 404,
    "/job/none": 404,
}

# What a page shows when it is asked for more, or for what is not there.
STATES: Final = (
    "/watch/campaigns?words=zebra",
    "/watch/campaigns?order=-name",
    "/evidence?words=nothing",
    "/search?q=group",
    "/search?q=大使馆&kind=campaign",
    "/search?q=nowhere",
    "/help?words=undo+import",
    "/help/tutorial",
    "/help/glossary",
    "/help/reference/settings",
)


class Walked(msgspec.Struct, kw_only=True):
    """What a walk in one language found.

    Attributes:
        met: The addresses of pages that each visitor was shown.
        complaints: Pages that were not answered as they should be, and how.
        barriers: What keeps somebody out of a page.
        mixed: Words of others that stand in lines of ours: where, and on which page.
        words: Those that were met.
    """

    met: dict[str, set[str]] = {}
    complaints: list[tuple[str, str, str]] = []
    barriers: list[tuple[str, ...]] = []
    mixed: dict[tuple[str, ...], str] = {}
    words: set[str] = set()


def walked(browser: Browser, desk: WholeDesk, language: str) -> Walked:
    """Walk over every page as whoever is shown it."""
    found = Walked()
    for who in VISITORS:
        places = [(one.route, one.address) for one in pages_of(desk, who)]
        if who in ("analyst", STRANGER):
            places += [("refused", address) for address in REFUSING]
        if who == "analyst":
            places += [("refused", address) for address in REFUSED]
            places += [("in a state", address) for address in STATES]
        with visiting(browser, desk, who, language) as page:
            for route, address in places:
                answer = page.goto(address)
                assert answer is not None, address
                found.met.setdefault(who, set()).add(address)
                told = _complaints(page, answer, language)
                if route != "refused":
                    told += [f"status {answer.status}"] * (answer.status != 200)
                elif who == "analyst" and address in REFUSING:
                    told += [f"status {answer.status}"] * (answer.status != REFUSING[address])
                found.complaints += [(address, who, one) for one in told]
                found.mixed |= {(route, *each): address for each in mixed_in(page, found.words)}
                found.barriers += [(address, who, *one) for one in barriers(page)]
    return found


def _complaints(page: Page, answer: Response, language: str) -> list[str]:
    told = []
    if not answer.headers["content-security-policy"].startswith("default-src 'none';"):
        told.append("no fence")
    if page.locator("h1").count() != 1:
        told.append("not one heading")
    if page.locator(f'html[lang="{language}"]').count() != 1:
        told.append("another language")
    return told
