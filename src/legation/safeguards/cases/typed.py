"""An entry as people type it: texts by the names of its fields, each read by the field's own type.

A form and a command line give texts alone. A list is parted by commas; of a list of parts each
stands in a line of its own, its fields parted by a bar; of a mapping each line is NAME: VALUE.
What is left empty was not said. The same way back gives the texts of an entry, to be corrected.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from legation.safeguards.cases.bodies import Body
from legation.safeguards.cases.entries import TAGS, read_body, tag_of
from legation.safeguards.cases.facts import DAYS

_YES: Final = ("yes", "true", "on", "1")
_NO: Final = ("no", "false", "off", "0")
BAR: Final = "|"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an entry, as a form shows it.

    Attributes:
        name: Of the field, as a file has it.
        kind: What is typed: one of some words, words in one line, words in several, numbers of
            entries, a day, a list, lines of parts, lines of names and values, files.
        choices: The words to choose from.
        parts: Of lines of parts, the names of the parts in their order.
        required: Whether it must be given.
        most: Letters that it may have; None: not known.
    """

    name: str
    kind: Literal[
        "choice", "line", "words", "numbers", "number", "day", "list", "lines", "mapping",
        "part", "yes or no", "files",
    ]  # fmt: skip
    choices: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    required: bool = False
    most: int | None = None


def read_typed(
    kind: str,
    texts: Mapping[str, str],
    files: Sequence[Mapping[str, str]] = (),
    *,
    before: Body | None = None,
) -> Body:
    """Read an entry.

    Args:
        kind: Its tag.
        texts: Its fields; empty ones are left out.
        files: Captured files, each with id and hash.
        before: The entry of the same kind that it corrects: what is not given is taken over from
            it, and what is given empty is left out.

    Raises:
        RecordError: It is no entry of that kind; the place is the field.
    """
    shape = TAGS.get(kind)
    types = (
        {}
        if shape is None
        else {one.encode_name: one.type for one in msgspec.structs.fields(shape)}
    )
    old = msgspec.to_builtins(before) if before is not None else {}
    told: dict[str, Any] = {name: value for name, value in old.items() if name not in texts}
    told |= {
        name: _value(text.strip(), types.get(name)) for name, text in texts.items() if text.strip()
    }
    told["entry"] = kind
    if files:
        told["files"] = [dict(one) for one in files]
    return read_body(told)


def texts_of(body: Body) -> dict[str, str]:
    """Return an entry as it would be typed."""
    told = msgspec.to_builtins(body)
    return {
        one.encode_name: _text(told.get(one.encode_name), one.type)
        for one in msgspec.structs.fields(type(body))
        if one.name != "files" and told.get(one.encode_name) not in (None, "", [], (), {})
    }


def form_of(kind: str) -> tuple[Field, ...]:
    """Return the fields of a kind of entry, those that must be given first in their order."""
    return tuple(_field(one) for one in msgspec.structs.fields(TAGS[kind]))


def fields_of(kind: type[Body]) -> tuple[tuple[str, bool], ...]:
    """Return the names of an entry's fields, and whether each must be given."""
    return tuple((one.name, one.required) for one in form_of(tag_of(kind)))


def _field(one: msgspec.structs.FieldInfo) -> Field:
    bare, most, name = _bare(one.type), _most(one.type), one.encode_name
    inner, part = _inner(bare), _part_in(bare)
    words = _words(bare)
    parts: tuple[str, ...] = ()
    kind: Any
    if name == "files":
        kind = "files"
    elif words:
        kind = "choice"
    elif get_origin(bare) is tuple:
        parts = _names(inner) if _is_part(inner) else ()
        kind = "lines" if parts else "numbers" if int in _choices(inner) else "list"
    elif get_origin(bare) in (dict, Mapping):
        kind, words = "mapping", _words(inner)
    elif part is not None:
        kind, parts = "part", _names(part)
    else:
        kind = _kind_of_text(name, bare, most)
    # The length of a list is a number of its parts, not of letters.
    most = most if kind in ("line", "words", "day") else None
    return Field(name=name, kind=kind, choices=words, parts=parts, required=one.required, most=most)


