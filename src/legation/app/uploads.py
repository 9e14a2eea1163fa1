"""Files that are on their way in from the desk: a short stay in the home's scratch.

What a person sends stands there in clear, for its owner's eyes only, until the job that
reads it has ended; what nobody came back for is swept. A file of the declared folder is
only named here and never removed. A file's name is a label: no part of it is a path.
"""

import os
import re
import secrets
import shutil
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, final

import msgspec

from legation.errors import BadInputError, BusyError, NotFoundError
from legation.settings import at_home
from legation.store.durable import try_lock, unlock

if TYPE_CHECKING:
    from legation.app.home import Home

_ID: Final = re.compile(r"[0-9a-f]{16}")
_UNSAFE: Final = re.compile(r"[^\w.\- ]+")
_LONGEST: Final = 100
_MOST_OCTETS: Final = 200  # file systems take 255 of them, and a lock's name is longer by some
_ABOUT: Final = "about.json"
_MEGABYTE: Final = 1_000_000
STAY: Final = timedelta(hours=24)
# How many files may wait for their import. A person compares a few mappings at a time; all
# together they may take so many times `upload_mb` of disk.
MOST_OF_ONE: Final = 5
MOST: Final = 40
_OFFERED: Final = 200


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that may be imported.

    Attributes:
        upload_id: Random.
        name: As it is shown; never a path.
        path: Where it stands.
        own: It stands in the scratch and goes with the upload.
        size: In bytes.
        created: When it came.
        by: Who sent or chose it; empty where that is not known.
    """

    upload_id: str
    name: str
    path: str
    own: bool
    size: int
    created: datetime
    by: str = ""


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the declared folder."""

    name: str
    size: int


