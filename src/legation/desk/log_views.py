"""The log: the audit trail by report, person and period, its files, and its signed heads.

It shows ids and verbs as the trail has them, with the names of the desk's own people beside
their ids. A file of it that leaves by a person's hand is noted in the trail; one that a
program fetches is noted as the use of its token.
"""

import hashlib
from functools import partial
from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from legation import __version__
from legation.app import heads, reports
from legation.app.access.entering import Guest
from legation.app.caveats import NO_CAVEAT
from legation.desk.answers import Given, number_of, only
from legation.desk.aside import ASIDE
from legation.desk.exports import download
from legation.desk.gate import Gate
from legation.desk.listing import Heads
from legation.desk.lists import HEADS
from legation.desk.paper import Paper, set_page
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.errors import NotFoundError, UsageError, VerificationError
from legation.formats.marked import mark
from legation.formats.siem import KINDS as SIEM_KINDS
from legation.formats.siem import Cursor, Kind, read_cursor, write_line

LIMIT: Final = 100
MOST: Final = 10_000
MOST_ON_PAPER: Final = 1_000
BATCH: Final = 1000
_KINDS: Final = ("csv", "json", "pdf", *SIEM_KINDS)
_ASKED: Final = ("report", "actor", "since", "until")
_ORDERS: Final = ("when",)
_JSON: Final = "application/json"
CURSOR: Final = "X-Legation-Cursor"

