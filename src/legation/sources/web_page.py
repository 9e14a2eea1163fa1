"""A page of the web, fetched once for evidence: its bytes, and nothing that it asks for.

A plain client: no script, no cookie, no file beside the page. It goes only to addresses that
are public, and to the very address that it looked up, so that a name which points into the
house's own network, at first or after a redirect, leads nowhere. Size, time and the number
of redirects are limited.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from legation import __version__
from legation.errors import BadInputError, DeniedError, UnreachableError

_MOST_REDIRECTS: Final = 3
_SECONDS: Final = 20.0
_PIECE: Final = 65_536
_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_GOOD: Final = 200
# IPv4-compatible (RFC 4291), IPv4-translated (RFC 7915), NAT64 (RFC 6052): the last 32 bits.
_LAST_32_BITS: Final = tuple(
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
)
# NAT64 of a house's own (RFC 8215): where the address of IPv4 stands in it, the house decides.
_OWN_NAT64: Final = ipaddress.IPv6Network("64:ff9b:1::/48")


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it was answered.

    Attributes:
        url: Where it stood in the end.
        passed: Addresses that led there.
    """

    raw: bytes
    url: str
    passed: tuple[str, ...] = ()


def is_public(address: str) -> bool:
    """Tell whether an address may be asked: not this machine, nor any private network.

    An address of IPv6 that a gateway turns into one of IPv4 is as public as that one.

    >>> is_public("192.0.2.1"), is_public("10.1.2.3"), is_public("::ffff:127.0.0.1")
    (False, False, False)
    >>> is_public("64:ff9b::10.1.2.3"), is_public("64:ff9b::8.8.8.8")
    (False, True)
    """
    known = ipaddress.ip_address(address)
    if not isinstance(known, ipaddress.IPv6Address):
        return known.is_global and not known.is_multicast
    if known in _OWN_NAT64:
        return False
    met: tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...] = (known, *_inner(known))
    return all(one.is_global and not one.is_multicast for one in met)


def _inner(known: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the addresses of IPv4 that stand in one of IPv6."""
    for one in (known.ipv4_mapped, known.sixtofour, *(known.teredo or ())):
        if one is not None:
            yield one
    if any(known in network for network in _LAST_32_BITS):
        yield ipaddress.IPv4Address(int(known) & 0xFFFF_FFFF)


def fetch(
    url: str,
    *,
    most_bytes: int,
    allowed: Callable[[str], bool] = is_public,
    redirects: int = _MOST_REDIRECTS,
) -> Fetched:
    """Fetch one page.

    Args:
        url: Its address.
        most_bytes: Largest page.
        allowed: Which network addresses may be asked.
        redirects: How often it may lead on.

    Raises:
        DeniedError: It leads to an address that may not be asked.
        UnreachableError: It does not answer, or not with a page.
        BadInputError: It is no address, or the page is too large.
    """
    until = monotonic() + _SECONDS
    passed: list[str] = []
    while True:
        answer = _ask(url, most_bytes, until, allowed)
        if isinstance(answer, bytes):
            return Fetched(raw=answer, url=url, passed=tuple(passed))
        passed.append(url)
        led = _led(url, answer)
        if len(passed) > redirects:
            raise UnreachableError(
                "the address leads on and on" if redirects else f"it leads elsewhere, to {led:.80}",
                hint="open it in a browser and save the page",
            )
        url = led


def _led(url: str, answer: str) -> str:
    try:
        return urljoin(url, answer)
    except ValueError as bad:
        raise UnreachableError(
            "the page leads to what is no address", hint="open it in a browser"
        ) from bad


def _ask(url: str, most_bytes: int, until: float, allowed: Callable[[str], bool]) -> bytes | str:
    """Return a page, or where it has moved."""
    try:
        parts = urlsplit(url)
    except ValueError as bad:
        raise BadInputError(
            "this is no address", place=url[:80], hint="check the brackets"
        ) from bad
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise BadInputError("this is no address of a page", place=url[:80], hint="give http(s)://…")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError as bad:
        raise BadInputError("this is no address", place=url[:80], hint="check the port") from bad
    address = _looked_up(parts.hostname, port, allowed)
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    try:
        connection = _connected(parts.scheme, parts.hostname, address, port, until)
        try:
            connection.request("GET", target, headers=_headers(parts.netloc))
            answer = connection.getresponse()
            if answer.status in _MOVED and answer.getheader("Location"):
                return str(answer.getheader("Location"))
            if answer.status != _GOOD:
                raise UnreachableError(
                    f"the page answers with {answer.status}", hint="open it in a browser"
                )
            return _read(answer, most_bytes, until)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as failed:
        raise UnreachableError(
            f"the page cannot be had ({type(failed).__name__})",
            hint="try later, or save it by hand",
        ) from failed


def _looked_up(host: str, port: int, allowed: Callable[[str], bool]) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise UnreachableError(f"nobody knows {host:.80}", hint="check the address") from unknown
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not addresses or not all(map(allowed, addresses)):
        raise DeniedError(
            "the address leads into a private network",
            hint="only public addresses are fetched; save the page by hand",
        )
    return addresses[0]


def _connected(
    scheme: str, host: str, address: str, port: int, until: float
) -> http.client.HTTPConnection:
    """Connect to the address that was looked up, and to no other."""
    left = max(0.1, until - monotonic())
    connection = http.client.HTTPConnection(host, port, timeout=left)
    line = socket.create_connection((address, port), timeout=left)
    if scheme == "https":
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    connection.sock = line
    return connection


def _headers(netloc: str) -> dict[str, str]:
    return {
        "Host": netloc,
        "User-Agent": f"legation/{__version__} (evidence)",
        "Accept": "text/html, application/pdf, image/png, image/jpeg, text/plain;q=0.9",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _read(answer: http.client.HTTPResponse, most_bytes: int, until: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if size > most_bytes:
            raise BadInputError(
                f"the page is larger than {most_bytes // 1_000_000:,} MB",
                place="",
                hint="ask for a higher setting `evidence_mb`, or save it by hand",
            )
        if monotonic() > until:
            raise UnreachableError("the page takes too long", hint="try later")
        pieces.append(piece)
    return b"".join(pieces)
