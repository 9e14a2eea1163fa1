"""A request and its answer, as the protocol sees them; no web library stands in between."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from legation.safeguards.sharing.taxii.media import TAXII

STATUSES: Final[Mapping[int, str]] = {
    400: "Bad request",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not understood",
    429: "Too many requests",
    503: "Try again later",
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request.

    Attributes:
        path: Its path as text, percent-decoded, from the root of the server.
        query: Names and values in their order.
        headers: Names in small letters; of several, the last.
        body: All of it; empty for none.
        certificate: SHA-256 of the client certificate, in hexadecimal; empty for none.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    certificate: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


class RefusedError(Exception):
    """A request that is answered by an error resource (TAXII 2.1, section 3.6.1)."""

    def __init__(self, status: int, why: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Keep the status and the reason that the client reads."""
        super().__init__(why)
        self.status, self.why, self.headers = status, why, dict(headers or {})

    def answer(self) -> Answer:
        """Return the error resource."""
        title = STATUSES.get(self.status, "Refused")
        told = {"title": title, "description": self.why, "http_status": str(self.status)}
        return answered(told, status=self.status, headers=self.headers)


def answered(
    resource: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return a resource as an answer; bytes are JSON already."""
    body = resource if isinstance(resource, bytes) else msgspec.json.encode(resource)
    return Answer(status=status, headers={"Content-Type": TAXII, **(headers or {})}, body=body)
