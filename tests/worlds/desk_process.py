"""The desk as a program of its own: opened, killed, opened again; it tells of each connection.

The hook stands in before anything is loaded, so no library can connect behind its back.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from legation.app.home import Home
from legation.settings import Settings

from .people import enrolled

PROGRAM = """
import sys

def told(event, given):
    if event == "socket.connect" and given[1][0] not in ("127.0.0.1", "::1"):
        if not isinstance(given[1], (str, bytes)):
            print("OUTSIDE", event, given[1], file=sys.stderr, flush=True)
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.bind"):
        host = given[1][0] if event == "socket.bind" else given[0]
        if host not in ("127.0.0.1", "localhost", "::1"):
            print("OUTSIDE", event, given, file=sys.stderr, flush=True)

sys.addaudithook(told)
from legation.__main__ import main
main()
"""


def signed_in(home: Path) -> str:
    """Let an analyst in, and return the secret of their session."""
    made = Home(Settings(home=home), lambda: datetime.now(UTC))
    with made.store() as store:
        return enrolled(store, made.now, "Omar Haddad", "analyst")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class DeskProcess:
    """A desk that runs until it is killed or stopped."""

    def __init__(
        self,
        home: Path,
        secret: str,
        *options: str,
        port: int = 0,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """Open it; `given` are settings."""
        environ = {
            name: text for name, text in os.environ.items() if not name.startswith("LEGATION_")
        }
        environ |= {f"LEGATION_{name.upper()}": text for name, text in (given or {}).items()}
        self._errors: list[str] = []
        place = ("--home", home, "--port", port)
        self.program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "desk", *map(str, place), *options],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.program.stdout is not None
        line = self.program.stdout.readline()
        assert "http://" in line, self._said()
        self.address = line.split()[-1].rstrip("/")
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._opener.addheaders = [("Cookie", f"legation-session={secret}")]

    def get(self, path: str) -> str:
        """Return a page."""
        with self._opener.open(f"{self.address}{path}", timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, body: bytes, kind: str) -> str:
        """Send a form and return where it leads."""
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.address}{path}",
            data=body,
            headers={"Content-Type": kind, "Origin": self.address, "Sec-Fetch-Site": "same-origin"},
        )
        try:
            self._opener.open(request, timeout=60).close()
        except urllib.error.HTTPError as answer:
            with answer:
                if answer.code != 303:
                    raise AssertionError(answer.read().decode()) from answer
                return str(answer.headers["location"])
        raise AssertionError(path)

    def form(self, path: str, **fields: str) -> str:
        """Send the fields of a form and return where it leads."""
        body = urllib.parse.urlencode({"form_token": self._token(), **fields}).encode()
        return self.post(path, body, "application/x-www-form-urlencoded")

    def send(self, file: Path) -> str:
        """Send a file and return the address of its page."""
        parts = (
            f'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{self._token()}\r\n'
            f'--x\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        )
        body = parts.encode() + file.read_bytes() + b"\r\n--x--\r\n"
        return self.post("/import/send", body, "multipart/form-data; boundary=x")

    def ended(self, job: str, *, within: float = 180) -> dict[str, Any]:
        """Wait until a job has ended and return its state."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            told: dict[str, Any] = msgspec.json.decode(self.get(f"{job}/state"))
            if told["state"] not in ("waiting", "running"):
                return told
            time.sleep(0.1)
        raise AssertionError(f"{job} did not end: {told}")

    def kill(self) -> None:
        """Kill it outright."""
        self.program.kill()
        self._end()

    def stop(self) -> str:
        """Stop it as Ctrl-C does, and return all that it said of faults."""
        if self.program.poll() is None:
            self.program.send_signal(signal.SIGINT)
        self._end()
        return self._said()

    def _end(self) -> None:
        self.program.wait(60)
        self._listener.join(20)
        for stream in (self.program.stdout, self.program.stderr):
            if stream is not None:
                stream.close()

    def _token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/import"))
        assert found
        return found[1]

    def _listen(self) -> None:
        assert self.program.stderr is not None
        self._errors += self.program.stderr.readlines()

    def _said(self) -> str:
        return "".join(self._errors)
