"""Forms of statements: draft, change, approve, sign and publish, say where it was posted.

Each form says what its reader has seen; where something was done since, nothing is done and the
page is shown anew. A passphrase goes to the keys and nowhere else: no form brings it back.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from legation.app.scope import Scope
from legation.app.statements.desk import StatementDesk, Stood
from legation.app.statements.drafts import Wording
from legation.app.statements.signing import Signing
from legation.desk.answers import Ask, Given, Name, Writer, only, page
from legation.desk.aside import ASIDE
from legation.desk.case_forms import Working, fault_of
from legation.desk.gate import Gate
from legation.desk.mission_views import scope_of
from legation.desk.reading import Reading
from legation.desk.rendering import Pages
from legation.desk.statement_typing import (
    LEVELS,
    Typed,
    level_for,
    moment_in,
    typed_in,
    typed_of,
    wording_in,
)
from legation.desk.statement_views import Door, draft_number, drawn
from legation.desk.statement_words import RELATIONS
from legation.desk.working import DeskWork
from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    DeniedError,
    LegationError,
    UsageError,
    VerificationError,
)
from legation.store.statements import DraftRow

_LARGEST: Final = 8_000_000
_MOST_VERSIONS: Final = 40
_EMPTY_PAIRS: Final = 2
_AGAIN: Final = 60
_DIGITS: Final = 18
_NOT_TYPED: Final = (
    BadInputError,
    BusyError,
    ConflictError,
    DeniedError,
    UsageError,
    VerificationError,
)


@get("/statements/new", sync_to_thread=False, verb="statement.draft")
def new_draft(request: Ask, reading: Given, desk_work: Working, pages: Writer) -> Response[str]:
    """Show the form of a draft: empty, or begun with what it answers or changes."""
    asked = only(request, "answers", "relation", "changes", "issuer")
    values = {"tlp": level_for(scope_of(reading)), **asked}
    return _form(reading, desk_work, pages, Typed(values=values, texts=()))


@post("/statements", status_code=200, request_max_body_size=_LARGEST, verb="statement.draft")
async def begin(
    request: Ask, reading: Given, desk_work: Working, pages: Writer
) -> Response[str] | Redirect:
    """Begin a draft; where it is refused the form comes back with what was typed."""
    typed = await typed_in(request)
    scope = scope_of(reading)
    try:
        wording = wording_in(scope, reading, typed)
        last = _just_begun(scope, wording)
        row = last or StatementDesk(scope, desk_work.shelf).begin(wording)
    except _NOT_TYPED as refused:
        return _form(reading, desk_work, pages, typed, fault=refused)
    return _back(row.draft)


@get("/draft/{draft:str}/change", sync_to_thread=False, verb="statement.draft")
def change_form(reading: Given, desk_work: Working, pages: Writer, draft: Name) -> Response[str]:
    """Show the form with what stands in a draft."""
    row, told = StatementDesk(scope_of(reading), desk_work.shelf).get(draft_number(draft))
    return _form(reading, desk_work, pages, typed_of(row, told.wording), row=row)


@post(
    "/draft/{draft:str}/change",
    status_code=200,
    request_max_body_size=_LARGEST,
    verb="statement.draft",
)
async def change(
    request: Ask, reading: Given, desk_work: Working, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Change a draft, which takes back an approval of what stood there."""
    typed = await typed_in(request)
    scope = scope_of(reading)
    desk = StatementDesk(scope, desk_work.shelf)
    row, _ = desk.get(draft_number(draft))
    try:
        seen = _seen(typed.values)
        desk.change(row.draft, wording_in(scope, reading, typed, row.label), seen=seen)
    except _NOT_TYPED as refused:
        return _form(reading, desk_work, pages, typed, fault=refused, row=row)
    return _back(row.draft)


