"""The addresses of papers: what a superior reads, as a file for the briefcase."""

from typing import Final

from litestar import Response, get

from legation.desk.answers import Ask, Given, Name, Writer, file, given, only, pair
from legation.desk.brief import campaign_brief, list_brief, tie_brief, today_brief
from legation.desk.paper import write_paper
from legation.desk.watch_views import query_of


@get("/today/paper/{kind:str}", sync_to_thread=False, verb="campaign.export")
def today_paper(reading: Given, pages: Writer, kind: Name) -> Response[bytes]:
    """Hand out the first page as a paper."""
    return file(write_paper(reading, pages, today_brief(reading), kind))


@get("/watch/campaigns/paper/{kind:str}", sync_to_thread=False, verb="campaign.export")
def campaigns_paper(request: Ask, reading: Given, pages: Writer, kind: Name) -> Response[bytes]:
    """Hand out the list of campaigns as a paper."""
    return file(write_paper(reading, pages, list_brief(reading, query_of(given(request))), kind))


@get("/campaign/{campaign_id:str}/paper/{kind:str}", sync_to_thread=False, verb="campaign.export")
def campaign_paper(reading: Given, pages: Writer, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out a campaign's brief."""
    return file(write_paper(reading, pages, campaign_brief(reading, campaign_id), kind))


@get(
    "/campaign/{campaign_id:str}/tie/paper/{kind:str}", sync_to_thread=False, verb="campaign.export"
)
def tie_paper(
    request: Ask, reading: Given, pages: Writer, campaign_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out why two accounts are tied."""
    a, b = pair(only(request, "a", "b"))
    return file(write_paper(reading, pages, tie_brief(reading, campaign_id, a, b), kind))


PAPERS: Final = (today_paper, campaigns_paper, campaign_paper, tie_paper)
