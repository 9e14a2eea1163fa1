"""Each draft under a key of its own; where posts carry a statement, and altered copies of it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step; a draft that was begun before keeps the key that it may have been signed by.

    That key follows from its number, so nothing is written for it here.
    """
    op.add_column("statement_drafts", sa.Column("order_key", sa.Text(), nullable=True))
    op.create_table(
        "statement_copies",
        sa.Column("copy", SEQUENCE, nullable=False, autoincrement=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "name",
                "kind",
                "issuer",
                "number",
                "language",
                "grade",
                "reason",
                "label_id",
            )
        ),
        sa.Column("found_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("copy", name="pk_statement_copies"),
        sa.UniqueConstraint("name", name="uq_statement_copies_name"),
    )
    op.create_index("ix_statement_copies_issuer_number", "statement_copies", ["issuer", "number"])
    op.create_table(
        "statement_sightings",
        sa.Column("seq", SEQUENCE, nullable=False, autoincrement=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("batch", "post_id", "account_id", "issuer", "number", "language")
        ),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("copy", SEQUENCE, nullable=True),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_statement_sightings"),
    )
    for columns in (("copy", "at_us"), ("issuer", "number", "at_us"), ("batch",)):
        op.create_index(
            f"ix_statement_sightings_{'_'.join(columns)}", "statement_sightings", list(columns)
        )
    op.create_table(
        "statement_compared",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_statement_compared"),
    )