@post("/draft/{draft:str}/approve", status_code=200, verb="statement.approve", step_up=True)
async def approve(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Approve exactly the wording that was read."""
    act = _Act(request, reading, desk_work, gate, pages, draft)
    return await act.done(
        lambda desk, number, form: desk.approve(
            number,
            sha256=form.get("sha256", ""),
            words=form.get("words", ""),
            seen=_seen(form),
        ),
        at="judge",
    )


@post("/draft/{draft:str}/send-back", status_code=200, verb="statement.approve")
async def send_back(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Send a draft back to its authors, with what is to be changed."""
    act = _Act(request, reading, desk_work, gate, pages, draft)
    return await act.done(
        lambda desk, number, form: desk.send_back(
            number, words=form.get("words", ""), seen=_seen(form)
        ),
        at="judge",
    )


@post("/draft/{draft:str}/refuse", status_code=200, verb="statement.approve")
async def refuse(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Refuse a draft for good."""
    act = _Act(request, reading, desk_work, gate, pages, draft)
    return await act.done(
        lambda desk, number, form: desk.refuse(
            number, words=form.get("words", ""), seen=_seen(form)
        ),
        at="judge",
    )


@post("/draft/{draft:str}/withdraw", status_code=200, verb="statement.draft")
async def withdraw(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Withdraw a draft."""
    act = _Act(request, reading, desk_work, gate, pages, draft)
    return await act.done(
        lambda desk, number, form: desk.withdraw(
            number, words=form.get("words", ""), seen=_seen(form)
        ),
        at="withdraw",
    )


@post("/draft/{draft:str}/publish", status_code=200, verb="statement.publish", step_up=True)
async def publish(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Sign and publish what was approved, by the keys whose passphrase is typed now."""
    act = _Act(request, reading, desk_work, gate, pages, draft)

    async def published(desk: StatementDesk, number: int, form: Mapping[str, str]) -> None:
        from legation.crypto.locked_files import spoken

        given = form.get("passphrase", "")
        if not given:
            raise UsageError("no passphrase is given", hint="type that of the issuer's key")
        signing = Signing(desk)
        begun = signing.begin(number, seen=_seen(form))
        await ASIDE.do(request.user.person_id, signing.done, begun, spoken(given))

    return await act.awaited(published, at="publish")


@post(
    "/draft/{draft:str}/posted",
    status_code=200,
    request_max_body_size=_LARGEST,
    verb="statement.draft",
)
async def posted(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, draft: Name
) -> Response[str] | Redirect:
    """Say where a statement was posted, and compare what stood there."""
    act = _Act(request, reading, desk_work, gate, pages, draft)

    async def write(desk: StatementDesk, number: int, form: Mapping[str, str]) -> None:
        at = moment_in(form.get("at", ""), "at")
        if at is None:
            raise UsageError("it is not said when it stood there", hint="give day and time")
        said, seen = (
            Stood(address=form.get("address", ""), at=at, text=form.get("text", "")),
            _seen(form),
        )
        # To compare a long text takes a second.
        await ASIDE.do(request.user.person_id, desk.posted, number, said, seen=seen)

    return await act.awaited(write, at="posted")


STATEMENT_FORMS: Final = (
    new_draft,
    begin,
    change_form,
    change,
    approve,
    send_back,
    refuse,
    withdraw,
    publish,
    posted,
)


class _Act(NamedTuple):
    """A form of a draft's page that somebody sent."""

    request: Ask
    reading: Reading
    desk_work: DeskWork
    gate: Gate
    pages: Pages
    draft: str

    async def done(
        self, act: Callable[[StatementDesk, int, Mapping[str, str]], Any], *, at: str
    ) -> Response[str] | Redirect:
        """Do what it asks and show the draft; where it is refused, with what was typed."""

        async def acting(desk: StatementDesk, number: int, form: Mapping[str, str]) -> None:
            act(desk, number, form)

        return await self.awaited(acting, at=at)

    async def awaited(
        self, act: Callable[[StatementDesk, int, Mapping[str, str]], Awaitable[None]], *, at: str
    ) -> Response[str] | Redirect:
        """Do the same with an act that takes its time."""
        form = {name: str(value) for name, value in (await self.request.form()).items()}
        number = draft_number(self.draft)
        try:
            await act(StatementDesk(scope_of(self.reading), self.desk_work.shelf), number, form)
        except _NOT_TYPED as refused:
            form.pop("passphrase", None)
            return drawn(
                self.request,
                self.reading,
                self.desk_work,
                self.gate,
                self.pages,
                draft=self.draft,
                fault=refused,
                at=at,
                typed=form,
            )
        return _back(number)


def _form(
    reading: Reading,
    desk_work: DeskWork,
    pages: Pages,
    typed: Typed,
    *,
    fault: LegationError | None = None,
    row: DraftRow | None = None,
) -> Response[str]:
    scope, shelf = scope_of(reading), desk_work.shelf
    empty = [("", "")] * (_EMPTY_PAIRS if typed.texts else _EMPTY_PAIRS + 1)
    labels = [row.label] if row else []
    return page(
        pages.write(
            "draft_form",
            marking=reading.marking((), members=False, labels=labels) if labels else "",
            row=row,
            values=typed.values,
            texts=[*typed.texts, *empty][:_MOST_VERSIONS],
            ticked=typed.compartments,
            issuers=shelf.issuers() if shelf.is_there else (),
            relations=RELATIONS,
            levels=LEVELS,
            ladder=scope.ladder,
            compartments=[
                one for one in scope.compartments if one in scope.reader.clearance.compartments
            ],
            fault=fault_of(fault) if fault is not None else None,
            shelf=shelf,
        )
    )


def _just_begun(scope: Scope, wording: Wording) -> DraftRow | None:
    """Return the draft that the same hand began with the same words just now: a second press."""
    known = scope.store.statements.as_read_by(scope.reader.clearance)
    rows, _ = known.find(order="draft", limit=1)
    for row in rows:
        (first, *more) = scope.store.statements.entries(row.draft)
        same = first.body == msgspec.json.encode(wording) and first.actor == scope.reader.actor
        if same and not more and (scope.now() - first.at).total_seconds() < _AGAIN:
            return row
    return None


def _seen(form: Mapping[str, str]) -> int:
    text = form.get("seen", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise UsageError("this form is damaged", hint="load the page again and send it anew")
    return int(text)


def _back(draft: int) -> Redirect:
    return Redirect(f"/draft/{draft}", status_code=303)
