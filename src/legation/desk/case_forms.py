"""Forms of cases: each kind of entry has the form that its own fields ask for.

What is typed is read as a command line's words are, so no door takes what another refuses. A form
that is refused comes back with all that was typed and the fault beside its field. What only
whoever has shown a passkey may write is asked for it first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.filing import Filing
from legation.app.cases.hands import PROVEN
from legation.app.cases.subjects import by_id
from legation.app.scope import Scope
from legation.desk.answers import Ask, Given, Name, Writer, page
from legation.desk.case_before import ABOUT, before, choosable
from legation.desk.case_labels import Choice, FormField, field_at, labelled
from legation.desk.gate import FORM_FIELD, Gate
from legation.desk.hints import on_a_page
from legation.desk.mission_views import scope_of
from legation.desk.reading import Reading
from legation.desk.rendering import Pages, address
from legation.desk.working import DeskWork
from legation.errors import (
    BadInputError,
    LegationError,
    NotFoundError,
    RecordError,
    StepUpError,
)
from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.deciding.bodies import Signed
from legation.safeguards.cases.entries import TAGS, Entry, tag_of
from legation.safeguards.cases.rules import CORRECTED
from legation.safeguards.cases.typed import form_of, read_typed, texts_of
from legation.store.evidence_sorted import Wanted

if TYPE_CHECKING:
    from legation.store.evidence import Kept

Working = NamedDependency[SkipValidation[DeskWork]]
Door = NamedDependency[SkipValidation[Gate]]
# The tab to which each kind of entry leads back; others lead to the case.
_TABS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("answered", "threshold", "power", "duty"), "law"),
    **dict.fromkeys(
        (
            *("hypothesis", "weighed", "layer", "state-link", "claimed"),
            *("attributed", "agreed", "attribution-withdrawn"),
        ),
        "attribution",
    ),
    **dict.fromkeys(
        (
            *("circumstances", "rights-test", "genuine-speech", "protected", "chosen", "step"),
            *("decision", "signed", "reply"),
        ),
        "answers",
    ),
    **dict.fromkeys(
        (
            *("dossier", "identified", "threshold-met", "factor-met", "ground", "reasoned"),
            *("source-judged", "remedy-set", "rights-cited", "review"),
        ),
        "dossiers",
    ),
    **dict.fromkeys(("ticked", "rumour-weighed"), "playbooks"),
}
_MOST_FILES: Final = 200
_ENTRY: Final = re.compile("[0-9]{1,9}")
_AGAIN: Final = timedelta(minutes=1)
_DIGITS: Final = 7
# What gives a hand to something, which is chosen first.
_HANDS: Final = tuple(tag_of(one) for one in PROVEN)
_MANY: Final = ("rights", "parties", "beside", "serves", "rests_on")


@get("/case/{case:str}/enter/{kind:str}", sync_to_thread=False, verb="case.write")
def entry_form(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, case: Name,
    kind: Name,
) -> Response[str]:  # fmt: skip
    """Show the form for one kind of entry, with what its address says; or for a correction."""
    if issubclass(_known(kind), PROVEN):
        # Before anything is typed: the way to the passkey and back keeps no words.
        request.user.require_proven(kind)
    found = Docket(scope_of(reading)).case(case)
    given = dict(request.query_params)
    corrects = given.pop("corrects", "")
    values: dict[str, str] = {name: str(value) for name, value in given.items()}
    if corrects:
        earlier = found.cited(_number(corrects) or 0)
        if earlier is None:
            raise _no_entry()
        if not isinstance(earlier.body, CORRECTED):
            raise NotFoundError("this is not corrected", hint="state it anew")
        values = texts_of(earlier.body) | values
    desk = _Desk(request=request, reading=reading, work=desk_work, gate=gate, pages=pages)
    return desk.form(found, kind, values, corrects=corrects)


@post("/case/{case:str}/enter/{kind:str}", status_code=200, verb="case.write")
async def enter(
    request: Ask, *, reading: Given, desk_work: Working, gate: Door, pages: Writer, case: Name,
    kind: Name,
) -> Response[str] | Redirect:  # fmt: skip
    """Write an entry; where it is refused the form comes back with what was typed."""
    shape = _known(kind)
    form = await request.form()
    values = await values_of(request, kind)
    corrects = str(form.get("corrects", ""))
    scope = scope_of(reading)
    files = [_file(str(one)) for one in form.getall("files", [])]
    place = _number(corrects)
    desk = _Desk(request=request, reading=reading, work=desk_work, gate=gate, pages=pages)
    try:
        if issubclass(shape, PROVEN):
            request.user.require_proven(kind)
        body = typed_in(kind, values, files)
        last = Docket(scope).case(case).entries
        if not is_sent_again(scope, last[-1:], [by_id(scope, body)], place):
            filing_of(scope, desk_work).add(case, [body], corrects=place)
    except StepUpError:
        if request.user.by != "session":
            raise
        return desk.form(Docket(scope).case(case), kind, values, corrects=corrects, unproven=True)
    except (RecordError, BadInputError) as fault:
        return desk.form(Docket(scope).case(case), kind, values, fault=fault, corrects=corrects)
    return Redirect(_back(case, kind), status_code=303)


@post("/case/{case:str}/answers-to-law", status_code=303, verb="case.write")
async def answer_many(request: Ask, reading: Given, desk_work: Working, case: Name) -> Redirect:
    """Answer several questions of law at once; each becomes an entry, all or none."""
    form = await request.form()
    bodies = []
    for name, value in form.items():
        question = name.removeprefix("answer.")
        if question == name or not str(value):
            continue
        told = {
            "question": question,
            "answer": str(value),
            "rests_on": str(form.get(f"rests_on.{question}", "") or form.get("rests_on", "")),
            "note": str(form.get(f"note.{question}", "")),
        }
        bodies.append(read_typed("answered", told))
    _add_many(scope_of(reading), desk_work, case, bodies)
    return Redirect(f"/case/{case}/law", status_code=303)


@post("/case/{case:str}/weigh", status_code=303, verb="case.write")
async def weigh_many(request: Ask, reading: Given, desk_work: Working, case: Name) -> Redirect:
    """Weigh one item against several hypotheses at once; each becomes an entry, all or none."""
    form = await request.form()
    bodies = []
    for name, value in form.items():
        hypothesis = name.removeprefix("fit.")
        if hypothesis == name or not str(value):
            continue
        told = {
            "item": str(form.get("item", "")),
            "hypothesis": hypothesis,
            "fit": str(value),
            "why": str(form.get("why", "")),
        }
        bodies.append(read_typed("weighed", told))
    _add_many(scope_of(reading), desk_work, case, bodies)
    return Redirect(f"/case/{case}/attribution", status_code=303)


CASE_FORMS: Final = (entry_form, enter, answer_many, weigh_many)


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a form was refused: where, what, and what to do."""

    place: str
    words: str
    hint: str


