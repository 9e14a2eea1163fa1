"""The roster of partners: who they are, by which keys they come, what may leave to each.

Who the partners are is itself a secret. These pages tell nothing of what was sent or came: that
is for who may know each of those objects, on pages of its own.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from legation.app.caveats import NO_CAVEAT
from legation.app.sharing.aligning import put_in_force
from legation.app.sharing.roster import Roster
from legation.app.sharing.standing import Standing, seen, standings
from legation.desk.answers import Ask, Given, Name, Writer, file, page
from legation.desk.aside import ASIDE
from legation.desk.case_forms import Working, fault_of
from legation.desk.exports import download
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.people import noted
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.errors import BadInputError, ConflictError, LegationError, NotFoundError, UsageError
from legation.safeguards.sharing.gate.policy import LONGEST, Policy
from legation.store.folding import folded

_DIGITS: Final = 4
_MOST_DAYS: Final = 3_660
_NOT_TYPED: Final = (BadInputError, UsageError, ConflictError)

PARTNERS: Final[Listing[Standing]] = Listing(
    path="/sharing",
    order="name",
    keys={
        "name": lambda one: (folded(one.partner.name), one.partner.partner_id),
        "when": lambda one: (one.partner.created, one.partner.partner_id),
    },
    key=lambda one: one.partner.partner_id,
    fits={
        "state": lambda one, asked: ("ended" if one.partner.ended else "shares") == asked,
        "words": lambda one, asked: said(one.partner.name, one.partner.party)(asked),
    },
)


class PartnerLine(msgspec.Struct, frozen=True, kw_only=True):
    """A partner in a file; `silent`: why nothing leaves to it, empty where something may."""

    partner_id: str
    name: str
    party: str
    keys: int
    silent: str
    confidence: int | None
    signer: str
    created: str
    ended: str


@get("/sharing", sync_to_thread=False, verb="partner.read")
def partners(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """List the partners."""
    return _roster(request, reading, pages)


@get("/sharing/as/{kind:str}", sync_to_thread=False, verb="partner.read")
def partners_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the list of partners."""
    scope = scope_of(reading)
    lines = [_line(one) for one in PARTNERS.whole(request, standings(scope.store, scope.now()))]
    made = download("partners", kind, lines, PartnerLine, caveat=NO_CAVEAT)
    return file(noted(request, reading, "partners", made))


@post("/sharing", status_code=200, verb="partner.write")
async def add_partner(request: Ask, reading: Given, pages: Writer) -> Response[str] | Redirect:
    """Take up a partner."""
    form = await _typed(request)
    try:
        partner = _book(request, reading).add(form.get("name", ""), party=form.get("party", ""))
    except _NOT_TYPED as refused:
        return _roster(request, reading, pages, fault=refused, typed=form)
    return _back(partner.partner_id)


@get("/partner/{partner:str}", sync_to_thread=False, verb="partner.read")
def partner_page(reading: Given, pages: Writer, partner: Name) -> Response[str]:
    """Show a partner: its policy, its keys, what it reaches, where its server is read."""
    return _page(reading, pages, partner)


@get("/partner/{partner:str}/as/{kind:str}", sync_to_thread=False, verb="partner.read")
def partner_file(request: Ask, reading: Given, partner: Name, kind: Name) -> Response[bytes]:
    """Hand out what is kept of a partner, or its policy as the file that it is."""
    scope = scope_of(reading)
    found = seen(scope.store, partner, scope.now())
    if kind == "json":
        told = {
            "partner": _line(found.standing),
            "policy": found.standing.policy,
            "keys": [
                msgspec.structs.replace(one, key_sha256=one.key_sha256[:12]) for one in found.keys
            ],
            "collections": found.reached,
            "feeds": [one.address for one, _ in found.feeds],
        }
        content, media = msgspec.json.encode(told), "application/json"
    elif kind == "toml":
        content, media = found.standing.partner.policy, "application/toml"
    else:
        raise NotFoundError(f"no export as {kind!r:.20}", hint="choose json or toml")
    name = "partner.json" if kind == "json" else "policy.toml"
    made = Download(name=name, media_type=media, content=content)
    return file(noted(request, reading, "partner", made))


