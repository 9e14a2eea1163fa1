"""How Alembic runs our steps: on the connection that `migrating` holds, in its transaction.

Alembic loads this file under the name `env_py`; imported in any other way it does nothing.
"""

from alembic import context

from legation.store.tables import metadata


def run() -> None:
    """Run the steps that Alembic has chosen."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()


if __name__ == "env_py":
    run()
