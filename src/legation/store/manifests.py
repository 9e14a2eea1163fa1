"""What the lake consists of: one manifest for each committed batch.

A manifest is written in one step and never changed. A batch may stand in for earlier ones
(the state of a detector, rewritten after each import): their manifests are then passed
over at once, and removed later, each before the one that replaced it, so that no crash
can bring a replaced batch back. Whoever can write to the folder can write a manifest, so what
one says is held to its form: it names files of its own batch, inside the lake, and no others.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from legation.errors import VerificationError
from legation.store.durable import make_folder, sync, write_whole

KIND = re.compile(r"[a-z][a-z0-9_-]{0,63}")
BATCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


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


class _Finished(msgspec.Struct):
    file: str
    sha256: str
    rule: str
    good: int
    refused: int
    batch: str = ""


class _File(msgspec.Struct):
    sha256: str
    rule: str


class _Facts(msgspec.Struct):
    """The form of the facts that imports read; others are their writers' own."""

    good: int = 0
    refused: int = 0
    leans: list[str] = []
    finished: _Finished | None = None
    undone: str = ""
    file: _File | None = None


def read_manifest(path: Path, batch: str) -> Manifest:
    """Read what a batch consists of.

    Args:
        path: Of the manifest, or of the plan of one.
        batch: The batch that it must be of.

    Raises:
        VerificationError: It cannot be read, is of another batch, or names a file that no batch
            of this name has.
    """
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        msgspec.convert(manifest.facts, _Facts)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise _damaged(path, "cannot be read") from bad
    if manifest.batch != batch or not BATCH.fullmatch(batch):
        raise _damaged(path, "is not of the batch that it is named after")
    for file in manifest.files:
        if not _is_placed(file, batch):
            raise _damaged(path, "names a file that is none of its batch")
    return manifest


def _is_placed(file: LakeFile, batch: str) -> bool:
    """Tell whether a file stands where a batch's files do: so it is inside the lake."""
    folder = f"{file.kind}/day={file.day}/"
    name = rf"{re.escape(batch)}(\.[1-9][0-9]{{0,8}})?\.parquet"
    return (
        KIND.fullmatch(file.kind) is not None
        and file.path.startswith(folder)
        and re.fullmatch(name, file.path.removeprefix(folder)) is not None
    )


def _damaged(path: Path, what: str) -> VerificationError:
    place = "/".join(path.parts[-2:])
    return VerificationError(
        f"the manifest {place} of the lake {what}",
        hint=f"keep {path} as evidence and put the one of a backup in its place; "
        "legation doctor then says whether all files are there",
    )


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
        paths = sorted(self.folder.glob("*.json"))
        return [read_manifest(path, path.stem) for path in paths]

    def _path(self, batch: str) -> Path:
        return self.folder / f"{batch}.json"


def _replaced(manifests: Iterable[Manifest]) -> set[str]:
    return {batch for manifest in manifests for batch in manifest.replaces}