@final
class Uploads:
    """The files on their way in to one home."""

    def __init__(self, home: "Home") -> None:
        """Name the folder; nothing is made yet."""
        self._home = home
        self._folder = home.folder / "scratch" / "uploads"

    def receive(self, name: str, by: str = "") -> "Receiving":
        """Begin to take in a file that a person sends.

        Raises:
            BusyError: As many wait here as may.
        """
        self._require_room(by)
        upload_id = secrets.token_hex(8)
        lock = self._lock(upload_id)
        try:
            return Receiving(self._home, self._make(upload_id), (plain_name(name), by), lock)
        except BaseException:
            # Nothing came in yet, so nothing of it stays.
            self.remove(upload_id)
            unlock(lock, self._lock_file(upload_id))
            raise

    def offered(self) -> tuple[Offered, ...]:
        """Return the files of the declared folder, by name; links are passed over."""
        folder = self._declared()
        if folder is None or not folder.is_dir():
            return ()
        found = sorted(path for path in folder.iterdir() if _is_plain(path))
        return tuple(Offered(name=path.name, size=path.stat().st_size) for path in found[:_OFFERED])

    def waiting(self, by: str) -> list[Upload]:
        """Return the files of somebody that came in whole and wait here, the newest first."""
        mine = [one for one in self._every() if one.by == by]
        return sorted(mine, key=lambda one: one.created, reverse=True)

    def choose(self, name: str, by: str = "") -> Upload:
        """Name a file of the declared folder for import.

        Raises:
            NotFoundError: It is not offered.
            BusyError: As many wait here as may.
        """
        self._require_room(by)
        folder = self._declared()
        path = None if folder is None or "/" in name or name in {"", ".", ".."} else folder / name
        if path is None or not _is_plain(path):
            raise NotFoundError(f"{name!r:.80} is not offered", hint="choose a file of the list")
        upload_id = secrets.token_hex(8)
        lock = self._lock(upload_id)
        folder = self._make(upload_id)
        made = Upload(
            upload_id=upload_id,
            name=path.name,
            path=str(path),
            own=False,
            size=path.stat().st_size,
            created=self._home.now(),
            by=by,
        )
        (folder / _ABOUT).write_bytes(msgspec.json.encode(made))
        unlock(lock, self._lock_file(upload_id))
        return made

    def get(self, upload_id: str, by: str = "") -> Upload:
        """Return a file that came in whole.

        Args:
            upload_id: Names it.
            by: Who asks: it has clear names in it, and is shown to whom it came from alone;
                empty: the desk itself.

        Raises:
            NotFoundError: There is none, it has left again, or somebody else sent it.
        """
        about = self._folder / upload_id / _ABOUT
        if _ID.fullmatch(upload_id) and about.is_file():
            found = msgspec.json.decode(about.read_bytes(), type=Upload)
            if not by or found.by in ("", by):
                return found
        raise NotFoundError(
            "this file is not here any more",
            hint="send it again: a file is removed when its import has ended, or after a day",
        )

    def rejects(self, upload_id: str) -> Path:
        """Return where the rejected rows of a dry run are listed."""
        self.get(upload_id)
        return self._folder / upload_id / "rejected.csv"

    def remove(self, upload_id: str) -> None:
        """Remove a file, or its naming."""
        if _ID.fullmatch(upload_id):
            shutil.rmtree(self._folder / upload_id, ignore_errors=True)

    def sweep(self, needed: Collection[str]) -> None:
        """Remove what came in half, what a dry run left, and what nobody came back for.

        Args:
            needed: Uploads that a job still waits for.
        """
        for dry in self._folder.parent.glob("dry-*"):
            shutil.rmtree(dry, ignore_errors=True)
        if not self._folder.is_dir():
            return
        for name in {path.name.removesuffix(".lock") for path in self._folder.iterdir()}:
            # What is still coming in is locked; the lock falls with the program that takes it in.
            lock = None if name in needed else try_lock(self._lock_file(name))
            if lock is None:
                continue
            try:
                old = self._home.now() - self.get(name).created > STAY
            except (NotFoundError, msgspec.DecodeError):
                old = True
            if old:
                shutil.rmtree(self._folder / name, ignore_errors=True)
            unlock(lock, self._lock_file(name))

    def _every(self) -> list[Upload]:
        """Return all files that came in whole and whose time is not over."""
        found = []
        since = self._home.now() - STAY
        for about in self._folder.glob(f"*/{_ABOUT}"):
            # What another program removes meanwhile, or what is damaged, waits for nobody.
            with suppress(OSError, msgspec.DecodeError):
                found.append(msgspec.json.decode(about.read_bytes(), type=Upload))
        return [one for one in found if one.created > since]

    def _require_room(self, by: str) -> None:
        """Refuse a file where as many wait as may: each takes disk until it leaves.

        Raises:
            BusyError: Too many wait, of this person or in all.
        """
        there = self._every()
        if sum(one.by == by for one in there) >= MOST_OF_ONE:
            raise BusyError(
                f"{MOST_OF_ONE} of your files wait to be imported",
                hint="import or remove one on the page Import; each is removed after 24 hours",
            )
        if len(there) >= MOST:
            raise BusyError(
                f"{MOST} files wait to be imported on this desk",
                hint="try again when some were imported; each is removed after 24 hours",
            )

    def _lock(self, upload_id: str) -> int:
        self._folder.parent.mkdir(mode=0o700, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        lock = try_lock(self._lock_file(upload_id))
        if lock is None:
            raise BusyError("this file is being taken in", hint="send it again")
        return lock

    def _lock_file(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.lock"

    def _make(self, upload_id: str) -> Path:
        folder = self._folder / upload_id
        folder.mkdir(mode=0o700)
        return folder

    def _declared(self) -> Path | None:
        given = self._home.settings.import_folder
        return at_home(Path(given), "import_folder").resolve() if given else None


@final
class Receiving:
    """A file that is coming in, piece by piece; half of it is removed when it fails."""

    def __init__(self, home: "Home", folder: Path, of: tuple[str, str], lock: int) -> None:
        """Open the file, by its name and sender; whoever holds the lock is taking it in."""
        name, self._by = of
        self._home = home
        self._folder = folder
        self._name = name
        self._lock: int | None = lock
        self._most = home.settings.upload_mb
        self._size = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._file = os.fdopen(os.open(folder / name, flags, 0o600), "wb")

    def write(self, piece: bytes) -> None:
        """Take in a piece.

        Raises:
            BadInputError: The file is too large.
        """
        self._size += len(piece)
        if self._size > self._most * _MEGABYTE:
            raise BadInputError(
                f"this file is larger than {self._most:,} MB",
                place=self._name,
                hint="put it into the declared folder, split it, or use: legation import posts",
            )
        self._file.write(piece)

    def finish(self) -> Upload:
        """Say that the file is whole.

        Raises:
            BadInputError: It is empty, or becomes too large when unpacked.
        """
        from legation.store.reading.expansion import refuse_large

        self._file.close()
        if not self._size:
            raise BadInputError("the file is empty", place=self._name, hint="choose another file")
        path = self._folder / self._name
        refuse_large(path, self._home.settings.unpacked_mb)
        made = Upload(
            upload_id=self._folder.name,
            name=self._name,
            path=str(path),
            own=True,
            size=self._size,
            created=self._home.now(),
            by=self._by,
        )
        (self._folder / _ABOUT).write_bytes(msgspec.json.encode(made))
        return made

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what came in half."""
        self._file.close()
        if self._lock is None:
            return
        if not (self._folder / _ABOUT).exists():
            shutil.rmtree(self._folder, ignore_errors=True)
        unlock(self._lock, self._folder.with_name(f"{self._folder.name}.lock"))
        self._lock = None


def plain_name(given: str) -> str:
    r"""Return a file's name without its folders and without signs that could mean something.

    >>> plain_name("../../etc/pass*wd"), plain_name(r"C:\\posts\\june.csv"), plain_name("..")
    ('pass_wd', 'june.csv', 'posts')
    """
    name = _UNSAFE.sub("_", re.split(r"[/\\]", given)[-1]).strip(" .")
    name = name[-_LONGEST:].encode("utf-8", "replace")[-_MOST_OCTETS:].decode("utf-8", "ignore")
    name = name.strip(" .")
    return "posts" if name in {"", _ABOUT, "rejected.csv"} else name


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
