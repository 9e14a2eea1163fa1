"""Importing posts: the file, its mapping, the desk's key, and the lake brought together.

What leaves here is masked. The clear form of a name goes to `keep` alone, which seals
it; rejected rows are listed without their text, because nobody can tell whose name
stands in a row that could not be read.
"""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import final

from legation.formats.cells import safe_cell
from legation.rights.masking import TextMasker
from legation.rights.ordinary import is_ordinary
from legation.rights.pseudonyms import Pseudonymiser
from legation.sources.catalogue import PRESETS
from legation.sources.posts import mapping_for, read_shorteners
from legation.store.intake_import import Importer
from legation.store.intake_told import Imported, mark_of
from legation.store.lake import Lake
from legation.store.reading.mapping import Mapping
from legation.store.reading.names import ClearName
from legation.store.reading.rejects import Rejected
from legation.store.values import plain
from legation.text.links import Links


@final
class DeskPrivacy:
    """The desk's way to replace names.

    Args:
        pseudonymiser: The desk's own.
        keep: Seals clear names and stores them; the same name may come again.
        known: Gives the names that earlier imports have met on a platform, without those whose
            pseudonyms it is told; masked in texts like those of the file.
    """

    def __init__(
        self,
        pseudonymiser: Pseudonymiser,
        keep: Callable[[Sequence[ClearName]], None],
        known: Callable[[str, Collection[str]], Iterable[str]] = lambda *_: (),
    ) -> None:
        """Keep what every file needs."""
        self._pseudonymiser = pseudonymiser
        self._keep = keep
        self._known = known
        self._maskers: dict[str, TextMasker] = {}
        self._learned: dict[str, set[str]] = {}
        self._alone = lru_cache(maxsize=4096)(
            lambda known, platform: TextMasker(known, pseudonymiser, platform, in_ids=True)
        )

    def pseudonyms(self) -> Pseudonymiser:
        """Return what turns an account's name into its pseudonym."""
        return self._pseudonymiser

    def masker(self, known: Iterable[str], platform: str) -> TextMasker:
        """Return what replaces names in texts of a platform.

        It grows with each file, so that a name is opened once, however many files there are.
        """
        masker = self._maskers.setdefault(platform, TextMasker((), self._pseudonymiser, platform))
        learned = self._learned.setdefault(platform, set())
        learned.update(map(masker.learn, known))
        for handle in self._known(platform, learned):
            learned.add(masker.learn(handle))
        return masker

    def masker_of_id(self, author: str, post_id: str, platform: str) -> TextMasker:
        """Return what replaces accounts by their form in a post's id, and its author's name.

        Other known names are left there: what is known grows, and an id must not change.
        """
        name = author.strip().lstrip("@")
        known = (name,) if name and name.casefold() in post_id.casefold() else ()
        return self._alone(known, platform)

    def label(self, text: str) -> str:
        """Return the name of a file, column or mapping without names of accounts.

        All platforms that were met count, and an underscore ends a name: "posts_of_ann.csv".
        Presets' names say nothing of a file.
        """
        if any(text == each.name for each in PRESETS):
            return text
        for masker in self._maskers.values():
            text = "_".join(map(masker.mask, masker.mask(text).split("_")))
        return text

    def rule(self, mapping: Mapping) -> str:
        """Return what a reading is called.

        A preset has its name. A person's own mapping, and a preset that was changed by a zone,
        have a mark of their content beside it: another content is another reading, with an
        entry of its own in log and trail.
        """
        name = self.label(plain(mapping.name))
        if any(mapping == each.mapping for each in PRESETS):
            return name
        return f"{name} ({mark_of(mapping)})"

    def ordinary(self, handles: Iterable[str]) -> int:
        """Return how many handles are ordinary words, which stay as plain words."""
        return sum(map(is_ordinary, handles))

    def keep(self, names: Sequence[ClearName]) -> None:
        """Seal the clear form of pseudonyms."""
        self._keep(names)

    @contextmanager
    def keeping_none(self) -> Iterator[None]:
        """Seal and store nothing for a while: a dry run leaves no trace of an account."""
        keep, self._keep = self._keep, lambda _: None
        try:
            yield
        finally:
            self._keep = keep

    def forget(self) -> None:
        """Forget all names, when some may be kept no longer."""
        self._maskers.clear()
        self._learned.clear()


def import_posts(
    lake: Lake,
    files: Sequence[Path],
    mapping: str,
    privacy: DeskPrivacy,
    *,
    scratch: Path,
    now: Callable[[], datetime],
    shorteners: Path | None = None,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> dict[Path, Imported]:
    """Import files one after the other; what was imported before is not read again.

    Args:
        lake: Where posts go.
        files: Exports, each of any kind that the mapping reads.
        mapping: Name of a preset or path of a mapping file; empty: recognised, file by file.
        privacy: How names are replaced.
        scratch: Folder that belongs to imports alone; it is emptied.
        now: Clock against which future times are told.
        shorteners: Table of short links.
        memory_limit: Ceiling for DuckDB.
        threads: Threads for DuckDB.

    Raises:
        NotFoundError: A file is not there.
        BadInputError: A file cannot be read, or nothing tells how.
        BusyError: Another run imports the same file now.
    """
    links = Links(read_shorteners(shorteners) if shorteners else None)
    importer = Importer(
        lake,
        privacy,
        scratch,
        now=now,
        links=links,
        memory_limit=memory_limit,
        threads=threads,
    )
    return {file: importer.add(file, mapping_for([file], mapping)) for file in files}


def write_rejected(rows: Sequence[Rejected], target: Path, refused: int = 0) -> None:
    """Write rejected rows as CSV that a spreadsheet can open safely.

    Args:
        rows: Those that are listed.
        target: Where.
        refused: How many there are in all; where more than are listed, the last line says so.
    """
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)  # places in a file of posts are for its owner, as all of a home
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "line", "column", "reason", "hint"))
        for row in rows:
            cells = (row.file, str(row.line), row.col, row.reason, row.hint)
            writer.writerow([safe_cell(cell) for cell in cells])
        if (more := refused - len(rows)) > 0:
            writer.writerow((rows[0].file, "", "", f"{more:,} more rows are not listed", ""))
