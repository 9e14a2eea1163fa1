"""Captured evidence: records that never change, and parts that end with their last day."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_POSTGRESQL = (
    (
        "CREATE TRIGGER evidence_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence "
        "EXECUTE FUNCTION legation_only_grows()"
    ),
    (
        "CREATE TRIGGER evidence_parts_stands BEFORE UPDATE OR TRUNCATE ON evidence_parts "
        "EXECUTE FUNCTION legation_only_grows()"
    ),
)
_SQLITE = (
    (
        "CREATE TRIGGER evidence_update BEFORE UPDATE ON evidence "
        "BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END"
    ),
    (
        "CREATE TRIGGER evidence_delete BEFORE DELETE ON evidence "
        "BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END"
    ),
    (
        "CREATE TRIGGER evidence_parts_update BEFORE UPDATE ON evidence_parts "
        "BEGIN SELECT RAISE(ABORT, 'evidence_parts never changes'); END"
    ),
)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sealed_sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("belongs_to", sa.Text(), nullable=False),
        sa.Column("captured_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence"),
        sa.UniqueConstraint("seq", name="uq_evidence_seq"),
    )
    op.create_index("ix_evidence_belongs_to_seq", "evidence", ["belongs_to", "seq"])
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"])
    op.create_index("ix_evidence_source", "evidence", ["source"])
    op.create_table(
        "evidence_parts",
        sa.Column("evidence_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.evidence_id"], name="fk_evidence_parts_evidence_id"
        ),
        sa.PrimaryKeyConstraint("evidence_id", "number", name="pk_evidence_parts"),
    )
    for statement in _POSTGRESQL if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
