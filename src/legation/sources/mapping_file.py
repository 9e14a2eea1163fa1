"""A mapping as a TOML file, for exports that no preset knows.

    name = "our monitoring tool"
    zone = "UTC"
    [fields]
    post_id = "Id"
    account_id = "Author"
    time = "Published"
    hashtags = { columns = ["Tags"], separator = ";" }

A field is the name of a column, or a table with what `Field` knows. An unknown key is
an error that names the nearest known one.
"""

import difflib
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from legation.errors import BadInputError
from legation.store.reading.mapping import LISTS, TYPES, Field, Mapping
from legation.store.reading.probe import require_file

# Shapes that give a yes or no.
_TELLING = frozenset({"flag", "present"})
_HINT = "see docs/reference/sources.md, 'Mapping files'"


def read_mapping(file: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is not TOML, or says what a mapping cannot say.
    """
    require_file(file)
    try:
        content = tomllib.loads(file.read_text("utf-8-sig"))
    except RecursionError as deep:
        raise BadInputError("nested too deeply", place=str(file), hint=_HINT) from deep
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise BadInputError(str(bad), place=str(file), hint="a mapping is a TOML file") from bad
    return mapping_from(content, str(file))


def mapping_from(content: dict[str, Any], place: str) -> Mapping:
    """Make a mapping from the content of a file.

    Raises:
        BadInputError: A key or a value does not fit.
    """
    _refuse_unknown(content, Mapping.__struct_fields__, place, "")
    fields = content.get("fields", {})
    if not isinstance(fields, dict):
        raise BadInputError(
            "fields is not a table", place=place, hint="write [fields], then one line a column"
        )
    _refuse_unknown(fields, tuple(TYPES), place, "fields.")
    written = {name: _field(name, value, place) for name, value in fields.items()}
    handles = content.get("handles", [])
    if not isinstance(handles, list):
        raise BadInputError(
            "handles is not a list", place=place, hint='write handles = ["Column", "Column"]'
        )
    handles = [_field("handles", value, place) for value in handles]
    _refuse_unknown_zone(content.get("zone", ""), place)
    stated = {"name": Path(place).stem} | content | {"fields": written, "handles": handles}
    try:
        mapping = msgspec.convert(stated, Mapping)
    except msgspec.ValidationError as bad:
        raise BadInputError(str(bad), place=place, hint=_HINT) from bad
    for name, source in (*mapping.fields.items(), *(("handles", each) for each in mapping.handles)):
        _refuse_empty(name, source, place)
        _refuse_shape(name, source, place)
    _refuse_names(mapping, place)
    if not all(only.among for only in mapping.only):
        raise BadInputError("only names no value", place=place, hint=_HINT)
    if b"\\u0000" in msgspec.json.encode(mapping):
        raise BadInputError("a NUL character in a value", place=place, hint=_HINT)
    return mapping


def nearest_zone(zone: str) -> str:
    """Return the zone of the machine's list that a name means or comes nearest to.

    The last part counts first, for who knows the town may miss the continent. Without a list
    on the machine every name passes.

    >>> nearest_zone("Europe/Tbilisi")
    'Asia/Tbilisi'
    """
    from zoneinfo import available_timezones

    known = available_timezones() - {"localtime"}
    if zone == "UTC" or not known:
        return zone
    same = {name.casefold(): name for name in known}
    if zone.casefold() in same:
        return same[zone.casefold()]
    town = zone.casefold().rsplit("/", 1)[-1]
    of_town = sorted(name for name in known if name.casefold().rsplit("/", 1)[-1] == town)
    return (of_town or difflib.get_close_matches(zone, sorted(known), n=1, cutoff=0.0))[0]


def write_mapping(mapping: Mapping) -> str:
    """Write a mapping as TOML, for a person to look at, change and keep."""
    lines = [f"name = {_string(mapping.name)}"]
    lines += [
        f"{key} = {_string(value)}"
        for key in ("platform", "time_format", "zone")
        if (value := getattr(mapping, key))
    ]
    if mapping.records:
        lines.append(f"records = [{', '.join(map(_string, mapping.records))}]")
    if mapping.handles:
        lines.append(f"handles = [{', '.join(_inline('handles', one) for one in mapping.handles)}]")
    lines += ["", "[fields]"]
    lines += [f"{name} = {_inline(name, source)}" for name, source in mapping.fields.items()]
    return "\n".join(lines) + "\n"


def written_field(name: str, source: Field) -> str:
    """Write the value of one field as TOML."""
    return _inline(name, source)


def _field(name: str, value: Any, place: str) -> dict[str, Any]:
    shape = "list" if name in LISTS else "flag" if name == "is_repost" else "text"
    if isinstance(value, str):
        return {"columns": [value], "shape": shape}
    if isinstance(value, list):
        return {"columns": value, "shape": shape}
    if not isinstance(value, dict):
        raise BadInputError(
            f"{name} is neither a column nor a table", place=place, hint=f'write {name} = "Column"'
        )
    _refuse_unknown(value, Field.__struct_fields__, place, f"{name}.")
    columns = value.get("columns", [])
    return (
        {"shape": shape} | value | {"columns": [columns] if isinstance(columns, str) else columns}
    )


def _refuse_empty(name: str, source: Field, place: str) -> None:
    if not source.columns or not all(source.columns):
        raise BadInputError(
            f"{name} names no column", place=place, hint=f'write {name} = "Column", or leave it out'
        )
    if source.shape == "find" and not source.pattern:
        raise BadInputError(f"{name} finds nothing without a pattern", place=place, hint=_HINT)
    if source.when is not None and not source.when.among:
        raise BadInputError(f"{name}.when names no value", place=place, hint=_HINT)


def _refuse_shape(name: str, source: Field, place: str) -> None:
    """Refuse a shape that does not give what the column holds: a yes or no, or a text."""
    telling = source.shape in _TELLING
    if telling != (name == "is_repost"):
        kind = "a yes or no" if telling else "a text"
        raise BadInputError(
            f"{name} is {'a yes or no' if name == 'is_repost' else 'no yes or no'}, and the shape "
            f"{source.shape} gives {kind}",
            place=place,
            hint="is_repost has the shape flag or present; no other field has one of these",
        )


def _refuse_names(mapping: Mapping, place: str) -> None:
    """Refuse to read a platform from a column of names: platforms are kept in clear."""
    platform = mapping.fields.get("platform")
    if platform is None:
        return
    account = mapping.fields.get("account_id")
    sources = (*([account] if account else ()), *mapping.handles)
    named = {column for source in sources for column in source.columns}
    if both := sorted(named & set(platform.columns)):
        raise BadInputError(
            f"the column {both[0]!r} names accounts and cannot name the platform",
            place=place,
            hint='write platform = "NAME" beside the fields, or leave it out',
        )


def _refuse_unknown(given: dict[str, Any], known: tuple[str, ...], place: str, prefix: str) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise BadInputError(
                f"unknown key {prefix}{key}", place=place, hint=f"did you mean {near!r}?"
            )


def _refuse_unknown_zone(zone: Any, place: str) -> None:
    if (
        isinstance(zone, str)
        and zone
        and (near := nearest_zone(zone)).casefold() != zone.casefold()
    ):
        raise BadInputError(f"unknown zone {zone!r}", place=place, hint=f"did you mean {near!r}?")


def _inline(name: str, source: Field) -> str:
    usual = _field(name, list(source.columns), "")
    if source.shape == usual["shape"] and source == Field(source.columns, source.shape):
        columns = [_string(column) for column in source.columns]
        return columns[0] if len(columns) == 1 else f"[{', '.join(columns)}]"
    columns_text = ", ".join(map(_string, source.columns))
    parts = [f"columns = [{columns_text}]", f"shape = {_string(source.shape)}"]
    parts += [
        f"{key} = {_string(value)}"
        for key in ("separator", "pattern")
        if (value := getattr(source, key))
    ]
    if source.equals != Field(()).equals:
        parts.append(f"equals = [{', '.join(map(_string, source.equals))}]")
    if source.when is not None:
        among = ", ".join(map(_string, source.when.among))
        parts.append(f"when = {{ column = {_string(source.when.column)}, among = [{among}] }}")
    return "{ " + ", ".join(parts) + " }"


def _string(text: str) -> str:
    # TOML's basic string is JSON's, but for DEL, which JSON may leave as it is.
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")
