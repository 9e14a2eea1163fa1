"""`legation import posts`: look first, then take in.

How a file is read is said before it is read. With `--dry-run` nothing is kept and no
home is needed.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from legation.app.importing import Intakes, Previewed, Reading, Taken, preview
from legation.cli.doors import (
    AsJson,
    HomeFolder,
    Lent,
    MappingFile,
    PassphraseFile,
    PlatformName,
    PresetName,
    Shorteners,
    Zone,
)
from legation.cli.words import answer, answer_json, counted, tell
from legation.errors import BadInputError, UsageError
from legation.settings import Settings


def posts(
    *files: Path,
    mapping: MappingFile = None,
    preset: PresetName = "",
    zone: Zone = "",
    platform: PlatformName = "",
    shorteners: Shorteners = None,
    dry_run: Annotated[
        bool, Parameter(help="Say how the files would be read, and keep nothing.")
    ] = False,
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Take in posts, from exports of any known kind.

    Accounts are kept under pseudonyms. A file that was taken in before is not read again,
    and rejected rows are listed in a file with the reason for each.

    Args:
        files: Exports: CSV, JSON, JSON lines or Parquet.
    """
    reading = reading_of(mapping, preset, zone, shorteners, platform)
    if not files:
        raise UsageError("no file of posts", hint="run: legation import posts FILE")
    if dry_run:
        return _previewed(files, reading, doors.settings(home), doors.now, as_json=as_json)
    place = doors.home(home)
    protection = doors.protection(place, passphrase_file)
    with place.store() as store:
        intakes = Intakes(place, store, protection)
        taken = []
        for file in files:
            tell(f"{file}: read as {reading.of([file]).name}")
            doors.say_when_ended(
                f"{file}: broken off. What came in is kept; to go on from there, run it again."
            )
            taken.append(intakes.take(file, reading))
            doors.say_when_ended("")
            if not as_json:
                answer(said(taken[-1]))
    if as_json:
        answer_json(taken)
    return 0


def reading_of(
    mapping: Path | None,
    preset: str,
    zone: str = "",
    shorteners: Path | None = None,
    platform: str = "",
) -> Reading:
    """Return how files are to be read, from the options.

    Raises:
        UsageError: A mapping and a preset are both given, or no preset has that name.
    """
    from legation.sources.catalogue import preset as known

    if mapping is not None and preset:
        raise UsageError("--mapping and --preset exclude each other", hint="give one of them")
    name = str(mapping.absolute()) if mapping is not None else preset and known(preset).name
    return Reading(mapping=name, zone=zone, shorteners=shorteners, platform=platform)


def said(taken: Taken) -> str:
    """Say in a line or two what became of a file."""
    if taken.known:
        return f"{taken.file}: taken in before, nothing to do"
    parts = [
        counted(taken.rows, "new post"),
        *([_edits(taken.edits)] if taken.edits else []),
        *([f"{counted(taken.repeated, 'post')} already in the store"] if taken.repeated else []),
        *_beside(taken),
    ]
    lines = [f"{taken.file}: {', '.join(parts)} (clock: {taken.clock_s} s)"]
    lines += [*_spanned(taken), *_warned(taken)]
    if taken.rejects:
        lines.append(f"  rejected rows with their reasons: {taken.rejects}")
    return "\n".join(lines)


def _spanned(told: Taken | Previewed) -> list[str]:
    return [f"  posts from {told.first} to {told.last}"] if told.first else []


def _warned(told: Taken | Previewed) -> list[str]:
    return [
        line
        for warned in told.warnings
        for line in (f"  warning: {warned.text}", f"  hint: {warned.hint}")
    ]


def _edits(number: int) -> str:
    return f"{number:,} {'edit of a known post' if number == 1 else 'edits of known posts'}"


def _beside(told: Taken | Previewed) -> list[str]:
    """Say what of a file is no post, in the words of import and dry run alike."""
    records = "record that is no post" if told.skipped == 1 else "records that are no posts"
    return [
        *([counted(told.folded, "repeated row")] if told.folded else []),
        *([f"{told.skipped:,} {records}"] if told.skipped else []),
        *([counted(told.rejected, "rejected row")] if told.rejected else []),
    ]


def _previewed(
    files: Sequence[Path],
    reading: Reading,
    settings: Settings,
    now: Callable[[], datetime],
    *,
    as_json: bool,
) -> int:
    seen: list[Previewed] = []
    for file in files:
        seen.append(_preview(settings, file, reading, now, as_json=as_json))
        if not as_json:
            # The same mapping is shown once.
            known = seen[-1].as_toml in {one.as_toml for one in seen[:-1]}
            answer(_seen(seen[-1], mapping=not known))
    if as_json:
        answer_json(seen)
    tell("Nothing was kept. How many of the posts are new is told by the import alone.")
    if any(one.parts for one in seen):
        tell(
            "A large file is imported by parts: a post that comes again in a later part counts as "
            "already in the store or as an edit, not as repeated or rejected."
        )
    return 0


def _preview(
    settings: Settings,
    file: Path,
    reading: Reading,
    now: Callable[[], datetime],
    *,
    as_json: bool,
) -> Previewed:
    """Look at a file; where only a guess tells how it is read, the guess is the answer."""
    try:
        return preview(settings, file, reading, now)
    except BadInputError as fault:
        if as_json or not fault.draft:
            raise
        answer(fault.draft)
        raise BadInputError(
            str(fault),
            place="",
            hint="check the guess that was printed, keep it as a file and pass it with --mapping",
        ) from fault


def _seen(seen: Previewed, *, mapping: bool) -> str:
    parts = [counted(seen.good, "post"), *_beside(seen)]
    lines = [
        f"{seen.file}: read as {seen.mapping}",
        f"{seen.file}: {', '.join(parts)} (clock: {seen.clock_s} s)",
    ]
    lines += [f"  {count:,} rejected: {reason}" for reason, count in seen.reasons.items()]
    lines += [*_spanned(seen), *_warned(seen)]
    return "\n".join([*lines, *(["", "The mapping:", "", seen.as_toml] if mapping else [])])
