"""JSON documents made into one record on each line.

Telegram writes one object with a list of messages, the Twitter API pages with the
authors beside the posts. Such a document is read whole and its records are written
line by line to a scratch file, with what stands elsewhere in the page put into each;
from there it is read like any file of JSON lines.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from legation.errors import BadInputError
from legation.store.reading.line_ends import lines
from legation.store.reading.mapping import Mapping
from legation.store.reading.probe import Probe, open_bytes

MOST_BYTES = 1 << 29
"""A document is held in memory whole; a larger one must come as JSON lines."""


def needs_unfolding(probe: Probe, mapping: Mapping) -> bool:
    """Tell whether records stand inside a document or in pages."""
    return probe.format == "json" or (probe.format == "ndjson" and bool(mapping.records))


def unfolded(probe: Probe, mapping: Mapping, target: Path) -> Probe:
    """Write the document's records to `target`, one on each line.

    Raises:
        BadInputError: The file is not JSON, too large, or has no list where the mapping says.
    """
    with target.open("wb") as out:
        for page, place in pages(probe):
            if isinstance(page, msgspec.Raw):
                out.write(bytes(page).strip() + b"\n")
                continue
            for record in _records(page, mapping, place):
                out.write(msgspec.json.encode(record) + b"\n")
    return Probe(file=target, format="ndjson", copy_of=probe.place)


def pages(probe: Probe, most: int | None = None) -> Iterator[tuple[Any, str]]:
    """Yield what a document, or each line, holds, with its place; a damaged line as it stands.

    Args:
        probe: The file.
        most: Bytes of a file of lines that are looked at; None: all.
    """
    with open_bytes(probe.file) as stream:
        if probe.format == "ndjson":
            looked_at = stream if most is None else io.BytesIO(stream.read(most))
            for number, line in enumerate(lines(looked_at, probe), 1):
                if not line.strip():
                    continue
                try:
                    yield msgspec.json.decode(line), f"{probe.place}:{number}"
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    # Left as it is: the scan lists it among the rejected rows.
                    yield msgspec.Raw(line), ""
            return
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadInputError(
            "a JSON document of more than 512 MiB",
            place=probe.place,
            hint="write it as JSON lines, one record on each line, for instance with jq -c",
        )
    try:
        yield msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf")), probe.place
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as bad:
        raise BadInputError(
            f"not JSON: {bad}", place=probe.place, hint="the export may be cut; export again"
        ) from bad


def _records(page: Any, mapping: Mapping, place: str) -> Iterator[Any]:
    listed = _at(page, mapping.records) if isinstance(page, dict) else page
    if isinstance(listed, dict):
        listed = [listed]
    if listed is None and isinstance(page, dict):
        # A page without its list is a record of its own (flattened lines), or an empty page.
        listed = [] if "meta" in page else [page]
    if not isinstance(listed, list):
        raise BadInputError(
            f"no list of records at {'/'.join(('', *mapping.records))}",
            place=place,
            hint="choose another preset, or name the list as records in the mapping",
        )
    carried = {name: _at(page, path) for name, path in mapping.carry.items()}
    tables = {
        lookup.name: {
            str(row.get(lookup.id)): row
            for row in _at(page, lookup.table) or ()
            if isinstance(row, dict)
        }
        for lookup in mapping.lookups
    }
    for record in listed:
        if isinstance(record, dict):
            found = {
                lookup.name: tables[lookup.name].get(str(record.get(lookup.key)))
                for lookup in mapping.lookups
            }
            known = {name: part for name, part in found.items() if part is not None}
            yield carried | known | record
        else:
            yield record


def _at(page: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        page = page.get(step) if isinstance(page, dict) else None
    return page
