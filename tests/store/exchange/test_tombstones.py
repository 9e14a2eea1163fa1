"""Deletion takes nothing back: what came before it still binds what comes after."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.store.exchange.reading import Wanted
from legation.store.opening import Store
from store.conftest import Clock
from store.exchange.test_filing import ALL, campaign, post, read, states, url

ID = "campaign--00000001-0000-4000-8000-000000000000"
URL = "url--00000001-0000-4000-8000-000000000000"
REVOKED = campaign(at=5, revoked=True)


def deleted(
    store: Store, clock: Clock, wanted: Wanted = ALL, *, of: str = ID, partner: str = "p"
) -> int:
    return store.collections.delete(1, of, wanted, partner_id=partner, now=clock())


@pytest.mark.parametrize("at", [0, 4, 6, 9])
def test_what_was_taken_back_stays_so_when_its_revocation_is_deleted(
    store: Store, clock: Clock, at: int
) -> None:
    """No version revives it, earlier or later, nor one that comes as another partner's."""
    post(store, campaign(at=0), REVOKED)
    assert deleted(store, clock) == 2
    for partner in ("p", "q"):
        (outcome,) = post(store, campaign(at=at), partner=partner)
        assert outcome.state == "conflict"
        assert "taken the object back" in outcome.reason
    assert read(store, ALL) == []
    held = store.quarantine.find()
    assert {(one.object_id, one.kind) for one in held} == {(ID, "conflict")}
    assert len({one.partner_id for one in held}) == 2


def test_the_revocation_itself_may_come_again_and_history_with_it(
    store: Store, clock: Clock
) -> None:
    post(store, campaign(at=0), REVOKED)
    deleted(store, clock)
    for order in permutations((campaign(at=0), REVOKED, campaign(at=7))):
        assert sorted(states(post(store, *order))) == ["conflict", "new", "new"], order
        assert [one.raw for one in read(store)] == [REVOKED]
        assert deleted(store, clock) == 2


def test_who_deletes_a_revocation_alone_deletes_what_it_took_back(
    store: Store, clock: Clock
) -> None:
    post(store, campaign(at=0), campaign(at=1), REVOKED)
    assert deleted(store, clock, Wanted(which=("last",))) == 3
    assert read(store, ALL) == []


def test_a_version_comes_again_with_its_content_and_with_no_other(
    store: Store, clock: Clock
) -> None:
    post(store, campaign(at=1), campaign(at=2))
    deleted(store, clock)
    assert states(post(store, campaign(at=1, description="other"))) == ["conflict"]
    finer = campaign(at=1, modified="2026-01-01T00:00:01.0000Z")
    assert states(post(store, finer, campaign(at=3))) == ["new", "new"]


def test_what_has_no_versions_comes_again_with_its_content_and_with_no_other(
    store: Store, clock: Clock
) -> None:
    post(store, url("https://a.example/"))
    assert deleted(store, clock, of=URL) == 1
    assert states(post(store, url("https://b.example/"))) == ["conflict"]
    assert states(post(store, url("https://a.example/"))) == ["new"]


def test_another_creator_does_not_take_over_what_was_deleted(store: Store, clock: Clock) -> None:
    first, other = (f"identity--{at:08d}-0000-4000-8000-000000000000" for at in (1, 2))
    post(store, campaign(at=0, created_by_ref=first))
    deleted(store, clock)
    (outcome,) = post(store, campaign(at=1, created_by_ref=other))
    assert "another creator" in outcome.reason
    assert states(post(store, campaign(at=1, created_by_ref=first))) == ["new"]


def test_what_the_house_took_out_it_may_put_there_anew(store: Store, clock: Clock) -> None:
    post(store, url("https://a.example/"), campaign(at=0), REVOKED, partner="")
    deleted(store, clock, of=URL, partner="")
    deleted(store, clock, partner="")
    assert states(post(store, url("https://b.example/"), campaign(at=6), partner="")) == [
        "new",
        "new",
    ]


def test_deletions_in_another_collection_bind_nothing_here(store: Store, clock: Clock) -> None:
    post(store, campaign(at=0), REVOKED)
    deleted(store, clock)
    assert states(post(store, campaign(at=6), number=2)) == ["new"]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_no_order_of_posts_and_deletions_revives_what_was_taken_back(
    store: Store, clock: Clock, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, 10**8 - 1))
    versions = [campaign(number, at=at, revoked=at == 5) for at in range(9)]
    of = f"campaign--{number:08d}-0000-4000-8000-000000000000"
    taken = False
    for _ in range(data.draw(st.integers(2, 8))):
        if data.draw(st.booleans()):
            chosen = data.draw(st.lists(st.sampled_from(range(9)), min_size=1, max_size=4))
            post(store, *(versions[at] for at in chosen))
            taken = taken or 5 in chosen
        else:
            which = data.draw(st.sampled_from(["first", "last", "all"]))
            deleted(store, clock, Wanted(which=(which,)), of=of)
        holds = [one.raw for one in read(store) if one.object_id == of]
        assert not taken or holds in ([], [versions[5]])
