"""The network for the script that draws it, and the job that settles it.

Both show what the page of the network shows, to whoever may see that page. Asking to settle
is a form, since a page that is only looked at must set nothing to work.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from legation.app.access.entering import Guest
from legation.desk.answers import Ask, Given, Name, only
from legation.desk.graph import graph_of
from legation.desk.layout import drawn
from legation.desk.network import MOST_LINKS, Network, network_of, opened_by, shown_as
from legation.desk.reading import Found, Links, Reading
from legation.desk.settling import Settled
from legation.desk.working import SETTLE, DeskWork
from legation.errors import ConflictError

if TYPE_CHECKING:
    from legation.app.jobs import Task, Work

Kept = NamedDependency[SkipValidation[Settled]]
Working = NamedDependency[SkipValidation[DeskWork | None]]


@get("/campaign/{campaign_id:str}/coordination/graph", sync_to_thread=False, verb="campaign.read")
def graph(request: Ask, reading: Given, settled: Kept, campaign_id: Name) -> Response[bytes]:
    """Tell a campaign's network to the script that draws it."""
    network = network_shown(reading, reading.campaign(campaign_id), only(request, "open"))
    places = settled.of(network)
    told = graph_of(
        network,
        drawn(network, places),
        opened=shown_as(network.opened),
        settled=places is not None,
    )
    return Response(msgspec.json.encode(told), media_type="application/json")


@post(
    "/campaign/{campaign_id:str}/coordination/layout",
    status_code=303,
    verb="campaign.read",
)
async def settle(
    request: Request[Guest, str | None, Any],
    reading: Given,
    settled: Kept,
    desk_work: Working,
    campaign_id: Name,
) -> Response[bytes] | Redirect:
    """Ask for the accounts of opened groups to be placed by their ties."""
    if desk_work is None:
        raise ConflictError("this desk does no jobs", hint="open it without --read-only")
    given = {"open": str((await request.form()).get("open", ""))}
    found = reading.campaign(campaign_id)
    network = network_shown(reading, found, given)
    opened = shown_as(network.opened)
    if settled.of(network) is not None:
        place = f"/campaign/{found.campaign.campaign_id}/coordination?open={opened}"
    else:
        job = desk_work.settle(found.campaign.campaign_id, opened, request.user)
        place = f"/job/{job.job_id}"
    if request.headers.get("accept", "").startswith("application/json"):
        told = msgspec.json.encode({"to": place})
        return Response(told, media_type="application/json", status_code=200)
    return Redirect(place, status_code=303)


GRAPHS: Final = (graph, settle)


def network_shown(reading: Reading, found: Found, asked: Mapping[str, str]) -> Network:
    """Return what an address shows of a campaign's network."""
    opened = opened_by(asked.get("open") or None, found.campaign)

    def links(vertices: Mapping[str, str]) -> Links:
        return reading.links(found.campaign.campaign_id, vertices, limit=MOST_LINKS)

    return network_of(found.campaign, opened, links)


def settling() -> "dict[str, Work]":
    """Return the kind of job that settles a network, with what does it."""
    return {SETTLE: _work}


def settled_in(work: DeskWork | None) -> Settled:
    """Return what a desk keeps of networks that have settled."""
    return Settled(work.layouts if work else None)


def _work(task: "Task") -> tuple[str, dict[str, str]]:
    from legation.desk.stored import StoredReading
    from legation.desk.working import LAYOUTS

    campaign_id, opened = (str(task.job.given[name]) for name in ("campaign", "open"))
    reading = StoredReading(task.home.library(task.store, task.job.actor).for_one_page())
    network = network_shown(reading, reading.campaign(campaign_id), {"open": opened})
    told = -1

    def tell(percent: int) -> None:
        nonlocal told
        if percent >= told + 5:
            told = percent
            task.tell(percent, "lets the accounts settle by their ties")

    Settled(task.home.folder / LAYOUTS).work_out(network, tell)
    return "the accounts stand by their ties now", {"campaign": campaign_id, "open": opened}
