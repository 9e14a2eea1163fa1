"""A desk that may change something, over a home of its own, its jobs done at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, final

from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.app.home import Home
from legation.app.jobs import InlineJobs, Runner
from legation.app.libraries import Libraries
from legation.app.work import works
from legation.crypto.key_files import UNPROTECTED, Protection
from legation.desk.gate import Gate
from legation.desk.graph_views import settling
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.desk.working import DeskWork
from legation.settings import Settings
from legation.store.opening import Store

from .gates import open_gate
from .homes import make_home

HERE = "http://127.0.0.1"
SAME = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}


def now() -> datetime:
    return datetime(2026, 4, 1, 9, tzinfo=UTC)


@final
class WorkingDesk:
    """A desk, its home, and a browser that sends its forms."""

    def __init__(self, home: Home, store: Store, client: TestClient[Any]) -> None:
        self.home = home
        self.store = store
        self.client = client

    def token(self) -> str:
        """Return what a form of this desk carries."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.page("/import"))
        assert found
        return found[1]

    def page(self, path: str, status: int = 200) -> str:
        """Return the text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, content: bytes, name: str = "posts.csv", **headers: str) -> Any:
        """Send a file as the form does."""
        return self.client.post(
            "/import/send",
            data={"form_token": self.token()},
            files={"file": (name, content)},
            headers=SAME | headers,
            follow_redirects=False,
        )

    def post(self, path: str, **fields: str) -> Any:
        """Send a form."""
        return self.client.post(
            path, data={"form_token": self.token(), **fields}, headers=SAME, follow_redirects=False
        )

    def sent(self, content: bytes, name: str = "posts.csv") -> str:
        """Send a file and return the address of its page."""
        answer = self.send(content, name)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def left(self) -> list[Path]:
        """Return the files that stand in the scratch."""
        return [path for path in (self.home.folder / "scratch").rglob("*") if path.is_file()]


@contextmanager
def working_desk(
    folder: Path,
    *,
    protection: Protection | None = UNPROTECTED,
    guarded: bool = False,
    there: bool = False,
    **given: Any,
) -> Iterator[WorkingDesk]:
    """Open a desk over a new home, or over one that is there."""
    home = Home(Settings(home=folder / "home", **given), now)
    if not there:
        make_home(home)
    with home.store() as store:
        runner = Runner(home, protection, works() | settling())
        work = DeskWork(home, store, InlineJobs(runner, store), protection)
        entrance = Entrance(store, now, home.rules(store)) if guarded else None
        gate = Gate(entrance, guest=None, binding=Binding(), now=now) if entrance else open_gate()
        reading = StoredReading(home.library(store, "desk"), Libraries(home, store))
        app = build_app(reading, banner=None, gate=gate, work=work)
        with TestClient(app, base_url=HERE) as client:
            yield WorkingDesk(home, store, client)
