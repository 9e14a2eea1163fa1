"""The addresses of papers: what a superior reads, as a file for the briefcase."""

from typing import Final

from litestar import Response, get

from legation.desk.answers import Ask, Given, Name, Writer, file, given, only, pair
from legation.desk.aside import ASIDE
from legation.desk.brief import campaign_brief, list_brief, tie_brief, today_brief
from legation.desk.first_page import weighed_for
from legation.desk.mission_views import Weighing
from legation.desk.paper import Paper, begin_paper
from legation.desk.watch_views import query_of


@get("/today/paper/{kind:str}", verb="campaign.export")
async def today_paper(
    request: Ask, reading: Given, weighing: Weighing, pages: Writer, kind: Name
) -> Response[bytes]:
    """Hand out the first page as a paper; with the balance, to who may take it along."""
    weighed = weighed_for(request, reading, weighing, "mission.export")
    return await _set(request, begin_paper(reading, pages, today_brief(reading, weighed), kind))


@get("/watch/campaigns/paper/{kind:str}", verb="campaign.export")
async def campaigns_paper(
    request: Ask, reading: Given, pages: Writer, kind: Name
) -> Response[bytes]:
    """Hand out the list of campaigns as a paper."""
    return await _set(
        request, begin_paper(reading, pages, list_brief(reading, query_of(given(request))), kind)
    )


@get("/campaign/{campaign_id:str}/paper/{kind:str}", verb="campaign.export")
async def campaign_paper(
    request: Ask, reading: Given, pages: Writer, campaign_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out a campaign's brief."""
    return await _set(
        request, begin_paper(reading, pages, campaign_brief(reading, campaign_id), kind)
    )


@get("/campaign/{campaign_id:str}/tie/paper/{kind:str}", verb="campaign.export")
async def tie_paper(
    request: Ask, reading: Given, pages: Writer, campaign_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out why two accounts are tied."""
    a, b = pair(only(request, "a", "b"))
    return await _set(
        request, begin_paper(reading, pages, tie_brief(reading, campaign_id, a, b), kind)
    )


PAPERS: Final = (today_paper, campaigns_paper, campaign_paper, tie_paper)


async def _set(request: Ask, paper: Paper) -> Response[bytes]:
    return file(await ASIDE.do(request.user.person_id, paper.set))
