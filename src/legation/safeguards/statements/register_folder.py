"""The public folder of a register, read: its key directories, its statements, the copy of it all.

The folder is static files that any web server can give out: the log in the formats of C2SP, and
beside it `statements/`, `directory/`, `cosigned/` and `copy`. Nothing in it is believed because it
lies there; `check_folder` verifies it as a stranger would, from an anchor alone.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Final, final

import msgspec

from legation.crypto.directory.directory import Directory
from legation.crypto.directory.files import read_directory_file
from legation.crypto.directory.roots import Anchor
from legation.crypto.directory.text import read_directory
from legation.crypto.log.checking import verify_log
from legation.crypto.log.checkpoints import parse_checkpoint
from legation.crypto.log.files import CHECKPOINT, LogFiles
from legation.crypto.log.notes import SignedNote, parse_note
from legation.crypto.log.proofs import make_proof
from legation.crypto.log.tiles import WIDTH, FileReader, TileReader
from legation.errors import NotFoundError, VerificationError
from legation.safeguards.statements.books import path_of
from legation.safeguards.statements.key_directories import directories_in
from legation.safeguards.statements.logging import witnessed_by
from legation.safeguards.statements.publishing import COSIGNED
from legation.safeguards.statements.register_copy import (
    CopiedEntry,
    CopiedStatement,
    OpenedRegister,
    RegisterCopy,
    open_copy,
    read_copy,
    write_copy,
)
from legation.safeguards.statements.statement import read_statement, time_text
from legation.safeguards.statements.statement_file import (
    StatementFile,
    embargo_of,
    read_file,
    write_file,
)
from legation.safeguards.statements.verifying import key_of

COPY: Final = "copy"

_COSIGNED = re.compile(r"(?P<size>[1-9][0-9]{0,18})-(?P<version>0|[1-9][0-9]{0,8})", re.ASCII)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of a folder found; what does not hold together at all was an error.

    Attributes:
        register: The log's name.
        size: Entries of the log.
        seen: When enough witnesses had seen it; the reader's time when none are asked for.
        directory: Version of the key directory.
        embargoed: Entries whose statements are not public.
        faults: Statements that do not count, or should be public and are not there; each with its
            place in the log and why.
        copy: `current`; `behind` when it holds less than the log; `missing`.
    """

    register: str
    size: int
    seen: datetime
    directory: int
    embargoed: int
    faults: tuple[str, ...]
    copy: str


def copy_of(files: LogFiles) -> bytes:
    """Return the copy of a register, from its public folder.

    Raises:
        NotFoundError: The folder has no checkpoint, no key directory, or lacks a file of the log.
        VerificationError: A file of the log is not what its checkpoint says.
        BadInputError: A file of it cannot be read.
    """
    directories = directories_in(files)
    if not directories:
        raise NotFoundError("the register has no key directory", hint="publish one first")
    checkpoint = files.read(CHECKPOINT)
    newest = read_directory(read_directory_file(directories[max(directories)]).signed)
    head = parse_checkpoint(parse_note(checkpoint, place=CHECKPOINT)).head
    reader = TileReader(files.read, head)
    proofs = _Proofs(files, newest, reader)
    entries: list[CopiedStatement | CopiedEntry] = []
    for bundle in range(-(-head.size // WIDTH)):
        for index, entry in enumerate(reader.entries(bundle), bundle * WIDTH):
            file = statement_at(files.read, index, entry)
            if file is None:
                entries.append(CopiedEntry(entry))
            else:
                entries.append(CopiedStatement(write_file(proofs.added(index, file))))
    return write_copy(
        RegisterCopy(
            directories=tuple(directories.values()),
            checkpoint=checkpoint,
            entries=tuple(entries),
        )
    )


def statement_at(read: FileReader, index: int, entry: bytes) -> StatementFile | None:
    """Return the statement at a place of the log; None while it is not public.

    Raises:
        VerificationError: The file there is not the one that was logged.
    """
    path = path_of(index)
    try:
        file = read_file(read(path))
    except NotFoundError:
        return None
    if file.entry != entry:
        raise VerificationError(
            f"{path} is not the statement that was logged",
            hint="get the file from a mirror, and find out who exchanged it",
        )
    return file


def check_folder(
    files: LogFiles, anchor: Anchor, now: datetime, remembered: int | None = None
) -> tuple[Checked, OpenedRegister]:
    """Verify a whole folder as a stranger: every tile, every statement, the way of the keys.

    Args:
        files: The public folder.
        anchor: The root keys that are trusted.
        now: The time.
        remembered: The newest version of the key directory that was seen before.

    Raises:
        LegationError: The first contradiction, as `open_copy` and `verify_log` name it.
    """
    data = copy_of(files)
    opened = open_copy(data, anchor, now, remembered)
    verify_log(files.read, opened.directory.policy.log_keys)
    checked = Checked(
        register=opened.checkpoint.origin,
        size=opened.checkpoint.head.size,
        seen=opened.seen,
        directory=opened.directory.version,
        embargoed=opened.embargoed,
        faults=(*(f"{one.index}: {one.reason}" for one in opened.faults), *_late(data, now)),
        copy=_copy_state(files),
    )
    return checked, opened


def _late(data: bytes, now: datetime) -> Iterator[str]:
    """Yield what should have been let out by now, and is not there."""
    for index, one in enumerate(read_copy(data).entries):
        until = embargo_of(one.data) if isinstance(one, CopiedEntry) else None
        if until is not None and until <= now:
            yield f"{index}: public since {time_text(until)}, and not in the folder"


def _copy_state(files: LogFiles) -> str:
    try:
        copy = read_copy(files.read(COPY))
    except NotFoundError:
        return "missing"
    same = copy.checkpoint == files.read(CHECKPOINT)
    same = same and copy.directories == tuple(directories_in(files).values())
    return "current" if same else "behind"


@final
class _Proofs:
    """Gives statements of keys that were revoked since the proof that they were seen before."""

    def __init__(self, files: LogFiles, directory: Directory, log: TileReader) -> None:
        self._files, self._log = files, log
        self._revoked = {
            (row.name, key_of(row.keys)) for row in directory.issuers if row.revoked is not None
        }
        self._seen = list(self._witnessed(directory)) if self._revoked else []

    def added(self, index: int, file: StatementFile) -> StatementFile:
        if not self._revoked:
            return file
        said = read_statement(file.signed)
        if (said.issuer, said.key) not in self._revoked:
            return file
        for size, note in self._seen:
            if size > index:
                proof = make_proof(index, note, self._files.read, today=self._log)
                return msgspec.structs.replace(file, proof=proof.encode())
        return file

    def _witnessed(self, directory: Directory) -> Iterator[tuple[int, SignedNote]]:
        """Yield what enough witnesses have seen, the earliest first, and its size."""
        found = [
            _COSIGNED.fullmatch(name.rpartition("/")[2]) for name in self._files.listed(COSIGNED)
        ]
        places = sorted((int(one["size"]), int(one["version"])) for one in found if one)
        for size, version in places:
            path = f"{COSIGNED}/{size}-{version}"
            note = parse_note(self._files.read(path), place=path)
            with suppress(VerificationError):
                witnessed_by(note, directory)
                yield size, note
