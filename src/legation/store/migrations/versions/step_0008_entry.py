"""Names of passkeys, kits that wait for their confirmation, people of an identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Take the step."""
    op.add_column("passkeys", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("recovery_codes", sa.Column("offered_us", sa.BigInteger(), nullable=True))
    # Until now a kit was confirmed by the person's row alone.
    op.execute(
        "UPDATE recovery_codes SET offered_us = 0 "
        "WHERE person_id IN (SELECT person_id FROM people WHERE kit_us IS NULL)"
    )
    op.add_column("desk_sessions", sa.Column("issuer", sa.Text(), nullable=True))
    op.create_table(
        "provided_people",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("used_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_provided_people"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_provided_people_person_id"
        ),
    )
    op.create_index("ix_provided_people_person_id", "provided_people", ["person_id"])
    op.create_index("ix_audit_entries_at_us", "audit_entries", ["at_us"])
