"""A desk that partners reach by TAXII: its store, its roster, its server, in this process."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, final

import msgspec
import uvicorn

from legation.app.sharing.roster import Roster
from legation.app.sharing.serving import taxii_server
from legation.desk.listening import listen
from legation.desk.taxii_server import taxii_process
from legation.safeguards.sharing.taxii.asking import Answer, Asked
from legation.safeguards.sharing.taxii.media import TAXII
from legation.safeguards.sharing.taxii.server import ROOT, Offer, TaxiiServer
from legation.store import open_store
from legation.store.opening import Store


@final
class RunningClock:
    """A clock that runs, and can be put forward and back."""

    def __init__(self) -> None:
        self._off = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._off

    def step(self, seconds: float) -> None:
        self._off += timedelta(seconds=seconds)


@final
class TaxiiDesk:
    """The desk; it can be stopped and opened again."""

    def __init__(self, folder: Path, url: str = "", offer: Offer | None = None) -> None:
        self.folder, self.offer = folder, offer or Offer()
        self.url = url or f"sqlite:///{folder / 'objects.sqlite'}"
        self.clock = RunningClock()
        self.tokens: dict[str, str] = {}
        self._process: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0
        self.open()

    def open(self) -> None:
        self.store: Store = open_store(self.url, home=self.folder, now=self.clock)
        self.roster = Roster(self.store, self.clock, "test")
        self.server: TaxiiServer = taxii_server(self.store, self.clock, offer=self.offer)

    def close(self) -> None:
        self.stop()
        self.server.end()
        self.store.close()

    def partner(self, name: str) -> str:
        """Take up a partner with a token and no collection; return its id."""
        partner = self.roster.add(name)
        for one in self.store.collections.granted(partner.partner_id):
            self.store.collections.grant(partner.partner_id, one.number, reads=False, writes=False)
        self.tokens[name] = self.roster.let_in(name)
        return partner.partner_id

    def collection(self, title: str, **grants: str) -> str:
        """Make a collection, granted to partners as r, w, rw or k (knows of it); return its id."""
        made = self.roster.collection(title)
        for name, may in grants.items():
            self.store.collections.grant(
                self.store.partners.get(name).partner_id,
                made.number,
                reads="r" in may,
                writes="w" in may,
                knows="k" in may,
            )
        return made.collection_id

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: Any = b"",
    ) -> Answer:
        """Ask the server without a line between."""
        return self.server.answer(
            Asked(
                method=method,
                path=path,
                query=tuple(query),
                headers={
                    "authorization": f"Bearer {self.tokens.get(who, '')}",
                    "accept": TAXII,
                    "content-type": TAXII,
                },
                body=body if isinstance(body, bytes) else msgspec.json.encode(body),
            )
        )

    def post(self, who: str, collection: str, *objects: Any) -> dict[str, Any]:
        """Add objects; return the status resource."""
        raws = [one if isinstance(one, bytes) else msgspec.json.encode(one) for one in objects]
        body = b'{"objects":[' + b",".join(raws) + b"]}"
        answer = self.ask(who, "POST", objects_of(collection), body=body)
        assert answer.status == 202, answer.body
        told: dict[str, Any] = msgspec.json.decode(answer.body)
        return told

    def objects(self, who: str, collection: str, **query: str) -> list[Any]:
        """Return all objects that a partner reads from a collection, page by page."""
        given = {name.replace("__", "[") + "]" * ("__" in name): v for name, v in query.items()}
        found: list[Any] = []
        while True:
            answer = self.ask(who, "GET", objects_of(collection), list(given.items()))
            assert answer.status == 200, answer.body
            page = msgspec.json.decode(answer.body)
            found += page.get("objects", [])
            if not page.get("more"):
                return found
            given["next"] = page["next"]

    def serve(self) -> str:
        """Serve over HTTP in a thread; return the address."""
        held: socket.socket = listen(self.port)
        self.port = int(held.getsockname()[1])
        self._process = taxii_process(self.server)
        self._thread = threading.Thread(
            target=self._process.run, kwargs={"sockets": [held]}, daemon=True
        )
        self._thread.start()
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        if self._process is not None and self._thread is not None:
            self._process.should_exit = True
            self._thread.join(timeout=30)
            assert not self._thread.is_alive()
            self._process = self._thread = None

    def restart(self) -> None:
        """End the server and begin anew on the same store, at the same port."""
        self.close()
        self.open()
        self.serve()


def objects_of(collection: str) -> str:
    """Return the path of a collection's objects."""
    return f"/taxii2/{ROOT}/collections/{collection}/objects/"


@contextmanager
def taxii_desk(folder: Path, url: str = "", offer: Offer | None = None) -> Iterator[TaxiiDesk]:
    """Open a desk, and close it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    desk = TaxiiDesk(folder, url, offer)
    try:
        yield desk
    finally:
        desk.close()
