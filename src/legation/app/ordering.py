"""Monitoring orders: given or refused, listed, ended.

What is refused is in the audit trail before whoever ordered is told. Nothing here reads a setting
or a policy: the refusal is the same for everybody. An order of which the rules cannot tell waits
for a second person of the desk, of the legal role; each time that it is read it is judged anew.
"""

import secrets
from datetime import UTC
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import ConflictError, DeniedError, NotFoundError
from legation.rights.intrusion import require_actor, require_statement
from legation.rights.orders import DOUBTS, Refusal, doubts_of, order_of, refusal_of

if TYPE_CHECKING:
    from datetime import datetime

    from legation.rights.orders import Draft
    from legation.rights.vault import Vault
    from legation.store.opening import Store
    from legation.store.orders import KeptOrder
    from legation.store.people import Person

IN_FORCE: Final = "in force"
WAITS: Final = "waits for a second person"
REFUSED_NOW: Final = "refused by the rules of today"
_LEGAL: Final = "legal"


def add_order(
    store: "Store", draft: "Draft", now: "datetime", vault: "Vault | None" = None
) -> "KeptOrder":
    """Give an order; one of which the rules cannot tell waits then, see `state_of`.

    Args:
        store: The open store.
        draft: What was stated.
        now: The time.
        vault: What opens held names, where the keys are at hand: then the order may name nobody
            whose name is held sealed or was erased.

    Raises:
        DeniedError: It is refused, which is in the trail by then; or a part of it says nothing.
        UsageError: Threat, target or last day is none, or it names an account in clear.
    """
    from legation.store.orders import KeptOrder

    if refusal := refusal_of(draft) or _naming(store, draft, vault):
        detail = {
            "rule": refusal.rule,
            "met": list(refusal.targets),
            "words": list(refusal.words),
            "disguises": list(refusal.disguises),
            "parts": list(refusal.parts),
        }
        store.orders.refuse(
            actor=draft.actor, threat=draft.threat, target=draft.target, detail=detail
        )
        raise refusal.error()
    order = order_of(draft, f"order-{secrets.token_hex(8)}", now)
    facts = msgspec.structs.asdict(order) | order.test.parts()
    return store.orders.add(msgspec.convert(facts, KeptOrder), doubts_of(draft))


def agree_order(
    store: "Store", order_id: str, *, actor: str, reason: str, now: "datetime"
) -> "KeptOrder":
    """Agree, as a second person, to an order of which the rules cannot tell.

    Both must be people of the desk, or nobody could tell that they are two.

    Args:
        store: The open store.
        order_id: Which order.
        actor: Who agrees: name or id of a person of the desk.
        reason: Why it may be given all the same; it stays.
        now: The time.

    Raises:
        DeniedError: They may not, no reason is stated, or the rules of today refuse the order.
        NotFoundError: There is no such order.
        ConflictError: It waits for nobody.
    """
    require_actor(actor, "agrees")
    require_statement(reason, "the reason of the agreement", "reason")
    with store.transaction():
        order = store.orders.get(order_id)
        if refusal := refusal_of(order):
            raise refusal.error()
        if state_of(order, now) != WAITS:
            raise ConflictError(
                f"the order {order_id} waits for nobody", hint="see: legation order show"
            )
        second, first = _person(store, actor, "agrees"), _person(store, order.actor, "ordered it")
        if second.person_id == first.person_id:
            raise DeniedError(
                "nobody agrees to their own order", hint="ask another person of the legal role"
            )
        if _LEGAL not in second.roles:
            raise DeniedError(
                f"{second.name} does not have the role {_LEGAL}",
                hint="an order in doubt is agreed to by somebody of that role",
            )
        return store.orders.agree(order_id, actor=second.person_id, reason=reason)


def end_order(store: "Store", order_id: str, *, actor: str, reason: str) -> "KeptOrder":
    """End an order before its last day, for a reason that stays.

    Raises:
        DeniedError: No reason is stated.
        NotFoundError: There is no such order.
        ConflictError: It has ended.
    """
    require_actor(actor, "ends it")
    require_statement(reason, "the reason of the end", "reason")
    return store.orders.end(order_id, actor=actor, reason=reason)


def state_of(order: "KeptOrder", now: "datetime") -> str:
    """Say whether an order holds, by the rules of today and not of the day it was given."""
    if order.ended is not None:
        return f"ended {order.ended:%Y-%m-%d}"
    if now.astimezone(UTC).date() > order.ends:
        return f"ended {order.ends}"
    if refusal_of(order) is not None:
        return REFUSED_NOW
    return WAITS if order.agreed is None and doubts_of(order) else IN_FORCE


def why_waiting(order: "KeptOrder") -> tuple[str, ...]:
    """Return in words what cannot be told of an order."""
    return tuple(DOUBTS[doubt] for doubt in doubts_of(order))


def checked(store: "Store") -> str:
    """Say for the doctor that the orders hold, and that none is aimed where none may be.

    Raises:
        VerificationError: They do not.
    """
    from legation.errors import VerificationError

    number, now = store.orders.verify(), store.personal.now()
    states = [(order.order_id, state_of(order, now)) for order in store.orders.every()]
    for order_id, state in states:
        if state == REFUSED_NOW:
            raise VerificationError(
                f"the order {order_id} is aimed where no order may be aimed",
                hint="it was given under other rules; end it: legation order end",
            )
    waiting = sum(state == WAITS for _, state in states)
    return f"{number} orders hold" + (f", {waiting} wait for a second person" if waiting else "")


def _naming(store: "Store", draft: "Draft", vault: "Vault | None") -> Refusal | None:
    """Return the refusal of a draft that names somebody whose name is held or was erased."""
    from legation.app.persons import parts_naming

    if vault is None:
        return None
    stated = msgspec.structs.asdict(draft)
    texts = {name: text for name, text in stated.items() if name not in ("actor", "ends")}
    parts = parts_naming(store, texts, vault, actor=draft.actor)
    return Refusal(rule="name", parts=parts) if parts else None


def _person(store: "Store", actor: str, act: str) -> "Person":
    """Return a person of the desk who may act still."""
    try:
        person = store.people.get(actor)
    except NotFoundError as nobody:
        raise DeniedError(
            f"who {act} is no person of this desk",
            hint="order and agree under the names of two people of: legation admin list",
        ) from nobody
    if person.disabled is not None:
        raise DeniedError(f"{person.name} is disabled", hint="ask somebody else")
    return person
