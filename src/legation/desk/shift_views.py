"""The log of shifts: what is open, what was done, and the hand-over from one to the next."""

import hashlib
from functools import partial
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from legation.app.access.entering import Guest
from legation.app.caveats import NO_CAVEAT
from legation.desk.answers import counted, file, page
from legation.desk.aside import ASIDE
from legation.desk.duty_views import fields
from legation.desk.exports import download
from legation.desk.gate import Gate
from legation.desk.lists import HANDOVER, MOST
from legation.desk.paper import Paper, Stamp, need, set_page
from legation.desk.rendering import Pages
from legation.desk.waking import DeskWaking
from legation.errors import UsageError
from legation.formats.marked import named
from legation.store.shift_log import ShiftEntry

Waking = NamedDependency[SkipValidation[DeskWaking]]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]
Ask = Request[Guest, str | None, Any]
_KINDS: Final = ("open", "done", "handover")


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is handed out."""

    number: int
    at: str
    kind: str
    by: str
    to: str
    takes: int | None
    words: str
    objects: tuple[str, ...]


@get("/handover", sync_to_thread=False, verb="duty.read")
def handover(request: Ask, waking: Waking, gate: Door, pages: Writer) -> Response[str]:
    """Show the log of shifts."""
    turn = HANDOVER.page(request, waking.entries(request.user, limit=MOST))
    waiting = waking.handed(request.user)
    shown = [each for one in (*turn.rows, *waiting) for each in one.object_ids]
    label = waking.label(shown, own=True)
    text = pages.write(
        "handover",
        turn=turn,
        waiting=waiting,
        people=waking.takers(request.user),
        places=waking.object_places(shown, request.user),
        names=gate.names(request),
        marking=str(label.text()) if turn.rows or waiting else "",
    )
    return page(text)


@post("/handover", status_code=303, verb="duty.act")
async def write(request: Ask, waking: Waking) -> Redirect:
    """Write an entry, or hand the shift over."""
    given = await fields(request)
    kind = given.get("kind", "")
    if kind not in _KINDS:
        raise UsageError(f"no entry is {kind!r:.20}", hint=f"choose from: {', '.join(_KINDS)}")
    waking.duty(request.user).write(
        request.user.person_id,
        kind,  # type: ignore[arg-type]  # one of the kinds, as was just asked
        given.get("words", ""),
        objects=waking.object_ids(given.get("objects", ""), request.user),
        to=given.get("to", ""),
    )
    return Redirect("/handover", status_code=303)


@post("/handover/{number:int}/take", status_code=303, sync_to_thread=False, verb="duty.act")
def take_over(request: Ask, waking: Waking, number: FromPath[int]) -> Redirect:
    """Take a shift that was handed over."""
    waking.take_over(request.user, counted(number))
    return Redirect("/handover", status_code=303)


@get("/handover/as/{kind:str}", verb="duty.export")
async def handover_file(
    request: Ask, waking: Waking, gate: Door, pages: Writer, kind: Name
) -> Response[bytes]:
    """Hand out the log of shifts."""
    found = HANDOVER.whole(request, waking.entries(request.user, limit=MOST))
    names = gate.names(request)
    lines = [_line(one, names) for one in found]
    ids = [each for one in found for each in one.object_ids]
    if kind == "pdf":
        paper = _paper(request.user, waking, pages, lines, ids)
        return file(await ASIDE.do(request.user.person_id, paper.set))
    made = download("handover", kind, lines, EntryLine, caveat=NO_CAVEAT)
    return file(waking.hand_out(request.user, "shift.export", ids, made, own=True))


SHIFT_VIEWS: Final = (handover, write, take_over, handover_file)


def _paper(
    guest: Guest, waking: DeskWaking, pages: Pages, lines: list[EntryLine], ids: list[str]
) -> Paper:
    """Return the log as a paper: its label and the hash of its contents stand in each footer."""
    need("pdf")
    contents = msgspec.json.encode(lines)
    leaving = waking.leave(guest, "shift.export", ids, contents, own=True)
    label = " · ".join(filter(None, (leaving.level, pages.banner)))
    sha256 = hashlib.sha256(contents).hexdigest()
    stamp = Stamp(label=label, sha256=sha256, leaving=leaving, page="handover")
    text = pages.write("paper_handover", lines=lines, run=None, stamp=stamp)
    return Paper(
        name=named("handover.pdf", leaving.tag),
        media_type="application/pdf",
        content=partial(set_page, text, contents),
    )


def _line(entry: ShiftEntry, names: dict[str, str]) -> EntryLine:
    return EntryLine(
        number=entry.seq,
        at=entry.recorded.strftime("%Y-%m-%dT%H:%M:%SZ"),
        kind=entry.kind,
        by=names.get(entry.person_id, entry.person_id),
        to=names.get(entry.to_person_id, entry.to_person_id),
        takes=entry.answers,
        words=entry.words,
        objects=entry.object_ids,
    )
