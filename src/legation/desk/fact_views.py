"""Facts of the packs: agreements, laws, norms, rules, positions, works, quotations, corrections.

Each fact is one line with its day, its mark, who checked it, its source and the pack that states
it; where packs disagree, each line says what the others state. No page reads a row itself.
"""

from collections.abc import Callable
from typing import Final

from litestar import Response, get

from legation.app.caveats import KNOWLEDGE
from legation.app.knowledge.packs import Knowledge
from legation.app.sheets.known import FactLine, fact_line
from legation.desk.answers import Ask, Given, Name, Writer, file, page
from legation.desk.exports import download, leaving
from legation.desk.fact_tables import TABLES
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of

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


FACT_VIEWS: Final = (facts, facts_file)


def _lines(knowledge: Knowledge) -> list[FactLine]:
    return [fact_line(one) for one in knowledge.every()]
