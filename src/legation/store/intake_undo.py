"""An import taken back: its batches leave the lake, replaced by one that holds nothing.

What stands after is what would stand had the file never come, also where only a part of
it had. So an import on which a later one leans (its file repeated or edited posts that
were there, or named them) cannot go before that one: the later file's own rows would go
with it, and nobody would know.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from legation.errors import ConflictError
from legation.store.intake_told import BEGUN, FINISHED, LEANS, UNDONE, Begun
from legation.store.lake import Lake
from legation.store.manifests import Manifest
from legation.store.scratch import alone

_POSTS: Final = "posts-"


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose posts have left the lake, as the lake tells it.

    Attributes:
        sha256: Of its bytes.
        rule: Name of the mapping.
        good: Its rows that were taken in.
        whole: It had come in as a whole.
        batch: Names the batch that stands in for its own.
    """

    sha256: str
    rule: str
    good: int = 0
    whole: bool = True
    batch: str = ""


def take_back(lake: Lake, sha256: str, rule: str, scratch: Path) -> list[TakenBack]:
    """Let all that an import brought leave the lake, in one step for each of its readings.

    Args:
        lake: The lake.
        sha256: Of the file.
        rule: Name of the mapping.
        scratch: The folder of imports: none may run meanwhile.

    Returns:
        What has left; nothing when it had before, or never came.

    Raises:
        ConflictError: A later import leans on this one.
        BusyError: An import is running.
    """
    left: list[TakenBack] = []
    with alone(scratch):
        lake.recover()
        parts, mine, leaning = _stands(lake, sha256, rule)
        if leaning:
            raise _leant_on(leaning)
        for base in mine:
            batch = f"undo-{base.removeprefix(_POSTS)}"
            lake.stage(batch)
            told = TakenBack(
                sha256=sha256,
                rule=rule,
                good=_counted(parts[base])[0],
                whole=any(FINISHED in part.facts for part in parts[base]),
                batch=batch,
            )
            lake.commit(
                batch,
                replaces=[part.batch for part in parts[base]],
                facts={UNDONE: base.partition("_")[0], "file": msgspec.to_builtins(told)},
            )
            left.append(told)
        lake.recover()
    return left


def standing(lake: Lake, sha256: str, rule: str) -> tuple[int, int]:
    """Return how many rows of an import stand in the lake, ended or not, and were refused."""
    parts, mine, _ = _stands(lake, sha256, rule)
    return _counted([part for base in mine for part in parts[base]])


def leaning_on(lake: Lake, sha256: str, rule: str) -> list[str]:
    """Return the files of later imports that have to be undone before this one, by name.

    The name is empty where an earlier version of the program was broken off.
    """
    return _stands(lake, sha256, rule)[2]


def taken_back(lake: Lake) -> Iterator[TakenBack]:
    """Yield the files whose posts have left the lake and not come again."""
    batches = lake.batches()
    begun = map(_begun, _parts(batches).values())
    there = {(one.sha256, one.rule) for one in begun if one is not None}
    for manifest in batches:
        if UNDONE in manifest.facts:
            told = msgspec.convert(manifest.facts["file"], TakenBack)
            if (told.sha256, told.rule) not in there:
                yield msgspec.structs.replace(told, batch=manifest.batch)


def _stands(
    lake: Lake, sha256: str, rule: str
) -> tuple[dict[str, list[Manifest]], list[str], list[str]]:
    """Return the batches of all files, a file's readings among them, and who leans on these."""
    parts = _parts(lake.batches())
    named = {base: _begun(some) for base, some in parts.items()}
    mine = [base for base, one in named.items() if one and (one.sha256, one.rule) == (sha256, rule)]
    if not mine:
        # Before batches said whose they are, those of a file broken off had only its hash.
        same = f"{_POSTS}{sha256[:32]}-"
        mine = [base for base, one in named.items() if one is None and base.startswith(same)]
    leaning = [
        one.file if one else ""
        for other, one in named.items()
        if other not in mine and any(_leans(parts[other], base) for base in mine)
    ]
    return parts, mine, sorted(leaning)


def _begun(parts: list[Manifest]) -> Begun | None:
    """Return of which file batches are; None where none of them says so."""
    for facts in (part.facts for part in parts):
        if FINISHED in facts or BEGUN in facts:
            return msgspec.convert(facts.get(FINISHED, facts.get(BEGUN)), Begun)
    return None


def _counted(parts: list[Manifest]) -> tuple[int, int]:
    good = sum(part.facts.get("good", 0) for part in parts)
    return good, sum(part.facts.get("refused", 0) for part in parts)


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
        hint="undo that one first, then this one",
    )