Ask = Request[Guest, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class HeadLine(msgspec.Struct, frozen=True, kw_only=True):
    """A signed head in a list; `holds`: whether its signatures do."""

    date: str
    signed: str
    entries: int
    code: str
    head: str
    fingerprint: str
    holds: bool


@get("/log", sync_to_thread=False, verb="audit.read")
def log(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """Show what is asked of the trail, the newest entry first."""
    given = only(request, *_ASKED, "order", "before")
    asked, up = reports.read_asked(given), _is_up(given)
    before = number_of(given, "before")
    found = gate.entrance.report(request.user, asked, before=before, up=up, limit=LIMIT + 1)
    lines = found[:LIMIT]
    text = pages.write(
        "log",
        lines=lines,
        asked=_words(asked) | {"order": given.get("order", "")},
        heads=Heads(
            path="/log",
            given=asked.given() | {name: given[name] for name in ("order",) if name in given},
            order=given.get("order", "when"),
        ),
        before=before,
        follows=lines[-1].seq if len(found) > LIMIT else None,
        reports=tuple(reports.REPORTS),
        signed=gate.entrance.standing(),
        kinds=_KINDS,
    )
    return Response(text, media_type=MediaType.HTML)


@get("/log.json", sync_to_thread=False, verb="audit.export")
def log_file(request: Ask, reading: Given, gate: Door) -> Response[bytes]:
    """Hand out up to 1,000 entries of the audit trail, the newest first."""
    before = number_of(only(request, "before"), "before")
    lines = gate.entrance.report(request.user, reports.Asked(), before=before, limit=BATCH)
    _note(request, gate, reports.Asked(), "json", len(lines))
    content = msgspec.json.encode({"entries": lines})
    return _out(reading, Download(name="log.json", media_type=_JSON, content=content))


@get("/log/as/{kind:str}", verb="audit.export")
async def log_as(
    request: Ask, reading: Given, gate: Door, pages: Writer, kind: FromPath[str]
) -> Response[bytes]:
    """Hand out what is asked of the trail, or what a SIEM does not have yet."""
    if kind in SIEM_KINDS:
        return _for_siem(request, reading, gate, kind)
    if kind not in _KINDS:
        raise NotFoundError(f"no log as {kind!r}", hint=f"choose from: {', '.join(_KINDS)}")
    given = only(request, *_ASKED, "order")
    asked, up = reports.read_asked(given), _is_up(given)
    most = MOST_ON_PAPER if kind == "pdf" else MOST
    lines = gate.entrance.every_line(request.user, asked, up=up, most=most)
    name = asked.report or "log"
    if kind == "pdf":
        paper = _paper(gate, pages, asked, lines, (name, reading.marking_to_leave(()).text))
        made = await ASIDE.do(request.user.person_id, paper.set)
    elif kind == "json":
        content = msgspec.json.encode({**asked.given(), "entries": lines})
        made = Download(name=f"{name}.json", media_type=_JSON, content=content)
    else:
        made = download(name, kind, lines, reports.Line, caveat=NO_CAVEAT)
    _note(request, gate, asked, kind, len(lines))
    return _out(reading, made)


@get("/log/heads", sync_to_thread=False, verb="audit.read")
def signed_heads(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """List the signed heads, the newest first; each with whether its signatures hold."""
    turn = HEADS.page(request, gate.entrance.heads())
    text = pages.write(
        "heads",
        turn=turn,
        heads=[(head, _broken(head)) for head in turn.rows],
        signed=gate.entrance.standing(),
    )
    return Response(text, media_type=MediaType.HTML)


@get("/log/heads/as/{kind:str}", sync_to_thread=False, verb="audit.export")
def heads_file(request: Ask, reading: Given, gate: Door, kind: FromPath[str]) -> Response[bytes]:
    """Hand out the list of signed heads; each head itself is a file of its own."""
    found = HEADS.whole(request, gate.entrance.heads())
    made = download("heads", kind, list(map(_head_line, found)), HeadLine, caveat=NO_CAVEAT)
    _note(request, gate, reports.Asked(), f"heads as {kind}", len(found))
    return _out(reading, made)


@get("/log/heads/{name:str}/as/{kind:str}", verb="audit.export")
async def signed_head(
    request: Ask, gate: Door, pages: Writer, name: FromPath[str], kind: FromPath[str]
) -> Response[bytes]:
    """Hand out one signed head: whole as text, or as a page to print."""
    head = next((one for one in gate.entrance.heads() if one.name == name), None)
    if head is None or kind not in ("txt", "pdf"):
        raise NotFoundError("there is no such head", hint="choose one from /log/heads")
    _note(request, gate, reports.Asked(), f"head as {kind}", 0)
    if kind == "txt":
        return _file(head.name, "text/plain", head.content.encode())
    content = head.content.encode()
    set_it = partial(set_page, pages.write("paper_head", head=head), content, "signed.head")
    made = await ASIDE.do(request.user.person_id, set_it)
    return _file(f"{head.date}.pdf", "application/pdf", made)


LOG: Final = (log, log_file, log_as, signed_heads, heads_file, signed_head)


def _broken(head: heads.SignedHead) -> str:
    """Say why the signatures of a head do not hold; empty when they do."""
    try:
        heads.verify_signature(head)
    except VerificationError as broken:
        return str(broken)
    return ""


def _head_line(head: heads.SignedHead) -> HeadLine:
    return HeadLine(
        date=head.date,
        signed=head.signed,
        entries=head.entries,
        code=head.code,
        head=head.head,
        fingerprint=head.fingerprint,
        holds=not _broken(head),
    )


def _for_siem(request: Ask, reading: Reading, gate: Gate, kind: str) -> Response[bytes]:
    """Hand out what follows a cursor, the oldest first, and the cursor after it."""
    given = only(request, "after", "since")
    cursor = read_cursor(given["after"]) if "after" in given else None
    since = reports.read_asked(given).since
    found = gate.entrance.after(request.user, cursor, since=since, limit=BATCH)
    form: Kind = "syslog" if kind == "syslog" else "ecs"
    text = "".join(f"{write_line(line, form, __version__)}\n" for line in found)
    if found:
        cursor = Cursor(seq=found[-1].seq, hash=found[-1].hash)
        _note(request, gate, reports.Asked(), kind, len(found))
    media = "application/x-ndjson" if kind == "ecs" else "text/plain"
    ending = "ndjson" if kind == "ecs" else "log"
    # What a SIEM reads line by line is a closed list: the name alone is marked.
    made = Download(name=f"legation-audit.{ending}", media_type=media, content=text.encode())
    answer = _out(reading, made)
    if cursor is not None:
        answer.headers[CURSOR] = cursor.text()
    return answer


def _is_up(given: dict[str, str]) -> bool:
    """Tell whether the oldest entry is to come first.

    Raises:
        UsageError: There is no such order.
    """
    order = given.get("order", "when")
    if order.removeprefix("-") not in _ORDERS:
        raise UsageError(f"no order {order!r:.40}", hint=f"choose from: {', '.join(_ORDERS)}")
    return order.startswith("-")


def _words(asked: reports.Asked) -> dict[str, str]:
    return dict.fromkeys(_ASKED, "") | asked.given()


def _note(request: Ask, gate: Gate, asked: reports.Asked, kind: str, entries: int) -> None:
    if request.user.by == "session":
        gate.entrance.note_log_export(request.user, asked, kind, entries)


def _paper(
    gate: Gate,
    pages: Pages,
    asked: reports.Asked,
    lines: list[reports.Line],
    under: tuple[str, str],
) -> Paper:
    name, label = under
    contents = msgspec.json.encode(lines)
    text = pages.write(
        "paper_log",
        lines=lines,
        label=label,
        asked=_words(asked),
        cut=len(lines) == MOST_ON_PAPER,
        sha256=hashlib.sha256(contents).hexdigest(),
        signed=gate.entrance.standing(),
    )
    return Paper(
        name=f"{name}.pdf",
        media_type="application/pdf",
        content=partial(set_page, text, contents),
    )


def _out(reading: Reading, made: Download) -> Response[bytes]:
    """Hand out what tells of the trail: its entries stand under the desk's own label."""
    marked = mark(made, reading.marking_to_leave(()))
    return _file(marked.name, marked.media_type, marked.content)


def _file(name: str, media_type: str, content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
