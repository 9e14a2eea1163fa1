"""Monitoring orders: given or refused, listed, ended.

What is refused is in the audit trail before whoever ordered is told. Nothing here reads a setting,
a role or a policy: the refusal is the same for everybody.
"""

import secrets
from datetime import UTC
from typing import TYPE_CHECKING

import msgspec

from legation.rights.intrusion import require_actor, require_statement
from legation.rights.orders import order_of, refusal_of

if TYPE_CHECKING:
    from datetime import datetime

    from legation.rights.orders import Draft
    from legation.store.opening import Store
    from legation.store.orders import KeptOrder


def add_order(store: "Store", draft: "Draft", now: "datetime") -> "KeptOrder":
    """Give an order.

    Raises:
        DeniedError: It is refused, which is in the trail by then; or a part of it says nothing.
        UsageError: Threat, target or last day is none, or it names an account in clear.
    """
    from legation.store.orders import KeptOrder

    if refusal := refusal_of(target=draft.target, aim=draft.aim, watched=draft.watched):
        detail = {
            "rule": refusal.rule,
            "met": list(refusal.targets),
            "words": list(refusal.words),
        }
        store.orders.refuse(
            actor=draft.actor, threat=draft.threat, target=draft.target, detail=detail
        )
        raise refusal.error()
    order = order_of(draft, f"order-{secrets.token_hex(8)}", now)
    facts = msgspec.structs.asdict(order) | order.test.parts()
    return store.orders.add(msgspec.convert(facts, KeptOrder))


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
    """Say whether an order holds."""
    if order.ended is not None:
        return f"ended {order.ended:%Y-%m-%d}"
    return "in force" if now.astimezone(UTC).date() <= order.ends else f"ended {order.ends}"


def checked(store: "Store") -> str:
    """Say for the doctor that the orders hold, and that none is aimed where none may be.

    Raises:
        VerificationError: They do not.
    """
    from legation.errors import VerificationError

    number = store.orders.verify()
    for order in store.orders.every():
        if refusal_of(target=order.target, aim=order.aim, watched=order.watched):
            raise VerificationError(
                f"the order {order.order_id} is aimed where no order may be aimed",
                hint="it was given under other rules; end it: legation order end",
            )
    return f"{number} orders hold"