def fault_of(fault: LegationError) -> Fault:
    """Return a refusal as a form shows it."""
    place = getattr(fault, "place", "")
    words = str(fault).removeprefix(f"{place}: ") if place else str(fault)
    return Fault(place=place, words=words, hint=on_a_page(fault.hint))


def is_sent_again(
    scope: Scope, last: Sequence[Entry], bodies: Sequence[Body], corrects: int | None = None
) -> bool:
    """Tell whether a form was sent twice: the same was said last, by the same hand, just now.

    A button pressed twice, or a page loaded again, shall not state a thing twice.
    """
    said = [(one.body, one.corrects, one.author) for one in last]
    just_now = all(scope.now() - one.written < _AGAIN for one in last)
    return said == [(one, corrects, scope.reader.actor) for one in bodies] and just_now


def _add_many(scope: Scope, desk_work: DeskWork, case: str, bodies: Sequence[Body]) -> None:
    """Write what one form says of several things, all or none; nothing when it was sent again."""
    last = Docket(scope).case(case).entries[-len(bodies) :] if bodies else ()
    if bodies and not is_sent_again(scope, last, bodies):
        filing_of(scope, desk_work).add(case, bodies)


def filing_of(scope: Scope, desk_work: DeskWork) -> Filing:
    """Return who writes into cases from this desk."""
    home = desk_work.evidence.home
    return Filing(scope, home.folder / "evidence", book_of(scope), at_hand=desk_work.at_hand)


