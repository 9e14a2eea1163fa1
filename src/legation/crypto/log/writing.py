"""Appending to a log so that a crash leaves it without the batch or with all of it.

A batch is written in one order: tiles and bundles of entries, all flushed to the disk, then
the new checkpoint by one rename. Nothing that a checkpoint vouches for is written a second
time: a batch makes new files, and a partial tile stays until the full one, which begins with
it, is published. What a crash leaves beyond the checkpoint is no part of the log; the next
batch writes over it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, final

import msgspec

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, LogFiles
from legation.crypto.log.keys import NoteKey, verified
from legation.crypto.log.merkle import Frontier, TreeHead, leaf_hash, tree_root
from legation.crypto.log.notes import SignatureLine, SignedNote, parse_note
from legation.crypto.log.policies import verify_log_signed
from legation.crypto.log.signers import NoteSigner, sign_checkpoint
from legation.crypto.log.tiles import (
    HEIGHT,
    LEVELS,
    WIDTH,
    Bundle,
    Tile,
    TileReader,
    encode_bundle,
)
from legation.errors import (
    BusyError,
    ConflictError,
    NotFoundError,
    UsageError,
    VerificationError,
)

LARGEST_BATCH: Final = 1 << 16


@final
class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch has become.

    Attributes:
        first: Number of its first entry.
        checkpoint: The signed checkpoint of the log with the batch.
    """

    first: int
    checkpoint: SignedNote


def create_log(
    files: LogFiles,
    origin: str,
    signers: Sequence[NoteSigner],
    extensions: Sequence[str] = (),
) -> SignedNote:
    """Begin a log: publish the checkpoint of an empty one.

    Args:
        files: An empty folder.
        origin: The log's name; it can never be changed.
        signers: The log's signers, as of `log_signers`.
        extensions: Further lines of its checkpoints; `LogWriter.renew` changes them.

    Raises:
        ConflictError: There is a log, or the files of one.
        BusyError: The disk is full, or another program writes there.
    """
    with files.locked():
        if files.listed("tile") or _there(files, CHECKPOINT):
            raise ConflictError(
                "there is a log already", hint="open it; or restore its checkpoint if that is lost"
            )
        first = Checkpoint(origin=origin, head=Frontier().head(), extensions=tuple(extensions))
        note = sign_checkpoint(first, signers)
        with _disk():
            files.publish(CHECKPOINT, note.encode())
    return note


@contextmanager
def open_log(
    files: LogFiles,
    origin: str,
    signers: Sequence[NoteSigner],
    *,
    trusted: Sequence[NoteKey] = (),
    remembered: TreeHead | None = None,
) -> Iterator["LogWriter"]:
    """Open a log for writing; a crash before is recovered from.

    Args:
        files: The log's folder.
        origin: Its name.
        signers: What signs its checkpoints.
        trusted: Earlier keys of the log, all of which signed its last checkpoint, after the
            keys were changed; none when the signers' own did.
        remembered: The last head that somebody keeps elsewhere. A folder restored from an old
            backup lacks it, and writing on would fork the log.

    Raises:
        NotFoundError: There is no log, or a file of it is missing.
        VerificationError: Its files do not lead to its checkpoint, the checkpoint is not
            signed by these keys, or the remembered head is not in it.
        BusyError: Another program writes it.
    """
    keys = tuple(trusted) or tuple(each.key for each in signers)
    with files.locked():
        note = _signed_by(files, keys)
        checkpoint = parse_checkpoint(note)
        if checkpoint.origin != origin:
            raise VerificationError(
                f"the folder holds the log {checkpoint.origin!r:.60}",
                hint="open the folder of the log that you meant",
            )
        reader = TileReader(files.read, checkpoint.head)
        if remembered is not None:
            _continues(remembered, reader)
        yield LogWriter(files, signers, note, reader)


