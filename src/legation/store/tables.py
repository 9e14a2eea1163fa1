"""The tables of the store, one definition for every engine.

`object_versions`, `audit_entries`, `clearances` and the tables of labels only grow: triggers
laid by the migrations refuse to change or delete their rows. The tables of heads say which
row is the latest; they and the index tables can be made again. Bytes stand as they came in.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from legation.store.soundness import Octets

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite keeps an INTEGER key in the row itself; PostgreSQL sorts text by bytes only when told.
Sequence = BigInteger().with_variant(Integer, "sqlite")
Ordered = Text().with_variant(Text(collation="C"), "postgresql")

object_versions = Table(
    "object_versions",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("object_id", Text, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("version", Ordered, nullable=False),  # what tells versions of one object apart
    Column("modified", Ordered, nullable=False),  # sortable instant; empty for observables
    Column("created", Ordered, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("raw_sha256", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Column("raw", Octets, nullable=False),
    UniqueConstraint("object_id", "version"),
    UniqueConstraint("recorded_us"),
    Index(None, "object_type", "seq"),
)

object_heads = Table(
    "object_heads",
    metadata,
    Column("object_id", Text, primary_key=True),
    Column("seq", Sequence, ForeignKey("object_versions.seq"), nullable=False, unique=True),
    Column("object_type", Text, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Index(None, "object_type", "seq"),
)

object_references = Table(
    "object_references",
    metadata,
    Column("seq", Sequence, ForeignKey("object_versions.seq"), primary_key=True),
    Column("property", Text, primary_key=True),
    Column("target_id", Text, primary_key=True),
    Index(None, "target_id", "property", "seq"),
)

object_properties = Table(
    "object_properties",
    metadata,
    Column("seq", Sequence, ForeignKey("object_versions.seq"), primary_key=True),
    Column("property", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Index(None, "property", "value", "seq"),
)

object_needs = Table(
    "object_needs",
    metadata,
    Column("seq", Sequence, ForeignKey("object_versions.seq"), primary_key=True),
    Column("target_id", Text, primary_key=True),
    Index(None, "target_id"),
)

label_kinds = Table(
    "label_kinds",
    metadata,
    Column("label_id", Text, primary_key=True),  # a hash of its parts
    Column("tlp", Integer, nullable=False),
    Column("pap", Integer, nullable=False),
    Column("restricted", Boolean, nullable=False),  # to the parties among its names
)

label_names = Table(
    "label_names",
    metadata,
    Column("label_id", Text, ForeignKey("label_kinds.label_id"), primary_key=True),
    Column("kind", Text, primary_key=True),  # level, compartment, party
    Column("name", Text, primary_key=True),
)

object_labels = Table(
    "object_labels",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("object_id", Text, nullable=False),
    Column("label_id", Text, ForeignKey("label_kinds.label_id"), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Index(None, "object_id", "seq"),
)

object_label_heads = Table(
    "object_label_heads",
    metadata,
    Column("object_id", Text, primary_key=True),
    Column("seq", Sequence, ForeignKey("object_labels.seq"), nullable=False, unique=True),
    Column("label_id", Text, nullable=False),
    Index(None, "label_id", "object_id"),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Octets, nullable=False),  # the exact bytes that are hashed
    Column("hash", Octets, nullable=False, unique=True),
    Index(None, "verb", "seq"),
    Index(None, "subject", "seq"),
    Index(None, "at_us"),
)

outbox_drafts = Table(
    "outbox_drafts",
    metadata,
    Column("draft_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("channel", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Octets, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("sent_us", BigInteger, nullable=True),
    Column("receipt", Text, nullable=False),
    Index(None, "sent_us", "channel", "seq"),
)

sealed_names = Table(
    "sealed_names",
    metadata,
    Column("pseudonym", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("sealed", Octets, nullable=False),
    Column("until", Date, nullable=False),
    Index(None, "until"),
)

imports = Table(
    "imports",
    metadata,
    Column("import_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("good", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger, nullable=True),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("detector", Text, nullable=False),
    Column("input_sha256", Text, nullable=False),
    Column("rule", Octets, nullable=False),
    Column("facts", Octets, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Index(None, "detector", "seq"),
)

# Who may enter the desk. Secrets stand as hashes; a person is disabled, never deleted, so that
# the trail's ids can always be read.
people = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("roles", Text, nullable=False),  # separated by commas
    Column("created_us", BigInteger, nullable=False),
    Column("kit_us", BigInteger, nullable=True),  # when the recovery kit was confirmed
    Column("disabled_us", BigInteger, nullable=True),
)

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

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("public_key", Octets, nullable=False),
    Column("uses", BigInteger, nullable=False),  # the authenticator's own counter
    Column("created_us", BigInteger, nullable=False),
    Column("used_us", BigInteger, nullable=True),
    Column("name", Text, nullable=True),  # as its owner calls it
    Index(None, "person_id"),
)

enrolment_links = Table(
    "enrolment_links",
    metadata,
    Column("link_sha256", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("used_us", BigInteger, nullable=True),
    Index(None, "person_id"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("selector", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("hash", Text, nullable=False),
    Column("used_us", BigInteger, nullable=True),
    Column("offered_us", BigInteger, nullable=True),  # of a kit that is not confirmed yet
    Index(None, "person_id"),
)

# Whom an identity provider knows by which subject; never by a name or an address, which change.
provided_people = Table(
    "provided_people",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("follows", Boolean, nullable=False),  # whether the provider's groups give the roles
    Column("created_us", BigInteger, nullable=False),
    Column("used_us", BigInteger, nullable=True),
    Index(None, "person_id"),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("session_sha256", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("begun_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
    Column("issuer", Text, nullable=True),  # who vouched for the person; null: their passkey
    Column("proven_us", BigInteger, nullable=True),  # when a passkey was shown in it
    Index(None, "person_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # verbs, separated by commas
    Column("created_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("used_us", BigInteger, nullable=True),
    Column("revoked_us", BigInteger, nullable=True),
    Column("clearance", Octets, nullable=True),  # what its person might know when it was made
    Index(None, "person_id"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("given", Octets, nullable=False),
    Column("actor", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("percent", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Column("result", Octets, nullable=False),
    Column("hint", Text, nullable=False),
    Column("cancelling", Boolean, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("started_us", BigInteger, nullable=True),
    Column("ended_us", BigInteger, nullable=True),
    Index(None, "state", "place", "seq"),
)

job_log = Table(
    "job_log",
    metadata,
    Column("job_id", Text, ForeignKey("jobs.job_id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
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

# Whoever has the metadata has all tables: these stand in a file of their own.
from legation.store import case_tables as _case_tables  # noqa: E402, F401
from legation.store import duty_tables as _duty_tables  # noqa: E402, F401
from legation.store import evidence_tables as _evidence_tables  # noqa: E402, F401
from legation.store import rights_tables as _rights_tables  # noqa: E402, F401
from legation.store.exchange import tables as _exchange_tables  # noqa: E402, F401
