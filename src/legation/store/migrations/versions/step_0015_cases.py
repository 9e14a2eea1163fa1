"""The tables by which cases are found."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "cases",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("first_id", "title", "type", "domain", "status", "began", "due")
        ),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("touched_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("object_id", name="pk_cases"),
        sa.UniqueConstraint("seq", name="uq_cases_seq"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("first_id", name="uq_cases_first_id"),
        sa.UniqueConstraint("year", "place", name="uq_cases_year_place"),
    )
    for columns in (
        ("touched_us", "seq"),
        *(
            (narrowed, *order)
            for narrowed in ("status", "type")
            for order in (("touched_us", "seq"), ("due", "seq"), ("seq",))
        ),
        ("due", "seq"),
    ):
        op.create_index(f"ix_cases_{'_'.join(columns)}", "cases", list(columns))
    op.create_table(
        "case_subjects",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["cases.object_id"], name="fk_case_subjects_object_id"
        ),
        sa.PrimaryKeyConstraint("object_id", "subject", name="pk_case_subjects"),
    )
    op.create_index("ix_case_subjects_subject_object_id", "case_subjects", ["subject", "object_id"])
