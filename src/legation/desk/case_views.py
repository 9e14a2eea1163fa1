"""One case: what it is about, what happened, the law, who did it, what was answered, on which day.

Each part is a page of its own, and each can be asked what it was on a day: then all that came
later is not there. The pages work nothing out: the parts of a case do, from its entries alone.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.cases.books import book_of
from legation.app.cases.docket import Docket
from legation.app.cases.norms import listed
from legation.app.cases.seconds import AGREES, SIGNS, bar_to_agree, bar_to_sign
from legation.app.cases.sheets import CAVEAT, entry_line
from legation.app.days import end_of_day
from legation.app.kept import finding
from legation.app.scope import Scope
from legation.desk.answers import Ask, Given, Name, Writer, only, page
from legation.desk.gate import Gate
from legation.desk.mission_views import scope_of
from legation.desk.reading import Reading
from legation.errors import NotFoundError
from legation.safeguards.cases.attribution.estimates import RANGES
from legation.safeguards.cases.attribution.layers import LAYERS, Layered, layers
from legation.safeguards.cases.attribution.matrix import FITS, matrix
from legation.safeguards.cases.attribution.naming import Attributed, Claimed, wording
from legation.safeguards.cases.attribution.ranking import rank
from legation.safeguards.cases.attribution.state_link import Linked, link
from legation.safeguards.cases.book import Book
from legation.safeguards.cases.case import Case
from legation.safeguards.cases.circumstances import Circumstances, DutyStated
from legation.safeguards.cases.deciding.gaps import decision_gaps
from legation.safeguards.cases.facts import STATUSES, Moved, Replied, Told, Victim
from legation.safeguards.cases.fallen import fallen_in
from legation.safeguards.cases.gathering import (
    answers_of,
    assessed,
    attributed_in,
    bars_of,
    gaps_in_law,
    items_of,
    known_at,
    numbered,
    records_in,
    rows_of,
    situation_of,
    stands_in,
)
from legation.safeguards.cases.law.answers import Answered, threshold_open
from legation.safeguards.cases.law.guiding import guided
from legation.safeguards.cases.playbooks.bodies import Ticked
from legation.safeguards.cases.playbooks.plays import offered
from legation.safeguards.cases.playbooks.standing import standing_of
from legation.safeguards.cases.responses.answering.clocks import Days, clocks
from legation.safeguards.cases.responses.answering.ladder import ladder
from legation.safeguards.cases.responses.answering.options import options
from legation.safeguards.cases.responses.answering.steps import Chosen, Step
from legation.safeguards.cases.responses.answering.stopping import must_stop
from legation.safeguards.cases.rules import CORRECTED, next_statuses
from legation.stix.labels import Label

# Of what happened, on the first page of a case; the list of entries has all of it.
MOST_SHOWN: Final = 200
_DIGITS: Final = 7
Door = NamedDependency[SkipValidation[Gate]]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a page shows it.

    Attributes:
        asked: What its address asks.
        day: For which day it is worked out.
    """

    scope: Any
    case: Any
    book: Any
    asked: dict[str, str]
    day: date


@get("/case/{case:str}", sync_to_thread=False, verb="case.read")
def case_page(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name
) -> Response[str]:
    """Show what a case is about: victims, what happened when, tasks, links, who was told."""
    seen = seen_in(request, reading, case)
    found: Case = seen.case
    force = attributed_in(found)
    return page_of(
        reading,
        pages,
        seen,
        "case",
        victims=found.of(Victim),
        timeline=[(found.cited_as(one), one, entry_line(found, one, {})) for one in
                  found.timeline()[-MOST_SHOWN:]],
        dated=len(found.timeline()),
        tasks=found.open_tasks(),
        moved=found.last(Moved),
        told=found.of(Told),
        links=[(number, one, *linked_to(seen.scope, one.to)) for number, one in found.links()],
        force=force,
        wording=wording,
        statuses=STATUSES,
        may=next_statuses(found),
        names=gate.names(request),
        overdue=seen.day,
        corrected=CORRECTED,
    )  # fmt: skip


@get("/case/{case:str}/law", sync_to_thread=False, verb="case.read")
def law(request: Ask, *, reading: Given, pages: Writer, case: Name) -> Response[str]:
    """Show which elements of which norms are met, by which answers, and what is still asked."""
    seen = seen_in(request, reading, case, "all")
    found, book = _of(seen)
    told = assessed(found, book)
    norms = listed(found, told)
    given = answers_of(found)
    conflict = threshold_open(numbered(found))
    return page_of(
        reading,
        pages,
        seen,
        "case_law",
        shown=norms.first,
        afar=norms.afar,
        rest=[one for one in norms.rest if not one.elsewhere],
        all="all" in seen.asked,
        questions=book.norms.questions,
        given=given,
        groups=guided(book.norms, given, conflict=conflict),
        conflict=conflict,
        fallen=fallen_in(found, Answered, DutyStated),
        gaps=gaps_in_law(found, book, told),
    )


