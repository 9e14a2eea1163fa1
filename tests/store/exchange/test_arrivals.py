"""Reading what came over all collections, on every engine."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from legation.formats.envelope import Taken, judged
from legation.store.exchange.access import Collection
from legation.store.exchange.collections import Posting
from legation.store.opening import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def a_tool(number: int, kind: str = "tool", version: int = 1) -> bytes:
    value: dict[str, Any] = {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{number:08d}-0000-4000-8000-000000000000",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": f"2026-01-{version:02}T00:00:00.000Z",
        "name": f"{kind} {number}",
    }
    return msgspec.json.encode(value)


def collections(store: Store, count: int) -> list[int]:
    return [
        store.collections.add(
            Collection(number=0, collection_id=f"c{at}", root="r", title=f"t{at}"), NOW
        )
        for at in range(count)
    ]


def put(store: Store, number: int, *raws: bytes) -> None:
    items = []
    for raw in raws:
        one = judged(raw, "x")
        assert isinstance(one, Taken)
        items.append((one.facts, one.raw))
    store.collections.post(Posting(number=number, partner_id="p", items=tuple(items)), NOW)


def test_pages_over_all_collections_join_to_the_whole_each_way(store: Store) -> None:
    numbers = collections(store, 3)
    for at in range(60):
        put(store, numbers[at % 3], a_tool(at, "tool" if at % 2 else "campaign"))
    everything = store.arrivals.page(numbers, limit=100)
    assert len(everything) == 60
    assert store.arrivals.page(numbers, newest=False, limit=100) == everything[::-1]
    for newest in (True, False):
        seen, key = [], None
        while some := store.arrivals.page(numbers, after_us=key, newest=newest, limit=7):
            seen += some
            key = some[-1].added_us
        assert seen == (everything if newest else everything[::-1])
    tools = store.arrivals.page(numbers[:1], kind="tool", limit=100)
    assert [
        one for one in everything if one.number == numbers[0] and one.object_type == "tool"
    ] == tools
    assert store.arrivals.page([], limit=10) == []


def test_only_the_version_that_holds_is_listed_and_all_can_be_asked_for(store: Store) -> None:
    first, second = collections(store, 2)
    put(store, first, a_tool(1, version=2), a_tool(1, version=1), a_tool(2))
    put(store, second, a_tool(1, version=3))
    listed = store.arrivals.page([first], limit=10)
    assert {(one.object_id[:14], one.version_text[:10]) for one in listed} == {
        ("tool--00000001", "2026-01-02"),
        ("tool--00000002", "2026-01-01"),
    }
    object_id = listed[0].object_id if "00000001" in listed[0].object_id else listed[1].object_id
    assert len(store.arrivals.named([(first, object_id)], every=True)) == 2
    assert [one.version_text[:10] for one in store.arrivals.named([(first, object_id)])] == [
        "2026-01-02"
    ]
    both = store.arrivals.named([(first, object_id), (second, object_id)])
    assert {one.number for one in both} == {first, second}
    assert store.arrivals.named([]) == []


def test_more_collections_than_one_question_holds_are_read_together(store: Store) -> None:
    numbers = collections(store, 130)
    for at, number in enumerate(numbers):
        put(store, number, a_tool(at))
    found = store.arrivals.page(numbers, limit=5)
    assert [one.number for one in found] == numbers[::-1][:5]
