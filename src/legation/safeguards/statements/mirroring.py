"""Mirroring a register: a second folder that keeps what the first once showed.

A mirror believes the publisher in nothing. It takes over a newer state only when that continues
the one it holds, in the log and in the key directory; what was public once stays in the mirror,
also when the publisher takes the file away. Whatever is written was verified before, byte by byte.
"""

import hashlib
from datetime import datetime
from typing import Final, final

import msgspec

from legation.crypto.directory.directory import Directory
from legation.crypto.directory.following import follow
from legation.crypto.directory.roots import Anchor
from legation.crypto.log.checking import verify_log
from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, LogFiles
from legation.crypto.log.merkle import TreeHead, tree_root
from legation.crypto.log.notes import parse_note
from legation.crypto.log.policies import verify_checkpoint
from legation.crypto.log.tiles import WIDTH, TileReader
from legation.errors import NotFoundError, VerificationError
from legation.safeguards.statements.key_directories import (
    DIRECTORY,
    directories_in,
    require_named,
)
from legation.safeguards.statements.logging import vouched_for
from legation.safeguards.statements.publishing import COSIGNED
from legation.safeguards.statements.register_copy import require_kept_back
from legation.safeguards.statements.register_folder import COPY, copy_of, statement_at

_FORK: Final = "keep both folders: they are evidence; tell the witnesses and the other mirrors"


class Mirrored(msgspec.Struct, frozen=True, kw_only=True):
    """What a mirror has taken over.

    Attributes:
        register: The log's name.
        before: Entries that the mirror held.
        size: Entries that it holds now.
        directory: Version of the key directory.
        files: How many files were written.
    """

    register: str
    before: int
    size: int
    directory: int
    files: int


def mirror(source: LogFiles, target: LogFiles, anchor: Anchor, now: datetime) -> Mirrored:
    """Bring a mirror up to a register's public folder.

    Args:
        source: The folder that is mirrored; nothing in it is believed.
        target: The mirror's folder.
        anchor: The root keys that are trusted.
        now: The time.

    Raises:
        VerificationError: The source is damaged, older than the mirror, another history, or lacks
            a public statement that the mirror does not hold.
        NotFoundError: The source lacks a file.
        BadInputError: A file of the source cannot be read.
    """
    with target.locked():
        taken = _Taken(source)
        directory = _directory(source, target, anchor, now)
        content = source.read(CHECKPOINT)
        note = parse_note(content, place=CHECKPOINT)
        witnessed = verify_checkpoint(note, directory.policy)
        checkpoint = witnessed.checkpoint
        require_named(checkpoint, _versions(source, target), directory)
        before = _held(target)
        _continues(before, checkpoint, source)
        verify_log(taken.read, directory.policy.log_keys, note=note)
        at = vouched_for(witnessed.until, directory.policy.quorum) or now
        _statements(taken, target, checkpoint.head, at)
        for name in source.listed(COSIGNED):
            _cosigned(taken, f"{COSIGNED}/{name.rpartition('/')[2]}", checkpoint)
        for version in directories_in(source):
            taken.read(f"{DIRECTORY}/{version}")
        count = taken.write(target)
        target.publish(CHECKPOINT, content)
        target.publish(COPY, copy_of(target))
    return Mirrored(
        register=checkpoint.origin,
        before=before.head.size if before else 0,
        size=checkpoint.head.size,
        directory=directory.version,
        files=count,
    )


def _directory(source: LogFiles, target: LogFiles, anchor: Anchor, now: datetime) -> Directory:
    """Follow over what the mirror holds and the source shows: two of one version are a fork."""
    held, shown = directories_in(target), directories_in(source)
    if held and max(shown, default=0) < max(held):
        raise VerificationError(
            f"the source shows version {max(shown, default=0)} of the key directory, and the"
            f" mirror holds {max(held)}",
            hint="the source was rolled back: ask its publisher, and keep the mirror",
        )
    return follow(anchor, _versions(source, target), now, max(held, default=None))


def _versions(source: LogFiles, target: LogFiles) -> list[bytes]:
    both = directories_in(target), directories_in(source)
    return [
        data
        for version in sorted({*both[0], *both[1]})
        for data in dict.fromkeys(one[version] for one in both if version in one)
    ]


def _held(target: LogFiles) -> Checkpoint | None:
    try:
        return parse_checkpoint(parse_note(target.read(CHECKPOINT), place=CHECKPOINT))
    except NotFoundError:
        return None


def _continues(before: Checkpoint | None, after: Checkpoint, source: LogFiles) -> None:
    if before is None:
        return
    if before.origin != after.origin:
        raise VerificationError(
            f"the mirror is of {before.origin!r:.60}, the source is {after.origin!r:.60}",
            hint="mirror each register into a folder of its own",
        )
    if after.head.size < before.head.size:
        raise VerificationError(
            f"the source has {after.head.size} entries, and the mirror holds {before.head.size}",
            hint="the source was rolled back: ask its publisher, and keep the mirror",
        )
    nodes = TileReader(source.read, after.head).nodes
    if tree_root(before.head.size, nodes) != before.head.root:
        raise VerificationError(
            f"the first {before.head.size} entries of the source are not those of the mirror",
            hint=_FORK,
        )


def _statements(taken: "_Taken", target: LogFiles, head: TreeHead, at: datetime) -> None:
    """Take the statements; what was public once is in the mirror, whatever the source shows."""
    reader = TileReader(taken.read, head)
    for bundle in range(-(-head.size // WIDTH)):
        for index, entry in enumerate(reader.entries(bundle), bundle * WIDTH):
            shown = statement_at(taken.read, index, entry)
            if shown is None and statement_at(target.read, index, entry) is None:
                require_kept_back(index, entry, at)


def _cosigned(taken: "_Taken", path: str, checkpoint: Checkpoint) -> None:
    """Take a checkpoint that was kept, if it is one of this log; `open_copy` judges it later."""
    note = parse_note(taken.read(path), place=path)
    seen = parse_checkpoint(note, place=path)
    nodes = TileReader(taken.read, checkpoint.head).nodes
    small = seen.head.size <= checkpoint.head.size
    if not small or tree_root(seen.head.size, nodes) != seen.head.root:
        raise VerificationError(f"{path} is another history of the log", hint=_FORK)


@final
class _Taken:
    """Files of a source as they were when they were verified: by their hashes, not by trust."""

    def __init__(self, source: LogFiles) -> None:
        self._source = source
        self._hashes: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """Read a file of the source; twice the same bytes, or it is refused."""
        content = self._source.read(path)
        digest = hashlib.sha256(content).digest()
        if self._hashes.setdefault(path, digest) != digest:
            raise VerificationError(
                f"{path} changed while it was read", hint="mirror again; it may be just published"
            )
        return content

    def write(self, target: LogFiles) -> int:
        """Write what was read into another folder; return how many files were new there."""
        count = 0
        for path in self._hashes:
            content = self.read(path)
            if _there(target, path) != content:
                target.put(path, content)
                count += 1
        target.settle()
        return count


def _there(target: LogFiles, path: str) -> bytes | None:
    try:
        return target.read(path)
    except NotFoundError:
        return None