@get("/case/{case:str}/attribution", sync_to_thread=False, verb="case.read")
def attribution(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name
) -> Response[str]:
    """Show what was weighed against what, what the answer hangs on, and what is in force."""
    seen = seen_in(request, reading, case)
    found, _ = _of(seen)
    rows, items, gone = rows_of(found), items_of(found), found.taken_back()
    told = matrix(rows, items)
    return page_of(
        reading,
        pages,
        seen,
        "case_attribution",
        told=told,
        ranking=rank(told),
        items=items,
        fits=FITS,
        layers=layers(rows),
        all_layers=LAYERS,
        links=[(number, body, link(body, gone)) for number, body in found.of(Linked)],
        claims=found.of(Claimed),
        standing=attributed_in(found),
        gaps=bars_of(found),
        fallen=fallen_in(found, Linked, Layered),
        proposals=[row for row in rows if row[3].__struct_config__.tag == "attributed"],
        ranges=RANGES,
        wording=wording,
        may_agree={
            number
            for number, _ in found.of(Attributed)
            if AGREES in request.user.verbs
            and not bar_to_agree(found, number, request.user.person_id)
        },
        names=gate.names(request),
    )


@get("/case/{case:str}/answers", sync_to_thread=False, verb="case.read")
def case_answers(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name
) -> Response[str]:
    """Show the ladder: what is open, what is not and why, and the ways out beside it."""
    seen = seen_in(request, reading, case)
    found, book = _of(seen)
    situation = situation_of(found, book, seen.day)
    records = records_in(found)
    stands = stands_in(found, seen.day)
    return page_of(
        reading,
        pages,
        seen,
        "case_answers",
        rungs=ladder(situation, book.policy),
        beside=[one for one in options(situation, book.policy) if one.rung is None],
        days=_days,
        situation=situation,
        fallen=fallen_in(found, Circumstances, DutyStated),
        policy=book.policy,
        chosen=found.of(Chosen),
        steps=found.of(Step),
        replies=found.of(Replied),
        stop=must_stop(situation, book.policy),
        clocks=_clocks(found),
        records=[(one, decision_gaps(one, stands)) for one in records],
        may_sign={
            one.entry
            for one in records
            if SIGNS in request.user.verbs and not bar_to_sign(one, request.user.person_id)
        },
        names=gate.names(request),
    )


@get("/case/{case:str}/playbooks", sync_to_thread=False, verb="case.read")
def playbooks(
    request: Ask, *, reading: Given, gate: Door, pages: Writer, case: Name
) -> Response[str]:
    """Show where the playbooks that are offered stand: done, overdue, next."""
    seen = seen_in(request, reading, case)
    found, book = _of(seen)
    ticks = [row for row in rows_of(found) if isinstance(row[3], Ticked)]
    now = seen.scope.now()
    standings = [
        standing_of(one, ticks, known_at(found), now)  # type: ignore[arg-type]  # all are ticks
        for one in offered(book.playbooks.values(), found.opened.type)
    ]
    return page_of(
        reading,
        pages,
        seen,
        "case_playbooks",
        standings=standings,
        guide=book.guide,
        names=gate.names(request),
    )


CASE_VIEWS: Final = (case_page,)
CASE_TABS: Final = (law, attribution, case_answers, playbooks)


def seen_in(request: Ask, reading: Reading, case: str, *more: str) -> Seen:
    """Return a case as its page shows it, on the day that the address asks for."""
    asked = only(request, "as_of", *more)
    scope: Scope = scope_of(reading)
    as_of = end_of_day(asked.get("as_of", ""))
    found = Docket(scope).case(case, as_of=as_of)
    day = (as_of or scope.now()).date()
    return Seen(scope=scope, case=found, book=book_of(scope), asked=asked, day=day)


def entry_number(text: str) -> int:
    """Return the number of an entry, as an address has it.

    Raises:
        NotFoundError: It is none.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise NotFoundError("there is no such entry", hint="go back to the case")
    return int(text)


def linked_to(scope: Scope, object_id: str) -> tuple[str, str]:
    """Return what a linked thing is called, and the address of its page; empty where it has none.

    A thing that this reader may not know keeps its bare id.
    """
    kind = object_id.partition("--")[0]
    if kind not in ("campaign", "incident"):
        return "", ""
    try:
        known = scope.objects
        value = known.get(object_id).value()
    except NotFoundError:
        return "", ""
    name = str(value.get("name", ""))
    if kind == "incident":
        return name, f"/case/{object_id}"
    return name, f"/campaign/{finding(value).campaign_id}"


def _of(seen: Seen) -> tuple[Case, Book]:
    return seen.case, seen.book


def page_of(
    reading: Reading,
    pages: Writer,
    seen: Seen,
    template: str,
    *,
    labels: Sequence[Label] = (),
    **told: Any,
) -> Response[str]:
    """Write a page of a case under the label of all its entries, and of what stands beside."""
    case: Case = seen.case
    ids = [case.id, *(one.id for one in case.entries)]
    marking = reading.marking((), *ids, members=False, labels=labels)
    as_of = {"as_of": seen.asked["as_of"]} if "as_of" in seen.asked else {}
    return page(
        pages.write(
            template, marking=marking, case=case, asked=as_of, day=seen.day, said=CAVEAT, **told
        )
    )


def _clocks(case: Case) -> tuple[Any, ...]:
    return clocks(case.opened.began, case.opened.known, [body for _, body in case.of(Step)])


def _days(of: Days | None) -> str:
    if of is None:
        return "-"
    return str(of.least) if of.least == of.most else f"{of.least} \N{EN DASH} {of.most}"
