"""The desk's pages and files: what each address answers.

A view asks the reading, hands the answer to a template, and decides nothing. Each
list comes in pages by key and can be had as a file. Each address declares beside its path
which verb it needs (`rights.roles`); without one it is closed. Views run on the server's own
thread, one after another: the desk has one local reader, and the parts below it need
not be safe across threads.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from legation.desk import charts
from legation.desk.exports import KINDS, as_may_leave, download
from legation.desk.reading import CampaignLine, Download, EvidenceRow, Query, Reading, Tie
from legation.desk.rendering import Pages
from legation.errors import NotFoundError, UsageError
from legation.threats.disinformation.findings import Member

LIMIT: Final = 50
_BATCH: Final = 1000
_SHORT: Final = 12

_T = TypeVar("_T")
Ask = Request[Any, Any, Any]
Given = NamedDependency[SkipValidation[Reading]]
Writer = NamedDependency[SkipValidation[Pages]]
Name = FromPath[str]


@get("/", sync_to_thread=False, verb="campaign.read")
def today(reading: Given, pages: Writer) -> Response[str]:
    """Show what was looked at and what to read first."""
    shown = reading.today()
    marking = _marking(reading, shown.top)
    return _page(pages.write("today", today=shown, marking=marking))


@get("/today.json", sync_to_thread=False, verb="campaign.export")
def today_file(reading: Given) -> Response[bytes]:
    """Hand out the first page's values."""
    content = msgspec.json.encode(reading.today())
    return _file(Download(name="today.json", media_type="application/json", content=content))


