"""The fence around the desk: who may ask, and what every answer carries.

The desk listens on loopback, but a web page elsewhere can point its own name at
127.0.0.1 and ask in the reader's browser (DNS rebinding); so a request whose Host is no
loopback name is refused before any page runs. The fence stands outside the router,
so 404 pages, errors and refusals carry the same headers as pages.
"""

from typing import final

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing to other places; with no-referrer a browser hides the origin of our own forms too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_REFUSAL = b"This desk answers only to 127.0.0.1 or localhost, on this machine.\n"


@final
class Fence:
    """Refuses foreign hosts and sets the security headers on every answer."""

    def __init__(self, inner: ASGIApp) -> None:
        """Stand around an application."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != ScopeType.HTTP:
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        if _is_loopback(_host(scope)):
            await self._inner(scope, receive, send_with_headers)
        else:
            await _refuse(send_with_headers)


def _host(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"host"]
    return given[0].decode("latin-1") if len(given) == 1 else ""


def _is_loopback(host: str) -> bool:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, "0"
    return name.lower() in _NAMES and port.isascii() and port.isdigit()


async def _refuse(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 421,
            "headers": [(b"content-type", b"text/plain; charset=utf-8")],
        }
    )
    await send({"type": "http.response.body", "body": _REFUSAL, "more_body": False})
