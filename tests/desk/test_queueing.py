"""Requests that wait on one line, and answers that nobody takes, counted from outside."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from legation.desk.queueing import MOST_WAITING
from legation.desk.taxii_server import TaxiiProtocol
from worlds.sharing_process import SharingHome, SharingProcess, Visitor
from worlds.taxii_desk import TaxiiDesk, taxii_desk

ONE = b"GET /taxii2/ HTTP/1.1\r\nHost: x\r\n\r\n"
MEGABYTE = 1_000_000
# As many requests as a line may bring at once: the one that is answered, and those behind it.
AT_ONCE = MOST_WAITING + 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TaxiiDesk]:
    with taxii_desk(tmp_path) as made:
        made.partner("Aldria")
        made.serve()
        yield made


def answers(port: int, sent: bytes) -> bytes:
    """Send bytes at once, and return all that comes back until the line ends or is silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(sent)
        line.settimeout(2)
        parts = []
        with suppress(TimeoutError, ConnectionError):
            while part := line.recv(65_536):
                parts.append(part)
        return b"".join(parts)


def test_some_requests_sent_at_once_are_all_answered_in_their_order(desk: TaxiiDesk) -> None:
    known = ONE[:-2] + f"Authorization: Bearer {desk.tokens['Aldria']}\r\n\r\n".encode()
    found = answers(desk.port, (ONE + known) * (AT_ONCE // 2))
    told = [part[:3] for part in found.split(b"HTTP/1.1 ")[1:]]
    assert told == [b"401", b"200"] * (AT_ONCE // 2)


def test_too_many_are_the_last_of_their_line_and_those_before_are_answered(
    desk: TaxiiDesk,
) -> None:
    found = answers(desk.port, ONE * 1_000)
    assert found.count(b"HTTP/1.1 401") == AT_ONCE
    assert found.count(b"connection: close") == 1
    line = Visitor(desk.port)
    assert line.ask("/taxii2/").status == 401
    line.close()


def test_requests_that_come_one_after_the_other_have_no_bound(desk: TaxiiDesk) -> None:
    line = Visitor(desk.port)
    line.ask("/taxii2/")
    held = line.line.sock
    for _ in range(5 * AT_ONCE):
        assert line.ask("/taxii2/").status == 401
    assert line.line.sock is held
    line.close()


def test_a_client_that_sends_without_end_and_reads_nothing_fills_no_memory(tmp_path: Path) -> None:
    home = SharingHome(tmp_path / "home", "Aldria")
    server = SharingProcess(home.folder)
    before, lines = server.memory(), []
    for _ in range(40):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=1)
        lines.append(line)
        with suppress(OSError):
            for _ in range(20):
                line.sendall(ONE * 10_000)
    after = server.memory()
    for line in lines:
        line.close()
    assert server.stop() == 0
    assert after - before < 30 * MEGABYTE


class Impatient(TaxiiProtocol):
    """The protocol for which a moment is long."""

    longest_stall = 0.3


async def endless(_: Any, __: Any, send: Any) -> None:
    """Answer with more than any client takes."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(100):
        await send({"type": "http.response.body", "body": b"x" * MEGABYTE, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def test_a_line_whose_client_takes_nothing_is_cut_and_one_that_reads_is_not() -> None:
    config = uvicorn.Config(endless, http=Impatient, log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        there = ("127.0.0.1", listening.getsockname()[1])
        with socket.create_connection(there, timeout=20) as idle:
            idle.sendall(ONE)
            line = Visitor(there[1])
            assert len(line.ask("/").body) == 100 * MEGABYTE
            line.close()
            until = time.monotonic() + 10
            while server.server_state.connections and time.monotonic() < until:
                time.sleep(0.05)
            assert not server.server_state.connections
            server.should_exit = True
            running.join()
