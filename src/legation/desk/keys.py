"""The keys of the desk as a page, and the question whether the desk is there.

The script asks before it sends a form, so that nothing typed is lost to a line that is down or a
session that is over; it is told the token of forms anew, since that follows from the session.
"""

from typing import Any, Final

import msgspec
from litestar import Request, Response, get

from legation.desk.answers import Ask, Writer, page
from legation.desk.entering import Door
from legation.desk.gate import Gate, mark_of


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in here, and the token of their forms."""

    person: str
    form_token: str


@get("/shortcuts", sync_to_thread=False, verb="words.read")
def shortcuts(pages: Writer) -> Response[str]:
    """List the keys, and let them be switched off."""
    return page(pages.write("shortcuts"))


@get("/alive", sync_to_thread=False, verb="own.session")
def alive(request: Ask, gate: Door) -> Response[bytes]:
    """Say that the desk is there, and whom it takes the browser for."""
    return Response(msgspec.json.encode(_told(gate, request)), media_type="application/json")


KEYS: Final = (shortcuts, alive)


def _told(gate: Gate, request: Request[Any, Any, Any]) -> Alive:
    seen = gate.seen(request)
    return Alive(person=mark_of(request.user.person_id), form_token=seen.form_token)
