"""The lake: observations as Parquet files, by kind and day.

A batch is written to a staging folder, then committed. Its manifest is the one fact that
makes it part of the lake: it is written last, in one step, after every file is on disk and
in place. So a kill at any point leaves the batch either whole or absent, `recover` sweeps
what an unfinished one left behind, and running it again doubles nothing. What is moved is
planned on disk beforehand, so only files of such a plan are swept: a file that nothing names,
because a manifest was lost, is left for a person to judge.

Layout: `<kind>/day=YYYY-MM-DD/<batch>.parquet`, `.manifests/<batch>.json`, `.staging/<batch>/`.
"""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from legation.errors import (
    BadInputError,
    BusyError,
    ConflictError,
    NotFoundError,
    VerificationError,
)
from legation.store.durable import (
    is_writable,
    locked,
    make_folder,
    sync_all,
    try_lock,
    unlock,
    write_whole,
)
from legation.store.manifests import (
    BATCH,
    KIND,
    LakeFile,
    Manifest,
    Manifests,
    fingerprint,
    read_manifest,
)

# What a commit is about to move, written into the staging folder before the first move.
_PLAN = "moving.json"


class Lake:
    """Parquet files by kind and day, added in batches that are whole or absent."""

    def __init__(self, folder: Path) -> None:
        """Make the folders; nothing is read or removed yet."""
        self.folder = folder
        self._staging = folder / ".staging"
        make_folder(self._staging)
        self._manifests = Manifests(folder / ".manifests")
        self._locks: dict[str, int] = {}

    def stage(self, batch: str) -> Path:
        """Open a batch and return its empty staging folder.

        Write `<kind>/day=YYYY-MM-DD/<any name>.parquet` below it (what DuckDB's
        `COPY ... PARTITION_BY (day)` does), then `commit`. Staging again starts afresh.

        Raises:
            ConflictError: The batch is already in the lake.
            BusyError: Another run stages it now.
        """
        self._claim(batch)
        if self.has(batch):
            self.discard(batch)
            raise ConflictError(f"batch {batch} is in the lake", hint="it needs no second import")
        self._clear(batch)
        make_folder(self._staging / batch)
        return self._staging / batch

    def commit(
        self, batch: str, *, replaces: Iterable[str] = (), facts: Mapping[str, Any] | None = None
    ) -> Manifest:
        """Make a staged batch part of the lake; on return it is on disk.

        Args:
            batch: As given to `stage`.
            replaces: Committed batches that leave the lake in the same step; their
                files go at the next `recover`, so that a reader of them can finish.
            facts: What is said of the batch, as JSON values; see `Manifest`.

        Raises:
            NotFoundError: The batch was not staged here.
            BadInputError: A staged file does not stand where it should; the batch stays
                staged. After any other failure it must be staged again.
        """
        if batch not in self._locks:
            raise NotFoundError(f"batch {batch} is not staged", hint="call stage first")
        staged = self._staged(batch)
        sync_all(staged)
        described = [(path, self._described(batch, path)) for path in staged]
        files = tuple(file for _, file in described)
        manifest = Manifest(
            batch=batch, files=files, replaces=tuple(replaces), facts=dict(facts or {})
        )
        try:
            self._publish(described, manifest)
        finally:
            # Also after a failure: half of the batch has moved, so it must be staged again.
            self.discard(batch)
        return manifest

    def discard(self, batch: str) -> None:
        """Give up a staged batch; a committed one stays."""
        if batch in self._locks:
            self._clear(batch)
            unlock(self._locks.pop(batch), self._lock_file(batch))

    def has(self, batch: str) -> bool:
        """Tell whether a batch was committed, be it replaced since."""
        return self._manifests.know(batch)

    def batches(self) -> list[Manifest]:
        """Return what the lake consists of, by batch, without replaced batches."""
        return self._manifests.current()

    def files(self, kind: str, days: Iterable[date] | None = None) -> list[Path]:
        """Return the files of a kind in a fixed order.

        Args:
            kind: What the rows are.
            days: Only these days; None means all.
        """
        return [self.folder / file.path for file in self._listed(kind, days)]

    def days(self, kind: str) -> list[date]:
        """Return the days on which the lake has rows of a kind."""
        return sorted({file.day for file in self._listed(kind, None)})

    def fingerprint(self, kind: str, days: Iterable[date] | None = None) -> str:
        """Return a SHA-256 over the files of a kind: the input hash of a run."""
        return fingerprint(self._listed(kind, days))

    def parts(self, kind: str) -> dict[str, tuple[LakeFile, ...]]:
        """Return the files of a kind by batch, all of one moment; batches without any are out."""
        parts = {
            batch.batch: tuple(file for file in batch.files if file.kind == kind)
            for batch in self.batches()
        }
        return {batch: files for batch, files in parts.items() if files}

    def verify(self) -> None:
        """Check every file against its manifest.

        Raises:
            VerificationError: A file is gone or its bytes have changed.
        """
        for file in (file for batch in self.batches() for file in batch.files):
            path = self.folder / file.path
            if not path.is_file() or _sha256(path) != file.sha256:
                raise VerificationError(
                    f"lake file {file.path} is not what was committed",
                    hint="restore it from a backup, or import its source again",
                )

    def recover(self) -> list[str]:
        """Sweep what dead runs and replaced batches left; safe at any time.

        Returns:
            The unfinished batches that were removed; batches in work elsewhere are left.
        """
        names = sorted({path.name.removesuffix(".lock") for path in self._staging.iterdir()})
        removed = [batch for batch in names if self._sweep(batch)]
        with locked(self.folder / ".lock"):
            for file in (file for batch in self._manifests.replaced() for file in batch.files):
                (self.folder / file.path).unlink(missing_ok=True)
            self._manifests.forget_replaced()
        return removed

    def strangers(self) -> list[Path]:
        """Return the files in the lake's folders that no manifest and no plan names, in order."""
        # Where nothing can be written, nobody writes.
        writes = is_writable(self.folder)
        with locked(self.folder / ".lock") if writes else nullcontext():
            plans = map(_planned, self._staging.glob(f"*/{_PLAN}"))
            known = (*self._manifests.every(), *plans)
            named = {file.path for batch in known for file in batch.files}
            found = self.folder.glob("*/day=*/*.parquet")
            return sorted(f for f in found if f.relative_to(self.folder).as_posix() not in named)

    def _listed(self, kind: str, days: Iterable[date] | None) -> list[LakeFile]:
        wanted = None if days is None else set(days)
        files = (file for batch in self.batches() for file in batch.files if file.kind == kind)
        return sorted(
            (file for file in files if wanted is None or file.day in wanted),
            key=lambda file: file.path,
        )

    def _staged(self, batch: str) -> list[Path]:
        return sorted(path for path in (self._staging / batch).rglob("*") if path.is_file())

    def _described(self, batch: str, path: Path) -> LakeFile:
        kind, day = _placed(path.relative_to(self._staging / batch))
        beside = sorted(path.parent.iterdir()).index(path)
        name = f"{batch}.{beside}.parquet" if beside else f"{batch}.parquet"
        return LakeFile(
            path=f"{kind}/day={day}/{name}",
            kind=kind,
            day=day,
            size=path.stat().st_size,
            sha256=_sha256(path),
        )

    def _publish(self, described: list[tuple[Path, LakeFile]], manifest: Manifest) -> None:
        write_whole(self._staging / manifest.batch / _PLAN, msgspec.json.encode(manifest))
        with locked(self.folder / ".lock"):
            days = {(self.folder / file.path).parent for file in manifest.files}
            kinds = {day.parent for day in days}
            for kind in kinds:
                make_folder(kind)
            for day in days:
                day.mkdir(exist_ok=True)
            for path, file in described:
                path.replace(self.folder / file.path)
            # Nothing counts before the manifest, so folders and entries are put down at once.
            sync_all((*kinds, *days))
            self._manifests.add(manifest)

    def _claim(self, batch: str) -> None:
        if not BATCH.fullmatch(batch):
            raise BadInputError(
                f"{batch!r} cannot name a batch", place="", hint="use letters, digits, - and _"
            )
        if batch not in self._locks:
            handle = try_lock(self._lock_file(batch))
            if handle is None:
                raise BusyError(f"batch {batch} is being written", hint="wait for the other run")
            self._locks[batch] = handle

    def _sweep(self, batch: str) -> bool:
        handle = None if batch in self._locks else try_lock(self._lock_file(batch))
        if handle is None:
            return False
        unfinished = (self._staging / batch).is_dir()
        self._clear(batch)
        unlock(handle, self._lock_file(batch))
        return unfinished

    def _clear(self, batch: str) -> None:
        """Remove what was staged, and what an unfinished commit had moved already."""
        plan = self._staging / batch / _PLAN
        if plan.is_file() and not self.has(batch):
            for file in _planned(plan).files:
                (self.folder / file.path).unlink(missing_ok=True)
        shutil.rmtree(self._staging / batch, ignore_errors=True)

    def _lock_file(self, batch: str) -> Path:
        return self._staging / f"{batch}.lock"


def _planned(plan: Path) -> Manifest:
    return read_manifest(plan, plan.parent.name)


def _placed(path: Path) -> tuple[str, date]:
    """Read kind and day from where a staged file stands."""
    kind, _, rest = path.as_posix().partition("/day=")
    day, _, name = rest.partition("/")
    with suppress(ValueError):
        if KIND.fullmatch(kind) and name.endswith(".parquet") and "/" not in name:
            return kind, date.fromisoformat(day)
    raise BadInputError(
        "a staged file must be <kind>/day=YYYY-MM-DD/<name>.parquet",
        place=str(path),
        hint="partition the rows by day; rows without a day are rejected before",
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
