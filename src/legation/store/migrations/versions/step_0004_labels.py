"""Labels of objects, and what each version tells of."""

import sqlalchemy as sa
from alembic import op

from legation.errors import LegationError
from legation.stix.labels import UNREADABLE, Label, Pap
from legation.stix.tlp import Tlp

revision = "0004"
down_revision = "0003"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GROWING = ("label_kinds", "label_names", "object_labels")
_AT_ONCE = 500
_POSTGRESQL = tuple(
    f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "EXECUTE FUNCTION legation_only_grows()"
    for table in _GROWING
)
_SQLITE = tuple(
    f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    for table in _GROWING
    for act in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Take the step."""
    _tables()
    _fill(op.get_bind())
    postgresql = op.get_context().dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        op.execute(statement)


def _tables() -> None:
    op.create_table(
        "object_needs",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("target_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["object_versions.seq"], name="fk_object_needs_seq"),
        sa.PrimaryKeyConstraint("seq", "target_id", name="pk_object_needs"),
    )
    op.create_index("ix_object_needs_target_id", "object_needs", ["target_id"])
    op.create_table(
        "label_kinds",
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("tlp", sa.Integer(), nullable=False),
        sa.Column("pap", sa.Integer(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("label_id", name="pk_label_kinds"),
    )
    op.create_table(
        "label_names",
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label_kinds.label_id"], name="fk_label_names_label_id"
        ),
        sa.PrimaryKeyConstraint("label_id", "kind", "name", name="pk_label_names"),
    )
    op.create_table(
        "object_labels",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_id"], ["label_kinds.label_id"], name="fk_object_labels_label_id"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_object_labels"),
    )
    op.create_index("ix_object_labels_object_id_seq", "object_labels", ["object_id", "seq"])
    op.create_table(
        "object_label_heads",
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["object_labels.seq"], name="fk_object_label_heads_seq"),
        sa.PrimaryKeyConstraint("object_id", name="pk_object_label_heads"),
        sa.UniqueConstraint("seq", name="uq_object_label_heads_seq"),
    )
    op.create_index(
        "ix_object_label_heads_label_id_object_id",
        "object_label_heads",
        ["label_id", "object_id"],
    )


def _fill(connection: sa.Connection) -> None:
    """Read labels and needs off the versions that are there."""
    versions = sa.table(
        "object_versions",
        sa.column("seq", sa.BigInteger()),
        sa.column("object_id", sa.Text()),
        sa.column("recorded_us", sa.BigInteger()),
        sa.column("raw", sa.LargeBinary()),
    )
    needs = sa.table("object_needs", sa.column("seq"), sa.column("target_id"))
    labels: dict[str, tuple[Label, int]] = {}
    last = 0
    while rows := connection.execute(
        sa.select(versions).where(versions.c.seq > last).order_by(versions.c.seq).limit(_AT_ONCE)
    ).all():
        told: list[dict[str, object]] = []
        for row in rows:
            label, targets = _read(bytes(row.raw))
            before = labels.get(row.object_id)
            joined = before[0].joined(label) if before else label
            labels[row.object_id] = (joined, row.recorded_us)
            told += [{"seq": row.seq, "target_id": target} for target in targets]
        if told:
            connection.execute(needs.insert(), told)
        last = rows[-1].seq
    _write(connection, labels)


def _read(raw: bytes) -> tuple[Label, tuple[str, ...]]:
    from legation.store.cards import read_card

    try:
        card = read_card(raw)
    except LegationError:
        # Not what was taken in: `doctor` says so, and nobody is shown it.
        return Label(tlp=Tlp.RED, pap=Pap.RED, compartments=(UNREADABLE,)), ()
    return card.label, card.needs


def _write(connection: sa.Connection, labels: dict[str, tuple[Label, int]]) -> None:
    from legation.store.labels import label_id, rows_of

    def table(name: str, *columns: str) -> sa.TableClause:
        return sa.table(name, *map(sa.column, columns))

    kinds = [rows_of(label) for label in {label for label, _ in labels.values()}]
    entries = [
        {
            "seq": seq,
            "object_id": object_id,
            "label_id": label_id(label),
            "actor": "the object itself",
            "reason": "",
            "recorded_us": recorded,
        }
        for seq, (object_id, (label, recorded)) in enumerate(labels.items(), 1)
    ]
    head = ("object_id", "seq", "label_id")
    for into, rows in (
        (table("label_kinds", "label_id", "tlp", "pap", "restricted"), [row for row, _ in kinds]),
        (
            table("label_names", "label_id", "kind", "name"),
            [one for _, some in kinds for one in some],
        ),
        (table("object_labels", *head, "actor", "reason", "recorded_us"), entries),
        (
            table("object_label_heads", *head),
            [{name: row[name] for name in head} for row in entries],
        ),
    ):
        if rows:
            connection.execute(into.insert(), rows)
