"""Clearances of people, what tokens carry, proofs of sessions, and what jobs tell of."""

import sqlalchemy as sa
from alembic import op
from msgspec import json

revision = "0006"
down_revision = "0005"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_POSTGRESQL = tuple(
    f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "EXECUTE FUNCTION legation_only_grows()"
    for table in ("clearances",)
)
_SQLITE = tuple(
    f"CREATE TRIGGER clearances_{act.lower()} BEFORE {act} ON clearances "
    "BEGIN SELECT RAISE(ABORT, 'clearances only grows'); END"
    for act in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "clearances",
        sa.Column("seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("tlp", sa.Integer(), nullable=False),
        sa.Column("pap", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("compartments", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_clearances_person_id"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_clearances"),
    )
    op.create_index("ix_clearances_person_id_seq", "clearances", ["person_id", "seq"])
    op.add_column("desk_sessions", sa.Column("proven_us", sa.BigInteger(), nullable=True))
    op.add_column("api_tokens", sa.Column("clearance", sa.LargeBinary(), nullable=True))
    op.create_table(
        "tellings",
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("thing_id", "object_id", name="pk_tellings"),
    )
    op.create_index("ix_tellings_object_id", "tellings", ["object_id"])
    _fill(op.get_bind())
    postgresql = op.get_context().dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else _SQLITE:
        op.execute(statement)


def _fill(connection: sa.Connection) -> None:
    """Note which campaigns the exports that are there tell of."""
    jobs = sa.table("jobs", *map(sa.column, ("job_id", "kind", "result")))
    heads = sa.table("object_heads", *map(sa.column, ("object_id", "object_type", "seq")))
    versions = sa.table("object_versions", *map(sa.column, ("seq", "raw")))
    exports = connection.execute(sa.select(jobs).where(jobs.c.kind == "export")).all()
    told = [(row.job_id, json.decode(bytes(row.result)).get("campaigns", [])) for row in exports]
    if not any(names for _, names in told):
        return
    found = sa.select(heads.c.object_id, versions.c.raw).join_from(
        heads, versions, versions.c.seq == heads.c.seq
    )
    named: dict[str, str] = {}
    for row in connection.execute(found.where(heads.c.object_type == "campaign")):
        for part in json.decode(bytes(row.raw)).get("extensions", {}).values():
            name = (part.get("finding") or {}).get("campaign_id") if isinstance(part, dict) else ""
            if name:
                named[str(name)] = row.object_id
    tellings = sa.table("tellings", sa.column("thing_id"), sa.column("object_id"))
    rows = [
        # What cannot be found any more is nobody's to know.
        {"thing_id": job_id, "object_id": object_id}
        for job_id, names in told
        for object_id in {named.get(name, f"gone {name}") for name in names}
    ]
    connection.execute(tellings.insert(), rows)
