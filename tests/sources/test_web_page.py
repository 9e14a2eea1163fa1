"""A page is fetched once, from public addresses alone, within limits; a real server answers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from legation.errors import BadInputError, DeniedError, UnreachableError
from legation.sources.web_page import fetch, is_public

PAGE = b"<html><script src=/evil.js></script><img src=/pixel.gif>The harbour</html>"


class Site(BaseHTTPRequestHandler):
    """A site that redirects, fails, and never ends."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        moved = {
            "/moved": "/page",
            "/round": "/round",
            "/inward": "http://localhost:1/secret",
            "/file": "file:///etc/passwd",
        }
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
            return
        self.send_response(200 if self.path in ("/page", "/large") else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE if self.path == "/page" else b"x" * 3_000_000)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def here(address: str) -> bool:
    """Let the test's own server be asked."""
    return address == "127.0.0.1"


def test_a_page_is_fetched_and_nothing_that_it_asks_for(site: str) -> None:
    found = fetch(f"{site}/moved", most_bytes=1_000_000, allowed=here)
    assert found.raw == PAGE
    assert found.url == f"{site}/page"
    assert found.passed == (f"{site}/moved",)
    assert Site.asked == ["/moved", "/page"]


def test_an_address_of_this_machine_or_a_private_network_is_never_asked(site: str) -> None:
    for url in (f"{site}/page", "http://localhost/", "http://10.0.0.1/", "http://[::1]/"):
        with pytest.raises(DeniedError):
            fetch(url, most_bytes=1_000_000)
    assert Site.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.1.2.3",
        "100.64.0.1", "224.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1",
        "2002:0a00:0001::1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "2001:0:0a00:1::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


def test_a_redirect_into_a_private_network_or_to_a_file_is_not_followed(site: str) -> None:
    with pytest.raises(DeniedError):
        fetch(f"{site}/inward", most_bytes=1_000_000, allowed=lambda one: one == "127.0.0.2")
    with pytest.raises(BadInputError, match="no address of a page"):
        fetch(f"{site}/file", most_bytes=1_000_000, allowed=here)
    with pytest.raises(UnreachableError, match="on and on"):
        fetch(f"{site}/round", most_bytes=1_000_000, allowed=here)
    assert Site.asked.count("/round") == 4


def test_where_nothing_may_lead_on_the_first_redirect_is_not_followed(site: str) -> None:
    with pytest.raises(UnreachableError, match="leads elsewhere, to http"):
        fetch(f"{site}/moved", most_bytes=1_000_000, allowed=here, redirects=0)
    assert Site.asked == ["/moved"]


def test_a_page_that_is_too_large_absent_or_deaf_is_told(site: str) -> None:
    with pytest.raises(BadInputError, match="larger than 1 MB"):
        fetch(f"{site}/large", most_bytes=1_000_000, allowed=here)
    with pytest.raises(UnreachableError, match="404"):
        fetch(f"{site}/none", most_bytes=1_000_000, allowed=here)
    with pytest.raises(UnreachableError):
        fetch("http://127.0.0.1:9/", most_bytes=1_000_000, allowed=here)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "http://",
        "http://user@a.example/",
        "page.html",
        "http://a:x/",
        "http://[::1",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(BadInputError):
        fetch(url, most_bytes=1_000_000)
