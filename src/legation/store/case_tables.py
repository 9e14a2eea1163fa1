"""The tables by which cases are found: numbers, how each stands, what it concerns.

What a case says stands in its objects; these rows follow from them, but for the numbers, which
are given once. They stand in the one `metadata` beside those of `tables`.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from legation.store.tables import Sequence, metadata

cases = Table(
    "cases",
    metadata,
    Column("object_id", Text, primary_key=True),  # its incident's
    Column("seq", Sequence, nullable=False, unique=True),
    Column("number", Text, nullable=False, unique=True),  # 2026-0017
    Column("year", BigInteger, nullable=False),
    Column("place", BigInteger, nullable=False),  # in its year, from 1
    Column("first_id", Text, nullable=False, unique=True),  # its first entry: who knows it knows it
    Column("title", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("began", Text, nullable=False),
    Column("due", Text, nullable=False),  # day of the most urgent task, or: never
    Column("entries", BigInteger, nullable=False),  # number of the last one
    Column("opened_us", BigInteger, nullable=False),
    Column("touched_us", BigInteger, nullable=False),
    UniqueConstraint("year", "place"),
    Index(None, "touched_us", "seq"),
    # Each narrowing in each order: a page is read off an index, and nothing is sorted.
    Index(None, "status", "touched_us", "seq"),
    Index(None, "status", "due", "seq"),
    Index(None, "status", "seq"),
    Index(None, "type", "touched_us", "seq"),
    Index(None, "type", "due", "seq"),
    Index(None, "type", "seq"),
    Index(None, "due", "seq"),
)

case_subjects = Table(
    "case_subjects",
    metadata,
    Column("object_id", Text, ForeignKey("cases.object_id"), primary_key=True),
    Column("subject", Text, primary_key=True),  # party:FR, mission:paris, talks:round-3, or an id
    Index(None, "subject", "object_id"),
)
