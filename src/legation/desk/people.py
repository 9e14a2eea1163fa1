"""Pages of the administrator and the security officer: people, and what each may know.

Neither shows a campaign. The administrator says who may enter, the security officer what each
may know; a compartment that the officer does not hold is not named to them.
"""

import hashlib
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation, URLEncodedBody

from legation.app.access.clearing import WantedClearance
from legation.app.access.entering import Guest
from legation.app.access.rules import in_words
from legation.app.caveats import NO_CAVEAT
from legation.desk.answers import Given, file
from legation.desk.exports import download
from legation.desk.gate import Gate
from legation.desk.lists import PEOPLE as LISTED
from legation.desk.lists import PersonLine, person_line
from legation.desk.own import own
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.formats.marked import mark
from legation.rights.roles import ROLES

NONE: Final = "none"

Ask = Request[Guest, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to add; one field for each role that is ticked."""

    name: str = ""
    role: tuple[str, ...] | str = ()


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Other roles of somebody, and why."""

    role: tuple[str, ...] | str = ()
    reason: str = ""


class Cleared(msgspec.Struct, frozen=True, kw_only=True):
    """A clearance as the form sends it: an empty part stays as it is."""

    tlp: str = ""
    pap: str = ""
    level: str = ""
    compartment: tuple[str, ...] | str = ()
    party: str = ""
    reason: str = ""


@get("/people", sync_to_thread=False, verb="person.read")
def people(request: Ask, reading: Given, gate: Door, pages: Writer) -> Response[str]:
    """List the people."""
    return _people(request, gate, pages, reading)


@get("/people/as/{kind:str}", sync_to_thread=False, verb="person.read")
def people_file(request: Ask, reading: Given, gate: Door, kind: FromPath[str]) -> Response[bytes]:
    """Hand out the list of people."""
    found = LISTED.whole(request, gate.entrance.register(request.user.person_id).every())
    made = download("people", kind, list(map(person_line, found)), PersonLine, caveat=NO_CAVEAT)
    return file(noted(request, reading, "people", made))


@post("/people", status_code=200, sync_to_thread=False, verb="person.add")
def add_person(
    request: Ask,
    reading: Given,
    gate: Door,
    pages: Writer,
    data: URLEncodedBody[Newcomer],
) -> Response[str]:
    """Add somebody, and show the link that lets them in, this once."""
    roles = (data.role,) if isinstance(data.role, str) else data.role
    person, secret = gate.entrance.register(request.user.person_id).add(data.name, roles)
    link = f"{gate.origin(request)}/enrol#{secret}"
    return _people(request, gate, pages, reading, added=person.name, link=link)


@post(
    "/people/{person_id:str}/roles",
    status_code=303,
    sync_to_thread=False,
    verb="person.add",
    step_up=True,
)
def change_roles(
    request: Ask, gate: Door, person_id: FromPath[str], data: URLEncodedBody[Changed]
) -> Response[str]:
    """Give somebody other roles."""
    roles = (data.role,) if isinstance(data.role, str) else data.role
    gate.entrance.register(request.user.person_id).change_roles(person_id, roles, data.reason)
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": "/people"})


@post(
    "/people/{person_id:str}/disable", status_code=303, sync_to_thread=False, verb="person.disable"
)
def disable_person(request: Ask, gate: Door, person_id: FromPath[str]) -> Response[str]:
    """Close the door to somebody."""
    gate.entrance.register(request.user.person_id).disable(person_id)
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": "/people"})


@get("/people/{person_id:str}/clearance", sync_to_thread=False, verb="clearance.set")
def clearance(request: Ask, gate: Door, pages: Writer, person_id: FromPath[str]) -> Response[str]:
    """Show what somebody may know, and how that came to be."""
    shown = gate.entrance.officer(request.user).shown(person_id)
    text = pages.write("clearance", shown=shown, in_words=in_words, names=gate.names(request))
    return Response(text, media_type=MediaType.HTML)


@post(
    "/people/{person_id:str}/clearance",
    status_code=303,
    sync_to_thread=False,
    verb="clearance.set",
)
def set_clearance(
    request: Ask, gate: Door, person_id: FromPath[str], data: URLEncodedBody[Cleared]
) -> Response[str]:
    """Put another clearance of somebody in force."""
    ticked = (data.compartment,) if isinstance(data.compartment, str) else data.compartment
    wanted = WantedClearance(
        tlp=data.tlp or None,
        pap=data.pap or None,
        level=_named(data.level),
        compartments=tuple(ticked),
        party=_named(data.party),
    )
    gate.entrance.officer(request.user).set(person_id, wanted, data.reason)
    onward = {"Location": f"/people/{quote(person_id, safe='')}/clearance"}
    return Response("", status_code=303, media_type=MediaType.TEXT, headers=onward)


PEOPLE: Final = (
    people,
    people_file,
    add_person,
    change_roles,
    disable_person,
    clearance,
    set_clearance,
)


def noted(request: Ask, reading: Reading, page: str, made: Download) -> Download:
    """Return a file that holds no campaign, under the desk's own label, once the trail has it."""
    made = mark(made, reading.marking_to_leave(()))
    library = reading.library()
    if library is not None:
        digest = hashlib.sha256(made.content).hexdigest()
        kind = made.name.rpartition(".")[2]
        scope = library.scope()
        with scope.store.transaction():
            scope.note(request.user.person_id, "page.export", page, kind=kind, contents=digest)
    return made


def _people(
    request: Ask, gate: Gate, pages: Pages, reading: Reading, *, added: str = "", link: str = ""
) -> Response[str]:
    turn = LISTED.page(request, gate.entrance.register(request.user.person_id).every())
    shown = own(request, reading, "people", turn.given)
    text = pages.write("people", turn=turn, roles=ROLES, added=added, link=link, **shown)
    return Response(text, media_type=MediaType.HTML)


def _named(given: str) -> str | None:
    """Return a name from a form: None where it stays as it is, empty where it is taken away."""
    return None if not given else "" if given == NONE else given
