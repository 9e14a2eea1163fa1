"""The sealed files of captured evidence, each under the hash of what is in it.

A file is on the disk, flushed, before it is said to be kept. It is sealed with the desk's
key and bound to its hash; who has no key can still tell that the sealed bytes are those that
were written. A file that stands there already is not written again.
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, final

from legation.crypto.durable import written_whole
from legation.errors import ConflictError, DeniedError, VerificationError
from legation.store.durable import make_folder

if TYPE_CHECKING:
    from legation.crypto.sealing import SealingKey

_PLACE: Final = b"legation evidence 1\x00"
_HINT: Final = "restore it from a backup, or capture it again"
_PIECE: Final = 1 << 20
State = Literal["whole", "missing", "damaged"]


@final
class Vault:
    """The folder of sealed files.

    Args:
        folder: Where they stand.
        key: What seals and opens; None for who only looks whether they are whole.
    """

    def __init__(self, folder: Path, key: "SealingKey | None" = None) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._key = key

    def path(self, sha256: str) -> Path:
        """Return where a file stands."""
        return self._folder / sha256[:2] / sha256

    def keep(self, raw: bytes) -> tuple[str, str]:
        """Seal a file and keep it; return its hash and that of its sealed form."""
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self.path(sha256)
        make_folder(path.parent)
        if path.exists() and not self._opens(sha256):
            path.unlink()  # what stood there is of no use to anybody
        if not path.exists():
            try:
                with written_whole(path, replace=False) as sealed:
                    sealed.write(self._sealer().seal(raw, _PLACE + sha256.encode()))
            except ConflictError:
                pass  # another desk kept the same file at this moment
        return sha256, hash_of(path)

    def open(self, sha256: str) -> bytes:
        """Return a file as it was captured.

        Raises:
            VerificationError: It is gone, or not what was captured.
        """
        try:
            sealed = _plain(self.path(sha256))
        except FileNotFoundError as gone:
            raise VerificationError("the captured file is missing", hint=_HINT) from gone
        except OSError as other:
            raise VerificationError(
                "in place of the captured file stands something else", hint=_HINT
            ) from other
        raw = self._sealer().open(sealed, _PLACE + sha256.encode())
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise VerificationError("the captured file is another than was captured", hint=_HINT)
        return raw

    def state(self, sha256: str, sealed_sha256: str) -> State:
        """Tell whether a sealed file is there as it was written; no key is needed."""
        path = self.path(sha256)
        if not path.is_file():
            return "missing"
        return "whole" if hash_of(path) == sealed_sha256 else "damaged"

    def remove(self, sha256: str) -> None:
        """Remove a file whose term is over."""
        self.path(sha256).unlink(missing_ok=True)

    def seal(self, raw: bytes, place: bytes) -> bytes:
        """Seal what belongs to a file, for one place."""
        return self._sealer().seal(raw, _PLACE + place)

    def unseal(self, sealed: bytes, place: bytes) -> bytes:
        """Open what `seal` sealed."""
        return self._sealer().open(sealed, _PLACE + place)

    def _opens(self, sha256: str) -> bool:
        try:
            self.open(sha256)
        except VerificationError:
            return False
        return True

    def _sealer(self) -> "SealingKey":
        if self._key is None:
            raise DeniedError(
                "the keys are protected, and their passphrase was not given",
                hint="open the desk with: legation desk --passphrase-file FILE",
            )
        return self._key


def _plain(path: Path) -> bytes:
    """Return the bytes of a plain file; what a reader would wait for forever is none.

    Raises:
        OSError: It is a link, a folder, a pipe or a device.
    """
    found = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(found, "rb") as file:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            raise OSError(f"no plain file: {path}")
        return file.read()


def hash_of(path: Path) -> str:
    """Return the hash of a file's bytes as they stand."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
