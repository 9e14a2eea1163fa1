"""Bringing a store up to date: the numbered steps of `migrations/versions`, forward only.

All missing steps are one transaction of the one writer, so a store is never between two
steps, and two programs that start together do not both take them.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from legation.errors import UsageError
from legation.store.database import Database

STEPS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
)
_FOLDER = Path(__file__).with_name("migrations")


def upgrade(database: Database, step: str = STEPS[-1]) -> None:
    """Take the steps that the store lacks.

    Args:
        database: Any state of a store, or an empty database.
        step: The last step to take; tests of a step stop before it.

    Raises:
        UsageError: The store has steps that this program does not know.
    """
    with database.read() as connection:
        present = current(connection)
    if present is not None and present not in STEPS:
        raise UsageError(
            f"this store was written by a newer legation (step {present})",
            hint="install that version or a later one",
        )
    if present is None or present < step:
        with database.write() as connection:
            _run(connection, step)


def current(connection: Connection) -> str | None:
    """Return the last step that the database has taken; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _run(connection: Connection, step: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, step)
