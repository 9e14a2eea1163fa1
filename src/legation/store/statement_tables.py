"""The tables of drafts of statements, and of what posts carry of statements.

What was drafted, approved and published stands in entries that only grow; a draft's row is for
lists and is written in the same transaction. What was found in posts follows from the lake and the
register: it can be found again, and goes when its posts go. They stand in the one `metadata`
beside the tables of `tables`.
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
    Column("order_key", Text, nullable=True),  # under which it is issued once
    Index(None, "state", "seq"),
    Index(None, "state", "draft"),
    Index(None, "answers"),
    Index(None, "number"),
)

statement_copies = Table(
    "statement_copies",
    metadata,
    Column("copy", Sequence, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),  # hash of the statement and the changes
    Column("kind", Text, nullable=False),  # by whom: `official` or `others`
    Column("issuer", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("label_id", Text, nullable=False),
    Column("found_us", BigInteger, nullable=False),
    Column("body", Octets, nullable=False),
    Index(None, "issuer", "number"),
)

statement_sightings = Table(
    "statement_sightings",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("batch", Text, nullable=False),  # of the lake, with which it goes
    Column("post_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("copy", Sequence, nullable=True),  # the altered copy; none where it is as issued
    Column("label_id", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("body", Octets, nullable=False),
    Index(None, "copy", "at_us"),
    Index(None, "issuer", "number", "at_us"),
    Index(None, "batch"),
)

statement_compared = Table(
    "statement_compared",
    metadata,
    Column("kind", Text, primary_key=True),  # `batch` of the lake, or `statement`
    Column("name", Text, primary_key=True),
)
