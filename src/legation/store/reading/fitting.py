"""Whether a mapping fits a file, told before the scan.

A wrong mapping must not end as a million rejected rows. The columns it names are
looked up in the file's header (or the first records), and the error names the
nearest column that is there. Times without a zone are refused unless the mapping
states one.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as Dict
from itertools import islice

import msgspec

from legation.errors import BadInputError
from legation.store.reading.cells import MAX_LINE
from legation.store.reading.mapping import REQUIRED, Column, Field, Mapping
from legation.store.reading.probe import Probe, open_bytes
from legation.store.reading.select import FAULTS

_SAMPLE = 50
_EMPTY = frozenset({1, 5, 6})  # faults of a path that leads nowhere
_NAIVE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?")


def fitted(mapping: Mapping, probe: Probe, present: Sequence[str]) -> Mapping:
    """Return the mapping with only the columns that the file has.

    Args:
        mapping: As stated.
        probe: The file.
        present: The columns it has; for JSON the paths of its first records.

    Raises:
        BadInputError: A required column, or one that a strict mapping names, is absent.
    """
    kept: dict[Column, Field] = {}
    for column, source in mapping.fields.items():
        found = tuple(name for name in source.columns if _is_there(name, present, probe))
        whole = found == source.columns if source.shape in {"glue", "digest"} else bool(found)
        if whole:
            kept[column] = msgspec.structs.replace(source, columns=found)
        elif not mapping.lenient or column in REQUIRED:
            raise absent(column, source, mapping, _header_of(probe), present)
    for column in REQUIRED:
        if column not in mapping.fields:
            raise BadInputError(
                f"the mapping {mapping.name!r} says nothing of {column}",
                place=probe.place,
                hint=f"add {column} to [fields]",
            )
    handles = []
    for source in mapping.handles:
        found = tuple(name for name in source.columns if _is_there(name, present, probe))
        if found:
            handles.append(msgspec.structs.replace(source, columns=found))
        elif not mapping.lenient:
            # Left out, the author's other name would stand unmasked in texts.
            raise absent("handles", source, mapping, _header_of(probe), present)
    _refuse_conditions(mapping, probe, present)
    return msgspec.structs.replace(mapping, fields=kept, handles=tuple(handles))


def record_paths(probe: Probe) -> tuple[str, ...]:
    """Return the paths of values in the first records of a file of JSON lines."""
    paths: dict[str, None] = {}
    with open_bytes(probe.file) as stream:
        for line in islice(iter(lambda: stream.readline(MAX_LINE), b""), _SAMPLE):
            try:
                record = msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                continue
            paths |= dict.fromkeys(walked(record, ""))
    return tuple(paths)


def walked(value: object, path: str = "") -> Iterator[str]:
    """Yield the paths of the values inside a JSON record."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walked(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        yield path
        for inner in value[:1]:
            if isinstance(inner, dict):
                yield from walked(inner, f"{path}[*]")
    else:
        yield path


def refuse_unzoned(mapping: Mapping, samples: Sequence[str], place: str) -> None:
    """Refuse a mapping that leaves the zone of its times open.

    Raises:
        BadInputError: A sample time states no zone and the mapping none either.
    """
    form = mapping.time_format
    if mapping.zone or form.startswith("epoch_") or "%z" in form or "%Z" in form:
        return
    for sample in filter(str.strip, samples):
        if form != "iso" or _NAIVE.fullmatch(sample.strip()):
            raise BadInputError(
                f"the time {sample!r:.80} states no zone, and the mapping none either",
                place=place,
                hint='state it in the mapping: zone = "UTC", or a place such as "Asia/Tbilisi"',
            )


def refuse_unzoned_column(mapping: Mapping, types: Dict[str, str], place: str) -> None:
    """Refuse a column of times without zone, as Parquet may have, when none is stated.

    Raises:
        BadInputError: Neither the file nor the mapping tells the zone.
    """
    for column in mapping.fields["time"].columns:
        naive = types[column] == "DATE" or (
            types[column].startswith("TIMESTAMP") and "ZONE" not in types[column]
        )
        if naive and not mapping.zone:
            raise BadInputError(
                f"the times in {column!r} state no zone, and the mapping none either",
                place=place,
                hint='state it in the mapping: zone = "UTC", or a place such as "Asia/Tbilisi"',
            )


def refuse_fault(mapping: Mapping, probe: Probe, fault: int, place: str) -> None:
    """Refuse a file all of whose records have this fault: the mapping is wrong, not the rows.

    Raises:
        BadInputError: The fault is one that a mapping makes.
    """
    column, reason, hint = FAULTS[fault]
    if column is None or column == "text":
        return
    source = mapping.fields[column]
    if probe.format == "ndjson" and fault in _EMPTY:
        present = record_paths(probe)
        raise absent(column, source, mapping, place, present)
    raise BadInputError(
        f"in every row: {reason} (read from {', '.join(map(repr, source.columns))})",
        place=place,
        hint=f"the mapping {mapping.name!r} does not fit: {hint}",
    )


def absent(
    what: str, source: Field, mapping: Mapping, place: str, present: Collection[str]
) -> BadInputError:
    """Return the error of a column that a mapping names and a file lacks, with the nearest."""
    missing = next((n for n in source.columns if n not in present), source.columns[0])
    near = difflib.get_close_matches(missing, present, n=1, cutoff=0.0)
    return BadInputError(
        f"no column {missing!r}, from which {mapping.name!r} reads {what}",
        place=place,
        hint=f"the nearest column is {near[0]!r:.80}" if near else "the file has no columns",
    )


def _refuse_conditions(mapping: Mapping, probe: Probe, present: Sequence[str]) -> None:
    sources = [*mapping.fields.values(), *mapping.handles]
    conditions = [*mapping.only, *(each.when for each in sources if each.when is not None)]
    for only in conditions:
        if not _is_there(only.column, present, probe):
            source = Field((only.column,))
            raise absent("a condition", source, mapping, _header_of(probe), present)


def _header_of(probe: Probe) -> str:
    return f"{probe.place}:1" if probe.format == "csv" else probe.place


def _is_there(name: str, present: Sequence[str], probe: Probe) -> bool:
    # A path of JSON may first appear in a later record: only required ones are judged, after
    # the scan, by the rows that have them.
    return probe.format == "ndjson" or name in present
