"""The room Evidence: what was captured, how it comes in, what is read of it, how it leaves.

A captured file is never drawn by a browser of the desk: its words are shown as text, its
links broken, and the file itself is handed out as bytes of no kind, for a stated purpose. Whoever
asks is judged as a person; the gate has checked verb and form before.
"""

from typing import Any, Final, final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect

from legation.app.access.entering import Guest
from legation.app.caveats import NO_CAVEAT
from legation.app.evidence import leaving
from legation.app.evidence.forms import Translation, language_told
from legation.app.evidence.room import Room
from legation.app.evidence.taking import Given, mask, too_large
from legation.app.evidence.words import SURE, read_words, refuse_misread
from legation.desk.answers import file
from legation.desk.aside import ASIDE
from legation.desk.exports import download
from legation.desk.gate import FORM_FIELD, Gate
from legation.desk.listing import Heads
from legation.desk.looking import look_of
from legation.desk.reading import Download
from legation.desk.receiving import receive
from legation.desk.rendering import Pages
from legation.desk.vocabulary import CAPTURED
from legation.desk.working import DeskWork
from legation.errors import ConflictError, NotFoundError, UsageError
from legation.formats.documents.kinds import KINDS
from legation.formats.documents.letters import STATED
from legation.formats.marked import mark, named
from legation.store.evidence import Kept
from legation.store.evidence_sorted import Wanted

Working = NamedDependency[SkipValidation[DeskWork]]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]
Ask = Request[Guest, str | None, Any]
_LISTED: Final = 50
_LONGEST_NUMBER: Final = 18
_LARGEST_TRANSLATION: Final = 8_000_000
_TLP: Final = ("", "green", "amber", "amber+strict", "red")


