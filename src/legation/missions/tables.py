"""Which table a file is, and which rows point to which.

A table is known by its columns, so nobody has to say what they bring.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec
from msgspec.structs import fields

from legation.errors import BadInputError, RecordError
from legation.missions.objects import SHAPES

# Field of a row, and the register whose key stands there.
POINTERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "missions": (),
    "channels": (("mission", "missions"),),
    "jewels": (("mission", "missions"), ("channels", "channels")),
    "holders": (("mission", "missions"),),
    "plans": (("mission", "missions"), ("fallbacks", "channels")),
    "proofs": (("mission", "missions"), ("channel", "channels")),
    "voices": (("mission", "missions"),),
    "talks": (("missions", "missions"),),
}


def register_for(heads: Collection[str], place: str) -> str:
    """Return the register that has these columns.

    Raises:
        BadInputError: None has, or several could.
    """
    given = set(heads)
    fits = [
        name
        for name, shape in SHAPES.items()
        if given <= set(shape.__struct_fields__)
        and {one.name for one in fields(shape) if one.required} <= given
    ]
    if len(fits) == 1:
        return fits[0]
    near = max(SHAPES, key=lambda name: _likeness(given, SHAPES[name]))
    needed = [one.name for one in fields(SHAPES[near]) if one.required]
    raise BadInputError(
        f"could be {' or '.join(fits)}" if fits else "these columns are those of no register",
        place=f"{place}:1",
        hint=f"say which with --table; {near} needs {', '.join(needed)}"
        if fits
        else f"the nearest, {near}, needs {', '.join(needed)}",
    )


def pointed(register: str, row: msgspec.Struct) -> Iterator[tuple[str, str, str]]:
    """Yield field, register and key of what a row points to."""
    for name, target in POINTERS[register]:
        value = getattr(row, name)
        for key in (value,) if isinstance(value, str) else value:
            if key:
                yield name, target, key


def reached(register: str) -> tuple[str, ...]:
    """Return a register with all that its rows point to, directly or by the way.

    >>> reached("plans")
    ('plans', 'missions', 'channels')
    """
    found = [register]
    for name in found:
        found += [target for _, target in POINTERS[name] if target not in found]
    return tuple(found)


def dangling(name: str, target: str, key: str) -> RecordError:
    """Return the error of a row that points to nothing."""
    return RecordError(
        f"no {key[:60]!r} among the {target}",
        place=name,
        hint=f"import the {target} first, or correct the key",
    )


def _likeness(given: set[str], shape: type[msgspec.Struct]) -> int:
    names = set(shape.__struct_fields__)
    return len(given & names) - len(given - names)
