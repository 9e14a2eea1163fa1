"""Witnesses as programs of their own on this machine, and others that are silent or lie."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, final

from legation.crypto.holder_files import Kind, Seeds, read_held, witness_of
from legation.crypto.locked_files import UNPROTECTED
from legation.crypto.log.keys import NoteKey, parse_key
from legation.crypto.log.policies import Policy, Witness
from legation.crypto.log.signers import NoteSigner, witness_signers

from .logs import LOG_KEYS, ORIGIN
from .shell import legation

NAMES: Final = ("university.example/w", "press.example/w", "embassy.example/w")


@final
class WitnessHome:
    """A witness's folder, which watches the invented ministry's log."""

    def __init__(self, folder: Path, name: str, *, watches: bool = True) -> None:
        said = legation("statement", "witness", "make", folder, name)
        assert said.code == 0, said.err
        self.folder, self.name = folder, name
        self.keys: tuple[NoteKey, ...] = tuple(map(parse_key, said.out.split()))
        if watches:
            words = ", ".join(f'"{key}"' for key in LOG_KEYS)
            with (folder / "witness.toml").open("a", encoding="utf-8") as file:
                file.write(f'\n[[log]]\norigin = "{ORIGIN}"\nkeys = [{words}]\n')

    def signers(self) -> tuple[NoteSigner, ...]:
        """Return its keys."""
        held = read_held(self.folder / "witness.keys", Kind.WITNESS, UNPROTECTED)
        assert isinstance(held, Seeds)
        return witness_signers(self.name, witness_of(held))


@final
class WitnessProcess:
    """`legation statement witness serve` until it is killed or stopped."""

    def __init__(self, home: WitnessHome, *options: str | Path) -> None:
        environ = {name: text for name, text in os.environ.items() if name[:9] != "LEGATION_"}
        self.log = home.folder.parent / f"{home.folder.name}.said"
        with self.log.open("ab") as said:
            words = ["statement", "witness", "serve", str(home.folder), "--port", "0"]
            self.program = subprocess.Popen(
                [sys.executable, "-m", "legation", *words, *map(str, options)],
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )

    @cached_property
    def address(self) -> str:
        """Wait until it serves, and return where."""
        assert self.program.stdout is not None
        told = self.program.stdout.readline().strip()
        if not told.startswith("http"):
            self.kill()
            raise AssertionError(self.said())
        return told

    def kill(self) -> None:
        """Kill it outright, as a power cut does."""
        self.program.kill()
        self.program.wait(60)
        if self.program.stdout is not None:
            self.program.stdout.close()

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return its exit code."""
        self.program.send_signal(signal.SIGINT)
        code = self.program.wait(60)
        if self.program.stdout is not None:
            self.program.stdout.close()
        return code

    def said(self) -> str:
        """Return what it complained of."""
        return self.log.read_text("utf-8", "replace")


@contextmanager
def answering(tell: Callable[[bytes], tuple[int, str, bytes]]) -> Iterator[str]:
    """Stand as a witness that answers whatever a test says; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, said = tell(body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def silent() -> Iterator[str]:
    """Stand as a witness that takes a request and never answers; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/silent/"


def policy_of(homes: list[WitnessHome], quorum: int) -> Policy:
    """Return the policy of a register that these watch."""
    witnesses = tuple(Witness(name=each.name, keys=each.keys) for each in homes)
    return Policy(origin=ORIGIN, log_keys=LOG_KEYS, witnesses=witnesses, quorum=quorum)
