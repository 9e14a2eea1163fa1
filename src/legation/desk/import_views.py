"""The rooms Import and Jobs: what each of their addresses answers.

The gate has checked verb and form before anything here runs. What was asked for is answered
by a redirect, and works without a script; a script only shows anew how far a job is.
A job is shown to whoever asked for it, and to the roles that may see those of others.
"""

import asyncio
from functools import partial
from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect, Stream

from legation.app.access.entering import Guest
from legation.app.caveats import NO_CAVEAT
from legation.app.uploads import Upload
from legation.app.work import WATCH
from legation.desk.answers import Given, file
from legation.desk.exports import download, held, leaving, left_as
from legation.desk.gate import FORM_FIELD, Gate
from legation.desk.lists import (
    IMPORTS,
    JOBS,
    MOST,
    ImportLine,
    JobLine,
    import_line,
    job_line,
)
from legation.desk.own import acting_of, own
from legation.desk.receiving import receive
from legation.desk.rendering import Pages
from legation.desk.streams import Progress, Streams
from legation.desk.watch_views import acted, marking_of
from legation.desk.working import DeskWork
from legation.errors import BadInputError, LegationError, NotFoundError, UsageError
from legation.store.decisions import Request as Requested
from legation.store.jobs import Job
from legation.store.reading.mapping import REQUIRED, TYPES

Working = NamedDependency[SkipValidation[DeskWork]]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]
Open = NamedDependency[SkipValidation[Streams]]
Name = FromPath[str]
Ask = Request[Guest, str | None, Any]


@get("/import", sync_to_thread=False, verb="import.posts")
def imports(request: Ask, desk_work: Working, pages: Writer) -> Response[str]:
    """Show how a file comes in, and what came in."""
    waiting = desk_work.uploads.waiting(request.user.person_id)
    offered, came = desk_work.uploads.offered(), desk_work.imports()
    return _page(pages.write("import", offered=offered, imports=came, waiting=waiting))


@post(
    "/import/send",
    status_code=303,
    request_max_body_size=None,
    verb="import.posts",
    streams=True,
)
async def send(request: Ask, desk_work: Working, gate: Door) -> Redirect:
    """Take in a file that a person sends."""
    begin = partial(desk_work.receive, by=request.user.person_id)
    with await receive(request, gate, begin) as taken:
        # A packed file is unpacked once into nothing, which takes its time.
        upload = await asyncio.to_thread(taken.finish)
    return _go(f"/import/file/{upload.upload_id}")


@post("/import/choose", status_code=303, verb="import.posts")
async def choose(request: Ask, desk_work: Working) -> Redirect:
    """Name a file of the declared folder."""
    given = await _fields(request)
    chosen = desk_work.choose(given.get("file", ""), request.user.person_id)
    return _go(f"/import/file/{chosen.upload_id}")


@get("/import/file/{upload_id:str}", sync_to_thread=False, verb="import.posts")
def mapping(request: Ask, desk_work: Working, pages: Writer, upload_id: Name) -> Response[str]:
    """Show how a file could be read."""
    return _page(_form(desk_work, pages, desk_work.upload(upload_id, request.user.person_id)))


@get(
    "/import/file/{upload_id:str}/check", status_code=303, sync_to_thread=False, verb="import.posts"
)
def unchecked(request: Ask, desk_work: Working, upload_id: Name) -> Redirect:
    """Lead whoever comes to the address of the form's answer back to the form."""
    return _go(f"/import/file/{desk_work.upload(upload_id, request.user.person_id).upload_id}")


@post("/import/file/{upload_id:str}/check", status_code=303, verb="import.posts")
async def check(
    request: Ask, desk_work: Working, pages: Writer, upload_id: Name
) -> Response[str] | Redirect:
    """Ask what an import would do; what cannot be read so is told above the form, as it was."""
    given = await _fields(request)
    try:
        job = desk_work.rehearse(upload_id, given, actor=request.user.person_id)
    except (BadInputError, UsageError) as fault:
        upload = desk_work.upload(upload_id, request.user.person_id)
        shown = _form(desk_work, pages, upload, given, fault)
        return Response(shown, media_type=MediaType.HTML, status_code=400)
    return _go(f"/job/{job.job_id}")


@post(
    "/import/file/{upload_id:str}/drop",
    status_code=303,
    sync_to_thread=False,
    verb="import.posts",
)
def drop(request: Ask, desk_work: Working, upload_id: Name) -> Redirect:
    """Remove a file that came in."""
    desk_work.drop(upload_id, request.user.person_id)
    return _go("/import")


