"""The tables of waking: notices, the rota, calls and what was sent for them, the shift log.

They stand in the one `metadata` beside those of `tables`. `shift_log` and its objects only
grow, by triggers. What tells of an object holds the object's id and no word of it, so a
label that closes the object closes what tells of it.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from legation.store.soundness import Octets
from legation.store.tables import Sequence, metadata

notices = Table(
    "notices",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),  # the same event is told once
    Column("kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),  # empty when it is about no object
    Column("subject", Text, nullable=False),  # a job, an import, a call
    Column("facts", Octets, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index(None, "object_id"),
)

notice_audience = Table(
    "notice_audience",
    metadata,
    Column("seq", Sequence, ForeignKey("notices.seq"), primary_key=True),
    Column("name", Text, primary_key=True),  # a person's id or a role
    Index(None, "name", "seq"),
)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("seq", Sequence, ForeignKey("notices.seq"), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("read_us", BigInteger, nullable=False),
)

duty_shifts = Table(
    "duty_shifts",
    metadata,
    Column("shift_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("starts_us", BigInteger, nullable=False),
    Column("ends_us", BigInteger, nullable=False),
    Column("zone", Text, nullable=False),  # in which it was written
    Column("rank", Integer, nullable=False),  # who is woken first
    Column("created_us", BigInteger, nullable=False),
    Column("removed_us", BigInteger, nullable=True),
    Index(None, "ends_us", "starts_us"),
)

duty_channels = Table(
    "duty_channels",
    metadata,
    Column("person_id", Text, ForeignKey("people.person_id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # which is tried first
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("good_us", BigInteger, nullable=True),  # last taken by the other side
    Column("bad_us", BigInteger, nullable=True),  # last given up
    Column("fault", Text, nullable=False),
)

wake_calls = Table(
    "wake_calls",
    metadata,
    Column("ref", Text, primary_key=True),  # random: all that leaves the desk
    Column("seq", Sequence, nullable=False, unique=True),
    Column("key", Text, nullable=False, unique=True),
    Column("cause", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("due_us", BigInteger, nullable=False),  # when the next step is taken
    Column("ended_us", BigInteger, nullable=True),
    Column("person_id", Text, nullable=False),  # who acknowledged
    Index(None, "state", "due_us"),
)

wake_steps = Table(
    "wake_steps",
    metadata,
    Column("ref", Text, ForeignKey("wake_calls.ref"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("person_id", Text, nullable=False),  # empty: nobody was left
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("draft_id", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

outbox_sendings = Table(
    "outbox_sendings",
    metadata,
    Column("draft_id", Text, ForeignKey("outbox_drafts.draft_id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),  # who is sending it now
    Column("doubled", Boolean, nullable=False),  # it may have been sent twice
    Column("fault", Text, nullable=False),
    Index(None, "state", "due_us"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until_us", BigInteger, nullable=False),
)

shift_log = Table(
    "shift_log",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("to_person_id", Text, nullable=False),
    Column("answers", BigInteger, nullable=True),  # the hand-over that is taken
    Column("tlp", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("recorded_us", BigInteger, nullable=False),
    Index(None, "answers"),
)

shift_log_objects = Table(
    "shift_log_objects",
    metadata,
    Column("seq", Sequence, ForeignKey("shift_log.seq"), primary_key=True),
    Column("object_id", Text, primary_key=True),
)

digests = Table(
    "digests",
    metadata,
    Column("digest_id", Text, primary_key=True),
    Column("seq", Sequence, nullable=False, unique=True),
    Column("person_id", Text, ForeignKey("people.person_id"), nullable=False),
    Column("address", Text, nullable=False),  # of the list, with its filter
    Column("period", Text, nullable=False),
    Column("quiet", Text, nullable=False),  # such as 22:00-07:00; empty for none
    Column("zone", Text, nullable=False),
    Column("kind", Text, nullable=False),  # of the channel
    Column("sends", Boolean, nullable=False),  # off until a person switches it on
    Column("seen", Octets, nullable=False),  # what the last one counted, as hashes
    Column("created_us", BigInteger, nullable=False),
    Column("sent_us", BigInteger, nullable=True),
    Column("fault", Text, nullable=False),
    Index(None, "person_id"),
)
