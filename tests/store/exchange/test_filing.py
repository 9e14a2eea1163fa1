"""Objects in a collection: versions, contradictions, instants, order of arrival."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legation.formats.envelope import Taken, judged
from legation.store.exchange.access import Collection
from legation.store.exchange.collections import Posting
from legation.store.exchange.filing import Outcome
from legation.store.exchange.reading import Entry, Wanted
from legation.store.opening import Store
from store.conftest import Clock

ALL = Wanted(which=("all",))
CREATED = "2026-01-01T00:00:00.000Z"


def campaign(number: int = 1, at: int = 0, **more: Any) -> bytes:
    value = {
        "type": "campaign",
        "spec_version": "2.1",
        "id": f"campaign--{number:08d}-0000-4000-8000-000000000000",
        "created": CREATED,
        "modified": f"2026-01-01T00:00:{at:02d}.000Z",
        "name": f"campaign {number}",
        **more,
    }
    return msgspec.json.encode(value)


def url(value: str, **more: Any) -> bytes:
    return msgspec.json.encode(
        {"type": "url", "id": "url--00000001-0000-4000-8000-000000000000", "value": value, **more}
    )


def post(store: Store, *raws: bytes, number: int = 1, partner: str = "p") -> list[Outcome]:
    items = []
    for raw in raws:
        one = judged(raw, "test")
        assert isinstance(one, Taken), one
        items.append((one.facts, one.raw))
    posting = Posting(number=number, partner_id=partner, items=tuple(items))
    return store.collections.post(posting, store.collections._database.now())


def read(store: Store, wanted: Wanted | None = None, number: int = 1) -> list[Entry]:
    with store.collections.reading(number) as shelf:
        found, more = shelf.page(wanted or Wanted(), after_us=0, limit=1_000, most_bytes=10**9)
    assert not more
    return found


def states(outcomes: Sequence[Outcome]) -> list[str]:
    return [one.state for one in outcomes]


def test_each_object_has_an_instant_of_its_own_that_grows(store: Store, clock: Clock) -> None:
    first = post(store, campaign(1), campaign(2), campaign(3))
    clock.pass_time(hours=-2)
    second = post(store, campaign(4), campaign(5))
    added = [one.added_us for one in [*first, *second]]
    assert added == sorted(set(added))
    assert [entry.added_us for entry in read(store)] == added


def test_an_instant_is_not_given_again_when_its_object_was_deleted(
    store: Store, clock: Clock
) -> None:
    (gone,) = post(store, campaign(1))
    store.collections.delete(1, _id(1), ALL, partner_id="p", now=clock())
    clock.pass_time(hours=-2)
    (new,) = post(store, campaign(2))
    assert new.added_us > gone.added_us


def test_what_is_known_is_known_again_however_it_is_written(store: Store) -> None:
    value = msgspec.json.decode(campaign(1))
    turned = msgspec.json.encode(dict(reversed(value.items())))
    finer = campaign(1, modified="2026-01-01T00:00:00.0000Z")
    assert states(post(store, campaign(1), turned, finer, campaign(1))) == [
        "new",
        "known",
        "known",
        "known",
    ]
    assert [entry.raw for entry in read(store)] == [campaign(1)]


def test_other_content_under_one_version_is_kept_aside_and_changes_nothing(store: Store) -> None:
    post(store, campaign(1))
    (outcome,) = post(store, campaign(1, description="other"), partner="q")
    assert outcome.state == "conflict"
    assert outcome.reason
    assert [entry.raw for entry in read(store)] == [campaign(1)]
    (held,) = store.quarantine.find()
    assert (held.kind, held.partner_id, held.raw) == (
        "conflict",
        "q",
        campaign(1, description="other"),
    )


def test_true_is_another_content_than_one(store: Store) -> None:
    assert states(post(store, campaign(1, x_a=True), campaign(1, x_a=1))) == ["new", "conflict"]


def test_another_creator_is_a_contradiction(store: Store) -> None:
    author = "identity--00000001-0000-4000-8000-000000000000"
    post(store, campaign(1))
    assert states(post(store, campaign(1, at=5, created_by_ref=author))) == ["conflict"]


def test_another_time_of_creation_is_none(store: Store) -> None:
    """OpenCTI gives one id to what it makes anew: its published data sets show it."""
    anew = campaign(1, at=5, created="2026-01-01T00:00:04.000Z")
    assert states(post(store, campaign(1), anew)) == ["new", "new"]


def test_an_older_version_that_comes_late_does_not_hold(store: Store) -> None:
    assert states(post(store, campaign(1, at=9), campaign(1, at=3))) == ["new", "new"]
    assert [entry.raw for entry in read(store)] == [campaign(1, at=9)]
    assert [entry.raw for entry in read(store, Wanted(which=("first",)))] == [campaign(1, at=3)]
    assert len(read(store, ALL)) == 2


def test_nothing_follows_a_revocation(store: Store) -> None:
    post(store, campaign(1), campaign(1, at=5, revoked=True))
    (outcome,) = post(store, campaign(1, at=9))
    assert outcome.state == "conflict"
    assert states(post(store, campaign(1, at=3))) == ["new"]
    assert [entry.raw for entry in read(store)] == [campaign(1, at=5, revoked=True)]


def test_what_came_before_the_revocation_that_it_follows_leaves(store: Store) -> None:
    post(store, campaign(1, at=9))
    assert states(post(store, campaign(1, at=5, revoked=True))) == ["new"]
    assert [entry.raw for entry in read(store, ALL)] == [campaign(1, at=5, revoked=True)]
    (held,) = store.quarantine.find()
    assert held.raw == campaign(1, at=9)


def test_within_one_request_the_same_holds(store: Store) -> None:
    outcomes = post(store, campaign(1, at=9), campaign(1, at=5, revoked=True), campaign(1, at=1))
    assert states(outcomes) == ["conflict", "new", "new"]


def test_a_version_of_the_future_does_not_mask_the_present(store: Store) -> None:
    future = campaign(1, modified="2926-01-01T00:00:00.000Z")
    for number, order in enumerate(permutations([future, campaign(1), campaign(1, at=5)]), 1):
        for raw in order:
            assert states(post(store, raw, number=number)) == ["new"]
        assert [entry.raw for entry in read(store, None, number)] == [campaign(1, at=5)]
        assert len(read(store, ALL, number)) == 3
    post(store, future, number=99)
    assert [entry.raw for entry in read(store, None, 99)] == [future]


def test_of_an_observable_the_first_stands(store: Store) -> None:
    assert states(post(store, url("https://a.example/"), url("https://a.example/"))) == [
        "new",
        "known",
    ]
    assert states(post(store, url("https://a.example/", defanged=True))) == ["conflict"]
    assert [entry.version_text for entry in read(store)] == [""]


def test_collections_know_nothing_of_one_another(store: Store) -> None:
    post(store, campaign(1))
    assert states(post(store, campaign(1, description="other"), number=2)) == ["new"]
    assert [entry.raw for entry in read(store)] == [campaign(1)]


def test_what_was_deleted_is_remembered_and_its_return_is_noted(store: Store, clock: Clock) -> None:
    post(store, campaign(1), campaign(1, at=5), campaign(2))
    assert store.collections.delete(1, _id(1), ALL, partner_id="q", now=clock()) == 2
    assert [entry.raw for entry in read(store)] == [campaign(2)]
    assert states(post(store, campaign(1))) == ["new"]
    with store.collections._database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT object_id, partner_id, again_us FROM taxii_tombstones ORDER BY added_us"
        ).all()
    assert [(row[1], row[2] is not None) for row in rows] == [("q", True), ("q", False)]


def test_the_last_of_what_is_left_holds_after_a_deletion(store: Store, clock: Clock) -> None:
    post(store, campaign(1, at=1), campaign(1, at=2), campaign(1, at=3))
    store.collections.delete(1, _id(1), Wanted(which=("last",)), partner_id="p", now=clock())
    assert [entry.raw for entry in read(store)] == [campaign(1, at=2)]
    asked = Wanted(which=(), versions=("2026-01-01T00:00:01",))
    store.collections.delete(1, _id(1), asked, partner_id="p", now=clock())
    assert [entry.raw for entry in read(store, Wanted(which=("first",)))] == [campaign(1, at=2)]


def test_the_order_of_arrival_does_not_change_what_stands(store: Store) -> None:
    versions = [
        campaign(1, at=1),
        campaign(1, at=2),
        campaign(1, at=3, revoked=True),
        campaign(1, at=4),
    ]
    found = set()
    for number, order in enumerate(permutations(versions), 1):
        for raw in order:
            post(store, raw, number=number)
        stands = frozenset(entry.raw for entry in read(store, ALL, number))
        last = tuple(entry.raw for entry in read(store, None, number))
        found.add((stands, last))
    assert found == {(frozenset(versions[:3]), (versions[2],))}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 5), st.booleans()), min_size=1, max_size=12
    ),
    st.randoms(use_true_random=False),
)
def test_any_versions_in_any_order_and_any_pieces_come_to_the_same(
    made_once: Callable[[], int], given_versions: list[tuple[int, int, bool]], random: Any
) -> None:
    store: Store = made_once.store  # type: ignore[attr-defined]  # carried by the fixture
    chosen = {(number, at): revoked for number, at, revoked in given_versions}
    raws = [
        campaign(number, at=at, **({"revoked": True} if revoked else {}))
        for (number, at), revoked in chosen.items()
    ]
    found = set()
    for _ in range(2):
        random.shuffle(raws)
        here = made_once()
        at = 0
        while at < len(raws):
            step = random.randint(1, 4)
            post(store, *raws[at : at + step], number=here)
            at += step
        words = ("all", "last", "first")
        found.add(
            tuple(
                frozenset(e.raw for e in read(store, Wanted(which=(word,)), here)) for word in words
            )
        )
    assert len(found) == 1


@pytest.fixture
def made_once(store: Store) -> Callable[[], int]:
    """Give numbers of collections that are empty."""
    numbers = iter(range(1_000, 10_000))

    def fresh() -> int:
        return next(numbers)

    fresh.store = store  # type: ignore[attr-defined]  # read above
    return fresh


def test_a_collection_is_named_once_and_found(store: Store, clock: Clock) -> None:
    made = Collection(number=0, collection_id="a", root="exchange", title="One", alias="one")
    store.collections.add(made, clock())
    assert store.collections.get("one").collection_id == "a"
    with pytest.raises(Exception, match="already"):
        store.collections.add(made, clock())


def _id(number: int) -> str:
    return f"campaign--{number:08d}-0000-4000-8000-000000000000"
