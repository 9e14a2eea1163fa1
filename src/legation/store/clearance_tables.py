"""The tables of who may know what, and of acts that two people decide on.

They stand in the one `metadata` beside those of `tables`. `clearances` only grows, by triggers.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from legation.store.soundness import Octets
from legation.store.tables import Sequence, metadata

# What people may know, an entry each; the last of a person is in force.
clearances = Table(
    "clearances",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("tlp", Integer, nullable=False),
    Column("pap", Integer, nullable=False),
    Column("level", Text, nullable=False),  # a rung; empty for none
    Column("compartments", Text, nullable=False),  # separated by commas
    Column("party", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Index(None, "person_id", "seq"),
)

# Which objects a job or a request tells of: who may not know one of them is not told of it.
tellings = Table(
    "tellings",
    metadata,
    Column("thing_id", Text, primary_key=True),
    Column("object_id", Text, primary_key=True),
    Index(None, "object_id"),
)

# Acts that need two people: who asked, who decided, and what came of it.
decisions = Table(
    "decisions",
    metadata,
    Column("request_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("given", Octets, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, nullable=False),  # empty until then
    Column("decided_us", BigInteger, nullable=True),
    Column("words", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # the job that carries it out
    Index(None, "state", "seq"),
    Index(None, "asked_by", "state"),
)