@post(
    "/partner/{partner:str}/policy",
    status_code=200,
    request_max_body_size=3 * LONGEST,
    verb="partner.write",
)
async def put_policy(
    request: Ask, reading: Given, desk_work: Working, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """Put a policy in force; one that cannot be read comes back with its fault."""
    form = await _typed(request)
    text = form.get("policy", "").replace("\r\n", "\n")
    if not text.strip():
        empty = UsageError("no policy was sent", hint="write one, or end it by its last day")
        return _page(reading, pages, partner, fault=empty, at="policy")
    told = scope_of(reading), partner, text.encode(), "policy", desk_work.keys
    try:
        await ASIDE.do(request.user.person_id, put_in_force, *told)
    except _NOT_TYPED as refused:
        typed = {"policy": text}
        return _page(reading, pages, partner, fault=refused, at="policy", typed=typed)
    return _back(partner)


@post("/partner/{partner:str}/token", status_code=200, verb="partner.write", step_up=True)
async def let_in(request: Ask, reading: Given, pages: Writer, partner: Name) -> Response[str]:
    """Make a token for a partner, and show it this once."""
    form = await _typed(request)
    try:
        days = _number(form.get("days", ""), 1, _MOST_DAYS)
        token = _book(request, reading).let_in(partner, days=days)
    except _NOT_TYPED as refused:
        return _page(reading, pages, partner, fault=refused, at="token", typed=form)
    return _page(reading, pages, partner, token=token)


@post("/partner/{partner:str}/certificate", status_code=200, verb="partner.write", step_up=True)
async def let_in_by(
    request: Ask, reading: Given, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """Let a partner come by a client certificate."""
    act = _Act(request, reading, pages, partner)
    return await act.done(
        lambda book, form: book.let_in_by(partner, form.get("certificate", "").encode()),
        at="certificate",
        keeps=False,
    )


@post("/partner/{partner:str}/shut-out", status_code=200, verb="partner.write")
async def shut_out(
    request: Ask, reading: Given, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """Revoke a key."""
    act = _Act(request, reading, pages, partner)
    return await act.done(
        lambda book, form: book.shut_out(partner, form.get("key", "")),
        at="keys",
    )


@post("/partner/{partner:str}/confidence", status_code=200, verb="partner.write")
async def give(
    request: Ask, reading: Given, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """Say how much the house gives what a partner says."""
    act = _Act(request, reading, pages, partner)
    return await act.done(
        lambda book, form: book.give(partner, _given(form.get("confidence", ""))),
        at="trust",
    )


@post("/partner/{partner:str}/signer", status_code=200, verb="partner.write", step_up=True)
async def trust(
    request: Ask, reading: Given, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """Pin the fingerprint of a partner's keys."""
    act = _Act(request, reading, pages, partner)
    return await act.done(
        lambda book, form: book.trust(partner, form.get("signer", "")),
        at="trust",
    )


@post("/partner/{partner:str}/grant", status_code=200, verb="partner.write")
async def grant(
    request: Ask, reading: Given, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """Let a partner reach a collection so, or not at all."""
    act = _Act(request, reading, pages, partner)
    return await act.done(
        lambda book, form: book.grant(
            partner, form.get("collection", ""), reads="reads" in form, writes="writes" in form
        ),
        at="collections",
    )


@post("/partner/{partner:str}/end", status_code=200, verb="partner.write", step_up=True)
async def end(
    request: Ask, reading: Given, pages: Writer, partner: Name
) -> Response[str] | Redirect:
    """End the sharing with a partner, whose name is typed."""

    def ended(book: Roster, form: dict[str, str]) -> None:
        name = scope_of(reading).store.partners.get(partner).name
        if " ".join(form.get("name", "").split()) != name:
            raise UsageError("this is not the partner's name", hint="type it as it stands above")
        book.end(partner)

    return await _Act(request, reading, pages, partner).done(ended, at="end")


PARTNER_VIEWS: Final = (partners, partners_file, partner_page, partner_file)
PARTNER_WRITING: Final = (
    add_partner,
    put_policy,
    let_in,
    let_in_by,
    shut_out,
    give,
    trust,
    grant,
    end,
)


def _roster(
    request: Ask,
    reading: Reading,
    pages: Pages,
    *,
    fault: LegationError | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    scope = scope_of(reading)
    turn = PARTNERS.page(request, standings(scope.store, scope.now()))
    told = fault_of(fault) if fault is not None else None
    return page(pages.write("partners", turn=turn, fault=told, typed=typed or {}))


def _page(
    reading: Reading,
    pages: Pages,
    partner: str,
    *,
    fault: LegationError | None = None,
    at: str = "",
    typed: dict[str, str] | None = None,
    token: str = "",
) -> Response[str]:
    scope = scope_of(reading)
    found = seen(scope.store, partner, scope.now())
    return page(
        pages.write(
            "partner",
            shown=found,
            partner=found.standing.partner,
            now=scope.now(),
            policy=found.standing.partner.policy.decode("utf-8", "replace"),
            rules=list(_rules(found.standing.policy)),
            fault=fault_of(fault) if fault is not None else None,
            at=at,
            typed=typed or {},
            token=token,
        )
    )


def _rules(policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each key of a policy with its value, as the file would say it."""
    for name, part in msgspec.to_builtins(policy).items():
        if not isinstance(part, dict):
            yield name, str(part or "")
            continue
        for key, value in part.items():
            yield f"{name}.{key}", msgspec.json.encode(value).decode()


class _Act(NamedTuple):
    """A form of a partner's page that somebody sent."""

    request: Ask
    reading: Reading
    pages: Pages
    partner: str

    async def done(
        self, act: Callable[[Roster, dict[str, str]], Any], *, at: str, keeps: bool = True
    ) -> Response[str] | Redirect:
        """Do what it asks and show the partner; where it is refused, with what was typed.

        Args:
            act: Takes the roster and what was typed.
            at: Which form it is.
            keeps: Whether what was typed comes back; a private key put there by mistake shall not.
        """
        form = await _typed(self.request)
        try:
            act(_book(self.request, self.reading), form)
        except _NOT_TYPED as refused:
            typed = form if keeps else {}
            return _page(self.reading, self.pages, self.partner, fault=refused, at=at, typed=typed)
        return _back(self.partner)


def _back(partner: str) -> Redirect:
    return Redirect(f"/partner/{quote(partner, safe='')}", status_code=303)


def _book(request: Ask, reading: Reading) -> Roster:
    scope = scope_of(reading)
    return Roster(scope.store, scope.now, request.user.person_id)


async def _typed(request: Ask) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


def _number(text: str, least: int, most: int) -> int | None:
    """Return a number that may be left out."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= _DIGITS):
        raise UsageError(f"{typed!r:.30} is no number", hint="write it in digits")
    number = int(typed)
    if not least <= number <= most:
        raise UsageError(f"{number} is out of bounds", hint=f"give {least} to {most}")
    return number


def _given(text: str) -> int:
    number = _number(text, 0, 100)
    if number is None:
        raise UsageError("no confidence is given", hint="give 0 to 100 (STIX 2.1, appendix A)")
    return number


def _line(one: Standing) -> PartnerLine:
    return PartnerLine(
        partner_id=one.partner.partner_id,
        name=one.partner.name,
        party=one.partner.party,
        keys=one.keys,
        silent=one.silent,
        confidence=one.partner.confidence,
        signer=one.partner.signer,
        created=one.partner.created.isoformat(),
        ended=one.partner.ended.isoformat() if one.partner.ended else "",
    )
