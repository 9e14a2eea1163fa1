"""A whole desk on a port, its jobs with it; and a browser in which every complaint is heard."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.home import Home
from legation.app.jobs import Runner, StoredJobs
from legation.app.libraries import Libraries
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED
from legation.desk.gate import Gate
from legation.desk.graph_views import settling
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings

from .browsing import now
from .gates import open_gate
from .homes import make_home


def new_home(folder: Path, clock: Callable[[], datetime] = now) -> Home:
    """Make an empty home."""
    home = Home(Settings(home=folder / "home"), clock)
    make_home(home)
    return home


@contextmanager
def served(home: Home, *, guarded: bool = False, runs: bool = True) -> Iterator[str]:
    """Serve the desk of a home and give its address.

    Args:
        home: The home.
        guarded: Whether its people must log in; else everybody is the test's analyst.
        runs: Whether its jobs are done.
    """
    started = threading.Event()
    ready: list[Any] = []

    def run() -> None:
        with home.store() as store, listen(0) as listening:
            gate = open_gate()
            if guarded:
                gate = Gate(
                    Entrance(store, home.now, home.rules(store)),
                    guest=None,
                    binding=Binding(),
                    now=home.now,
                )
            work = DeskWork(home, store, StoredJobs(home, store))
            reading = StoredReading(home.library(store, "desk"), Libraries(home, store))
            server = server_of(build_app(reading, banner="INVENTED", gate=gate, work=work))
            ready.extend((server, f"http://localhost:{listening.getsockname()[1]}"))
            started.set()
            server.run(sockets=[listening])

    runner = Runner(home, UNPROTECTED, works() | settling())
    thread = threading.Thread(target=run)
    if runs:
        runner.start()
    thread.start()
    assert started.wait(30)
    try:
        yield ready[1]
    finally:
        ready[0].should_exit = True
        thread.join(20)
        if runs:
            runner.stop()
    assert not thread.is_alive()


@contextmanager
def heard(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open a page; at its end no complaint was heard and nothing was asked elsewhere."""
    context: BrowserContext = browser.new_context(base_url=address, **options)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()
    assert asked
    inside = (f"{address}/", "blob:")
    assert [url for url in asked if not url.startswith(inside)] == []
    # A line that the test has cut is no complaint of the page, nor a slow graphics card.
    cut = (
        "net::ERR_INTERNET_DISCONNECTED",
        "net::ERR_FAILED",
        "status of 401",
        "status of 404",
        "GPU stall",
    )
    assert [text for text in said if not any(one in text for one in cut)] == []
