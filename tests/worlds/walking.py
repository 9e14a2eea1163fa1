"""A walk through every address of a desk: each by who is shown it first, none left out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from litestar.routes import HTTPRoute
from playwright.sync_api import Browser, Page

from legation.rights.roles import OPEN_VERBS, verbs_of

from .browsing import heard
from .desk_story import PEOPLE
from .whole_desk import NEWCOMER, WholeDesk

STRANGER: Final = "a stranger"
VISITORS: Final = (STRANGER, *PEOPLE, NEWCOMER)
# What is no page: files to keep, answers for scripts, assets.
NO_PAGE: Final = re.compile(
    r"/as/|/paper/|\.json$|\.csv$|/state$|/events$|/graph$|^/static|^/help-image|^/alive"
)
# What shows nothing itself, and where that is looked at instead.
SHOWS_NOTHING: Final = {
    "/campaigns": "leads to where the list is now",
    "/campaigns/as/{kind:str}": "leads to where its files are now",
    "/campaigns/paper/{kind:str}": "leads to where its papers are now",
    "/watch": "leads to the list of campaigns",
    "/import/file/{upload_id:str}/check": "leads back to the form",
    "/notice/{number:int}": "leads to what the notice tells of",
    "/digest/{digest_id:str}": "leads to the list of the digest",
    "/language/{code:str}": "leads back, in another language",
    "/log-in/provider/back": "answers an identity provider alone: test_provider_browser.py",
}
_KEPT_SMALL: Final = {"/kit": NEWCOMER}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One address, of which route, and who goes there."""

    route: str
    address: str
    who: str


def visits_of(desk: WholeDesk) -> list[Visit]:
    """Return where a walk through the desk goes.

    Raises:
        AssertionError: Nobody says what fills the gaps of a route, or no visitor may go there.
    """
    found, bare = [], []
    for route, verb in sorted(_routes(desk)):
        places = desk.places.get(route) or ([] if "{" in route else [(route, "")])
        if not places:
            bare.append(route)
        found += [
            Visit(route=route, address=address, who=who or _first(route, verb))
            for address, who in dict.fromkeys(places)
        ]
    assert bare == [], f"routes without an example of what fills their gaps: {bare}"
    assert set(desk.places) <= {route for route, _ in _routes(desk)}
    return found


def pages_of(desk: WholeDesk, who: str | None = None) -> list[Visit]:
    """Return the pages among them, of one visitor or of all."""
    return [
        one
        for one in visits_of(desk)
        if not NO_PAGE.search(one.route)
        and one.route not in SHOWS_NOTHING
        and who in (None, one.who)
    ]


@contextmanager
def visiting(
    browser: Browser, desk: WholeDesk, who: str, language: str = "en", **options: Any
) -> Iterator[Page]:
    """Open a browser as somebody; at its end no complaint was heard."""
    with heard(browser, desk.address, viewport={"width": 1280, "height": 900}, **options) as page:
        cookies = {"legation-language": language}
        if who != STRANGER:
            cookies["legation-session"] = desk.secrets[who]
        page.context.add_cookies(
            [{"name": name, "value": value, "url": desk.address} for name, value in cookies.items()]
        )
        yield page


def _routes(desk: WholeDesk) -> set[tuple[str, str]]:
    return {
        (route.path, str(handler.opt["verb"]))
        for route in desk.app.routes
        if isinstance(route, HTTPRoute) and route.path not in desk.added
        for handler in route.route_handlers
        if "GET" in handler.http_methods
    }


def _first(route: str, verb: str) -> str:
    if verb in OPEN_VERBS:
        return STRANGER
    if route in _KEPT_SMALL:
        return _KEPT_SMALL[route]
    may = (name for name, roles in PEOPLE.items() if verb in verbs_of(roles))
    who = next(may, None)
    assert who is not None, f"nobody of the walk may open {route} ({verb})"
    return who
