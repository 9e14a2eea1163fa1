"""Questions to a collection are answered off its indexes, whatever its size.

Counts and plans are held, no times: they are the same on a busy machine. Of SQLite the steps of
its machine are counted; of PostgreSQL the plan is read after its statistics were taken.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from legation.store.database import Database
from legation.store.exchange.keys import key_of
from legation.store.exchange.reading import Shelf, Wanted
from legation.store.exchange.tables import BETWEEN, FIRST, LAST, ONLY, taxii_objects
from legation.store.opening import Store
from legation.store.values import microseconds, sortable

FEW, MANY, SOME = 1_000, 100_000, 20_000
PAGE = 20
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
Plan = list[tuple[int, int, str]]
ON_SQLITE = pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "empty_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


def object_id(number: int) -> str:
    kind = "indicator" if number % 3 else "report" if number % 7 else "campaign"
    return f"{kind}--{number:08d}-0000-4000-8000-000000000000"


def version_of(number: int) -> str:
    return sortable(BEGAN + timedelta(seconds=number))


def added(number: int) -> int:
    return microseconds(BEGAN) + number


# Kinds of questions, and after which object what is asked for was added.
KINDS: dict[str, tuple[Wanted, int]] = {
    "first page": (Wanted(), 0),
    "added after": (Wanted(), 500),
    "type": (Wanted(types=("indicator",)), 0),
    "type, added after": (Wanted(types=("indicator",)), 500),
    "rare type": (Wanted(types=("campaign",)), 0),
    "no hit": (Wanted(types=("tool",)), 0),
    "two types": (Wanted(types=("campaign", "report")), 0),
    "many types": (Wanted(types=(*(f"x-{one}" for one in range(90)), "campaign")), 0),
    "many types, no hit": (Wanted(types=tuple(f"x-{one}" for one in range(90))), 0),
    "id": (Wanted(ids=(object_id(5),)), 0),
    "no such id": (Wanted(ids=(object_id(10**7),)), 0),
    # How many there are changes what an engine takes for the shortest way.
    "two ids": (Wanted(ids=(object_id(5), object_id(50))), 0),
    "some ids": (Wanted(ids=tuple(map(object_id, range(40)))), 0),
    "ids": (Wanted(ids=tuple(map(object_id, range(100)))), 0),
    "all versions of ids": (Wanted(ids=tuple(map(object_id, range(100))), which=("all",)), 0),
    "ids and type": (Wanted(ids=tuple(map(object_id, range(100))), types=("report",)), 0),
    "all versions": (Wanted(which=("all",)), 0),
    "first versions": (Wanted(which=("first",)), 0),
    "first and last versions": (Wanted(which=("first", "last")), 0),
    "all versions of a type": (Wanted(which=("all",), types=("report",)), 0),
    "a version": (Wanted(which=(), versions=(version_of(5),)), 0),
    "versions": (Wanted(which=(), versions=tuple(map(version_of, range(40)))), 0),
    "no such version": (Wanted(which=(), versions=("2020-01-01T00:00:00",)), 0),
    "last and a version": (Wanted(versions=(version_of(5),)), 0),
    "a version of an id": (Wanted(ids=(object_id(5),), which=(), versions=(version_of(5),)), 0),
}


@pytest.fixture
def database(store: Store) -> Database:
    return store.collections._database


def fill(database: Database, begin: int, end: int) -> None:
    """Lay down rows; every tenth object has three versions, the others one."""
    with database.write() as connection:
        for first in range(begin, end, 5_000):
            rows = list(map(_row, range(first, min(end, first + 5_000))))
            connection.execute(insert(taxii_objects), rows)


def _row(number: int) -> dict[str, Any]:
    versioned = number % 30 < 3
    place = (FIRST, BETWEEN, LAST)[number % 30] if versioned else ONLY
    named = object_id(number - number % 30 if versioned else number)
    return {
        "added_us": added(number),
        "number": 1,
        "place": place,
        "id_key": key_of(named),
        "object_id": named,
        "object_type": named.partition("--")[0],
        "version": version_of(number),
        "version_us": microseconds(BEGAN + timedelta(seconds=number)),
        "version_text": version_of(number) + "Z",
        "created": version_of(0),
        "created_by": "",
        "revoked": False,
        "raw_sha256": b"",
        "partner_id": "p",
        "raw": b"{}",
    }


def ask(shelf: Shelf, kind: str) -> int:
    """Ask for a page; return how many objects it has."""
    wanted, after = KINDS[kind]
    found, _ = shelf.page(wanted, after_us=added(after), limit=PAGE, most_bytes=10**9)
    return len(found)


def steps(shelf: Shelf, kind: str) -> int:
    """Return how many instructions SQLite's machine takes for a page."""
    machine: Any = shelf._connection.connection.dbapi_connection
    taken = [0]

    def step() -> int:
        taken[0] += 1
        return 0

    machine.set_progress_handler(step, 1)
    try:
        ask(shelf, kind)
    finally:
        machine.set_progress_handler(None, 0)
    return taken[0]


