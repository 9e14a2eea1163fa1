"""Posts into the lake, under pseudonyms, so that a kill at any point costs nothing.

A file is copied, and the copy is read twice: whoever changes the file meanwhile changes
nothing of what is taken in. The first pass learns the names of its accounts; the second reads
it in slices, replaces the names, and commits each slice as one batch of the lake. What
is committed is never read again, so an import that was killed goes on where it stopped.
How many rows a slice had stands with it in the lake, so that no kill can lose the count.
A post that the lake has is not stored twice, whatever its day; one whose text has changed
since is kept beside the first, as an edit: what was found rests on the post as it was.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from legation.store.duck import connect
from legation.store.intake import Intake, attach, latest_of
from legation.store.intake_rejected import listed_in, listing, rejected_rows
from legation.store.intake_told import (
    BEGUN,
    FINISHED,
    LEANS,
    Begun,
    Finished,
    Imported,
    Shelf,
    batch_of,
    counted,
    known,
    summed,
)
from legation.store.reading.damage import told_as_damage
from legation.store.reading.digest import digest_of
from legation.store.reading.line_ends import evened
from legation.store.reading.mapping import Mapping
from legation.store.reading.masked import MaskedPosts, Maskers
from legation.store.reading.names import ClearName, names_of
from legation.store.reading.probe import Probe, probe
from legation.store.reading.rejects import Rejected
from legation.store.reading.select import LinkRule
from legation.store.reading.slices import SLICE_BYTES, UNPACKED, Slice, slices
from legation.store.reading.snapshot import Standing, snapshot
from legation.store.reading.stray import Mended
from legation.store.reading.unfold import needs_unfolding, unfolded
from legation.store.scratch import alone
from legation.store.values import plain

if TYPE_CHECKING:
    import duckdb

# What a reader sees of the two passes: the names take about a third of the time.
_NAMES_READ: Final = 30


class Privacy(Maskers, Protocol):
    """How names are replaced, and where their clear form goes."""

    def label(self, text: str) -> str:
        """Return the name of a file, column or mapping without names of accounts."""

    def rule(self, mapping: Mapping) -> str:
        """Return what a reading is called: two mappings of one name are two readings."""

    def ordinary(self, handles: Iterable[str]) -> int:
        """Return how many handles are ordinary words, which stay as plain words."""

    def keep(self, names: Sequence[ClearName]) -> None:
        """Seal the clear form of pseudonyms; the same name may come again."""


def unheard(_percent: int, _words: str) -> None:
    """Tell nobody how far an import is."""


def unnoted(_begun: "Begun") -> None:
    """Note nowhere that an import began."""


class Importer:
    """Imports files of posts into one lake.

    Args:
        lake: Where posts go.
        privacy: How names are replaced.
        scratch: Folder of its own for slices; emptied before and after, since they are clear.
        now: Clock against which future times are told.
        links: How links become canonical.
        memory_limit: Ceiling for DuckDB.
        threads: Threads for DuckDB.
        slice_bytes: Size of a slice.
        tell: Is told how far an import is, between two slices; what it raises ends the import
            there, and what is committed by then stays for the next run to go on with.
        begun: Is told of a file before the first of its rows is committed.
    """

    def __init__(
        self,
        lake: Shelf,
        privacy: Privacy,
        scratch: Path,
        *,
        now: Callable[[], datetime],
        links: LinkRule | None = None,
        memory_limit: str = "1GB",
        threads: int = 2,
        slice_bytes: int = SLICE_BYTES,
        tell: Callable[[int, str], None] = unheard,
        begun: Callable[[Begun], None] = unnoted,
    ) -> None:
        """Keep what every file needs."""
        self._lake = lake
        self._privacy = privacy
        self._scratch = scratch
        self._now = now
        self._links = links
        self._memory_limit = memory_limit
        self._threads = threads
        self._slice_bytes = slice_bytes
        self._tell = tell
        self._begun = begun

    def add(self, file: Path, mapping: Mapping, since: Standing | None = None) -> Imported:
        """Import a file, or what is missing of it.

        Args:
            file: Where it is.
            mapping: How it is read.
            since: The file as it was when the mapping was chosen by its looks.

        Raises:
            NotFoundError: There is no such file.
            BadInputError: It cannot be read, the mapping does not fit it, or it was changed
                before all of it was read; then nothing of it is taken in.
            BusyError: Another run imports the same file now.
        """
        since = since or Standing.of(file)
        found = probe(file)
        sha256 = digest_of((file,))
        batch = batch_of(self._lake, sha256, mapping)
        if self._lake.has(f"{batch}-end"):
            return known(self._lake, sha256, batch)
        self._lake.recover()
        with alone(self._scratch):
            whole = self._scratch / "whole"
            snapshot(file, whole, sha256)
            since.require(file)
            found = msgspec.structs.replace(found, file=whole, copy_of=found.place)
            spill = self._scratch / "spill"
            with closing(connect(self._memory_limit, self._threads, spill)) as connection:
                begun, done = self._read(connection, found, mapping, batch, sha256)
        good, refused = counted(self._lake, batch)
        finished = Finished(
            file=begun.file,
            sha256=sha256,
            rule=begun.rule,
            good=good,
            refused=refused,
            batch=batch,
        )
        self._lake.stage(f"{batch}-end")
        self._lake.commit(f"{batch}-end", facts={FINISHED: msgspec.to_builtins(finished)})
        return msgspec.structs.replace(done, **msgspec.structs.asdict(finished))

    def _read(
        self,
        connection: "duckdb.DuckDBPyConnection",
        found: Probe,
        mapping: Mapping,
        batch: str,
        sha256: str,
    ) -> tuple[Begun, Imported]:
        given, asked = found.place, mapping
        self._tell(0, "reads the names of accounts")
        with told_as_damage(found.place):
            if found.returns:
                found = evened(found, self._scratch)
            if needs_unfolding(found, mapping):
                found = unfolded(found, mapping, self._scratch / "unfolded.jsonl")
                mapping = msgspec.structs.replace(mapping, records=())
            names = names_of(connection, mapping, found, self._scratch, latest_of(self._now))
        if not mapping.platform:
            names.distrust(self._hides)
        for some in names.batches():
            self._privacy.keep([self._sealed(name) for name in some])
        # Rows behind a quote that is never closed are cut from the file in which it is gone.
        found = names.sound.probe
        posts = MaskedPosts(connection, self._privacy, names, mapping)
        # Not earlier: a name of an account in the file's own name is known only now.
        begun = Begun(
            file=self._privacy.label(plain(Path(given).name)),
            sha256=sha256,
            rule=self._privacy.rule(asked),
        )
        self._begun(begun)
        clock_s = mapping.clock_resolution_s or names.clock_s
        every = {handle for platform in names.platforms() for handle in names.of(platform)}
        total = Imported(sha256="", clock_s=clock_s, ordinary=self._privacy.ordinary(every))
        size = found.file.stat().st_size * (UNPACKED if found.packed else 1)
        earlier = {one.batch: one.facts for one in self._lake.batches()}
        for part in slices(connection, found, self._scratch, self._slice_bytes):
            read = min(part.number * self._slice_bytes / max(size, 1), 0.99)
            percent = round(_NAMES_READ + (99 - _NAMES_READ) * read)
            self._tell(percent, f"takes in part {part.number + 1}")
            name = f"{batch}-{part.number:05d}"
            form = found if part.number else None
            if self._lake.has(name):
                facts = earlier.get(name, {})
                if (refused := listed_in(facts)) is None:
                    self._attach(connection, part, mapping, part_of=form, copy_of=given)
                    refused = self._rejected(connection, part, names.sound)
                named = tuple(msgspec.structs.replace(row, file=begun.file) for row in refused)
                total = summed(total, Imported(sha256="", rejected=named))
                continue
            done = self._commit(
                connection,
                posts,
                part,
                mapping,
                part_of=form,
                sound=names.sound,
                begun=begun,
                batch=name,
                clock_s=clock_s,
            )
            total = summed(total, done)
        return begun, total

    def _hides(self, platform: str, text: str) -> bool:
        return self._privacy.masker((), platform).mask(text) != text

    def _rejected(
        self, connection: "duckdb.DuckDBPyConnection", part: Slice, sound: Mended
    ) -> tuple[Rejected, ...]:
        label = self._privacy.label
        file = label(Path(sound.probe.place).name)
        gone = [row for row in sound.rows if row.line in part.lines]
        rows = [*rejected_rows(connection, part.offset), *gone]
        return tuple(
            msgspec.structs.replace(row, file=file, col=label(row.col), row_text="")
            for row in sorted(rows, key=lambda row: row.line)
        )

    def _sealed(self, name: ClearName) -> ClearName:
        pseudonym = self._privacy.pseudonyms().of(name.handle, name.platform)
        return msgspec.structs.replace(name, pseudonym=pseudonym)

    def _commit(
        self,
        connection: "duckdb.DuckDBPyConnection",
        posts: MaskedPosts,
        part: Slice,
        mapping: Mapping,
        *,
        part_of: Probe | None,
        sound: Mended,
        begun: Begun,
        batch: str,
        clock_s: int,
    ) -> Imported:
        place = sound.probe.place
        intake = self._attach(connection, part, mapping, part_of=part_of, copy_of=place)
        posts.take(clock_s)
        counts = posts.sort_out(self._lake.files("posts"), self._lake.files("post_edits"))
        staged = self._lake.stage(batch)
        posts.write(staged)
        rejected = self._rejected(connection, part, sound)
        # Of more than a million the list has the first, and the count is of all.
        gone = sum(row.line in part.lines for row in sound.rows)
        refused = intake.rejected + gone
        good = counts.new + counts.edited + counts.repeated
        leans = [base for base in posts.met() if not batch.startswith(f"{base}-")]
        facts = {"good": good, "refused": refused, LEANS: leans, **listing(rejected)}
        self._lake.commit(batch, facts=facts | {BEGUN: msgspec.to_builtins(begun)})
        return Imported(
            sha256="",
            batches=1,
            rows=counts.new,
            edits=counts.edited,
            repeated=counts.repeated,
            retimed=counts.retimed,
            example=counts.example,
            echoes=counts.echoes,
            folded=intake.folded,
            skipped=intake.skipped,
            rounded=intake.rounded,
            span=intake.span,
            platforms=tuple(one for one in intake.platforms if one in posts.platforms),
            odd_platforms=tuple(one for one in intake.odd_platforms if not self._hides("", one[0])),
            rejected=rejected,
            clock_s=clock_s,
        )

    def _attach(
        self,
        connection: "duckdb.DuckDBPyConnection",
        part: Slice,
        mapping: Mapping,
        *,
        part_of: Probe | None,
        copy_of: str,
    ) -> Intake:
        return attach(
            connection,
            [part.file],
            mapping,
            links=self._links,
            now=self._now,
            part_of=part_of,
            copy_of=copy_of,
        )
