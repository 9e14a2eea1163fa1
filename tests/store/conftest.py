"""One suite for every engine: each test gets an empty store of its own on each of them."""

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from legation.store import open_store
from legation.store.opening import Store

SERVER = os.environ.get("LEGATION_TEST_PG", "")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def pass_time(self, **units: float) -> datetime:
        """Move on and return the new time."""
        self.time += timedelta(**units)
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, taken away after the test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'home' / 'objects.sqlite'}"
        return
    if not SERVER:
        pytest.skip("no PostgreSQL: set LEGATION_TEST_PG=postgresql+psycopg://...")
    schema = f"test_{uuid.uuid4().hex}"
    server = create_engine(SERVER)
    with server.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    own = make_url(SERVER).update_query_dict({"options": f"-csearch_path={schema}"})
    yield own.render_as_string(hide_password=False)
    with server.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    server.dispose()


@pytest.fixture
def open_here(url: str, tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Open the test's store, as often as there are programs that use it."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(open_store(url, home=tmp_path / "home", now=clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_here: Callable[[], Store]) -> Store:
    return open_here()
