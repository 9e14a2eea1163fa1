"""Publishing statements: each stands in the log with one number, or nowhere.

An order goes by these steps, each on the disk before the next: its number is kept for it; the
statement is signed, and stands as a whole among the orders under way; the log takes it; the public
folder has the file. A crash after the first step keeps the number for whoever asks again by the
same key. A crash after the second is finished at the next opening. Nothing is signed twice under
two numbers, and no number is given twice.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.files import LogFiles
from legation.crypto.log.keys import NoteKey
from legation.crypto.log.merkle import TreeHead
from legation.crypto.log.notes import SignatureLine, SignedNote, parse_note
from legation.crypto.log.proofs import make_proof
from legation.crypto.log.signers import NoteSigner
from legation.crypto.log.tiles import WIDTH, TileReader
from legation.crypto.log.writing import LogWriter, create_log, open_log
from legation.crypto.signing import Signer
from legation.errors import (
    BusyError,
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)
from legation.safeguards.statements.books import DONE, OPEN, Begun, Books, path_of
from legation.safeguards.statements.drafting import (
    Draft,
    Order,
    next_number,
    salt_for,
    statement_of,
)
from legation.safeguards.statements.key_directories import lines_for, named_in
from legation.safeguards.statements.statement import (
    Statement,
    read_statement,
    write_statement,
)
from legation.safeguards.statements.statement_file import StatementFile, read_file, write_file
from legation.safeguards.statements.verifying import Issuer, issue, key_of, verify_file

COSIGNED: Final = "cosigned"
"""Folder of the checkpoints that witnesses cosigned: they say when each entry was seen.

Each is named by the log's size and the key directory that it names, such as `12-3`.
"""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that stands in the log.

    Attributes:
        issuer: Who speaks.
        number: Its number.
        index: Its place in the log.
        path: Its file in the public folder; not there yet while it is embargoed.
        file: The statement with its proof.
    """

    issuer: str
    number: str
    index: int
    path: str
    file: StatementFile


def create_register(
    public: LogFiles, private: LogFiles, origin: str, signers: Sequence[NoteSigner]
) -> SignedNote:
    """Begin a register: an empty log and empty books.

    Without a key directory in the public folder its checkpoint names none, and no reader takes it.

    Args:
        public: The folder that a web server gives out.
        private: The folder that only the publisher may read.
        origin: The log's name; it can never be changed.
        signers: The log's signers.

    Raises:
        ConflictError: There is a log already, or books of one.
        BusyError: The disk is full, or another program writes there.
    """
    if private.listed(OPEN) or private.listed(DONE):
        raise ConflictError("there are books already", hint="give a new folder")
    return create_log(public, origin, signers, lines_for(public))


@contextmanager
def open_register(
    public: LogFiles,
    private: LogFiles,
    origin: str,
    signers: Sequence[NoteSigner],
    *,
    now: Callable[[], datetime],
    trusted: Sequence[NoteKey] = (),
    remembered: TreeHead | None = None,
) -> Iterator["RegisterWriter"]:
    """Open a register for publishing; what was signed and not finished is finished first.

    Where the public folder has a newer key directory than the checkpoint names, the checkpoint is
    signed anew, of the same size: the versions were followed by whoever opens.

    Args:
        public: The folder that a web server gives out.
        private: The publisher's books.
        origin: The log's name.
        signers: The log's signers.
        now: The clock.
        trusted: Earlier keys of the log, as in `open_log`.
        remembered: The last head that somebody keeps elsewhere, as in `open_log`.

    Raises:
        LegationError: As `open_log`; BadInputError when the books are damaged.
    """
    with open_log(public, origin, signers, trusted=trusted, remembered=remembered) as log:
        writer = RegisterWriter(public, Books(private), log, now, len(signers))
        writer.renew()
        writer.recover()
        yield writer


