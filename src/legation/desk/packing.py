"""Pages go over the line compressed: a mission's line is thin, and a page of tables is not.

What is compressed together with a secret can tell of it by its length (BREACH). Two things
stand against that: the session's cookie is never sent with what another site asks for, and
the one secret in a page, the token of its forms, is masked anew for every page.
"""

import gzip
from typing import Final, final

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_LEAST: Final = 1_000
_LEVEL: Final = 5
_KINDS: Final = ("text/html", "text/css", "text/csv", "application/json", "image/svg+xml")


@final
class Packing:
    """Compresses what is text, whole and not small, for whoever takes it so."""

    def __init__(self, inner: ASGIApp) -> None:
        """Stand around an application."""
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; compress the answer."""
        if "gzip" not in Headers.from_scope(scope).get("accept-encoding", ""):
            await self._inner(scope, receive, send)
            return
        began: list[Message] = []

        async def packed(message: Message) -> None:
            if message["type"] == "http.response.start":
                began.append(message)
                return
            if began:
                start = began.pop()
                if message["type"] == "http.response.body":
                    _pack(start, message)
                await send(start)
            await send(message)

        await self._inner(scope, receive, packed)


def _pack(start: Message, message: Message) -> None:
    headers = MutableScopeHeaders.from_message(start)
    body = message.get("body", b"")
    if not isinstance(body, bytes) or message.get("more_body") or len(body) < _LEAST:
        return
    kind = headers.get("content-type", "").partition(";")[0]
    if kind not in _KINDS or "content-encoding" in headers:
        return
    content = gzip.compress(body, compresslevel=_LEVEL, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(content))
    headers.extend_header_value("Vary", "Accept-Encoding")
    message["body"] = content  # type: ignore[typeddict-unknown-key]  # it is the body's message
