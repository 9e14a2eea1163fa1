"""A state's page: what it has not signed, ratified, carried out or tried, with the evidence.

"No" and "not known" are two answers. Each sentence carries the mark of the fact it rests on, and
every state is told by the same rules.
"""

from typing import Final

import msgspec
from litestar import Response, get

from legation.app.knowledge.packs import Knowledge
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.exports import download, leaving
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.reading import Reading
from legation.errors import NotFoundError, UsageError
from legation.knowledge.standing import StatePage
from legation.knowledge.states import state_name, states, verify_state
from legation.store.folding import folded


class StateLine(msgspec.Struct, frozen=True, kw_only=True):
    """A state in the list."""

    code: str
    name: str


STATES: Final[Listing[StateLine]] = Listing(
    path="/states",
    order="name",
    keys={
        "name": lambda one: (folded(one.name), one.code),
        "code": lambda one: one.code,
    },
    key=lambda one: one.code,
    fits={"words": lambda one, asked: said(one.name, one.code)(asked)},
)


@get("/states", sync_to_thread=False, verb="mission.read")
def all_states(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the states and territories, and whom a pack has named."""
    turn = STATES.page(request, _lines(reading))
    return page(pages.write("states", turn=turn))


@get("/states/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def states_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    rows = STATES.whole(request, _lines(reading))
    return file(leaving(reading, "states", (), download("states", kind, rows, StateLine)))


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
    named = Knowledge(scope_of(reading)).names()
    codes = {*states(), *named}
    return [StateLine(code=code, name=state_name(code, named)) for code in codes]
