"""What a paper says, before it is set: the values of a page, masked as any export is.

A paper is read far from the desk, so it carries a hash of its contents. The contents are
these values as JSON; they travel inside the PDF, so that anybody can take them out, hash
them and compare with the footer, and with the audit trail of the desk.
"""

import hashlib
from typing import Any, Final

import msgspec

from legation.app.listing import Query
from legation.desk.exports import as_may_leave
from legation.desk.network import Network, network_of, opened_by
from legation.desk.reading import CampaignLine, EvidenceRow, Found, Reading, Tie, Today
from legation.formats.masking import mask_campaign, mask_mentions
from legation.threats.disinformation.findings import CAVEAT, Campaign, Run

_TIES: Final = 12
_PAIRS: Final = 60
_LINES: Final = 500
_MOST_LINKS: Final = 5_000


class CampaignBrief(msgspec.Struct, frozen=True, kw_only=True, tag="campaign"):
    """One campaign: the whole finding, its strongest ties and its collapsed network."""

    campaign: Campaign
    run: Run
    ties: tuple[Tie, ...]
    all_ties: int
    network: Network


class TodayBrief(msgspec.Struct, frozen=True, kw_only=True, tag="today"):
    """The first page."""

    today: Today


class ListBrief(msgspec.Struct, frozen=True, kw_only=True, tag="campaigns"):
    """The list of campaigns, filtered as asked."""

    query: Query
    lines: tuple[CampaignLine, ...]
    total: int
    run: Run | None


class TieBrief(msgspec.Struct, frozen=True, kw_only=True, tag="tie"):
    """Why two accounts are tied, with their posts."""

    campaign: Campaign
    run: Run
    tie: Tie
    rows: tuple[EvidenceRow, ...]
    total: int


Brief = CampaignBrief | TodayBrief | ListBrief | TieBrief


def campaign_brief(reading: Reading, campaign_id: str) -> CampaignBrief:
    """Return what a paper says of a campaign."""
    found = _found(reading, campaign_id)
    name = found.campaign.campaign_id
    ties = reading.ties(name, account=None, after=None, limit=_TIES)
    network = network_of(
        found.campaign,
        opened_by(None, found.campaign),
        lambda vertices: reading.links(name, vertices, limit=_MOST_LINKS),
    )
    return CampaignBrief(
        campaign=found.campaign,
        run=found.run,
        ties=ties.ties,
        all_ties=ties.total,
        network=network,
    )


def today_brief(reading: Reading) -> TodayBrief:
    """Return what a paper says of the first page."""
    today = reading.today()
    return TodayBrief(today=msgspec.structs.replace(today, top=tuple(map(_line, today.top))))


def list_brief(reading: Reading, query: Query) -> ListBrief:
    """Return what a paper says of the list of campaigns: its first five hundred."""
    found = reading.campaigns(query, after=None, limit=_LINES)
    return ListBrief(
        query=query,
        lines=tuple(map(_line, found.lines)),
        total=found.total,
        run=reading.today().run,
    )


def tie_brief(reading: Reading, campaign_id: str, a: str, b: str) -> TieBrief:
    """Return what a paper says of a tie: its first sixty pairs of posts."""
    found = _found(reading, campaign_id)
    evidence = reading.tie(found.campaign.campaign_id, (a, b), after=None, limit=_PAIRS)
    return TieBrief(
        campaign=found.campaign,
        run=found.run,
        tie=evidence.tie,
        rows=tuple(as_may_leave(evidence.rows, found.campaign.grade)),
        total=evidence.total,
    )


def contents_of(brief: Brief) -> bytes:
    """Return a paper's contents as JSON: the same values give the same bytes."""
    told: dict[str, Any] = {"caveat": CAVEAT, "contents": brief}
    return msgspec.json.encode(told, order="sorted")


def hash_of(contents: bytes) -> str:
    """Return the hash that stands in each footer."""
    return hashlib.sha256(contents).hexdigest()


def campaigns_of(brief: Brief) -> tuple[str, ...]:
    """Return the ids of the campaigns that a paper tells of."""
    match brief:
        case TodayBrief(today=today):
            return tuple(line.campaign_id for line in today.top)
        case ListBrief(lines=lines):
            return tuple(line.campaign_id for line in lines)
        case _:
            return (brief.campaign.campaign_id,)


def run_of(brief: Brief) -> Run | None:
    """Return the run that a paper rests on."""
    return brief.today.run if isinstance(brief, TodayBrief) else brief.run


def _found(reading: Reading, campaign_id: str) -> Found:
    found = reading.campaign(campaign_id)
    masked = mask_campaign(msgspec.to_builtins(found.campaign))
    return msgspec.structs.replace(found, campaign=msgspec.convert(masked, Campaign))


def _line(line: CampaignLine) -> CampaignLine:
    """Return a line as it may leave: a campaign's name holds words that mark it."""
    if line.grade == "high":
        return line
    return msgspec.structs.replace(line, name=mask_mentions(line.name))
