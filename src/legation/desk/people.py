"""Pages of the administrator, the security officer, the auditor: people, clearances, the log.

None shows a campaign. The administrator says who may enter, the security officer what each may
know; a compartment that the officer does not hold is not named to them. The log shows ids
and verbs as the audit trail has them, with the names of the desk's own people beside their
ids.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation, URLEncodedBody

from legation.app.access.clearing import WantedClearance
from legation.app.access.entering import Guest
from legation.app.access.rules import in_words
from legation.desk.answers import Given, file, only
from legation.desk.exports import download
from legation.desk.gate import Gate
from legation.desk.listing import Heads
from legation.desk.lists import PEOPLE as LISTED
from legation.desk.lists import PersonLine, person_line
from legation.desk.own import own
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.errors import UsageError
from legation.rights.roles import ROLES

LIMIT: Final = 100
NONE: Final = "none"
_BATCH: Final = 1000
_LONGEST_NUMBER: Final = 18
_ALL: Final = 1_000_000
_FILTERS: Final = ("verb", "actor", "subject")

Ask = Request[Guest, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to add; one field for each role that is ticked."""

    name: str = ""
    role: tuple[str, ...] | str = ()


class Cleared(msgspec.Struct, frozen=True, kw_only=True):
    """A clearance as the form sends it: an empty part stays as it is."""

    tlp: str = ""
    pap: str = ""
    level: str = ""
    compartment: tuple[str, ...] | str = ()
    party: str = ""
    reason: str = ""


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the audit trail; `name` is that of a person of this desk, or empty."""

    seq: int
    at: str
    actor: str
    name: str
    verb: str
    subject: str
    detail: dict[str, Any]
    hash: str


@get("/people", sync_to_thread=False, verb="person.read")
def people(request: Ask, reading: Given, gate: Door, pages: Writer) -> Response[str]:
    """List the people."""
    return _people(request, gate, pages, reading)


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
    "/people/{person_id:str}/disable", status_code=303, sync_to_thread=False, verb="person.disable"
)
def disable_person(request: Ask, gate: Door, person_id: FromPath[str]) -> Response[str]:
    """Close the door to somebody."""
    gate.entrance.register(request.user.person_id).disable(person_id)
    return Response("", status_code=303, media_type=MediaType.TEXT, headers={"Location": "/people"})


@get("/people/as/{kind:str}", sync_to_thread=False, verb="person.read")
def people_file(request: Ask, reading: Given, gate: Door, kind: FromPath[str]) -> Response[bytes]:
    """Hand out the list of people."""
    found = LISTED.whole(request, gate.entrance.register(request.user.person_id).every())
    made = download("people", kind, list(map(person_line, found)), PersonLine)
    return file(noted(request, reading, "people", made))


@get("/people/{person_id:str}/clearance", sync_to_thread=False, verb="clearance.set")
def clearance(request: Ask, gate: Door, pages: Writer, person_id: FromPath[str]) -> Response[str]:
    """Show what somebody may know, and how that came to be."""
    shown = gate.entrance.officer(request.user).shown(person_id)
    text = pages.write("clearance", shown=shown, in_words=in_words, names=gate.names())
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


@get("/log", sync_to_thread=False, verb="audit.read")
def log(request: Ask, reading: Given, gate: Door, pages: Writer) -> Response[str]:
    """Show the audit trail, the newest entry first unless asked otherwise."""
    asked = only(request, "after", "before", "order", *_FILTERS)
    after = asked.pop("after", "") or asked.pop("before", "")
    order = asked.get("order", "when")
    lines = list(_lines(gate, asked, _number(after), LIMIT + 1))
    follows = lines[LIMIT - 1].seq if len(lines) > LIMIT else None
    text = pages.write(
        "log",
        lines=lines[:LIMIT],
        after=after,
        follows=follows,
        given=asked,
        heads=Heads(path="/log", given=asked, order=order),
        **own(request, reading, "log", asked),
    )
    return Response(text, media_type=MediaType.HTML)


@get("/log.json", sync_to_thread=False, verb="audit.export")
def log_file(request: Ask, gate: Door) -> Response[bytes]:
    """Hand out up to 1,000 entries of the audit trail, the newest first."""
    lines = list(_lines(gate, {}, _number(request.query_params.get("before", "")), _BATCH))
    headers = {"Content-Disposition": 'attachment; filename="log.json"'}
    content = msgspec.json.encode({"entries": lines})
    return Response(content, media_type=MediaType.JSON, headers=headers)


@get("/log/as/{kind:str}", sync_to_thread=False, verb="audit.export")
def log_as(request: Ask, reading: Given, gate: Door, kind: FromPath[str]) -> Response[bytes]:
    """Hand out every entry that the filter finds."""
    asked = only(request, "order", *_FILTERS)
    lines = list(_lines(gate, asked, None, _ALL))
    return file(noted(request, reading, "log", download("log", kind, lines, LogLine)))


PEOPLE: Final = (
    people,
    people_file,
    add_person,
    disable_person,
    clearance,
    set_clearance,
    log,
    log_file,
    log_as,
)


def noted(request: Ask, reading: Reading, page: str, made: Download) -> Download:
    """Return a file that holds no campaign after its leaving was written into the audit trail."""
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


def _number(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER):
        raise UsageError("that page does not exist", hint="go back to the newest entries")
    return int(given)


def _lines(gate: Gate, asked: dict[str, str], after: int | None, limit: int) -> Iterator[LogLine]:
    order = asked.get("order", "when")
    if order.removeprefix("-") != "when":
        raise UsageError(f"no order {order!r:.40}", hint="choose from: when, -when")
    names = gate.entrance.names()
    narrowed = {name: asked[name] for name in _FILTERS if name in asked}
    if "actor" in narrowed:
        by_name = {name: person_id for person_id, name in names.items()}
        narrowed["actor"] = by_name.get(narrowed["actor"], narrowed["actor"])
    for entry in gate.entrance.log(after, limit, oldest_first=order[0] == "-", **narrowed):
        event = entry.event
        yield LogLine(
            seq=entry.seq,
            at=event.at.isoformat(),
            actor=event.actor,
            name=names.get(event.actor, ""),
            verb=event.verb,
            subject=event.subject,
            detail=event.detail,
            hash=entry.hash,
        )
