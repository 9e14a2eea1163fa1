"""The register copy (`.register`): all that a verdict needs, in one file that travels.

A journalist or an embassy carries it to a machine without a network. It holds every version of the
key directory, the log's checkpoint, and the statements in the log's order; whoever opens it hands
in an anchor alone and believes nothing else. A copy that is stale, forked or cut, or from which a
public statement or the newest key directory was taken, is refused as a whole; a statement in it
that does not verify is left out and listed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

import msgspec

from legation.crypto.directory.directory import Directory, IssuerKey
from legation.crypto.directory.following import follow
from legation.crypto.directory.roots import Anchor
from legation.crypto.log.checkpoints import Checkpoint
from legation.crypto.log.merkle import Frontier, leaf_hash
from legation.crypto.log.notes import LARGEST_NOTE, parse_note
from legation.crypto.log.policies import Witnessed, verify_checkpoint
from legation.crypto.parts import Cursor, part
from legation.errors import BadInputError, ConflictError, VerificationError
from legation.safeguards.statements.holding import HeldStatements
from legation.safeguards.statements.key_directories import require_named
from legation.safeguards.statements.logging import log_of, reached, vouched_for
from legation.safeguards.statements.statement import Statement, read_statement, time_text
from legation.safeguards.statements.statement_file import (
    MAX_FILE,
    StatementFile,
    embargo_of,
    read_file,
)
from legation.safeguards.statements.verifying import (
    Issuer,
    Verified,
    key_of,
    logged_in_time,
    verify_file,
)

SUFFIX: Final = ".register"
MEDIA_TYPE: Final = "application/vnd.legation.register"
MAX_COPY: Final = 1_000_000_000
"""Bytes of a whole copy."""
MAX_DIRECTORIES: Final = 10_000
MAX_DIRECTORY: Final = 4_000_000
"""Bytes of one version of the key directory, with its signatures."""
MAX_ENTRIES: Final = 2_000_000
MAX_ENTRY: Final = 65_535
"""Bytes of an entry of the log."""
CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""A witness's clock may be so far ahead of the reader's."""
LATE_RELEASE: Final = timedelta(hours=1)
"""A statement may be kept back so long after its embargo: publishers let it out by a timer, which
runs now and then, and mirrors follow them in the same way."""

_MAGIC: Final = b"legation register copy 1\n"
_GET_AGAIN: Final = "get a new copy of the register"
_LEFT_OUT: Final = (
    "get a new copy of the register, from another mirror; if all lack it, its issuer is late with"
    " its release"
)
_ASK: Final = "ask the issuer; the text can still be looked up in the register"


