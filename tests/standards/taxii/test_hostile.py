"""No input is answered with a 5xx, hangs, or ends the server; a refusal gives its reason.

LEGATION_TAXII_HOSTILE is the number of requests that the property makes up.
"""

import gzip
import json
import os
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards.taxii.clauses import clause
from standards.taxii.hostile_inputs import (
    BAD_FRAMES,
    BODIES,
    HEADERS,
    JSON_BODIES,
    METHODS,
    NO_REQUESTS,
    QUERIES,
    TAILS,
    THING,
)
from standards.taxii.reading import INSIDE, refused, taxii
from standards.taxii.serving import Served
from standards.taxii.wire import TAXII, Caller, envelope, raw, read_json, statuses
from worlds.stix_made import StixMaker

TRIES = int(os.environ.get("LEGATION_TAXII_HOSTILE", "200"))


def alive(served: Served) -> None:
    """Check that a good request is answered, and soon."""
    caller = Caller(served, served.first)
    begun = time.monotonic()
    taxii(caller.get(caller.collections()))
    assert time.monotonic() - begun < 20


@pytest.fixture(autouse=True)
def _still_alive(served: Served) -> Iterator[None]:
    yield
    alive(served)


def lines(served: Served, method: str, path: str, *more: str) -> bytes:
    """Write the head of a good request, with more lines."""
    caller = Caller(served, served.first)
    told = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Accept: {TAXII}",
        *(f"{name}: {value}" for name, value in caller.credentials()),
        *more,
    ]
    return ("\r\n".join(told) + "\r\n\r\n").encode("latin-1")


def posted(served: Served, body: bytes, *more: str, patience: float = 20) -> bytes:
    """Post a body with more header lines, and give what was heard."""
    path = Caller(served, served.first).objects(served.rw)
    typed = (
        []
        if any(one.lower().startswith("content-type") for one in more)
        else [f"Content-Type: {TAXII}"]
    )
    length = (
        []
        if any(one.lower().startswith(("content-length", "transfer-encoding")) for one in more)
        else [f"Content-Length: {len(body)}"]
    )
    head = lines(served, "POST", path, *typed, *length, *more, "Connection: close")
    return raw(served, head + body, patience=patience)


def judged(heard: bytes) -> int:
    """Check an answer to a request that is good HTTP: a success, or a refusal in TAXII."""
    found = statuses(heard)
    assert found, "nothing was answered"
    head, _, body = heard.partition(b"\r\n\r\n")
    assert not INSIDE.search(body)
    if found[-1] >= 400 and b"content-length: 0" not in head.lower():
        assert b"application/taxii+json;version=2.1" in head.replace(b" ", b""), heard[:300]
        if b"chunked" not in head.lower():
            error = read_json(body)
            assert error["title"].strip()
            assert error["http_status"] == str(found[-1])
    return found[-1]


@clause("0-L1", "0-L2", "0-L3", "0-L4")
@settings(max_examples=TRIES)
@given(
    method=METHODS,
    place=st.sampled_from(["rw", "ro", "wo", "none", "root", "discovery", "status"]),
    tail=TAILS,
    query=QUERIES,
    more=st.lists(HEADERS, max_size=3),
    body=st.none() | BODIES,
)
def test_no_request_that_can_be_made_up_breaks_the_server(
    served: Served,
    *,
    method: str,
    place: str,
    tail: str,
    query: str,
    more: list[str],
    body: bytes | None,
) -> None:
    caller = Caller(served, served.first)
    base = {
        "none": caller.collection("3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a"),
        "root": served.api_root,
        "discovery": served.discovery,
        "status": f"{served.api_root}status/",
    }.get(place) or caller.collection(getattr(served, place) or served.rw)
    told = [*more, "Connection: close"]
    if body is not None:
        told += [f"Content-Length: {len(body)}"]
    path = f"{base}{tail}?{query}" if query else f"{base}{tail}"
    heard = raw(served, lines(served, method, path, *told) + (body or b""), patience=20)
    found = statuses(heard)
    well_formed = not any("\xff" in one or "\xfe" in one for one in more) and method != "get"
    if well_formed and not any(one.startswith(("Upgrade", "Connection", "Host")) for one in more):
        assert found, "nothing was answered"
        if method != "HEAD":
            _in_taxii_or_no_http(heard)
    alive(served)


def _in_taxii_or_no_http(heard: bytes) -> None:
    """Check a refusal; what the reader of HTTP itself refuses may be plain and short."""
    head, _, body = heard.partition(b"\r\n\r\n")
    assert not INSIDE.search(body)
    status = statuses(heard)[-1]
    if b"application/taxii+json;version=2.1" in head.replace(b" ", b""):
        assert status < 400 or b'"title"' in body
    else:
        assert status in {101, 400, 414, 431}, heard[:300]
        assert len(body) < 200


@clause("0-L1", "0-L2", "0-L3", "0-L4")
@pytest.mark.parametrize("name", JSON_BODIES)
def test_no_body_breaks_the_server(served: Served, name: str) -> None:
    body = JSON_BODIES[name]
    found = judged(posted(served, body, patience=60))
    assert found in (202, 400, 413, 415, 422)


