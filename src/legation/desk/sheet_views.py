"""The files of the rooms Balance and States: as table, JSON, STIX, and as a paper.

Each leaves by the one way of all sheets: under the label of all that it rests on, with its
entry in the trail before it is handed out.
"""

from typing import Final

import msgspec
from litestar import Response, get

from legation.app.balancing import Balance
from legation.app.knowledge.packs import Knowledge
from legation.app.sheets.known import agreement_of, agreement_sheet, state_sheet
from legation.app.sheets.sheet import Sheet, hand_out
from legation.app.sheets.weighed import balance_sheet, mission_sheet, tree_sheet
from legation.app.weighable import with_names
from legation.desk.answers import Ask, Given, Name, Writer, file, only, page
from legation.desk.aside import ASIDE
from legation.desk.listing import falls
from legation.desk.mission_views import (
    STANDINGS,
    Weighing,
    balance_of,
    believed,
    scope_of,
    standing_of,
)
from legation.desk.reading import Download, Reading
from legation.desk.sheet_papers import begin_sheet
from legation.desk.state_views import state_page_of
from legation.errors import NotFoundError


@get("/balance/as/{kind:str}", verb="mission.export")
async def balance_file(
    request: Ask, reading: Given, weighing: Weighing, kind: Name
) -> Response[bytes]:
    """Hand out the list of missions, filtered and in the order that is asked for."""
    return await _file(request, reading, _balance(request, reading, weighing), kind)


@get("/balance/paper/{kind:str}", verb="mission.export")
async def balance_paper(
    request: Ask, reading: Given, weighing: Weighing, pages: Writer, kind: Name
) -> Response[bytes]:
    """Hand out the same as a paper."""
    return await _paper(request, reading, pages, _balance(request, reading, weighing), kind)


@get("/mission/{key:str}/as/{kind:str}", verb="mission.export")
async def mission_file(
    request: Ask, reading: Given, weighing: Weighing, key: Name, kind: Name
) -> Response[bytes]:
    """Hand out the balance of one mission."""
    return await _file(request, reading, _mission(request, reading, weighing, key), kind)


@get("/mission/{key:str}/paper/{kind:str}", verb="mission.export")
async def mission_paper(
    request: Ask, *, reading: Given, weighing: Weighing, pages: Writer, key: Name, kind: Name
) -> Response[bytes]:
    """Hand out the same as a paper."""
    return await _paper(request, reading, pages, _mission(request, reading, weighing, key), kind)


@get("/mission/{key:str}/{threat:str}/as/{kind:str}", verb="mission.export")
async def tree_file(
    request: Ask, *, reading: Given, weighing: Weighing, key: Name, threat: Name, kind: Name
) -> Response[bytes]:
    """Hand out a balance with its tree, down to its evidence."""
    return await _file(request, reading, _tree(request, reading, weighing, (key, threat)), kind)


@get("/mission/{key:str}/{threat:str}/paper/{kind:str}", verb="mission.export")
async def tree_paper(
    request: Ask,
    *,
    reading: Given,
    weighing: Weighing,
    pages: Writer,
    key: Name,
    threat: Name,
    kind: Name,
) -> Response[bytes]:
    """Hand out the same as a paper."""
    sheet = _tree(request, reading, weighing, (key, threat))
    return await _paper(request, reading, pages, sheet, kind)


@get("/state/{country:str}/as/{kind:str}", verb="mission.export")
async def state_file(request: Ask, reading: Given, country: Name, kind: Name) -> Response[bytes]:
    """Hand out all answers about a state."""
    return await _file(request, reading, _state(reading, country), kind)


@get("/state/{country:str}/paper/{kind:str}", verb="mission.export")
async def state_paper(
    request: Ask, reading: Given, pages: Writer, country: Name, kind: Name
) -> Response[bytes]:
    """Hand out the same as a paper."""
    return await _paper(request, reading, pages, _state(reading, country), kind)


@get("/agreement/{key:str}", sync_to_thread=False, verb="mission.read")
def agreement(reading: Given, pages: Writer, key: Name) -> Response[str]:
    """Show what is known of one agreement, each fact with its mark."""
    told = agreement_of(Knowledge(scope_of(reading)), key)
    return page(pages.write("agreement", of=told))


@get("/agreement/{key:str}/as/{kind:str}", verb="mission.export")
async def agreement_file(request: Ask, reading: Given, key: Name, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    return await _file(request, reading, _agreement(reading, key), kind)


@get("/agreement/{key:str}/paper/{kind:str}", verb="mission.export")
async def agreement_paper(
    request: Ask, reading: Given, pages: Writer, key: Name, kind: Name
) -> Response[bytes]:
    """Hand out the same as a paper."""
    return await _paper(request, reading, pages, _agreement(reading, key), kind)


SHEET_VIEWS: Final = (
    balance_file,
    balance_paper,
    mission_file,
    mission_paper,
    tree_file,
    tree_paper,
    state_file,
    state_paper,
    agreement,
    agreement_file,
    agreement_paper,
)


def _weighed(request: Ask, reading: Reading, weighing: Weighing) -> Balance:
    """Weigh, with who changed the breaches that say less than they did."""
    scope = scope_of(reading)
    weighed = weighing.balance(scope, as_of=believed(request))
    return msgspec.structs.replace(weighed, altered=with_names(scope, weighed.altered))


def _balance(request: Ask, reading: Reading, weighing: Weighing) -> Sheet:
    weighed = _weighed(request, reading, weighing)
    backwards = falls(request.query_params.get("order", STANDINGS.order))
    standings = list(STANDINGS.whole(request, weighed.standings))
    return balance_sheet(weighed, standings, backwards=backwards, as_of=believed(request))


def _mission(request: Ask, reading: Reading, weighing: Weighing, key: str) -> Sheet:
    only(request, "as_of")
    weighed = _weighed(request, reading, weighing)
    return mission_sheet(weighed, standing_of(weighed, key), as_of=believed(request))


def _tree(request: Ask, reading: Reading, weighing: Weighing, which: tuple[str, str]) -> Sheet:
    only(request, "as_of")
    weighed = _weighed(request, reading, weighing)
    standing = standing_of(weighed, which[0])
    node = balance_of(standing, which[1])
    return tree_sheet(weighed, standing, node, as_of=believed(request))


def _state(reading: Reading, country: str) -> Sheet:
    return state_sheet(Knowledge(scope_of(reading)), state_page_of(reading, country))


def _agreement(reading: Reading, key: str) -> Sheet:
    scope = scope_of(reading)
    known = Knowledge(scope)
    return agreement_sheet(known, agreement_of(known, key), scope.now().date())


async def _file(request: Ask, reading: Reading, sheet: Sheet, kind: str) -> Response[bytes]:
    """Write a sheet beside the loop: that of five hundred missions takes seconds."""
    scope = scope_of(reading)
    made = await ASIDE.do(request.user.person_id, hand_out, scope, sheet, kind)
    return file(Download(name=made.name, media_type=made.media_type, content=made.content))


async def _paper(
    request: Ask, reading: Reading, pages: Writer, sheet: Sheet, kind: str
) -> Response[bytes]:
    if kind != "pdf":
        raise NotFoundError(f"no paper as {kind!r:.20}", hint="this page has pdf")
    scope = scope_of(reading)
    paper = begin_sheet(scope, pages, sheet, named=Knowledge(scope).names())
    return file(await ASIDE.do(request.user.person_id, paper.set))