@final
class RegisterWriter:
    """A register that is open for publishing; `open_register` gives it."""

    def __init__(
        self,
        public: LogFiles,
        books: Books,
        log: LogWriter,
        now: Callable[[], datetime],
        own: int,
    ) -> None:
        """Take over a log that is open; `own` of its checkpoint's signatures are the log's."""
        self._public, self._books, self._log, self._now = public, books, log, now
        self._own = own
        self._kept: dict[str, Begun] = {}
        self._stopped = False

    @property
    def checkpoint(self) -> SignedNote:
        """Return the checkpoint that is published."""
        return self._log.checkpoint

    def renew(self) -> None:
        """Name the newest key directory in the checkpoint, if it does not yet.

        Raises:
            VerificationError: The folder lacks the one that it names.
        """
        said = parse_checkpoint(self._log.checkpoint)
        lines = lines_for(self._public, said)
        if lines != said.extensions:
            with self._step():
                self._keep_cosigned()  # the new checkpoint takes its place
                self._log.renew(lines)

    def recover(self) -> None:
        """Finish what was signed; keep the numbers of what was not.

        Raises:
            VerificationError: The books and the log are not of one time.
        """
        begun = self._books.begun()
        self._kept = {one.name: one for one in begun if not one.file}
        signed = [one for one in begun if one.file]
        places = self._logged(signed)
        found = [one for one in signed if read_file(one.file).entry in places]
        done = self._books.count_done({one.name for one in signed}) + len(found)
        if done != self._log.head.size:
            raise VerificationError(
                f"the books tell of {done} statements, and the log has {self._log.head.size}",
                hint="one of the two was restored from another day: restore both, never write on",
            )
        with self._step():
            self._finish(signed, places)

    def publish(self, orders: Sequence[Order], by: Signer) -> list[Published]:
        """Issue statements, in their order; afterwards they stand in the log and on the disk.

        Args:
            orders: Drafts with their keys; one that was carried out before is given again.
            by: The keys of all their issuers.

        Raises:
            BadInputError: A draft breaks a rule of the format; no number is lost.
            ConflictError: Its number is another statement's, or its key another draft's.
            NotFoundError: It changes a statement that its issuer did not issue.
            BusyError: The disk is full or failed. What was signed by then is finished when the
                register is opened again; the same key gives the same statement.
        """
        if self._stopped:
            raise UsageError("publishing failed before", hint="open the register again")
        if len({order.name for order in orders}) != len(orders):
            raise UsageError("two orders have one key", hint="give each draft a key of its own")
        new: dict[str, Begun] = {}
        for order in orders:
            if self._done(order) is None:
                new[order.name] = self._begun(order, by, list(new.values()))
        with self._step():
            for one in new.values():
                self._books.begin(one)
            size, signed = self._log.head.size, []
            for place, order in enumerate(one for one in orders if one.name in new):
                file = _signed(order.draft, new[order.name], by)
                one = msgspec.structs.replace(new[order.name], file=file, size=size, place=place)
                self._books.begin(one)
                signed.append(one)
            self._finish(signed, {})
        return [self._published(order) for order in orders]

    def add_cosignatures(self, lines: Sequence[SignatureLine], keys: Sequence[NoteKey]) -> None:
        """Publish what witnesses have signed, and keep it: it tells when statements were seen.

        Raises:
            LegationError: As `LogWriter.add_cosignatures`.
        """
        self._log.add_cosignatures(lines, keys)
        with self._step():
            self._keep_cosigned()

    def at(self, index: int) -> Published:
        """Return a statement with its proof, also while it is embargoed.

        Raises:
            NotFoundError: None is at that place.
        """
        try:
            file = read_file(self._public.read(path_of(index)))
        except NotFoundError:
            file = read_file(self._books.held_back(index))
        proof = make_proof(index, self._log.checkpoint, self._public.read)
        said = read_statement(file.signed)
        return Published(
            issuer=said.issuer,
            number=said.number,
            index=index,
            path=path_of(index),
            file=msgspec.structs.replace(file, proof=proof.encode()),
        )

    def _done(self, order: Order) -> object:
        done = self._books.done(order)
        if done is not None and done.draft != order.draft.sha256:
            raise _other_draft(order, done.number)
        return done

    def _begun(self, order: Order, by: Signer, before: Sequence[Begun]) -> Begun:
        """Return an order with its number, when a statement can be made of it."""
        draft = order.draft
        kept = self._kept.get(order.name)
        if kept is not None and kept.draft != draft.sha256:
            raise _other_draft(order, kept.number)
        issued = self._now().astimezone(UTC).replace(microsecond=0)
        mine = [one for one in (*self._kept.values(), *before) if one.issuer == draft.issuer]
        begun = Begun(
            name=order.name,
            draft=draft.sha256,
            issuer=draft.issuer,
            number=kept.number if kept else self._number(draft, mine, issued.year),
            issued=issued,
            salt=salt_for(draft),
        )
        for change in draft.changes:
            known = change.number in [one.number for one in before if one.issuer == draft.issuer]
            if not known and not self._books.issued(draft.issuer, change.number):
                raise NotFoundError(
                    f"the issuer has issued no statement {change.number!r:.70}",
                    hint="give the number of a statement of this register and issuer",
                )
        write_statement(_stated(draft, begun, key_of(by.public())))
        return begun

    def _number(self, draft: Draft, mine: Sequence[Begun], year: int) -> str:
        kept = [one.number for one in mine]
        if not draft.number:
            return next_number([*self._books.numbers(draft.issuer), *kept], year)
        if draft.number in kept or self._books.issued(draft.issuer, draft.number):
            raise ConflictError(
                f"the number {draft.number!r:.70} is another statement's",
                hint="leave the number out: the next one of the year is taken",
            )
        return draft.number

    def _logged(self, signed: Sequence[Begun]) -> dict[bytes, int]:
        """Return where the entries of orders stand, as far as the log has taken them."""
        head = self._log.head
        first = min((one.size for one in signed), default=head.size)
        reader = TileReader(self._public.read, head)
        bundles = range(first // WIDTH, -(-head.size // WIDTH))
        return {
            entry: place
            for bundle in bundles
            for place, entry in enumerate(reader.entries(bundle), bundle * WIDTH)
        }

    def _finish(self, signed: Sequence[Begun], places: dict[bytes, int]) -> None:
        """Bring orders into the log, the public folder and the books."""
        entries = {one.name: read_file(one.file).entry for one in signed}
        missing = [entry for entry in entries.values() if entry not in places]
        first, now = self._log.head.size, self._now()
        places = places | {entry: first + at for at, entry in enumerate(missing)}
        for one in signed:
            if not _embargoed(one.file, now):
                self._put(path_of(places[entries[one.name]]), one.file)
        self._public.settle()  # before the log: whatever it tells of can be read
        if missing:
            self._keep_cosigned()  # the next checkpoint takes its place
            self._log.append(missing)
        for one in signed:
            kept_back = _embargoed(one.file, now)
            self._books.finish(one, places[entries[one.name]], embargoed=kept_back)
        self._books.settle()
        for one in signed:
            self._books.close(one)
            self._kept.pop(one.name, None)

    def _put(self, path: str, file: bytes) -> None:
        try:
            self._public.read(path)
        except NotFoundError:
            self._public.put(path, file)
        else:  # somebody may read what a crash has left
            self._public.publish(path, file)

    def _keep_cosigned(self) -> None:
        note = self._log.checkpoint
        if len(note.signatures) <= self._own:
            return
        said = parse_checkpoint(note)
        version = named_in(said).version if said.extensions else 0
        path = f"{COSIGNED}/{said.head.size}-{version}"
        with suppress(NotFoundError):  # each witness's first cosignature tells most
            first = parse_note(self._public.read(path), place=path)
            known = {(line.name, line.key_id) for line in first.signatures}
            new = [one for one in note.signatures if (one.name, one.key_id) not in known]
            note = first.with_signatures(new)
        self._public.publish(path, note.encode())

    def _published(self, order: Order) -> Published:
        done = self._books.done(order)
        if done is None:
            raise ConflictError(
                "the books do not know what was just published", hint="open the register again"
            )
        return self.at(done.index)

    @contextmanager
    def _step(self) -> Iterator[None]:
        # From here to the end it is not known what a failing disk keeps.
        stopped, self._stopped = self._stopped, True
        with _disk():
            yield
        self._stopped = stopped


def _signed(draft: Draft, one: Begun, by: Signer) -> bytes:
    """Return the file of a statement, once it verifies as anybody will verify it."""
    public = by.public()
    file = write_file(issue(_stated(draft, one, key_of(public)), by))
    verify_file(file, Issuer(name=draft.issuer, keys=public))
    return file


def _stated(draft: Draft, one: Begun, key: str) -> Statement:
    return statement_of(draft, one.number, key, one.issued, one.salt)


def _embargoed(file: bytes, now: datetime) -> bool:
    embargo = read_statement(read_file(file).signed).embargo
    return embargo is not None and embargo > now


def _other_draft(order: Order, number: str) -> ConflictError:
    return ConflictError(
        f"the key {order.key!r:.60} was used for another draft, which has the number {number}",
        hint="give this draft a key of its own",
    )


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise BusyError(
            f"the register could not be written: {fault.strerror or fault}",
            hint="free the disk and open the register again: what was signed is finished then",
        ) from fault
