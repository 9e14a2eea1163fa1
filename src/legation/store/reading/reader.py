"""One file after the other, each read into a table of its own.

This is the joint between probing, mapping, selecting and rejecting. It holds the
settings of one intake and nothing that outlives it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from legation.errors import BadInputError
from legation.store.faults import lacking
from legation.store.reading.cells import (
    MOST_FAULTS,
    Cells,
    CsvCells,
    LineCells,
    ParquetCells,
    at_path,
)
from legation.store.reading.fitting import (
    fitted,
    refuse_fault,
    refuse_unzoned,
    refuse_unzoned_column,
)
from legation.store.reading.line_ends import evened, gave_up, uneven
from legation.store.reading.mapping import Mapping
from legation.store.reading.overlong import without_hopeless
from legation.store.reading.part import Part
from legation.store.reading.probe import Probe
from legation.store.reading.rejects import (
    MOST_REJECTED,
    faulty_rows,
    list_rejected,
    stray_quote,
    too_many,
    unsplit_rows,
)
from legation.store.reading.select import NOT_A_POST, post_select
from legation.store.reading.stray import mended
from legation.store.reading.unfold import needs_unfolding, unfolded

if TYPE_CHECKING:
    import duckdb

MOST_TURNS = 8  # looks for quotes never closed; one finds all of a common kind
NAMES_BAD = "post_bad_names"
_FEW = 4  # rows below which neither a clock nor a mapping is judged


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one intake asks for.

    Attributes:
        mapping: How the files are read.
        wanted: Columns to convert.
        plain_links: Pattern of links that stay as they are; None: all do.
        latest: Epoch second after which a time is rejected.
        scratch: Folder for what must be written down on the way.
        judge: Refuse a file of which no row can be read; off for a slice of a larger file.
    """

    mapping: Mapping
    wanted: frozenset[str]
    plain_links: str | None
    latest: int | None
    scratch: Path
    judge: bool = True


def read_part(
    connection: "duckdb.DuckDBPyConnection", reading: Reading, number: int, given: Probe
) -> Part:
    """Read a file into a table of its own, its bad rows into `rejected`."""
    found = evened(given, reading.scratch) if given.returns else given
    if needs_unfolding(found, reading.mapping):
        found = unfolded(found, reading.mapping, reading.scratch / f"{number}.jsonl")
    sound = without_hopeless(found, reading.scratch) if reading.judge else None
    found, rejected = (sound.probe, list(sound.rows)) if sound else (found, [])
    part = _loaded(connection, reading, number, found, shown=given.place)
    for turn in range(MOST_TURNS):
        at = stray_quote(connection, part.bad_table, part.probe) if part.unsplit else None
        if at is None:
            break
        without = mended(part.probe, at, reading.scratch, walked=turn > 0)
        rejected += without.rows
        if turn and not without.rows:
            break
        part = _loaded(connection, reading, number, without.probe, shown=given.place)
    listed = list_rejected(connection, rejected, reading.scratch)
    return _settled(connection, reading, msgspec.structs.replace(part, rejected=listed))


def _loaded(
    connection: "duckdb.DuckDBPyConnection",
    reading: Reading,
    number: int,
    found: Probe,
    *,
    shown: str,
) -> Part:
    mapping, cells = _fit(connection, reading.mapping, found, f"post_bad_{number}")
    part = Part(
        number=number,
        table=f"post_part_{number}",
        bad_table=f"post_bad_{number}",
        shown=shown,
        probe=found,
        mapping=mapping,
        light=_select(reading, cells, mapping, light=True),
        full=_select(reading, cells, mapping),
    )
    for leftover in (part.bad_table, f"{part.bad_table}_scan"):
        connection.execute(f"DROP TABLE IF EXISTS {leftover}")
    if not _scan(connection, part):
        copy = evened(found, reading.scratch)
        return _loaded(connection, reading, number, copy, shown=shown)
    part = _measured(connection, part)
    if part.unsplit and uneven(found):
        # With two kinds of line ends DuckDB may also take a row that cannot be split for another.
        copy = evened(found, reading.scratch)
        return _loaded(connection, reading, number, copy, shown=shown)
    return part


def _scan(connection: "duckdb.DuckDBPyConnection", part: Part) -> bool:
    """Read the file into its table; False when its line ends must be made even first."""
    import duckdb

    try:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {part.table} AS {part.full}")
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error as bad:
        if gave_up(bad, part.probe):
            return False
        if "GZIP stream" in str(bad) or lacking(bad):
            raise
        # What a mapping states freely (zone, time format, patterns) is only tried here.
        raise BadInputError(
            str(bad).split("\n", 1)[0],
            place=part.shown,
            hint=f"the file is damaged, or zone, time_format or a pattern of {part.mapping.name!r} "
            "is not understood",
        ) from bad
    return True


