"""The bell's page: notices, listed, read, and handed out."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from legation.app.access.entering import Guest
from legation.app.caveats import NO_CAVEAT
from legation.app.noticing import SAID
from legation.desk.answers import counted, file, given, page
from legation.desk.exports import download
from legation.desk.lists import MOST, NOTICES
from legation.desk.notice_lines import NoticeLine, line_of
from legation.desk.rendering import Pages
from legation.desk.waking import DeskWaking
from legation.errors import NotFoundError, UsageError

Waking = NamedDependency[SkipValidation[DeskWaking]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]
Ask = Request[Guest, str | None, Any]


@get("/notices", sync_to_thread=False, verb="own.notices")
def notices(request: Ask, waking: Waking, pages: Writer) -> Response[str]:
    """List what happened, the newest first; the filter stands in the address."""
    known = waking.notices(request.user)
    turn = NOTICES.page(request, known.find(**_filter(request), limit=MOST))
    text = pages.write(
        "notices",
        turn=turn,
        lines=[line_of(one) for one in turn.rows],
        called=waking.object_names((one.object_id for one in turn.rows), request.user),
        kinds_there=known.kinds(),
        said=SAID,
        marking=waking.marking((one.object_id for one in turn.rows), waking.labels_told(turn.rows)),
    )
    return page(text)


@get("/notice/{number:int}", sync_to_thread=False, verb="own.notices")
def notice(request: Ask, waking: Waking, number: FromPath[int]) -> Redirect:
    """Lead to what a notice is about; it is read from then on."""
    known = waking.notices(request.user)
    found = known.find(before=counted(number) + 1, limit=1)
    if not found or found[0].seq != number:
        raise NotFoundError(f"no notice {number}", hint="go back to your notices")
    known.mark([number])
    return Redirect(waking.place_of(found[0], request.user), status_code=303)


@post("/notices/read", status_code=303, verb="own.notices")
async def read(request: Ask, waking: Waking) -> Redirect:
    """Mark notices as read: those that were shown, or all."""
    form = await request.form()
    shown = form.getall("number", [])
    if not all(str(one).isdecimal() and len(str(one)) < 19 for one in shown):  # noqa: PLR2004
        raise UsageError("no such notice", hint="go back to your notices")
    known = waking.notices(request.user)
    known.mark(None if form.get("which") == "all" else [int(one) for one in shown])
    return Redirect("/notices", status_code=303)


@get("/notices/as/{kind:str}", sync_to_thread=False, verb="notice.export")
def notices_file(request: Ask, waking: Waking, kind: Name) -> Response[bytes]:
    """Hand out the notices that the filter finds."""
    known = waking.notices(request.user)
    found = NOTICES.whole(request, known.find(**_filter(request), limit=MOST))
    made = download("notices", kind, [line_of(one) for one in found], NoticeLine, caveat=NO_CAVEAT)
    ids = [one.object_id for one in found]
    beside = waking.labels_told(found)
    return file(waking.hand_out(request.user, "notice.export", ids, made, own=False, beside=beside))


NOTICE_VIEWS: Final = (notices, notice, read, notices_file)


def _filter(request: Ask) -> dict[str, Any]:
    """Return what the store itself narrows the list by."""
    asked = given(request)
    return {"kind": asked.get("kind"), "unread": "unread" in asked}
