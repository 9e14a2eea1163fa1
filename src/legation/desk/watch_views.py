"""The room Watch: the list of campaigns, its files, and what is done to many of them.

What is done to chosen rows comes from one form, whose buttons name the address of each act;
so each has a verb of its own. All rows that a filter finds are chosen by its address, not by a
list of ids. A program gets a page of the list as JSON, with need-to-know applied as on the page.
"""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import MediaType, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.response import Redirect

from legation.app.acting import Outcome, Refused
from legation.app.labelling import Wanted
from legation.app.listing import Query
from legation.desk.answers import (
    BATCH,
    LIMIT,
    Ask,
    Given,
    Name,
    Writer,
    every,
    file,
    given,
    page,
)
from legation.desk.exports import KINDS, download, held_campaigns, leaving
from legation.desk.listing import Heads
from legation.desk.own import acting_of, own
from legation.desk.quick import Quick
from legation.desk.reading import CampaignLine, Reading
from legation.desk.rendering import Pages
from legation.errors import NotFoundError, StepUpError, UsageError
from legation.formats.marked import missing as said_missing
from legation.formats.marked import named
from legation.stix.tlp import level_named
from legation.threats.disinformation.findings import CAVEAT

HERE: Final = "/watch/campaigns"
# Where the library says that a value is not one of those it knows.
_PLACE: Final = re.compile(r"`\$\.(\w+)`$")


# What is typed or chosen in the form, besides its rows.
_TYPED: Final = ("mark", "reason", "tlp", "compartment", "kind", "all")


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """A form that could not be done as it was sent, to be shown with what was typed.

    Attributes:
        message: What is missing; empty for a form that was not sent yet.
        rows: The ids that were ticked.
    """

    message: str = ""
    hint: str = ""
    typed: dict[str, str] = {}
    rows: frozenset[str] = frozenset()


@get("/watch", sync_to_thread=False, verb="campaign.read")
def watch() -> Redirect:
    """Go to the first list of the room."""
    return Redirect(HERE, status_code=303)


