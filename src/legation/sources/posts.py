"""Posts of any export, ready to be looked at: choose how to read, then read.

This joins the presets, the mapping files and the rule for links with the store's
intake. `app.py` hands the relation that comes of it to the detectors.
"""

import csv
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from legation.errors import BadInputError
from legation.sources.catalogue import PRESETS, preset
from legation.sources.guess import choose
from legation.sources.mapping_file import read_mapping
from legation.store.intake import Intake, attach
from legation.store.reading.mapping import Mapping
from legation.store.reading.probe import require_file
from legation.text.links import Links

if TYPE_CHECKING:
    import duckdb


def open_posts(
    connection: "duckdb.DuckDBPyConnection",
    files: Sequence[Path],
    mapping: str = "",
    *,
    columns: frozenset[str] | None = None,
    shorteners: Path | None = None,
    now: Callable[[], datetime] | None = None,
) -> Intake:
    """Make the relation `post` and the table `rejected` in the connection.

    Args:
        connection: Where they are made.
        files: Exports of one kind.
        mapping: Name of a preset or path of a mapping file; empty: recognised.
        columns: Columns that will be used; None means all.
        shorteners: Table of short links, CSV with the columns `short` and `long`.
        now: Clock against which future times are told.

    Raises:
        NotFoundError: A file is not there.
        BadInputError: A file cannot be read, or nothing tells how.
        UsageError: No preset has that name.
    """
    chosen = mapping_for(files, mapping)
    links = Links(read_shorteners(shorteners) if shorteners else None)
    return attach(connection, files, chosen, columns=columns, links=links, now=now)


def mapping_for(files: Sequence[Path], mapping: str = "") -> Mapping:
    """Return the mapping that is named, or that of the preset which fits the first file.

    Raises:
        NotFoundError: A file is not there.
        BadInputError: Nothing fits; the hint is a guess to be checked.
        UsageError: No preset has that name.
    """
    if mapping in {each.name for each in PRESETS}:
        return preset(mapping).mapping
    if mapping.endswith(".toml") or "/" in mapping:
        return read_mapping(Path(mapping))
    if mapping:
        return preset(mapping).mapping
    if not files:
        raise BadInputError("no file of posts", place="", hint="name at least one file")
    return choose(files[0])


def read_shorteners(file: Path) -> Dict[str, str]:
    """Read a table of short links.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It lacks the columns `short` and `long`, or a row lacks a cell.
    """
    hint = "the table has the columns short and long, one link each"
    require_file(file)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=str(file), hint=hint) from bad
    for number, row in enumerate(rows, 2):
        if not row.get("short") or not row.get("long"):
            raise BadInputError("a cell is missing", place=f"{file}:{number}", hint=hint)
    return {row["short"]: row["long"] for row in rows}
