"""A simulated partner's TAXII 2.1 server, which keeps the rules, or breaks the one a test names.

`Partner.answer` is the server itself, a function from a question to an answer. `running` puts it
on loopback, for what only a real line shows; `transport` hands it to the client directly, for
properties that ask a thousand times.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx2

ROOT = "/api-root/"
COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
MEDIA_TYPE = "application/taxii+json;version=2.1"
START = datetime(2026, 1, 1, tzinfo=UTC)
# As the clients of the tests read it: all dates above lie before.
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

Way = Literal["cursor", "once", "dates"]
Crooked = Callable[[BaseHTTPRequestHandler], None]


class Said(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Partner:
    """One server with one collection.

    Attributes:
        way: `cursor` can be asked again; `once` hands a page out once and names each page by the
            same cursor, as medallion does; `dates` has no cursors.
        dated: Whether dates are told.
        ignores_dates: Whether it gives all, whatever date was asked for.
        bend: What a test makes of a page before it is sent: its envelope and its headers.
        instead: What answers the next questions, over a real line, before anything good does.
        asked: Path and query of each question.
        lines: Port at the other end, of each question over a real line.
    """

    def __init__(self, way: Way = "cursor", *, dated: bool = True) -> None:
        self.way = way
        self.dated = dated
        self.ignores_dates = False
        self.rows: list[tuple[datetime, bytes]] = []
        self.bend: Callable[[dict[str, Any], dict[str, str]], None] = lambda _page, _headers: None
        self.instead: list[Crooked | Said] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.received: list[tuple[str, Mapping[str, str], bytes]] = []
        self.statuses: list[dict[str, Any]] = []
        self.lines: list[int] = []
        self._left: dict[str, list[tuple[datetime, bytes]]] = {}
        self._told: dict[str, dict[str, str]] = {}
        self._names = 0

    def add(self, *counts: int, apart: timedelta = timedelta(seconds=1)) -> None:
        """Add objects: each number is that of the objects that share one new date."""
        for count in counts:
            newest = self.rows[-1][0] if self.rows else START
            self.rows += [(newest + apart, self._new()) for _ in range(count)]

    def add_late(self, count: int) -> None:
        """Add objects with the date of the newest that is there."""
        self.rows += [(self.rows[-1][0], self._new()) for _ in range(count)]

    def objects(self) -> list[bytes]:
        """Return all objects, as they are sent."""
        return [raw for _, raw in self.rows]

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer one question."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        self.asked.append((parts.path, query))
        self.received.append((method, {k.lower(): v for k, v in headers.items()}, body))
        objects = f"{ROOT}collections/{COLLECTION}/objects/"
        if parts.path == objects and method == "GET":
            return self._page(query)
        if parts.path == objects and method == "POST":
            count = len(json.loads(body)["objects"])
            return _json({"id": "1", "status": "complete", "success_count": count}, 202)
        if parts.path == f"{ROOT}status/1/" and self.statuses:
            return _json(self.statuses.pop(0))
        if parts.path == f"{ROOT}collections/":
            return _json({"collections": [{"id": COLLECTION, "can_read": True}]})
        if parts.path == ROOT:
            return _json({"title": "root", "max_content_length": 1000})
        return _json({"title": "nothing there", "description": "\u202eno\x1b[31m"}, 404)

    def transport(self) -> httpx2.MockTransport:
        """Return what asks this server without a line."""

        def asked(request: httpx2.Request) -> httpx2.Response:
            target = request.url.raw_path.decode("ascii")
            said = self._instead() or self.answer(
                request.method, target, request.headers, request.read()
            )
            body = httpx2.ByteStream(said.body)
            return httpx2.Response(said.status, headers=said.headers, stream=body)

        return httpx2.MockTransport(asked)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Listen on loopback until the end of the block; yield the address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(20)
            server.server_close()

    def _instead(self) -> Said | None:
        if not self.instead:
            return None
        said = self.instead.pop(0)
        assert isinstance(said, Said), "this can be told over a real line only"
        return said

    def _new(self) -> bytes:
        self._names += 1
        # Neither spaces nor the order of properties are what an encoder would write.
        return b'{ "type":"note" , "n":%d,"id" : "note--%012d"}' % (self._names, self._names)

    def _page(self, query: dict[str, str]) -> Said:
        limit = int(query.get("limit", "1000000"))
        cursor = query.get("next", "")
        same = {name: text for name, text in query.items() if name not in ("limit", "next")}
        if cursor and self.way == "once":
            if cursor not in self._left or same != self._told[cursor]:
                return _json({"title": "ProcessingError"}, 400)
            rows = self._left.pop(cursor)
        elif cursor:
            rows = self._after(query)[int(cursor) :]
        else:
            rows = self._after(query)
        taken, left = rows[:limit], rows[limit:]
        page: dict[str, Any] = {"objects": [raw.decode() for _, raw in taken]} if taken else {}
        headers = {"Content-Type": MEDIA_TYPE}
        if taken:
            page["more"] = bool(left)
        if left and self.way == "once":
            page["next"] = cursor or f"walk-{len(self.asked)}"
            self._left[page["next"]] = left
            self._told[page["next"]] = same
        elif left and self.way == "cursor":
            page["next"] = str(int(cursor or "0") + limit)
        if taken and self.dated:
            headers["X-TAXII-Date-Added-First"] = stamp(taken[0][0])
            headers["X-TAXII-Date-Added-Last"] = stamp(taken[-1][0])
        self.bend(page, headers)
        return Said(200, headers, written(page))

    def _after(self, query: dict[str, str]) -> list[tuple[datetime, bytes]]:
        if "added_after" not in query or self.ignores_dates:
            return list(self.rows)
        after = datetime.strptime(query["added_after"], "%Y-%m-%dT%H:%M:%S.%f%z")
        return [row for row in self.rows if row[0] > after]


def stamp(instant: datetime) -> str:
    """Write an instant as TAXII does."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def written(page: dict[str, Any]) -> bytes:
    """Write an envelope whose objects are text that is JSON already."""
    rest = {name: value for name, value in page.items() if name != "objects"}
    objects = ",".join(page.get("objects", []))
    inside = [f'"objects":[{objects}]'] if "objects" in page else []
    inside += [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in rest.items()]
    return f"{{{','.join(inside)}}}".encode()


def _json(value: Any, status: int = 200) -> Said:
    return Said(status, {"Content-Type": MEDIA_TYPE}, json.dumps(value).encode())


def _handler(partner: Partner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def _do(self) -> None:
            partner.lines.append(self.client_address[1])
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if partner.instead:
                crooked = partner.instead.pop(0)
                partner.asked.append((self.path, {"instead": "yes"}))
                if not isinstance(crooked, Said):
                    self.close_connection = True
                    crooked(self)
                    return
                said = crooked
            else:
                said = partner.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(said.status)
            for name, text in said.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            # A client that has read enough hangs up.
            with suppress(ConnectionError):
                self.wfile.write(said.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._do)
    return Handler