@get(HERE, sync_to_thread=False, verb="campaign.read")
def campaigns(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List campaigns; the filter stands in the address."""
    return page(_list(request, reading, pages, given(request)))


def _list(
    request: Ask,
    reading: Reading,
    pages: Pages,
    asked: dict[str, str],
    again: Again | None = None,
) -> str:
    """Write the list, with its form as it was sent where that could not be done."""
    after = asked.pop("after", None)
    query = query_of(asked)
    found = reading.campaigns(query, after=after, limit=LIMIT)
    return pages.write(
        "campaigns",
        again=again or Again(),
        query=query,
        given=asked,
        page=found,
        after=after,
        marking=marking_of(reading, found.lines),
        heads=Heads(path=HERE, given=asked, order=query.order),
        **own(request, reading, "campaigns", asked),
    )


@get(f"{HERE}.json", sync_to_thread=False, verb="campaign.read")
def campaigns_page(request: Ask) -> Response[bytes]:
    """Give one page of the list to a program; what it says is what the page shows.

    It takes no dependency: working them out takes longer than an answer that is kept.
    """
    quick: Quick = request.app.state["quick"]
    address = request.scope["query_string"].decode("latin-1")

    def make() -> tuple[bytes, bool]:
        reading: Reading = request.app.state["lazily"](request.user)
        asked = given(request)
        after = asked.pop("after", None)
        found = reading.campaigns(query_of(asked), after=after, limit=BATCH // 10)
        marking = marking_of(reading, found.lines)
        told = {
            "marking": marking,
            "caveat": CAVEAT,
            "total": found.total,
            "after": found.after,
            "rows": found.lines,
        }
        library = reading.library()
        return msgspec.json.encode(told), library is not None and not library.is_noted()

    content = quick.answer(
        # Two tokens of one person may reach less far than another, and than the person.
        (request.user.by, request.user.person_id, request.user.clearance, address),
        make,
    )
    return Response(content, media_type=MediaType.JSON)


@get(f"{HERE}/as/{{kind:str}}", sync_to_thread=False, verb="campaign.export")
def campaigns_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out every campaign that the filter finds."""
    return _written(request, reading, all_lines(reading, query_of(given(request))), kind)


@post(f"{HERE}/mark", status_code=200, verb="campaign.mark")
async def mark(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """Mark the chosen campaigns."""
    form = await request.form()
    try:
        lines, missing = _chosen(reading, form)
        outcome = acting_of(request, reading).mark(
            _objects(reading, lines), str(form.get("mark", "")), reason=str(form.get("reason", ""))
        )
    except UsageError as fault:
        return _asked_again(request, reading, pages, form, fault)
    return acted(pages, outcome, _back(form), missing)


@post(f"{HERE}/label", status_code=200, verb="label.set")
async def label(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """Put another label of the chosen campaigns in force."""
    form = await request.form()
    tlp, compartment = str(form.get("tlp", "")), str(form.get("compartment", ""))
    try:
        wanted = _wanted(tlp, compartment)
        lines, missing = _chosen(reading, form)
        outcome = acting_of(request, reading).relabel(
            _objects(reading, lines), wanted, reason=str(form.get("reason", "")), also=compartment
        )
    except UsageError as fault:
        return _asked_again(request, reading, pages, form, fault)
    return acted(pages, outcome, _back(form), missing)


@post(f"{HERE}/export", status_code=200, verb="campaign.export")
async def export(request: Ask, reading: Given, pages: Writer) -> Response[Any]:
    """Hand out the chosen campaigns as one file."""
    form = await request.form()
    try:
        lines, missing = _chosen(reading, form)
    except UsageError as fault:
        return _asked_again(request, reading, pages, form, fault)
    if missing:
        raise NotFoundError(f"no campaign {missing[0]!r:.90}", hint="load the list again")
    return _written(request, reading, lines, str(form.get("kind", "")))


@get("/campaigns", sync_to_thread=False, verb="campaign.read")
def moved(request: Ask) -> Redirect:
    """Lead from where the list was."""
    return _moved(request, HERE)


@get("/campaigns/as/{kind:str}", sync_to_thread=False, verb="campaign.export")
def moved_file(request: Ask, kind: Name) -> Redirect:
    """Lead from where its files were."""
    return _moved(request, f"{HERE}/as/{_word(kind)}")


@get("/campaigns/paper/{kind:str}", sync_to_thread=False, verb="campaign.export")
def moved_paper(request: Ask, kind: Name) -> Redirect:
    """Lead from where its papers were."""
    return _moved(request, f"{HERE}/paper/{_word(kind)}")


WATCH: Final = (
    watch,
    campaigns,
    campaigns_page,
    campaigns_file,
    mark,
    label,
    export,
    moved,
    moved_file,
    moved_paper,
)


def acted(pages: Pages, outcome: Outcome, back: str, missing: Sequence[str] = ()) -> Response[str]:
    """Answer with what came of an act, row by row where one was refused or is not there."""
    gone = tuple(
        Refused(title=each, why="there is no such row", hint="load the list again")
        for each in missing
    )
    whole = msgspec.structs.replace(outcome, refused=outcome.refused + gone)
    return page(pages.write("acted", outcome=whole, back=back))


def all_lines(reading: Reading, query: Query) -> list[CampaignLine]:
    """Return all lines that a filter finds."""

    def turn(after: str | None) -> tuple[tuple[CampaignLine, ...], str | None]:
        turned = reading.campaigns(query, after=after, limit=BATCH)
        return turned.lines, turned.after

    return list(every(turn))


def marking_of(reading: Reading, lines: tuple[CampaignLine, ...]) -> str:
    """Return the highest label of what shows these campaigns."""
    return reading.marking(tuple(line.campaign_id for line in lines), members=False)


def query_of(asked: dict[str, str]) -> Query:
    """Return the filter that an address asks for."""
    try:
        return msgspec.convert(asked, Query)
    except msgspec.ValidationError as bad:
        at = _PLACE.search(str(bad))
        if at is None or at[1] not in asked:
            raise UsageError(
                "the filter is not understood", hint="choose from the fields of the list"
            ) from bad
        raise UsageError(
            f"the filter {at[1]!r} has no value {asked[at[1]]!r:.40}",
            hint="choose from the fields of the list",
        ) from bad


def _written(
    request: Ask, reading: Reading, lines: list[CampaignLine], kind: str
) -> Response[bytes]:
    behind = held_campaigns(reading, request.user, [line.campaign_id for line in lines])
    some = [line for line in lines if line.campaign_id not in behind]
    ids = tuple(line.campaign_id for line in some)
    if kind in KINDS:
        made = download("campaigns", kind, some, CampaignLine, caveat=CAVEAT)
        return file(
            leaving(reading, "campaigns", ids, made, left_out=len(behind)), left_out=len(behind)
        )
    if behind and not some:
        raise StepUpError(
            f"{said_missing(len(behind))}, and nothing else is there", hint="show it on the desk"
        )
    made = reading.export(ids, kind)
    if behind:
        # Whole campaigns have no row that could say it: their name does.
        made = msgspec.structs.replace(made, name=named(made.name, f"WITHOUT-{len(behind)}"))
    return file(made, left_out=len(behind))


def _chosen(reading: Reading, form: FormMultiDict) -> tuple[list[CampaignLine], list[str]]:
    """Return the lines that a form chooses, all that its filter finds or those ticked.

    What was ticked and is not there any more is returned beside them.
    """
    if form.get("all"):
        asked = dict(parse_qsl(str(form.get("asked", ""))))
        return all_lines(reading, query_of(asked)), []
    ticked = dict.fromkeys(str(each) for each in form.getall("row", []))
    if not ticked:
        raise UsageError("no row is chosen", hint="tick some rows of the list, or all that match")
    lines = {line.campaign_id: line for line in all_lines(reading, Query(mark="all"))}
    return [lines[each] for each in ticked if each in lines], [e for e in ticked if e not in lines]


def _asked_again(
    request: Ask, reading: Reading, pages: Pages, form: FormMultiDict, fault: UsageError
) -> Response[str]:
    """Show the list again, what is missing beside its form, and what was typed there still."""
    typed = {name: str(form.get(name, "")) for name in _TYPED}
    rows = frozenset(str(each) for each in form.getall("row", []))
    again = Again(message=str(fault), hint=fault.hint, typed=typed, rows=rows)
    asked = dict(parse_qsl(str(form.get("asked", ""))))
    if form.get("after"):
        asked["after"] = str(form["after"])
    text = _list(request, reading, pages, asked, again)
    return Response(text, media_type=MediaType.HTML, status_code=400)


def _wanted(tlp: str, compartment: str) -> Wanted:
    """Return the parts of a label that are to change.

    Raises:
        UsageError: None is.
    """
    if not tlp and not compartment:
        raise UsageError("no label is chosen", hint="choose a level or a compartment")
    return Wanted(tlp=level_named(tlp) if tlp else None)


def _objects(reading: Reading, lines: list[CampaignLine]) -> dict[str, str]:
    library = reading.library()
    if library is None:
        raise NotFoundError("nothing can be done on this desk", hint="open a desk with a home")
    return {library.object_id(line.campaign_id): line.name for line in lines}


def _back(form: FormMultiDict) -> str:
    asked = str(form.get("asked", ""))
    return f"{HERE}?{asked}" if asked else HERE


def _moved(request: Ask, place: str) -> Redirect:
    query = str(request.url.query)
    return Redirect(f"{place}?{query}" if query else place, status_code=301)


def _word(kind: str) -> str:
    """Return a kind of file as a part of an address; what is none leads to the error's page."""
    return kind if kind.isalnum() else "unknown"
