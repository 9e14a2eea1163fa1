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
    """Note of which campaigns the exports and looks that are there tell."""
    jobs = sa.table("jobs", *map(sa.column, ("job_id", "kind", "result")))
    tellings = sa.table("tellings", sa.column("thing_id"), sa.column("object_id"))
    told: dict[str, set[str]] = {}
    named: dict[str, str] | None = None
    for row in connection.execute(sa.select(jobs)).all():
        result = json.decode(bytes(row.result))
        if row.kind == "export":
            named = _named(connection) if named is None else named
            # What cannot be found any more is nobody's to know.
            told[row.job_id] = {
                named.get(name, f"gone {name}") for name in result.get("campaigns", [])
            }
        elif row.kind == "watch":
            told[row.job_id] = _found(connection, str(result.get("run_id", "")))
    rows = [
        {"thing_id": job_id, "object_id": object_id}
        for job_id, some in told.items()
        for object_id in sorted(some)
    ]
    if rows:
        connection.execute(tellings.insert(), rows)


def _named(connection: sa.Connection) -> dict[str, str]:
    """Return the ids of campaigns' objects by the names that their findings have."""
    heads = sa.table("object_heads", *map(sa.column, ("object_id", "object_type", "seq")))
    versions = sa.table("object_versions", *map(sa.column, ("seq", "raw")))
    latest = sa.select(heads.c.object_id, versions.c.raw).join_from(
        heads, versions, versions.c.seq == heads.c.seq
    )
    named: dict[str, str] = {}
    for row in connection.execute(latest.where(heads.c.object_type == "campaign")):
        extensions = json.decode(bytes(row.raw)).get("extensions", {})
        for part in extensions.values() if isinstance(extensions, dict) else ():
            finding = part.get("finding") if isinstance(part, dict) else None
            if isinstance(finding, dict):
                named[str(finding.get("campaign_id", ""))] = row.object_id
    return named


def _found(connection: sa.Connection, run_id: str) -> set[str]:
    """Return the ids of the objects that a run found."""
    runs = sa.table("runs", *map(sa.column, ("run_id", "facts")))
    facts = connection.execute(
        sa.select(runs.c.facts).where(runs.c.run_id == run_id)
    ).scalar_one_or_none()
    return set() if facts is None else set(json.decode(bytes(facts)).get("campaigns", []))
