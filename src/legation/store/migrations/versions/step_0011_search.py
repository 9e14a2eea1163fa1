"""Texts that can be found. They are drawn from objects and lake when they are next asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "search_texts",
        sa.Column("number", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_texts"),
    )
    op.create_index("ix_search_texts_source_object_id", "search_texts", ["source", "object_id"])
    op.create_table(
        "search_state",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("built_for", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_search_state"),
    )
