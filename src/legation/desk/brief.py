"""What a paper says, before it is set: the values of a page, masked as any export is.

A paper is read far from the desk, so it carries a hash of its contents. The contents are
these values as JSON; they travel inside the PDF, so that anybody can take them out, hash
them and compare with the footer, and with the audit trail of the desk.
"""

import hashlib
from datetime import date
from typing import Any, Final

import msgspec

from legation.app.balancing import Balance
from legation.app.listing import Query
from legation.app.registers import Registers
from legation.app.sheets.weighed import ToldStanding, balance_sheet
from legation.app.weighable import with_names
from legation.desk.exports import as_may_leave
from legation.desk.first_page import MISSIONS, Step, ladder_of
from legation.desk.network import Network, network_of, opened_by
from legation.desk.reading import CampaignLine, EvidenceRow, Found, Reading, Tie, Today
from legation.formats.masking import mask_campaign, mask_mentions
from legation.missions.talks import Watch
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


class TodayBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What the first page says of the safeguards and of the balance.

    Attributes:
        missions: The weakest, as the page shows them.
        all_missions: How many there are.
        ladder: How far the safeguards are proved, by channel and threat.
        watches: Those that are raised, because talks are near.
        rests_on: Ids of the objects of which all this tells.
    """

    caveat: str
    day: date
    missions: tuple[ToldStanding, ...]
    all_missions: int
    ladder: tuple[Step, ...]
    watches: tuple[Watch, ...]
    rests_on: tuple[str, ...]


class TodayBrief(msgspec.Struct, frozen=True, kw_only=True, tag="today"):
    """The first page; without a balance where there is none, or its reader may not take it."""

    today: Today
    balance: TodayBalance | None = None


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


def today_brief(reading: Reading, weighed: Balance | None = None) -> TodayBrief:
    """Return what a paper says of the first page.

    Args:
        reading: What is shown.
        weighed: What was weighed for its reader; None: nothing, or they may not take it along.
    """
    today = reading.today()
    return TodayBrief(
        today=msgspec.structs.replace(today, top=tuple(map(_line, today.top))),
        balance=today_balance(reading, weighed),
    )


def today_balance(reading: Reading, weighed: Balance | None) -> TodayBalance | None:
    """Return what the first page says of the balance; None where there is nothing to weigh."""
    library = reading.library()
    if weighed is None or library is None or not weighed.standings:
        return None
    scope = library.scope()
    weighed = msgspec.structs.replace(weighed, altered=with_names(scope, weighed.altered))
    registers = Registers(scope)
    talks = (registers.id_of("talks", watch.talk) for watch in weighed.watches)
    rests_on = (*balance_sheet(weighed, weighed.standings).ids, *talks)
    shown = balance_sheet(weighed, weighed.standings[:MISSIONS])
    return TodayBalance(
        caveat=shown.caveat,
        day=shown.day,
        missions=shown.told,
        all_missions=len(weighed.standings),
        ladder=ladder_of(weighed),
        watches=weighed.watches,
        rests_on=tuple(dict.fromkeys(rests_on)),
    )


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


def beside(brief: Brief) -> tuple[str, ...]:
    """Return the ids of all other objects that a paper tells of."""
    return brief.balance.rests_on if isinstance(brief, TodayBrief) and brief.balance else ()


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
