"""The page Decisions: what waits for a second person, and what became of it.

Each address answers only with requests that the signed-in person asked for or may decide on,
and of which they may know all that they tell of. What is decided is answered by a redirect
to the request, and works without a script.
"""

from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from legation.app.access.entering import Guest
from legation.app.cases.seconds import Waiting, waiting_for
from legation.app.caveats import NO_CAVEAT
from legation.desk.answers import LIMIT, file
from legation.desk.exports import download, left_as
from legation.desk.gate import FORM_FIELD, Gate
from legation.desk.lists import DECISIONS as LISTED
from legation.desk.lists import MOST
from legation.desk.rendering import Pages
from legation.desk.working import DeskWork
from legation.store.decisions import Request as Requested

Working = NamedDependency[SkipValidation[DeskWork]]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]
Ask = Request[Guest, str | None, Any]


class DecisionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One request, as a file has it."""

    request_id: str
    act: str
    title: str
    reason: str
    asked_by: str
    asked: str
    until: str
    state: str
    decided_by: str
    decided: str
    words: str


@get("/decisions", sync_to_thread=False, verb="decision.read")
def decisions(request: Ask, desk_work: Working, gate: Door, pages: Writer) -> Response[str]:
    """List what waits for this person, and what they asked for or could decide on."""
    found = _seen(request, desk_work)
    waiting = [
        one for one in found if one.state == "waiting" and one.asked_by != request.user.person_id
    ]
    turn = LISTED.page(request, found)
    in_cases = _in_cases(request, desk_work)
    told = [*desk_work.told_in((*waiting[:LIMIT], *turn.rows))]
    text = pages.write(
        "decisions",
        waiting=waiting[:LIMIT],
        more=len(waiting) > LIMIT,
        turn=turn,
        in_cases=in_cases,
        marking=desk_work.waking.marking([*told, *(each for one in in_cases for each in one.ids)]),
        acts=desk_work.deciding.acts(),
        names=gate.names(request),
    )
    return Response(text, media_type=MediaType.HTML)


@get("/decisions/as/{kind:str}", sync_to_thread=False, verb="decision.read")
def decisions_file(request: Ask, desk_work: Working, gate: Door, kind: Name) -> Response[bytes]:
    """Hand out the same list, under the label of what the requests tell of."""
    names = gate.names(request)
    found = LISTED.whole(request, _seen(request, desk_work))
    lines = [_line(one, names) for one in found]
    made = download("decisions", kind, lines, DecisionLine, caveat=NO_CAVEAT)
    return file(left_as(desk_work.scope(request.user), "decisions", made, desk_work.told_in(found)))


@get("/decision/{request_id:str}", sync_to_thread=False, verb="decision.read")
def decision(
    request: Ask, desk_work: Working, gate: Door, pages: Writer, request_id: Name
) -> Response[str]:
    """Show one request, and what the reader can do about it."""
    found = desk_work.deciding.get(request_id, request.user)
    text = pages.write(
        "decision",
        request=found,
        act=desk_work.deciding.act(found.act),
        able=desk_work.deciding.who_could_decide(found, request.user.roster),
        names=gate.names(request),
    )
    return Response(text, media_type=MediaType.HTML)


@post("/decision/{request_id:str}/approve", status_code=303, verb="decision.read")
async def approve(request: Ask, desk_work: Working, request_id: Name) -> Redirect:
    """Approve what somebody else asked for."""
    given = await _fields(request)
    desk_work.deciding.approve(request_id, request.user, given.get("words", ""))
    return _back(request_id)


@post("/decision/{request_id:str}/refuse", status_code=303, verb="decision.read")
async def refuse(request: Ask, desk_work: Working, request_id: Name) -> Redirect:
    """Refuse what somebody else asked for."""
    given = await _fields(request)
    desk_work.deciding.refuse(request_id, request.user, given.get("words", ""))
    return _back(request_id)


@post(
    "/decision/{request_id:str}/withdraw",
    status_code=303,
    sync_to_thread=False,
    verb="decision.read",
)
def withdraw(request: Ask, desk_work: Working, request_id: Name) -> Redirect:
    """Take back what one asked for."""
    desk_work.deciding.withdraw(request_id, request.user)
    return _back(request_id)


DECISIONS: Final = (decisions, decisions_file, decision, approve, refuse, withdraw)


def _seen(request: Ask, desk_work: DeskWork) -> list[Requested]:
    if request.user.by == "demonstration":
        return []
    return desk_work.deciding.seen_by(request.user, limit=MOST)


def _in_cases(request: Ask, desk_work: DeskWork) -> tuple[Waiting, ...]:
    """Return what waits in cases for whoever looks."""
    guest = request.user
    if guest.by == "demonstration":
        return ()
    scope, notices = desk_work.waking.scope(guest), desk_work.waking.notices(guest)
    return waiting_for(scope, notices, guest.verbs)[:LIMIT]


def _line(one: Requested, names: dict[str, str]) -> DecisionLine:
    return DecisionLine(
        request_id=one.request_id,
        act=one.act,
        title=one.title,
        reason=one.reason,
        asked_by=names.get(one.asked_by, one.asked_by),
        asked=one.asked.isoformat(),
        until=one.until.isoformat(),
        state=one.state,
        decided_by=names.get(one.decided_by, one.decided_by),
        decided="" if one.decided is None else one.decided.isoformat(),
        words=one.words,
    )


async def _fields(request: Ask) -> dict[str, str]:
    form = await request.form()
    return {name: str(value) for name, value in form.items() if name != FORM_FIELD}


def _back(request_id: str) -> Redirect:
    return Redirect(f"/decision/{request_id}", status_code=303)
