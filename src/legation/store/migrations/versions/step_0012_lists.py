"""What people do with lists: saved filters, marks, acts on many rows, visits."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_POSTGRESQL = (
    (
        "CREATE TRIGGER object_marks_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON object_marks "
        "EXECUTE FUNCTION legation_only_grows()"
    ),
)
_SQLITE = tuple(
    f"CREATE TRIGGER object_marks_{act.lower()} BEFORE {act} ON object_marks "
    "BEGIN SELECT RAISE(ABORT, 'object_marks only grows'); END"
    for act in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Take the step."""
    _filters_and_marks()
    _acts_and_visits()
    postgresql = op.get_context().dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        op.execute(statement)


def _filters_and_marks() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("filter_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("gone_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label_kinds.label_id"], name="fk_saved_filters_label_id"
        ),
        sa.PrimaryKeyConstraint("filter_id", name="pk_saved_filters"),
        sa.UniqueConstraint("seq", name="uq_saved_filters_seq"),
    )
    op.create_index("ix_saved_filters_list_seq", "saved_filters", ["list", "seq"])
    op.create_table(
        "object_marks",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_object_marks"),
    )
    op.create_index("ix_object_marks_object_id_seq", "object_marks", ["object_id", "seq"])


def _acts_and_visits() -> None:
    op.create_table(
        "bulk_acts",
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("undone_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("act_id", name="pk_bulk_acts"),
        sa.UniqueConstraint("seq", name="uq_bulk_acts_seq"),
    )
    op.create_index("ix_bulk_acts_actor_seq", "bulk_acts", ["actor", "seq"])
    op.create_table(
        "bulk_rows",
        sa.Column("act_id", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["bulk_acts.act_id"], name="fk_bulk_rows_act_id"),
        sa.PrimaryKeyConstraint("act_id", "row_id", name="pk_bulk_rows"),
    )
    op.create_table(
        "visits",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("began_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("before_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name="pk_visits"),
    )
