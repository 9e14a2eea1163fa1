"""The rooms of rights: monitoring orders, and what personal data is held until when.

An order that is aimed where none may be is refused here as everywhere, and the refusal is in
the trail before whoever gave it is told. No page shows what a personal record holds.
"""

import asyncio
from datetime import date, datetime
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from legation.app import retention
from legation.app.caveats import NO_CAVEAT
from legation.app.ordering import WAITS, add_order, agree_order, end_order, state_of, why_waiting
from legation.desk.answers import Ask, Given, Name, Writer, file, page
from legation.desk.exports import download, leaving
from legation.desk.gate import FORM_FIELD, Gate
from legation.desk.listing import Listing, said
from legation.desk.mission_views import scope_of
from legation.desk.working import DeskWork
from legation.rights.orders import MOST_DAYS, REFUSED, TARGETS, Draft
from legation.rights.purposes import PURPOSES
from legation.store.orders import KeptOrder
from legation.store.personal import PersonalRow

Door = NamedDependency[SkipValidation[Gate]]
Working = NamedDependency[SkipValidation[DeskWork]]
_STATED: Final = tuple(name for name in Draft.__struct_fields__ if name != "actor")


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a file; see `rights.orders.Draft`."""

    order_id: str
    threat: str
    target: str
    watched: str
    expression: str
    legality: str
    aim: str
    necessity: str
    proportionality: str
    safeguards: str
    ordered_by: str
    ordered: datetime
    ends: date
    state: str
    ended_by: str
    end_reason: str


class RecordLine(msgspec.Struct, frozen=True, kw_only=True):
    """A personal record in a file, without what it holds."""

    record_id: str
    about: str
    field: str
    purpose: str
    until: date


ORDERS: Final[Listing[KeptOrder]] = Listing(
    path="/orders",
    order="when",
    keys={
        "when": lambda one: (one.ordered, one.order_id),
        "until": lambda one: (one.ends, one.order_id),
        "threat": lambda one: (one.threat, one.order_id),
        "target": lambda one: (one.target, one.order_id),
    },
    key=lambda one: one.order_id,
    fits={
        "threat": lambda one, asked: one.threat == asked,
        "words": lambda one, asked: said(one.watched, one.aim, one.target)(asked),
    },
)
RECORDS: Final[Listing[PersonalRow]] = Listing(
    path="/personal",
    order="until",
    keys={
        "until": lambda one: (one.until, one.record_id),
        "purpose": lambda one: (one.purpose, one.record_id),
    },
    key=lambda one: one.record_id,
    fits={"purpose": lambda one, asked: one.purpose == asked},
)


@get("/orders", sync_to_thread=False, verb="order.read")
def orders(request: Ask, reading: Given, gate: Door, pages: Writer) -> Response[str]:
    """List the orders, and let one be given."""
    scope = scope_of(reading)
    turn = ORDERS.page(request, scope.store.orders.every())
    states = {one.order_id: _standing(one, scope.now()) for one in turn.rows}
    text = pages.write(
        "orders",
        turn=turn,
        states=states,
        names=gate.names(request),
        targets=[one for one in TARGETS if one not in REFUSED],
        refused=[one.replace("-", " ") for one in TARGETS if one in REFUSED],
        most=MOST_DAYS,
    )
    return page(text)


@get("/orders/as/{kind:str}", sync_to_thread=False, verb="order.read")
def orders_file(request: Ask, reading: Given, gate: Door, kind: Name) -> Response[bytes]:
    """Hand out the same list, with the whole test of each."""
    scope, names = scope_of(reading), gate.names(request)
    rows = [
        _order_line(one, state_of(one, scope.now()), names)
        for one in ORDERS.whole(request, scope.store.orders.every())
    ]
    return file(
        leaving(reading, "orders", (), download("orders", kind, rows, OrderLine, caveat=NO_CAVEAT))
    )


@get("/order/{order_id:str}", sync_to_thread=False, verb="order.read")
def order(request: Ask, reading: Given, gate: Door, pages: Writer, order_id: Name) -> Response[str]:
    """Show one order with its test."""
    scope = scope_of(reading)
    found = scope.store.orders.get(order_id)
    state = _standing(found, scope.now())
    text = pages.write(
        "order",
        order=found,
        state=state,
        doubts=why_waiting(found) if state == WAITS else (),
        names=gate.names(request),
    )
    return page(text)


@post("/orders", status_code=303, verb="order.give")
async def give(request: Ask, reading: Given, desk_work: Working) -> Redirect:
    """Give an order, unless it is refused."""
    scope, stated = scope_of(reading), await _fields(request)
    parts = {name: stated.get(name, "") for name in _STATED}
    draft = Draft(actor=request.user.person_id, **parts)
    vault = await asyncio.to_thread(desk_work.at_hand)
    made = add_order(scope.store, draft, scope.now(), vault)
    return Redirect(f"/order/{made.order_id}", status_code=303)


@post("/order/{order_id:str}/agree", status_code=303, verb="order.give")
async def agree(request: Ask, reading: Given, order_id: Name) -> Redirect:
    """Agree, as a second person of the legal role, to an order of which the rules cannot tell."""
    stated, scope = await _fields(request), scope_of(reading)
    actor, reason = request.user.person_id, stated.get("reason", "")
    agree_order(scope.store, order_id, actor=actor, reason=reason, now=scope.now())
    return Redirect(f"/order/{order_id}", status_code=303)


@post("/order/{order_id:str}/end", status_code=303, verb="order.give")
async def end(request: Ask, reading: Given, order_id: Name) -> Redirect:
    """End an order before its last day."""
    stated = await _fields(request)
    actor, reason = request.user.person_id, stated.get("reason", "")
    end_order(scope_of(reading).store, order_id, actor=actor, reason=reason)
    return Redirect(f"/order/{order_id}", status_code=303)


@get("/personal", sync_to_thread=False, verb="personal.read")
def personal(request: Ask, reading: Given, pages: Writer) -> Response[str]:
    """Show what is held of persons, for which purpose, until when; and each record."""
    scope = scope_of(reading)
    text = pages.write(
        "personal",
        turn=RECORDS.page(request, retention.records(scope.store, scope.objects)),
        held=retention.holdings(scope.store, scope.objects),
        purposes=[one.key for one in PURPOSES if one.use == "hold"],
    )
    return page(text)


@get("/personal/as/{kind:str}", sync_to_thread=False, verb="personal.read")
def personal_file(request: Ask, reading: Given, kind: Name) -> Response[bytes]:
    """Hand out the records, without what they hold."""
    scope = scope_of(reading)
    rows = [
        RecordLine(
            record_id=one.record_id,
            about=one.subject,
            field=one.field,
            purpose=one.purpose,
            until=one.until,
        )
        for one in RECORDS.whole(request, retention.records(scope.store, scope.objects))
    ]
    return file(
        leaving(
            reading, "personal", (), download("personal", kind, rows, RecordLine, caveat=NO_CAVEAT)
        )
    )


RIGHTS_VIEWS: Final = (orders, orders_file, order, give, agree, end, personal, personal_file)


def _standing(one: KeptOrder, now: datetime) -> str:
    """Return the word for how an order stands; its day stands beside it."""
    return state_of(one, now).partition(" 2")[0]


async def _fields(request: Ask) -> dict[str, str]:
    form = await request.form()
    return {name: str(value).strip() for name, value in form.items() if name != FORM_FIELD}


def _order_line(one: KeptOrder, state: str, names: dict[str, str]) -> OrderLine:
    told = {name: getattr(one, name) for name in OrderLine.__struct_fields__ if hasattr(one, name)}
    return OrderLine(
        **told | {"ended_by": names.get(one.ended_by, one.ended_by)},
        ordered_by=names.get(one.actor, one.actor),
        state=state,
    )
