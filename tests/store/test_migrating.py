"""Each numbered step keeps the rows that were there before it."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from legation.errors import UsageError
from legation.store import migrations, open_store
from legation.store.audit import Audit, Event
from legation.store.database import Database
from legation.store.imports import Imports
from legation.store.migrating import STEPS, current, upgrade
from legation.store.objects import Objects
from legation.store.tables import metadata

from .conftest import START, Clock
from .objects_made import CAMPAIGN, campaign


def test_the_listed_steps_are_those_of_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(sorted(step.revision for step in steps)) == STEPS


def test_the_steps_lead_to_the_tables_as_defined(empty_url: str, clock: Clock) -> None:
    database = Database(empty_url, clock)
    upgrade(database)
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    database.close()


def test_a_store_is_brought_up_to_date_with_its_rows(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0001")
    Objects(old).put(campaign())
    Audit(old).append(Event(at=START, actor="analyst", verb="put", subject=CAMPAIGN))
    with old.read() as connection:
        assert current(connection) == "0001"
        assert not inspect(connection).has_table("runs")
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.objects.get(CAMPAIGN).raw == campaign()
        assert store.audit.verify().entries == 1
        store.runs.record("r-1", detector="coordination", input_sha256="", rule={})
        assert store.runs.get("r-1").created == START


def test_the_step_of_jobs_keeps_the_logs_that_were_there(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    old = Database(empty_url, clock)
    upgrade(old, "0002")
    before = Imports(old).begin("posts", Path("posts.csv"), "ab" * 32)
    old.close()
    with open_store(empty_url, home=tmp_path, now=clock) as store:
        assert store.imports.get(before.import_id) == before
        job = store.jobs.add("watch", "Look", {}, actor="ann", place="")
        assert store.jobs.get(job.job_id) == job


def test_a_store_up_to_date_is_left_alone(empty_url: str, clock: Clock) -> None:
    database = Database(empty_url, clock)
    upgrade(database)
    upgrade(database)
    with database.read() as connection:
        assert current(connection) == STEPS[-1]
    database.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(empty_url: str, clock: Clock) -> None:
    database = Database(empty_url, clock)
    upgrade(database, "0001")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE runs (blocked TEXT)"))
    with pytest.raises(Exception, match="runs"):
        upgrade(database)
    with database.read() as connection:
        assert current(connection) == "0001"
        assert not inspect(connection).has_table("outbox_drafts")
    database.close()


def test_a_store_of_a_newer_program_is_refused(
    empty_url: str, tmp_path: Path, clock: Clock
) -> None:
    database = Database(empty_url, clock)
    upgrade(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(UsageError, match="newer legation"):
        open_store(empty_url, home=tmp_path, now=clock)
