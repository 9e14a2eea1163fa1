"""The register as the desk reads it: what is public, how each statement stands, and the check.

All of it is what a stranger could learn from the same files. A verdict is handed out as the bytes
that every other door gives.
"""

import hashlib
from typing import Final

import msgspec
from litestar import Response, get, post

from legation.app.caveats import NO_CAVEAT
from legation.app.statements.handed import ALONE, Handed, handed_in, text_handed_in
from legation.app.statements.public_page import PublicStatement
from legation.app.statements.shelf import Shelf
from legation.desk.answers import Ask, Given, Missing, Name, Writer, file, only, page, tried
from legation.desk.aside import ASIDE
from legation.desk.case_forms import Working, fault_of
from legation.desk.exports import download
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.people import noted
from legation.desk.reading import Download
from legation.desk.rendering import Pages
from legation.desk.small_forms import read_form
from legation.desk.statement_carrying import carrier_of
from legation.desk.statement_views import Door, draft_number, found_of, places_of
from legation.desk.statement_words import DONE_BY
from legation.desk.working import DeskWork
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    LegationError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.safeguards.statements.limits import MAX_TEXT
from legation.safeguards.statements.statement import time_text
from legation.safeguards.statements.statement_file import MAX_FILE, write_file
from legation.safeguards.statements.verdict import SENTENCES, Verdict, serialised
from legation.store.folding import folded

MEDIA_TYPE: Final = "application/vnd.legation.statement"
_MOST_PASTED: Final = MAX_TEXT
"""Characters; no statement has a longer text."""
_WIDEST: Final = 4
_REFUSED: Final = (
    BadInputError, BusyError, ConflictError, NotFoundError, UsageError, VerificationError,
)  # fmt: skip

PUBLIC: Final[Listing[PublicStatement]] = Listing(
    path="/statements/register",
    order="when",
    keys={
        "when": lambda one: one.index,
        "number": lambda one: (folded(one.said.number), one.index),
    },
    key=lambda one: str(one.index),
    fits={
        "state": lambda one, asked: standing(one) == asked,
        "words": lambda one, asked: said(
            one.said.number, one.said.office, *(text.text for text in one.said.versions)
        )(asked),
    },
)


class PublicLine(msgspec.Struct, frozen=True, kw_only=True):
    """A public statement in a file."""

    index: int
    number: str
    issuer: str
    office: str
    issued: str
    languages: tuple[str, ...]
    title: str
    state: str
    later: tuple[str, ...]


def standing(one: PublicStatement) -> str:
    """Return how a statement stands: by the gravest of what later ones did to it."""
    done = {DONE_BY[each.relation] for each in one.later}
    return next(
        (each for each in ("withdrawn", "replaced", "corrected") if each in done), "current"
    )


@get("/statements/register", sync_to_thread=False, verb="statement.read")
def register(request: Ask, desk_work: Working, pages: Writer) -> Response[str]:
    """List what is public, the newest first."""
    found, missing = _public(desk_work.shelf)
    turn = PUBLIC.page(request, found)
    read = desk_work.shelf.is_there and missing is None
    opened = desk_work.shelf.asked().register if read else None
    shown = [(one, standing(one)) for one in turn.rows]
    return page(
        pages.write(
            "statement_register",
            turn=turn,
            shown=shown,
            opened=opened,
            missing=missing,
            shelf=desk_work.shelf,
            anchor=str(desk_work.shelf.house.anchor) if opened else "",
            states=("current", "corrected", "replaced", "withdrawn"),
        )
    )


@get("/statements/register/as/{kind:str}", sync_to_thread=False, verb="statement.export")
def register_file(request: Ask, reading: Given, desk_work: Working, kind: Name) -> Response[bytes]:
    """Hand out the same list."""
    found, _ = _public(desk_work.shelf)
    lines = [_line(one) for one in PUBLIC.whole(request, found)]
    made = download("register", kind, lines, PublicLine, caveat=NO_CAVEAT)
    return file(noted(request, reading, "register of statements", made))


@get("/statement/{place:str}", sync_to_thread=False, verb="statement.read")
def statement(reading: Given, desk_work: Working, pages: Writer, place: Name) -> Response[str]:
    """Show one public statement: its texts, how it stands, what the log says of it."""
    one = _one(desk_work.shelf, place)
    opened = desk_work.shelf.asked().register
    scope = scope_of(reading)
    known = scope.store.statements.as_read_by(scope.reader.clearance)
    try:
        draft = known.issued_as(one.said.issuer, one.said.number)
    except NotFoundError:
        draft = None
    posted = found_of(scope, one.said.issuer, one.said.number)
    labels = [*([draft.label] if draft else []), *posted.labels]
    return page(
        pages.write(
            "statement",
            marking=reading.marking((), members=False, labels=labels) if labels else "",
            one=one,
            standing=standing(one),
            opened=opened,
            places=places_of(desk_work.shelf),
            **posted.given,
            draft=draft,
        )
    )


