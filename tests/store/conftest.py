"""One suite for every engine: each test gets an empty store of its own on each of them."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from legation.store import open_store
from legation.store.database import Database
from legation.store.migrating import upgrade
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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a PostgreSQL database of this run's own."""
    if not SERVER:
        pytest.skip("no PostgreSQL: set LEGATION_TEST_PG=postgresql+psycopg://...")
    name = f"legation_test_{uuid.uuid4().hex}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def steps(server: str) -> str:
    """All that the numbered steps say to an empty PostgreSQL: said at once, it is quicker."""
    said: list[str] = []

    def hear(*told: Any) -> None:
        statement, given = told[2:4]
        if not statement.lstrip().upper().startswith(("SELECT", "SET ")):
            assert not given, statement
            said.append(statement)

    database = Database(_schema(server), Clock())
    event.listen(database.engine, "before_cursor_execute", hear)
    upgrade(database)
    database.close()
    return ";\n".join(said)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store on SQLite, to be copied: quicker than taking all steps for each test."""
    home = tmp_path_factory.mktemp("template")
    open_store(f"sqlite:///{home / 'objects.sqlite'}", home=home, now=Clock()).close()
    return home / "objects.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'objects.sqlite'}"
    return _schema(request.getfixturevalue("server"))


@pytest.fixture
def url(request: pytest.FixtureRequest, empty_url: str, template: Path, tmp_path: Path) -> str:
    """Address of a store with nothing in it."""
    if empty_url.startswith("sqlite"):
        (tmp_path / "home").mkdir()
        shutil.copy(template, tmp_path / "home")
    else:
        engine = create_engine(empty_url)
        with engine.begin() as connection:
            connection.exec_driver_sql(request.getfixturevalue("steps"))
        engine.dispose()
    return empty_url


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


def _schema(server: str) -> str:
    """Make an empty schema and return its address."""
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine.dispose()
    own = make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
    return own.render_as_string(hide_password=False)
