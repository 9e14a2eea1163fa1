"""No page needs another host, and nothing asks one: a journey where there is no way out.

This is the short form; `make offline` does every test in Chromium the same way.
"""

import sys
from pathlib import Path

import pytest

from worlds.browsing import IN_BROWSER
from worlds.no_way_out import LEFT, entering, run_without_a_way_out

TESTS = Path(__file__).parents[1]
JOURNEY = "journeys/test_desk_import.py"
KEYBOARD = "test_the_keyboard_alone_brings_a_file_in_finds_the_ring_and_takes_it_back"

pytestmark = [
    pytest.mark.namespace,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        entering() is None, reason="NO NETWORK NAMESPACE: be root, or allow users to have them"
    ),
]


@IN_BROWSER[0]
@IN_BROWSER[2]
def test_a_whole_journey_runs_where_there_is_no_route_and_nothing_tries_to_leave() -> None:
    done = run_without_a_way_out(
        sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", f"{TESTS / JOURNEY}::{KEYBOARD}"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "NO WAY OUT: 0 attempts to leave" in done.stderr


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.7', 443), 2)",
        "socket.create_connection(('2001:db8::7', 443), 2)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.7', 53))",
        "socket.getaddrinfo('updates.example', 443)",
    ],
)
def test_whatever_tries_to_leave_is_counted_and_fails_what_had_ended_well(attempt: str) -> None:
    program = f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {attempt}\n"
    done = run_without_a_way_out(sys.executable, "-c", program)
    assert done.returncode == LEFT, done.stderr
    assert "NO WAY OUT: 0" not in done.stderr


def test_loopback_alone_is_there() -> None:
    program = (
        "import socket; s = socket.create_server(('127.0.0.1', 0));"
        "socket.create_connection(s.getsockname()); print(socket.if_nameindex())"
    )
    done = run_without_a_way_out(sys.executable, "-W", "ignore", "-c", program)
    assert (done.returncode, done.stdout) == (0, "[(1, 'lo')]\n")
