"""Every page in a real browser, by roles and without one: quiet in the console, open to all.

The pages are those that the desk routes, so a page that is added later is held to the same.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from litestar import Litestar, get
from litestar.routes import HTTPRoute
from playwright.sync_api import Browser

from legation.app.access.entering import Entrance
from legation.app.home import Home
from legation.app.jobs import StoredJobs
from legation.desk.server import build_app
from legation.desk.working import DeskWork
from legation.rights.roles import Role
from legation.settings import Settings
from legation.store import open_store
from worlds.browsing import AXE, AXE_TAGS, IN_BROWSER, SCHEMES, heard, served
from worlds.gates import Clock, guarded_gate
from worlds.people import enrolled
from worlds.readings import small_shelf

pytestmark = IN_BROWSER

POSTS = "post_id,account_id,created_at,text\np1,ann,2026-03-02T10:00:00Z,hello\n"
# What is no page: files to keep, answers for scripts, assets.
NO_PAGE = re.compile(r"/as/|/paper/|\.json$|\.csv$|/state|/events$|^/static|^/help-image|^/alive")


@get("/breaks", sync_to_thread=False, verb="door.see")
def breaks() -> str:
    raise RuntimeError("of the test")


@contextmanager
def _desk(folder: Path, *roles: Role) -> Iterator[tuple[str, Litestar, str, dict[str, str]]]:
    """Serve a desk with findings, people and a job; yield address, app, session, and ids."""
    clock = Clock()
    with open_store(f"sqlite:///{folder / 'o.sqlite'}", home=folder, now=clock) as store:
        secret = enrolled(store, clock, "Somebody", *(roles or ("administrator",)))
        home = Home(Settings(home=folder), clock)
        work = DeskWork(home, store, StoredJobs(home, store))
        with work.receive("posts.csv") as coming:
            coming.write(POSTS.encode())
            upload = coming.finish()
        (person,) = store.people.every()
        job = work.watch(actor=person.person_id)
        gate = guarded_gate(Entrance(store, clock), clock)
        app = build_app(small_shelf(), banner=None, gate=gate, work=work)
        app.register(breaks)
        ids = {
            "campaign_id": "campaign--1",
            "upload_id": upload.upload_id,
            "job_id": job.job_id,
            "of": "groups",
            "name": "how-to/jobs",
        }
        with served(lambda _: app) as address:
            yield address, app, secret, ids


def _pages(app: Litestar, ids: dict[str, str]) -> list[str]:
    paths = [
        re.sub(r"\{(\w+)(:\w+)?\}", lambda at: ids.get(at[1], "none"), route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    ]
    tie = "?a=acct-1&b=acct-2"
    return [
        path + tie * path.endswith("/tie") for path in sorted(paths) if not NO_PAGE.search(path)
    ]


@pytest.mark.parametrize(
    "roles",
    [(), ("analyst", "administrator"), ("security officer", "legal"), ("auditor",)],
    ids=lambda roles: " and ".join(roles) or "a stranger",
)
def test_no_page_says_anything_in_the_console(
    browser: Browser, tmp_path: Path, roles: tuple[Role, ...]
) -> None:
    met: dict[int, list[str]] = {}
    with (
        _desk(tmp_path, *roles) as (address, app, secret, ids),
        heard(browser, address) as page,
    ):
        if roles:
            page.context.add_cookies(
                [{"name": "legation-session", "value": secret, "url": address}]
            )
        for path in [*_pages(app, ids), "/no-such-page", "/campaigns?colour=blue"]:
            answer = page.goto(path)
            assert answer is not None
            met.setdefault(answer.status, []).append(path)
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none';")
            if "text/html" not in answer.headers["content-type"]:
                continue  # an answer for a script
            assert page.locator("h1").count() == 1, path
            assert page.locator("html[lang]").count() == 1
    assert met[500] == ["/breaks"], met
    if roles == ("analyst", "administrator"):
        assert len(met[200]) > 20, met
        assert not {"/jobs", "/people", "/import"} - set(met[200])
        assert 403 in met
    if roles == ("auditor",):
        assert "/log" in met[200]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "roles",
    [(), ("analyst", "administrator"), ("security officer", "legal"), ("auditor",)],
    ids=lambda roles: " and ".join(roles) or "a stranger",
)
def test_every_page_is_open_to_all_in_light_and_dark(
    browser: Browser, tmp_path: Path, roles: tuple[Role, ...], language: str
) -> None:
    judged, told = 0, []
    with (
        _desk(tmp_path, *roles) as (address, app, secret, ids),
        heard(browser, address, viewport={"width": 1280, "height": 900}) as page,
    ):
        cookies = {"legation-language": language} | ({"legation-session": secret} if roles else {})
        page.context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        seen: set[str] = set()
        for path in [*_pages(app, ids), "/no-such-page", "/campaigns?colour=blue"]:
            if path.startswith("/language/"):
                continue  # it would turn the language back
            answer = page.goto(path)
            assert answer is not None
            kind = f"{answer.status} {page.url.partition('?')[0]}"
            # One page that refuses stands for all of them.
            kind = str(answer.status) if answer.status >= 400 else kind
            if "text/html" not in answer.headers["content-type"] or kind in seen:
                continue
            seen.add(kind)
            assert page.locator(f'html[lang="{language}"]').count() == 1, path
            page.evaluate(AXE)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found = page.evaluate(
                    "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})",
                    AXE_TAGS,
                )
                told += [
                    (path, scheme, fault["id"], [node["target"] for node in fault["nodes"]][:3])
                    for fault in found["violations"]
                ]
                judged += len(found["passes"]) > 5
    assert told == []
    # What a stranger reaches are the ways in, the help and what refuses.
    assert judged == 2 * len(seen) >= (20 if "administrator" in roles or "legal" in roles else 8)
