"""The parts of a campaign's page, each under its own address.

Each says its sentence first, shows what it can when a part cannot be read, and can be had as a
file. A page asks a fixed number of questions, however large the campaign is.
"""

import hashlib
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.evidence.forms import KeptPost
from legation.app.evidence.taken_back import Gone, gone
from legation.desk import charts, raster
from legation.desk.answers import SHORT, Ask, Given, Name, Writer, file, given, only, page, tried
from legation.desk.aside import ASIDE
from legation.desk.campaign_lists import DAYS, GROUPS, LINKS, heads_of, of_campaign
from legation.desk.exports import as_may_leave, download, leaving
from legation.desk.graph_views import Kept, network_shown
from legation.desk.layout import drawn
from legation.desk.listing import Listing
from legation.desk.network import Group, Network
from legation.desk.reading import (
    DayLine,
    Download,
    EvidencePage,
    EvidenceRow,
    Found,
    Link,
    Reading,
    TiePage,
)
from legation.desk.saying import of_many
from legation.desk.techniques import TechniqueLine, source, technique_lines
from legation.desk.tongues import gettext
from legation.desk.working import DeskWork
from legation.errors import NotFoundError
from legation.formats.marked import named
from legation.threats.disinformation.findings import CAVEAT

Work = NamedDependency[SkipValidation[DeskWork | None]]
_MEETINGS: Final = 25
# A file of evidence ends here and says so in its name: the whole is in the lake.
_MOST_EVIDENCE: Final = 10_000
_PICTURES: Final = {"svg": "image/svg+xml", "png": "image/png"}


class GroupLine(msgspec.Struct, frozen=True, kw_only=True):
    """A group of members in a file."""

    key: str
    name: str
    role: str
    accounts: int
    pairs_inside: int


@get("/campaign/{campaign_id:str}/coordination", sync_to_thread=False, verb="campaign.read")
def coordination(
    request: Ask, reading: Given, pages: Writer, settled: Kept, campaign_id: Name
) -> Response[str]:
    """Show a campaign's network, collapsed, and why its accounts are tied."""
    found = reading.campaign(campaign_id)
    network, missing = tried(lambda: _network(request, reading, found))
    places = settled.of(network) if network else None
    ties, lost = tried(lambda: reading.ties(campaign_id, account=None, after=None, limit=SHORT))
    return page(
        pages.write(
            "coordination",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            run=found.run,
            network=network,
            drawing=network and drawn(network, places),
            settled=places is not None,
            ties=ties or TiePage(ties=(), after=None, total=0),
            missing=missing or lost,
            short=SHORT,
        )
    )