@get("/import/undo/{import_id:str}", sync_to_thread=False, verb="import.undo")
def undoing(request: Ask, desk_work: Working, pages: Writer, import_id: Name) -> Response[str]:
    """Show what taking back an import means, and who else could decide on it."""
    others = desk_work.who_could_undo(request.user)
    entry = desk_work.import_of(import_id)
    leaning, rows = desk_work.leaning_on(entry), desk_work.standing(entry)
    return _page(pages.write("undo", entry=entry, rows=rows, leaning=leaning, others=others))


@post("/import/undo/{import_id:str}", status_code=303, verb="import.undo")
async def undo(request: Ask, desk_work: Working, import_id: Name) -> Redirect:
    """Ask to take back an import."""
    given = await _fields(request)
    asked = desk_work.undo(
        import_id, given.get("number", ""), given.get("reason", ""), request.user
    )
    if isinstance(asked, Requested):
        return _go(f"/decision/{asked.request_id}")
    return _go(f"/job/{asked.job_id}")


@post("/watch", status_code=303, sync_to_thread=False, verb="detect.coordination")
def watch(request: Ask, desk_work: Working) -> Redirect:
    """Ask to look for campaigns."""
    return _go(f"/job/{desk_work.watch(actor=request.user.person_id).job_id}")


@post("/export/{kind:str}", status_code=303, sync_to_thread=False, verb="campaign.export")
def export(request: Ask, desk_work: Working, pages: Writer, kind: Name) -> Redirect:
    """Ask for all campaigns as a file."""
    if kind not in pages.kinds:
        raise NotFoundError(f"no export as {kind!r}", hint=f"choose {', '.join(pages.kinds)}")
    return _go(f"/job/{desk_work.export(kind, request.user).job_id}")


@get("/imports", sync_to_thread=False, verb="import.posts")
def imports_list(request: Ask, reading: Given, desk_work: Working, pages: Writer) -> Response[str]:
    """List what came in."""
    turn = IMPORTS.page(request, desk_work.imports(limit=MOST))
    shown = own(request, reading, "imports", turn.given)
    return _page(pages.write("imports", turn=turn, **shown))


