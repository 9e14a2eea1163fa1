"""A request and its answer, as the protocol sees them; no web library stands in between."""

import logging
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from legation.errors import BusyError, LegationError, RefusedError
from legation.safeguards.sharing.taxii.media import TAXII

_log = logging.getLogger(__name__)

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
        head: Whether the client is sent the headers alone (HEAD, which is answered like GET).
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    certificate: str = ""
    head: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


def refusal(refused: RefusedError) -> Answer:
    """Return the error resource of a refusal (TAXII 2.1, section 3.6.1)."""
    title = STATUSES.get(refused.status, "Refused")
    told = {"title": title, "description": str(refused), "http_status": str(refused.status)}
    return answered(told, status=refused.status, headers=refused.headers)


def put_off(why: LegationError) -> Answer:
    """Return the answer to a request that the store could not serve now.

    What stands in the way is of the house: a partner learns that nothing was kept and when to ask
    again, the log the rest. A full disk is 503 as well, since clients know Retry-After from
    it and few know 507, which besides is not of HTTP itself (RFC 9110, section 15.6.4; RFC 4918).
    """
    _log.warning("a request to TAXII was put off: %s", why)
    if isinstance(why, BusyError):
        refused = RefusedError(
            429, "others are writing: nothing of this was kept", headers={"Retry-After": "1"}
        )
    else:
        refused = RefusedError(
            503,
            "the store of this server cannot be used now, or has no room: nothing of this was kept",
            headers={"Retry-After": "30"},
        )
    return refusal(refused)


def answered(
    resource: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return a resource as an answer; bytes are JSON already."""
    body = resource if isinstance(resource, bytes) else msgspec.json.encode(resource)
    return Answer(status=status, headers={"Content-Type": TAXII, **(headers or {})}, body=body)
