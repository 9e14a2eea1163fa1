"""An import taken back: its batches leave the lake, replaced by one that holds nothing.

What stands after is what would stand had the file never come. So an import on which a
later one leans (its file repeated or edited posts that were there, or named them) cannot
go before that one: the later file's own rows would go with it, and nobody would know.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from legation.errors import ConflictError
from legation.store.intake_told import LEANS, UNDONE, finished_files
from legation.store.lake import Lake
from legation.store.manifests import Manifest
from legation.store.scratch import alone

_POSTS: Final = "posts-"


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose posts have left the lake, as the lake tells it.

    Attributes:
        sha256: Of its bytes.
        rule: Name of the mapping.
    """

    sha256: str
    rule: str


def take_back(lake: Lake, sha256: str, rule: str, scratch: Path) -> list[str]:
    """Let all that an import brought leave the lake, in one step for each of its readings.

    Args:
        lake: The lake.
        sha256: Of the file.
        rule: Name of the mapping.
        scratch: The folder of imports: none may run meanwhile.

    Returns:
        The batches that have left; none when they had before.

    Raises:
        ConflictError: A later import leans on this one.
        BusyError: An import is running.
    """
    with alone(scratch):
        lake.recover()
        parts, mine, leaning = _stands(lake, sha256, rule)
        if leaning:
            raise _leant_on(leaning)
        for base in mine:
            batch = f"undo-{base.removeprefix(_POSTS)}"
            lake.stage(batch)
            told = TakenBack(sha256=sha256, rule=rule)
            lake.commit(
                batch,
                replaces=[part.batch for part in parts[base]],
                facts={UNDONE: base.partition("_")[0], "file": msgspec.to_builtins(told)},
            )
        lake.recover()
        return [part.batch for base in mine for part in parts[base]]


def leaning_on(lake: Lake, sha256: str, rule: str) -> list[str]:
    """Return the files of later imports that have to be undone before this one, by name.

    The name of an import that was broken off is empty.
    """
    return _stands(lake, sha256, rule)[2]


def taken_back(lake: Lake) -> Iterator[TakenBack]:
    """Yield the files whose posts have left the lake and not come again."""
    there = {(one.sha256, one.rule) for one in finished_files(lake)}
    for manifest in lake.batches():
        if UNDONE in manifest.facts:
            told = msgspec.convert(manifest.facts["file"], TakenBack)
            if (told.sha256, told.rule) not in there:
                yield told


def _stands(
    lake: Lake, sha256: str, rule: str
) -> tuple[dict[str, list[Manifest]], list[str], list[str]]:
    """Return the batches of all files, a file's readings among them, and who leans on these."""
    parts = _parts(lake.batches())
    named = {one.batch: one for one in finished_files(lake)}
    mine = [
        base
        for base in parts
        if base in named and (named[base].sha256, named[base].rule) == (sha256, rule)
    ]
    leaning = [
        named[other].file if other in named else ""
        for other in parts
        if other not in mine and any(_leans(parts[other], base) for base in mine)
    ]
    return parts, mine, sorted(leaning)


def _parts(batches: list[Manifest]) -> dict[str, list[Manifest]]:
    """Return the batches of each file, by what their names begin with."""
    parts: dict[str, list[Manifest]] = {}
    for each in batches:
        if each.batch.startswith(_POSTS):
            parts.setdefault(each.batch.rpartition("-")[0], []).append(each)
    return parts


def _leans(parts: list[Manifest], base: str) -> bool:
    """Tell whether rows were judged against another file's; where it was not noted, they were."""
    counted = [part for part in parts if "good" in part.facts]
    return any(base in part.facts.get(LEANS, (base,)) for part in counted)


def _leant_on(files: list[str]) -> ConflictError:
    names = ", ".join(dict.fromkeys(name or "an import that was broken off" for name in files))
    return ConflictError(
        f"a later import repeats or edits posts of this one: {names}",
        hint="undo that one first (finish one that was broken off), then this one",
    )
