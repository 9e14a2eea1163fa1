"""Asking a server over plain HTTP, with the standard library: nothing is put right on the way.

A 5xx fails the test that met it, whatever it was about.
"""

import base64
import http.client
import json
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from standards.taxii.serving import Account, Served

TAXII = "application/taxii+json;version=2.1"
PATIENCE = 60.0  # seconds; a server that needs longer hangs

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Give a header's value, joined when it comes several times."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    def json(self) -> Any:
        """Read the body as JSON in UTF-8 without repeated names and without NaN."""
        return read_json(self.body)


def read_json(body: bytes) -> Any:
    """Read strict JSON."""
    return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)


def basic(user: str, password: str) -> str:
    """Write an Authorization header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def envelope(objects: Iterable[Any]) -> bytes:
    """Write an envelope."""
    return json.dumps({"objects": list(objects)}).encode()


class Caller:
    """Asks a server as one account."""

    def __init__(self, served: Served, account: Account | None) -> None:
        """Begin.

        Args:
            served: The server.
            account: Who asks; nobody without it.
        """
        self.served = served
        self.account = account

    def credentials(self) -> list[tuple[str, str]]:
        """Give the header that says who asks: the token where there is one, else Basic."""
        if self.account is None:
            return []
        if self.account.token:
            return [("Authorization", f"Bearer {self.account.token}")]
        return [("Authorization", basic(self.account.user, self.account.password))]

    def ask(
        self,
        method: str,
        path: str,
        query: Pairs | str = (),
        *,
        headers: Pairs | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Ask once.

        Args:
            method: HTTP method.
            path: Path from the root of the host.
            query: Pairs, or text that is sent as it stands.
            headers: All headers but Host and Content-Length; the usual ones without it.
            body: What is sent.
        """
        text = query if isinstance(query, str) else urlencode(query)
        if headers is None:
            headers = [("Accept", TAXII), *self.credentials()]
            headers += [("Content-Type", TAXII)] if body is not None else []
        line = http.client.HTTPConnection(*self.served.host, timeout=PATIENCE)
        try:
            line.putrequest(method, f"{path}?{text}" if text else path, skip_accept_encoding=True)
            for name, value in headers:
                line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            return _answer(line)
        finally:
            line.close()

    def get(self, path: str, *query: tuple[str, str]) -> Answer:
        """Ask with GET."""
        return self.ask("GET", path, query)

    def delete(self, path: str, *query: tuple[str, str]) -> Answer:
        """Ask with DELETE."""
        return self.ask("DELETE", path, query)

    def post(self, collection: str, objects: Iterable[Any]) -> Answer:
        """Send objects to a collection."""
        return self.ask("POST", self.objects(collection), body=envelope(objects))

    # Where things are
    def collections(self) -> str:
        """Path of the collections."""
        return f"{self.served.api_root}collections/"

    def collection(self, collection: str) -> str:
        """Path of a collection."""
        return f"{self.collections()}{collection}/"

    def objects(self, collection: str) -> str:
        """Path of a collection's objects."""
        return f"{self.collection(collection)}objects/"

    def manifest(self, collection: str) -> str:
        """Path of a collection's manifest."""
        return f"{self.collection(collection)}manifest/"

    def object(self, collection: str, name: str) -> str:
        """Path of one object."""
        return f"{self.objects(collection)}{name}/"

    def versions(self, collection: str, name: str) -> str:
        """Path of an object's versions."""
        return f"{self.object(collection, name)}versions/"

    def status(self, name: str) -> str:
        """Path of a status."""
        return f"{self.served.api_root}status/{name}/"


def raw(served: Served, request: bytes, *, patience: float = PATIENCE, end: bool = False) -> bytes:
    """Send bytes as they stand and read until the server closes or falls silent.

    Args:
        served: The server.
        request: What is sent.
        patience: Seconds until silence counts as the end.
        end: Whether the sender says that nothing more comes.
    """
    heard = b""
    with socket.create_connection(served.host, timeout=patience) as line:
        try:
            line.sendall(request)
            if end:
                line.shutdown(socket.SHUT_WR)
            while part := line.recv(65536):
                heard += part
        except OSError:  # a silence, or a line that the server has cut
            pass
    return heard


def statuses(heard: bytes) -> list[int]:
    """Find the status of each answer in raw bytes; none may be a 5xx."""
    found = [int(one) for one in re.findall(rb"HTTP/1\.[01] (\d{3}) ", heard)]
    assert all(one < 500 for one in found), heard[:400]
    return found


def _answer(line: http.client.HTTPConnection) -> Answer:
    with line.getresponse() as response:
        found = Answer(response.status, tuple(response.getheaders()), response.read())
    assert found.status < 500, (found.status, found.body[:400])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), f"a name comes twice: {[name for name, _ in pairs]}"
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
