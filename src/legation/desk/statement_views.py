"""The room Statements: drafts on their way, each with all that was done to it.

What is shown of a draft is under its own label. What it answers is named to those only who may
know that; a published text is public, and who wrote and approved it is not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.caveats import NO_CAVEAT
from legation.app.scope import Scope
from legation.app.statements.desk import StatementDesk
from legation.app.statements.drafts import OPEN, STATES, UNDER_WAY, Deed, Told, Wording
from legation.app.statements.in_posts import Place, place_in
from legation.app.statements.shelf import Shelf
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, only, page, tried
from legation.desk.case_forms import Fault, Working, fault_of
from legation.desk.case_views import linked_to
from legation.desk.exports import download, left_as
from legation.desk.gate import Gate
from legation.desk.listing import Heads, Turn
from legation.desk.mission_views import scope_of
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.desk.working import DeskWork
from legation.errors import BadInputError, LegationError, NotFoundError, UsageError
from legation.safeguards.statements.verdict import SENTENCES
from legation.stix.labels import Label
from legation.store.statement_copies import Sighting
from legation.store.statements import DraftRow, Order
from legation.text.alignment import Difference, align

Door = NamedDependency[SkipValidation[Gate]]
_ORDERS: Final[tuple[Order, ...]] = ("touched", "draft")
_FILTERS: Final = ("state", "words")
_MOST_IN_FILE: Final = 10_000
_MOST_COUNTED: Final = 1_000
_DIGITS: Final = 12
_SHOWN: Final = 50


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in a file."""

    draft: int
    state: str
    title: str
    issuer: str
    number: str
    answers: str
    label: str
    begun: str
    touched: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """How the text of one language differs from what it was.

    Attributes:
        new: It was not there before.
        gone: It is there no more.
    """

    language: str
    differences: tuple[Difference, ...] = ()
    new: bool = False
    gone: bool = False


@get("/statements", sync_to_thread=False, verb="statement.read")
def statements(request: Ask, reading: Given, desk_work: Working, pages: Writer) -> Response[str]:
    """List the drafts and what became of them, the last touched first."""
    given = only(request, "after", "order", *_FILTERS)
    after = given.pop("after", "")
    scope = scope_of(reading)
    rows, follows = _found(scope, given, after=after, limit=LIMIT)
    known = scope.store.statements.as_read_by(scope.reader.clearance)
    turn = Turn(
        rows=tuple(rows),
        after=after,
        follows=follows,
        total=known.count(**_narrowed(given), most=_MOST_COUNTED),
        given=given,
        heads=Heads(path="/statements", given=given, order=given.get("order", "touched")),
    )
    return page(
        pages.write(
            "statements",
            marking=_marking(reading, rows),
            turn=turn,
            states=STATES,
            shelf=desk_work.shelf,
        )
    )


@get("/statements/as/{kind:str}", sync_to_thread=False, verb="statement.export")
def statements_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same list, its first ten thousand."""
    scope = scope_of(reading)
    rows, _ = _found(scope, only(request, "order", *_FILTERS), after="", limit=_MOST_IN_FILE)
    lines = [_line(scope, one) for one in rows]
    made = download("statements", kind, lines, DraftLine, caveat=NO_CAVEAT)
    ids = [one.answers for one in rows if one.answers]
    labels = [one.label for one in rows]
    return file(left_as(scope, "statements", made, ids, labels=labels, may="statement.export"))


@get("/draft/{draft:str}", sync_to_thread=False, verb="statement.read")
def draft_page(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str]:
    """Show a draft: its texts, what changed, what will be signed, who approved, what is next."""
    return drawn(request, reading, desk_work, gate, pages, draft=draft)


@get("/draft/{draft:str}/as/{kind:str}", sync_to_thread=False, verb="statement.export")
def draft_file(reading: Given, desk_work: Working, draft: Name, kind: Name) -> Response[bytes]:
    """Hand out all that was done to a draft, or the bytes that would be signed."""
    scope = scope_of(reading)
    desk = StatementDesk(scope, desk_work.shelf)
    row, told = desk.get(draft_number(draft))
    if kind == "json":
        said = {"draft": _line(scope, row), "done": [_told_of(one, row) for one in told.deeds]}
        content, media = msgspec.json.encode(said), "application/json"
    elif kind == "txt":
        content, media = desk.preview(told.wording.draft).encode(), "text/plain"
    else:
        raise NotFoundError(f"no export as {kind!r:.20}", hint="choose json or txt")
    made = Download(name=f"draft-{row.draft}.{kind}", media_type=media, content=content)
    ids = [row.answers] if row.answers else []
    return file(left_as(scope, "draft", made, ids, labels=[row.label], may="statement.export"))


STATEMENT_VIEWS: Final = (statements, statements_file, draft_page, draft_file)


def drawn(
    request: Ask,
    reading: Reading,
    desk_work: DeskWork,
    gate: Gate,
    pages: Pages,
    *,
    draft: str,
    fault: LegationError | None = None,
    at: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response[str]:
    """Return the page of a draft.

    Args:
        request: Who asks.
        reading: What they may know.
        desk_work: Has the register.
        gate: Knows the people.
        pages: Draws it.
        draft: Which, as its address says.
        fault: Why a form of it was refused; None: none was.
        at: Which form.
        typed: What was typed there, but for a passphrase.
    """
    scope, shelf = scope_of(reading), desk_work.shelf
    desk = StatementDesk(scope, shelf)
    row, told = desk.get(draft_number(draft))
    posted = found_of(scope, row.issuer, row.number if row.state == "published" else "")
    return page(
        pages.write(
            "draft",
            marking=_marking(reading, [row], posted.labels),
            **posted.given,
            row=row,
            told=told,
            wording=told.wording.draft,
            label=row.label.text(scope.ladder),
            answers=(row.answers, *linked_to(scope, row.answers)) if row.answers else None,
            changed=changed(told.before, told.wording) if told.before else None,
            preview=_preview(desk, told),
            left=_left(told, scope.now()),
            names=gate.names(request),
            places=places_of(shelf) if told.wording.draft.changes else {},
            shelf=shelf,
            open_states=OPEN,
            sentences=SENTENCES,
            is_author=request.user.person_id in told.authors,
            fault=fault_of(fault) if fault is not None else None,
            at=at,
            typed=typed or {},
        )
    )


def changed(before: Wording, after: Wording) -> tuple[Changed, ...]:
    """Return how the texts of a wording differ from those of another, language by language."""
    old = {one.language: one.text for one in before.draft.versions}
    new = {one.language: one.text for one in after.draft.versions}
    found = [
        Changed(language=language, differences=align(old[language], text).differences)
        if language in old
        else Changed(language=language, new=True)
        for language, text in new.items()
    ]
    found += [Changed(language=one, gone=True) for one in old if one not in new]
    return tuple(found)


@final
class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What imported posts carry of one statement.

    Attributes:
        given: It, for a page.
        labels: Of all of it.
    """

    given: dict[str, Any]
    labels: list[Label]


