"""The folder of a witness: what it watches, what it cosigned last, and evidence that it holds.

What was cosigned last is all that a witness must never forget: it is on the disk before a
cosignature leaves, and one program at a time decides about one log. A folder that was restored
from an old backup forgets, so it is never restored: a new witness with new keys is made.
"""

import fcntl
import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, final

import msgspec

from legation.crypto.durable import flush_folder, written_whole
from legation.crypto.log.keys import NoteKey, parse_key
from legation.crypto.log.notes import LARGEST_NOTE, SignedNote, is_key_name, parse_note
from legation.errors import BadInputError, ConflictError, NotFoundError, UsageError

CONFIG: Final = "witness.toml"
KEYS: Final = "witness.keys"
EVIDENCE: Final = "evidence"
MOST_EVIDENCE: Final = 100

_LOGS = "logs"
_LARGEST_CONFIG = 4 << 20
_MOST_LOGS = 10_000
_PUBLIC = 0o644
_ORIGIN_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_HINT = "give it a name, and for each log a table [[log]] with origin and keys"


@final
class Watching(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness is, and which logs it watches.

    Attributes:
        name: Its name, as its cosignatures bear it.
        logs: The keys of each log by the log's name; all of them must have signed.
    """

    name: str
    logs: dict[str, tuple[NoteKey, ...]]


class _Log(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    origin: str
    keys: list[str]


class _Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    log: list[_Log] = []


def read_watching(content: bytes, *, place: str = CONFIG) -> Watching:
    """Read a witness's configuration.

    Args:
        content: TOML: `name`, and for each log a table `[[log]]` with `origin` and `keys`.
        place: Its file, for the error.

    Raises:
        BadInputError: It cannot be read, or names a log or a key twice.
        VerificationError: A key is weak.
    """
    try:
        config = msgspec.convert(tomllib.loads(content.decode("utf-8")), type=_Config)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as bad:
        raise BadInputError(
            f"the configuration cannot be read: {bad!s:.200}", place=place, hint=_HINT
        ) from bad
    except RecursionError as bad:
        raise _refused("it is nested too deep", place) from bad
    if not is_key_name(config.name):
        raise _refused(f"{config.name!r:.60} is no name of a witness", place)
    if len(config.log) > _MOST_LOGS:
        raise _refused(f"it has more than {_MOST_LOGS} logs", place)
    logs: dict[str, tuple[NoteKey, ...]] = {}
    for each in config.log:
        keys = tuple(parse_key(word, place=place) for word in each.keys)
        if not keys or len(set(keys)) != len(keys) or any(key.type.cosigns for key in keys):
            raise _refused(f"{each.origin!r:.60} needs a log's keys, each once", place)
        if each.origin in logs:
            raise _refused(f"{each.origin!r:.60} stands in it twice", place)
        logs[each.origin] = keys
    return Watching(name=config.name, logs=logs)


def origin_hash(origin: str) -> str:
    """Return the name under which C2SP serves a log's checkpoint: SHA-256 in hexadecimal."""
    return hashlib.sha256(origin.encode()).hexdigest()


@final
class WitnessFolder:
    """A witness's folder on a disk."""

    def __init__(self, folder: Path) -> None:
        """Stand for a folder that `make` has made.

        Raises:
            NotFoundError: There is none.
        """
        if not (folder / CONFIG).is_file():
            raise NotFoundError(
                f"no witness in {folder}", hint="run: legation statement witness make"
            )
        self.folder = folder
        self.keys = folder / KEYS

    @classmethod
    def make(cls, folder: Path, name: str) -> "WitnessFolder":
        """Make the folder of a witness that watches nothing yet; its keys are made elsewhere.

        Raises:
            ConflictError: There is one already.
            UsageError: The name cannot stand in a signature.
        """
        if not is_key_name(name) or '"' in name or "\\" in name or not name.isprintable():
            raise UsageError(
                f"{name!r:.60} is no name of a witness",
                hint="write it without spaces and plus, as university.example/w",
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConflictError(f"{folder} is not empty", hint="name a new folder")
        folder.chmod(0o700)
        for inner in (_LOGS, EVIDENCE):
            (folder / inner).mkdir(mode=0o700)
        with written_whole(folder / CONFIG, replace=False) as file:
            file.write(f'name = "{name}"\n'.encode())
        return cls(folder)

    def watching(self) -> Watching:
        """Return what it watches.

        Raises:
            BadInputError: The configuration cannot be read.
        """
        file = self.folder / CONFIG
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_CONFIG + 1)
        if len(content) > _LARGEST_CONFIG:
            raise _refused("it is too large", str(file))
        return read_watching(content, place=str(file))

    @contextmanager
    def deciding(self, origin: str) -> Iterator["Kept"]:
        """Hold a log's place: nobody else, in this program or another, decides meanwhile."""
        place = self.folder / _LOGS / origin_hash(origin)
        if not place.is_dir():
            place.mkdir(mode=0o700, exist_ok=True)
            flush_folder(place.parent)
        number = os.open(place / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield Kept(place / "checkpoint")
        finally:
            os.close(number)

    def last(self, of: str) -> bytes | None:
        """Return what was cosigned last of a log, by its hash; None for nothing."""
        if not _ORIGIN_HASH.fullmatch(of):
            return None
        return Kept(self.folder / _LOGS / of / "checkpoint").content()

    def keep_evidence(
        self, origin: str, content: bytes, shows: str, ending: str = "json"
    ) -> Path | None:
        """Keep a file of evidence, flushed; what shows the same is kept once.

        Args:
            origin: The log's name.
            content: The evidence.
            shows: What it shows; signatures of one text differ each time.
            ending: Of the file's name.

        Returns:
            The file; None when there are so many of this log that one more says nothing.
        """
        folder = self.folder / EVIDENCE
        start = origin_hash(origin)[:16]
        file = folder / f"{start}-{hashlib.sha256(shows.encode()).hexdigest()[:32]}.{ending}"
        if file.exists():
            return file
        if sum(1 for _ in folder.glob(f"{start}-*.{ending}")) >= MOST_EVIDENCE:
            return None
        with suppress(ConflictError), written_whole(file, replace=False, mode=_PUBLIC) as out:
            out.write(content)
        return file

    def evidence(self) -> list[Path]:
        """Return the files of evidence that it holds."""
        return sorted((self.folder / EVIDENCE).glob("*.json"))


@final
class Kept:
    """The place of what was cosigned last of one log."""

    def __init__(self, file: Path) -> None:
        """Stand for a file."""
        self._file = file

    def content(self) -> bytes | None:
        """Return the bytes that are kept; None for nothing."""
        try:
            with self._file.open("rb") as stream:
                return stream.read(LARGEST_NOTE + 1)
        except FileNotFoundError:
            return None

    def read(self) -> SignedNote | None:
        """Return what was cosigned last; None when nothing was.

        Raises:
            BadInputError: It is damaged.
        """
        content = self.content()
        return None if content is None else parse_note(content, place=str(self._file))

    def replace(self, note: SignedNote) -> None:
        """Keep another one; when this returns, it is on the disk."""
        with written_whole(self._file, replace=True) as out:
            out.write(note.encode())


def _refused(why: str, place: str) -> BadInputError:
    return BadInputError(f"the configuration cannot be used: {why}", place=place, hint=_HINT)
