"""The list of campaigns as JSON, against a plain web service that checks nothing.

Both answer the same bytes of rows from the same machine in the same minute: the desk with a
session, the gate, the fence and need-to-know applied to each request; the other one, FastAPI
with pydantic on uvicorn, hands out what it holds in memory. Each is one process; a third one
asks, over kept connections. The two alternate, and the figure is the ratio of requests per
second over the pairs, with the bootstrap's 95 % interval of its median.
"""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import campaign_list_desk
import msgspec
import results

CAMPAIGNS = 100
GOAL = 1.0
_HERE = Path(__file__).parent
_START_S = 60.0


class Place(NamedTuple):
    """A server at work."""

    port: int
    pid: int


def main() -> None:
    """Measure, print, and keep the figures when asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pairs", type=int, default=15)
    asked.add_argument("--seconds", type=float, default=2.0)
    asked.add_argument("--connections", type=int, default=8)
    asked.add_argument("--keep", action="store_true", help="write the figures into the register")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        content, cookie = campaign_list_desk.prepare(Path(folder), CAMPAIGNS)
        (Path(folder) / "rows.json").write_bytes(content)
        places = [
            running.enter_context(_served("campaign_list_desk.py", folder)),
            running.enter_context(_served("campaign_list_plain.py", folder)),
        ]
        paths = [campaign_list_desk.PATH, "/campaigns"]
        cookies = [cookie, ""]
        for place, path, own in zip(places, paths, cookies, strict=True):
            body = _body(_one(place.port, path, own))
            if msgspec.json.decode(body)["rows"] != msgspec.json.decode(content)["rows"]:
                sys.exit(f"{path} does not answer the same rows")
        ratios, rates, costs = [], [], []
        for number in range(given.pairs):
            order = (0, 1) if number % 2 == 0 else (1, 0)
            took = {
                which: _rate(places[which], paths[which], cookies[which], given) for which in order
            }
            ratios.append(took[0][0] / took[1][0])
            rates.append((took[0][0], took[1][0]))
            costs.append((took[0][1], took[1][1]))
            said = " and ".join(
                f"{took[each][0]:,.0f}/s at {took[each][1]:.0f} us" for each in (0, 1)
            )
            print(f"  {said} of CPU", flush=True)
    low, high = _interval(ratios)
    ours, theirs = (statistics.median(each) for each in zip(*rates, strict=True))
    our_cpu, their_cpu = (statistics.median(each) for each in zip(*costs, strict=True))
    results.show(
        [
            results.Result(
                name="campaign-list-json",
                figure=f"{statistics.median(ratios):.2f} times the requests per second of the "
                "plain app",
                detail=f"95 % interval {low:.2f} to {high:.2f} over {given.pairs} alternating "
                f"pairs; {CAMPAIGNS} campaigns, {len(content):,} bytes; session, gate and "
                f"need-to-know on each request; medians {ours:,.0f} and {theirs:,.0f} per second, "
                f"{our_cpu:.0f} and {their_cpu:.0f} microseconds of the server's CPU each",
                goal="at least 1 times FastAPI + pydantic on uvicorn without any check",
                command=f"benchmarks/campaign_list.py --pairs {given.pairs} "
                f"--seconds {given.seconds:g}",
            )
        ],
        keep=given.keep,
    )


@contextmanager
def _served(program: str, folder: str) -> Iterator[Place]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    child = subprocess.Popen([sys.executable, str(_HERE / program), folder, str(port)])
    try:
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Place(port, child.pid)
    finally:
        child.terminate()
        child.wait()


def _rate(place: Place, path: str, cookie: str, given: argparse.Namespace) -> tuple[float, float]:
    """Return requests per second over kept connections, and CPU microseconds for each."""
    port, before = place.port, _cpu_s(place.pid)
    counts = [0] * given.connections
    end = time.monotonic() + given.seconds
    asking = _asked(port, path, cookie)

    def ask(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < end:
                connection.sendall(asking)
                _read(connection)
                counts[number] += 1

    threads = [threading.Thread(target=ask, args=(each,)) for each in range(given.connections)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    return sum(counts) / took, (_cpu_s(place.pid) - before) / sum(counts) * 1e6


def _cpu_s(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _one(port: int, path: str, cookie: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(_asked(port, path, cookie))
        return _read(connection)


def _asked(port: int, path: str, cookie: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Accept: application/json"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _read(connection: socket.socket) -> bytes:
    """Read one whole answer."""
    told = bytearray()
    length = -1
    while True:
        some = connection.recv(1 << 18)
        if not some:
            sys.exit("a server closed the connection")
        told += some
        if length < 0 and (at := told.find(b"\r\n\r\n")) >= 0:
            head = bytes(told[:at]).lower()
            if not head.startswith(b"http/1.1 200"):
                sys.exit(head.decode("latin-1"))
            length = at + 4 + int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        if 0 <= length <= len(told):
            return bytes(told)


def _body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def _interval(ratios: list[float], times: int = 10_000) -> tuple[float, float]:
    """Return the bootstrap's 95 % interval of the median."""
    chance = random.Random(2026)  # noqa: S311 - no secret
    medians = sorted(statistics.median(chance.choices(ratios, k=len(ratios))) for _ in range(times))
    return medians[int(0.025 * times)], medians[int(0.975 * times)]


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", flush=True)
    main()
