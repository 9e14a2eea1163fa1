"""A look into a file before it is read: its columns and a few rows, as text."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from legation.store.duck import connect
from legation.store.reading.cells import MAX_LINE, at_path
from legation.store.reading.damage import told_as_damage
from legation.store.reading.fitting import walked
from legation.store.reading.probe import Probe, open_bytes, probe
from legation.store.reading.unfold import pages

_ROWS = 200  # of so many days one is likely to be behind the 12th, which tells it from a month


class Peek(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the top of a file; for JSON the columns are paths."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def peek(file: Path) -> Peek:
    """Look into a file.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is no table at all.
    """
    found = probe(file)
    with told_as_damage(found.place):
        return _peeked(found)


def _peeked(found: Probe) -> Peek:
    if found.format == "csv":
        return _csv(found)
    if found.format == "parquet":
        return _parquet(found)
    records = list(islice(_records(found), _ROWS))
    paths = dict.fromkeys(path for record in records for path in walked(record, ""))
    rows = tuple({path: _at(record, path) for path in paths} for record in records)
    return Peek(columns=tuple(paths), rows=rows)


def _csv(found: Probe) -> Peek:
    with open_bytes(found.file) as stream:
        # So much and no more: a file of empty lines has no row to wait for.
        head = io.BytesIO(stream.read(MAX_LINE))
        text = io.TextIOWrapper(head, encoding="utf-8-sig", errors="replace", newline="")
        reader = csv.DictReader(text, delimiter=found.delimiter)
        rows: list[dict[str, str]] = []
        # A row that cannot be read ends the look; whoever reads the file tells of it.
        with suppress(csv.Error):
            rows += ({str(k): str(v) for k, v in row.items()} for row in islice(reader, _ROWS))
    return Peek(columns=found.columns, rows=tuple(rows))


def _parquet(found: Probe) -> Peek:
    with closing(connect(threads=1)) as connection:
        query = f"SELECT * FROM read_parquet({at_path(found.file)}) LIMIT {_ROWS}"
        table = connection.execute(query)
        columns = tuple(str(column[0]) for column in table.description or ())
        rows = tuple(
            {
                name: "" if value is None else str(value)
                for name, value in zip(columns, row, strict=True)
            }
            for row in table.fetchall()
        )
    return Peek(columns=columns, rows=rows)


def _records(found: Probe) -> Iterator[Any]:
    """Yield records: those of the first list of objects, where a page or document has one."""
    for page, _ in pages(found, MAX_LINE):
        if isinstance(page, msgspec.Raw):
            continue
        if isinstance(page, list):
            yield from page
            continue
        inside = next(iter(_lists(page)), None) if isinstance(page, dict) else None
        yield from (page,) if inside is None else inside


def _lists(page: dict[str, Any]) -> Iterator[list[Any]]:
    for name in ("data", "messages", "posts", "statuses"):
        value = page.get(name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield value


def _at(record: Any, path: str) -> str:
    for step in path.split("."):
        name, _, index = step.partition("[")
        record = record.get(name) if isinstance(record, dict) else None
        if index and isinstance(record, list):
            record = record[0] if record else None
    return "" if record is None else str(record)