@final
class Incoming:
    """A file that is coming in, in memory alone: it touches no disk before it is sealed."""

    def __init__(self, name: str, most_mb: int) -> None:
        """Take a name; it is a label, and no part of it is a path."""
        self.name = name.replace("\\", "/").rpartition("/")[2]
        self._most_mb = most_mb
        self._bytes = bytearray()

    def write(self, piece: bytes) -> None:
        """Take in a piece.

        Raises:
            BadInputError: The file is too large.
        """
        self._bytes += piece
        if len(self._bytes) > self._most_mb * 1_000_000:
            raise too_large(self._most_mb)

    def whole(self) -> bytes:
        """Return the file."""
        return bytes(self._bytes)

    def __enter__(self) -> "Incoming":
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what came in."""
        self._bytes = bytearray()


@get("/evidence", sync_to_thread=False, verb="evidence.read")
def captures(request: Ask, desk_work: Working, gate: Door, pages: Writer) -> Response[str]:
    """List captured evidence; the filter stands in the address."""
    asked = _given(request, "before")
    wanted, before = _wanted(asked), _before(request)
    room = _room(request, desk_work)
    order = asked.get("order", "when")
    found, total = room.find(
        wanted, actor=request.user.person_id, order=order, before=before, limit=_LISTED + 1
    )
    more, found = len(found) > _LISTED, found[:_LISTED]
    return _page(
        pages.write(
            "captures",
            captures=found,
            total=total,
            asked=asked,
            heads=Heads(path="/evidence", given=asked, order=order),
            before=before,
            next=found[-1].seq if more else None,
            kinds_of=KINDS,
            methods=CAPTURED,
            names=gate.names(request),
            marking=room.marking([one.evidence_id for one in found]),
        )
    )


@get("/evidence/as/{kind:str}", sync_to_thread=False, verb="evidence.export")
def captures_file(request: Ask, desk_work: Working, kind: Name) -> Response[bytes]:
    """Hand out every capture that the filter finds, the first ten thousand."""
    room, actor = desk_work.evidence, request.user.person_id
    asked = _given(request)
    order = asked.get("order", "when")
    found, _ = room.find(_wanted(asked), actor=actor, order=order, limit=leaving.MOST)
    room.require_proof(found, request.user)
    if kind == "stix":
        if not found:
            raise NotFoundError("there is no evidence to export", hint="choose another filter")
        made = Download(
            name="evidence.stix.json",
            media_type="application/stix+json;version=2.1",
            content=leaving.stix(room, found, actor=actor),
        )
    else:
        made = download(
            "evidence",
            kind,
            leaving.lines_of(room, found, actor=actor),
            leaving.Line,
            caveat=NO_CAVEAT,
        )
    made = mark(made, leaving.marking_of_captures(room, found))
    leaving.leave(room, found, kind, made.content, actor=actor)
    return file(made)


@get("/evidence/add", sync_to_thread=False, verb="evidence.add")
def adding(request: Ask, desk_work: Working, pages: Writer) -> Response[str]:
    """Show how a file is captured."""
    campaign = request.query_params.get("campaign", "")
    settings = desk_work.evidence.home.settings
    return _page(
        pages.write(
            "capture_add",
            campaign=campaign,
            most_mb=settings.evidence_mb,
            days=settings.evidence_days,
            kinds_of=KINDS,
            levels=_TLP,
        )
    )


@post(
    "/evidence/send",
    status_code=303,
    request_max_body_size=None,
    verb="evidence.add",
    streams=True,
)
async def send(request: Ask, desk_work: Working, gate: Door) -> Redirect:
    """Capture a file that a person sends."""
    room, actor = desk_work.evidence, request.user.person_id
    fields: dict[str, str] = {}

    def begin(name: str) -> Incoming:
        return Incoming(name, room.home.settings.evidence_mb)

    with await receive(request, gate, begin, fields) as file:
        # A stranger's file is read in a process of its own, which takes its time.
        prepared = await ASIDE.do(actor, room.prepare, file.whole())
        name = file.name
    names = ("title", "source", "campaign", "seen", "tlp")
    given = Given(name=name, **{each: fields.get(each, "").strip() for each in names})
    # Names are opened here, and masked in the text beside the loop.
    masked = await ASIDE.do(actor, mask, room.names(), prepared.told, given)
    kept = room.take(prepared, given, actor=actor, masked=masked)
    return _go(f"/evidence/{kept.evidence_id}")


@post("/campaign/{campaign_id:str}/keep", status_code=303, verb="evidence.add")
async def keep(request: Ask, desk_work: Working, campaign_id: Name) -> Redirect:
    """Capture a post of a campaign."""
    form = await _fields(request)
    room, actor = desk_work.evidence, request.user.person_id
    found = room.to_keep(campaign_id, form.get("account", ""), form.get("post", ""), actor=actor)
    if isinstance(found, Kept):
        return _go(f"/evidence/{found.evidence_id}")
    raw, given = found
    prepared = await ASIDE.do(actor, room.prepare, raw, post=True)
    masked = await ASIDE.do(actor, mask, room.names(), prepared.told, given)
    kept = room.take_post(prepared, given, masked, actor=actor)
    return _go(f"/evidence/{kept.evidence_id}")


@post("/evidence/verify", status_code=303, sync_to_thread=False, verb="evidence.verify")
def verify(request: Ask, desk_work: Working) -> Redirect:
    """Ask to hash all captured files again."""
    return _go(f"/job/{desk_work.verify_evidence(actor=request.user.person_id).job_id}")


@get("/evidence/{evidence_id:str}", sync_to_thread=False, verb="evidence.read")
def capture(
    request: Ask, desk_work: Working, gate: Door, pages: Writer, evidence_id: Name
) -> Response[str]:
    """Show one capture: record, words, translations."""
    room = _room(request, desk_work)
    shown = room.shown(evidence_id, actor=request.user.person_id)
    return _page(
        pages.write(
            "capture",
            shown=shown,
            kept=shown.kept,
            names=gate.names(request),
            stated=STATED,
            language_told=language_told,
            surely=SURE,
            marking=shown.label,
        )
    )


@get("/evidence/{evidence_id:str}/as/{kind:str}", sync_to_thread=False, verb="evidence.export")
def capture_file(
    request: Ask, desk_work: Working, evidence_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out the record of a capture with its masked words."""
    room, actor = desk_work.evidence, request.user.person_id
    shown = room.shown(evidence_id, actor=actor)
    room.require_proof([shown.kept], request.user)
    stem = f"evidence-{shown.kept.sha256[:16]}"
    if kind == "stix":
        content = leaving.stix(room, [shown.kept], actor=actor)
        made = Download(
            name=f"{stem}.stix.json",
            media_type="application/stix+json;version=2.1",
            content=content,
        )
    elif kind == "txt":
        if shown.text is None:
            raise ConflictError("its term is over, and its texts are deleted", hint="go back")
        made = Download(name=f"{stem}.txt", media_type="text/plain", content=shown.text.body)
    else:
        made = download(
            stem,
            kind,
            leaving.lines_of(room, [shown.kept], actor=actor),
            leaving.Line,
            caveat=NO_CAVEAT,
        )
    made = mark(made, leaving.marking_of_captures(room, [shown.kept]))
    leaving.leave(room, [shown.kept], kind, made.content, actor=actor)
    return file(made)


