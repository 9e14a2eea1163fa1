"""The tables of drafts of statements: entries that only grow, and a row that follows from them.

What was drafted, approved and published stands in the entries; the row is for lists and is written
in the same transaction. They stand in the one `metadata` beside the tables of `tables`.
"""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from legation.store.soundness import Octets
from legation.store.tables import Sequence, metadata

statement_entries = Table(
    "statement_entries",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("draft", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("label_id", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("body", Octets, nullable=False),
    Index(None, "draft", "seq"),
)

statement_drafts = Table(
    "statement_drafts",
    metadata,
    Column("draft", Sequence, primary_key=True, autoincrement=False),
    Column("seq", Sequence, nullable=False, unique=True),  # its last entry
    Column("label_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("number", Text, nullable=False),  # of the statement; empty before it is published
    Column("answers", Text, nullable=False),  # id of an object; empty for none
    Column("begun_us", BigInteger, nullable=False),
    Column("touched_us", BigInteger, nullable=False),
    Index(None, "state", "seq"),
    Index(None, "state", "draft"),
    Index(None, "answers"),
    Index(None, "number"),
)
