"""The room Sharing, quarantine: what came and was not taken in, with what is held against it."""

from collections.abc import Mapping
from typing import Final

from litestar import Response, get

from legation.app.caveats import RECEIVED
from legation.app.sharing.aside import KINDS, SHOWN, Aside, Asked, Line
from legation.app.sharing.senders import code_of
from legation.desk.answers import (
    LIMIT,
    Ask,
    Given,
    Name,
    Writer,
    file,
    number_of,
    only,
    page,
)
from legation.desk.exports import download, left_as
from legation.desk.listing import Heads
from legation.desk.mission_views import scope_of
from legation.desk.received_views import marking_of
from legation.errors import NotFoundError, UsageError

_ORDERS: Final = ("when", "-when")
_DIGITS: Final = 18


@get("/quarantine", sync_to_thread=False, verb="share.read")
def quarantine(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List what was put aside."""
    given = only(request, "before", "order", "kind", "partner")
    before = number_of(given, "before")
    given.pop("before", None)
    scope = scope_of(reading)
    found = Aside(scope, request.user.verbs).page(_asked(given), after=before or 0, limit=LIMIT)
    return page(
        pages.write(
            "quarantine",
            marking=marking_of([one.label for one in found.items], scope),
            found=found,
            given=given,
            before=before,
            heads=Heads(path="/quarantine", given=given, order=given.get("order", "when")),
            kinds_of=KINDS,
            ladder=scope.ladder,
            code=code_of(given["partner"]) if given.get("partner") else "",
        )
    )


@get("/quarantine/as/{kind:str}", sync_to_thread=False, verb="share.export")
def quarantine_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same list, its first ten thousand."""
    scope = scope_of(reading)
    asked = _asked(only(request, "order", "kind", "partner"))
    rows, labels = Aside(scope, request.user.verbs).lines(asked)
    made = download("quarantine", kind, rows, Line, caveat=RECEIVED)
    return file(left_as(scope, "quarantine", made, (), labels=labels, may="share.export"))


@get("/quarantine/{held:str}", sync_to_thread=False, verb="share.read")
def quarantined(request: Ask, reading: Given, pages: Writer, held: Name) -> Response[str]:
    """Show one object that was put aside, and what stands in its place."""
    only(request)
    if not (held.isascii() and held.isdecimal() and len(held) <= _DIGITS):
        raise NotFoundError(
            f"nothing in quarantine has the number {held!r:.30}", hint="go back to the list"
        )
    scope = scope_of(reading)
    found = Aside(scope, request.user.verbs).explain(int(held))
    stands = found.stands
    return page(
        pages.write(
            "quarantined",
            marking=marking_of([found.put.label, *([stands.label] if stands else ())], scope),
            found=found,
            put=found.put,
            raw=found.raw[:SHOWN].decode("utf-8", "replace"),
            left_out=max(0, len(found.raw) - SHOWN),
            stands=stands,
            stands_raw=stands.raw[:SHOWN].decode("utf-8", "replace") if stands else "",
            stands_left=max(0, len(stands.raw) - SHOWN) if stands else 0,
            label=found.put.label.text(scope.ladder),
        )
    )


QUARANTINE_VIEWS: Final = (quarantine, quarantine_file, quarantined)


def _asked(given: Mapping[str, str]) -> Asked:
    order = given.get("order", "when")
    if order not in _ORDERS:
        raise UsageError(f"no order {order!r:.40}", hint="choose from: when")
    return Asked(
        kind=given.get("kind", ""), sender_id=given.get("partner", ""), newest=order == "when"
    )
