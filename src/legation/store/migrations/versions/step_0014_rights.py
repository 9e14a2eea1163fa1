"""Personal fields under keys of their own, and monitoring orders that are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_POSTGRESQL = (
    (
        "CREATE TRIGGER personal_fields_stay BEFORE DELETE OR TRUNCATE ON personal_fields "
        "EXECUTE FUNCTION legation_only_grows()"
    ),
    (
        "CREATE TRIGGER orders_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON orders "
        "EXECUTE FUNCTION legation_only_grows()"
    ),
    (
        "CREATE TRIGGER order_ends_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON order_ends "
        "EXECUTE FUNCTION legation_only_grows()"
    ),
)
_SQLITE = (
    (
        "CREATE TRIGGER personal_fields_delete BEFORE DELETE ON personal_fields "
        "BEGIN SELECT RAISE(ABORT, 'personal_fields are erased, never deleted'); END"
    ),
    (
        "CREATE TRIGGER orders_update BEFORE UPDATE ON orders "
        "BEGIN SELECT RAISE(ABORT, 'orders only grows'); END"
    ),
    (
        "CREATE TRIGGER orders_delete BEFORE DELETE ON orders "
        "BEGIN SELECT RAISE(ABORT, 'orders only grows'); END"
    ),
    (
        "CREATE TRIGGER order_ends_update BEFORE UPDATE ON order_ends "
        "BEGIN SELECT RAISE(ABORT, 'order_ends only grows'); END"
    ),
    (
        "CREATE TRIGGER order_ends_delete BEFORE DELETE ON order_ends "
        "BEGIN SELECT RAISE(ABORT, 'order_ends only grows'); END"
    ),
)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "personal_fields",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("erased_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", name="pk_personal_fields"),
        sa.UniqueConstraint("seq", name="uq_personal_fields_seq"),
    )
    op.create_index(
        "ix_personal_fields_subject_field_seq", "personal_fields", ["subject", "field", "seq"]
    )
    op.create_index("ix_personal_fields_until", "personal_fields", ["until"])
    words = (
        *("threat", "target", "watched", "expression", "legality", "aim", "necessity"),
        *("proportionality", "safeguards", "actor"),
    )
    op.create_table(
        "orders",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        sa.Column("ordered_us", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_orders"),
        sa.UniqueConstraint("seq", name="uq_orders_seq"),
    )
    op.create_table(
        "order_ends",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.order_id"], name="fk_order_ends_order_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_ends"),
        sa.UniqueConstraint("seq", name="uq_order_ends_seq"),
    )
    for statement in _POSTGRESQL if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
