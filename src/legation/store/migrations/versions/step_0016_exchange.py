"""The tables of exchange with partners."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _columns(kind: "sa.types.TypeEngine[Any]", *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return _columns(sa.Text(), *names)


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return _columns(sa.BigInteger(), *names)


def _bytes(*names: str) -> list[sa.Column[Any]]:
    return _columns(sa.LargeBinary(), *names)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    """Take the step."""
    _partners()
    _collections()
    _objects()
    _ledger()
    _aside()


def _partners() -> None:
    op.create_table(
        "partners",
        *_texts("partner_id"),
        *_columns(SEQUENCE, "seq"),
        *_texts("name", "party"),
        *_bytes("policy"),
        sa.Column("confidence", sa.BigInteger(), nullable=True),
        *_texts("signer"),
        *_columns(SEQUENCE, "inbox", "outbox"),
        *_numbers("created_us"),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("partner_id", name="pk_partners"),
        sa.UniqueConstraint("seq", name="uq_partners_seq"),
        sa.UniqueConstraint("name", name="uq_partners_name"),
    )
    op.create_table(
        "partner_keys",
        *_texts("key_sha256"),
        *_columns(SEQUENCE, "seq"),
        *_texts("kind", "partner_id"),
        *_numbers("created_us"),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.partner_id"], name="fk_partner_keys_partner_id"
        ),
        sa.PrimaryKeyConstraint("key_sha256", name="pk_partner_keys"),
        sa.UniqueConstraint("seq", name="uq_partner_keys_seq"),
    )
    _index("partner_keys", "partner_id")


def _collections() -> None:
    op.create_table(
        "taxii_collections",
        sa.Column("number", SEQUENCE, nullable=False, autoincrement=False),
        *_texts("collection_id", "root", "title", "description", "alias"),
        *_numbers("created_us"),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_taxii_collections"),
        sa.UniqueConstraint("collection_id", name="uq_taxii_collections_collection_id"),
        sa.UniqueConstraint("root", "alias", name="uq_taxii_collections_root_alias"),
    )
    op.create_table(
        "taxii_grants",
        *_texts("partner_id"),
        *_columns(SEQUENCE, "number"),
        *_columns(sa.Boolean(), "reads", "writes"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.partner_id"], name="fk_taxii_grants_partner_id"
        ),
        sa.ForeignKeyConstraint(
            ["number"], ["taxii_collections.number"], name="fk_taxii_grants_number"
        ),
        sa.PrimaryKeyConstraint("partner_id", "number", name="pk_taxii_grants"),
    )


def _objects() -> None:
    op.create_table(
        "taxii_objects",
        sa.Column("added_us", SEQUENCE, nullable=False, autoincrement=False),
        *_columns(SEQUENCE, "number"),
        *_columns(sa.SmallInteger(), "place"),
        *_numbers("id_key"),
        *_texts("object_id", "object_type"),
        *_columns(ORDERED, "version"),
        *_numbers("version_us"),
        *_texts("version_text", "created", "created_by"),
        *_columns(sa.Boolean(), "revoked"),
        *_bytes("raw_sha256"),
        *_texts("partner_id"),
        *_bytes("raw"),
        sa.PrimaryKeyConstraint("added_us", name="pk_taxii_objects"),
    )
    for columns in (
        ("place", "added_us"),
        ("place", "object_type", "added_us"),
        ("id_key", "added_us"),
        ("version_us", "added_us"),
    ):
        _index("taxii_objects", "number", *columns)
    op.create_table(
        "taxii_answers",
        sa.Column("target_key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("added_us", SEQUENCE, nullable=False, autoincrement=False),
        *_texts("target_id"),
        sa.Column("source_key", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("target_key", "added_us", "target_id", name="pk_taxii_answers"),
    )
    _index("taxii_answers", "target_id")
    op.create_table(
        "taxii_tombstones",
        sa.Column("added_us", SEQUENCE, nullable=False, autoincrement=False),
        *_columns(SEQUENCE, "number"),
        *_numbers("id_key"),
        *_texts("object_id"),
        *_columns(ORDERED, "version"),
        *_texts("version_text", "created_by"),
        *_columns(sa.Boolean(), "revoked"),
        *_bytes("raw_sha256", "content_sha256"),
        *_texts("partner_id"),
        *_numbers("deleted_us"),
        sa.Column("again_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("added_us", name="pk_taxii_tombstones"),
    )
    _index("taxii_tombstones", "number", "id_key")


def _ledger() -> None:
    op.create_table(
        "share_ledger",
        sa.Column("seq", SEQUENCE, nullable=False, autoincrement=False),
        *_texts("partner_id", "object_id", "modified", "sent_id", "sent_modified", "sha256"),
        *_bytes("raw_sha256"),
        *_numbers("added_us"),
        *_texts("outcome", "channel"),
        *_numbers("tlp"),
        *_texts("actor"),
        *_numbers("at_us"),
        sa.PrimaryKeyConstraint("seq", name="pk_share_ledger"),
    )
    _index("share_ledger", "partner_id", "sent_id", "seq")
    _index("share_ledger", "object_id", "seq")
    op.create_table(
        "share_receipts",
        sa.Column("added_us", SEQUENCE, nullable=False, autoincrement=False),
        *_texts("partner_id"),
        *_numbers("at_us"),
        sa.PrimaryKeyConstraint("added_us", "partner_id", name="pk_share_receipts"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER share_ledger_{act.lower()} BEFORE {act} ON share_ledger "
                "BEGIN SELECT RAISE(ABORT, 'share_ledger only grows'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER share_ledger_grows BEFORE DELETE OR UPDATE OR TRUNCATE "
            "ON share_ledger FOR EACH STATEMENT EXECUTE FUNCTION legation_only_grows()"
        )


def _aside() -> None:
    op.create_table(
        "taxii_statuses",
        *_texts("status_id", "partner_id", "root"),
        *_numbers("asked_us"),
        *_bytes("body"),
        sa.PrimaryKeyConstraint("status_id", name="pk_taxii_statuses"),
    )
    _index("taxii_statuses", "asked_us")
    op.create_table(
        "quarantine",
        sa.Column("seq", SEQUENCE, nullable=False, autoincrement=False),
        *_bytes("raw_sha256"),
        *_columns(SEQUENCE, "number"),
        *_texts("partner_id", "object_id", "version_text", "kind", "reason"),
        *_numbers("came_us"),
        *_bytes("raw"),
        sa.PrimaryKeyConstraint("seq", name="pk_quarantine"),
        sa.UniqueConstraint(
            "partner_id",
            "number",
            "raw_sha256",
            "kind",
            name="uq_quarantine_partner_id_number_raw_sha256_kind",
        ),
    )
    op.create_table(
        "share_feeds",
        *_texts("name"),
        *_columns(SEQUENCE, "seq"),
        *_texts("partner_id", "address", "collection"),
        *_bytes("access", "state"),
        *_numbers("created_us"),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.partner_id"], name="fk_share_feeds_partner_id"
        ),
        sa.PrimaryKeyConstraint("name", name="pk_share_feeds"),
        sa.UniqueConstraint("seq", name="uq_share_feeds_seq"),
    )
    op.create_table(
        "exchange_secrets",
        *_texts("name"),
        *_bytes("secret"),
        sa.PrimaryKeyConstraint("name", name="pk_exchange_secrets"),
    )
