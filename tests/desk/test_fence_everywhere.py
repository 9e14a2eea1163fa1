"""The content security policy stands on every answer: pages, files, refusals, faults, noise."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from litestar import get
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from legation.app.access.entering import Entrance
from legation.app.binding import Binding
from legation.desk import refusals
from legation.desk.fence import HEADERS
from legation.desk.gate import form_token
from legation.desk.rendering import Pages
from legation.desk.server import build_app
from legation.rights.roles import ROLES, Role
from legation.store import open_store
from worlds.browsing import served
from worlds.gates import Clock, guarded_gate, open_gate
from worlds.people import enrolled
from worlds.readings import small_shelf
from worlds.working_desk import SAME, WorkingDesk, working_desk

FILLED = {
    "campaign_id": "campaign--1",
    "kind": "csv",
    "name": "desk.css",
    "of": "groups",
}


def _fenced(answer_headers: object) -> None:
    headers = dict(answer_headers)  # type: ignore[call-overload]  # of either client
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy
    for name, said in HEADERS.items():
        assert name == "Content-Security-Policy" or headers[name.lower()] == said


def _every_address(desk: WorkingDesk) -> Iterator[tuple[str, str]]:
    for route in desk.client.app.routes:
        assert isinstance(route, HTTPRoute)
        path = re.sub(r"\{(\w+)(:\w+)?\}", lambda at: FILLED.get(at[1], "none"), route.path_format)
        yield from ((method, path) for method in sorted({*route.methods, "PUT"}))


def test_every_address_by_every_method_answers_inside_the_fence(tmp_path: Path) -> None:
    met: set[int] = set()
    with working_desk(tmp_path) as desk:
        for method, path in _every_address(desk):
            for headers in ({}, SAME):
                answer = desk.client.request(method, path, headers=headers, follow_redirects=False)
                _fenced(answer.headers)
                met.add(answer.status_code)
    assert {200, 400, 403, 404, 405} <= met


@pytest.mark.parametrize("role", [None, *ROLES])
def test_what_each_role_and_a_stranger_sees_is_inside_the_fence(
    role: Role | None, tmp_path: Path
) -> None:
    clock = Clock()
    with open_store(f"sqlite:///{tmp_path / 'o.sqlite'}", home=tmp_path, now=clock) as store:
        secret = enrolled(store, clock, "Somebody", role or "administrator")
        gate = guarded_gate(Entrance(store, clock), clock)
        app = build_app(small_shelf(), banner=None, gate=gate)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            client.base_url = "http://localhost:8321"
            if role:
                client.cookies.set(gate.session_cookie, secret)
            for route in app.routes:
                assert isinstance(route, HTTPRoute)
                path = re.sub(r"\{(\w+)(:\w+)?\}", lambda at: FILLED.get(at[1], "none"), route.path)
                _fenced(client.get(path, follow_redirects=False).headers)


def test_a_fault_a_large_body_a_foreign_name_and_a_silly_question_are_answered_inside_it() -> None:
    @get("/breaks", sync_to_thread=False, verb="door.see")
    def breaks() -> str:
        raise RuntimeError("of the test")

    gate = open_gate()
    app = build_app(small_shelf(), banner=None, gate=gate, more=[breaks])
    ours = SAME | {"x-legation-form": form_token(gate.shared_secret)}
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        told = {
            500: client.get("/breaks"),
            413: client.post("/enrol/begin", content=b"x" * 70_000, headers=ours),
            421: client.get("/", headers={"host": "evil.example"}),
            404: client.get("/../../etc/passwd"),
            400: client.get("/campaigns?colour=blue"),
            405: client.delete("/"),
        }
    for status, answer in told.items():
        assert answer.status_code == status
        _fenced(answer.headers)


def test_where_even_the_page_of_a_fault_fails_the_answer_is_inside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> str:
        raise RuntimeError("of the test")

    app = build_app(small_shelf(), banner=None, gate=open_gate())
    monkeypatch.setattr(Pages, "write", fails)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/words")
    assert (answer.status_code, "of the test" in answer.text) == (500, False)
    _fenced(answer.headers)


@contextmanager
def _line(address: str) -> Iterator[socket.socket]:
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        yield line


@pytest.mark.parametrize(
    "noise",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: minus\r\n\r\n",
        b"GET / HTTP/1.1\r\nNo colon\r\n\r\n",
    ],
)
def test_even_what_is_no_request_is_refused_inside_it(noise: bytes) -> None:
    assert _told(noise) in {400, 404, 421}  # an old request names no host


@pytest.mark.parametrize(
    "head",
    [
        b"Large: " + b"x" * (refusals.MOST_BYTES + 1),
        b"Half: " + b"x" * (refusals.MOST_BYTES - 100) + b"\r\nSecond: " + b"x" * 200,
        b"a:b\r\n" * (refusals.MOST_LINES + 1),
    ],
    ids=["one line", "lines together", "too many lines"],
)
def test_a_head_beyond_its_bounds_is_refused_inside_it(head: bytes) -> None:
    assert _told(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n") == 431


def test_a_line_without_an_end_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_BYTES", 4_096)
    assert _told(b"GET / HTTP/1.1\r\nHost: localhost\r\nLarge: " + b"x" * 8_000) == 431


def test_a_head_that_does_not_end_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_SECONDS", 0.2)
    assert _told(b"GET / HTTP/1.1\r\nHost: loc") == 408
    assert _told(b"") is None


def test_a_head_of_a_large_form_counts_without_the_form() -> None:
    body = b"x" * (4 * refusals.MOST_BYTES)
    told = _told(
        b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    assert told not in {None, 408, 431}


def test_beyond_its_number_of_connections_the_desk_takes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "MOST_CONNECTIONS", 1)
    with (
        served(lambda _: build_app(small_shelf(), banner=None, gate=open_gate())) as address,
        _line(address) as first,
        _line(address) as second,
    ):
        assert second.recv(10) == b""
        first.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert first.recv(10).startswith(b"HTTP/1.1 2")


HALF = (
    b"POST /log-in/begin HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nform_token="
)


def test_a_form_that_does_not_end_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_SECONDS", 0.2)
    assert _told(HALF) == 408


def test_a_form_that_was_answered_before_its_end_keeps_no_line_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "MOST_SECONDS", 0.2)
    half = b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nx"
    assert _told(half) == 405


def test_a_slow_line_that_goes_on_sending_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_SECONDS", 0.1)
    monkeypatch.setattr(refusals, "LEAST_RATE", 1)
    with (
        served(lambda _: build_app(small_shelf(), banner=None, gate=open_gate())) as address,
        _line(address) as line,
    ):
        line.sendall(
            b"POST /log-in/begin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Sec-Fetch-Site: same-origin\r\nContent-Length: 120\r\n\r\n" + b"x" * 100
        )
        time.sleep(0.4)
        line.sendall(b"x" * 20)
        assert line.recv(12) == b"HTTP/1.1 403"  # refused as what it is: of no page of this desk


def test_half_forms_of_one_address_keep_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_OF_ADDRESS", 3)
    monkeypatch.setattr(refusals, "MOST_CONNECTIONS", 6)
    with (
        served(lambda _: build_app(small_shelf(), banner=None, gate=open_gate())) as address,
        ExitStack() as opened,
    ):
        half = [opened.enter_context(_line(address)) for _ in range(6)]
        for each in half[3:]:
            each.sendall(HALF)
        told = [_answer(opened.enter_context(_line(address))) for _ in range(6)]
        assert told == [200] * 6


def test_behind_a_proxy_the_bound_is_of_the_address_that_it_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "MOST_OF_ADDRESS", 1)
    binding = Binding(name="localhost", behind_proxy=True)
    with (
        served(lambda _: build_app(small_shelf(), banner=None, gate=open_gate()), binding) as desk,
        ExitStack() as opened,
    ):
        lines = [opened.enter_context(_line(desk)) for _ in range(4)]
        assert _answer(lines[0], b"X-Forwarded-For: 192.0.2.1", stays=True) == 200
        assert _answer(lines[1], b"X-Forwarded-For: 192.0.2.9, 192.0.2.2") == 200
        assert _answer(lines[2], b"X-Forwarded-For: 192.0.2.2, 192.0.2.1") == 429


def _answer(line: socket.socket, more: bytes = b"", *, stays: bool = False) -> int:
    ends = b"keep-alive" if stays else b"close"
    own = more + b"\r\n" if more else b""
    line.sendall(b"GET /words HTTP/1.1\r\nHost: localhost\r\nConnection: %b\r\n" % ends + own)
    line.sendall(b"\r\n")
    return int(line.recv(12)[9:])


def _told(noise: bytes) -> int | None:
    """Return the status of the answer to these bytes, which has to be fenced; None for none."""
    with (
        served(lambda _: build_app(small_shelf(), banner=None, gate=open_gate())) as address,
        _line(address) as line,
    ):
        line.sendall(noise)
        told = b""
        with suppress(ConnectionResetError):
            while piece := line.recv(4096):
                told += piece
    if not told:
        return None
    head, _, body = told.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    assert b"Traceback" not in body
    _fenced({name.lower(): said.strip() for name, _, said in (one.partition(":") for one in lines)})
    return int(first.split()[1])