def said(database: Database, shelf: Shelf, kind: str) -> list[tuple[str, Any]]:
    """Return what is put to the engine for a page."""
    heard: list[tuple[str, Any]] = []

    def hear(*told: Any) -> None:
        heard.append((told[2], told[3]))

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        ask(shelf, kind)
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)
    return heard


def plans(database: Database, kind: str) -> Iterator[Plan]:
    """Yield SQLite's plans of what is asked for a page: node, node above, what is done."""
    with database.read() as connection:
        for statement, given in said(database, Shelf(connection, 1), kind):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            yield [(row[0], row[1], row[3]) for row in rows]


def walks(plan: Plan) -> list[str]:
    """Return steps that go over more than what is asked, or sort it.

    Merging ranges, SQLite puts their instants through a sorter: each range has no more of them
    than a page. Of ids and versions that are named, all are sorted, since these are few.
    """
    wrong = []
    for _, above, done in plan:
        beside = [other for _, same, other in plan if same == above]
        few = any("id_key=?" in one or "version_us=?" in one for one in beside)
        limited = any(one.startswith("SCAN anon_") for one in beside)
        of_table = "taxii_objects" in done
        if (of_table and not done.startswith("SEARCH")) or (
            "TEMP B-TREE" in done and not (few or limited)
        ):
            wrong.append(done)
    return wrong


@ON_SQLITE
def test_no_question_walks_through_a_collection_or_sorts_it(database: Database) -> None:
    fill(database, 0, FEW)
    for kind in KINDS:
        for plan in plans(database, kind):
            assert not walks(plan), (kind, plan)
            assert any("taxii_objects" in done for _, _, done in plan), (kind, plan)


@ON_SQLITE
def test_a_plan_that_walks_or_sorts_is_told_from_one_that_does_not(database: Database) -> None:
    fill(database, 0, 10)
    wrong = (
        "SELECT added_us FROM taxii_objects WHERE created = ''",
        "SELECT added_us FROM taxii_objects WHERE number = 1 AND place IN (0, 2) ORDER BY added_us",
    )
    with database.read() as connection:
        for statement in wrong:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            assert walks([(row[0], row[1], row[3]) for row in rows]), statement


@ON_SQLITE
def test_the_work_for_a_page_does_not_grow_with_the_collection(database: Database) -> None:
    fill(database, 0, FEW)
    with database.read() as connection:
        shelf = Shelf(connection, 1)
        hits = {kind: ask(shelf, kind) for kind in KINDS}
        few = {kind: steps(shelf, kind) for kind in KINDS}
    fill(database, FEW, MANY)
    with database.read() as connection:
        shelf = Shelf(connection, 1)
        assert {kind: ask(shelf, kind) for kind in KINDS} == hits
        many = {kind: steps(shelf, kind) for kind in KINDS}
    # With few objects some ranges are shorter than a page.
    grown = {kind: (few[kind], many[kind]) for kind in KINDS if many[kind] > few[kind] * 1.5}
    assert not grown
    # A page of this length, over some ranges: far from the hundred objects for each of its own.
    assert max(many.values()) < 12_000, many


@ON_POSTGRESQL
def test_on_postgresql_no_question_walks_through_a_collection(database: Database) -> None:
    fill(database, 0, SOME)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE taxii_objects"))
        connection.commit()
    with database.read() as connection:
        shelf = Shelf(connection, 1)
        for kind in KINDS:
            for statement, given in said(database, shelf, kind):
                told = connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", given
                )
                lines = [row[0] for row in told]
                assert not [line for line in lines if "Seq Scan on taxii_objects" in line], (
                    kind,
                    lines,
                )
                assert max(map(_rows, lines)) <= 5 * PAGE + 100, (kind, lines)
                assert sum(map(_removed, lines)) <= 200, (kind, lines)


def _rows(line: str) -> int:
    return int(float(line.rpartition("rows=")[2].split()[0])) if "actual" in line else 0


def _removed(line: str) -> int:
    return int(line.rpartition(":")[2]) if "Rows Removed" in line else 0
