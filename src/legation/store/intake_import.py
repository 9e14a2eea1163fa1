"""Posts into the lake, under pseudonyms, so that a kill at any point costs nothing.

A file is copied, and the copy is read twice: whoever changes the file meanwhile changes
nothing of what is taken in. The first pass learns the names of its accounts; the second reads
it in slices, replaces the names, and commits each slice as one batch of the lake. What
is committed is never read again, so an import that was killed goes on where it stopped.
How many rows a slice had stands with it in the lake, so that no kill can lose the count.
A post that the lake has is not stored twice, whatever its day; one whose text has changed
since is kept beside the first, as an edit: what was found rests on the post as it was.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dict
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from legation.store.duck import connect
from legation.store.intake import Intake, attach
from legation.store.intake_rejected import listed_in, listing, rejected_rows
from legation.store.manifests import Manifest
from legation.store.reading.damage import told_as_damage
from legation.store.reading.digest import digest_of
from legation.store.reading.line_ends import evened
from legation.store.reading.mapping import Mapping
from legation.store.reading.masked import MaskedPosts, Maskers
from legation.store.reading.names import ClearName, names_of
from legation.store.reading.probe import Probe, probe
from legation.store.reading.rejects import Rejected
from legation.store.reading.select import LinkRule
from legation.store.reading.slices import SLICE_BYTES, Slice, slices
from legation.store.reading.snapshot import Standing, snapshot
from legation.store.reading.unfold import needs_unfolding, unfolded
from legation.store.scratch import alone
from legation.store.values import plain

if TYPE_CHECKING:
    import duckdb

_FINISHED = "finished"
UNDONE: Final = "undone"
LEANS: Final = "leans"
# What a reader sees of the two passes: the names take about a third of the time.
_NAMES_READ: Final = 30
_UNPACKED: Final = 5  # a packed export is about so many times larger


class Privacy(Maskers, Protocol):
    """How names are replaced, and where their clear form goes."""

    def label(self, text: str) -> str:
        """Return the name of a file, column or mapping without names of accounts."""

    def keep(self, names: Sequence[ClearName]) -> None:
        """Seal the clear form of pseudonyms; the same name may come again."""


class Shelf(Protocol):
    """What an import needs of a lake; `dry_lake` has another that keeps nothing."""

    def has(self, batch: str) -> bool:
        """Tell whether a batch was committed."""

    def batches(self) -> list[Manifest]:
        """Return the batches."""

    def recover(self) -> list[str]:
        """Sweep what dead runs left."""

    def files(self, kind: str) -> list[Path]:
        """Return the files of a kind."""

    def stage(self, batch: str) -> Path:
        """Open a batch."""

    def commit(self, batch: str, *, facts: Dict[str, Any] | None = None) -> Manifest:
        """Make a staged batch part of the lake."""


def unheard(_percent: int, _words: str) -> None:
    """Tell nobody how far an import is."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file.

    Attributes:
        sha256: Of its bytes.
        file: Its name as it is kept, without its folder and names of accounts.
        rule: Name of the mapping, kept likewise.
        batch: What its batches' names begin with.
        batches: Batches that this run committed.
        rows: Posts that this run added.
        edits: Posts that were known with another text, now kept beside.
        repeated: Posts that the lake had already.
        folded: Rows that repeated another row of the file exactly.
        skipped: Records that are not posts.
        rejected: Rows that all its runs together refused, in the file's order. Their text is
            not kept: what a damaged row holds, and whose name stands in it, nobody can tell.
        clock_s: Resolution of the file's clock.
        known: The whole file had been imported before.
        good: Rows of the file that all its runs together took in, new to the lake or not.
        refused: Rows of the file that all its runs together refused.
    """

    sha256: str
    file: str = ""
    rule: str = ""
    batch: str = ""
    batches: int = 0
    rows: int = 0
    edits: int = 0
    repeated: int = 0
    folded: int = 0
    skipped: int = 0
    rejected: tuple[Rejected, ...] = ()
    clock_s: int = 1
    known: bool = False
    good: int = 0
    refused: int = 0


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """A file that stands in the lake as a whole, as the lake tells it.

    Attributes:
        file: Its name, without its folder.
        sha256: Of its bytes.
        rule: Name of the mapping.
        good: Rows taken in.
        refused: Rows refused.
        batch: What its batches' names begin with; empty in a lake of before it was told.
    """

    file: str
    sha256: str
    rule: str
    good: int
    refused: int
    batch: str = ""


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
            return _known(self._lake, sha256, batch)
        self._lake.recover()
        with alone(self._scratch):
            whole = self._scratch / "whole"
            snapshot(file, whole, sha256)
            since.require(file)
            found = msgspec.structs.replace(found, file=whole, copy_of=found.place)
            spill = self._scratch / "spill"
            with closing(connect(self._memory_limit, self._threads, spill)) as connection:
                done = self._read(connection, found, mapping, batch)
        good, refused = _counted(self._lake, batch)
        finished = Finished(
            file=self._privacy.label(plain(file.name)),
            sha256=sha256,
            rule=self._privacy.label(plain(mapping.name)),
            good=good,
            refused=refused,
            batch=batch,
        )
        self._lake.stage(f"{batch}-end")
        self._lake.commit(f"{batch}-end", facts={_FINISHED: msgspec.to_builtins(finished)})
        return msgspec.structs.replace(done, **msgspec.structs.asdict(finished))

    def _read(
        self, connection: "duckdb.DuckDBPyConnection", found: Probe, mapping: Mapping, batch: str
    ) -> Imported:
        given = found.place
        label = self._privacy.label(Path(given).name)
        self._tell(0, "reads the names of accounts")
        with told_as_damage(found.place):
            if found.returns:
                found = evened(found, self._scratch)
            if needs_unfolding(found, mapping):
                found = unfolded(found, mapping, self._scratch / "unfolded.jsonl")
                mapping = msgspec.structs.replace(mapping, records=())
            names = names_of(connection, mapping, found, self._scratch)
        if not mapping.platform:
            names.distrust(self._hides)
        for some in names.batches():
            self._privacy.keep([self._sealed(name) for name in some])
        posts = MaskedPosts(connection, self._privacy, names, mapping)
        clock_s = mapping.clock_resolution_s or names.clock_s
        total = Imported(sha256="", clock_s=clock_s)
        size = found.file.stat().st_size * (_UNPACKED if found.packed else 1)
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
                    refused = self._rejected(connection, part, given)
                named = tuple(msgspec.structs.replace(row, file=label) for row in refused)
                total = _sum(total, Imported(sha256="", rejected=named))
                continue
            done = self._commit(
                connection,
                posts,
                part,
                mapping,
                part_of=form,
                copy_of=given,
                batch=name,
                clock_s=clock_s,
            )
            total = _sum(total, done)
        return total

    def _hides(self, platform: str, text: str) -> bool:
        return self._privacy.masker((), platform).mask(text) != text

    def _rejected(
        self, connection: "duckdb.DuckDBPyConnection", part: Slice, given: str
    ) -> tuple[Rejected, ...]:
        label = self._privacy.label
        file = label(Path(given).name)
        return tuple(
            msgspec.structs.replace(row, file=file, col=label(row.col))
            for row in rejected_rows(connection, part.offset)
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
        copy_of: str,
        batch: str,
        clock_s: int,
    ) -> Imported:
        intake = self._attach(connection, part, mapping, part_of=part_of, copy_of=copy_of)
        posts.take(clock_s)
        counts = posts.sort_out(self._lake.files("posts"), self._lake.files("post_edits"))
        staged = self._lake.stage(batch)
        posts.write(staged)
        rejected = self._rejected(connection, part, copy_of)
        good = counts.new + counts.edited + counts.repeated
        leans = [base for base in posts.met() if not batch.startswith(f"{base}-")]
        facts = {"good": good, "refused": len(rejected), LEANS: leans, **listing(rejected)}
        self._lake.commit(batch, facts=facts)
        return Imported(
            sha256="",
            batches=1,
            rows=counts.new,
            edits=counts.edited,
            repeated=counts.repeated,
            folded=intake.folded,
            skipped=intake.skipped,
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


def finished_files(lake: Shelf) -> Iterator[Finished]:
    """Yield the files that stand in the lake as a whole: the lake knows best."""
    for manifest in lake.batches():
        if _FINISHED in manifest.facts:
            yield msgspec.convert(manifest.facts[_FINISHED], Finished)


def _known(lake: Shelf, sha256: str, batch: str) -> Imported:
    """Tell a file that stands in the lake, under the names by which it was kept."""
    good, refused = _counted(lake, batch)
    kept = {one.batch: one for one in lake.batches()}[f"{batch}-end"].facts.get(_FINISHED, {})
    return Imported(
        sha256=sha256,
        file=kept.get("file", ""),
        rule=kept.get("rule", ""),
        batch=batch,
        known=True,
        good=good,
        refused=refused,
    )


def _counted(lake: Shelf, batch: str) -> tuple[int, int]:
    """Return how many rows of a file were taken in and refused, over all runs."""
    slices_ = [one.facts for one in lake.batches() if one.batch.startswith(f"{batch}-")]
    good = sum(facts.get("good", 0) for facts in slices_)
    return good, sum(facts.get("refused", 0) for facts in slices_)


def batch_of(lake: Shelf, sha256: str, mapping: Mapping) -> str:
    """Return what the names of a file's batches begin with; anew after each time it was undone."""
    rule = hashlib.sha256(msgspec.json.encode(mapping, order="sorted")).hexdigest()
    batch = f"posts-{sha256[:32]}-{rule[:8]}"
    undone = sum(one.facts.get(UNDONE) == batch for one in lake.batches())
    return f"{batch}_{undone}" if undone else batch


def _sum(total: Imported, more: Imported) -> Imported:
    return msgspec.structs.replace(
        total,
        batches=total.batches + more.batches,
        rows=total.rows + more.rows,
        edits=total.edits + more.edits,
        repeated=total.repeated + more.repeated,
        folded=total.folded + more.folded,
        skipped=total.skipped + more.skipped,
        rejected=total.rejected + more.rejected,
    )
