"""What the desk does with what came: it takes in a file of a partner, and answers an object.

Both ask for somebody who may send to partners and may know who they are. A file is read beside
the loop that answers everybody else; an answer goes through the gate like all that leaves, and
where it is refused its form comes back with what was typed, and why.
"""

from collections.abc import Mapping
from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from legation.app.sharing.answering import OPINIONS, Answering, Said
from legation.app.sharing.arrived import Arrived
from legation.app.sharing.senders import KNOWS
from legation.app.sharing.taking import take
from legation.desk.answers import Ask, Given, Name, Writer, page
from legation.desk.aside import ASIDE
from legation.desk.case_forms import Fault, fault_of
from legation.desk.gate import Gate
from legation.desk.mission_views import scope_of
from legation.desk.received_views import LEVELS, shown
from legation.desk.rendering import address
from legation.desk.small_forms import read_form
from legation.desk.working import DeskWork
from legation.errors import ConflictError, DeniedError, UsageError
from legation.stix.tlp import level_named

Door = NamedDependency[SkipValidation[Gate]]
Working = NamedDependency[SkipValidation[DeskWork]]
_LARGEST: Final = 64_000_000
_FIELDS: Final = ("seen", "opinion", "why", "note", "lesson", "tlp")
_THINGS: Final = ("seen", "opinion", "note", "lesson")
_DIGITS: Final = 9


@post(
    "/received/take",
    status_code=200,
    request_max_body_size=None,  # the form is counted as it is read, and told why it is refused
    verb="share.send",
    streams=True,
)
async def take_in(request: Ask, reading: Given, gate: Door, pages: Writer) -> Response[str]:
    """Take in a file that a partner sent, and say what came of it."""
    request.user.require(KNOWS)
    form = await read_form(request, gate, most=_LARGEST)
    scope, person = scope_of(reading), request.user.person_id
    chosen = form.fields.get("partner", "").strip()
    if not chosen:
        raise UsageError("no partner is chosen", hint="choose who sent the file")
    partner = scope.store.partners.get(chosen)
    done = await ASIDE.do(
        person,
        take,
        scope.store,
        partner.partner_id,
        form.content,
        form.name,
        profile=form.fields.get("profile", "").strip(),
        actor=person,
        now=scope.now(),
    )
    return page(pages.write("received_taken", done=done, partner=partner, file=form.name))


@post("/received/{sender_id:str}/{sent_id:str}/answer", status_code=200, verb="share.send")
async def answer(
    request: Ask,
    *,
    reading: Given,
    desk_work: Working,
    pages: Writer,
    sender_id: Name,
    sent_id: Name,
) -> Response[str] | Redirect:
    """Answer an object that a partner sent; where it is refused the form comes back."""
    request.user.require(KNOWS)
    form = await request.form()
    values = {name: str(form.get(name, "")).replace("\r\n", "\n") for name in _FIELDS}
    scope = scope_of(reading)
    found = Arrived(scope, request.user.verbs).one(sender_id, sent_id)
    try:
        said = _said(values)
        Answering(scope, desk_work.keys()).answer(sender_id, sent_id, said)
    except (UsageError, DeniedError, ConflictError) as refused:
        return shown(request, reading, pages, found, values=values, fault=_fault(refused))
    return Redirect(address(f"/received/{sender_id}/{sent_id}"), status_code=303)


RECEIVED_WRITING: Final = (take_in, answer)


def _said(values: Mapping[str, str]) -> Said:
    """Read what a form says.

    Raises:
        UsageError: It does not say exactly one thing, or says it so that nobody understands it.
    """
    given = [name for name in _THINGS if values[name].strip()]
    if len(given) != 1:
        raise UsageError(
            "an answer says one thing",
            hint="fill in how often it was seen, or an opinion, or a note, or a lesson",
        )
    seen = values["seen"].strip()
    if seen and not (seen.isascii() and seen.isdecimal() and len(seen) <= _DIGITS):
        raise UsageError(f"{seen!r:.30} is no number", hint="write 0 where it was not counted")
    opinion = next((one for one in OPINIONS if one == values["opinion"]), None)
    if values["opinion"] and opinion is None:
        raise UsageError("there is no such opinion", hint="choose one of the list")
    if values["why"].strip() and opinion is None:
        raise UsageError("a reason stands beside an opinion", hint="choose an opinion, or a note")
    if values["tlp"] not in LEVELS:
        raise UsageError("there is no such level", hint="choose one of the list")
    return Said(
        seen=int(seen) if seen else None,
        opinion=opinion,
        why=values["why"].strip(),
        note=values["note"].strip(),
        lesson=values["lesson"].strip(),
        tlp=level_named(values["tlp"]),
    )


def _fault(refused: UsageError | DeniedError | ConflictError) -> Fault:
    """Return a refusal as the form shows it; what a shell is told is told for a page."""
    told = fault_of(refused)
    hint = _HINTS.get(type(refused)) if "legation" in told.hint or "--" in told.hint else None
    return Fault(place="", words=told.words, hint=hint or told.hint)


_HINTS: Final = {
    DeniedError: "choose another level, or ask whoever keeps the policies of partners",
    UsageError: "ask whoever keeps the policies of partners",
}
