"""The server holds its port on loopback, says where it is, and stops when it is told."""

import os
import signal
import ssl
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from legation.app.binding import read_binding
from legation.desk.listening import listen
from legation.desk.server import build_app, server_of
from legation.errors import BusyError, UsageError
from worlds.certificates import make_certificate
from worlds.gates import open_gate
from worlds.readings import small_shelf

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from worlds.gates import open_gate
from worlds.readings import small_shelf
from legation.app.binding import Binding
from legation.desk.server import build_app, serve
app = build_app(small_shelf(), banner=None, gate=open_gate())
serve(app, Binding(), announce=lambda at: print(at, flush=True))
print("stopped", flush=True)
"""


def test_the_desk_announces_its_address_answers_and_stops() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(Path(__file__).parents[1])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as desk:
        try:
            assert desk.stdout is not None
            address = desk.stdout.readline().strip()
            assert address.startswith("http://localhost:")
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own address
                assert answer.status == 200
                assert "server" not in {name.lower() for name in answer.headers}
            os.kill(desk.pid, signal.SIGINT)
            out, errors = desk.communicate(timeout=20)
        finally:
            desk.kill()
    assert out.strip() == "stopped"
    assert "Traceback" not in errors
    assert desk.returncode == 0


def test_with_a_certificate_the_desk_speaks_tls_and_nothing_else(tmp_path: Path) -> None:
    cert, key = make_certificate(tmp_path, "localhost")
    binding = read_binding(host="127.0.0.1", port=0, name="localhost", tls_cert=cert, tls_key=key)
    gate = open_gate(binding=binding)
    with listen(0) as listening:
        server = server_of(build_app(small_shelf(), banner=None, gate=gate), binding)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            port = listening.getsockname()[1]
            trusting = ssl.create_default_context(cafile=cert)
            with urllib.request.urlopen(
                f"https://localhost:{port}/", timeout=20, context=trusting
            ) as answer:
                assert answer.status == 200
                assert "max-age" in answer.headers["strict-transport-security"]
            with pytest.raises(OSError, match=r"."):
                urllib.request.urlopen(f"http://localhost:{port}/", timeout=20)
        finally:
            server.should_exit = True
            thread.join(20)


def test_a_port_that_is_held_is_named_with_a_way_out() -> None:
    with listen(0) as held:
        name, port = held.getsockname()
        assert name == "127.0.0.1"
        with pytest.raises(BusyError) as refused:
            listen(port)
    assert str(port) in str(refused.value)
    assert "0 for a free one" in refused.value.hint


def test_a_number_that_is_no_port_is_refused() -> None:
    with pytest.raises(UsageError):
        listen(70_000)
