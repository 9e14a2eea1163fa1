"""The fence around the desk: who may ask, and what every answer carries.

A web page elsewhere can point its own name at the desk's address and ask in the reader's
browser (DNS rebinding); so a request whose Host is not the desk's own name, on this machine
alone a loopback name, is refused before any page runs. The fence stands outside the
router, so 404 pages, errors and refusals carry the same headers as pages. Scripts run from
files of ours alone, and what they fetch is ours.
"""

import logging
from collections.abc import Mapping
from typing import Final, final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from legation.app.binding import Binding

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a form's own origin would be "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
KEPT = "Cache-Control"  # what is built may be kept: its name changes with it
LASTING = {"Strict-Transport-Security": "max-age=31536000"}
_KEPT = KEPT.lower().encode()
_log = logging.getLogger(__name__)
_PORTS: Final = 65_535
_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


@final
class Fence:
    """Refuses foreign hosts and sets the security headers on every answer."""

    def __init__(self, inner: ASGIApp, binding: Binding) -> None:
        """Stand around an application that is reached in this way."""
        self._inner = inner
        self._names = frozenset({binding.name}) if binding.secure else _NAMES
        self._headers = _written(HEADERS | (LASTING if binding.secure else {}))
        self._but_kept = {name: told for name, told in self._headers.items() if name != _KEPT}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != ScopeType.HTTP:
            return

        begun: list[bool] = []

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(True)
                given = {name.lower() for name, _ in message["headers"]}
                own = self._but_kept if _KEPT in given else self._headers
                others = [each for each in message["headers"] if each[0].lower() not in own]
                message["headers"] = [*others, *own.items()]
            await send(message)

        if _name(_host(scope)) not in self._names:
            await _refuse(send_with_headers, self._names)
            return
        try:
            await self._inner(scope, receive, send_with_headers)
        except Exception:
            if begun:
                raise
            # Even the page that tells of a fault failed.
            _log.exception("nothing could be answered")
            await _say(send_with_headers, 500, "This page failed, and its telling so too.\n")


def _written(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    """Return headers as they go over the wire, made once: they stand on every answer."""
    return {name.lower().encode(): value.encode() for name, value in headers.items()}


def _host(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"host"]
    return given[0].decode("latin-1") if len(given) == 1 else ""


def _name(host: str) -> str:
    """Return the name in a Host header; empty when its port is none."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, "0"
    good = port.isascii() and port.isdigit() and int(port[:6] or "0") <= _PORTS
    return name.lower() if good else ""


async def _refuse(send: Send, names: frozenset[str]) -> None:
    await _say(send, 421, f"This desk answers only to {' or '.join(sorted(names))}.\n")


async def _say(send: Send, status: int, told: str) -> None:
    kind = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": told.encode(), "more_body": False})
