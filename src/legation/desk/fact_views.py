"""Facts of the packs: agreements, laws, norms, rules, positions, works, quotations, corrections.

Each fact is one line with its day, its mark, who checked it, its source and the pack that states
it; where packs disagree, each line says what the others state. No page reads a row itself.
Who compared a fact with its source says so here: their office stands beside the fact, which is
never erased, and who they are stands in the trail.
"""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Final, get_args

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from legation.app.caveats import KNOWLEDGE
from legation.app.knowledge.checking import Look, record
from legation.app.knowledge.packs import Knowledge
from legation.app.sheets.known import FactLine, fact_line
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.exports import download, leaving
from legation.desk.fact_tables import TABLES
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.rendering import address
from legation.desk.working import DeskWork
from legation.errors import NotFoundError, UsageError
from legation.knowledge.facts import Finding

Working = NamedDependency[SkipValidation[DeskWork]]
_FOUND: Final[tuple[Finding, ...]] = get_args(Finding)

MARKED: Final[dict[str, Callable[[FactLine], bool]]] = {
    "not checked": lambda one: one.unchecked,
    "checked": lambda one: bool(one.checks),
    "stale": lambda one: one.stale,
    "contradicted": lambda one: bool(one.disputed),
}
FACTS: Final[Listing[FactLine]] = Listing(
    path="/facts",
    order="table",
    keys={
        "table": lambda one: (TABLES.index(one.table), one.key, one.pack),
        "key": lambda one: (one.key, one.table, one.pack),
        "as_of": lambda one: (one.as_of, one.table, one.key, one.pack),
        "pack": lambda one: (one.pack, one.table, one.key),
    },
    key=lambda one: f"{one.table}:{one.key}@{one.pack}",
    fits={
        "table": lambda one, asked: one.table == asked,
        "mark": lambda one, asked: asked in MARKED and MARKED[asked](one),
        "words": lambda one, asked: said(one.line)(asked),
    },
)


@get("/facts", sync_to_thread=False, verb="mission.read")
def facts(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the facts that hold, and the packs that state them."""
    knowledge = Knowledge(scope_of(reading))
    turn = FACTS.page(request, _lines(knowledge))
    return page(
        pages.write(
            "facts",
            turn=turn,
            tables=TABLES,
            marks=tuple(MARKED),
            packs=knowledge.listed(),
        )
    )


@get("/facts/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def facts_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    rows = FACTS.whole(request, _lines(Knowledge(scope_of(reading))))
    return file(
        leaving(reading, "facts", (), download("facts", kind, rows, FactLine, caveat=KNOWLEDGE))
    )


@get("/facts/check", sync_to_thread=False, verb="fact.check")
def checking(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """Show one fact, and ask what its source says."""
    asked = only(request, "fact", "pack")
    scope = scope_of(reading)
    about, pack = asked.get("fact", ""), asked.get("pack", "")
    found = [one for one in _lines(Knowledge(scope)) if _is(one, about, pack)]
    if len(found) != 1:
        raise NotFoundError("no pack states this fact", hint="choose it from the list of facts")
    return page(
        pages.write(
            "fact_check",
            fact=found[0],
            about=about,
            findings=_FOUND,
            today=scope.now().date(),
            earliest=found[0].as_of,
        )
    )


@post("/facts/check", status_code=303, verb="fact.check")
async def check(request: Ask, reading: Given, desk_work: Working) -> Redirect:
    """Record that a person compared a fact with its source; the trail says who."""
    form = await request.form()
    stated = {name: " ".join(str(value).split()) for name, value in form.items()}
    scope = scope_of(reading)
    look = Look(
        about=stated.get("fact", ""),
        by=stated.get("by", ""),
        on=_day(stated.get("on", "")),
        found=_finding(stated.get("found", "")),
        source=stated.get("source", ""),
        pack=stated.get("pack", ""),
    )
    known = Knowledge(scope, desk_work.at_hand)
    seen = await asyncio.to_thread(record, known, look, scope.now())
    return Redirect(address("/facts", {"table": seen.table, "words": seen.key}), status_code=303)


FACT_VIEWS: Final = (facts, facts_file)
FACT_CHECKING: Final = (checking, check)


def _is(one: FactLine, about: str, pack: str) -> bool:
    return f"{one.table}:{one.key}" == about and one.pack == pack


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as bad:
        raise UsageError("this is no day", hint="write it as 2026-03-01") from bad


def _finding(text: str) -> Finding:
    for one in _FOUND:
        if one == text:
            return one
    raise UsageError("it is not said what was found", hint="choose one of the three")


def _lines(knowledge: Knowledge) -> list[FactLine]:
    return [fact_line(one) for one in knowledge.every()]
