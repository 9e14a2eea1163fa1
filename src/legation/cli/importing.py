"""`legation import posts`: look first, then take in.

How a file is read is said before it is read. With `--dry-run` nothing is kept and no
home is needed.
"""

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
    PresetName,
    Shorteners,
    Zone,
)
from legation.cli.words import answer, answer_json, tell
from legation.errors import UsageError


def posts(
    *files: Path,
    mapping: MappingFile = None,
    preset: PresetName = "",
    zone: Zone = "",
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
    reading = reading_of(mapping, preset, zone, shorteners)
    if not files:
        raise UsageError("no file of posts", hint="run: legation import posts FILE")
    if dry_run:
        seen = preview(doors.settings(home), files, reading, doors.now)
        answer_json(seen) if as_json else answer(_seen(seen))
        return 0
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
    mapping: Path | None, preset: str, zone: str = "", shorteners: Path | None = None
) -> Reading:
    """Return how files are to be read, from the options.

    Raises:
        UsageError: A mapping and a preset are both given, or no preset has that name.
    """
    from legation.sources.catalogue import preset as known

    if mapping is not None and preset:
        raise UsageError("--mapping and --preset exclude each other", hint="give one of them")
    name = str(mapping.absolute()) if mapping is not None else preset and known(preset).name
    return Reading(mapping=name, zone=zone, shorteners=shorteners)


def said(taken: Taken) -> str:
    """Say in a line or two what became of a file."""
    if taken.known:
        return f"{taken.file}: taken in before, nothing to do"
    parts = [f"{taken.rows:,} posts"]
    parts += [
        f"{count:,} {what}"
        for count, what in (
            (taken.edits, "edits of known posts"),
            (taken.repeated, "already in the store"),
            (taken.folded, "repeated rows"),
            (taken.skipped, "records that are no posts"),
            (taken.rejected, "rejected"),
        )
        if count
    ]
    lines = [f"{taken.file}: {', '.join(parts)} (clock: {taken.clock_s} s)"]
    if taken.rejects:
        lines.append(f"  rejected rows with their reasons: {taken.rejects}")
    return "\n".join(lines)


def _seen(seen: Previewed) -> str:
    lines = [
        f"{', '.join(seen.files)}: read as {seen.mapping}",
        f"{seen.rows:,} posts (clock: {seen.clock_s} s)",
        f"{seen.rejected:,} rejected, {seen.folded:,} repeated, {seen.skipped:,} no posts",
    ]
    lines += [f"  {count:,} rejected: {reason}" for reason, count in seen.reasons.items()]
    return "\n".join([*lines, "", "The mapping:", "", seen.as_toml.rstrip()])
