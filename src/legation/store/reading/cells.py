"""The SQL of one cell: how a column of a CSV, JSON or Parquet file is written in DuckDB.

Three kinds of file differ only in how a value is reached and how a list looks.
Each class here answers the same three questions, so that `select.py` is written
once. Text in quotes is escaped here and nowhere else.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, final

from legation.store.reading.mapping import Mapping
from legation.store.reading.probe import Probe

MAX_LINE = 1 << 24
"""Bytes of one line or record: a post of a million characters fits, in any escape."""
# DuckDB asks for sixteen longest lines a buffer, 256 MiB, and holds several; a line spans at
# most two. Of a file of 2 GB these took 36 s of processor time, and 5 s with two lines each.
BUFFER = 2 * MAX_LINE
MOST_FAULTS = 3_000_000
"""Faults of rows that DuckDB keeps in memory; a row has one or two."""
_PATTERN = re.compile(r"[*?\[]")


class Cells(Protocol):
    """A file as a relation whose cells can be named."""

    def relation(self) -> str:
        """Return what stands after FROM."""

    def one(self, column: str) -> str:
        """Return the cell as text (SQL of type VARCHAR)."""

    def many(self, column: str, separator: str) -> str:
        """Return the cell as a list (SQL of type VARCHAR[])."""

    def moment(self, column: str) -> str | None:
        """Return the cell as a TIMESTAMP without zone, when the file stores one."""

    def whole(self) -> str | None:
        """Return the condition under which the record can be read at all."""


def quoted(text: str) -> str:
    """Return the text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def at_path(file: Path) -> str:
    """Return a file's path as an SQL string for reading: DuckDB takes some signs for a pattern.

    Examples:
        >>> at_path(Path("/desk [1]/posts.csv"))
        "'/desk [[]1]/posts.csv'"
    """
    return quoted(_PATTERN.sub(r"[\g<0>]", str(file)))


def named(column: str) -> str:
    """Return the text as an SQL name."""
    return '"' + column.replace('"', '""') + '"'


@final
class CsvCells:
    """Cells of a CSV file: all text, split into lists where they look like one."""

    def __init__(self, probe: Probe, rejects: str) -> None:
        """Read the file of `probe`; rows that do not parse go to the table `rejects`."""
        self._probe = probe
        self._rejects = rejects

    def relation(self) -> str:
        """Return the scan; only the columns that are used are converted."""
        columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in self._probe.columns)
        return (
            f"read_csv({at_path(self._probe.file)}, columns = {{{columns}}}, header = true, "
            f"auto_detect = false, delim = {quoted(self._probe.delimiter)}, quote = '\"', "
            f"escape = '\"', {_guards(self._probe, self._rejects)})"
        )

    def one(self, column: str) -> str:
        """Return the cell."""
        return named(column)

    def many(self, column: str, separator: str) -> str:
        """Return the cell split; a bracketed list is recognised when no separator is stated."""
        cell = named(column)
        if separator:
            return f"string_split({cell}, {quoted(separator)})"
        return (
            f"CASE WHEN {cell} IS NULL OR {cell} IN ('', '[]') THEN [] "
            f"WHEN starts_with({cell}, '[') THEN coalesce("
            f"TRY_CAST(TRY_CAST({cell} AS JSON) AS VARCHAR[]), "
            f"list_transform(regexp_split_to_array(trim({cell}, '[]'), ',\\s+|'',''|\",\"'), "
            "lambda e: trim(e, ' ''\"'))) "
            f"ELSE regexp_split_to_array({cell}, '[\\s;|]+|, *') END"
        )

    def moment(self, column: str) -> None:
        """Return nothing: a CSV file has no times of its own."""
        del column

    def whole(self) -> None:
        """Return nothing: rows that do not parse are told by DuckDB."""


