"""What was sent to whom, who fetched it when, and taking it back.

An entry about an object that a reader may not know is not there for them, on any page.
"""

from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from legation.app.caveats import NO_CAVEAT
from legation.app.scope import Scope
from legation.app.sharing.outcomes import RECALLED
from legation.app.sharing.recalling import Recalling
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, number_of, only, page
from legation.desk.aside import ASIDE
from legation.desk.case_forms import Working, fault_of
from legation.desk.exports import download, left_as
from legation.desk.listing import Heads, Turn
from legation.desk.mission_views import scope_of
from legation.desk.reading import Reading
from legation.desk.rendering import Pages
from legation.errors import ConflictError, LegationError, NotFoundError, UsageError
from legation.stix.labels import Label
from legation.stix.tlp import Tlp
from legation.store.exchange.ledger import Sending

_ASKED: Final = ("partner", "object", "order")
_MOST_IN_FILE: Final = 10_000


class SentLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ledger, with when it was first fetched; empty: not yet."""

    at: str
    partner: str
    object_id: str
    modified: str
    sent_id: str
    sent_modified: str
    outcome: str
    channel: str
    fetched: str
    sha256: str
    by: str


@get("/ledger", sync_to_thread=False, verb="share.send")
def ledger(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List what was sent, the newest first."""
    request.user.require("partner.read")
    given = only(request, "after", *_ASKED)
    after = number_of(given, "after")
    given.pop("after", None)
    scope = scope_of(reading)
    if after is not None:
        _require_entry(scope, given, after)
    found = _entries(scope, given, behind=after, limit=LIMIT + 1)
    rows = _lines(scope, found[:LIMIT])
    partners = scope.store.partners.every()
    turn = Turn(
        rows=tuple(zip(found[:LIMIT], rows, strict=True)),
        after=str(after or ""),
        follows=str(found[LIMIT - 1].seq) if len(found) > LIMIT else None,
        total=len(rows),
        given=given,
        heads=Heads(path="/ledger", given=given, order=given.get("order", "when")),
    )
    ids, labels = _told(found[:LIMIT])
    marking = reading.marking((), *ids, members=False, labels=labels) if ids else ""
    return page(pages.write("ledger", turn=turn, partners=partners, marking=marking))


@get("/ledger/as/{kind:str}", sync_to_thread=False, verb="share.send")
def ledger_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same list, its newest ten thousand."""
    request.user.require("partner.read")
    scope = scope_of(reading)
    found = _entries(scope, only(request, *_ASKED), behind=None, limit=_MOST_IN_FILE)
    made = download("ledger", kind, _lines(scope, found), SentLine, caveat=NO_CAVEAT)
    ids, labels = _told(found)
    return file(left_as(scope, "ledger", made, ids, labels=labels, may="share.export"))


@get("/ledger/object/{sent:str}", sync_to_thread=False, verb="share.send")
def had(request: Ask, reading: Given, pages: Writer, sent: Name) -> Response[str]:
    """Show who was sent an object, and the form that takes it back."""
    request.user.require("partner.read")
    return _had(reading, pages, sent)


@post("/ledger/object/{sent:str}/recall", status_code=200, verb="share.send")
async def recall(
    request: Ask, reading: Given, desk_work: Working, pages: Writer, sent: Name
) -> Response[str] | Redirect:
    """Take an object back from everybody who was sent it."""
    request.user.require("partner.read")
    reason = str((await request.form()).get("reason", ""))
    try:
        recalling = Recalling(scope_of(reading))
        person = request.user.person_id
        await ASIDE.do(person, recalling.recall, [sent], reason, desk_work.keys)
    except (UsageError, ConflictError) as refused:
        return _had(reading, pages, sent, fault=refused, reason=reason)
    return Redirect(f"/ledger/object/{sent}", status_code=303)


LEDGER: Final = (ledger, ledger_file, had)
RECALLING: Final = (recall,)


def _had(
    reading: Reading,
    pages: Pages,
    object_id: str,
    *,
    fault: LegationError | None = None,
    reason: str = "",
) -> Response[str]:
    scope = scope_of(reading)
    found = Recalling(scope).who_had([object_id])
    return page(
        pages.write(
            "ledger_object",
            marking=reading.marking((), *(one.object_id for one in found), members=False),
            object_id=object_id,
            had=found,
            standing=any(one.outcome not in RECALLED for one in found),
            recalled=RECALLED,
            fault=fault_of(fault) if fault is not None else None,
            reason=reason,
        )
    )


def _require_entry(scope: Scope, given: dict[str, str], number: int) -> None:
    newest = {name: value for name, value in given.items() if name != "order"}
    found = _entries(scope, newest, behind=number + 1, limit=1)
    if not found or found[0].seq != number:
        raise NotFoundError("that page does not exist", hint="go back to the first page")


def _entries(
    scope: Scope, given: dict[str, str], *, behind: int | None, limit: int
) -> list[Sending]:
    partner, order = given.get("partner", ""), given.get("order", "when")
    if order.removeprefix("-") != "when":
        raise UsageError(f"no order {order!r:.40}", hint="choose from: when")
    return scope.store.ledger.find(
        partner_id=scope.store.partners.get(partner).partner_id if partner else None,
        object_id=given.get("object") or None,
        reader=scope.reader.clearance,
        behind=behind,
        oldest_first=order.startswith("-"),
        limit=limit,
    )


def _told(found: list[Sending]) -> tuple[list[str], list[Label]]:
    """Return of which objects entries tell, and under which levels these were sent."""
    ids = list(dict.fromkeys(one.object_id for one in found))
    return ids, [Label(tlp=Tlp(level)) for level in sorted({one.tlp for one in found})]


def _lines(scope: Scope, found: list[Sending]) -> list[SentLine]:
    names = {one.partner_id: one.name for one in scope.store.partners.every()}
    fetched = scope.store.receipts.of([one.added for one in found])
    lines = []
    for one in found:
        first = fetched.get((one.partner_id, one.added))
        lines.append(
            SentLine(
                at=one.at.isoformat(),
                partner=names.get(one.partner_id, one.partner_id),
                object_id=one.object_id,
                modified=one.modified,
                sent_id=one.sent_id,
                sent_modified=one.sent_modified,
                outcome=one.outcome,
                channel=one.channel,
                fetched=first.isoformat() if first else "",
                sha256=one.raw_sha256.hex(),
                by=one.actor,
            )
        )
    return lines
