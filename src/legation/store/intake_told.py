"""What is told of a file that comes in: how it stands in the lake, and what became of its rows.

The lake knows best: whatever a killed run, a log or a caller says, a file's rows are those of
its batches.
"""

import hashlib
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from legation.store.manifests import Manifest
from legation.store.reading.mapping import Mapping
from legation.store.reading.rejects import MOST_REJECTED, Rejected
from legation.store.reading.selves import Echo

BEGUN: Final = "begun"
FINISHED: Final = "finished"
UNDONE: Final = "undone"
LEANS: Final = "leans"


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


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose names are known and whose rows are about to come in.

    Attributes:
        file: Its name as it is kept, without its folder and names of accounts.
        sha256: Of its bytes.
        rule: Name of the mapping, kept likewise.
    """

    file: str
    sha256: str
    rule: str


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
        retimed: Posts of these two with another time than the lake's, which stays.
        example: One of these: post, time in the lake, time in the file.
        echoes: Posts whose ids the lake has, where one side names no platform.
        folded: Rows that repeated another row of the file exactly.
        skipped: Records that are not posts.
        rounded: Good rows whose id a spreadsheet seems to have rounded.
        ordinary: Handles of the file that are ordinary words and stay as plain words.
        span: First and last time of the good rows that this run read, in epoch seconds.
        platforms: Platforms that these rows name.
        odd_platforms: Values that are no names of platforms, with their rows; names of accounts
            are left out.
        rejected: Rows that all its runs together refused, in the file's order; of more than a
            million the first million. Their text is not kept: what a damaged row holds, and
            whose name stands in it, nobody can tell.
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
    retimed: int = 0
    example: tuple[str, int, int] | None = None
    echoes: tuple[Echo, ...] = ()
    folded: int = 0
    skipped: int = 0
    rounded: int = 0
    ordinary: int = 0
    span: tuple[int, int] | None = None
    platforms: tuple[str, ...] = ()
    odd_platforms: tuple[tuple[str, int], ...] = ()
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


def finished_files(lake: Shelf) -> Iterator[Finished]:
    """Yield the files that stand in the lake as a whole: the lake knows best."""
    for manifest in lake.batches():
        if FINISHED in manifest.facts:
            yield msgspec.convert(manifest.facts[FINISHED], Finished)


def known(lake: Shelf, sha256: str, batch: str) -> Imported:
    """Tell a file that stands in the lake, under the names by which it was kept."""
    good, refused = counted(lake, batch)
    kept = {one.batch: one for one in lake.batches()}[f"{batch}-end"].facts.get(FINISHED, {})
    return Imported(
        sha256=sha256,
        file=kept.get("file", ""),
        rule=kept.get("rule", ""),
        batch=batch,
        known=True,
        good=good,
        refused=refused,
    )


def counted(lake: Shelf, batch: str) -> tuple[int, int]:
    """Return how many rows of a file were taken in and refused, over all runs."""
    slices_ = [one.facts for one in lake.batches() if one.batch.startswith(f"{batch}-")]
    good = sum(facts.get("good", 0) for facts in slices_)
    return good, sum(facts.get("refused", 0) for facts in slices_)


def mark_of(mapping: Mapping) -> str:
    """Return a mark of what a mapping says: two that differ have two."""
    return hashlib.sha256(msgspec.json.encode(mapping, order="sorted")).hexdigest()[:8]


def batch_of(lake: Shelf, sha256: str, mapping: Mapping) -> str:
    """Return what the names of a file's batches begin with; anew after each time it was undone."""
    batch = f"posts-{sha256[:32]}-{mark_of(mapping)}"
    undone = sum(one.facts.get(UNDONE) == batch for one in lake.batches())
    return f"{batch}_{undone}" if undone else batch


def summed(total: Imported, more: Imported) -> Imported:
    """Return what became of two parts of a file together."""
    return msgspec.structs.replace(
        total,
        batches=total.batches + more.batches,
        rows=total.rows + more.rows,
        edits=total.edits + more.edits,
        repeated=total.repeated + more.repeated,
        retimed=total.retimed + more.retimed,
        example=total.example or more.example,
        echoes=_echoes_of(total.echoes + more.echoes),
        folded=total.folded + more.folded,
        skipped=total.skipped + more.skipped,
        rounded=total.rounded + more.rounded,
        span=_spanned(total.span, more.span),
        platforms=tuple(sorted({*total.platforms, *more.platforms})),
        odd_platforms=_counted(total.odd_platforms + more.odd_platforms),
        rejected=(total.rejected + more.rejected)[:MOST_REJECTED],
    )


def _counted(values: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for value, number in values:
        counts[value] = counts.get(value, 0) + number
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _spanned(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])


def _echoes_of(each: Iterable[Echo]) -> tuple[Echo, ...]:
    """Return one entry for each platform."""
    found: dict[str, Echo] = {}
    for one in each:
        had = found.get(one.platform, Echo(platform=one.platform))
        found[one.platform] = Echo(
            platform=one.platform, same=had.same + one.same, unlike=had.unlike + one.unlike
        )
    return tuple(found[name] for name in sorted(found))
