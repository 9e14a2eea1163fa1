"""What the lake consists of: one manifest for each committed batch.

A manifest is written in one step and never changed. A batch may stand in for earlier ones
(the state of a detector, rewritten after each import): their manifests are then passed
over at once, and removed later, each before the one that replaced it, so that no crash
can bring a replaced batch back.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from legation.errors import VerificationError
from legation.store.durable import make_folder, sync, write_whole


class LakeFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a batch.

    Attributes:
        path: Relative to the lake's folder.
        kind: What its rows are: posts, ties, evidence.
        day: Day (UTC) of its rows.
        size: In bytes.
        sha256: Of its bytes.
    """

    path: str
    kind: str
    day: date
    size: int
    sha256: str


def fingerprint(files: Iterable[LakeFile]) -> str:
    """Return a SHA-256 over the names and hashes of files, whatever their order."""
    listed = sorted(files, key=lambda file: file.path)
    listing = "".join(f"{file.sha256}  {file.path}\n" for file in listed)
    return hashlib.sha256(listing.encode()).hexdigest()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a committed batch consists of.

    Attributes:
        batch: Its name.
        files: Where its rows are.
        replaces: Earlier batches that it stands in for.
        facts: What its writer says of it, to be known as long as the batch: counts of rows,
            the file that they came from.
    """

    batch: str
    files: tuple[LakeFile, ...]
    replaces: tuple[str, ...] = ()
    facts: dict[str, Any] = {}


class Manifests:
    """The manifests of one lake."""

    def __init__(self, folder: Path) -> None:
        """Make the folder when absent."""
        self.folder = folder
        make_folder(folder)

    def add(self, manifest: Manifest) -> None:
        """Commit a batch: on return it is part of the lake and on disk."""
        write_whole(self._path(manifest.batch), msgspec.json.encode(manifest))

    def current(self) -> list[Manifest]:
        """Return the batches of the lake by name, without replaced ones."""
        read = self._read()
        gone = _replaced(read)
        return [manifest for manifest in read if manifest.batch not in gone]

    def every(self) -> list[Manifest]:
        """Return all batches by name, replaced ones included."""
        return self._read()

    def replaced(self) -> list[Manifest]:
        """Return the batches that others stand in for, as far as they are still known."""
        read = self._read()
        gone = _replaced(read)
        return [manifest for manifest in read if manifest.batch in gone]

    def know(self, batch: str) -> bool:
        """Tell whether a batch was committed, be it replaced since."""
        return self._path(batch).exists() or batch in _replaced(self._read())

    def forget_replaced(self) -> None:
        """Remove the manifests of replaced batches, the oldest first."""
        read = {manifest.batch: manifest for manifest in self._read()}
        gone = _replaced(read.values()) & read.keys()
        while gone:
            oldest = {batch for batch in gone if not gone.intersection(read[batch].replaces)}
            for batch in oldest:
                self._path(batch).unlink()
            sync(self.folder)
            gone -= oldest

    def _read(self) -> list[Manifest]:
        return [_manifest(path) for path in sorted(self.folder.glob("*.json"))]

    def _path(self, batch: str) -> Path:
        return self.folder / f"{batch}.json"


def _manifest(path: Path) -> Manifest:
    """Read a manifest; its files stand inside of the lake.

    Raises:
        VerificationError: It is damaged, or names a place elsewhere.
    """
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise VerificationError(
            f"the lake's manifest {path.name} is damaged: {bad}",
            hint=f"restore {path} from a backup; without it, import its source again",
        ) from bad
    for file in manifest.files:
        place = PurePosixPath(file.path)
        if place.is_absolute() or ".." in place.parts:
            raise VerificationError(
                f"the lake's manifest {path.name} names a place outside of the lake",
                hint="keep this home as evidence, and restore the lake from a backup",
            )
    return manifest


def _replaced(manifests: Iterable[Manifest]) -> set[str]:
    return {batch for manifest in manifests for batch in manifest.replaces}
