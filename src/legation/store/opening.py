"""The store put together: its parts share one database, one transaction and one clock.

Opening makes what is absent, takes the numbered steps that an older store lacks, and
sweeps from the lake and the scratch folder what a killed run left behind.
"""

from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from legation.errors import LegationError
from legation.store.audit import Audit
from legation.store.bulk import Bulk
from legation.store.calls import Calls
from legation.store.cases import Cases
from legation.store.clearances import Clearances
from legation.store.database import Database
from legation.store.decisions import Decisions
from legation.store.digests import Digests
from legation.store.evidence import Evidence
from legation.store.exchange.access import Doorkeeper
from legation.store.exchange.answered import Answers
from legation.store.exchange.arrivals import Arrivals
from legation.store.exchange.collections import Collections
from legation.store.exchange.feeds import Feeds
from legation.store.exchange.hearing import Hearing
from legation.store.exchange.ledger import Ledger
from legation.store.exchange.partners import Partners
from legation.store.exchange.quarantined import Quarantine
from legation.store.exchange.receipts import Receipts
from legation.store.exchange.soundness import verify_exchange
from legation.store.heads import NotedHead
from legation.store.held_keys import HeldKeys
from legation.store.hidden import Hidden
from legation.store.imports import Imports
from legation.store.jobs import Jobs
from legation.store.labels import Labels
from legation.store.labels_verify import verify_labels
from legation.store.lake import Lake
from legation.store.leases import Leases
from legation.store.migrating import upgrade
from legation.store.names import Names
from legation.store.notices import Notices
from legation.store.objects import Objects
from legation.store.orders import Orders
from legation.store.outbox import Outbox
from legation.store.people import People
from legation.store.personal import PersonalFields
from legation.store.provided import Provided
from legation.store.roster import Rosters
from legation.store.rota import Rota
from legation.store.runs import Runs
from legation.store.saved_filters import SavedFilters
from legation.store.scratch import FOLDER as SCRATCH
from legation.store.scratch import sweep as sweep_scratch
from legation.store.search import SearchTexts
from legation.store.sendings import Sendings
from legation.store.sessions import Sessions
from legation.store.shift_log import ShiftLog
from legation.store.signed_heads import SignedHeads
from legation.store.soundness import verify_cells
from legation.store.statement_copies import Copies
from legation.store.statements import Statements
from legation.store.tables import metadata
from legation.store.tokens import Tokens
from legation.store.triggers import verify_triggers


