"""The room Duty: who is on duty, what was called, who took it, and how each is woken."""

from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from legation.app.access.entering import Guest
from legation.app.caveats import NO_CAVEAT
from legation.app.noticing import SAID
from legation.desk.answers import LIMIT, counted, file, only, page
from legation.desk.aside import ASIDE
from legation.desk.exports import download
from legation.desk.gate import Gate
from legation.desk.lists import CALLS, MOST, ROTA
from legation.desk.reading import Download
from legation.desk.rendering import Pages
from legation.desk.small_forms import read_form
from legation.desk.waking import DeskWaking
from legation.formats.rota import Planned, read_rota, write_csv, write_ics
from legation.safeguards.duty.channels import as_written
from legation.store.calls import Call

Waking = NamedDependency[SkipValidation[DeskWaking]]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]
Ask = Request[Guest, str | None, Any]
_LARGEST: Final = 5_000_000
_YEAR: Final = 366


class CallLine(msgspec.Struct, frozen=True, kw_only=True):
    """A call in a file."""

    ref: str
    cause: str
    about: str
    urgency: str
    state: str
    created: datetime
    ended: datetime | None
    taken_by: str


@get("/duty", sync_to_thread=False, verb="duty.read")
def duty(request: Ask, waking: Waking, pages: Writer) -> Response[str]:
    """Show the rota and the calls."""
    turn = CALLS.page(request, waking.calls(request.user, limit=MOST))
    acting = waking.duty(request.user)
    shifts, everybody = acting.shifts(), waking.everybody(request.user)
    writes = "duty.write" in request.user.verbs
    text = pages.write(
        "duty",
        outlook=acting.outlook(shifts, roster=everybody),
        shifts=shifts[:LIMIT],
        more=len(shifts) > LIMIT,
        turn=turn,
        dead=waking.dead(request.user),
        said=SAID,
        names=everybody.names(),
        typed=waking.shifts(request.user).undoable() if writes else (),
        able=waking.able(request.user) if writes else (),
        marking=waking.marking(one.object_id for one in turn.rows),
    )
    return page(text)


@get("/duty/calls/as/{kind:str}", sync_to_thread=False, verb="duty.export")
def calls_file(request: Ask, waking: Waking, gate: Door, kind: Name) -> Response[bytes]:
    """Hand out the calls that the filter finds."""
    names = gate.names(request)
    found = CALLS.whole(request, waking.calls(request.user, limit=MOST))
    made = download(
        "calls", kind, [_call_line(one, names) for one in found], CallLine, caveat=NO_CAVEAT
    )
    ids = [one.object_id for one in found]
    return file(waking.hand_out(request.user, "duty.export", ids, made, own=True))


@get("/duty/rota", sync_to_thread=False, verb="duty.read")
def rota(request: Ask, waking: Waking, pages: Writer) -> Response[str]:
    """List the shifts of the coming year."""
    shifts = waking.duty(request.user).shifts(days=_YEAR)
    names = waking.everybody(request.user).names()
    return page(pages.write("rota", turn=ROTA.page(request, shifts), names=names))


@get("/duty/as/{kind:str}", sync_to_thread=False, verb="duty.export")
def rota_file(request: Ask, waking: Waking, kind: Name) -> Response[bytes]:
    """Hand out the rota of the coming year."""
    acting = waking.duty(request.user)
    shifts = ROTA.whole(request, acting.shifts(days=_YEAR))
    planned = acting.planned(shifts, waking.everybody(request.user).names())
    if kind == "ics":
        content = write_ics(planned, now=waking.now())
        made = Download(name="rota.ics", media_type="text/calendar", content=content)
    elif kind == "csv":
        made = Download(name="rota.csv", media_type="text/csv", content=write_csv(planned))
    else:
        made = download("rota", kind, planned, Planned, caveat=NO_CAVEAT)
    return file(waking.hand_out(request.user, "duty.export", (), made, own=True))


@post(
    "/duty/import",
    status_code=200,
    request_max_body_size=_LARGEST,
    verb="duty.write",
    streams=True,
)
async def take_in(request: Ask, waking: Waking, gate: Door, pages: Writer) -> Response[str]:
    """Take in a rota, and say what came of it."""
    form = await read_form(request, gate, most=_LARGEST)
    zone = form.fields.get("zone", "").strip()
    plan = await ASIDE.do(request.user.person_id, read_rota, form.content, zone=zone)
    done = waking.duty(request.user).enter(plan, replace="replace" in form.fields)
    return page(pages.write("rota_taken", done=done))


@post("/duty/swap", status_code=303, verb="duty.write")
async def swap(request: Ask, waking: Waking) -> Redirect:
    """Let two people take each other's shift."""
    given = await fields(request)
    waking.duty(request.user).swap(given.get("first", ""), given.get("second", ""))
    return Redirect("/duty", status_code=303)


@post("/duty/shift", status_code=303, verb="duty.write")
async def write_shift(request: Ask, waking: Waking) -> Redirect:
    """Write a shift that was typed into the rota."""
    waking.shifts(request.user).write(await fields(request))
    return Redirect("/duty#typed", status_code=303)