@final
class RegisterCopy(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a copy, as bytes.

    Attributes:
        directories: Every version of the key directory that leads from the anchor to the newest.
        checkpoint: The log's signed checkpoint, with its cosignatures.
        entries: In the log's order: a `.statement` file, or the log's entry of an embargoed one.
    """

    directories: tuple[bytes, ...]
    checkpoint: bytes
    entries: tuple["CopiedStatement | CopiedEntry", ...]


@final
class CopiedStatement(msgspec.Struct, frozen=True):
    """A statement of a copy: its file, with a proof only where its key was revoked since."""

    data: bytes


@final
class CopiedEntry(msgspec.Struct, frozen=True):
    """What the log holds of a statement that is not public yet, with the end of its embargo."""

    data: bytes


@final
class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of a copy that does not verify, and so counts for nothing.

    Attributes:
        index: Its place in the log, from 0.
        reason: Why it does not.
    """

    index: int
    reason: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedRegister:
    """A register as it was at one moment, all of it verified.

    Attributes:
        held: Its statements; what verdicts ask.
        directory: Who may speak.
        checkpoint: What the log was.
        seen: When enough witnesses had seen that checkpoint; the reader's time when none are
            asked for.
        faults: Statements that do not verify: left out. What one changed stays changed where only
            its time is not proven.
        embargoed: How many entries are not public yet.
    """

    held: HeldStatements
    directory: Directory
    checkpoint: Checkpoint
    seen: datetime
    faults: tuple[Fault, ...]
    embargoed: int

    def verify(self, data: bytes) -> Verified:
        """Verify a statement file by the register's key directory; for `verdict_on_file`.

        A file that carries a proof is verified with it. One without is as good as its signatures,
        unless its keys were revoked and the register does not hold it.

        Raises:
            BadInputError: It is no statement file.
            VerificationError: It does not verify.
        """
        parts = read_file(data)
        row = _row(self.directory, read_statement(parts.signed))
        known = self.held.by_signed(hashlib.sha256(parts.signed).hexdigest())
        revoked = None if known else row.revoked  # what is held was verified at the opening
        log = log_of(self.directory) if parts.proof else None
        found = verify_file(data, Issuer(name=row.name, keys=row.keys, revoked=revoked), log)
        if ((found.logged and found.logged.witnessed) or self.seen) < row.since:
            raise _not_yet()
        return found


def write_copy(copy: RegisterCopy) -> bytes:
    """Return the bytes of a copy.

    Raises:
        BadInputError: A part is empty, too long, or there are too many.
    """
    written = [_MAGIC, f"directories {len(copy.directories)}\n".encode()]
    written += [part("directory", one) for one in copy.directories]
    written += [part("checkpoint", copy.checkpoint), f"entries {len(copy.entries)}\n".encode()]
    for one in copy.entries:
        written.append(part("entry" if isinstance(one, CopiedEntry) else "statement", one.data))
    data = b"".join([*written, b"end\n"])
    read_copy(data)
    return data


def read_copy(data: bytes) -> RegisterCopy:
    """Return the parts of a copy; nothing in them is trusted or read.

    Raises:
        BadInputError: It is no register copy; the place is the byte.
    """
    cursor = Cursor(data, len(_MAGIC), hint=_GET_AGAIN)
    if len(data) > MAX_COPY:
        raise cursor.refusal(f"a register copy has at most {MAX_COPY} bytes", 0)
    if not data.startswith(_MAGIC):
        raise cursor.refusal("this is no register copy of version 1", 0)
    count = _count(cursor, "directories", 1, MAX_DIRECTORIES)
    directories = tuple(cursor.part("directory", MAX_DIRECTORY) for _ in range(count))
    checkpoint = cursor.part("checkpoint", LARGEST_NOTE)
    count = _count(cursor, "entries", 0, MAX_ENTRIES)
    entries = tuple(_entry(cursor) for _ in range(count))
    cursor.end()
    return RegisterCopy(directories=directories, checkpoint=checkpoint, entries=entries)


def open_copy(
    data: bytes, anchor: Anchor, now: datetime, remembered: int | None = None
) -> OpenedRegister:
    """Verify a copy, and return the register that it holds.

    Args:
        data: The copy.
        anchor: Hash of the root keys, as people compare it.
        now: The reader's time, in UTC.
        remembered: The newest version of the key directory that the reader has seen.

    Raises:
        BadInputError: It is no register copy, or a part of it cannot be read.
        VerificationError: The directory, the checkpoint or the entries do not hold together, a
            public statement or the key directory that the checkpoint names is missing, or the
            checkpoint is stale: there is no verdict.
    """
    copy = read_copy(data)
    directory = follow(anchor, copy.directories, now, remembered)
    policy = directory.policy
    witnessed = verify_checkpoint(parse_note(copy.checkpoint), policy)
    require_named(witnessed.checkpoint, copy.directories, directory)
    files = [None if isinstance(one, CopiedEntry) else read_file(one.data) for one in copy.entries]
    _require_root(copy, files, witnessed.checkpoint)
    judged = _Judged(directory, reached(witnessed.by, policy.quorum) or now)
    for index, (one, parts) in enumerate(zip(copy.entries, files, strict=True)):
        if parts is not None:
            judged.take(index, one.data)
    as_of = _as_of(directory, witnessed, [one.statement.issued for _, one in judged.found])
    _require_fresh(as_of, now, directory)
    for index, one in enumerate(copy.entries):
        if isinstance(one, CopiedEntry):
            require_kept_back(index, one.data, as_of)
    return OpenedRegister(
        held=judged.held(as_of),
        directory=directory,
        checkpoint=witnessed.checkpoint,
        seen=judged.seen,
        faults=tuple(sorted(judged.faults, key=lambda fault: fault.index)),
        embargoed=files.count(None),
    )


def require_kept_back(index: int, entry: bytes, at: datetime) -> None:
    """Verify that a statement is not public yet of which the log's entry is all that is shown.

    Args:
        index: Its place in the log.
        entry: What the log holds of it.
        at: The time of the register.

    Raises:
        VerificationError: It is under no embargo, or under one that has ended: it was left out.
    """
    try:
        until = embargo_of(entry)
    except BadInputError as bad:
        raise VerificationError(
            f"the statement {index} of the log is public, and was left out", hint=_LEFT_OUT
        ) from bad
    if at - until > LATE_RELEASE:  # a sum could lead out of the calendar
        raise VerificationError(
            f"the statement {index} of the log is public since {time_text(until)}, and is missing",
            hint=_LEFT_OUT,
        )


@final
class _Judged:
    """The statements of a copy, each by its signatures and then by its time."""

    def __init__(self, directory: Directory, seen: datetime) -> None:
        self.seen = seen
        self.found: list[tuple[int, Verified]] = []
        self.faults: list[Fault] = []
        self._untimed: list[Statement] = []
        self._directory, self._log = directory, log_of(directory)

    def take(self, index: int, data: bytes) -> None:
        """Verify a statement; one that only its time speaks against still changes others.

        A proof is no part of the log's entry, so whoever gives out a copy can take it away or put
        in another one. A withdrawal by a key that was revoked since would then count for nothing,
        and what it withdrew would be told as current. To hide a true withdrawal is worse than to
        show one whose time nobody can prove: only who held the log's keys could have logged it.
        """
        try:
            row = _row(self._directory, read_statement(read_file(data).signed))
            found = verify_file(data, Issuer(name=row.name, keys=row.keys))
            try:
                self._require_time(index, row, found.file)
            except (BadInputError, VerificationError):
                self._untimed.append(found.statement)
                raise
        except (BadInputError, VerificationError) as bad:
            self.faults.append(Fault(index=index, reason=str(bad)))
        else:
            self.found.append((index, found))

    def held(self, as_of: datetime) -> HeldStatements:
        """Return the register of what holds; what was issued twice under a number is a fault."""
        held = HeldStatements(self._directory.policy.origin, as_of)
        for index, one in self.found:
            try:
                held.add(one)
            except ConflictError as bad:
                self.faults.append(Fault(index=index, reason=str(bad)))
        for said in self._untimed:
            held.add_changes(said)
        return held

    def _require_time(self, index: int, row: IssuerKey, parts: StatementFile) -> None:
        """Verify that the key counted when the statement was seen.

        Its own proof is read only when the key was revoked since, and witnesses had not seen the
        whole log before.
        """
        revoked, seen = row.revoked, self.seen
        if revoked is not None and not (self._directory.policy.quorum and seen < revoked):
            logged = logged_in_time(parts, revoked, self._log if parts.proof else None)
            if logged is not None and logged.index != index:
                raise VerificationError("its proof is of another place in the log", hint=_GET_AGAIN)
            seen = logged.witnessed if logged and logged.witnessed else seen
        if seen < row.since:
            raise _not_yet()


def _require_root(
    copy: RegisterCopy, files: Sequence[StatementFile | None], checkpoint: Checkpoint
) -> None:
    frontier = Frontier()
    for one, parts in zip(copy.entries, files, strict=True):
        frontier.append(leaf_hash(one.data if parts is None else parts.entry))
    if frontier.head() != checkpoint.head:
        raise VerificationError(
            "the statements do not lead to the signed root of the log", hint=_GET_AGAIN
        )


def _row(directory: Directory, said: Statement) -> IssuerKey:
    for row in directory.issuers:
        if row.name == said.issuer and key_of(row.keys) == said.key:
            return row
    raise VerificationError(f"{said.issuer!r:.60} has no such key in the key directory", hint=_ASK)


def _not_yet() -> VerificationError:
    return VerificationError("the key did not count yet when the statement was seen", hint=_ASK)


def _as_of(directory: Directory, witnessed: Witnessed, issued: Sequence[datetime]) -> datetime:
    """Return the last time at which enough witnesses vouch that the log only grew."""
    vouched = vouched_for(witnessed.until, directory.policy.quorum)
    return vouched or max([directory.issued, *issued])


def _require_fresh(as_of: datetime, now: datetime, directory: Directory) -> None:
    if directory.policy.quorum and as_of - now > CLOCKS_DIFFER:
        raise VerificationError(
            f"the register is of {time_text(as_of)}, which is still to come",
            hint="set this machine's clock; if it is right, tell the register's witnesses",
        )
    if now - as_of > timedelta(seconds=directory.fresh):
        raise VerificationError(
            f"the register is of {time_text(as_of)}, which is too long ago for a verdict",
            hint=_GET_AGAIN,
        )


def _entry(cursor: Cursor) -> CopiedStatement | CopiedEntry:
    if cursor.has("entry"):
        return CopiedEntry(cursor.part("entry", MAX_ENTRY))
    return CopiedStatement(cursor.part("statement", MAX_FILE))


def _count(cursor: Cursor, name: str, least: int, most: int) -> int:
    place = cursor.at
    digits = cursor.line(name)
    plain = digits.isdigit() and len(digits) <= len(str(most))
    if not plain or str(int(digits)).encode() != digits or not least <= int(digits) <= most:
        raise cursor.refusal(f"{digits!r:.30} is no number of {name} up to {most}", place)
    return int(digits)
