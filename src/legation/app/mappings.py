"""The mappings that a home keeps: files that `legation import --mapping` reads as well.

A mapping that changes is a new version beside the old one, so that what an import was
read by can be looked at as long as the home stands.
"""

import re
import tomllib
from collections.abc import Mapping as Dict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from legation.errors import BadInputError
from legation.store.reading.mapping import CANONICAL, LISTS, REQUIRED, TYPES, Field

if TYPE_CHECKING:
    from legation.store.reading.mapping import Mapping

_UNNAMED: Final = "my mapping"
_NAME: Final = re.compile(r"[^a-z0-9]+")
_VERSION: Final = re.compile(r"(?P<name>[a-z0-9-]+)\.(?P<version>[1-9][0-9]*)\.toml")


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """The latest version of a mapping that the home keeps."""

    name: str
    version: int
    path: str


class FileSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What stands at the top of a file, and how it could be read.

    Attributes:
        preset: Name of the preset that fits; empty when none does.
        columns: The file's columns, the first of them.
        more: How many columns are not listed.
        samples: Values of each listed column, not yet safe to look at.
        guess: Our columns, each as a person writes it in a mapping.
        zone: Zone that the guess states.
        time_format: How times are written; empty when nobody can tell.
        ways: Ways to read the times, where nobody can tell day from month.
        sample: A time of the file.
        zoned: The times say their zone, or a preset fits.
    """

    preset: str
    columns: tuple[str, ...]
    more: int
    samples: dict[str, tuple[str, ...]]
    guess: dict[str, str]
    zone: str
    time_format: str
    ways: tuple[str, ...] = ()
    sample: str = ""
    zoned: bool = True


_LISTED: Final = 200
_SAMPLES: Final = 3


def look_at(file: Path) -> FileSeen:
    """Look at the top of a file.

    Raises:
        NotFoundError: There is no such file.
        BadInputError: It is no table at all.
    """
    from legation.sources.guess import fitting_preset, guess
    from legation.store.reading.peek import peek

    seen = peek(file)
    fitting = fitting_preset(seen)
    told = None if fitting else guess(seen.columns, seen.rows)
    guessed = told.mapping if told else fitting.mapping if fitting else CANONICAL
    listed = seen.columns[:_LISTED]
    return FileSeen(
        preset=fitting.name if fitting else "",
        columns=listed,
        more=len(seen.columns) - len(listed),
        samples={
            column: tuple(row[column] for row in seen.rows if row.get(column))[:_SAMPLES]
            for column in listed
        },
        guess={name: written(name, source) for name, source in guessed.fields.items()},
        zone=guessed.zone,
        time_format="" if told and told.ways else guessed.time_format,
        ways=told.ways if told else (),
        sample=told.sample if told else "",
        zoned=told.zoned if told else True,
    )


def saved(folder: Path) -> tuple[Saved, ...]:
    """Return the mappings that a home keeps, each in its latest version."""
    latest: dict[str, Saved] = {}
    for path in folder.glob("*.toml") if folder.is_dir() else ():
        if told := _VERSION.fullmatch(path.name):
            name, version = told["name"], int(told["version"])
            if name not in latest or latest[name].version < version:
                latest[name] = Saved(name=name, version=version, path=str(path))
    return tuple(sorted(latest.values(), key=lambda one: one.name))


def save(folder: Path, name: str, given: Dict[str, str]) -> Path:
    """Keep a mapping; one that is there with the same content is not kept twice.

    Args:
        folder: Where the home keeps them.
        name: How a person calls it.
        given: What the fields of a form say: our columns, `zone`, `time_format`, `platform_of_all`.

    Raises:
        BadInputError: It lacks a required column, or says what a mapping cannot say.
    """
    from legation.sources.mapping_file import write_mapping
    from legation.store.durable import write_whole

    plain = _NAME.sub("-", name.lower()).strip("-")[:60] or _NAME.sub("-", _UNNAMED)
    made = made_of(given)
    before = {one.name: one for one in saved(folder)}.get(plain)
    version = 1
    if before is not None:
        version = before.version + 1
        named = msgspec.structs.replace(made, name=f"{plain}.{before.version}")
        if Path(before.path).read_text("utf-8") == write_mapping(named):
            return Path(before.path)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{plain}.{version}.toml"
    text = write_mapping(msgspec.structs.replace(made, name=f"{plain}.{version}"))
    write_whole(path, text.encode())
    path.chmod(0o600)
    return path


def require_zone(file: Path, name: str, given: Dict[str, str]) -> None:
    """Refuse a form that leaves open the zone of times that state none, before it is kept.

    Args:
        file: What is to be read.
        name: How a person calls the file.
        given: What the fields of the form say.

    Raises:
        BadInputError: A time at the top of the file states no zone, and the form none either.
    """
    from legation.store.reading.fitting import refuse_unzoned
    from legation.store.reading.peek import peek

    made = made_of(given)
    rows = peek(file).rows
    samples = [row.get(column, "") for column in made.fields["time"].columns for row in rows]
    refuse_unzoned(made, samples, name)


def made_of(given: Dict[str, str]) -> "Mapping":
    """Return the mapping that the fields of a form say.

    Raises:
        BadInputError: It lacks a required column, or says what a mapping cannot say.
    """
    from legation.sources.mapping_file import mapping_from

    fields = {name: _value(name, text) for name in TYPES if (text := given.get(name, "").strip())}
    if missing := [name for name in REQUIRED if name not in fields]:
        raise BadInputError(
            f"the mapping lacks {', '.join(missing)}",
            place="",
            hint="name the column of the file that holds it",
        )
    content: dict[str, object] = {"name": _UNNAMED, "fields": fields}
    content |= {
        key: text
        for key, field in (
            ("zone", "zone"),
            ("time_format", "time_format"),
            ("platform", "platform_of_all"),
        )
        if (text := given.get(field, "").strip())
    }
    return mapping_from(content, "mapping")


def written(name: str, source: Field) -> str:
    """Write where a column comes from, as a person writes it: a name, or TOML for more."""
    from legation.sources.mapping_file import written_field

    shape = "list" if name in LISTS else "flag" if name == "is_repost" else "text"
    if len(source.columns) == 1 and source == Field(source.columns, shape):  # type: ignore[arg-type] # one of the shapes
        return source.columns[0]
    return written_field(name, source)


def _value(name: str, text: str) -> object:
    if not text.startswith(("{", "[")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as bad:
        raise BadInputError(
            f"{name}: {bad}", place="mapping", hint='write a column, or { columns = ["A", "B"] }'
        ) from bad