def _kind_of_text(name: str, bare: Any, most: int | None) -> Any:
    if bare is bool:
        return "yes or no"
    if str not in _choices(bare):
        return "number"
    if name in DAYS and (most or 0) <= _DAY:
        return "day"
    return "words" if most is not None and most > _LINE else "line"


_LINE: Final = 300
# Of Latin and of Arabic writing; what is listed are codes, keys and numbers, which hold neither.
_COMMA: Final = re.compile("[,،]")
_DAY: Final = 20
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}")
_REAL: Final = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")


def _value(text: str, kind: Any) -> Any:
    bare = _bare(kind)
    inner = _inner(bare)
    if get_origin(bare) is tuple:
        if _is_part(inner):
            return [_part(line, inner) for line in text.splitlines() if line.strip()]
        return [_value(one.strip(), inner) for one in _COMMA.split(text) if one.strip()]
    if get_origin(bare) in (dict, Mapping):
        lines = (line.partition(":") for line in text.splitlines() if line.strip())
        return {name.strip(): value.strip() for name, _, value in lines}
    part = _part_in(bare)
    if part is not None:
        return _part(text, part)
    if bare is bool:
        low = text.lower()
        return True if low in _YES else False if low in _NO else text
    return _number(text, bare)


def _number(text: str, bare: Any) -> Any:
    for number, written in ((int, _WHOLE), (float, _REAL)):
        # Digits of any writing; a number that no machine holds stays the text that it is.
        if number in _choices(bare) and written.fullmatch(text):
            return number(text)
    return text


def _part(line: str, shape: type[msgspec.Struct]) -> dict[str, Any]:
    """Read a part from a line: its fields in their order, parted by a bar."""
    fields = msgspec.structs.fields(shape)
    cells = [cell.strip() for cell in line.split(BAR, len(fields) - 1)]
    return {
        one.encode_name: _value(cell, one.type)
        for one, cell in zip(fields, cells, strict=False)
        if cell
    }


def _text(value: Any, kind: Any) -> str:
    bare = _bare(kind)
    inner = _inner(bare)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and _is_part(inner):
        return "\n".join(_line(one, inner) for one in value)
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, dict):
        part = _part_in(bare)
        if part is not None:
            return _line(value, part)
        return "\n".join(f"{name}: {one}" for name, one in value.items())
    return str(value)


def _line(value: dict[str, Any], shape: type[msgspec.Struct]) -> str:
    cells = [
        _text(value[one.encode_name], one.type) if value.get(one.encode_name) is not None else ""
        for one in msgspec.structs.fields(shape)
    ]
    return f" {BAR} ".join(cells).rstrip(f" {BAR}")


def _names(shape: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(one.encode_name for one in msgspec.structs.fields(shape))


def _bare(kind: Any) -> Any:
    """Return a type without what limits its values, and without that it may be left out."""
    while hasattr(kind, "__metadata__"):
        kind = get_args(kind)[0]
    some = [one for one in get_args(kind) if one is not type(None)]
    if len(some) == 1 and type(None) in get_args(kind):
        return _bare(some[0])
    return kind


def _inner(bare: Any) -> Any:
    """Return the type of what a list or a mapping holds."""
    args = get_args(bare)
    if get_origin(bare) is tuple and args:
        return _bare(args[0])
    return _bare(args[1]) if get_origin(bare) in (dict, Mapping) and len(args) > 1 else None


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _part_in(bare: Any) -> Any:
    return bare if _is_part(bare) else None


def _words(kind: Any) -> tuple[str, ...]:
    """Return the words that a value is chosen from; empty when it is free."""
    if get_origin(kind) is Literal:
        return tuple(one for one in get_args(kind) if isinstance(one, str) and one)
    return ()


def _choices(kind: Any) -> tuple[Any, ...]:
    """Return what a value may be: the parts of a union, or the type itself."""
    return (kind, *(_bare(one) for one in get_args(kind)))


def _most(kind: Any) -> int | None:
    while hasattr(kind, "__metadata__"):
        for meta in kind.__metadata__:
            if getattr(meta, "max_length", None):
                return int(meta.max_length)
        kind = get_args(kind)[0]
    for one in get_args(kind):
        if one is not type(None) and (found := _most(one)):
            return found
    return None
