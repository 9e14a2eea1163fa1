"""A state's page: what it has not signed, ratified, carried out or tried, with the evidence.

"No" and "not known" are two answers. Each sentence carries the mark of the fact it rests on, and
every state is told by the same rules.
"""

from collections.abc import Callable
from datetime import date
from typing import Final, Literal

import msgspec
from litestar import Response, get

from legation.app.caveats import KNOWLEDGE
from legation.app.knowledge.packs import Knowledge
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.exports import download, leaving
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.reading import Reading
from legation.errors import NotFoundError, UsageError
from legation.knowledge.standing import StateCount, StatePage
from legation.knowledge.states import states, verify_state
from legation.store.folding import folded


class StateLine(msgspec.Struct, frozen=True, kw_only=True):
    """A state in the list: of how many agreements it has not done what, and what nobody knows.

    Attributes:
        can_tell: Whether anything is known of it at all.
    """

    code: str
    name: str
    can_tell: Literal["yes", "cannot tell"]
    not_signed: int
    not_signed_not_checked: int
    signed_not_known: int
    not_ratified: int
    not_ratified_not_checked: int
    ratified_not_known: int
    not_implemented: int
    not_implemented_not_checked: int
    implemented_not_known: int
    not_tried: int
    not_tried_not_checked: int
    tried_not_known: int
    suspended: int
    suspended_not_checked: int
    contradicted: int
    stale: int
    answers: int
    as_of: date | None


GAPS: Final[dict[str, Callable[[StateLine], int]]] = {
    "not signed": lambda one: one.not_signed,
    "not bound": lambda one: one.not_ratified,
    "not carried out": lambda one: one.not_implemented,
    "no answer when tried": lambda one: one.not_tried,
    "suspended": lambda one: one.suspended,
    "contradicted": lambda one: one.contradicted,
    "cannot tell": lambda one: one.can_tell == "cannot tell",
}
STATES: Final[Listing[StateLine]] = Listing(
    path="/states",
    order="name",
    keys={
        "name": lambda one: (folded(one.name), one.code),
        "code": lambda one: one.code,
        "signed": lambda one: (one.not_signed, one.signed_not_known, one.code),
        "ratified": lambda one: (one.not_ratified, one.ratified_not_known, one.code),
        "implemented": lambda one: (one.not_implemented, one.implemented_not_known, one.code),
        "tried": lambda one: (one.not_tried, one.tried_not_known, one.code),
        "suspended": lambda one: (one.suspended, one.contradicted, one.code),
        "as_of": lambda one: (one.as_of or date.max, one.code),
    },
    key=lambda one: one.code,
    fits={
        "words": lambda one, asked: said(one.name, one.code)(asked),
        "gap": lambda one, asked: asked in GAPS and bool(GAPS[asked](one)),
    },
)


@get("/states", sync_to_thread=False, verb="mission.read")
def all_states(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the states and territories, and whom a pack has named."""
    turn = STATES.page(request, _lines(reading))
    return page(pages.write("states", turn=turn, gaps=tuple(GAPS)))


@get("/states/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def states_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    rows = STATES.whole(request, _lines(reading))
    return file(
        leaving(reading, "states", (), download("states", kind, rows, StateLine, caveat=KNOWLEDGE))
    )


@get("/state/{country:str}", sync_to_thread=False, verb="mission.read")
def state(request: Ask, reading: Given, pages: Writer, country: Name) -> Response[str]:
    """Show how a state stands to each agreement."""
    asked = only(request, "all")
    found = state_page_of(reading, country)
    shown = found.standings if asked else found.gaps()
    return page(pages.write("state", of=found, shown=shown, all=bool(asked)))


STATE_VIEWS: Final = (all_states, states_file, state)


def state_page_of(reading: Reading, code: str) -> StatePage:
    """Return how a state stands to each agreement.

    Raises:
        NotFoundError: There is no such code.
    """
    try:
        verify_state(code)
    except UsageError as unknown:
        raise NotFoundError(str(unknown), hint=unknown.hint) from unknown
    scope = scope_of(reading)
    return Knowledge(scope).page(code, on=scope.now())


def _lines(reading: Given) -> list[StateLine]:
    scope = scope_of(reading)
    knowledge = Knowledge(scope)
    codes = sorted({*states(), *knowledge.names()})
    return [_counted(one) for one in knowledge.counts(codes, on=scope.now())]


def _counted(one: StateCount) -> StateLine:
    return StateLine(
        code=one.state,
        name=one.name,
        can_tell="yes" if one.known else "cannot tell",
        not_signed=one.no["signed"],
        not_signed_not_checked=one.unchecked["signed"],
        signed_not_known=one.unknown["signed"],
        not_ratified=one.no["ratified"],
        not_ratified_not_checked=one.unchecked["ratified"],
        ratified_not_known=one.unknown["ratified"],
        not_implemented=one.no["implemented"],
        not_implemented_not_checked=one.unchecked["implemented"],
        implemented_not_known=one.unknown["implemented"],
        not_tried=one.no["tried"],
        not_tried_not_checked=one.unchecked["tried"],
        tried_not_known=one.unknown["tried"],
        suspended=one.suspended,
        suspended_not_checked=one.suspended_unchecked,
        contradicted=one.contradicted,
        stale=one.stale,
        answers=one.asked,
        as_of=one.as_of,
    )
