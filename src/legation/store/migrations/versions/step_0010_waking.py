"""Waking: notices, rota, calls, what was sent for them, the shift log, digests."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GROWING = ("shift_log", "shift_log_objects")


def upgrade() -> None:
    """Take the step."""
    _notices()
    _rota()
    _calls()
    _log()
    on_sqlite = op.get_context().dialect.name == "sqlite"
    for table in _GROWING:
        if not on_sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "EXECUTE FUNCTION legation_only_grows()"
            )
            continue
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    op.create_index("ix_notices_object_id", "notices", ["object_id"])
    op.create_table(
        "notice_audience",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["notices.seq"], name="fk_notice_audience_seq"),
        sa.PrimaryKeyConstraint("seq", "name", name="pk_notice_audience"),
    )
    op.create_index("ix_notice_audience_name_seq", "notice_audience", ["name", "seq"])
    op.create_table(
        "notice_reads",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("read_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["notices.seq"], name="fk_notice_reads_seq"),
        sa.PrimaryKeyConstraint("seq", "person_id", name="pk_notice_reads"),
    )


def _rota() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("shift_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("starts_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("removed_us", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_duty_shifts_person_id"
        ),
        sa.PrimaryKeyConstraint("shift_id", name="pk_duty_shifts"),
        sa.UniqueConstraint("seq", name="uq_duty_shifts_seq"),
    )
    op.create_index("ix_duty_shifts_ends_us_starts_us", "duty_shifts", ["ends_us", "starts_us"])
    op.create_table(
        "duty_channels",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("good_us", sa.BigInteger(), nullable=True),
        sa.Column("bad_us", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_duty_channels_person_id"
        ),
        sa.PrimaryKeyConstraint("person_id", "place", name="pk_duty_channels"),
    )


def _calls() -> None:
    op.create_table(
        "wake_calls",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_wake_calls"),
        sa.UniqueConstraint("key", name="uq_wake_calls_key"),
        sa.UniqueConstraint("seq", name="uq_wake_calls_seq"),
    )
    op.create_index("ix_wake_calls_state_due_us", "wake_calls", ["state", "due_us"])
    op.create_table(
        "wake_steps",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["wake_calls.ref"], name="fk_wake_steps_ref"),
        sa.PrimaryKeyConstraint("ref", "number", name="pk_wake_steps"),
    )
    op.create_table(
        "outbox_sendings",
        sa.Column("draft_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("doubled", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["outbox_drafts.draft_id"], name="fk_outbox_sendings_draft_id"
        ),
        sa.PrimaryKeyConstraint("draft_id", name="pk_outbox_sendings"),
    )
    op.create_index("ix_outbox_sendings_state_due_us", "outbox_sendings", ["state", "due_us"])
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _log() -> None:
    op.create_table(
        "shift_log",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("to_person_id", sa.Text(), nullable=False),
        sa.Column("answers", sa.BigInteger(), nullable=True),
        sa.Column("tlp", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_shift_log"),
    )
    op.create_index("ix_shift_log_answers", "shift_log", ["answers"])
    op.create_table(
        "shift_log_objects",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["shift_log.seq"], name="fk_shift_log_objects_seq"),
        sa.PrimaryKeyConstraint("seq", "object_id", name="pk_shift_log_objects"),
    )
    op.create_table(
        "digests",
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sends", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name="fk_digests_person_id"),
        sa.PrimaryKeyConstraint("digest_id", name="pk_digests"),
        sa.UniqueConstraint("seq", name="uq_digests_seq"),
    )
    op.create_index("ix_digests_person_id", "digests", ["person_id"])