@get("/imports/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def imports_file(request: Ask, reading: Given, desk_work: Working, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    lines = [import_line(one) for one in IMPORTS.whole(request, desk_work.imports(limit=MOST))]
    return file(
        leaving(
            reading, "imports", (), download("imports", kind, lines, ImportLine, caveat=NO_CAVEAT)
        )
    )


@get("/jobs", sync_to_thread=False, verb="job.read")
def jobs(
    request: Ask, reading: Given, desk_work: Working, gate: Door, pages: Writer
) -> Response[str]:
    """List jobs."""
    turn = JOBS.page(request, _seen(request, desk_work))
    shown = own(request, reading, "jobs", turn.given)
    marking = desk_work.waking.marking(set().union(*desk_work.about(turn.rows).values()))
    names = gate.names(request)
    return _page(pages.write("jobs", turn=turn, names=names, marking=marking, **shown))


@get("/jobs/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def jobs_file(request: Ask, desk_work: Working, gate: Door, kind: Name) -> Response[bytes]:
    """Hand out the same, under the label of what the jobs tell of."""
    every, names = JOBS.whole(request, _seen(request, desk_work)), gate.names(request)
    scope = desk_work.scope(request.user)
    told = desk_work.about(every)
    behind = held(scope, request.user, told)
    found = [one for one in every if one.job_id not in behind]
    lines = [job_line(one, names) for one in found]
    made = download("jobs", kind, lines, JobLine, caveat=NO_CAVEAT)
    ids, less = set().union(*(told.get(one.job_id, set()) for one in found)), len(behind)
    return file(left_as(scope, "jobs", made, ids, left_out=less), left_out=less)


@post("/jobs/cancel", status_code=200, verb="job.cancel")
async def cancel_many(
    request: Ask, reading: Given, desk_work: Working, pages: Writer
) -> Response[str]:
    """Ask to end the chosen jobs."""
    form = await request.form()
    rows = {str(each): str(each) for each in form.getall("row", [])}
    outcome = acting_of(request, reading).cancel(
        rows, lambda job_id: desk_work.cancel(job_id, request.user)
    )
    return acted(pages, outcome, "/jobs")


@get("/job/{job_id:str}", sync_to_thread=False, verb="job.read")
def job(  # noqa: PLR0917 - the parts of the desk that it is made from
    request: Ask, desk_work: Working, reading: Given, gate: Door, pages: Writer, job_id: Name
) -> Response[str]:
    """Show one job; a look for campaigns shows what the reader may know of what is found by now."""
    found = desk_work.job(job_id, request.user)
    top = reading.today().top if found.kind == WATCH and found.state == "done" else ()
    return _page(
        pages.write(
            "job",
            marking=marking_of(reading, top) if top else "",
            job=found,
            top=top,
            log=desk_work.log(found),
            names=gate.names(request),
            rejected=desk_work.first_rejects(found),
        )
    )


@get("/job/{job_id:str}/state", sync_to_thread=False, verb="job.read", unattended=True)
def state(request: Ask, desk_work: Working, job_id: Name) -> Response[bytes]:
    """Say how far a job is, for the script that looks again."""
    told = desk_work.progress(job_id, request.user)
    return Response(msgspec.json.encode(told), media_type="application/json")


@get("/job/{job_id:str}/events", sync_to_thread=False, verb="job.read", unattended=True)
def events(request: Ask, desk_work: Working, gate: Door, streams: Open, job_id: Name) -> Stream:
    """Tell how far a job is until it ends, or whoever asks may know it no more."""
    desk_work.job(job_id, request.user)

    def look() -> Progress | None:
        guest = gate.still(request, "job.read")
        return None if guest is None else desk_work.progress(job_id, guest)

    headers = {"X-Accel-Buffering": "no"}
    told = streams.of(request.user.person_id, look)
    return Stream(told, media_type="text/event-stream", headers=headers)


@post("/job/{job_id:str}/cancel", status_code=303, sync_to_thread=False, verb="job.cancel")
def cancel(request: Ask, desk_work: Working, job_id: Name) -> Redirect:
    """Ask to end a job."""
    desk_work.cancel(job_id, request.user)
    return _go(f"/job/{job_id}")


@post("/job/{job_id:str}/import", status_code=303, sync_to_thread=False, verb="import.posts")
def take(request: Ask, desk_work: Working, job_id: Name) -> Redirect:
    """Ask for the import that a dry run has tried."""
    return _go(f"/job/{desk_work.take(job_id, request.user).job_id}")


@get("/job/{job_id:str}/rejected.csv", sync_to_thread=False, verb="import.posts")
def rejected(request: Ask, desk_work: Working, job_id: Name) -> Response[bytes]:
    """Hand out the rows that a job rejected."""
    return file(desk_work.rejects(job_id, request.user))


@get("/job/{job_id:str}/as/file", sync_to_thread=False, verb="campaign.export")
def exported(request: Ask, desk_work: Working, job_id: Name) -> Response[bytes]:
    """Hand out the file that a job wrote."""
    return _file(*desk_work.exported(job_id, request.user))


WORKING_VIEWS: Final = (
    imports,
    send,
    choose,
    mapping,
    unchecked,
    check,
    drop,
    undoing,
    undo,
    watch,
    export,
    imports_list,
    imports_file,
    jobs,
    jobs_file,
    cancel_many,
    job,
    state,
    events,
    cancel,
    take,
    rejected,
    exported,
)


def _seen(request: Ask, desk_work: DeskWork) -> list[Job]:
    return desk_work.jobs_of(request.user, before=None, limit=MOST)


async def _fields(request: Ask) -> dict[str, str]:
    form = await request.form()
    return {name: str(value) for name, value in form.items() if name != FORM_FIELD}


def _form(
    desk_work: DeskWork,
    pages: Pages,
    upload: Upload,
    given: dict[str, str] | None = None,
    fault: LegationError | None = None,
) -> str:
    """Write the form that says how a file is read, with what was given and what is wrong in it."""
    return pages.write(
        "mapping",
        upload=upload,
        seen=desk_work.seen(upload.upload_id),
        saved=desk_work.saved(),
        columns=tuple(TYPES),
        required=REQUIRED,
        given=given or {},
        fault=str(fault) if fault else "",
        hint=fault.hint if fault else "",
    )


def _page(text: str) -> Response[str]:
    return Response(text, media_type=MediaType.HTML)


def _file(name: str, media_type: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _go(path: str) -> Redirect:
    return Redirect(path, status_code=303)
