"""The tables of drafts of statements: what was done to each, and how each stands."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "statement_entries",
        sa.Column("seq", SEQUENCE, nullable=False, autoincrement=False),
        sa.Column("draft", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "label_id", "actor")),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_statement_entries"),
    )
    op.create_index("ix_statement_entries_draft_seq", "statement_entries", ["draft", "seq"])
    op.create_table(
        "statement_drafts",
        sa.Column("draft", SEQUENCE, nullable=False, autoincrement=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("label_id", "state", "title", "issuer", "number", "answers")
        ),
        sa.Column("begun_us", sa.BigInteger(), nullable=False),
        sa.Column("touched_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("draft", name="pk_statement_drafts"),
        sa.UniqueConstraint("seq", name="uq_statement_drafts_seq"),
    )
    for columns in (("state", "seq"), ("state", "draft"), ("answers",), ("number",)):
        op.create_index(
            f"ix_statement_drafts_{'_'.join(columns)}", "statement_drafts", list(columns)
        )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER statement_entries_{act.lower()} BEFORE {act} ON statement_entries "
                "BEGIN SELECT RAISE(ABORT, 'statement_entries only grows'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER statement_entries_grows BEFORE DELETE OR UPDATE OR TRUNCATE "
            "ON statement_entries FOR EACH STATEMENT EXECUTE FUNCTION legation_only_grows()"
        )