@get("/duty/shift/{shift_id:str}", sync_to_thread=False, verb="duty.write")
def shift(request: Ask, waking: Waking, pages: Writer, shift_id: Name) -> Response[str]:
    """Show the form that changes a shift."""
    found = waking.shifts(request.user).get(shift_id)
    names = waking.everybody(request.user).names()
    able = waking.able(request.user)
    return page(pages.write("shift", shift=found, names=names, able=able))


@post("/duty/shift/{shift_id:str}", status_code=303, verb="duty.write")
async def change_shift(request: Ask, waking: Waking, shift_id: Name) -> Redirect:
    """Put another shift in the place of one."""
    waking.shifts(request.user).change(shift_id, await fields(request))
    return Redirect("/duty#typed", status_code=303)


@post("/duty/undo/{number:int}", status_code=303, sync_to_thread=False, verb="duty.write")
def undo_shift(request: Ask, waking: Waking, number: FromPath[int]) -> Redirect:
    """Take back what one did to a shift."""
    waking.shifts(request.user).undo(counted(number))
    return Redirect("/duty#typed", status_code=303)


@post("/duty/shift/{shift_id:str}/remove", status_code=303, sync_to_thread=False, verb="duty.write")
def remove(request: Ask, waking: Waking, shift_id: Name) -> Redirect:
    """Take a shift out of the rota."""
    waking.duty(request.user).remove(shift_id)
    return Redirect("/duty#typed", status_code=303)


@get("/duty/channels", sync_to_thread=False, verb="duty.act")
def channels(request: Ask, waking: Waking, pages: Writer) -> Response[str]:
    """Show how one is woken oneself."""
    ways = waking.channels(request.user)
    written = "\n".join(as_written(way.kind, way.address) for way in ways)
    return page(pages.write("channels", ways=ways, written=written))


@post("/duty/channels", status_code=303, verb="duty.act")
async def set_channels(request: Ask, waking: Waking) -> Redirect:
    """Say how one is woken, in the order in which it is tried."""
    given = await fields(request)
    acting = waking.duty(request.user)
    acting.set_channels(request.user.person_id, given.get("channels", "").splitlines())
    return Redirect("/duty/channels", status_code=303)


@post("/duty/channels/test", status_code=303, sync_to_thread=False, verb="duty.act")
def try_channels(request: Ask, waking: Waking) -> Redirect:
    """Send a test to each of one's own channels."""
    waking.try_channels(request.user)
    return Redirect("/duty/channels", status_code=303)


@get("/duty/{ref:str}", sync_to_thread=False, verb="duty.read")
def call(request: Ask, waking: Waking, gate: Door, pages: Writer, ref: Name) -> Response[str]:
    """Show a call: what waits, what was tried, who took it."""
    found, steps, sent = waking.call(ref, request.user)
    text = pages.write(
        "call",
        call=found,
        steps=steps,
        sent=sent,
        place=waking.object_place(found.object_id, request.user),
        said=SAID,
        names=gate.names(request),
        marking=waking.marking([found.object_id]),
    )
    return page(text)


@post("/duty/{ref:str}/take", status_code=303, sync_to_thread=False, verb="duty.act")
def take(request: Ask, waking: Waking, ref: Name) -> Redirect:
    """Take a call."""
    taken = waking.duty(request.user).acknowledge(ref, request.user.person_id)
    return Redirect(f"/duty/{taken.ref}", status_code=303)


@get("/digests", sync_to_thread=False, verb="duty.act")
def digests(request: Ask, waking: Waking, pages: Writer) -> Response[str]:
    """Show the lists that one is told about."""
    asked = only(request, "address")
    return page(
        pages.write(
            "digests", digests=waking.digests(request.user), address_=asked.get("address", "")
        )
    )


@post("/digests", status_code=303, verb="duty.act")
async def ask_digest(request: Ask, waking: Waking) -> Redirect:
    """Write down a list to be told about; it is off until it is switched on."""
    waking.ask_digest(await fields(request), request.user)
    return Redirect("/digests", status_code=303)


@post("/digests/{digest_id:str}/{act:str}", status_code=303, sync_to_thread=False, verb="duty.act")
def change_digest(request: Ask, waking: Waking, digest_id: Name, act: Name) -> Redirect:
    """Switch a digest on or off, or remove it."""
    waking.change_digest(digest_id, act, request.user)
    return Redirect("/digests", status_code=303)


@get("/digest/{digest_id:str}", sync_to_thread=False, verb="duty.act")
def digest(request: Ask, waking: Waking, digest_id: Name) -> Redirect:
    """Lead to the list of a digest."""
    return Redirect(waking.digest(digest_id, request.user).address, status_code=303)


DUTY_VIEWS: Final = (
    duty,
    calls_file,
    rota,
    rota_file,
    take_in,
    swap,
    write_shift,
    shift,
    change_shift,
    undo_shift,
    remove,
    channels,
    set_channels,
    try_channels,
    call,
    take,
    digests,
    ask_digest,
    change_digest,
    digest,
)


def _call_line(one: Call, names: dict[str, str]) -> CallLine:
    return CallLine(
        ref=one.ref,
        cause=one.cause,
        about=one.object_id,
        urgency=one.urgency,
        state=one.state,
        created=one.created,
        ended=one.ended,
        taken_by=names.get(one.person_id, one.person_id),
    )


async def fields(request: Ask) -> dict[str, str]:
    """Return the fields of a form."""
    form = await request.form()
    return {name: str(value) for name, value in form.items() if isinstance(value, str)}
