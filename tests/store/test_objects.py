"""The register keeps every version of an object, and says which one holds."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, text, update

from legation.errors import (
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.store.opening import Store
from legation.store.tables import object_versions
from legation.store.versions import Version

from .conftest import Clock
from .objects_made import (
    ACCOUNT,
    CAMPAIGN,
    GREEN,
    IDENTITY,
    OTHER,
    RED,
    RELATION,
    account,
    campaign,
    marking,
    numbered,
    relation,
)

FIRST, SECOND, THIRD = (f"2026-02-0{day}T00:00:00.000Z" for day in (1, 2, 3))


def test_the_bytes_come_back_as_they_were_given(store: Store) -> None:
    raw = b' {"id" : "%s", "type":"campaign",\n "x_own": [1.50, "\\u00e9"],' % CAMPAIGN.encode()
    raw += b' "created":"2026-02-01T00:00:00Z","modified":"2026-02-01T00:00:00.0000Z"} '
    store.objects.put(raw)
    assert store.objects.get(CAMPAIGN).raw == raw


def test_the_same_object_again_changes_nothing(store: Store) -> None:
    first = store.objects.put(campaign(FIRST))
    again = store.objects.put(campaign(FIRST))
    assert (first.state, again.state) == ("new", "known")
    assert first.seq == again.seq
    assert len(store.objects.history(CAMPAIGN)) == 1


def test_the_same_object_written_another_way_is_known(store: Store) -> None:
    store.objects.put(campaign("2026-02-01T00:00:00.500Z", a=1, b=2))
    assert store.objects.put(campaign("2026-02-01T00:00:00.5Z", b=2, a=1)).state == "known"


def test_other_content_under_one_version_is_a_conflict(store: Store) -> None:
    store.objects.put(campaign(FIRST))
    with pytest.raises(ConflictError, match="another content"):
        store.objects.put(campaign(FIRST, name="Autumn"))
    assert store.objects.get(CAMPAIGN).value()["name"] == "Spring"


def test_versions_that_differ_by_a_nanosecond_are_two(store: Store) -> None:
    store.objects.put(campaign("2026-02-01T00:00:00.000000001Z"))
    store.objects.put(campaign("2026-02-01T00:00:00.000000002Z", name="Autumn"))
    assert store.objects.get(CAMPAIGN).value()["name"] == "Autumn"


def test_an_older_version_that_arrives_late_is_history(store: Store) -> None:
    store.objects.put(campaign(SECOND, name="newer"))
    late = store.objects.put(campaign(FIRST, name="older"))
    assert (late.state, late.latest) == ("new", False)
    assert store.objects.get(CAMPAIGN).value()["name"] == "newer"
    assert [version.value()["name"] for version in store.objects.history(CAMPAIGN)] == [
        "older",
        "newer",
    ]


def test_nothing_follows_a_revocation(store: Store) -> None:
    store.objects.put(campaign(SECOND, revoked=True))
    with pytest.raises(ConflictError, match="revoked before"):
        store.objects.put(campaign(THIRD))
    assert store.objects.put(campaign(FIRST)).latest is False
    assert store.objects.get(CAMPAIGN).revoked


def test_a_revocation_that_arrives_late_holds(store: Store) -> None:
    store.objects.put(campaign(THIRD))
    assert store.objects.put(campaign(SECOND, revoked=True)).latest
    assert store.objects.get(CAMPAIGN).revoked


def test_another_creator_cannot_write_a_version(store: Store) -> None:
    store.objects.put(campaign(FIRST, created_by_ref=IDENTITY))
    with pytest.raises(ConflictError, match="another creator"):
        store.objects.put(campaign(SECOND))


def test_a_version_from_the_future_cannot_mask_others(store: Store, clock: Clock) -> None:
    ahead = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with pytest.raises(ConflictError, match="future"):
        store.objects.put(campaign(ahead))


def test_an_observable_is_versioned_by_its_content(store: Store) -> None:
    store.objects.put(account(account_login="p-1"))
    assert store.objects.put(account(account_login="p-1")).state == "known"
    assert store.objects.put(account(account_login="p-1", x_seen=2)).latest
    assert len(store.objects.history(ACCOUNT)) == 2


def test_a_marking_is_never_redefined(store: Store) -> None:
    store.objects.put(marking())
    assert store.objects.put(marking()).state == "known"
    with pytest.raises(ConflictError):
        store.objects.put(marking(name="TLP:CLEAR"))
    with pytest.raises(ConflictError):
        store.objects.put(marking(created="2026-02-02T00:00:00Z"))


def test_hostile_text_is_kept_and_found(store: Store) -> None:
    name = "=cmd\0\N{RIGHT-TO-LEFT OVERRIDE}<b>' OR 1=1 --" + "x" * 5000
    store.objects.put(campaign(name=name, **{"y" * 5000 + "_ref": OTHER}))
    assert store.objects.get(CAMPAIGN).value()["name"] == name
    assert len(store.objects.find(where={"name": name}).items) == 1
    assert len(store.objects.find(refers_to=OTHER).items) == 1


def test_many_are_taken_in_as_a_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(ConflictError):
        store.objects.put_many([campaign(FIRST), campaign(FIRST, name="Autumn")])
    assert store.objects.counts() == {}


def test_an_unknown_object_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.objects.get(CAMPAIGN)


def test_the_past_can_be_asked_for(store: Store, clock: Clock) -> None:
    store.objects.put(campaign(FIRST, name="one"))
    before = clock()
    clock.pass_time(hours=1)
    store.objects.put(campaign(SECOND, name="two"))
    store.objects.put(account())
    clock.pass_time(hours=1)
    store.objects.put(campaign(THIRD, name="three", revoked=True))
    assert store.objects.get(CAMPAIGN, as_of=before).value()["name"] == "one"
    assert store.objects.counts(as_of=before) == {"campaign": 1}
    hour = before + timedelta(hours=1, seconds=1)
    assert [found.value().get("name") for found in store.objects.find(as_of=hour).items] == [
        "two",
        None,
    ]
    assert store.objects.get_many([CAMPAIGN], as_of=before)[CAMPAIGN].value()["name"] == "one"
    with pytest.raises(NotFoundError):
        store.objects.get(ACCOUNT, as_of=before)


def test_the_version_in_force_at_a_time_can_be_asked_for(store: Store) -> None:
    store.objects.put(campaign(THIRD, name="three"))
    store.objects.put(campaign(FIRST, name="one"))
    between = datetime(2026, 2, 2, tzinfo=UTC)
    assert store.objects.get(CAMPAIGN, in_force=between).value()["name"] == "one"


def test_each_version_has_its_own_time_even_when_the_clock_steps_back(
    store: Store, clock: Clock
) -> None:
    store.objects.put_many([campaign(FIRST), account()])
    clock.pass_time(hours=-1)
    store.objects.put(campaign(SECOND))
    times = [found.recorded for found in store.objects.find().items]
    times += [found.recorded for found in store.objects.history(CAMPAIGN)]
    assert len(set(times)) == 3
    assert store.objects.get(CAMPAIGN).recorded == max(times)


def test_objects_are_found_by_type_property_marking_and_reference(store: Store) -> None:
    store.objects.put_many(
        [
            campaign(name="Spring", object_marking_refs=[GREEN]),
            campaign(
                object_id=OTHER,
                name="Autumn",
                granular_markings=[{"marking_ref": RED, "selectors": ["name"]}],
            ),
            account(account_login="p-1"),
            relation(CAMPAIGN, OTHER),
        ]
    )

    def ids(**query: object) -> list[str]:
        return [found.object_id for found in store.objects.find(**query).items]  # type: ignore[arg-type]  # any query

    assert ids(object_type="campaign") == [CAMPAIGN, OTHER]
    assert ids(object_type="campaign", newest_first=True) == [OTHER, CAMPAIGN]
    assert ids(where={"name": "Autumn"}) == [OTHER]
    assert ids(where={"account_login": "p-1"}) == [ACCOUNT]
    assert ids(marking=GREEN) == [CAMPAIGN]
    assert ids(marking=RED) == [OTHER]
    assert ids(refers_to=OTHER) == [RELATION]
    assert ids(revoked=True) == []
    assert store.objects.counts_by_marking() == {GREEN: 1, RED: 1}


def test_a_lost_marking_or_name_is_no_longer_found(store: Store) -> None:
    store.objects.put(campaign(FIRST, object_marking_refs=[RED]))
    store.objects.put(campaign(SECOND, name="Autumn"))
    assert store.objects.find(marking=RED).items == ()
    assert store.objects.find(where={"name": "Spring"}).items == ()


def test_relations_are_found_from_both_ends(store: Store) -> None:
    store.objects.put(relation(CAMPAIGN, IDENTITY))
    for end in (CAMPAIGN, IDENTITY):
        assert [found.object_id for found in store.objects.relations(end).items] == [RELATION]
    assert store.objects.relations(OTHER).items == ()
    assert store.objects.relations(CAMPAIGN, relationship_type="uses").items == ()


def test_pages_show_each_object_once(store: Store) -> None:
    store.objects.put_many(campaign(object_id=numbered(number)) for number in range(25))
    for newest_first in (False, True):
        seen: list[str] = []
        after: int | None = None
        while True:
            page = store.objects.find(after=after, limit=10, newest_first=newest_first)
            seen += [found.object_id for found in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(seen) == [numbered(number) for number in range(25)]


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_page_has_a_bounded_length(store: Store, limit: int) -> None:
    with pytest.raises(UsageError):
        store.objects.find(limit=limit)


def test_a_large_import_needs_few_statements(store: Store) -> None:
    statements: list[str] = []

    def note(*parts: object) -> None:
        statements.append(str(parts[2]))

    event.listen(store.objects._database.engine, "before_cursor_execute", note)
    raws = [
        campaign(object_id=numbered(number), object_marking_refs=[RED]) for number in range(900)
    ]
    assert {receipt.state for receipt in store.objects.put_many(raws)} == {"new"}
    assert len(statements) <= 30


def test_pages_are_read_through_indexes(store: Store) -> None:
    database = store.objects._database
    sqlite = database.engine.dialect.name == "sqlite"
    store.objects.put(campaign(object_marking_refs=[RED]))
    asked: list[tuple[str, Any]] = []

    def note(*parts: object) -> None:
        asked.append((str(parts[2]), parts[3]))

    event.listen(database.engine, "before_cursor_execute", note)
    store.objects.find("campaign", after=0)
    store.objects.find(marking=RED)
    store.objects.find(where={"name": "Spring"})
    store.objects.relations(CAMPAIGN)
    store.objects.get(CAMPAIGN)
    selects = [query for query in asked if query[0].startswith("SELECT")]
    assert len(selects) == 5
    with database.read() as connection:
        if not sqlite:  # on a table this small PostgreSQL would not bother
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        for statement, values in selects:
            plan = str(connection.exec_driver_sql(f"{explain} {statement}", values).all())
            assert "SCAN object_versions" not in plan
            assert "Seq Scan on object_versions" not in plan


def test_a_stored_version_cannot_be_changed_or_deleted(store: Store) -> None:
    store.objects.put(campaign())
    for statement in (
        update(object_versions).values(revoked=True),
        delete(object_versions),
    ):
        with (
            pytest.raises(sqlalchemy.exc.DatabaseError, match="only grows"),
            store.objects._database.write() as connection,
        ):
            connection.execute(statement)


def test_a_version_changed_behind_the_store_is_found(store: Store) -> None:
    store.objects.put_many([campaign(), account()])
    assert store.objects.verify() == 2
    with store.objects._database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER object_versions_update"))
        else:
            connection.execute(text("DROP TRIGGER object_versions_grows ON object_versions"))
        connection.execute(
            update(object_versions)
            .where(object_versions.c.object_id == CAMPAIGN)
            .values(raw=campaign(name="Forged"))
        )
    with pytest.raises(VerificationError, match="version 1 of"):
        store.objects.verify()


moves = st.lists(
    st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=5, unique_by=lambda m: m[0]
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_change_what_holds(
    store: Store, moves: list[tuple[int, bool]], chance: random.Random
) -> None:
    held = set()
    for _ in range(2):
        object_id = numbered(
            len(store.objects.counts()) + store.objects.counts().get("campaign", 0)
        )
        chance.shuffle(moves)
        for day, revoked in moves:
            try:
                store.objects.put(campaign(f"2026-02-0{day}T00:00:00Z", object_id, revoked=revoked))
            except ConflictError as refused:
                assert "revoked before" in str(refused)  # noqa: PT017
        head = store.objects.get(object_id)
        held.add((head.modified, head.revoked))
        believed = store.objects.get(object_id, as_of=datetime(2030, 1, 1, tzinfo=UTC))
        assert believed == head
    assert len(held) == 1


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves)
def test_what_was_believed_then_is_what_was_said_then(
    store: Store, moves: list[tuple[int, bool]]
) -> None:
    object_id = numbered(store.objects.counts().get("campaign", 0))
    said: dict[datetime, Version] = {}
    for day, revoked in moves:
        with suppress(ConflictError):
            store.objects.put(campaign(f"2026-02-0{day}T00:00:00Z", object_id, revoked=revoked))
            recorded = max(version.recorded for version in store.objects.history(object_id))
            said[recorded] = store.objects.get(object_id)
    assert said
    for time, version in said.items():
        assert store.objects.get(object_id, as_of=time) == version
        assert store.objects.get_many([object_id], as_of=time) == {object_id: version}
