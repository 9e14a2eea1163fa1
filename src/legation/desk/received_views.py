"""The room Sharing, what came: what partners sent, each object in the version that holds.

Who sent it is told by name to whoever may read the roster, by a code to everybody else. What a
reader may not know is not there for them: not in a list, not in a file, not as a page.
"""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, get

from legation.app.caveats import RECEIVED
from legation.app.scope import Scope
from legation.app.sharing.answering import OPINIONS
from legation.app.sharing.arrived import (
    MOST_IN_FILE,
    Arrived,
    Asked,
    Line,
    Opened,
    bundled,
)
from legation.app.sharing.heard import SHOWN, said_of
from legation.app.sharing.properties import properties
from legation.app.sharing.senders import KNOWS, code_of
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, number_of, only, page
from legation.desk.case_forms import Fault
from legation.desk.exports import download, left_as
from legation.desk.listing import Heads
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.errors import NotFoundError, UsageError
from legation.formats.profiles.catalogue import IMPORTS
from legation.stix.labels import all_joined

_ORDERS: Final = ("when", "-when")
_STIX: Final = "application/stix+json;version=2.1"
# Signs of its bytes that a page shows.
_SHOWN: Final = 100_000
LEVELS: Final = ("clear", "green", "amber", "amber+strict", "red")


@get("/received", sync_to_thread=False, verb="share.read")
def received(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List what partners sent."""
    given = only(request, "before", "order", "partner", "type")
    before = number_of(given, "before")
    given.pop("before", None)
    scope = scope_of(reading)
    found = Arrived(scope, request.user.verbs).page(_asked(given), after_us=before, limit=LIMIT)
    return page(
        pages.write(
            "received",
            marking=marking_of([one.label for one in found.items], scope),
            found=found,
            given=given,
            before=before,
            heads=Heads(path="/received", given=given, order=given.get("order", "when")),
            ladder=scope.ladder,
            code=code_of(given["partner"]) if given.get("partner") else "",
            most=MOST_IN_FILE,
            profiles=sorted(IMPORTS),
        )
    )


@get("/received/as/{kind:str}", sync_to_thread=False, verb="share.export")
def received_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out what the filter finds, its first ten thousand."""
    asked = _asked(only(request, "order", "partner", "type"))
    scope = scope_of(reading)
    arrived = Arrived(scope, request.user.verbs)
    if kind == "stix":
        content, labels = arrived.bundle(asked)
        made = Download(name="received.stix.json", media_type=_STIX, content=content)
    else:
        rows, labels = arrived.lines(asked)
        made = download("received", kind, rows, Line, caveat=RECEIVED)
    return file(left_as(scope, "received", made, (), labels=labels, may="share.export"))


@get("/received/{sender_id:str}/{sent_id:str}", sync_to_thread=False, verb="share.read")
def received_one(
    request: Ask, reading: Given, pages: Writer, sender_id: Name, sent_id: Name
) -> Response[str]:
    """Show one object that came."""
    only(request)
    found = Arrived(scope_of(reading), request.user.verbs).one(sender_id, sent_id)
    return shown(request, reading, pages, found)


@get(
    "/received/{sender_id:str}/{sent_id:str}/as/{kind:str}",
    sync_to_thread=False,
    verb="share.export",
)
def received_one_file(
    request: Ask, reading: Given, sender_id: Name, sent_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out one object that came, in the exact bytes in which it did."""
    scope = scope_of(reading)
    found = Arrived(scope, request.user.verbs).one(sender_id, sent_id)
    if kind != "stix":
        raise NotFoundError(f"no export as {kind!r:.20}", hint="choose stix")
    content = bundled([found.raw])
    made = Download(name="received-object.stix.json", media_type=_STIX, content=content)
    labels = [found.came.label]
    return file(left_as(scope, "received", made, (), labels=labels, may="share.export"))


RECEIVED_VIEWS: Final = (received, received_file, received_one, received_one_file)


def shown(
    request: Ask,
    reading: Reading,
    pages: Pages,
    found: Opened,
    *,
    values: Mapping[str, str] | None = None,
    fault: Fault | None = None,
) -> Response[str]:
    """Show one object, with the form of an answer as far as it was filled in."""
    scope = scope_of(reading)
    told, more = properties(found.value)
    answers = said_of(scope, found.came.object_id, request.user.verbs)
    return page(
        pages.write(
            "received_one",
            marking=marking_of([found.came.label, *answers.labels], scope),
            found=found,
            came=found.came,
            properties=told,
            more_properties=more,
            raw=found.raw[:_SHOWN].decode("utf-8", "replace"),
            left_out=max(0, len(found.raw) - _SHOWN),
            answers=answers,
            most=SHOWN,
            values=values or {},
            fault=fault,
            opinions=OPINIONS,
            levels=LEVELS,
            may_answer=may_send(request) and found.partner.ended is None,
            label=found.came.label.text(scope.ladder),
        )
    )


def may_send(request: Ask) -> bool:
    """Tell whether somebody may send to partners, and so must know who they are."""
    verbs: Any = request.user.verbs
    return "share.send" in verbs and KNOWS in verbs


def marking_of(labels: Any, scope: Scope) -> str:
    """Return in words the label of what shows objects under these; empty for none."""
    found = list(labels)
    return all_joined(found).text(scope.ladder) if found else ""


def _asked(given: Mapping[str, str]) -> Asked:
    order = given.get("order", "when")
    if order not in _ORDERS:
        raise UsageError(f"no order {order!r:.40}", hint="choose from: when")
    return Asked(
        sender_id=given.get("partner", ""), kind=given.get("type", ""), newest=order == "when"
    )