@get("/campaigns", sync_to_thread=False, verb="campaign.read")
def campaigns(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List campaigns; the filter stands in the address."""
    given = _given(request)
    after = given.pop("after", None)
    query = _query(given)
    found = reading.campaigns(query, after=after, limit=LIMIT)
    marking = _marking(reading, found.lines)
    return _page(
        pages.write("campaigns", query=query, given=given, page=found, after=after, marking=marking)
    )


@get("/campaigns/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def campaigns_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out every campaign that the filter finds."""
    query = _query(_given(request))

    def turn(after: str | None) -> tuple[tuple[CampaignLine, ...], str | None]:
        page = reading.campaigns(query, after=after, limit=_BATCH)
        return page.lines, page.after

    lines = list(_all(turn))
    if kind in KINDS:
        return _file(download("campaigns", kind, lines, CampaignLine))
    return _file(reading.export(tuple(line.campaign_id for line in lines), kind))


@get("/campaign/{campaign_id:str}", sync_to_thread=False, verb="campaign.read")
def campaign(reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show one campaign."""
    found = reading.campaign(campaign_id)
    ties = reading.ties(campaign_id, account=None, after=None, limit=_SHORT)
    of = found.campaign
    return _page(
        pages.write(
            "campaign",
            marking=reading.marking((of.campaign_id,), members=True),
            campaign=of,
            run=found.run,
            ties=ties,
            short=_SHORT,
            timeline=charts.timeline(of.activity, of.bursts),
            hours=charts.hours(of.hours),
        )
    )


@get("/campaign/{campaign_id:str}/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def campaign_file(reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out one campaign in a kind that the parts below write."""
    return _file(reading.export((campaign_id,), kind))


@get("/campaign/{campaign_id:str}/accounts", sync_to_thread=False, verb="campaign.read")
def accounts(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """List a campaign's accounts, best score first."""
    found = reading.campaign(campaign_id)
    members = found.campaign.accounts
    after = _only(request, "after").get("after", "0")
    if not (after.isascii() and after.isdigit()):
        raise UsageError("that page does not exist", hint="go back to the first page")
    start = min(int(after[:9]), len(members))
    follows = start + LIMIT if start + LIMIT < len(members) else None
    return _page(
        pages.write(
            "accounts",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            run=found.run,
            members=members[start : start + LIMIT],
            start=start,
            after=follows,
        )
    )


@get(
    "/campaign/{campaign_id:str}/accounts/as/{kind:str}",
    sync_to_thread=False,
    verb="campaign.export",
)
def accounts_file(reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out a campaign's accounts."""
    return _file(
        download("accounts", kind, reading.campaign(campaign_id).campaign.accounts, Member)
    )


@get("/campaign/{campaign_id:str}/ties", sync_to_thread=False, verb="campaign.read")
def ties(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """List a campaign's ties, strongest first."""
    given = _only(request, "account", "after")
    account, after = given.get("account"), given.get("after")
    found = reading.campaign(campaign_id)
    page = reading.ties(campaign_id, account=account, after=after, limit=LIMIT)
    return _page(
        pages.write(
            "ties",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            page=page,
            account=account,
            after=after,
        )
    )


@get("/campaign/{campaign_id:str}/ties/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def ties_file(request: Ask, reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out a campaign's ties."""
    account = _only(request, "account").get("account")

    def turn(after: str | None) -> tuple[tuple[Tie, ...], str | None]:
        page = reading.ties(campaign_id, account=account, after=after, limit=_BATCH)
        return page.ties, page.after

    return _file(download("ties", kind, list(_all(turn)), Tie))


@get("/campaign/{campaign_id:str}/tie", sync_to_thread=False, verb="campaign.read")
def tie(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show why two accounts are tied: their posts side by side."""
    given = _only(request, "a", "b", "after")
    a, b = _pair(given)
    found = reading.campaign(campaign_id)
    evidence = reading.tie(campaign_id, a, b, after=given.get("after"), limit=LIMIT)
    drawn = charts.strip([row.lag_s for row in evidence.rows], found.run.window_s)
    return _page(
        pages.write(
            "tie",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            run=found.run,
            evidence=evidence,
            tie=evidence.tie,
            strip=drawn,
            after=given.get("after"),
        )
    )


@get("/campaign/{campaign_id:str}/tie/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def tie_file(request: Ask, reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out the evidence of a tie."""
    a, b = _pair(_only(request, "a", "b"))
    grade = reading.campaign(campaign_id).campaign.grade

    def turn(after: str | None) -> tuple[tuple[EvidenceRow, ...], str | None]:
        page = reading.tie(campaign_id, a, b, after=after, limit=_BATCH)
        return page.rows, page.after

    rows = as_may_leave(_all(turn), grade)
    return _file(download("evidence", kind, rows, EvidenceRow))


@get("/words", sync_to_thread=False, verb="words.read")
def words(pages: Writer) -> Response[str]:
    """Explain the words of the pages."""
    return _page(pages.write("words"))


VIEWS: Final = (
    today,
    today_file,
    campaigns,
    campaigns_file,
    campaign,
    campaign_file,
    accounts,
    accounts_file,
    ties,
    ties_file,
    tie,
    tie_file,
    words,
)


def _marking(reading: Reading, lines: tuple[CampaignLine, ...]) -> str:
    return reading.marking(tuple(line.campaign_id for line in lines), members=False)


def _page(text: str) -> Response[str]:
    return Response(text, media_type=MediaType.HTML)


def _file(of: Download) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{of.name}"'}
    return Response(of.content, media_type=of.media_type, headers=headers)


def _all(turn: Callable[[str | None], tuple[tuple[_T, ...], str | None]]) -> Iterator[_T]:
    after: str | None = None
    while True:
        rows, after = turn(after)
        yield from rows
        if after is None:
            return


def _given(request: Ask) -> dict[str, str]:
    return {key: value for key, value in request.query_params.items() if value}


def _only(request: Ask, *names: str) -> dict[str, str]:
    given = _given(request)
    for key in given:
        if key not in names:
            raise UsageError(
                f"this page does not know {key!r}", hint=f"it knows {', '.join(names)}"
            )
    return given


def _query(given: dict[str, str]) -> Query:
    try:
        return msgspec.convert(given, Query)
    except msgspec.ValidationError as bad:
        raise UsageError(
            f"the filter is not understood: {bad}", hint="choose from the fields of the list"
        ) from bad


def _pair(given: dict[str, str]) -> tuple[str, str]:
    if "a" not in given or "b" not in given:
        raise NotFoundError("a tie has two accounts", hint="open a tie from the list of ties")
    return given["a"], given["b"]
