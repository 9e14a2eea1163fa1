"""`legation share serve` as a program of its own, and partners who speak to it over the line."""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import urlsplit

import msgspec

from .shell import legation

TAXII: Final = "application/taxii+json;version=2.1"
# What the server is started by where the kernel shall refuse files above a size.
_BOUNDED: Final = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from legation.__main__ import main
main()
"""


class Answered(msgspec.Struct, frozen=True):
    """An answer as it came over the line."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def told(self) -> Any:
        """Return the resource in it."""
        return msgspec.json.decode(self.body)


@final
class SharingProcess:
    """A server that runs until it is killed or stopped; what it complains of is in a file."""

    def __init__(
        self, home: Path, *options: str | Path, port: int = 0, largest_file: int = 0
    ) -> None:
        """Start it; with a largest file, the kernel refuses to write a longer one."""
        environ = {
            name: text for name, text in os.environ.items() if not name.startswith("LEGATION_")
        }
        self.log = home.parent / f"{home.name}.said"
        begun = ["-c", _BOUNDED, str(largest_file)] if largest_file else ["-m", "legation"]
        words = ["share", "serve", "--port", str(port), "--home", str(home), *map(str, options)]
        with self.log.open("ab") as said:
            self.program = subprocess.Popen(
                [sys.executable, *begun, *words],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
        assert self.program.stdout is not None
        self.address = self.program.stdout.readline().strip()
        if not self.address.endswith("/taxii2/"):
            self.kill()
            raise AssertionError(self.said())
        self.port = urlsplit(self.address).port or 0

    def kill(self) -> None:
        """Kill it outright, as a power cut does."""
        self.program.kill()
        self._end()

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return its exit code."""
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGINT)
        self._end()
        return int(self.program.returncode)

    def memory(self) -> int:
        """Return how many bytes of memory it takes now."""
        pages = Path(f"/proc/{self.program.pid}/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def said(self) -> str:
        """Return what it, and those before it on this home, complained of."""
        return self.log.read_text("utf-8", "replace")

    def _end(self) -> None:
        self.program.wait(60)
        if self.program.stdout is not None:
            self.program.stdout.close()


@final
class Visitor:
    """Somebody who speaks to a server over one connection that is kept."""

    def __init__(self, port: int, token: str = "", tls: ssl.SSLContext | None = None) -> None:
        """Come with a token, with a client certificate in the context, or with nothing."""
        self.line = (
            http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            if tls is None
            else http.client.HTTPSConnection("localhost", port, timeout=60, context=tls)
        )
        self.headers = {"Accept": TAXII, "Content-Type": TAXII}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **more: str) -> Answered:
        """Ask, and read the whole answer."""
        headers = self.headers | {name.replace("_", "-"): text for name, text in more.items()}
        self.line.request(method, path, body or None, headers)
        with self.line.getresponse() as answer:
            read = answer.read()
            told = {name.lower(): text for name, text in answer.getheaders()}
            return Answered(answer.status, told, read)

    def post(self, objects: str, raws: Sequence[bytes]) -> Answered:
        """Post objects to the path of a collection's objects."""
        return self.ask(objects, "POST", envelope(raws))

    def close(self) -> None:
        self.line.close()


@final
class SharingHome:
    """A home with partners, each with a token and the collection that it sends to."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        assert legation("init", "--home", folder).code == 0
        self.tokens: dict[str, str] = {}
        self.inboxes: dict[str, str] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        assert legation("partner", "add", name, "--home", self.folder).code == 0
        self.tokens[name] = legation("partner", "let-in", name, "--home", self.folder).out.strip()
        shown = json.loads(legation("partner", "show", name, "--json", "--home", self.folder).out)
        inbox = next(one["id"] for one in shown["collections"] if one["can_write"])
        self.inboxes[name] = f"/taxii2/exchange/collections/{inbox}/objects/"

    def visitor(self, server: SharingProcess, name: str) -> Visitor:
        return Visitor(server.port, self.tokens[name])


def envelope(raws: Sequence[bytes]) -> bytes:
    """Return the envelope of objects as they are written."""
    return b'{"objects":[' + b",".join(raws) + b"]}"


def campaign(number: int, **more: Any) -> bytes:
    """Return a campaign of this number, as no serializer of ours writes it."""
    value = {
        "type": "campaign",
        "spec_version": "2.1",
        "id": f"campaign--{number:08x}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": f"campaign {number}",
        **more,
    }
    return json.dumps(value, separators=(", ", " : "), ensure_ascii=False).encode()