@final
class LineCells:
    """Cells of a file with one JSON record on each line: columns are paths."""

    def __init__(self, probe: Probe, mapping: Mapping, rejects: str) -> None:
        """Read the file of `probe`; lines that are not UTF-8 go to the table `rejects`."""
        self._probe = probe
        self._rejects = rejects
        self._paths = scalar_paths(mapping)

    def relation(self) -> str:
        """Return the scan: each line is parsed once for all its single values."""
        paths = ", ".join(quoted(json_path(path)) for path in self._paths)
        return (
            f"(SELECT doc, json_extract_string(doc, [{paths}]) AS v FROM ("
            "SELECT CASE WHEN json_valid(line) THEN line::JSON END AS doc "
            f"FROM read_csv({at_path(self._probe.file)}, columns = {{'line': 'VARCHAR'}}, "
            "header = false, auto_detect = false, delim = '\x01', quote = '', escape = '', "
            f"{_guards(self._probe, self._rejects)}) WHERE line IS NOT NULL AND trim(line) <> ''))"
        )

    def one(self, column: str) -> str:
        """Return the value at the path."""
        if column in self._paths:
            return f"v[{self._paths.index(column) + 1}]"
        return f"array_to_string({self.many(column, '')}, ' ')"

    def many(self, column: str, separator: str) -> str:
        """Return all values at a path with a wildcard, or the array at a plain path."""
        if "*" in column:
            return f"json_extract_string(doc, {quoted(json_path(column))})"
        cell = f"v[{self._paths.index(column) + 1}]"
        split = f"string_split({cell}, {quoted(separator or ' ')})"
        return (
            f"CASE WHEN {cell} IS NULL THEN [] WHEN starts_with({cell}, '[') "
            f"THEN TRY_CAST(TRY_CAST({cell} AS JSON) AS VARCHAR[]) ELSE {split} END"
        )

    def moment(self, column: str) -> None:
        """Return nothing: JSON has no times of its own."""
        del column

    def whole(self) -> str | None:
        """Return the test that the line was JSON."""
        return "doc IS NOT NULL"


@final
class ParquetCells:
    """Cells of a Parquet file, whose types are known."""

    def __init__(self, probe: Probe, types: dict[str, str]) -> None:
        """Read the file of `probe`, whose columns have these DuckDB types."""
        self._probe = probe
        self._types = types

    def relation(self) -> str:
        """Return the scan."""
        return f"read_parquet({at_path(self._probe.file)})"

    def one(self, column: str) -> str:
        """Return the cell as text."""
        cell = named(column)
        if self._types[column] == "VARCHAR":
            return cell
        if self._types[column].endswith("[]"):
            return f"array_to_string({cell}, ' ')"
        return f"{cell}::VARCHAR"

    def many(self, column: str, separator: str) -> str:
        """Return the list, or the text split."""
        cell = named(column)
        if self._types[column] == "VARCHAR[]":
            return cell
        if self._types[column].endswith("[]"):
            return f"{cell}::VARCHAR[]"
        return f"string_split({cell}::VARCHAR, {quoted(separator or ' ')})"

    def moment(self, column: str) -> str | None:
        """Return the stored time; one with a zone is put into UTC."""
        kind = self._types[column]
        if kind == "TIMESTAMP WITH TIME ZONE":
            return f"timezone('UTC', {named(column)})"
        if kind.startswith("TIMESTAMP") or kind == "DATE":
            return f"{named(column)}::TIMESTAMP"
        return None

    def whole(self) -> None:
        """Return nothing: a Parquet row is whole or the file is not."""


def json_path(path: str) -> str:
    """Write a path such as `author.tags[*].name` as DuckDB's JSON path.

    Examples:
        >>> json_path("author.tags[*].name")
        '$."author"."tags"[*]."name"'
    """
    steps: list[str] = []
    for part in path.split("."):
        name, bracket, index = part.partition("[")
        steps.append(f'."{name}"' + (f"[{index}" if bracket else ""))
    return "$" + "".join(steps)


def scalar_paths(mapping: Mapping) -> Sequence[str]:
    """Return the paths of single values that a mapping reads, each once, in a fixed order."""
    sources = [*mapping.fields.values(), *mapping.handles]
    paths = [path for source in sources for path in source.columns]
    paths += [only.column for only in mapping.only]
    paths += [source.when.column for source in sources if source.when is not None]
    return tuple(dict.fromkeys(path for path in paths if "*" not in path))


def _guards(probe: Probe, rejects: str) -> str:
    packed = ", compression = 'gzip'" if probe.packed else ""
    return (
        f"store_rejects = true, rejects_table = {quoted(rejects)}, "
        f"rejects_scan = {quoted(rejects + '_scan')}, rejects_limit = {MOST_FAULTS}, "
        f"max_line_size = {MAX_LINE}, buffer_size = {BUFFER}{packed}"
    )
