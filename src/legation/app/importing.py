"""Files of posts into a home's lake, under the desk's own pseudonyms.

The lake is committed first, then the log of imports and the audit trail say so in one
transaction. A kill between the two is made good by whoever takes in files next: the lake
knows which files stand in it, and how many rows they had.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.app.home import Home
from legation.app.import_record import note_refused, reconcile, record
from legation.app.import_warnings import Warned, moment, of_the_file, warnings_of
from legation.errors import BadInputError, UsageError
from legation.settings import Settings

if TYPE_CHECKING:
    from legation.crypto.key_files import Protection
    from legation.store.intake_import import Importer
    from legation.store.intake_told import Begun, Imported, Shelf
    from legation.store.opening import Store
    from legation.store.reading.mapping import Mapping

# One platform under two names would make each of its people two accounts.
_RENAMED: Final = {"x": "twitter"}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How files of posts are to be read.

    Attributes:
        mapping: Name of a preset or path of a mapping file; empty: recognised.
        zone: Zone of times that state none; empty: as the mapping says.
        shorteners: Table of short links.
        platform: Platform of all posts, whatever the mapping says; empty: as the mapping says.
    """

    mapping: str = ""
    zone: str = ""
    platform: str = ""
    shorteners: Path | None = None

    def of(self, files: Sequence[Path]) -> "Mapping":
        """Return the mapping for files of one kind.

        Raises:
            BadInputError: Nothing fits; the hint is a guess, to be checked and passed on.
            UsageError: The zone is not known, or what is given is no name of a platform.
        """
        from legation.sources.mapping_file import nearest_zone
        from legation.sources.posts import mapping_for

        if self.zone and (near := nearest_zone(self.zone)).casefold() != self.zone.casefold():
            raise UsageError(f"unknown zone {self.zone!r}", hint=f"did you mean {near!r}?")
        platform = _platform(self.platform)
        found = mapping_for(files, self.mapping)
        if platform:
            fields = {name: one for name, one in found.fields.items() if name != "platform"}
            found = msgspec.structs.replace(found, platform=platform, fields=fields)
        return msgspec.structs.replace(found, zone=self.zone) if self.zone else found


def _platform(given: str) -> str:
    from legation.store.reading.select import PLATFORM_NAME

    name = given.strip().lower()
    if name and not re.fullmatch(PLATFORM_NAME, name):
        raise UsageError(
            f"{given!r:.60} is no name of a platform", hint="write it as: twitter, telegram, vk"
        )
    return _RENAMED.get(name, name)


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file.

    Attributes:
        mapping: Name of the mapping it was read by.
        good: Rows of the file that were taken in, now or by an earlier run, new or not.
        rows: Posts added now.
        edits: Known posts with another text, kept beside.
        repeated: Posts that the store had already.
        folded: Rows that repeated another row exactly.
        skipped: Records that are not posts.
        rejected: Rows refused.
        rejects: File that lists them; empty when there are none.
        clock_s: Resolution of the file's clock.
        known: The whole file had been taken in before.
        import_id: Names it in the log of imports.
        retimed: Known posts whose time differs from the store's, which stays.
        warnings: What may have gone wrong, with what to do.
        first: Earliest time of the posts that were read; empty without any.
        last: Latest time.
    """

    file: str
    mapping: str
    sha256: str
    good: int
    rows: int
    edits: int
    repeated: int
    folded: int
    skipped: int
    rejected: int
    rejects: str
    clock_s: int
    known: bool
    import_id: str = ""
    retimed: int = 0
    warnings: tuple[Warned, ...] = ()
    first: str = ""
    last: str = ""


class Previewed(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would do with one file, by the file alone.

    Names that `Taken` has too mean the same. How many of the posts would be new is not told:
    the store is not asked.

    Attributes:
        good: Rows that would be taken in, new or not.
        reasons: How many rows each reason would reject.
        as_toml: The mapping.
        warnings: What may go wrong, with what to do.
        parts: Whether an import would take the file in by parts: see `preview`.
    """

    file: str
    mapping: str
    good: int
    folded: int
    skipped: int
    rejected: int
    clock_s: int
    reasons: dict[str, int]
    as_toml: str
    parts: bool
    warnings: tuple[Warned, ...] = ()
    first: str = ""
    last: str = ""