@get(
    "/campaign/{campaign_id:str}/coordination/as/{kind:str}",
    sync_to_thread=False,
    verb="campaign.export",
)
def coordination_file(
    request: Ask, reading: Given, pages: Writer, *, settled: Kept, campaign_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out the picture of a campaign's network."""
    if kind not in _PICTURES:
        raise NotFoundError(f"no picture as {kind!r}", hint="the picture is had as svg or png")
    if kind == "png":
        raster.require()
    found = reading.campaign(campaign_id)
    network = _network(request, reading, found)
    drawing = drawn(network, settled.of(network))
    if drawing is None:
        raise NotFoundError("there is no network to draw", hint="open another campaign")
    contents = hashlib.sha256(msgspec.json.encode(drawing)).hexdigest()
    left = reading.leave("coordination", (campaign_id,), kind, contents)
    name = found.campaign.campaign_id
    text = pages.write(
        "network_file.svg",
        drawing=drawing,
        label=gettext("Network of %(accounts)s")
        % {"accounts": of_many(len(found.campaign.accounts), "account")},
        marking=" · ".join(dict.fromkeys(filter(None, (left.level, pages.banner, name)))),
    )
    content = text.strip().encode()
    if kind == "png":
        content = raster.png(text[text.index("<svg") :], drawing.width, drawing.height)
    name = named(f"network.{kind}", left.tag)
    return file(Download(name=name, media_type=_PICTURES[kind], content=content))


@get(
    "/campaign/{campaign_id:str}/coordination/{of:str}", sync_to_thread=False, verb="campaign.read"
)
def twin(request: Ask, reading: Given, pages: Writer, campaign_id: Name, of: Name) -> Response[str]:
    """List the groups or the lines of a network: its picture as a table."""
    found = reading.campaign(campaign_id)
    network = network_shown(reading, found, given(request))
    turn = _listing(of, found.campaign.campaign_id).page(request, _rows(network, of))
    return page(
        pages.write(
            "twin",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            network=network,
            of=of,
            turn=turn,
        )
    )


@get(
    "/campaign/{campaign_id:str}/coordination/{of:str}/as/{kind:str}",
    sync_to_thread=False,
    verb="campaign.export",
)
def twin_file(
    request: Ask, reading: Given, campaign_id: Name, of: Name, kind: Name
) -> Response[bytes]:
    """Hand out the groups or the lines of a network."""
    network = network_shown(reading, reading.campaign(campaign_id), given(request))
    rows = _listing(of, campaign_id).whole(request, _rows(network, of))
    if of == "links":
        made = download("links", kind, rows, Link, caveat=CAVEAT)
    else:
        made = download("groups", kind, list(map(_line, rows)), GroupLine, caveat=CAVEAT)
    return file(leaving(reading, f"coordination/{of}", (campaign_id,), made))


@get("/campaign/{campaign_id:str}/evidence", sync_to_thread=False, verb="campaign.read")
def evidence(
    request: Ask, reading: Given, pages: Writer, desk_work: Work, campaign_id: Name
) -> Response[str]:
    """Show the posts of a campaign side by side, and which of them are kept."""
    asked = only(request, "layer", "order", "after")
    layer, after, order = asked.get("layer"), asked.get("after"), asked.get("order", "time")
    found = reading.campaign(campaign_id)
    turned, missing = tried(
        lambda: reading.evidence(
            campaign_id, layer=layer, order=order, after=after, limit=_MEETINGS
        )
    )
    return page(
        pages.write(
            "evidence",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            page=turned or EvidencePage(rows=(), after=None, total=0, post_pairs=0),
            layer=layer or "",
            after=after,
            heads=heads_of(f"/campaign/{found.campaign.campaign_id}/evidence", asked, "time"),
            missing=missing,
            keeps=desk_work is not None and "evidence.read" in request.user.verbs,
            kept=_kept(request, desk_work, turned.rows if turned else ()),
            gone=_gone(reading, turned.rows if turned else ()),
        )
    )


@get(
    "/campaign/{campaign_id:str}/evidence/as/{kind:str}",
    verb="campaign.export",
)
async def evidence_file(
    request: Ask, reading: Given, campaign_id: Name, kind: Name
) -> Response[bytes]:
    """Hand out the evidence of a campaign, its first ten thousand rows."""
    asked = only(request, "layer", "order")
    layer, order = asked.get("layer"), asked.get("order", "time")
    grade = reading.campaign(campaign_id).campaign.grade
    first = reading.evidence(
        campaign_id, layer=layer, order=order, after=None, limit=_MOST_EVIDENCE
    )
    cut = "" if first.after is None else f"-first-{_MOST_EVIDENCE}-of-{first.total}"

    def write() -> Download:
        rows = as_may_leave(first.rows, grade)
        return download(f"evidence{cut}", kind, rows, EvidenceRow, caveat=CAVEAT)

    made = await ASIDE.do(request.user.person_id, write)
    return file(leaving(reading, "evidence", (campaign_id,), made))


@get("/campaign/{campaign_id:str}/techniques", sync_to_thread=False, verb="campaign.read")
def techniques(reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show the techniques that are suggested, and by what."""
    found = reading.campaign(campaign_id)
    lines = technique_lines(found.campaign)
    return page(
        pages.write(
            "techniques",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            lines=lines,
            source=source(),
        )
    )


@get(
    "/campaign/{campaign_id:str}/techniques/as/{kind:str}",
    sync_to_thread=False,
    verb="campaign.export",
)
def techniques_file(reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out the techniques that are suggested."""
    lines = technique_lines(reading.campaign(campaign_id).campaign)
    made = download("techniques", kind, lines, TechniqueLine, caveat=CAVEAT)
    return file(leaving(reading, "techniques", (campaign_id,), made))


@get("/campaign/{campaign_id:str}/spread", sync_to_thread=False, verb="campaign.read")
def spread(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show on which days, by what means and in which languages it went out."""
    found = reading.campaign(campaign_id)
    days, missing = tried(lambda: reading.days(campaign_id))
    of = found.campaign
    return page(
        pages.write(
            "spread",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=of,
            run=found.run,
            turn=of_campaign(DAYS, of.campaign_id).page(request, days or ()),
            timeline=charts.timeline(of.activity, of.bursts),
            hours=charts.hours(of.hours),
            missing=missing,
        )
    )


@get(
    "/campaign/{campaign_id:str}/spread/as/{kind:str}", sync_to_thread=False, verb="campaign.export"
)
def spread_file(request: Ask, reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out the days of a campaign."""
    made = download(
        "days", kind, DAYS.whole(request, reading.days(campaign_id)), DayLine, caveat=CAVEAT
    )
    return file(leaving(reading, "spread", (campaign_id,), made))


@get("/campaign/{campaign_id:str}/rights", sync_to_thread=False, verb="campaign.read")
def rights(reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show whether this may be ordinary speech, and what is held about people."""
    found = reading.campaign(campaign_id)
    holding, missing = tried(lambda: reading.holding(campaign_id))
    return page(
        pages.write(
            "rights",
            marking=reading.marking((found.campaign.campaign_id,), members=True),
            campaign=found.campaign,
            holding=holding,
            missing=missing,
        )
    )


@get("/campaign/{campaign_id:str}/rights/as/json", sync_to_thread=False, verb="campaign.export")
def rights_file(reading: Given, campaign_id: Name) -> Response[bytes]:
    """Hand out the rights check."""
    campaign = reading.campaign(campaign_id).campaign
    told = {
        "campaign_id": campaign.campaign_id,
        "grade": campaign.grade,
        "holding": reading.holding(campaign_id),
        "lookalikes": campaign.lookalikes,
        "cannot_show": campaign.cannot_show,
    }
    content = msgspec.json.encode(told)
    made = Download(name="rights.json", media_type="application/json", content=content)
    return file(leaving(reading, "rights", (campaign_id,), made))


TABS: Final = (
    coordination,
    coordination_file,
    twin,
    twin_file,
    evidence,
    evidence_file,
    techniques,
    techniques_file,
    spread,
    spread_file,
    rights,
    rights_file,
)


def _kept(
    request: Ask, desk_work: DeskWork | None, rows: tuple[EvidenceRow, ...]
) -> dict[tuple[str, str], KeptPost]:
    """Return which of the posts on a page are kept as evidence."""
    posts = [(row.account_a, row.post_a) for row in rows]
    posts += [(row.account_b, row.post_b) for row in rows]
    if desk_work is None or not posts:
        return {}
    return desk_work.kept_posts(posts, request.user)


def _gone(reading: Reading, rows: tuple[EvidenceRow, ...]) -> Gone:
    """Return which of the posts on a page were taken back since."""
    library = reading.library()
    posts = [(row.account_a, row.post_a, row.time_a) for row in rows]
    posts += [(row.account_b, row.post_b, row.time_b) for row in rows]
    return Gone() if library is None or not posts else gone(library, posts)


def _network(request: Ask, reading: Reading, found: Found) -> Network:
    return network_shown(reading, found, only(request, "open", "after"))


def _listing(of: str, campaign_id: str) -> Listing[Any]:
    """Return how a table of the network is listed.

    Raises:
        NotFoundError: There is no such table.
    """
    tables: dict[str, Listing[Any]] = {"groups": GROUPS, "links": LINKS}
    if of not in tables:
        raise NotFoundError(f"no table {of!r}", hint="choose groups or links")
    return of_campaign(tables[of], campaign_id)


def _rows(network: Network, of: str) -> tuple[Any, ...]:
    return network.links if of == "links" else network.groups


def _line(group: Group) -> GroupLine:
    return GroupLine(
        key=group.key,
        name=group.name,
        role=group.role,
        accounts=len(group.members),
        pairs_inside=group.inside,
    )
