"""The tables behind lists: texts to search, saved filters, marks, acts on many rows, visits.

Part of one definition with `tables`: the same metadata, the same rules.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from legation.store.soundness import Octets
from legation.store.tables import Sequence, metadata

# Texts that can be found; they follow from objects and lake and can be made again.
search_texts = Table(
    "search_texts",
    metadata,
    Column("number", Sequence, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Index(None, "source", "object_id"),
)

search_state = Table(
    "search_state",
    metadata,
    Column("source", Text, primary_key=True),
    Column("built_for", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

saved_filters = Table(
    "saved_filters",
    metadata,
    Column("filter_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("list", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("asked", Text, nullable=False),  # the address after the question mark
    Column("owner", Text, nullable=False),
    Column("shared_with", Text, nullable=False),  # a role, `all`, or empty
    Column("label_id", Text, ForeignKey("label_kinds.label_id"), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("gone_us", BigInteger, nullable=True),
    Index(None, "list", "seq"),
)

# What the desk has made of an object: seen, set aside, or open again; the last entry holds.
object_marks = Table(
    "object_marks",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("object_id", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Index(None, "object_id", "seq"),
)

# What was done to many rows at once, so that it can be undone.
bulk_acts = Table(
    "bulk_acts",
    metadata,
    Column("act_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("list", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("undone_us", BigInteger, nullable=True),
    Index(None, "actor", "seq"),
)

bulk_rows = Table(
    "bulk_rows",
    metadata,
    Column("act_id", Text, ForeignKey("bulk_acts.act_id"), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("before", Octets, nullable=False),
    Column("after", Octets, nullable=False),
)

# When somebody last opened the first page, and when before that.
visits = Table(
    "visits",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("began_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
    Column("before_us", BigInteger, nullable=True),
)