@final
class LogWriter:
    """A log that is open for writing; `open_log` gives it.

    Attributes:
        checkpoint: The signed checkpoint that is published.
    """

    def __init__(
        self,
        files: LogFiles,
        signers: Sequence[NoteSigner],
        note: SignedNote,
        reader: TileReader,
    ) -> None:
        """Take over the proved end of the log."""
        self.checkpoint = note
        self._files = files
        self._signers = signers
        self._said = parse_checkpoint(note)
        self._end = _End.read(reader)
        self._stopped = False

    @property
    def head(self) -> TreeHead:
        """Return size and root of what is published."""
        return self._end.frontier.head()

    def append(self, entries: Sequence[bytes]) -> Appended:
        """Append a batch, durably: when this returns, it is published and on the disk.

        One round of flushing serves the whole batch, whatever its size.

        Args:
            entries: 1 to 65,536 entries of 65,535 bytes at most, in their order.

        Raises:
            BadInputError: An entry is too long; nothing is appended.
            UsageError: The batch is empty or too large, or an earlier one failed while it
                was published: open the log again.
            BusyError: The disk is full or failed. Open the log again when the hint says so.
        """
        self._refuse_stopped()
        if not 0 < len(entries) <= LARGEST_BATCH:
            raise UsageError(
                f"a batch has 1 to {LARGEST_BATCH} entries, not {len(entries)}",
                hint="append it in parts",
            )
        first = self._end.frontier.size
        end = self._end.copy()
        files = end.append(entries)
        said = msgspec.structs.replace(self._said, head=end.frontier.head())
        note = sign_checkpoint(said, self._signers)
        self._put(files)
        self._publish(note)
        self._end = end
        self._drop_partials(first)
        return Appended(first=first, checkpoint=note)

    def renew(self, extensions: Sequence[str]) -> None:
        """Publish the log as it is, under a checkpoint with other further lines.

        They stay in the checkpoints of all later batches. The new checkpoint has no cosignature:
        witnesses sign the whole text. Nothing is done where the lines are these already.

        Args:
            extensions: The lines, without their ends.

        Raises:
            BadInputError: A line is empty or has a control character.
            BusyError: The disk is full or failed.
        """
        self._refuse_stopped()
        if tuple(extensions) != self._said.extensions:
            said = msgspec.structs.replace(self._said, extensions=tuple(extensions))
            self._publish(sign_checkpoint(said, self._signers))

    def add_cosignatures(self, lines: Sequence[SignatureLine], keys: Sequence[NoteKey]) -> None:
        """Publish the checkpoint with what witnesses have signed.

        Args:
            lines: Signature lines for the checkpoint that is published now; they take the
                place of earlier ones by the same keys.
            keys: Keys of the witnesses; lines of other keys are left out.

        Raises:
            VerificationError: A line of these keys does not hold, or there is none of them.
            BadInputError: The checkpoint would have too many signatures.
            BusyError: The disk is full or failed.
        """
        self._refuse_stopped()
        known = {(key.name, key.key_id) for key in keys}
        added = [each for each in lines if (each.name, each.key_id) in known]
        verified(SignedNote(text=self.checkpoint.text, signatures=tuple(added)), keys)
        self._publish(self.checkpoint.renewed(added))

    def _put(self, files: dict[str, bytes]) -> None:
        begun: list[str] = []
        try:
            with _disk():
                for path, content in files.items():
                    begun.append(path)
                    self._files.put(path, content)
                self._files.settle()
        except BusyError:
            # Nothing vouches for these yet, and a full disk needs the room.
            for path in begun:
                with suppress(OSError):
                    self._files.remove(path)
            raise

    def _publish(self, note: SignedNote) -> None:
        # From here to the end it is not known which checkpoint a failing disk keeps.
        self._stopped = True
        with _disk():
            self._files.publish(CHECKPOINT, note.encode())
        self.checkpoint, self._said = note, parse_checkpoint(note)
        self._stopped = False

    def _drop_partials(self, old: int) -> None:
        for level in range(LEVELS):
            index, rest = divmod(old >> HEIGHT * level, WIDTH)
            if not rest or self._end.frontier.size >> HEIGHT * (level + 1) <= index:
                continue
            dropped = [Tile(level, index).path]
            if level == 0:
                dropped.append(Bundle(index).path)
            for path in dropped:
                # A partial tile that stays is no fault: the full one begins with it.
                with suppress(OSError):
                    self._files.remove(f"{path}.p")

    def _refuse_stopped(self) -> None:
        if self._stopped:
            raise UsageError(
                "publishing failed before, so the log's state must be read again",
                hint="close the log and open it again",
            )