class Store:
    """All that legation keeps.

    Attributes:
        objects: STIX objects in all their versions.
        labels: Who may know each of them.
        audit: The hash-chained trail of acts.
        outbox: What waits to be sent.
        names: The sealed clear form of pseudonyms.
        personal: Sealed personal fields, each under a key of its own.
        orders: What may be watched, why, until when.
        imports: Which files came in.
        runs: Which detector ran on what.
        people: Who may enter the desk, and by what.
        held_keys: The passkeys of each person, one by one.
        provided: Whom an identity provider knows.
        clearances: What each of them may know.
        sessions: Who is signed in.
        roster: Everybody at once, with what each holds.
        tokens: Programs that ask in a person's place.
        jobs: Long work: asked for, running, ended.
        search: Texts that can be found.
        hidden: Whether something is hidden from a reader.
        filters: Filters that people saved.
        bulk: Marks of objects, and acts on many rows.
        notices: What happened, for whom.
        rota: Who is on duty when, and how they are woken.
        calls: Calls that wake somebody.
        sendings: How far drafts are on their way out.
        leases: Which process does what only one may do.
        shift_log: What one shift tells the next.
        digests: Lists that people are told about.
        decisions: Acts that need two people.
        cases: Which cases there are, by number, and how each stands.
        statements: Drafts of statements: what was done to each, and how each stands.
        copies: What posts carry of statements, as issued and with other words.
        evidence: What was captured: records, texts, translations.
        partners: With whom the desk shares, and by which keys they come.
        doorkeeper: Lets partners in by their keys.
        collections: What partners reach, and the objects in it.
        quarantine: What partners sent and was not taken in.
        ledger: What was sent to whom.
        feeds: Collections of partners that the desk pulls.
        receipts: What partners fetched, and when.
        answers: What partners say of objects.
        arrivals: What partners sent, over all their collections.
        hearing: What was said about one object, with all that its page needs.
        noted_head: The trail's end as it was noted beside the database.
        signed_heads: Ends of the trail that the desk signed, day by day.
        lake: Observations as Parquet.
    """

    def __init__(self, database: Database, lake: Lake, *, notes: bool = True) -> None:
        """Join the parts; who only looks notes no end of the trail, be there none."""
        self._database = database
        self._notes = notes
        self.lake = lake
        self.objects = Objects(database)
        self.labels = Labels(database)
        self.audit = Audit(database)
        self.outbox = Outbox(database)
        self.names = Names(database, self.audit)
        self.personal = PersonalFields(database, self.audit)
        self.orders = Orders(database, self.audit)
        self.imports = Imports(database)
        self.runs = Runs(database)
        self.people = People(database)
        self.held_keys = HeldKeys(database)
        self.provided = Provided(database)
        self.clearances = Clearances(database)
        self.sessions = Sessions(database)
        self.roster = Rosters(database, self.sessions)
        self.tokens = Tokens(database)
        self.jobs = Jobs(database)
        self.partners = Partners(database)
        self.doorkeeper = Doorkeeper(database)
        self.collections = Collections(database)
        self.quarantine = Quarantine(database)
        self.ledger = Ledger(database)
        self.feeds = Feeds(database)
        self.receipts = Receipts(database)
        self.answers = Answers(database)
        self.arrivals = Arrivals(database)
        self.hearing = Hearing(database)
        self.search = SearchTexts(database)
        self.hidden = Hidden(database)
        self.filters = SavedFilters(database)
        self.bulk = Bulk(database)
        self.notices = Notices(database)
        self.rota = Rota(database)
        self.calls = Calls(database)
        self.sendings = Sendings(database, self.outbox)
        self.leases = Leases(database)
        self.shift_log = ShiftLog(database)
        self.digests = Digests(database)
        self.decisions = Decisions(database)
        self.cases = Cases(database)
        self.statements = Statements(database)
        self.copies = Copies(database)
        self.evidence = Evidence(database, self.audit)
        self.noted_head = NotedHead(lake.folder.parent / "audit.head", self.audit)
        self.signed_heads = SignedHeads(lake.folder.parent / "heads")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything done inside, in this thread, as a whole or not at all.

        The lake is outside: commit its batch first, then record it here.
        """
        with self._database.write():
            yield

    def stamp(self) -> Hashable:
        """Return a stamp that differs from the one before when anything was written since."""
        return self._database.stamp()

    def verify_cells(self) -> int:
        """Check that every cell of the database has its type; return the number of rows.

        Raises:
            VerificationError: A cell has another one.
        """
        with self._database.read() as connection:
            return verify_cells(connection, metadata)

    def verify_labels(self, made: str, changed: Collection[str]) -> int:
        """Check the labels of all objects against history and trail; return how many objects.

        Args:
            made: How the trail names the making of a desk.
            changed: How it names what gives a label by a person's hand.

        Raises:
            VerificationError: One is not what was given.
        """
        given = (entry for verb in changed for entry in self.audit.every(verb))
        with self._database.read() as connection:
            return verify_labels(
                connection, self.audit.every(made), sorted(given, key=lambda entry: entry.seq)
            )

    def verify_triggers(self) -> int:
        """Check that the triggers are those that were laid; return how many.

        Raises:
            VerificationError: One is missing, altered, or not legation's.
        """
        with self._database.read() as connection:
            return verify_triggers(connection)

    def verify_exchange(self) -> int:
        """Check what partners sent and are given; return how many objects their collections hold.

        Raises:
            VerificationError: Something is not as it was kept.
        """
        with self._database.read() as connection:
            return verify_exchange(connection)

    def close(self) -> None:
        """Note the trail's end and close the connections."""
        try:
            # What stands in the way is told by whoever reads the trail, not by who closes it.
            with suppress(LegationError, OSError):
                if self._notes:
                    self.noted_head.note()
        finally:
            self._database.close()

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()


def open_store(url: str, *, home: Path, now: Callable[[], datetime], sweep: bool = True) -> Store:
    """Open the store; see `legation.store.open_store`."""
    home = home.expanduser()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(url, now)
    # A home that can only be read is looked at as it is.
    sweep = sweep and not database.only_reads
    try:
        upgrade(database)
        lake = Lake(home / "lake")
        if sweep:
            lake.recover()
            sweep_scratch(home / SCRATCH)
    except BaseException:
        database.close()
        raise
    return Store(database, lake, notes=sweep)
