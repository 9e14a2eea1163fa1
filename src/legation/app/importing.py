"""Files of posts into a home's lake, under the desk's own pseudonyms.

The lake is committed first, then the log of imports and the audit trail say so in one
transaction. A kill between the two is made good by whoever takes in files next: the lake
knows which files stand in it, and how many rows they had.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.home import Home
from legation.errors import UsageError
from legation.settings import Settings

if TYPE_CHECKING:
    from legation.crypto.key_files import Protection
    from legation.store.intake_import import Finished, Imported
    from legation.store.opening import Store
    from legation.store.reading.mapping import Mapping

TAKEN: Final = "import.posts"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How files of posts are to be read.

    Attributes:
        mapping: Name of a preset or path of a mapping file; empty: recognised.
        zone: Zone of times that state none; empty: as the mapping says.
        shorteners: Table of short links.
    """

    mapping: str = ""
    zone: str = ""
    shorteners: Path | None = None

    def of(self, files: Sequence[Path]) -> "Mapping":
        """Return the mapping for files of one kind.

        Raises:
            BadInputError: Nothing fits; the hint is a guess, to be checked and passed on.
            UsageError: The zone is not known.
        """
        from legation.sources.mapping_file import nearest_zone
        from legation.sources.posts import mapping_for

        if self.zone and (near := nearest_zone(self.zone)).casefold() != self.zone.casefold():
            raise UsageError(f"unknown zone {self.zone!r}", hint=f"did you mean {near!r}?")
        found = mapping_for(files, self.mapping)
        return msgspec.structs.replace(found, zone=self.zone) if self.zone else found


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file.

    Attributes:
        mapping: Name of the mapping it was read by.
        rows: Posts added.
        edits: Known posts with another text, kept beside.
        repeated: Posts that the store had already.
        folded: Rows that repeated another row exactly.
        skipped: Records that are not posts.
        rejected: Rows refused.
        rejects: File that lists them; empty when there are none.
        clock_s: Resolution of the file's clock.
        known: The whole file had been taken in before.
    """

    file: str
    mapping: str
    sha256: str
    rows: int
    edits: int
    repeated: int
    folded: int
    skipped: int
    rejected: int
    rejects: str
    clock_s: int
    known: bool


class Previewed(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would do, by the file alone."""

    files: tuple[str, ...]
    mapping: str
    as_toml: str
    rows: int
    rejected: int
    folded: int
    skipped: int
    clock_s: int
    reasons: dict[str, int]


@final
class Intakes:
    """Takes files into one home.

    Args:
        home: Where.
        store: The home's open store.
        protection: What opens the home's keys.
    """

    def __init__(self, home: Home, store: "Store", protection: "Protection") -> None:
        """Read the keys once for all files."""
        from legation.app.privacy import privacy_of

        self._home = home
        self._store = store
        self._privacy = privacy_of(home, store, protection)
        self._reconcile()

    def take(self, file: Path, reading: Reading) -> Taken:
        """Take in one file, or what is missing of it.

        Raises:
            NotFoundError: There is no such file.
            BadInputError: It cannot be read, or nothing tells how.
            BusyError: Another run takes in the same file now.
        """
        from legation.sources.posts import read_shorteners
        from legation.store.intake_import import Finished, Importer
        from legation.store.reading.snapshot import Standing
        from legation.store.scratch import FOLDER as SCRATCH
        from legation.text.links import Links

        since = Standing.of(file)
        mapping = reading.of([file])
        settings = self._home.settings
        importer = Importer(
            self._store.lake,
            self._privacy,
            self._home.folder / SCRATCH,
            now=self._home.now,
            links=Links(read_shorteners(reading.shorteners) if reading.shorteners else None),
            memory_limit=settings.memory_limit,
            threads=settings.threads,
        )
        done = importer.add(file, mapping, since)
        rejects = self._list_rejected(done)
        self._record(
            Finished(
                file=done.file,
                sha256=done.sha256,
                rule=done.rule,
                good=done.good,
                refused=done.refused,
                batch=done.batch,
            )
        )
        return Taken(
            file=str(file),
            mapping=mapping.name,
            sha256=done.sha256,
            rows=done.rows,
            edits=done.edits,
            repeated=done.repeated,
            folded=done.folded,
            skipped=done.skipped,
            rejected=len(done.rejected),
            rejects=rejects,
            clock_s=done.clock_s,
            known=done.known,
        )

    def forget(self) -> None:
        """Forget the names that were learned, when some have been deleted."""
        self._privacy.forget()

    def _list_rejected(self, done: "Imported") -> str:
        from legation.sources.importing import write_rejected

        if not done.rejected:
            return ""
        folder = self._home.folder / "rejected"
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / f"{done.sha256[:16]}.csv"
        write_rejected(done.rejected, target)
        return str(target)

    def _reconcile(self) -> None:
        """Write the record of each file that stands in the lake and was killed before it."""
        from legation.store.intake_import import finished_files

        logged = self._store.imports.done("posts")
        for one in finished_files(self._store.lake):
            if (one.sha256, one.rule) not in logged:
                self._record(one)

    def _record(self, finished: "Finished") -> None:
        from legation.store.agreement import content_of
        from legation.store.audit import Event

        with self._store.transaction():
            entry = self._store.imports.begin(
                "posts", PurePath(finished.file), finished.sha256, rule=finished.rule
            )
            if entry.state == "done":
                return
            good, rejected = finished.good, finished.refused
            self._store.imports.finish(entry.import_id, good=good, rejected=rejected)
            self._store.audit.append(
                Event(
                    at=self._home.now(),
                    actor="command line",
                    verb=TAKEN,
                    subject=finished.sha256,
                    detail={
                        "mapping": entry.rule,
                        "good": good,
                        "rejected": rejected,
                        "batch": finished.batch,
                        "lake": content_of(self._store.lake, finished.batch)
                        if finished.batch
                        else "",
                    },
                )
            )


def preview(
    settings: Settings,
    files: Sequence[Path],
    reading: Reading,
    now: Callable[[], datetime],
) -> Previewed:
    """Read files and say what an import would do; nothing is kept."""
    from tempfile import TemporaryDirectory

    from legation.sources.mapping_file import write_mapping
    from legation.store.duck import connect
    from legation.store.intake import attach
    from legation.store.intake_rejected import reasons

    mapping = reading.of(files)
    with (
        TemporaryDirectory(prefix="legation-") as spill,
        closing(connect(settings.memory_limit, settings.threads, Path(spill))) as connection,
    ):
        intake = attach(connection, files, mapping, now=now)
        told = reasons(connection)
    return Previewed(
        files=tuple(map(str, files)),
        mapping=mapping.name,
        as_toml=write_mapping(mapping),
        rows=intake.rows,
        rejected=intake.rejected,
        folded=intake.folded,
        skipped=intake.skipped,
        clock_s=intake.clock_resolution_s,
        reasons=told,
    )
