"""The register of objects and the audit trail, which only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# On PostgreSQL one function serves both tables; SQLite wants a trigger for each act.
_GROWING = ("object_versions", "audit_entries")
_FUNCTION = """
CREATE FUNCTION legation_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$
"""
_POSTGRESQL = (
    _FUNCTION,
    *(
        f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "EXECUTE FUNCTION legation_only_grows()"
        for table in _GROWING
    ),
)
_SQLITE = tuple(
    f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    for table in _GROWING
    for act in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Take the step."""
    _object_versions()
    _object_heads()
    _object_references()
    _object_properties()
    _audit_entries()
    postgresql = op.get_context().dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        op.execute(statement)


def _object_versions() -> None:
    op.create_table(
        "object_versions",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("version", ORDERED, nullable=False),
        sa.Column("modified", ORDERED, nullable=False),
        sa.Column("created", ORDERED, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("raw_sha256", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_object_versions"),
        sa.UniqueConstraint("object_id", "version", name="uq_object_versions_object_id_version"),
        sa.UniqueConstraint("recorded_us", name="uq_object_versions_recorded_us"),
    )
    op.create_index("ix_object_versions_object_type_seq", "object_versions", ["object_type", "seq"])


def _object_heads() -> None:
    op.create_table(
        "object_heads",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["object_versions.seq"], name="fk_object_heads_seq"),
        sa.PrimaryKeyConstraint("object_id", name="pk_object_heads"),
        sa.UniqueConstraint("seq", name="uq_object_heads_seq"),
    )
    op.create_index("ix_object_heads_object_type_seq", "object_heads", ["object_type", "seq"])


def _object_references() -> None:
    op.create_table(
        "object_references",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("property", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["object_versions.seq"], name="fk_object_references_seq"),
        sa.PrimaryKeyConstraint("seq", "property", "target_id", name="pk_object_references"),
    )
    op.create_index(
        "ix_object_references_target_id_property_seq",
        "object_references",
        ["target_id", "property", "seq"],
    )


def _object_properties() -> None:
    op.create_table(
        "object_properties",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("property", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["object_versions.seq"], name="fk_object_properties_seq"),
        sa.PrimaryKeyConstraint("seq", "property", name="pk_object_properties"),
    )
    op.create_index(
        "ix_object_properties_property_value_seq", "object_properties", ["property", "value", "seq"]
    )


def _audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entries"),
        sa.UniqueConstraint("hash", name="uq_audit_entries_hash"),
    )
    op.create_index("ix_audit_entries_subject_seq", "audit_entries", ["subject", "seq"])
    op.create_index("ix_audit_entries_verb_seq", "audit_entries", ["verb", "seq"])