@final
class _End:
    """What stands at a log's end: the frontier, the rows of its partial tiles, the last bundle."""

    def __init__(
        self, frontier: Frontier, rows: dict[int, list[bytes]], bundle: list[bytes]
    ) -> None:
        self.frontier = frontier
        self._rows = rows
        self._bundle = bundle

    @classmethod
    def read(cls, reader: TileReader) -> "_End":
        size = reader.head.size
        bundle = reader.entries(size // WIDTH) if size % WIDTH else []
        return cls(reader.frontier(), reader.edge(), bundle)

    def copy(self) -> "_End":
        rows = {level: list(row) for level, row in self._rows.items()}
        return _End(self.frontier.copy(), rows, list(self._bundle))

    def append(self, entries: Sequence[bytes]) -> dict[str, bytes]:
        """Grow by entries, and return the new files by path."""
        files: dict[str, bytes] = {}
        changed: set[int] = set()
        encode_bundle(entries)  # refuses before anything is changed
        for entry in entries:
            index = self.frontier.size // WIDTH
            self._bundle.append(entry)
            if len(self._bundle) == WIDTH:
                files[Bundle(index).path] = encode_bundle(self._bundle)
                self._bundle = []
            self._grow(entry, files, changed)
        if self._bundle:
            bundle = Bundle(self.frontier.size // WIDTH, len(self._bundle))
            files[bundle.path] = encode_bundle(self._bundle)
        for level in sorted(changed):
            if row := self._rows[level]:
                index = (self.frontier.size >> HEIGHT * level) // WIDTH
                files[Tile(level, index, len(row)).path] = b"".join(row)
        return files

    def _grow(self, entry: bytes, files: dict[str, bytes], changed: set[int]) -> None:
        for node, value in self.frontier.append(leaf_hash(entry)):
            level, inner = divmod(node.level, HEIGHT)
            if inner:
                continue
            row = self._rows.setdefault(level, [])
            row.append(value)
            changed.add(level)
            if len(row) == WIDTH:
                files[Tile(level, node.index // WIDTH).path] = b"".join(row)
                row.clear()


def _signed_by(files: LogFiles, keys: Sequence[NoteKey]) -> SignedNote:
    try:
        note = parse_note(files.read(CHECKPOINT), place=CHECKPOINT)
    except NotFoundError as gone:
        raise NotFoundError("there is no log", hint="create it, or name its folder") from gone
    verify_log_signed(keys, verified(note, keys))
    return note


def _continues(remembered: TreeHead, reader: TileReader) -> None:
    if remembered.size > reader.head.size:
        raise VerificationError(
            f"the log has {reader.head.size} entries, but had {remembered.size}",
            hint="this is an old copy: restore the newest one, and never write on",
        )
    if tree_root(remembered.size, reader.nodes) != remembered.root:
        raise VerificationError(
            f"the log's first {remembered.size} entries are not those it had",
            hint="this is another history of the log: restore the one that was published",
        )


def _there(files: LogFiles, path: str) -> bool:
    try:
        files.read(path)
    except NotFoundError:
        return False
    return True


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise BusyError(
            f"the log could not be written: {fault.strerror or fault}",
            hint="what was published before stands; free the disk, open the log again and repeat",
        ) from fault