@final
class Intakes:
    """Takes files into one home.

    Args:
        home: Where.
        store: The home's open store.
        protection: What opens the home's keys.
        actor: Who takes them in, for the trail.
        tell: Is told how far an import is; what it raises ends the import where it is.
        slice_bytes: Bytes of a file that are taken in at once; None: as many as are usual.
    """

    def __init__(
        self,
        home: Home,
        store: "Store",
        protection: "Protection",
        *,
        actor: str = "command line",
        tell: Callable[[int, str], None] | None = None,
        slice_bytes: int | None = None,
    ) -> None:
        """Read the keys once for all files."""
        from legation.app.privacy import privacy_of
        from legation.store.intake_import import unheard
        from legation.store.reading.slices import SLICE_BYTES

        self._home = home
        self._store = store
        self._actor = actor
        self._tell = tell or unheard
        self._slice_bytes = slice_bytes or SLICE_BYTES
        self._privacy = privacy_of(home, store, protection)
        reconcile(home, store)

    def take(self, file: Path, reading: Reading) -> Taken:
        """Take in one file, or what is missing of it.

        Raises:
            NotFoundError: There is no such file.
            BadInputError: It cannot be read, or nothing tells how.
            BusyError: Another run takes in the same file now.
        """
        from legation.store.intake_told import Finished
        from legation.store.reading.snapshot import Standing

        since, started = Standing.of(file), self._home.now()
        mapping = reading.of([file])

        noted: list[str] = []

        def note(begun: "Begun") -> None:
            entry = self._store.imports.begin(
                "posts", PurePath(begun.file), begun.sha256, rule=begun.rule, started=started
            )
            noted.append(entry.import_id)

        try:
            done = self._importer(self._store.lake, reading, note).add(file, mapping, since)
        except BadInputError:
            for import_id in noted:
                note_refused(self._store, import_id)
            raise
        rejects = self._list_rejected(done)
        import_id = record(
            self._home,
            self._store,
            Finished(
                file=done.file,
                sha256=done.sha256,
                rule=done.rule,
                good=done.good,
                refused=done.refused,
                batch=done.batch,
            ),
            self._actor,
        )
        return _told(file, mapping, done, rejects, import_id)

    def rehearse(self, file: Path, reading: Reading, rejects: Path) -> Taken:
        """Say what `take` would do with a file, by doing all of it and keeping nothing.

        Args:
            file: The file.
            reading: How it is read.
            rejects: Where the rejected rows are listed, when there are any.

        Raises:
            NotFoundError: There is no such file.
            BadInputError: It cannot be read, or nothing tells how.
            BusyError: An import is running.
        """
        from tempfile import TemporaryDirectory

        from legation.sources.importing import write_rejected
        from legation.store.dry_lake import DryLake

        mapping = reading.of([file])
        place = self._home.folder / "scratch"
        place.mkdir(mode=0o700, exist_ok=True)
        with TemporaryDirectory(prefix="dry-", dir=place) as folder, self._privacy.keeping_none():
            lake = DryLake(self._store.lake, Path(folder))
            done = self._importer(lake, reading).add(file, mapping)
        if done.rejected:
            write_rejected(done.rejected, rejects, done.refused)
        return _told(file, mapping, done, str(rejects) if done.rejected else "", "")

    def _importer(
        self, lake: "Shelf", reading: Reading, begun: "Callable[[Begun], None] | None" = None
    ) -> "Importer":
        from legation.sources.posts import read_shorteners
        from legation.store.intake_import import Importer, unnoted
        from legation.store.scratch import FOLDER as SCRATCH
        from legation.text.links import Links

        settings = self._home.settings
        return Importer(
            lake,
            self._privacy,
            self._home.folder / SCRATCH,
            now=self._home.now,
            links=Links(read_shorteners(reading.shorteners) if reading.shorteners else None),
            memory_limit=settings.memory_limit,
            threads=settings.threads,
            slice_bytes=self._slice_bytes,
            tell=self._tell,
            begun=begun or unnoted,
        )

    def forget(self) -> None:
        """Forget the names that were learned, when some have been deleted."""
        self._privacy.forget()

    def _list_rejected(self, done: "Imported") -> str:
        from legation.sources.importing import write_rejected
        from legation.store.imports import id_of

        if not done.rejected:
            return ""
        folder = self._home.folder / "rejected"
        folder.mkdir(mode=0o700, exist_ok=True)
        # The same file under another mapping is another import, with a list of its own.
        target = folder / f"{id_of('posts', done.sha256, done.rule)[:16]}.csv"
        write_rejected(done.rejected, target, done.refused)
        return str(target)


def _told(file: Path, mapping: "Mapping", done: "Imported", rejects: str, import_id: str) -> Taken:
    return Taken(
        file=str(file),
        mapping=mapping.name,
        sha256=done.sha256,
        good=done.good,
        rows=done.rows,
        edits=done.edits,
        repeated=done.repeated,
        folded=done.folded,
        skipped=done.skipped,
        rejected=0 if done.known else done.refused,
        rejects=rejects,
        clock_s=done.clock_s,
        known=done.known,
        import_id=import_id,
        retimed=done.retimed,
        warnings=warnings_of(done),
        first=_shown(done.span, 0),
        last=_shown(done.span, 1),
    )


def _shown(span: tuple[int, int] | None, which: int) -> str:
    return "" if span is None else moment(span[which])


def preview(
    settings: Settings,
    file: Path,
    reading: Reading,
    now: Callable[[], datetime],
    *,
    slice_bytes: int | None = None,
) -> Previewed:
    """Read a file and say what an import would do; nothing is kept.

    The file is read whole. An import takes a large one in by parts, and a post that comes again
    in a later part is known by then: with the same text it is repeated, with another an edit.
    Inside one part, as here, the first is folded and the second rejected.
    """
    from tempfile import TemporaryDirectory

    from legation.rights.ordinary import is_ordinary
    from legation.sources.mapping_file import write_mapping
    from legation.store.duck import connect
    from legation.store.intake import attach, handles
    from legation.store.intake_rejected import reasons
    from legation.store.reading.probe import probe
    from legation.store.reading.slices import in_parts

    mapping = reading.of([file])
    with (
        TemporaryDirectory(prefix="legation-") as spill,
        closing(connect(settings.memory_limit, settings.threads, Path(spill))) as connection,
    ):
        intake = attach(connection, [file], mapping, now=now)
        told = reasons(connection)
        ordinary = sum(map(is_ordinary, handles(connection)))
    rows = intake.rows + intake.folded + intake.skipped + intake.rejected
    return Previewed(
        file=str(file),
        mapping=mapping.name,
        good=intake.rows,
        folded=intake.folded,
        skipped=intake.skipped,
        rejected=intake.rejected,
        clock_s=intake.clock_resolution_s,
        reasons=told,
        as_toml=write_mapping(mapping),
        parts=in_parts(probe(file), rows, slice_bytes),
        warnings=tuple(
            of_the_file(intake.rounded, intake.platforms, ordinary, intake.odd_platforms)
        ),
        first=_shown(intake.span, 0),
        last=_shown(intake.span, 1),
    )