def found_of(scope: Scope, issuer: str, number: str) -> Found:
    """Return what imported posts carry of a statement, as far as its reader may know.

    Args:
        scope: The reader before the store.
        issuer: Of the statement.
        number: Of the statement; empty for one that is not public.
    """
    known = scope.store.copies.as_read_by(scope.reader.clearance)
    postings = known.postings(issuer, number, limit=_SHOWN) if number else []
    copies = known.of(issuer, number) if number else []
    return Found(
        given={"postings": shown(postings), "copies": copies, "shown": _SHOWN},
        labels=[*(one.label for one in postings), *(one.found.label for one in copies)],
    )


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A post that carries a statement, with the official place that it is."""

    seen: Sighting
    place: Place | None


def shown(some: Sequence[Sighting]) -> list[Shown]:
    """Return posts with their places."""
    return [Shown(seen=one, place=place_in(one)) for one in some]


def places_of(shelf: Shelf) -> dict[tuple[str, str], int]:
    """Return where public statements stand in the log, by issuer and number.

    Two issuers may have one number, so a number alone leads nowhere.
    """
    found, _ = tried(shelf.public) if shelf.is_there else (None, None)
    return {(one.said.issuer, one.said.number): one.index for one in found or ()}


def draft_number(text: str) -> int:
    """Return the number of a draft, as an address has it.

    Raises:
        NotFoundError: It is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise NotFoundError("there is no such draft", hint="see the list of statements")
    return int(text)


def _preview(desk: StatementDesk, told: Told) -> tuple[str, Fault | None]:
    """Return the bytes that would be signed; what could not be issued any more says why."""
    try:
        return desk.preview(told.wording.draft), None
    except BadInputError as fault:
        return "", fault_of(fault)


def _left(told: Told, now: datetime) -> int:
    """Return the seconds until an embargo ends; 0 without one."""
    embargo = told.issued.embargo if told.issued else told.wording.draft.embargo
    if embargo is None or told.state == "published":
        return 0
    return max(0, int((embargo - now).total_seconds()))


def _found(
    scope: Scope, given: dict[str, str], *, after: str, limit: int
) -> tuple[list[DraftRow], str | None]:
    asked = given.get("order", "touched")
    order = next((one for one in _ORDERS if one == asked.removeprefix("-")), None)
    if order is None:
        raise UsageError(f"no order {asked!r:.40}", hint=f"choose from: {', '.join(_ORDERS)}")
    known = scope.store.statements.as_read_by(scope.reader.clearance)
    return known.find(
        **_narrowed(given),
        order=order,
        backwards=asked.startswith("-"),
        after=str(draft_number(after)) if after else "",
        limit=limit,
    )


def _narrowed(given: Mapping[str, str]) -> dict[str, Any]:
    state = given.get("state", "")
    states = UNDER_WAY if state == "open" else (state,) if state else ()
    return {"states": states, "words": given.get("words", "")}


def _marking(reading: Reading, rows: Sequence[DraftRow], beside: Sequence[Label] = ()) -> str:
    if not rows:
        return ""
    ids = [one.answers for one in rows if one.answers]
    return reading.marking((), *ids, members=False, labels=[*(one.label for one in rows), *beside])


def _line(scope: Scope, one: DraftRow) -> DraftLine:
    return DraftLine(
        draft=one.draft,
        state=one.state,
        title=one.title,
        issuer=one.issuer,
        number=one.number,
        answers=one.answers,
        label=one.label.text(scope.ladder),
        begun=one.begun.isoformat(),
        touched=one.touched.isoformat(),
    )


def _told_of(deed: Deed, row: DraftRow) -> dict[str, object]:
    """Return an entry for a file, without what this reader may not know."""
    body = deed.body
    if isinstance(body, Wording):
        body = msgspec.structs.replace(body, answers=row.answers)
    told = {"kind": deed.kind, "actor": deed.actor, "at": deed.at.isoformat()}
    return {**told, "body": msgspec.to_builtins(body)}
