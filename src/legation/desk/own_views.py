"""A person's own pages: their filters, what they did to many rows, what can be made, settings."""

from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from legation.app.caveats import NO_CAVEAT
from legation.app.filters import LISTS, address_of
from legation.desk.answers import Ask, Given, Name, Writer, file, page
from legation.desk.exports import download, leaving
from legation.desk.lists import ACTS, FILTERS
from legation.desk.own import acting_of, filters_of
from legation.desk.watch_views import acted
from legation.rights.roles import ROLES
from legation.stix.labels import Label, all_joined
from legation.stix.tlp import level_named
from legation.store.bulk import Act

_DEFAULT: Final = "amber"


class FilterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of filters."""

    name: str
    list: str
    address: str
    shared_with: str
    label: str
    own: bool


class ActLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what somebody did."""

    act_id: str
    words: str
    list: str
    at: str
    undone: str


@get("/filters", sync_to_thread=False, verb="filter.save")
def filters(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List somebody's own filters, and those shared with them."""
    turn = FILTERS.page(request, filters_of(request, reading).shown())
    return page(pages.write("filters", turn=turn, roles=ROLES, address_of=address_of))


@get("/filters/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def filters_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    shown = FILTERS.whole(request, filters_of(request, reading).shown())
    library = reading.library()
    if library is not None and shown:
        library.require_proof(all_joined(one.label for one in shown))
    lines = [
        FilterLine(
            name=one.name,
            list=one.list,
            address=address_of(one),
            shared_with=one.shared_with,
            label=one.label.text(),
            own=one.owner == request.user.person_id,
        )
        for one in shown
    ]
    return file(
        leaving(
            reading, "filters", (), download("filters", kind, lines, FilterLine, caveat=NO_CAVEAT)
        )
    )


@post("/filters", status_code=303, verb="filter.save")
async def save(request: Ask, reading: Given) -> Redirect:
    """Save the address of a list under a name; it leads back to that list."""
    form = await request.form()
    shared = str(form.get("shared_with", ""))
    if shared:
        request.user.require("filter.share")
    compartment = str(form.get("compartment", ""))
    label = Label(
        tlp=level_named(str(form.get("tlp", "")) or _DEFAULT),
        compartments=(compartment,) if compartment else (),
    )
    made = filters_of(request, reading).save(
        str(form.get("name", "")),
        of=str(form.get("list", "")),
        asked=str(form.get("asked", "")),
        label=label,
        shared_with=shared,
    )
    return Redirect(address_of(made), status_code=303)


@post("/filters/{filter_id:str}/rename", status_code=303, verb="filter.save")
async def rename(request: Ask, reading: Given, filter_id: Name) -> Redirect:
    """Give a filter another name."""
    form = await request.form()
    filters_of(request, reading).rename(filter_id, str(form.get("name", "")))
    return Redirect("/filters", status_code=303)


@post("/filters/{filter_id:str}/share", status_code=303, verb="filter.share")
async def share(request: Ask, reading: Given, filter_id: Name) -> Redirect:
    """Share a filter with a role, with all, or with nobody any more."""
    form = await request.form()
    filters_of(request, reading).share(filter_id, str(form.get("shared_with", "")))
    return Redirect("/filters", status_code=303)


@post("/filters/{filter_id:str}/remove", status_code=303, sync_to_thread=False, verb="filter.save")
def remove(request: Ask, reading: Given, filter_id: Name) -> Redirect:
    """Remove a filter."""
    filters_of(request, reading).remove(filter_id)
    return Redirect("/filters", status_code=303)


@get("/acts", sync_to_thread=False, verb="act.undo")
def acts(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List what somebody did to many rows, and what of it can be undone."""
    acting = acting_of(request, reading)
    open_still = {one.act_id for one in acting.recent()}
    turn = ACTS.page(request, acting.history())
    return page(pages.write("acts", turn=turn, open=open_still))


@get("/acts/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def acts_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the same."""
    done = ACTS.whole(request, acting_of(request, reading).history())
    lines = [_act_line(one) for one in done]
    return file(
        leaving(reading, "acts", (), download("acts", kind, lines, ActLine, caveat=NO_CAVEAT))
    )


@post("/acts/{act_id:str}/undo", status_code=200, sync_to_thread=False, verb="act.undo")
def undo(request: Ask, reading: Given, pages: Writer, act_id: Name) -> Response[str]:
    """Put back what was before an act."""
    library = reading.library()
    kept = library.latest() if library else None
    titles = {kept.objects[one.campaign_id]: one.name for one in kept.campaigns} if kept else {}
    outcome = acting_of(request, reading).undo(act_id, titles)
    back = LISTS.get(outcome.act.list if outcome.act else "", "/acts")
    return acted(pages, outcome, back)


@get("/create", sync_to_thread=False, verb="create.see")
def create(pages: Writer) -> Response[str]:
    """Show what can be made today."""
    return page(pages.write("create"))


@get("/settings", sync_to_thread=False, verb="words.read")
def settings(pages: Writer) -> Response[str]:
    """Show the pages behind the desk."""
    return page(pages.write("settings"))


OWN: Final = (
    filters,
    filters_file,
    save,
    rename,
    share,
    remove,
    acts,
    acts_file,
    undo,
    create,
    settings,
)


def _act_line(one: Act) -> ActLine:
    return ActLine(
        act_id=one.act_id,
        words=one.words,
        list=one.list,
        at=one.at.isoformat(),
        undone="" if one.undone is None else one.undone.isoformat(),
    )
