"""What went wrong, as a page with what the reader can do; as JSON where a program asks."""

import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException

from legation.desk.hints import on_a_page
from legation.desk.referring import came_from
from legation.desk.rendering import Pages
from legation.desk.saying import told_text
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    DeniedError,
    LegationError,
    MissingPartError,
    NotFoundError,
    StepUpError,
    UnreachableError,
    UsageError,
    VerificationError,
)

_STATUS: Final[tuple[tuple[type[LegationError], int], ...]] = (
    (NotFoundError, 404),
    (UsageError, 400),
    (BadInputError, 400),
    (DeniedError, 403),
    (ConflictError, 409),
    # What stands in the home is another than was put there, and the request is in order.
    (VerificationError, 409),
    (BusyError, 503),
    (UnreachableError, 503),
    (MissingPartError, 501),
)
_log = logging.getLogger(__name__)
Asking = Request[Any, Any, Any]


def told(pages: Pages, asking: Asking, fault: LegationError) -> Response[Any]:
    """Answer with what went wrong and what the reader can do."""
    status = next((code for kind, code in _STATUS if isinstance(fault, kind)), 500)
    place = fault.place if isinstance(fault, BadInputError) else ""
    message = str(fault).removeprefix(f"{place}: ") if place else str(fault)
    return _fault(pages, asking, status, message, fault.hint, place=place)


def unproven(pages: Pages, asking: Asking, fault: StepUpError) -> Response[Any]:
    """Lead who is signed in to the page that asks for their passkey, and back from there."""
    guest = asking.scope["user"]
    if guest is None or guest.by != "session" or _is_program(asking):
        return told(pages, asking, fault)
    if asking.scope["method"] == "GET":
        place = f"{asking.url.path}?{asking.url.query}" if asking.url.query else asking.url.path
        onward = f"/prove?to={quote(place, safe='')}"
    else:
        # What a form sent is not kept: its page is shown again, and its button pressed anew.
        came = came_from(asking)
        place = f"{came.path}?{came.query}" if came.query else came.path
        onward = f"/prove?anew=1&to={quote(place or '/', safe='')}"
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": onward})


def misled(pages: Pages, asking: Asking, fault: HTTPException) -> Response[Any]:
    """Answer who asked for what is not there, or in a way that is not meant."""
    status = fault.status_code
    if status == 303:  # noqa: PLR2004 - the status code
        return Response("", status_code=status, media_type=MediaType.TEXT, headers=fault.headers)
    said = {
        404: ("There is no such page.", "go to the first page"),
        405: ("This page is read-only.", "open the page without sending a form"),
        401: (fault.detail, "log in, or send a token that holds"),
    }
    message, hint = said.get(status, (fault.detail, "go back and try again"))
    return _fault(pages, asking, status, message, hint, headers=fault.headers)


def broken(pages: Pages, asking: Asking, fault: Exception) -> Response[Any]:
    """Answer where the program itself failed; the reason stands in the log."""
    _log.error("a page failed", exc_info=fault)
    return _fault(
        pages,
        asking,
        500,
        "This page failed: that is a fault of the program, not yours.",
        "the terminal that runs the desk holds the details; the other pages go on",
    )


def _fault(
    pages: Pages,
    asking: Asking,
    status: int,
    message: str,
    hint: str,
    *,
    place: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    """Answer with a page; with JSON to a program, by its token or by what it asks for."""
    hint = on_a_page(hint)
    if _is_program(asking):
        said = f"{place}: {told_text(message)}" if place else told_text(message)
        told = msgspec.json.encode({"error": said, "hint": told_text(hint)})
        return Response(told, media_type=MediaType.JSON, status_code=status, headers=headers)
    sent = asking.scope["method"] not in ("GET", "HEAD")
    text = pages.write("error", status=status, place=place, message=message, hint=hint, sent=sent)
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=headers)


def _is_program(asking: Asking) -> bool:
    """Tell whether a program or a script asks: one with a token reads no page, whatever it says."""
    token = asking.headers.get("authorization", "").lower().startswith("bearer ")
    return token or asking.headers.get("accept", "").startswith("application/json")
