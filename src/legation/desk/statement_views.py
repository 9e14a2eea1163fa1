"""The room Statements: drafts on their way, each with all that was done to it.

What is shown of a draft is under its own label. What it answers is named to those only who may
know that; a published text is public, and who wrote and approved it is not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.caveats import NO_CAVEAT
from legation.app.scope import Scope
from legation.app.statements.desk import StatementDesk
from legation.app.statements.drafts import OPEN, STATES, Deed, Told, Wording
from legation.desk.answers import LIMIT, Ask, Given, Name, Writer, file, only, page
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
from legation.store.statements import DraftRow, Order
from legation.text.alignment import Difference, align

Door = NamedDependency[SkipValidation[Gate]]
_ORDERS: Final[tuple[Order, ...]] = ("touched", "draft")
_FILTERS: Final = ("state", "words")
_MOST_IN_FILE: Final = 10_000
_MOST_COUNTED: Final = 1_000
_DIGITS: Final = 12


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
    return page(
        pages.write(
            "draft",
            marking=_marking(reading, [row]),
            row=row,
            told=told,
            wording=told.wording.draft,
            label=row.label.text(scope.ladder),
            answers=(row.answers, *linked_to(scope, row.answers)) if row.answers else None,
            changed=changed(told.before, told.wording) if told.before else None,
            preview=_preview(desk, told),
            left=_left(told, scope.now()),
            names=gate.names(request),
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
    states = OPEN if state == "open" else (state,) if state else ()
    return {"states": states, "words": given.get("words", "")}


def _marking(reading: Reading, rows: Sequence[DraftRow]) -> str:
    if not rows:
        return ""
    ids = [one.answers for one in rows if one.answers]
    return reading.marking((), *ids, members=False, labels=[one.label for one in rows])


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
