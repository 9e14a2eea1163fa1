"""The tables of rights: personal fields with the keys that erase them, and monitoring orders.

They stand in the one `metadata` beside those of `tables`.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Table, Text

from legation.store.soundness import Octets
from legation.store.tables import Sequence, metadata

# A row is never deleted. Erasing empties `sealed` and `wrapped` and says when; the hash stays.
personal_fields = Table(
    "personal_fields",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("subject", Text, nullable=False),  # an object's id
    Column("field", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("sealed", Octets, nullable=False),  # under the record's own key
    Column("wrapped", Octets, nullable=False),  # that key, under the desk's
    Column("sha256", Text, nullable=False),  # of the sealed bytes
    Column("until", Date, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("erased_us", BigInteger, nullable=True),
    Index(None, "subject", "field", "seq"),
    Index(None, "until"),
)

# What may be watched, why, and until when. Orders and their early ends are never changed.
orders = Table(
    "orders",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("threat", Text, nullable=False),
    Column("target", Text, nullable=False),  # its class, from a closed list
    Column("watched", Text, nullable=False),
    Column("expression", Text, nullable=False),  # effect on it
    Column("legality", Text, nullable=False),
    Column("aim", Text, nullable=False),
    Column("necessity", Text, nullable=False),
    Column("proportionality", Text, nullable=False),
    Column("safeguards", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("ordered_us", BigInteger, nullable=False),
    Column("ends", Date, nullable=False),  # its last day
)

order_ends = Table(
    "order_ends",
    metadata,
    Column("order_id", Text, ForeignKey("orders.order_id"), primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_us", BigInteger, nullable=False),
)
