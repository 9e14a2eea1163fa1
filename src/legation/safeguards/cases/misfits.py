"""What is said of a value that does not fit its field, in words of whoever wrote it.

The library that reads values names its types and patterns; here each of its refusals becomes one
that says what is wrong and which values stand in that field.
"""

import re
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from legation.errors import RecordError
from legation.safeguards.cases.patterns import refusal

_INDEX: Final = re.compile(r"\[(\d+)\]")
_STEPS: Final = re.compile(r"\[(?:\d+|\.\.\.)\]|[^.\[\]]+")


def misfit(bad: msgspec.ValidationError, shape: type, place: str, hint: str) -> RecordError:
    """Return why a value does not fit a shape.

    Args:
        bad: What the library says.
        shape: What should have been given.
        place: Where the value stands; the field at fault is added to it.
        hint: What to do where nothing nearer is known.
    """
    said, _, at = str(bad).partition(" - at `$")
    path = at.rstrip("`").removeprefix(".")
    # Places count from 1, as whoever typed a list counts.
    named = _INDEX.sub(lambda found: f"/{int(found[1]) + 1}", path).replace(".", "/")
    where = "/".join(part for part in (place, named) if part)
    for pattern, told in _TOLD:
        found = pattern.fullmatch(said)
        if found:
            return told(found, where, _choices(shape, path) or hint)
    return refusal(said, where) or RecordError(said, place=where, hint=hint)


def _no_choice(found: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError(f"{found[1]:.60} is none of its values", place=place, hint=hint)


def _missing(found: re.Match[str], place: str, hint: str) -> RecordError:
    where = "/".join(part for part in (place, found[1]) if part)
    return RecordError("this is missing", place=where, hint=hint)


def _unknown(found: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError(f"there is no field {found[1]:.60}", place=place, hint=hint)


def _long(found: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError(f"this is longer than {found[1]} characters", place=place, hint=hint)


def _many(found: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError(f"there are more than {found[1]}", place=place, hint=hint)


def _empty(_: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError("this is empty", place=place, hint=hint)


def _large(found: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError(f"this is more than {found[1]}", place=place, hint=hint)


def _small(found: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError(f"this is less than {found[1]}", place=place, hint=hint)


def _no_number(_: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError("this is no number", place=place, hint=hint)


def _no_text(_: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError("this is no text", place=place, hint=hint)


def _no_list(_: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError("this is no list", place=place, hint=hint)


def _no_table(_: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError("this is no table of fields", place=place, hint=hint)


def _no_yes(_: re.Match[str], place: str, hint: str) -> RecordError:
    return RecordError("this is neither true nor false", place=place, hint=hint)


_Told = Callable[[re.Match[str], str, str], RecordError]
# The sentences of msgspec 0.19 and 0.20 that a value of ours can meet.
_TOLD: Final[tuple[tuple[re.Pattern[str], _Told], ...]] = tuple(
    (re.compile(pattern, re.DOTALL), told)
    for pattern, told in (
        (r"Invalid enum value (.*)", _no_choice),
        (r"Object missing required field `(\w+)`", _missing),
        (r"Object contains unknown field `(.*)`", _unknown),
        (r"Expected `str` of length <= (\d+)", _long),
        (r"Expected `(?:str|array|object)` of length >= 1", _empty),
        (r"Expected `(?:array|object)` of length <= (\d+)", _many),
        (r"Expected `(?:int|float)` <= (\S+)", _large),
        (r"Expected `(?:int|float)` >= (\S+)", _small),
        (r"Expected `(?:int|float)(?: \| null)?`, got .*", _no_number),
        (r"Expected `str(?: \| null)?`, got .*", _no_text),
        (r"Expected `array(?: \| null)?`, got .*", _no_list),
        (r"Expected `object(?: \| null)?`, got .*", _no_table),
        (r"Expected `bool(?: \| null)?`, got .*", _no_yes),
    )
)


def _choices(shape: type, path: str) -> str:
    """Return which values stand at a path of a shape; empty where any does."""
    kind: Any = shape
    for step in _STEPS.findall(path):
        kind = _below(_bare(kind), step)
    bare = _bare(kind)
    listed = ", ".join(one for one in get_args(bare) if isinstance(one, str) and one)
    return f"choose from: {listed}" if listed and get_origin(bare) is Literal else ""


def _below(kind: Any, step: str) -> Any:
    """Return the type at a step of a path; None where the shape says nothing of it."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        named = {one.encode_name: one.type for one in msgspec.structs.fields(kind)}
        return named.get(step)
    # Of a list its one type, of a mapping that of its values.
    return {tuple: get_args(kind)[:1], Mapping: get_args(kind)[1:]}.get(get_origin(kind), (None,))[
        0
    ]


def _bare(kind: Any) -> Any:
    """Return a type without what is noted on it, and without "or nothing"."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        some = [one for one in get_args(kind) if one is not type(None)]
        return _bare(some[0]) if len(some) == 1 else kind
    return kind
