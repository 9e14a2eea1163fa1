"""The page of the administrator: the people, which shows no campaign."""

from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation, URLEncodedBody

from legation.app.access.entering import Guest
from legation.desk.gate import Gate
from legation.desk.rendering import Pages
from legation.rights.roles import ROLES

Ask = Request[Guest, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to add; one field for each role that is ticked."""

    name: str = ""
    role: tuple[str, ...] | str = ()


@get("/people", sync_to_thread=False, verb="person.read")
def people(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """List the people."""
    return _people(request, gate, pages)


@post("/people", status_code=200, sync_to_thread=False, verb="person.add")
def add_person(
    request: Ask,
    gate: Door,
    pages: Writer,
    data: URLEncodedBody[Newcomer],
) -> Response[str]:
    """Add somebody, and show the link that lets them in, this once."""
    roles = (data.role,) if isinstance(data.role, str) else data.role
    person, secret = gate.entrance.register(request.user.person_id).add(data.name, roles)
    link = f"{gate.origin(request)}/enrol#{secret}"
    return _people(request, gate, pages, added=person.name, link=link)


@post(
    "/people/{person_id:str}/disable", status_code=303, sync_to_thread=False, verb="person.disable"
)
def disable_person(request: Ask, gate: Door, person_id: FromPath[str]) -> Response[str]:
    """Close the door to somebody."""
    gate.entrance.register(request.user.person_id).disable(person_id)
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": "/people"})


PEOPLE: Final = (people, add_person, disable_person)


def _people(
    request: Ask, gate: Gate, pages: Pages, *, added: str = "", link: str = ""
) -> Response[str]:
    every = gate.entrance.register(request.user.person_id).every()
    text = pages.write("people", people=every, roles=ROLES, added=added, link=link)
    return Response(text, media_type=MediaType.HTML)
