"""The tables of exchange: partners, their keys, collections, and the objects in these.

An object of a collection stands there as the bytes that came or left, beside the house's own
register and never in it. The instant at which it was added is its key: no two have the same,
and a later one is greater, also when the clock stands or steps back. They stand in the one
`metadata` beside those of `tables`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from legation.store.soundness import Octets
from legation.store.tables import Ordered, Sequence, metadata

partners = Table(
    "partners",
    metadata,
    Column("partner_id", Text, primary_key=True),  # random: it says nothing of who it is
    Column("seq", Sequence, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("party", Text, nullable=False),  # its code among parties, such as FR; may be empty
    Column("policy", Octets, nullable=False),  # the file as it was given; empty: nothing leaves
    Column("confidence", BigInteger, nullable=True),  # 0 to 100; null: nobody said
    Column("signer", Text, nullable=False),  # fingerprint of its keys; empty: not pinned
    Column("inbox", Sequence, nullable=False),  # number of the collection for what it sends
    Column("outbox", Sequence, nullable=False),  # and of that for what it is sent
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger, nullable=True),
)

partner_keys = Table(
    "partner_keys",
    metadata,
    Column("key_sha256", Text, primary_key=True),  # of a token, or of a client certificate
    Column("seq", Sequence, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # token, certificate
    Column("partner_id", Text, ForeignKey("partners.partner_id"), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=True),
    Column("revoked_us", BigInteger, nullable=True),
    Index(None, "partner_id"),
)

taxii_collections = Table(
    "taxii_collections",
    metadata,
    Column("number", Sequence, primary_key=True, autoincrement=False),
    Column("collection_id", Text, nullable=False, unique=True),
    Column("root", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("alias", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger, nullable=True),
    UniqueConstraint("root", "alias"),
)

taxii_grants = Table(
    "taxii_grants",
    metadata,
    Column("partner_id", Text, ForeignKey("partners.partner_id"), primary_key=True),
    Column("number", Sequence, ForeignKey("taxii_collections.number"), primary_key=True),
    Column("reads", Boolean, nullable=False),
    Column("writes", Boolean, nullable=False),
)

# Which of its object's versions in the collection a row is: ONLY is the first and the last.
ONLY, FIRST, LAST, BETWEEN = 0, 1, 2, 3

taxii_objects = Table(
    "taxii_objects",
    metadata,
    Column("added_us", Sequence, primary_key=True, autoincrement=False),
    Column("number", Sequence, nullable=False),  # of the collection
    Column("place", SmallInteger, nullable=False),  # only, first, last, or between these
    Column("id_key", BigInteger, nullable=False),  # 63 bits of a hash of the id
    Column("object_id", Text, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("version", Ordered, nullable=False),  # sortable instant; empty: it has none
    Column("version_us", BigInteger, nullable=False),  # the same, cut to microseconds
    Column("version_text", Text, nullable=False),  # as it is written; empty likewise
    Column("created", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("raw_sha256", Octets, nullable=False),
    Column("partner_id", Text, nullable=False),  # who added it; empty: the house
    Column("raw", Octets, nullable=False),
    Index(None, "number", "place", "added_us"),
    Index(None, "number", "place", "object_type", "added_us"),
    Index(None, "number", "id_key", "added_us"),
    Index(None, "number", "version_us", "added_us"),
)

# What opinions, notes, sightings and lessons are about.
taxii_answers = Table(
    "taxii_answers",
    metadata,
    Column("target_key", BigInteger, primary_key=True, autoincrement=False),
    Column("added_us", Sequence, primary_key=True, autoincrement=False),  # of the answer
    Column("target_id", Text, primary_key=True),
    Column("source_key", BigInteger, nullable=True),  # of the id of a lesson; null: it is none
    Index(None, "target_id"),
)

# What was deleted from a collection: by this a copy that comes again is known.
taxii_tombstones = Table(
    "taxii_tombstones",
    metadata,
    Column("added_us", Sequence, primary_key=True, autoincrement=False),  # as it was
    Column("number", Sequence, nullable=False),
    Column("id_key", BigInteger, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("version", Ordered, nullable=False),  # sortable instant; empty: it had none
    Column("version_text", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("raw_sha256", Octets, nullable=False),
    Column("content_sha256", Octets, nullable=False),  # of its value in one form
    Column("partner_id", Text, nullable=False),  # who deleted it; empty: the house
    Column("deleted_us", BigInteger, nullable=False),
    Column("again_us", BigInteger, nullable=True),  # when it came again
    Index(None, "number", "id_key"),
)

taxii_statuses = Table(
    "taxii_statuses",
    metadata,
    Column("status_id", Text, primary_key=True),
    Column("partner_id", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("asked_us", BigInteger, nullable=False),
    Column("body", Octets, nullable=False),
    Index(None, "asked_us"),
)

# What was put where a partner reads it; entries are added and never changed.
share_ledger = Table(
    "share_ledger",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("partner_id", Text, nullable=False),
    Column("object_id", Text, nullable=False),  # on our side
    Column("modified", Text, nullable=False),  # of the version that was read for it
    Column("sent_id", Text, nullable=False),  # on the partner's side
    Column("sent_modified", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the value, `modified` aside
    Column("raw_sha256", Octets, nullable=False),  # of the exact bytes
    Column("added_us", BigInteger, nullable=False),  # by which it stands in the collection
    Column("outcome", Text, nullable=False),  # sent, redacted, recalled, deleted
    Column("channel", Text, nullable=False),  # taxii, file
    Column("tlp", BigInteger, nullable=False),  # level of what was sent
    Column("actor", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index(None, "partner_id", "sent_id", "seq"),
    Index(None, "object_id", "seq"),
)

# Which version a partner fetched, and when first.
share_receipts = Table(
    "share_receipts",
    metadata,
    Column("added_us", Sequence, primary_key=True, autoincrement=False),  # of the version
    Column("partner_id", Text, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
)

# What came and was not taken in: kept as it came, with the reason, until somebody decides.
quarantine = Table(
    "quarantine",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("raw_sha256", Octets, nullable=False),
    Column("number", Sequence, nullable=False),  # of the collection it was for
    Column("partner_id", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("version_text", Text, nullable=False),
    Column("kind", Text, nullable=False),  # invalid, conflict
    Column("reason", Text, nullable=False),
    Column("came_us", BigInteger, nullable=False),
    Column("raw", Octets, nullable=False),
    UniqueConstraint("partner_id", "number", "raw_sha256", "kind"),
)

# Collections of partners' servers that the desk pulls.
share_feeds = Table(
    "share_feeds",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("partner_id", Text, ForeignKey("partners.partner_id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("access", Octets, nullable=False),  # names of files, never what stands in them
    Column("state", Octets, nullable=False),  # how far it was taken over; empty: not yet
    Column("created_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger, nullable=True),
)

# Random keys that all processes of one desk share, such as that of cursors.
exchange_secrets = Table(
    "exchange_secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("secret", Octets, nullable=False),
)
