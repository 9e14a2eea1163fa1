"""Orders of the store, on each engine: kept as given, named in the trail, never changed."""

from datetime import date

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from legation.errors import ConflictError, NotFoundError, VerificationError
from legation.store.audit import Event
from legation.store.opening import Store
from legation.store.orders import KeptOrder

from .conftest import START, Clock

ORDER = KeptOrder(
    order_id="order-1",
    threat="T1",
    target="lures",
    ordered=START,
    ends=date(2026, 3, 31),
    watched="ولو 字",
    expression="none",
    legality="article 4",
    aim="find lures",
    necessity="nothing less does",
    proportionality="domains only",
    safeguards="an ombudsman",
    actor="ann",
)


def test_orders_come_back_as_they_were_given_the_newest_first(store: Store, clock: Clock) -> None:
    second = msgspec.structs.replace(ORDER, order_id="order-2")
    assert store.orders.add(ORDER) == ORDER
    store.orders.add(second)
    assert store.orders.every() == [second, ORDER]
    assert store.orders.get("order-1") == ORDER
    assert store.orders.verify() == 2
    clock.pass_time(hours=1)
    ended = store.orders.end("order-1", actor="ben", reason="signed")
    assert (ended.ended, ended.ended_by, ended.end_reason) == (clock(), "ben", "signed")
    assert store.orders.every() == [second, ended]
    assert store.orders.verify() == 2
    verbs = [entry.event.verb for entry in store.audit.entries()]
    assert verbs == ["order.add", "order.add", "order.end"]


def test_a_name_is_given_once_and_an_order_ends_once(store: Store, clock: Clock) -> None:
    store.orders.add(ORDER)
    with pytest.raises(ConflictError):
        store.orders.add(ORDER)
    store.orders.end("order-1", actor="ben", reason="signed")
    with pytest.raises(ConflictError):
        store.orders.end("order-1", actor="ben", reason="signed")
    store.orders.add(msgspec.structs.replace(ORDER, order_id="order-2"))
    clock.pass_time(days=31)
    with pytest.raises(ConflictError):
        store.orders.end("order-2", actor="ben", reason="signed")
    with pytest.raises(NotFoundError):
        store.orders.get("order-3")
    assert store.orders.verify() == 2


def test_a_refusal_is_an_entry_and_no_order(store: Store) -> None:
    detail = {"rule": "target", "met": ["protest"], "words": []}
    store.orders.refuse(actor="ann", threat="T1", target="protest", detail=detail)
    (entry,) = store.audit.entries(verb="order.refuse")
    assert entry.event.detail == {"threat": "T1", "target": "protest", **detail}
    assert store.orders.every() == []
    assert store.orders.verify() == 0


@pytest.mark.parametrize("act", ["UPDATE orders SET aim = 'x'", "DELETE FROM orders"])
def test_an_order_is_never_changed_or_deleted(store: Store, act: str) -> None:
    store.orders.add(ORDER)
    with (
        pytest.raises(DatabaseError, match="only grows"),
        store.objects._database.write() as connection,
    ):
        connection.execute(text(act))
    assert store.verify_triggers() > 0
    assert store.verify_cells() == 2


def test_an_agreement_is_bound_to_the_words_that_were_agreed_to(store: Store, clock: Clock) -> None:
    store.orders.add(ORDER, ["language"])
    agreed = store.orders.agree("order-1", actor="p-ben", reason="read whole")
    assert (agreed.agreed, agreed.agreed_by, agreed.agree_reason) == (
        clock(),
        "p-ben",
        "read whole",
    )
    assert store.orders.every() == [agreed]
    with pytest.raises(ConflictError):
        store.orders.agree("order-1", actor="p-cy", reason="read whole")
    with pytest.raises(NotFoundError):
        store.orders.agree("order-2", actor="p-ben", reason="read whole")
    assert store.orders.verify() == 1
    forged = Event(
        at=clock(),
        actor="p-ben",
        verb="order.agree",
        subject="order-3",
        detail={"sha256": "00", "reason": "read whole"},
    )
    store.orders.add(msgspec.structs.replace(ORDER, order_id="order-3"))
    store.audit.append(forged)
    assert store.orders.get("order-3").agreed is None
    with pytest.raises(VerificationError, match="somebody agreed to"):
        store.orders.verify()
