"""The room Cases: the list of them, and how one is opened.

A page of the list asks the table of cases for its own rows and one more: it costs the same
whether there are fifty cases or ten thousand.
"""

from typing import Final

from litestar import Response, get, post
from litestar.response import Redirect

from legation.app.cases.docket import Docket
from legation.app.cases.sheets import CAVEAT, CaseLine, case_line, sheet_of_list
from legation.app.cases.subjects import bodies_about, given_about, require_subject
from legation.app.cases.templates import opening
from legation.app.scope import Scope
from legation.app.sheets.sheet import hand_out
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, only, page
from legation.desk.case_forms import (
    Working,
    fault_of,
    filing_of,
    is_sent_again,
    typed_in,
    values_of,
)
from legation.desk.case_labels import field_at, labelled
from legation.desk.exports import download, left_as
from legation.desk.listing import Heads, Turn
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download
from legation.errors import RecordError, UsageError
from legation.safeguards.cases.facts import STATUSES
from legation.safeguards.cases.typed import form_of
from legation.store.cases import MOST_COUNTED, Order, Wanted

_ORDERS: Final[tuple[Order, ...]] = ("touched", "number", "due")
_FILTERS: Final = ("status", "type", "domain", "party", "about", "words", "open")
_MOST_IN_FILE: Final = 10_000


@get("/cases", sync_to_thread=False, verb="case.read")
def cases(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the cases."""
    given = only(request, "after", "order", *_FILTERS)
    after = given.pop("after", "")
    scope = scope_of(reading)
    wanted, order, backwards = _asked(scope, given)
    rows = Docket(scope).rows
    found, follows = rows.find(wanted, order=order, after=after, limit=LIMIT, backwards=backwards)
    total = rows.count(wanted)
    turn = Turn(
        rows=tuple(found),
        after=after,
        follows=follows,
        total=min(total, MOST_COUNTED),
        given=given,
        heads=Heads(path="/cases", given=given, order=given.get("order", "touched")),
    )
    marking = reading.marking((), *(one.first_id for one in found), members=False)
    return page(
        pages.write(
            "cases",
            marking=marking,
            turn=turn,
            more=total > MOST_COUNTED,
            statuses=STATUSES,
            types=_choices("type"),
            domains=_choices("domain"),
            fields=labelled("opened"),
            values={},
            fault=None,
        )
    )


@get("/cases/as/{kind:str}", sync_to_thread=False, verb="case.export")
def cases_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same list, its first ten thousand."""
    scope = scope_of(reading)
    wanted, order, backwards = _asked(scope, only(request, "order", *_FILTERS))
    found, _ = Docket(scope).rows.find(
        wanted, order=order, limit=_MOST_IN_FILE, backwards=backwards
    )
    if kind == "stix":
        made = hand_out(scope, sheet_of_list(scope, found), kind)
        return file(Download(name=made.name, media_type=made.media_type, content=made.content))
    lines = [case_line(one) for one in found]
    ids = [each for one in found for each in (one.object_id, one.first_id)]
    made_here = download("cases", kind, lines, CaseLine, caveat=CAVEAT)
    return file(left_as(scope, "cases", made_here, ids))


@get("/cases/new", sync_to_thread=False, verb="case.write")
def new_case(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """Show the form of a new case, begun with what it is about."""
    about = only(request, "about").get("about", "")
    values = given_about(scope_of(reading), about) if about else {}
    return _opening(pages, values, about)


@post("/cases", status_code=200, verb="case.write")
async def open_case(
    request: Ask, reading: Given, desk_work: Working, pages: Writer
) -> Response[str] | Redirect:
    """Open a case; where a part of it cannot be so, the form comes back with what was typed."""
    values = await values_of(request, "opened")
    about = str((await request.form()).get("about", ""))
    scope = scope_of(reading)
    try:
        beside = bodies_about(scope, about) if about else ()
        bodies = [typed_in("opened", values, ()), *beside]
        docket = Docket(scope)
        for last in docket.find(Wanted(), order="number", limit=1):
            if is_sent_again(scope, docket.case(last.number).entries[:1], bodies[:1]):
                return Redirect(f"/case/{last.number}", status_code=303)
        row = filing_of(scope, desk_work).open(opening(bodies, scope.now()))
    except RecordError as refused:
        return _opening(pages, values, about, refused)
    return Redirect(f"/case/{row.number}", status_code=303)


CASE_LISTS: Final = (cases, cases_file)
CASE_OPENING: Final = (new_case, open_case)


def _opening(
    pages: Writer, values: dict[str, str], about: str, refused: RecordError | None = None
) -> Response[str]:
    fields = labelled("opened")
    return page(
        pages.write(
            "case_enter",
            case=None,
            kind="opened",
            fields=fields,
            values=values,
            fault=fault_of(refused) if refused else None,
            place=field_at(refused.place, fields) if refused else "",
            fixed=(),
            before=None,
            choosable=None,
            unproven="",
            captures=(),
            corrects="",
            about=about,
        )
    )


def _asked(scope: Scope, given: dict[str, str]) -> tuple[Wanted, Order, bool]:
    asked = given.get("order", "touched")
    order = next((one for one in _ORDERS if one == asked.removeprefix("-")), None)
    if order is None:
        raise UsageError(f"no order {asked!r:.40}", hint=f"choose from: {', '.join(_ORDERS)}")
    about = given.get("about", "")
    if about:
        # Whoever may not know a thing is not told whether a case concerns it.
        about, _ = require_subject(scope, about)
    wanted = Wanted(
        about=about,
        status=given.get("status", ""),
        type=given.get("type", ""),
        domain=given.get("domain", ""),
        party=given.get("party", "").upper(),
        words=given.get("words", ""),
        open=given.get("open") == "yes",
    )
    return wanted, order, asked.startswith("-")


def _choices(name: str) -> tuple[str, ...]:
    return next(one.choices for one in form_of("opened") if one.name == name)
