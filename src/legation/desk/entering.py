"""The way in and out: enrolment, recovery kit, log-in, log-out.

Three pages carry a script, since only a script can ask an authenticator; what it sends comes
as JSON and is answered as JSON. Whoever fails is told why, counted, and noted.
"""

from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation, URLEncodedBody

from legation.app.access.entering import Guest
from legation.crypto.codes import fingerprint
from legation.desk import passkeys
from legation.desk.gate import Gate
from legation.desk.referring import came_from
from legation.desk.rendering import Pages
from legation.desk.saying import listed
from legation.errors import DeniedError, LegationError

Ask = Request[Guest | None, str | None, Any]
Door = NamedDependency[SkipValidation[Gate]]
Writer = NamedDependency[SkipValidation[Pages]]


class Invited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser that opened an enrolment link."""

    link: str


class Enrolling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser that made a passkey."""

    link: str
    credential: dict[str, Any]


class Entering(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser that shows a passkey."""

    credential: dict[str, Any]


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery code that somebody typed."""

    code: str = ""


@get("/log-in", sync_to_thread=False, verb="door.see")
def log_in(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """Ask for a passkey."""
    if request.user is not None:
        return go(first_page(request.user))
    return with_visit(request, gate, pages, "log-in", to=place_of(request.query_params.get("to")))


@post("/log-in/begin", status_code=200, sync_to_thread=False, verb="door.see")
def begin_log_in(request: Ask, gate: Door) -> Response[bytes]:
    """Ask the authenticator."""
    gate.limits.refuse_tired(gate.address(request))
    challenge = gate.challenges.make(_log_in_purpose(request))
    return as_json(passkeys.question(name=gate.binding.name, challenge=challenge))


@post("/log-in/finish", status_code=200, sync_to_thread=False, verb="door.see")
def finish_log_in(request: Ask, gate: Door, data: JSONBody[Entering]) -> Response[bytes]:
    """Let in whose passkey holds; the browser's earlier session ends."""
    gate.limits.refuse_tired(gate.address(request))
    person_id = None
    try:
        credential_id, challenge = passkeys.answered(data.credential)
        gate.challenges.redeem(challenge, _log_in_purpose(request))
        known = gate.entrance.passkey(credential_id)
        person_id = known.person_id
        uses = passkeys.verified(
            data.credential,
            known,
            name=gate.binding.name,
            origin=gate.origin(request),
            challenge=challenge,
        )
        before = request.auth if request.user is not None else None
        secret = gate.entrance.log_in(known, uses, gate.address(request), before)
    except LegationError:
        gate.refuse(request, "passkey", person_id)
        raise
    return _entered(gate, secret)


@post("/log-out", status_code=303, sync_to_thread=False, verb="own.session")
def log_out(request: Ask, gate: Door) -> Response[str]:
    """End the session."""
    guest, secret = signed_in(request)
    gate.entrance.log_out(guest, secret)
    return go("/log-in", cookies=[gate.cookie(gate.session_cookie, None)])


@get("/prove", sync_to_thread=False, verb="own.session")
def prove(request: Ask, pages: Writer) -> Response[str]:
    """Ask who is signed in for their passkey again, before an act that needs it."""
    return as_page(
        pages.write(
            "prove",
            to=place_of(request.query_params.get("to")),
            back=_page_before(request),
            anew=request.query_params.get("anew") == "1",
        )
    )


@post("/prove/begin", status_code=200, sync_to_thread=False, verb="own.session")
def begin_proof(request: Ask, gate: Door) -> Response[bytes]:
    """Ask the authenticator of who is signed in."""
    guest, _ = signed_in(request)
    gate.limits.refuse_tired(gate.tries_of(guest))
    challenge = gate.challenges.make(_proof_purpose(request))
    return as_json(passkeys.question(name=gate.binding.name, challenge=challenge))


@post("/prove/finish", status_code=200, sync_to_thread=False, verb="own.session")
def finish_proof(request: Ask, gate: Door, data: JSONBody[Entering]) -> Response[bytes]:
    """Take the proof for five minutes, for this session alone."""
    guest, secret = signed_in(request)
    gate.limits.refuse_tired(gate.tries_of(guest))
    try:
        credential_id, challenge = passkeys.answered(data.credential)
        gate.challenges.redeem(challenge, _proof_purpose(request))
        known = gate.entrance.passkey(credential_id)
        uses = passkeys.verified(
            data.credential,
            known,
            name=gate.binding.name,
            origin=gate.origin(request),
            challenge=challenge,
        )
        gate.entrance.prove(guest, secret, known, uses, gate.address(request))
    except LegationError:
        gate.refuse(request, "proof", guest.person_id, counted=gate.tries_of(guest))
        raise
    return as_json(msgspec.json.encode({"to": "/"}))


@get("/enrol", sync_to_thread=False, verb="door.see")
def enrol(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """Ask for a new passkey; the link stands where only the script sees it."""
    return with_visit(request, gate, pages, "enrol")


@post("/enrol/begin", status_code=200, sync_to_thread=False, verb="door.see")
def begin_enrolment(request: Ask, gate: Door, data: JSONBody[Invited]) -> Response[bytes]:
    """Say who is invited, and ask the authenticator for a passkey."""
    gate.limits.refuse_tired(gate.address(request))
    try:
        person = gate.entrance.invited(data.link)
    except LegationError:
        gate.refuse(request, "link")
        raise
    challenge = gate.challenges.make(_enrolment_purpose(data.link))
    asked = passkeys.registration(person, name=gate.binding.name, challenge=challenge)
    roles = listed(person.roles, "role of a person")
    told = {"name": person.name, "roles": roles, "options": msgspec.Raw(asked)}
    return as_json(msgspec.json.encode(told))


@post("/enrol/finish", status_code=200, sync_to_thread=False, verb="door.see")
def finish_enrolment(request: Ask, gate: Door, data: JSONBody[Enrolling]) -> Response[bytes]:
    """Keep the passkey of the invited person, and let them in for their kit."""
    gate.limits.refuse_tired(gate.address(request))
    try:
        person = gate.entrance.invited(data.link)
        _, challenge = passkeys.answered(data.credential)
        gate.challenges.redeem(challenge, _enrolment_purpose(data.link))
        made = passkeys.registered(
            data.credential,
            person,
            name=gate.binding.name,
            origin=gate.origin(request),
            challenge=challenge,
        )
        secret = gate.entrance.enrol(data.link, made, gate.address(request))
    except LegationError:
        gate.refuse(request, "enrolment")
        raise
    return _entered(gate, secret)


@get("/kit", sync_to_thread=False, verb="own.kit")
def kit(request: Ask, pages: Writer) -> Response[str]:
    """Explain the recovery kit."""
    guest, _ = signed_in(request)
    if guest.complete:
        return go(first_page(guest))
    return as_page(pages.write("kit", codes=(), fault=None))


@post("/kit", status_code=200, sync_to_thread=False, verb="own.kit")
def make_kit(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """Show a new kit, this once."""
    guest, _ = signed_in(request)
    return as_page(pages.write("kit", codes=gate.entrance.new_kit(guest), fault=None))


@post("/kit/confirm", status_code=200, sync_to_thread=False, verb="own.kit")
def confirm_kit(
    request: Ask, gate: Door, pages: Writer, data: URLEncodedBody[Typed]
) -> Response[str]:
    """Open the desk to whoever has their kit in hand."""
    guest, _ = signed_in(request)
    gate.limits.refuse_tired(gate.address(request))
    try:
        gate.entrance.confirm_kit(guest, data.code)
    except DeniedError as other:
        gate.refuse(request, "kit", guest.person_id)
        text = pages.write("kit", codes=(), fault=other)
        return Response(text, media_type=MediaType.HTML, status_code=403)
    return go(first_page(guest))


@get("/recover", sync_to_thread=False, verb="door.see")
def recover(request: Ask, gate: Door, pages: Writer) -> Response[str]:
    """Ask for a recovery code."""
    return with_visit(request, gate, pages, "recover", fault=None)


@post("/recover", status_code=303, sync_to_thread=False, verb="door.see")
def use_code(request: Ask, gate: Door, pages: Writer, data: URLEncodedBody[Typed]) -> Response[str]:
    """Take a code, once, and lead to a new passkey."""
    gate.limits.refuse_tired(gate.address(request))
    try:
        link = gate.entrance.recover(data.code, gate.address(request))
    except LegationError as other:
        gate.refuse(request, "recovery code")
        text = pages.write("recover", fault=other)
        return Response(text, media_type=MediaType.HTML, status_code=403)
    return go(f"/enrol#{link}")


ENTERING: Final = (
    log_in,
    begin_log_in,
    finish_log_in,
    log_out,
    prove,
    begin_proof,
    finish_proof,
    enrol,
    begin_enrolment,
    finish_enrolment,
    kit,
    make_kit,
    confirm_kit,
    recover,
    use_code,
)


def first_page(guest: Guest) -> str:
    """Return the page that somebody sees first."""
    places = (("campaign.read", "/"), ("person.read", "/people"), ("audit.read", "/log"))
    return next((place for verb, place in places if verb in guest.verbs), "/words")


def with_visit(
    request: Ask, gate: Gate, pages: Pages, name: str, **values: object
) -> Response[str]:
    """Write a page of the door, whose forms are tied to this browser.

    Under another name of this machine no passkey holds, so the page is moved to its own.
    """
    host, colon, port = request.headers["host"].rpartition(":")
    if not colon or port.endswith("]"):
        host, colon, port = request.headers["host"], "", ""
    if host.lower() != gate.binding.name:
        scheme = "https" if gate.binding.secure else "http"
        query = f"?{request.url.query}" if request.url.query else ""
        return go(f"{scheme}://{gate.binding.name}{colon}{port}{request.url.path}{query}")
    secret, cookie = gate.visit(request)
    text = pages.of_form(secret).write(name, **values)
    return Response(text, media_type=MediaType.HTML, cookies=[cookie] if cookie else [])


def signed_in(request: Ask) -> tuple[Guest, str]:
    """Return who is signed in, and the secret of their session.

    Raises:
        DeniedError: Nobody is.
    """
    if request.user is None or request.auth is None:
        raise DeniedError("nobody is signed in here", hint="log in")
    return request.user, request.auth


def place_of(to: str | None) -> str:
    """Return a place of this desk that a log-in leads to; empty for the first page.

    >>> place_of("/campaigns?grade=high"), place_of("//elsewhere.example"), place_of(None)
    ('/campaigns?grade=high', '', '')
    """
    good = to is not None and to.startswith("/") and not to.startswith(("//", "/\\"))
    return to if to is not None and good and to.isprintable() and "\\" not in to else ""


def _page_before(request: Ask) -> str:
    """Return the page that led to the proof, which stays open when a file was handed out."""
    came = came_from(request)
    place = place_of(came.path + (f"?{came.query}" if came.query else ""))
    return "/" if place.startswith("/prove") else place or "/"


def _log_in_purpose(request: Ask) -> str:
    return f"log-in {fingerprint(request.auth or '')}"


def _proof_purpose(request: Ask) -> str:
    return f"proof {fingerprint(request.auth or '')}"


def _enrolment_purpose(link: str) -> str:
    return f"enrol {fingerprint(link)}"


def _entered(gate: Gate, secret: str) -> Response[bytes]:
    place = first_page(gate.entrance.guest(secret))
    cookies = [gate.cookie(gate.session_cookie, secret), gate.cookie(gate.visit_cookie, None)]
    return Response(msgspec.json.encode({"to": place}), media_type=MediaType.JSON, cookies=cookies)


def as_json(content: bytes) -> Response[bytes]:
    """Answer a script."""
    return Response(content, media_type=MediaType.JSON)


def as_page(text: str) -> Response[str]:
    """Answer with a page."""
    return Response(text, media_type=MediaType.HTML)


def go(place: str, **more: Any) -> Response[str]:
    """Lead on to another page."""
    return Response(
        "", status_code=303, media_type=MediaType.TEXT, headers={"Location": place}, **more
    )