@clause("0-L1", "5.5-D3")
@pytest.mark.parametrize(
    "name",
    [
        "a name twice",
        "an id twice",
        "NaN",
        "infinity",
        "in Latin-1",
        "surrogate as bytes",
        "cut short",
        "deep list",
    ],
)
def test_what_is_no_json_is_refused(served: Served, name: str) -> None:
    heard = posted(served, JSON_BODIES[name])
    found = judged(heard)
    if found == 202:  # the envelope was read, then, and the object fails by name
        assert read_json(heard.partition(b"\r\n\r\n")[2])["failure_count"] == 1
    else:
        assert found in (400, 422)


@clause("0-L1")
def test_a_zipped_body_is_read_or_refused_and_never_unfolds(served: Served) -> None:
    for inside in (envelope([THING]), b"0" * 50_000_000):
        heard = posted(served, gzip.compress(inside), "Content-Encoding: gzip")
        assert judged(heard) in (202, 400, 413, 415, 422)


@clause("0-L1", "0-L2")
@pytest.mark.parametrize("name", BAD_FRAMES)
def test_no_broken_frame_breaks_the_server(served: Served, name: str) -> None:
    body, more = BAD_FRAMES[name]
    heard = posted(served, body, *more, patience=3)
    assert not any(200 <= one < 300 for one in statuses(heard)[1:]), "a request was smuggled"


@clause("0-L1", "0-L2")
@pytest.mark.parametrize(
    "request_line",
    NO_REQUESTS,
    ids=lambda line: repr(line[:24]),
)
def test_no_line_that_is_no_http_breaks_the_server(served: Served, request_line: bytes) -> None:
    statuses(raw(served, request_line, patience=3, end=True))


@clause("0-L1")
def test_a_client_that_waits_for_leave_gets_it_or_a_refusal(served: Served) -> None:
    body = envelope([THING])
    heard = posted(served, body, "Expect: 100-continue")
    assert statuses(heard)[-1] == 202
    heard = posted(served, b"", "Expect: 100-continue", "Content-Length: 2000000000")
    assert 413 in statuses(heard)
    assert statuses(posted(served, body, "Expect: miracles"))[-1] < 500


@clause("0-L1")
def test_requests_in_one_breath_are_each_answered(served: Served) -> None:
    one = lines(served, "GET", served.api_root)
    last = lines(served, "GET", served.api_root, "Connection: close")
    assert statuses(raw(served, one * 4 + last, patience=20)) == [200] * 5


@clause("0-L1")
def test_a_get_may_have_a_body(served: Served) -> None:
    head = lines(served, "GET", served.api_root, "Content-Length: 7", "Connection: close")
    assert statuses(raw(served, head + b"nothing", patience=20))[-1] in (200, 400)


@clause("0-L1", "0-L2")
def test_a_slow_body_holds_nobody_up(served: Served) -> None:
    body = envelope([StixMaker(12).thing()])
    path = Caller(served, served.first).objects(served.rw)
    head = lines(
        served, "POST", path, f"Content-Type: {TAXII}", f"Content-Length: {len(body)}",
        "Connection: close",
    )  # fmt: skip
    with socket.create_connection(served.host, timeout=20) as line:
        line.sendall(head)
        for at in range(20):
            line.sendall(body[at : at + 1])
            time.sleep(0.05)
        alive(served)
        line.sendall(body[20:])
        assert b" 202 " in line.recv(65536)


@clause("0-L1", "0-L2")
def test_many_who_say_nothing_hold_nobody_up(served: Served) -> None:
    lines_open = [socket.create_connection(served.host, timeout=20) for _ in range(60)]
    try:
        for line in lines_open[::2]:
            line.sendall(b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n")
        if served.name == "legation":  # the peers' few threads are all taken by this
            alive(served)
    finally:
        for line in lines_open:
            line.close()


@clause("0-L1", "0-L2")
def test_a_client_that_goes_away_is_forgotten(served: Served) -> None:
    path = Caller(served, served.first).objects(served.rw)
    head = lines(served, "POST", path, f"Content-Type: {TAXII}", "Content-Length: 5000")
    for sent in (head, head + b'{"objects"', lines(served, "GET", path)):
        for _ in range(10):
            with socket.create_connection(served.host, timeout=20) as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                line.sendall(sent)


@clause("0-L3", "0-L4")
@pytest.mark.parametrize("text", ["<script>", "\u202e", "=1+1", "\x1b[31m"])
def test_an_error_hands_no_hostile_text_on(served: Served, first: Caller, text: str) -> None:
    for answer in (
        first.get(first.objects(served.rw), ("added_after", text * 50)),
        first.get(first.object(served.rw, quote(text * 50))),
        first.get(f"/{quote(text * 50)}/"),
    ):
        found = refused(answer, 400, 404, 414)
        assert text * 50 not in json.dumps(found, ensure_ascii=False)