def _settled(connection: "duckdb.DuckDBPyConnection", reading: Reading, part: Part) -> Part:
    if part.rows - part.good - part.skipped or part.unsplit:
        if reading.judge:
            _refuse_no_fit(connection, part)
        part = _rejected(connection, part, reading.scratch)
    if part.good < part.rows:
        connection.execute(f"DELETE FROM {part.table} WHERE fault <> 0")
    return part


def names_select(
    connection: "duckdb.DuckDBPyConnection", mapping: Mapping, found: Probe, latest: int | None
) -> str:
    """Write the select of every row's author, time, mentions and platform, good rows and bad."""
    fitting, cells = _fit(connection, mapping, found, NAMES_BAD)
    wanted = frozenset({"mentions", "platform"})
    return post_select(cells, fitting, wanted, plain_links=None, latest=latest, names=True)


def _fit(
    connection: "duckdb.DuckDBPyConnection", mapping: Mapping, found: Probe, bad_table: str
) -> tuple[Mapping, Cells]:
    if found.format == "csv":
        return fitted(mapping, found, found.columns), CsvCells(found, bad_table)
    if found.format == "parquet":
        types = _types(connection, found)
        mapping = fitted(mapping, found, tuple(types))
        refuse_unzoned_column(mapping, types, found.place)
        return mapping, ParquetCells(found, types)
    mapping = fitted(mapping, found, ())
    return mapping, LineCells(found, mapping, bad_table)


def _types(connection: "duckdb.DuckDBPyConnection", found: Probe) -> dict[str, str]:
    import duckdb

    try:
        rows = connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({at_path(found.file)})"
        ).fetchall()
    except duckdb.Error as bad:
        raise BadInputError(
            str(bad).split("\n", 1)[0], place=found.place, hint="the file is damaged"
        ) from bad
    return {str(name): str(kind) for name, kind, *_ in rows}


def _select(reading: Reading, cells: Cells, mapping: Mapping, *, light: bool = False) -> str:
    return post_select(
        cells,
        mapping,
        reading.wanted & {"text"} if light else reading.wanted,
        plain_links=reading.plain_links,
        latest=reading.latest,
        raw=light,
    )


def _measured(connection: "duckdb.DuckDBPyConnection", part: Part) -> Part:
    row = connection.execute(
        "SELECT count(*), count(*) FILTER (fault = 0), "
        f"count(*) FILTER (fault = {NOT_A_POST}), "
        "count(DISTINCT hash(post_id)) FILTER (fault = 0), "
        "bool_and(time % 60 = 0) FILTER (fault = 0), "
        f"bool_and(time % 86400 = 0) FILTER (fault = 0) FROM {part.table}"
    ).fetchall()[0]
    rows, good, skipped, distinct, minutes, days = row
    clock_s = 1
    if good >= _FEW and minutes:
        clock_s = 86400 if days else 60
    return msgspec.structs.replace(
        part,
        rows=rows,
        good=good,
        skipped=skipped,
        distinct=distinct,
        unsplit=unsplit(connection, part.probe, part.bad_table),
        clock_s=clock_s,
    )


def unsplit(connection: "duckdb.DuckDBPyConnection", found: Probe, bad_table: str) -> int:
    """Count the rows that the last scan could not split into cells.

    Raises:
        BadInputError: There are too many.
    """
    if found.format == "parquet":
        return 0
    counted = connection.execute(
        f"SELECT count(*), count(DISTINCT line_byte_position) FROM {bad_table}"
    )
    faults, number = map(int, counted.fetchall()[0])
    # At the limit there may be more than were kept.
    if number > MOST_REJECTED or faults >= MOST_FAULTS:
        raise too_many(found.place)
    return number


def _rejected(connection: "duckdb.DuckDBPyConnection", part: Part, scratch: Path) -> Part:
    bad = unsplit_rows(connection, part) if part.unsplit else []
    lines = frozenset(row.line for row in bad)
    rejected = list_rejected(connection, bad, scratch)
    if part.rows - part.good - part.skipped:
        rejected += list_rejected(connection, faulty_rows(part, lines), scratch)
    return msgspec.structs.replace(part, rejected=part.rejected + rejected)


def _refuse_no_fit(connection: "duckdb.DuckDBPyConnection", part: Part) -> None:
    """Refuse a file of which not one row can be read for one and the same reason."""
    if part.good or not part.rows - part.skipped:
        return
    faults = connection.execute(
        f"SELECT DISTINCT fault FROM {part.table} WHERE fault <> {NOT_A_POST}"
    ).fetchall()
    samples = connection.execute(
        f"SELECT raw_time FROM ({part.light}) WHERE fault = 2 LIMIT 20"
    ).fetchall()
    refuse_unzoned(part.mapping, [raw for (raw,) in samples], part.shown)
    if len(faults) == 1 and part.rows - part.skipped >= _FEW:
        refuse_fault(part.mapping, part.probe, faults[0][0], part.shown)