@post(
    "/evidence/{evidence_id:str}/translate",
    status_code=303,
    request_max_body_size=_LARGEST_TRANSLATION,
    verb="evidence.translate",
)
async def translate(request: Ask, desk_work: Working, evidence_id: Name) -> Redirect:
    """Add a translation with its author."""
    given = await _fields(request)
    by_machine = given.get("how") == "machine"
    if by_machine and not given.get("machine", "").strip():
        raise UsageError("the machine is not named", hint="give its name and version")
    room, actor = desk_work.evidence, request.user.person_id
    asked = Translation(
        lang=given.get("lang", "").strip().lower(),
        text=given.get("text", "").replace("\r\n", "\n"),
        machine=given.get("machine", "") if by_machine else "",
    )
    names = room.to_translate(evidence_id, asked, actor=actor)
    masked = await ASIDE.do(actor, names.mask, asked.text)
    room.add_translation(evidence_id, asked, masked, actor=actor)
    return _go(f"/evidence/{evidence_id}")


@post("/evidence/{evidence_id:str}/read", status_code=303, verb="evidence.translate")
async def read_again(request: Ask, desk_work: Working, evidence_id: Name) -> Redirect:
    """Read a file again in an encoding that a person states."""
    given = await _fields(request)
    stated = given.get("encoding", "")
    room, actor = desk_work.evidence, request.user.person_id
    raw, kind = room.to_read_again(evidence_id, stated, actor=actor)
    told = await ASIDE.do(actor, read_words, raw, kind, stated=stated)
    refuse_misread(told, stated)
    masked = await ASIDE.do(actor, mask, room.names(), told)
    room.add_reading(evidence_id, masked, actor=actor)
    return _go(f"/evidence/{evidence_id}")


@get("/evidence/{evidence_id:str}/original", sync_to_thread=False, verb="evidence.open")
def asking(request: Ask, desk_work: Working, pages: Writer, evidence_id: Name) -> Response[str]:
    """Ask for what the file itself is needed."""
    room = _room(request, desk_work)
    shown = room.shown(evidence_id, actor=request.user.person_id)
    return _page(pages.write("capture_open", shown=shown, kept=shown.kept, marking=shown.label))


@post("/evidence/{evidence_id:str}/original", status_code=200, verb="evidence.open", step_up=True)
async def original(request: Ask, desk_work: Working, evidence_id: Name) -> Response[bytes]:
    """Hand out the file itself, or a signed package, once the purpose is in the trail."""
    given = await _fields(request)
    room = desk_work.evidence
    look = look_of(given, actor=request.user.person_id, at=room.home.now())
    if given.get("what") == "package":
        request.user.require("evidence.export")
        name, content = leaving.package(room, evidence_id, look, desk_work.protection())
        return _bytes(name, content)
    kept, content = room.original(evidence_id, look)
    tag = leaving.marking_of_captures(room, [kept]).tag
    return _bytes(named(leaving.kept_name(kept), tag), content)


EVIDENCE_VIEWS: Final = (
    captures,
    captures_file,
    adding,
    send,
    keep,
    verify,
    capture,
    capture_file,
    translate,
    read_again,
    asking,
    original,
)


def _room(request: Ask, desk_work: DeskWork) -> Room:
    """Return the evidence as somebody reads it, whom the gate has named already."""
    return desk_work.evidence_for(
        request.user, lambda: request.app.state["lazily"](request.user).library()
    )


def _given(request: Ask, *others: str) -> dict[str, str]:
    known = ("kind", "method", "words", "campaign", "order", *others)
    asked = {name: value for name, value in request.query_params.items() if value}
    for name in asked:
        if name not in known:
            raise UsageError(
                f"this page does not know {name!r}", hint=f"it knows {', '.join(known)}"
            )
    asked.pop("before", None)
    return asked


def _wanted(asked: dict[str, str]) -> Wanted:
    named = {"belongs_to" if name == "campaign" else name: text for name, text in asked.items()}
    named.pop("order", None)
    return msgspec.convert(named, Wanted)


def _before(request: Ask) -> int | None:
    before = request.query_params.get("before", "")
    if not before:
        return None
    if not (before.isascii() and before.isdecimal() and len(before) < _LONGEST_NUMBER):
        raise NotFoundError("that page does not exist", hint="go back to the first page")
    return int(before)


async def _fields(request: Ask) -> dict[str, str]:
    form = await request.form()
    return {name: str(value) for name, value in form.items() if name != FORM_FIELD}


def _page(text: str) -> Response[str]:
    return Response(text, media_type=MediaType.HTML)


def _bytes(name: str, content: bytes) -> Response[bytes]:
    """Hand out foreign bytes: as a file to keep, of no kind that a browser would draw."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _go(path: str) -> Redirect:
    return Redirect(path, status_code=303)
