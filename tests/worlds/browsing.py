"""What every test in a real browser stands on: a served desk, a page that is listened to, keys.

Chromium runs as a reader has it. Whatever a page says in its console or asks elsewhere fails
the test that opened it; what a keyboard reaches must be seen to have the focus.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import pytest
import uvicorn
from litestar import Litestar
from playwright.sync_api import Browser, Page

from legation.app.access.entering import demonstration_guest
from legation.app.binding import Binding
from legation.app.demo import demo_home, demonstrate
from legation.app.home import Home
from legation.app.jobs import Runner, StoredJobs
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.desk.assets import assets
from legation.desk.gate import Gate
from legation.desk.graph_views import settling
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings

from .gates import open_gate
from .homes import make_home
from .readings import Shelf

CHROMIUM: Final = Path("/usr/bin/chromium")
_MAKER: Final = ("*.googleapis.com", "*.google.com", "*.gvt1.com", "*.gstatic.com")
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium asks its maker for updates, dictionaries and names of form fields, whatever the
    # flags above say: it shall not find it. What a page asks there is heard all the same.
    "--host-resolver-rules=" + ", ".join(f"MAP {host} ~NOTFOUND" for host in _MAKER),
    # Pages are drawn by the processor itself; what draws by WebGL does so by SwiftShader alone.
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
]
AXE_TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE: Final = files("axe_core_python").joinpath("axe.min.js").read_text("utf-8")
_OF_COLOURS: Final = ["color-contrast", "link-in-text-block"]
NARROW: Final = 320
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
IN_BROWSER: Final = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        not CHROMIUM.exists(),
        reason="CHROMIUM IS ABSENT: install Debian's chromium and fonts-noto-core",
    ),
]
WITH_SCRIPTS: Final = [
    *IN_BROWSER,
    pytest.mark.skipif(
        not assets().islands["shell"],
        reason="THE SCRIPTS OF THE DESK ARE NOT BUILT: run make islands",
    ),
]
# A browser tells in its console of each answer that is an error, and that drawing by the processor
# is slow; no page can prevent either.
_TOLD_BY_CHROMIUM: Final = ("the server responded with a status of", "GL Driver Message")
Opening = Callable[[ExitStack], Litestar]


def now() -> datetime:
    """Return the day of the tests."""
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@contextmanager
def served(opening: Opening, binding: Binding | None = None) -> Iterator[str]:
    """Serve a desk from a thread of its own, in which all that it holds is opened."""
    ready: queue.Queue[tuple[uvicorn.Server, str] | Exception] = queue.Queue()

    def run() -> None:
        try:
            with ExitStack() as held, listen(0) as listening:
                server = server_of(opening(held), binding)
                ready.put((server, f"http://localhost:{listening.getsockname()[1]}"))
                server.run(sockets=[listening])
        except Exception as failed:  # noqa: BLE001 - told to the test that waits for it
            ready.put(failed)

    thread = threading.Thread(target=run)
    thread.start()
    told = ready.get(timeout=60)
    if isinstance(told, Exception):
        raise told
    try:
        yield told[1]
    finally:
        told[0].should_exit = True
        thread.join(20)
    assert not thread.is_alive()


@contextmanager
def shelf_desk(shelf: Shelf, *, banner: str = "TLP:CLEAR · invented world") -> Iterator[str]:
    """Serve a desk that only shows."""
    with served(lambda _: build_app(shelf, banner=banner, gate=open_gate())) as address:
        yield address


@contextmanager
def demonstration_desk(folder: Path) -> Iterator[str]:
    """Serve the demonstration as `legation demo` does: without log-in, and without work."""
    home = demo_home(Settings(home=folder), folder / "demo", None, now)
    with home.store() as made:
        demonstrate(home, made, None)

    def opening(held: ExitStack) -> Litestar:
        store = held.enter_context(home.store())
        gate = Gate(None, guest=demonstration_guest(), binding=Binding(), now=now)
        return build_app(StoredReading(home.library(store, "desk")), banner="INVENTED", gate=gate)

    with served(opening) as address:
        yield address


@contextmanager
def home_desk(
    folder: Path, gate_of: Callable[[Any], Gate] | None = None
) -> Iterator[tuple[str, Home]]:
    """Serve a desk over a new home, which does its jobs."""
    home = Home(Settings(home=folder / "home"), now)
    make_home(home)

    def opening(held: ExitStack) -> Litestar:
        store = held.enter_context(home.store())
        gate = gate_of(store) if gate_of else open_gate()
        work = DeskWork(home, store, StoredJobs(home, store))
        reading = StoredReading(home.library(store, "desk"))
        return build_app(reading, banner="INVENTED", gate=gate, work=work)

    with Runner(home, UNPROTECTED, works() | settling()), served(opening) as address:
        yield address, home


@contextmanager
def heard(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open a page; at its end no complaint was heard and nothing was asked elsewhere."""
    context = browser.new_context(base_url=address, **options)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert [text for text in said if not any(one in text for one in _TOLD_BY_CHROMIUM)] == []


def tab_to(page: Page, name: str, *, most: int = 90) -> None:
    """Press Tab until what has the focus bears that name, and check that one can see it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        told: list[str] = page.evaluate(
            "() => { const at = document.activeElement, box = at.getBoundingClientRect();"
            " const label = at.labels && at.labels.length ? at.labels[0].innerText : '';"
            " return [at.innerText || label || at.textContent || '',"
            " getComputedStyle(at).outlineStyle,"
            " String(box.bottom > 0 && box.top < innerHeight)] }"
        )
        if told[0].strip().startswith(name):
            assert told[1] != "none"
            assert told[2] == "true"
            return
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def press(page: Page, name: str) -> None:
    """Activate what bears that name, by keyboard alone."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def barriers(page: Page) -> list[tuple[str, ...]]:
    """Return what keeps somebody out of a page, in light and dark and when it is narrow.

    Dark is another set of colours and nothing else: only the rules that see colours are asked.
    """
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    page.evaluate(AXE)
    told: list[tuple[str, ...]] = []
    papers = set()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        papers.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})",
            AXE_TAGS if scheme == "light" else _OF_COLOURS,
        )
        told += [
            (scheme, one["id"], str([node["target"] for node in one["nodes"]][:3]))
            for one in found["violations"]
        ]
        if len(found["passes"]) <= (5 if scheme == "light" else 0):
            told.append((scheme, "hardly a rule was asked"))
    if len(papers) != len(SCHEMES):
        told.append(("dark", "it is as light"))
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 640})
    width = page.evaluate("() => document.documentElement.scrollWidth")
    if width != NARROW:
        told.append(("narrow", f"{width} pixels wide"))
    if size:
        page.set_viewport_size(size)
    return told


def judged(page: Page) -> None:
    """Hold a page to the rules of accessibility, in light and dark and when it is narrow."""
    assert barriers(page) == [], page.url
