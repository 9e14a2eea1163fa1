"""The tables of captured evidence: records, which only grow, and what belongs to them for a term.

They stand in the one `metadata` beside those of `tables`.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Table, Text

from legation.store.soundness import Octets
from legation.store.tables import Sequence, metadata

# What was captured. A record is never changed; its parts are deleted when its last day is over.
evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", Text, primary_key=True),  # its object's
    Column("seq", Sequence, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("sealed_sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("belongs_to", Text, nullable=False),  # an object's id, or empty
    Column("captured_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=True),  # when a person says that they saw it
    Column("actor", Text, nullable=False),
    Column("until", Date, nullable=False),
    Index(None, "belongs_to", "seq"),
    Index(None, "sha256"),
    Index(None, "source"),
)

evidence_parts = Table(
    "evidence_parts",
    metadata,
    Column("evidence_id", Text, ForeignKey("evidence.evidence_id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),  # about (sealed), text, translation
    Column("lang", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("machine", Text, nullable=False),  # name and version; empty for a person's own words
    Column("created_us", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("facts", Octets, nullable=False),
    Column("body", Octets, nullable=False),
)