def typed_in(kind: str, values: Mapping[str, str], files: Sequence[Mapping[str, str]]) -> Body:
    """Read what a form holds."""
    return read_typed(kind, values, files)


async def values_of(request: Ask, kind: str) -> dict[str, str]:
    """Return what a form holds, by the fields of a kind of entry; several values by commas."""
    form = await request.form()
    found: dict[str, str] = {}
    for one in form_of(kind):
        several = [str(each) for each in form.getall(one.name, [])]
        found[one.name] = ", ".join(several) if one.name in _MANY else "".join(several[:1])
    found.pop(FORM_FIELD, None)
    return {name: text.replace("\r\n", "\n") for name, text in found.items() if name != "files"}


@final
@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What a form is shown with."""

    request: Ask
    reading: Reading
    work: DeskWork
    gate: Gate
    pages: Pages

    def form(
        self, case: Case, kind: str, values: Mapping[str, str], *,
        fault: LegationError | None = None, corrects: str = "", unproven: bool = False,
    ) -> Response[str]:  # fmt: skip
        """Show a form; above it, what it gives a hand to or takes back."""
        scope, told = scope_of(self.reading), fault_of(fault) if fault is not None else None
        number, person = values.get(ABOUT.get(kind, ""), "").strip(), self.request.user
        above = None
        if number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
            above = before(
                case, book_of(scope), kind, int(number),
                person=person.person_id, names=self.gate.names(self.request),
                day=scope.now().date(),
            )  # fmt: skip
        fixed = above.fixed if above else {}
        every = _own_roles(labelled(kind), kind, person.roles)
        fields = tuple(one for one in every if one.name not in fixed)
        ids = [case.id, *(one.id for one in case.entries)]
        return page(
            self.pages.write(
                "case_enter",
                marking=self.reading.marking((), *ids, members=False),
                case=case,
                kind=kind,
                fields=fields,
                fixed=[(one, fixed[one.name]) for one in every if one.name in fixed],
                values=values,
                fault=told,
                place=field_at(told.place, fields) if told else "",
                captures=_captures(self.work, self.request, case, kind),
                corrects=corrects,
                before=above,
                choosable=choosable(case, kind) if kind in _HANDS and above is None else None,
                names=self.gate.names(self.request),
                unproven=address(f"/case/{case.number}/enter/{kind}", fixed) if unproven else "",
            )
        )


def _own_roles(
    fields: tuple[FormField, ...], kind: str, roles: Sequence[str]
) -> tuple[FormField, ...]:
    """Return the fields of a signature with the reader's own roles to choose from."""
    own = tuple(Choice(value=one, words=one, context="role of a person") for one in roles)
    return tuple(
        msgspec.structs.replace(one, kind="choice", choices=own)
        if kind == tag_of(Signed) and one.name == "role"
        else one
        for one in fields
    )


def _captures(desk_work: DeskWork, request: Ask, case: Case, kind: str) -> "Sequence[Kept]":
    """Return the captured files of a case, which an entry can rest on."""
    if "evidence.read" not in request.user.verbs or kind != "said":
        return ()
    room = desk_work.evidence_for(
        request.user, lambda: request.app.state["lazily"](request.user).library()
    )
    wanted = Wanted(belongs_to=case.id)
    return room.find(wanted, actor=request.user.person_id, limit=_MOST_FILES)[0]


def _number(corrects: str) -> int | None:
    """Return the number of the entry in whose place another comes; None: in the place of none."""
    if not corrects:
        return None
    if not _ENTRY.fullmatch(corrects):
        raise _no_entry()
    return int(corrects)


def _no_entry() -> NotFoundError:
    return NotFoundError("there is no such entry", hint="go back to the case")


def _file(told: str) -> dict[str, str]:
    evidence, _, sha256 = told.partition(" ")
    return {"evidence": evidence, "sha256": sha256}


def _back(case: str, kind: str) -> str:
    tab = _TABS.get(kind, "")
    return f"/case/{case}/{tab}" if tab else f"/case/{case}"


def _known(kind: str) -> type[Body]:
    if kind not in TAGS:
        raise NotFoundError(f"no kind of entry {kind!r:.40}", hint="go back to the case")
    return TAGS[kind]