@get("/statement/{place:str}/as/{kind:str}", verb="statement.export")
async def statement_file(
    request: Ask, reading: Given, desk_work: Working, place: Name, kind: Name
) -> Response[bytes]:
    """Hand out a public statement: the file that proves it, what it says, or made to travel."""
    asked = only(request, "language").get("language", "")
    one = _one(desk_work.shelf, place)
    name = one.said.number.replace("/", "-")
    if kind == "json":
        content = msgspec.json.encode({"statement": one.said, "later": one.later})
        made = Download(name=f"{name}.json", media_type="application/json", content=content)
        return file(noted(request, reading, "statement", made))
    if kind == "statement":
        content = write_file(desk_work.shelf.public_file(one.index))
        made = Download(name=f"{name}.statement", media_type=MEDIA_TYPE, content=content)
    else:
        made = await ASIDE.do(request.user.person_id, carrier_of, desk_work.shelf, one, kind, asked)
    _note(request, reading, made)  # public bytes, which a label inside would break
    return file(made)


@get("/statements/check", sync_to_thread=False, verb="statement.read")
def check_form(desk_work: Working, pages: Writer) -> Response[str]:
    """Show the form that asks the register of a text or a file."""
    return _checked(desk_work, pages)


@post(
    "/statements/check",
    status_code=200,
    request_max_body_size=None,
    verb="statement.read",
    streams=True,
)
async def check(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer
) -> Response[str] | Response[bytes]:
    """Say what the register knows of a pasted text or a file; as a file, if that is asked."""
    form = await read_form(request, gate, most=MAX_FILE + _WIDEST * _MOST_PASTED, bare=True)
    text = form.fields.get("text", "")
    try:
        person = request.user.person_id
        handed, verdict = await ASIDE.do(person, _asked, desk_work.shelf, text, form.content)
    except _REFUSED as refused:
        return _checked(desk_work, pages, text=text, fault=refused)
    if form.fields.get("as") == "json":
        content = serialised(verdict)
        made = Download(name="verdict.json", media_type="application/json", content=content)
        _note(request, reading, made)
        return file(made)
    return _checked(
        desk_work, pages, text=text, verdict=verdict, name=form.name, alone=handed.alone
    )


STATEMENT_REGISTER: Final = (
    register,
    register_file,
    statement,
    statement_file,
    check_form,
    check,
)


def _checked(
    desk_work: DeskWork,
    pages: Pages,
    *,
    text: str = "",
    name: str = "",
    alone: str = "",
    verdict: Verdict | None = None,
    fault: LegationError | None = None,
) -> Response[str]:
    return page(
        pages.write(
            "statement_check",
            text=text,
            file_name=name,
            verdict=verdict,
            alone=ALONE.get(alone, ""),
            sentence=SENTENCES[verdict.verdict] if verdict is not None else "",
            places=places_of(desk_work.shelf) if verdict is not None else {},
            fault=fault_of(fault) if fault is not None else None,
            shelf=desk_work.shelf,
        )
    )


def _asked(shelf: Shelf, text: str, content: bytes) -> tuple[Handed, Verdict]:
    """Tell what was handed in, and what the register knows of it; beside the loop."""
    if bool(content) == bool(text.strip()):
        raise UsageError(
            "one thing is checked at a time: a text or a file", hint="paste one, or choose one"
        )
    if not content and len(text) > _MOST_PASTED:
        raise BadInputError(
            f"this text has more than {_MOST_PASTED:,} characters, and no statement has so many",
            place="text",
            hint="paste the part that is given as a statement",
        )
    handed = handed_in(content) if content else text_handed_in(text)
    return handed, shelf.on_handed(handed)


def _public(shelf: Shelf) -> tuple[list[PublicStatement], Missing | None]:
    """Return what is public; where the register cannot be read, why."""
    if not shelf.is_there:
        return [], None
    found, missing = tried(shelf.public)
    return found or [], missing


def _one(shelf: Shelf, place: str) -> PublicStatement:
    number = draft_number(place)
    for one in _public(shelf)[0]:
        if one.index == number:
            return one
    raise NotFoundError("there is no such statement", hint="see the register")


def _line(one: PublicStatement) -> PublicLine:
    text = one.said.versions[0].text
    return PublicLine(
        index=one.index,
        number=one.said.number,
        issuer=one.said.issuer,
        office=one.said.office,
        issued=time_text(one.said.issued),
        languages=tuple(each.language for each in one.said.versions),
        title=text.partition("\n")[0],
        state=standing(one),
        later=tuple(f"{each.relation} {each.number}" for each in one.later),
    )


def _note(request: Ask, reading: Given, made: Download) -> None:
    """Write into the trail that a file leaves which bears no label, for its bytes are public."""
    scope = scope_of(reading)
    digest = hashlib.sha256(made.content).hexdigest()
    kind = made.name.rpartition(".")[2]
    with scope.store.transaction():
        scope.note(request.user.person_id, "page.export", "statement", kind=kind, contents=digest)
