"""Names of partners and feeds that ended can be taken up again, on every engine."""

from datetime import datetime

import pytest

from legation.errors import ConflictError, NotFoundError
from legation.store.exchange.feeds import KeptFeed
from legation.store.exchange.partners import Partner
from legation.store.opening import Store
from store.conftest import Clock


def aldria(store: Store, partner_id: str, now: datetime) -> None:
    store.partners.add(Partner(partner_id=partner_id, name="Aldria", created=now))


def feed(name: str, address: str, now: datetime) -> KeptFeed:
    return KeptFeed(name=name, partner_id="a", address=address, collection="c", created=now)


def test_a_partner_that_ended_gives_its_name_and_nothing_else(store: Store, clock: Clock) -> None:
    aldria(store, "a", clock())
    with pytest.raises(ConflictError):
        aldria(store, "b", clock())
    store.partners.set_policy("a", b"x = 1")
    for partner_id, before in (("b", "a"), ("c", "b")):
        store.partners.end(before, clock())
        aldria(store, partner_id, clock())
        found = store.partners.get("Aldria")
        assert (found.partner_id, found.policy, found.ended) == (partner_id, b"", None)
    assert [one.name for one in store.partners.every()] == [
        "Aldria, ended 2026-03-01",
        "Aldria, ended 2026-03-01 (2)",
        "Aldria",
    ]
    assert store.partners.get("Aldria, ended 2026-03-01").policy == b"x = 1"
    assert store.partners.get("a").ended == clock()


def test_a_feed_that_ended_gives_its_name_and_begins_anew(store: Store, clock: Clock) -> None:
    aldria(store, "a", clock())
    store.feeds.add(feed("x", "https://one.example/", clock()))
    store.feeds.add(feed("y", "https://y.example/", clock()))
    store.feeds.keep_state("x", b"far")
    with pytest.raises(ConflictError):
        store.feeds.add(feed("x", "https://two.example/", clock()))
    store.feeds.end("x", clock())
    with pytest.raises(NotFoundError):
        store.feeds.get("x")
    later = clock.pass_time(hours=1)
    store.feeds.add(feed("x", "https://two.example/", later))
    found = store.feeds.get("x")
    assert (found.address, found.state, found.created, found.ended) == (
        *("https://two.example/", b"", later),
        None,
    )
    assert [one.name for one in store.feeds.every()] == ["y", "x"]
